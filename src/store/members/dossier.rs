//! Everything that is kept of one person, as one reading: what a member may see and take along.

use crate::domain::ids::PersonId;
use crate::error::Fault;
use crate::store::Store;
use crate::store::database::engine::args;
use crate::store::duties::meetings;
use serde::Serialize;

/// All of it; the shape of the json that members take along. Instants are UTC milliseconds, dates and periods text,
/// money whole fen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dossier {
    /// The name on the roster.
    pub name: String,
    /// 12 digits, where known.
    pub league_number: Option<String>,
    /// Day of birth.
    pub born: Option<String>,
    /// Month of admission.
    pub joined: Option<String>,
    /// Branches, past and present.
    pub memberships: Vec<Membership>,
    /// Dues bands: branch, from which month, which.
    pub bands: Vec<(String, String, String)>,
    /// Bound accounts, each with when it was bound.
    pub accounts: Vec<(String, i64)>,
    /// Accounts that ask to be bound: account, card text, when.
    pub binding_requests: Vec<(String, String, i64)>,
    /// Roles: unit, role, since when.
    pub roles: Vec<(String, String, i64)>,
    /// What was entered, oldest first.
    pub records: Vec<Entered>,
    /// What it comes to.
    pub standings: Vec<Stands>,
    /// Lines of chain lists: duty, periods, what the line was taken for, what became of it.
    pub lists: Vec<(String, String, String, String)>,
    /// What is kept of pictures that were sent as evidence: branch, duty, period, how the hash was made, the hash, when.
    pub screenshots: Vec<(String, String, String, String, String, i64)>,
    /// What the records of meetings hold that this person said or noted, or that names them: unit, kind, text, when.
    pub notes: Vec<(String, String, String, i64)>,
    /// Leave that was asked and waits: duty, periods or days, which kind, when.
    pub leave_asked: Vec<(String, String, String, i64)>,
    /// Leave of days: duty, first day, last day, which kind, when it was said.
    pub leave_ahead: Vec<(String, String, String, String, i64)>,
    /// Dues exempt or reduced, decided by the branch or waiting: branch, duty, first and last period, why, what became of it (`waits`,
    /// `approved`, `refused`, `branch`), when it was said.
    pub reliefs: Vec<(String, String, String, String, String, String, i64)>,
    /// Notices that this person said they read: the unit, when it was made, when it was read.
    pub notices_read: Vec<(String, i64, i64)>,
    /// When this person was reminded: branch, day, where (group or private), by which reminder, when.
    pub reminded: Vec<(String, String, String, String, i64)>,
    /// Records that this person entered for others: how many (they are the others').
    pub entered_for_others: i64,
}

/// A time in a branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// The branch's path.
    pub branch: String,
    /// First day.
    pub from: String,
    /// From which day the bot knows of it, where that is later.
    pub known: Option<String>,
    /// Last day, where it is over.
    pub to: Option<String>,
    /// 团小组.
    pub group: Option<String>,
    /// Post.
    pub post: Option<String>,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entered {
    /// When it was said.
    pub at: i64,
    /// The branch's path.
    pub branch: String,
    /// The duty's key.
    pub duty: String,
    /// The period's key.
    pub period: String,
    /// What kind of entry.
    pub kind: String,
    /// Fen, a count, minutes or 1.
    pub value: i64,
    /// Presence or leave.
    pub state: Option<String>,
    /// On whose word.
    pub evidence: String,
    /// Who said it.
    pub by: Option<String>,
    /// From which message.
    pub source: String,
    /// Why, where it is of a correction.
    pub reason: Option<String>,
}

/// One standing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stands {
    /// The branch's path.
    pub branch: String,
    /// The duty's key.
    pub duty: String,
    /// The period's key.
    pub period: String,
    /// What is owed.
    pub owed: i64,
    /// What is there.
    pub got: i64,
    /// How much of it is confirmed.
    pub confirmed: i64,
    /// Whether it is excused.
    pub excused: bool,
    /// Presence or leave.
    pub state: Option<String>,
}

