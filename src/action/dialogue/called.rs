//! What members are called in answers: of several of one name each with what tells it apart.

use crate::action::bot::Bot;
use crate::action::cache::{Branch, Nobody};
use crate::action::context::Context;
use crate::action::show;
use crate::domain::roster::{Member, Roster};
use crate::report::namesakes::Names;
use chrono::NaiveDate;

impl Bot {
    /// A member's name in a list of the branch's members.
    pub fn called(&self, roster: &Roster, member: &Member, today: NaiveDate) -> String {
        self.called_among(roster, member, today, false)
    }

    /// The same in a list of several branches' members; `spread`: others in it, of other branches, have the name as well.
    pub fn called_among(&self, roster: &Roster, member: &Member, today: NaiveDate, spread: bool) -> String {
        format!("{}{}", show::name(&member.name), self.beside(roster, member, today, spread))
    }

    /// What tells a member apart, in brackets; nothing where the name says it.
    pub fn beside(&self, roster: &Roster, member: &Member, today: NaiveDate, spread: bool) -> String {
        let names = Names { messages: &self.config.messages, lang: self.lang(), today };
        show::line(&names.beside(roster, member, spread))
    }
}

impl Context {
    /// A member's name in an answer.
    pub fn called(&self, branch: &Branch, member: &Member) -> String {
        self.bot.called(&branch.roster, member, self.today)
    }

    /// The same; the speaker's own is plain.
    pub fn called_plainly(&self, branch: &Branch, member: &Member) -> String {
        let own = self.speaker.as_ref().is_some_and(|s| s.known.person == member.person);
        if own { show::name(&member.name) } else { self.called(branch, member) }
    }

    /// The names at hand: of the chat's unit, in private of the speaker's branch.
    pub fn names(&self) -> &dyn crate::language::Names {
        let own = self.speaker.as_ref().and_then(|s| s.branch.as_ref()).map(|b| b.names.as_ref());
        match (&self.place, own) {
            (Some(place), _) => place.names.as_ref(),
            (None, Some(own)) => own,
            (None, None) => &Nobody,
        }
    }
}
