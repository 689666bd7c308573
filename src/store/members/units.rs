//! The tree of units.

use crate::domain::ids::OrgId;
use crate::domain::natural::along;
use crate::domain::roster::{Org, OrgKind};
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::{Tx, args, clean};
use chrono::NaiveDate;

/// A unit as read: (id, parent, path, name, kind, since, epoch).
pub(crate) type OrgRow = (i64, Option<i64>, String, String, String, String, i64);

/// A unit.
pub(crate) fn org(row: OrgRow) -> Result<Org, Fault> {
    let (id, parent, path, name, kind, since, epoch) = row;
    Ok(Org {
        id: OrgId(id),
        parent: parent.map(OrgId),
        kind: OrgKind::parse(&kind).ok_or_else(|| Fault::Corrupt(format!("kind of unit {kind:?}")))?,
        since: date(&since)?,
        path,
        name,
        epoch,
    })
}

/// A date as kept.
pub(crate) fn date(text: &str) -> Result<NaiveDate, Fault> {
    text.parse().map_err(|_| Fault::Corrupt(format!("date {text:?}")))
}

/// The first and the last bound of the paths below one: `a/b` → `a/b/` ≤ path < `a/b0`, `0` being what follows `/`.
pub(crate) fn below(path: &str) -> (String, String) {
    (format!("{path}/"), format!("{path}0"))
}

/// Reads a unit within a transaction.
pub(crate) async fn org_in(tx: &mut Tx, id: OrgId) -> Result<Option<Org>, Fault> {
    tx.one::<OrgRow>(BY_ID, args![id]).await?.map(org).transpose()
}

const BY_ID: &str = "SELECT id, parent_id, path, name, kind, since, epoch FROM org WHERE id = $1";
const BY_PATH: &str = "SELECT id, parent_id, path, name, kind, since, epoch FROM org WHERE path = $1";

impl Store {
    /// The unit of this path.
    pub async fn org_by_path(&self, path: &str) -> Result<Option<Org>, Fault> {
        self.pool().one::<OrgRow>(BY_PATH, args![path]).await?.map(org).transpose()
    }

    /// The unit of this id.
    pub async fn org(&self, id: OrgId) -> Result<Option<Org>, Fault> {
        self.pool().one::<OrgRow>(BY_ID, args![id]).await?.map(org).transpose()
    }

    /// The unit and all above it, itself first.
    pub async fn line(&self, id: OrgId) -> Result<Vec<Org>, Fault> {
        let Some(unit) = self.org(id).await? else { return Ok(Vec::new()) };
        let above: Vec<(&str,)> = unit.path.match_indices('/').map(|(at, _)| (&unit.path[..at],)).collect();
        if above.is_empty() {
            return Ok(vec![unit]);
        }
        let sql = "SELECT o.id, o.parent_id, o.path, o.name, o.kind, o.since, o.epoch FROM json_each($1) AS j CROSS JOIN org AS o \
            WHERE o.path = j.value->>0 ORDER BY o.path DESC";
        let found: Vec<OrgRow> = self.pool().rows(sql, args![crate::store::records::rows::json(&above)]).await?;
        let mut line = vec![unit];
        for row in found {
            line.push(org(row)?);
        }
        Ok(line)
    }

    /// The unit and all below it, as people count them ([`along`] their path). An empty path: the whole tree.
    pub async fn subtree(&self, path: &str) -> Result<Vec<Org>, Fault> {
        self.rows_below(path).await?.into_iter().map(org).collect()
    }

    /// The same without units whose row can't be read, which are logged: what serves all units goes on for the others.
    pub async fn sound_units(&self, path: &str) -> Result<Vec<Org>, Fault> {
        let sound = |row: OrgRow| {
            let id = row.0;
            org(row).inspect_err(|fault| tracing::error!(unit = id, %fault, "a unit can't be read: it is left out until that is mended")).ok()
        };
        Ok(self.rows_below(path).await?.into_iter().filter_map(sound).collect())
    }

    async fn rows_below(&self, path: &str) -> Result<Vec<OrgRow>, Fault> {
        let mut rows: Vec<OrgRow> = if path.is_empty() {
            self.pool().rows("SELECT id, parent_id, path, name, kind, since, epoch FROM org", args![]).await?
        } else {
            let (from, to) = below(path);
            let sql = "SELECT id, parent_id, path, name, kind, since, epoch FROM org WHERE path = $1 OR (path >= $2 AND path < $3)";
            self.pool().rows(sql, args![path, from.as_str(), to.as_str()]).await?
        };
        rows.sort_by_cached_key(|row| (along(&row.2), row.2.clone()));
        Ok(rows)
    }

    /// The unit of this path, made with the missing ones above it (committees) where it is not there.
    /// `kind` is the last one's; an existing unit keeps its own.
    ///
    /// # Errors
    /// A path without a name in it, or with an empty one (`a//b`).
    pub async fn create_path(&self, path: &str, kind: OrgKind, since: NaiveDate) -> Result<Org, Fault> {
        let names: Vec<String> = clean(path).split('/').map(|name| name.trim().to_owned()).collect();
        if names.iter().any(String::is_empty) {
            return Err(Fault::Other(format!("{path:?} is no path of a unit: write the names from the top, joined by one / each")));
        }
        let mut tx = self.write().await?;
        let mut unit: Option<Org> = None;
        for (depth, name) in names.iter().enumerate() {
            let here = names[..=depth].join("/");
            let kind = if depth + 1 == names.len() { kind } else { OrgKind::Committee };
            let sql = "INSERT INTO org (id, parent_id, path, name, kind, since, epoch) VALUES ($1, $2, $3, $4, $5, $6, 1) ON CONFLICT (path) DO NOTHING";
            let found = tx.one::<OrgRow>(BY_PATH, args![here.as_str()]).await?;
            let row = if found.is_some() {
                found
            } else {
                let parent = unit.as_ref().map(|u| u.id);
                tx.exec(sql, args![self.next_id(), parent, here.as_str(), name.as_str(), kind.key(), since.to_string()]).await?;
                tx.one::<OrgRow>(BY_PATH, args![here.as_str()]).await?
            };
            unit = row.map(org).transpose()?;
        }
        tx.commit().await?;
        unit.ok_or_else(|| Fault::Corrupt(format!("unit {path:?} is gone while it is made")))
    }
}
