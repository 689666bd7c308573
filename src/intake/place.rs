//! Which branch a row means: what stands in 所在团支部 beside the tree as it is, and what would have to be made.

use super::Phrase;
use super::rows::clip;
use super::value::narrow;
use crate::domain::ids::OrgId;
use crate::domain::roster::{self, Org, OrgKind};
use std::collections::HashMap;

/// A branch: there already, or to be made (its path).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// It is there.
    Known(OrgId),
    /// It would be made, with what is missing above it.
    New(String),
}

/// The tree by path and by name.
#[derive(Debug)]
pub struct Places<'a> {
    by_path: HashMap<&'a str, &'a Org>,
    by_name: HashMap<&'a str, Vec<&'a Org>>,
    scope: &'a [String],
    base: Option<String>,
}

/// Names of one path, from the top.
const DEEPEST: usize = 8;
/// Longest name of a unit, characters.
const LONGEST: usize = 60;

impl<'a> Places<'a> {
    /// `scope`: paths at or below which the importer may change rosters (`""`: everywhere). `base`: the branch of rows that
    /// name none, or the unit under which named ones are looked for.
    pub fn new(orgs: &'a [Org], scope: &'a [String], base: Option<&str>) -> Self {
        let by_path = orgs.iter().map(|o| (o.path.as_str(), o)).collect();
        let mut by_name: HashMap<&str, Vec<&Org>> = HashMap::new();
        for org in orgs {
            by_name.entry(&org.name).or_default().push(org);
        }
        let base = base.map(|b| segments(b).join("/")).filter(|b| !b.is_empty());
        Self { by_path, by_name, scope, base }
    }

    /// The branch of a row.
    ///
    /// # Errors
    /// In words for the row: none named, ambiguous, a committee, below a branch, outside the importer's units.
    pub fn find(&self, written: Option<&str>) -> Result<Place, Phrase> {
        let Some(written) = written else {
            let base = self.base.as_deref().ok_or_else(|| Phrase::new("roster-branch-missing"))?;
            return self.settle(base, base);
        };
        let names = self.names(written);
        let bad = |n: &String| n.is_empty() || n.chars().count() > LONGEST;
        if names.is_empty() || names.len() > DEEPEST || names.iter().any(bad) {
            return Err(Phrase::new("roster-branch-odd").with("branch", clip(written, 40)));
        }
        let path = self.locate(&names)?;
        self.settle(&path, written)
    }

    /// The full path that these names mean.
    fn locate(&self, names: &[String]) -> Result<String, Phrase> {
        let path = names.join("/");
        let ends = |base: &str| base == path || base.ends_with(&format!("/{path}"));
        if let Some(base) = self.base.as_deref() {
            if ends(base) {
                return Ok(base.to_owned());
            }
            // A base that is a branch, or that would be made as one, takes only its own people.
            if self.by_path.get(base).is_none_or(|o| o.kind == OrgKind::Branch) {
                return Err(Phrase::new("roster-branch-other").with("branch", clip(&path, 60)).with("base", base));
            }
            let below = format!("{base}/{path}");
            if self.by_path.contains_key(below.as_str()) {
                return Ok(below);
            }
        }
        if self.by_path.contains_key(path.as_str()) {
            return Ok(path);
        }
        // The end of one known path, else the head names one known unit below which the rest is new.
        if let Some(found) = self.ending(names)? {
            return Ok(found);
        }
        for taken in (1..names.len()).rev() {
            if let Some(head) = self.ending(&names[..taken])? {
                return Ok(format!("{head}/{}", names[taken..].join("/")));
            }
        }
        Ok(self.base.as_ref().map_or_else(|| path.clone(), |base| format!("{base}/{path}")))
    }

    /// The known path that ends in these names, in the importer's scope.
    fn ending(&self, names: &[String]) -> Result<Option<String>, Phrase> {
        let path = names.join("/");
        let tail = format!("/{path}");
        let candidates = names.last().and_then(|last| self.by_name.get(last.as_str())).into_iter().flatten();
        let mut fits = candidates.filter(|o| (o.path == path || o.path.ends_with(&tail)) && self.in_scope(&o.path));
        let first = fits.next();
        if let (Some(one), Some(other)) = (first, fits.next()) {
            return Err(Phrase::new("roster-branch-ambiguous").with("branch", path).with("first", &one.path).with("second", &other.path));
        }
        Ok(first.map(|o| o.path.clone()))
    }

    /// Checks a full path.
    fn settle(&self, path: &str, written: &str) -> Result<Place, Phrase> {
        if !self.in_scope(path) {
            return Err(Phrase::new("roster-branch-foreign").with("branch", clip(written, 60)));
        }
        if let Some(org) = self.by_path.get(path) {
            return match org.kind {
                OrgKind::Branch => Ok(Place::Known(org.id)),
                OrgKind::Committee => Err(Phrase::new("roster-branch-committee").with("branch", path)),
            };
        }
        let mut above = path;
        while let Some((upper, _)) = above.rsplit_once('/') {
            if self.by_path.get(upper).is_some_and(|o| o.kind == OrgKind::Branch) {
                return Err(Phrase::new("roster-branch-below-branch").with("branch", path).with("upper", upper));
            }
            above = upper;
        }
        Ok(Place::New(path.to_owned()))
    }

