//! Where a message was said, by whom, and when: what every action is given.

use crate::action::bot::Bot;
use crate::action::cache::{Branch, Known, Place};
use crate::action::{permission, show};
use crate::config::messages::Value;
use crate::domain::calendar::Zone;
use crate::domain::duty::Duty;
use crate::domain::ids::OrgId;
use crate::domain::message::{Incoming, Outgoing, Part};
use crate::domain::role::{Permission, Role};
use crate::domain::roster::{Member, Org};
use crate::error::{Error, Fault, Mistake};
use chrono::NaiveDate;
use std::sync::Arc;

/// The person behind a bound account, in the branch that counts here.
#[derive(Clone, Debug)]
pub struct Speaker {
    /// Who, with all their branches and roles.
    pub known: Arc<Known>,
    /// The branch: the one at or below the chat's unit, or in a private chat the first of theirs. None for somebody
    /// who has a role but no membership here.
    pub branch: Option<Arc<Branch>>,
}

impl Speaker {
    /// The membership in that branch.
    pub fn member(&self) -> Option<&Member> {
        self.branch.as_ref().and_then(|b| b.roster.member(self.known.person))
    }
    /// The name, where there is a membership.
    pub fn name(&self) -> &str {
        self.member().map_or("", |m| m.name.as_str())
    }
}

/// A unit that a message names for what it asks.
#[derive(Clone, Debug)]
pub struct NamedUnit {
    /// Which.
    pub unit: Org,
    /// Whether it is another than the one that is spoken of where none is named.
    pub other: bool,
}

/// See the file's head. Read at one moment; lives as long as the message is worked on.
#[derive(Clone)]
pub struct Context {
    /// The bot.
    pub bot: Arc<Bot>,
    /// The message.
    pub incoming: Arc<Incoming>,
    /// Its text without the call to the bot.
    pub text: String,
    /// Now, UTC milliseconds.
    pub now: i64,
    /// When the message was said, UTC milliseconds: it may have waited for us.
    pub said_at: i64,
    /// The day on which it was said, in the house's zone: the speaker's today.
    pub today: NaiveDate,
    /// Whether the bot is meant.
    pub addressed: bool,
    /// The chat's unit; in a private chat the speaker's.
    pub place: Option<Arc<Place>>,
    /// Who speaks, where the account is bound.
    pub speaker: Option<Speaker>,
    /// The unit that it names for what it asks, where it names one.
    pub named: Option<NamedUnit>,
    /// Why what is said is done, where the message says so.
    pub because: Option<String>,
    /// Why a part of what was reported is left out: to be said beside what was recorded.
    pub left_out: Vec<Mistake>,
    /// What else there is to say where it is told what was recorded.
    pub beside: Vec<String>,
}

impl Context {
    /// Reads where and who.
    pub async fn read(bot: &Arc<Bot>, incoming: Arc<Incoming>, text: String, addressed: bool) -> Result<Self, Fault> {
        let place = if incoming.chat.private { None } else { bot.cache.place(&incoming.chat).await? };
        let speaker = match bot.cache.known(&incoming.sender).await? {
            None => None,
            Some(known) => {
                let here = |id: &OrgId| place.as_ref().is_none_or(|p| p.branches.contains(id));
                let branch = match known.branches.iter().find(|id| here(id)) {
                    Some(id) => bot.cache.branch(*id).await?,
                    None => None,
                };
                Some(Speaker { known, branch })
            }
        };
        let now = bot.now();
        let said_at = bot.said_at(&incoming);
        let today = bot.config.zone().date(said_at);
        Ok(Self {
            bot: bot.clone(),
            incoming,
            text,
            now,
            said_at,
            today,
            addressed,
            place,
            speaker,
            named: None,
            because: None,
            left_out: Vec::new(),
            beside: Vec::new(),
        })
    }

    /// What it enters is entered at this instant, UTC milliseconds: now, but for a message that was missed, when it was sent.
    pub fn entered_at(&self) -> i64 {
        if self.incoming.missed { self.said_at } else { self.now }
    }

    /// The house's zone.
    pub fn zone(&self) -> Zone {
        self.bot.config.zone()
    }

    /// Whether this is a private chat.
    pub fn private(&self) -> bool {
        self.incoming.chat.private
    }

