//! Letters that are not a list of who owes: check-in that opens by schedule, several periods in a row that are unpaid, what is filed
//! above of a period that is over, a meeting that nobody opened yet.

use super::letters::{Draft, Moment, Pen, again, stamped};
use crate::domain::calendar::Period;
use crate::domain::duty::{Audience, Duty, Reminder};
use crate::domain::ids::PersonId;
use crate::domain::message::Outgoing;
use crate::domain::record::{Session, Standing};
use crate::domain::role::Role;
use crate::domain::roster::{Org, Roster};
use crate::error::Fault;
use crate::report::filing::{Filed, Words};
use crate::report::namesakes::Names;
use crate::report::reminder::Notice;
use crate::report::unpaid::{self, in_a_row, looked_at};
use crate::store::sending::reminders::Outcome;

impl Pen {
    /// Opens check-in by the duty's schedule, and tells those of the branch's groups that get reminders. Nothing where it is open already, or would be over.
    pub(super) async fn check_in(&self, duty: &Duty, branch: &Org, period: Period, closes_at: i64, now: i64) -> Result<Vec<Outgoing>, Fault> {
        let groups = self.groups(branch.id).await?;
        if closes_at <= now || groups.all.is_empty() {
            return Ok(Vec::new());
        }
        let session = Session {
            id: self.store.new_session(),
            org: branch.id,
            duty: duty.key.clone(),
            period,
            topic: None,
            team: None,
            code: None,
            rolls: None,
            opened_at: now,
            closes_at: Some(closes_at),
            closed_at: None,
            opened_by: None,
        };
        // after a crash it is found open, and told; one that somebody opened by hand was told
        let (session, fresh) = self.store.open_session(&session, None).await?;
        if !fresh && session.opened_by.is_some() {
            return Ok(Vec::new());
        }
        let until = self.config.zone().local(closes_at).format("%H:%M").to_string();
        let text = self.config.messages.say(self.config.bot.language, "session-opened", &[("duty", duty.name.as_str().into()), ("until", until.into())]);
        Ok(groups.reminded.into_iter().map(|c| Outgoing::text(c.key, text.clone())).collect())
    }

    /// To those to whom `n` periods in a row are unpaid, and to the secretaries: each in private.
    /// Whether there are any of the first is told too.
    pub(super) async fn unpaid(
        &self,
        duty: &Duty,
        reminder: &Reminder,
        roster: &Roster,
        asked: Period,
        n: usize,
        now: i64,
    ) -> Result<(Vec<Outgoing>, bool), Fault> {
        let periods = looked_at(asked, n);
        let standings = self.store.standings_between(roster.org.id, &duty.key, periods[0], asked).await?;
        let all = in_a_row(duty, roster, asked, n, &standings);
        let words = unpaid::Words { messages: &self.config.messages, lang: self.config.bot.language, today: self.config.zone().date(now), duty, roster };
        let mut letters = Vec::new();
        if reminder.audience.contains(&Audience::Member) {
            for owed in &all {
                letters.extend(self.private(owed.member.person).await?.map(|chat| Outgoing::text(chat, words.to_member(owed))));
            }
        }
        if reminder.audience.contains(&Audience::Secretary) && !all.is_empty() {
            for person in self.store.holders(roster.org.id, Role::Secretary).await? {
                letters.extend(self.private(person).await?.map(|chat| Outgoing::text(chat, words.to_secretary(&roster.org.name, &all))));
            }
        }
        Ok((letters, !all.is_empty()))
    }

    /// What is filed above of a period that is over, to the branch's secretaries. Nothing where nobody was expected.
    pub(super) async fn filing(&self, m: Moment<'_>, duty: &Duty, roster: &Roster, standings: &[(PersonId, Standing)]) -> Result<Draft, Fault> {
        let (config, period) = (&self.config, m.asked());
        let names = Names { messages: &config.messages, lang: config.bot.language, today: period.last_day() };
        let filed = Filed::read(roster, duty, period, standings, config.zone(), names);
        if filed.expected == 0 {
            return Ok(Draft::silent(Outcome::Nobody));
        }
        let (lang, zone) = (config.bot.language, config.zone());
        let issue = roster.course.issue(&duty.key, period).map(|i| i.name.clone());
        let said = issue.unwrap_or_else(|| config.messages.period(lang, period, zone.date(m.now)));
        let mut all = Vec::new();
        for person in self.store.holders(m.branch.id, Role::Secretary).await? {
            let Some(chat) = self.private(person).await? else { continue };
            let who = self.store.name_of(person).await?.unwrap_or_default();
            let words = Words { messages: &config.messages, lang, zone, now: m.now, duty, period: &said, due: filed.due, who: &who };
            all.extend(words.to_secretary(&m.branch.name, &filed, &chat, &self.can(&chat)));
        }
        let nobody = all.is_empty();
        let mut draft = stamped(m, again(m, all));
        if nobody {
            draft.outcome = Outcome::Unreached;
        }
        Ok(draft)
    }

    /// A meeting of which nobody is absent, since none was opened yet: its secretary hears so, alone.
    pub(super) async fn unopened(&self, m: Moment<'_>, notice: &Notice<'_>) -> Result<Draft, Fault> {
        let mut all = Vec::new();
        for person in self.store.holders(m.branch.id, Role::Secretary).await? {
            all.extend(self.private(person).await?.map(|chat| notice.unopened(&m.branch.name, &chat)));
        }
        let nobody = all.is_empty();
        let mut draft = stamped(m, again(m, all));
        if nobody {
            draft.outcome = Outcome::Unreached;
        }
        Ok(draft)
    }
}