impl Store {
    /// All that is kept of a person; none where there is nobody.
    pub async fn dossier(&self, person: PersonId) -> Result<Option<Dossier>, Fault> {
        type Person = (String, Option<String>, Option<String>, Option<String>);
        type Member = (String, String, Option<String>, Option<String>, Option<String>, Option<String>);
        type Recorded = (i64, String, String, String, String, i64, Option<String>, String, Option<String>, String, Option<String>);
        type Standing = (String, String, String, i64, i64, i64, i64, Option<String>);
        let mut tx = self.pool().snapshot().await?;
        let found: Option<Person> = tx.one("SELECT name, league_number, born, joined FROM person WHERE id = $1", args![person]).await?;
        let Some((name, league_number, born, joined)) = found else { return Ok(None) };
        let memberships = "SELECT o.path, m.from_day, m.to_day, m.team, m.post, m.known_day FROM person_branch AS b \
            JOIN membership AS m ON m.branch_id = b.branch_id AND m.person_id = b.person_id JOIN org AS o ON o.id = m.branch_id \
            WHERE b.person_id = $1 ORDER BY m.from_day, m.id";
        let memberships: Vec<Member> = tx.rows(memberships, args![person]).await?;
        let bands = "SELECT o.path, d.from_month, d.band FROM person_branch AS b JOIN band AS d ON d.branch_id = b.branch_id AND d.person_id = b.person_id \
            JOIN org AS o ON o.id = d.branch_id WHERE b.person_id = $1 ORDER BY d.from_month, o.path";
        let bands = tx.rows(bands, args![person]).await?;
        let accounts = "SELECT platform, account_id, bound_at FROM account WHERE person_id = $1 ORDER BY platform, account_id";
        let accounts: Vec<(String, String, i64)> = tx.rows(accounts, args![person]).await?;
        let accounts: Vec<(String, i64)> = accounts.into_iter().map(|(platform, id, at)| (format!("{platform}:{id}"), at)).collect();
        let requests = "SELECT platform, account_id, card, asked_at FROM binding_request WHERE person_id = $1 ORDER BY asked_at";
        let requests: Vec<(String, String, String, i64)> = tx.rows(requests, args![person]).await?;
        let roles = "SELECT o.path, g.role, g.granted_at FROM role_grant AS g JOIN org AS o ON o.id = g.org_id WHERE g.person_id = $1 ORDER BY o.path, g.role";
        let roles = tx.rows(roles, args![person]).await?;
        // a private chat is named by the account of whoever wrote there
        let records = "SELECT r.said_at, o.path, r.duty, r.period, r.kind, r.value, r.state, r.evidence, a.name, \
            CASE WHEN r.actor_id = $1 OR r.source NOT LIKE '%:@%' THEN r.source ELSE '' END, w.body FROM person_branch AS b \
            JOIN record AS r ON r.branch_id = b.branch_id AND r.person_id = b.person_id JOIN org AS o ON o.id = r.branch_id \
            LEFT JOIN person AS a ON a.id = r.actor_id \
            LEFT JOIN reason AS w ON w.branch_id = r.branch_id AND w.record_id = r.id WHERE b.person_id = $1 ORDER BY r.id";
        let records: Vec<Recorded> = tx.rows(records, args![person]).await?;
        let standings = "SELECT o.path, s.duty, s.period, s.owed, s.got, s.confirmed, s.excused, s.state FROM person_branch AS b \
            JOIN standing AS s ON s.branch_id = b.branch_id AND s.person_id = b.person_id JOIN org AS o ON o.id = s.branch_id \
            WHERE b.person_id = $1 ORDER BY s.duty, s.period, o.path";
        let standings: Vec<Standing> = tx.rows(standings, args![person]).await?;
        let lists = "SELECT d.duty, d.periods, e.said, e.state FROM document_entry AS e JOIN document AS d ON d.id = e.document_id \
            WHERE e.person_id = $1 ORDER BY e.document_id, e.version, e.n";
        let lists = tx.rows(lists, args![person]).await?;
        let screenshots = "SELECT o.path, s.duty, s.period, s.algorithm, s.hash, s.said_at FROM person_branch AS b \
            JOIN screenshot AS s ON s.branch_id = b.branch_id AND s.person_id = b.person_id JOIN org AS o ON o.id = s.branch_id \
            WHERE b.person_id = $1 ORDER BY s.record_id, s.n";
        let screenshots = tx.rows(screenshots, args![person]).await?;
        let like = format!("%{}%", name.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        let notes = meetings::notes_about(&mut tx, person, &name, &like).await?;
        let leave = "SELECT duty, CASE WHEN first_day IS NULL THEN periods ELSE first_day || '/' || last_day END, state, asked_at \
            FROM leave_request WHERE person_id = $1 ORDER BY asked_at";
        let leave_asked = tx.rows(leave, args![person]).await?;
        let ahead = "SELECT duty, first_day, last_day, state, said_at FROM leave_ahead WHERE person_id = $1 ORDER BY said_at";
        let leave_ahead = tx.rows(ahead, args![person]).await?;
        let reliefs = "SELECT o.path, r.duty, r.first_period, r.last_period, r.reason, COALESCE(r.outcome, 'waits'), r.asked_at FROM relief AS r \
            JOIN org AS o ON o.id = r.branch_id WHERE r.person_id = $1 ORDER BY r.id";
        let reliefs = tx.rows(reliefs, args![person]).await?;
        let read = "SELECT o.path, n.made_at, r.at FROM notice_receipt AS r JOIN notice AS n ON n.id = r.notice_id JOIN org AS o ON o.id = n.org_id \
            WHERE r.person_id = $1 ORDER BY r.at, n.id";
        let notices_read = tx.rows(read, args![person]).await?;
        let reminded = "SELECT o.path, r.day, r.place, r.letter, r.at FROM person_branch AS b JOIN reminded AS r ON r.branch_id = b.branch_id \
            AND r.person_id = b.person_id JOIN org AS o ON o.id = r.branch_id WHERE b.person_id = $1 ORDER BY r.at, r.letter";
        let reminded = tx.rows(reminded, args![person]).await?;
        let others = "SELECT CAST(COUNT(*) AS BIGINT) FROM person_branch AS b JOIN record AS r ON r.branch_id = b.branch_id \
            WHERE b.person_id = $1 AND r.actor_id = $1 AND r.person_id <> $1";
        let (entered_for_others,): (i64,) = tx.one(others, args![person]).await?.unwrap_or((0,));
        tx.commit().await?;
        let entered = |(at, branch, duty, period, kind, value, state, evidence, by, source, reason): Recorded| Entered {
            at,
            branch,
            duty,
            period,
            kind,
            value,
            state,
            evidence,
            by,
            source: without_others(source, &accounts),
            reason,
        };
        let stands = |(branch, duty, period, owed, got, confirmed, excused, state): Standing| Stands {
            branch,
            duty,
            period,
            owed,
            got,
            confirmed,
            excused: excused != 0,
            state,
        };
        Ok(Some(Dossier {
            name,
            league_number,
            born,
            joined,
            memberships: memberships.into_iter().map(|(branch, from, to, group, post, known)| Membership { branch, from, known, to, group, post }).collect(),
            bands,
            records: records.into_iter().map(entered).collect(),
            accounts,
            binding_requests: requests.into_iter().map(|(platform, id, card, at)| (format!("{platform}:{id}"), card, at)).collect(),
            roles,
            standings: standings.into_iter().map(stands).collect(),
            lists,
            screenshots,
            notes,
            leave_asked,
            leave_ahead,
            reliefs,
            notices_read,
            reminded,
            entered_for_others,
        }))
    }
}

/// The message's source, without the account of another who said it in private.
fn without_others(source: String, own: &[(String, i64)]) -> String {
    let Some((platform, (account, rest))) = source.split_once(":@").and_then(|(platform, rest)| Some((platform, rest.split_once('/')?))) else { return source };
    if own.iter().any(|(known, _)| *known == format!("{platform}:{account}")) { source } else { format!("{platform}:@/{rest}") }
}