    /// The names of a path as written with `/`, `\`, `>` or, between names that look like units, `-`.
    fn names(&self, written: &str) -> Vec<String> {
        let names = segments(written);
        let [only] = names.as_slice() else { return names };
        if self.by_path.contains_key(only.as_str()) || self.by_name.contains_key(only.as_str()) {
            return names;
        }
        let parts: Vec<String> = only.split(['-', '—', '–']).map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect();
        let unit = |p: &String| ["委", "委员会", "总支", "支部", "工委", "党组", "联合会"].iter().any(|end| p.ends_with(end));
        if parts.len() > 1 && parts.iter().all(unit) { parts } else { names }
    }

    fn in_scope(&self, path: &str) -> bool {
        covers(self.scope, path)
    }
}

/// Whether a path is at or below one of the scope's; an empty one covers everything.
pub(super) fn covers(scope: &[String], path: &str) -> bool {
    scope.iter().any(|s| roster::covers(s, path))
}

/// The names of a path written with `/`, `\` or `>`, half-width, without blanks around them.
fn segments(written: &str) -> Vec<String> {
    let text = narrow(written);
    text.split(['/', '\\', '>', '→', '›', '»']).map(|p| p.split_whitespace().collect::<Vec<_>>().join("")).filter(|p| !p.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn org(id: i64, path: &str, kind: OrgKind) -> Org {
        let name = path.rsplit('/').next().unwrap().to_owned();
        Org { id: OrgId(id), parent: None, path: path.into(), name, kind, since: NaiveDate::default(), epoch: 1 }
    }

    fn tree() -> Vec<Org> {
        vec![
            org(1, "余庆县团委", OrgKind::Committee),
            org(2, "余庆县团委/白泥镇团委", OrgKind::Committee),
            org(3, "余庆县团委/白泥镇团委/中学团支部", OrgKind::Branch),
            org(4, "余庆县团委/龙溪镇团委", OrgKind::Committee),
            org(5, "余庆县团委/龙溪镇团委/中学团支部", OrgKind::Branch),
            org(6, "余庆县团委/机关2021-1团支部", OrgKind::Branch),
        ]
    }

    #[test]
    fn ways_to_write_a_branch() {
        let (orgs, all) = (tree(), [String::new()]);
        let places = Places::new(&orgs, &all, None);
        let known = |id| Ok(Place::Known(OrgId(id)));
        let new = |path: &str| Ok(Place::New(path.to_owned()));
        for (written, want) in [
            ("余庆县团委/白泥镇团委/中学团支部", known(3)),
            ("余庆县团委 ＞ 白泥镇团委 ＞ 中学团支部", known(3)),
            ("余庆县团委\\龙溪镇团委\\中学团支部", known(5)),
            ("余庆县团委-龙溪镇团委-中学团支部", known(5)),
            ("龙溪镇团委/中学团支部", known(5)),
            ("机关2021-1团支部", known(6)),
            ("龙溪镇团委/小学团支部", new("余庆县团委/龙溪镇团委/小学团支部")),
            ("机关2021-2团支部", new("机关2021-2团支部")),
            ("湄潭县团委/一中团委/一班团支部", new("湄潭县团委/一中团委/一班团支部")),
        ] {
            assert_eq!(places.find(Some(written)), want, "{written}");
        }
        let refused = |written: Option<&str>| places.find(written).unwrap_err().key;
        assert_eq!(refused(Some("中学团支部")), "roster-branch-ambiguous");
        assert_eq!(refused(Some("白泥镇团委")), "roster-branch-committee");
        assert_eq!(refused(Some("余庆县团委/机关2021-1团支部/一组")), "roster-branch-below-branch");
        assert_eq!(refused(Some("///")), "roster-branch-odd");
        assert_eq!(refused(None), "roster-branch-missing");
    }

    #[test]
    fn a_base_and_a_scope() {
        let (orgs, scope) = (tree(), ["余庆县团委/白泥镇团委".to_owned()]);
        let places = Places::new(&orgs, &scope, Some("余庆县团委/白泥镇团委"));
        assert_eq!(places.find(Some("中学团支部")), Ok(Place::Known(OrgId(3))));
        assert_eq!(places.find(Some("小学团支部")), Ok(Place::New("余庆县团委/白泥镇团委/小学团支部".into())));
        assert_eq!(places.find(Some("余庆县团委/机关2021-1团支部")).unwrap_err().key, "roster-branch-foreign");
        assert_eq!(places.find(None).unwrap_err().key, "roster-branch-committee");
        let branch = Places::new(&orgs, &scope, Some("余庆县团委/白泥镇团委/中学团支部"));
        assert_eq!(branch.find(None), Ok(Place::Known(OrgId(3))));
        assert_eq!(branch.find(Some("中学团支部")), Ok(Place::Known(OrgId(3))));
        assert_eq!(branch.find(Some("小学团支部")).unwrap_err().key, "roster-branch-other");
    }
}