    /// The unit that is spoken of: the one that is named; else the chat's; in private the highest that the speaker has a role at, else
    /// the branch.
    ///
    /// # Errors
    /// A mistake that says how to bind the chat, or the account.
    pub async fn unit(&self) -> Result<Org, Error> {
        match &self.named {
            Some(named) => Ok(named.unit.clone()),
            None => self.usual_unit().await,
        }
    }

    /// The same where none is named.
    ///
    /// # Errors
    /// As for [`Self::unit`].
    pub async fn usual_unit(&self) -> Result<Org, Error> {
        if let Some(place) = &self.place {
            return Ok(place.org().clone());
        }
        if !self.private() {
            return Err(Mistake::new("chat-not-bound").into());
        }
        let speaker = self.speaker()?;
        // the operator keeps the machine: who is also somebody's secretary speaks as that
        let only = speaker.known.grants.iter().all(|g| g.role == Role::Operator);
        let highest = speaker.known.grants.iter().filter(|g| only || g.role != Role::Operator).min_by_key(|g| g.path.matches('/').count());
        match (highest, &speaker.branch) {
            (Some(grant), _) => self.bot.store.org(grant.org).await?.ok_or_else(|| Fault::Corrupt("a grant for a unit that is gone".into()).into()),
            (None, Some(branch)) => Ok(branch.roster.org.clone()),
            (None, None) => Err(Mistake::new("chat-no-unit").into()),
        }
    }

    /// Who speaks.
    ///
    /// # Errors
    /// A mistake that says how to bind the account.
    pub fn speaker(&self) -> Result<&Speaker, Mistake> {
        self.speaker.as_ref().ok_or_else(|| Mistake::new(if self.private() { "not-on-roster-private" } else { "not-on-roster-group" }))
    }

    /// The speaker's branch and membership.
    ///
    /// # Errors
    /// A mistake for somebody without either here.
    pub fn member(&self) -> Result<(&Arc<Branch>, &Member), Mistake> {
        let speaker = self.speaker()?;
        let elsewhere = self.place.as_ref().filter(|_| !speaker.known.branches.is_empty());
        let stranger = || elsewhere.map_or_else(|| Mistake::new("chat-no-unit"), |p| Mistake::new("chat-other-unit").with("unit", show::name(&p.org().name)));
        speaker.branch.as_ref().zip(speaker.member()).ok_or_else(stranger)
    }

    /// Demands a permission at a unit.
    ///
    /// # Errors
    /// A mistake that names who may.
    pub fn demand(&self, permission: Permission, unit: &Org) -> Result<(), Mistake> {
        if self.may(permission, unit) {
            return Ok(());
        }
        self.speaker()?;
        Err(Mistake::new("permission-refused").with("who", self.who_may_at(permission, unit)))
    }

    /// Whether the speaker has a permission at a unit.
    pub fn may(&self, permission: Permission, unit: &Org) -> bool {
        self.speaker.as_ref().is_some_and(|s| permission::allows(&self.bot.config, s, permission, unit))
    }

    /// The duty of this key.
    ///
    /// # Errors
    /// A fault: the grammar only gives keys of the configuration.
    pub fn duty(&self, key: &str) -> Result<&Duty, Fault> {
        self.bot.config.duty(key).ok_or_else(|| Fault::Other(format!("no duty {key:?} is configured")))
    }

    /// The bot's words.
    pub fn say(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        self.bot.say(key, args)
    }

    /// A quoting answer in this chat.
    pub fn reply(&self, text: impl Into<String>) -> Reply {
        Reply { parts: vec![Part::Text(text.into())], private: Vec::new() }
    }
}

/// What an action answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// In the same chat, quoting the message. Empty: silence.
    pub parts: Vec<Part>,
    /// Elsewhere: to the secretary in private, to another chat.
    pub private: Vec<Outgoing>,
}

impl Reply {
    /// Nothing.
    pub fn silence() -> Self {
        Self::default()
    }
    /// Both, the other on a line of its own.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if !self.parts.is_empty() && !other.parts.is_empty() {
            self.parts.push(Part::Text("\n".into()));
        }
        self.parts.extend(other.parts);
        self.private.extend(other.private);
        self
    }
}
