//! Open questions: the bot asks one person in one chat; only that person's answer counts, for some minutes.
//! What is kept is what the answer will do, never the text that gave rise to it.

use super::buttons;
use super::context::Context;
use super::memory::WaitingFile;
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::{AccountKey, ChatKey, Choices};
use crate::domain::screenshot::Look;
use crate::error::Fault;
use crate::intake::plan::Plan;
use crate::store::questions::Question;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What a question is about, and so what its answer does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "about")]
pub enum Body {
    /// A sum of dues that fits no run of months: which months is it for?
    Amount {
        /// The duty's key.
        duty: String,
        /// For whom.
        people: Vec<(OrgId, PersonId)>,
        /// The sum, fen.
        amount: i64,
        /// The choices shown, in their order: each a run of months.
        choices: Vec<Vec<Period>>,
    },
    /// Something was paid today already: is this another payment?
    SecondToday {
        /// The duty's key.
        duty: String,
        /// For whom.
        people: Vec<(OrgId, PersonId)>,
        /// The sum, where one was said, fen.
        amount: Option<i64>,
    },
    /// A sum beside a duty, and nothing that says that it was paid: was it?
    Meant {
        /// The duty's key.
        duty: String,
        /// For whom.
        people: Vec<(OrgId, PersonId)>,
        /// The sum, fen.
        amount: i64,
    },
    /// A recalled message had entered something: take it back?
    Undo {
        /// The message's source.
        source: String,
    },
    /// Binding requests were shown: approve them?
    Bindings {
        /// The accounts, in the order shown.
        accounts: Vec<String>,
        /// The branch.
        branch: OrgId,
    },
    /// Unconfirmed claims were shown: confirm them?
    Claims {
        /// The duty's key.
        duty: String,
        /// The branch.
        branch: OrgId,
        /// Whose, in the order shown.
        people: Vec<PersonId>,
    },
    /// A chain list has names that nobody has, or several: who is meant?
    Names {
        /// The list.
        document: i64,
        /// The message whose names they are.
        source: String,
        /// The names, in the order shown; their choices are counted through.
        names: Vec<AskedName>,
    },
    /// An account is to be nobody's any more: one's own where nobody is named, else which of these namesakes'?
    Unbind {
        /// The namesakes, in the order shown.
        people: Vec<(OrgId, PersonId)>,
    },
    /// A bill was previewed: enter it?
    Bill {
        /// The key of `Waiting`.
        file: String,
        /// The branch that was paid.
        branch: OrgId,
        /// The duty's key.
        duty: String,
        /// The month of a fee export.
        month: Option<Period>,
    },
    /// A picture came by itself: is it of this?
    Screenshot {
        /// The duty's key.
        duty: String,
        /// Of which periods.
        periods: Vec<Period>,
        /// What the pictures look like.
        looks: Vec<Look>,
    },
    /// All that is kept of the speaker was told in words: take it along as json?
    MyData,
    /// All that is kept of the speaker is to go: really?
    Erase,
    /// An official export was previewed: enter it?
    Study {
        /// The key of `Waiting`.
        file: String,
    },
    /// The columns of an official export are unknown: what are they?
    StudyColumns {
        /// The key of `Waiting`.
        file: String,
        /// Letters with what stands on top.
        columns: Vec<(String, String)>,
    },
    /// Somebody in an official export may be several members: who?
    StudyWho {
        /// The key of `Waiting`.
        file: String,
        /// What the answer is remembered under, and who it may be; counted through as shown.
        choices: Vec<(String, OrgId, PersonId)>,
    },
    /// A roster file was previewed: apply it? The file itself waits in memory under this key.
    Roster {
        /// The key of `Waiting`.
        file: String,
        /// The branch path that rows without one belong to.
        branch: Option<String>,
    },
}

/// A name of a chain list that is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedName {
    /// As written.
    pub name: String,
    /// What stands after it: `language::Entry` in JSON.
    pub said: String,
    /// Whether in that list a bare name says that it is done.
    pub bare: bool,
    /// Who may be meant, in the order shown.
    pub choices: Vec<(OrgId, PersonId)>,
}

/// Who has an open question, at hand so that chatter needs no look at the database.
#[derive(Default)]
pub struct Asked {
    open: Mutex<HashMap<(ChatKey, AccountKey), i64>>,
    /// Buttons of questions that were just opened, for the answer that asks them.
    fresh: Mutex<HashMap<(ChatKey, AccountKey), Choices>>,
}

impl Asked {
    /// Whether this person has an open question in this chat.
    pub fn waits_for(&self, chat: &ChatKey, account: &AccountKey, now: i64) -> bool {
        let map = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        !map.is_empty() && map.get(&(chat.clone(), account.clone())).is_some_and(|until| now <= *until)
    }
    /// Notes one.
    pub fn note(&self, q: &Question, now: i64) {
        let mut map = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        map.retain(|_, until| now <= *until);
        map.insert((q.chat.clone(), q.account.clone()), q.until);
        // buttons of questions that were never told
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).retain(|key, _| map.contains_key(key));
    }
    /// Keeps the buttons of a question that is about to be told.
    fn offer(&self, q: &Question, choices: Option<Choices>) {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (q.chat.clone(), q.account.clone());
        match choices {
            Some(choices) => drop(fresh.insert(key, choices)),
            None => drop(fresh.remove(&key)),
        }
    }
    /// Takes out the buttons of the question that was just put to this person in this chat.
    pub fn fresh(&self, chat: &ChatKey, account: &AccountKey) -> Option<Choices> {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        if fresh.is_empty() { None } else { fresh.remove(&(chat.clone(), account.clone())) }
    }
}

impl Context {
    /// Opens a question to the speaker in this chat; an older one of theirs here is dropped.
    pub async fn ask(&self, body: &Body) -> Result<(), Fault> {
        self.ask_in(&self.incoming.chat, &self.incoming.sender, body).await
    }

    /// Opens a question to somebody in some chat.
    pub async fn ask_in(&self, chat: &ChatKey, account: &AccountKey, body: &Body) -> Result<(), Fault> {
        let json = serde_json::to_string(body).map_err(|e| Fault::Other(e.to_string()))?;
        let until = self.now + self.bot.config.bot.answers.question_minutes * 60_000;
        let question = Question { chat: chat.clone(), account: account.clone(), body: json, until };
        self.bot.store.ask(&question).await?;
        self.bot.asked.note(&question, self.now);
        self.bot.asked.offer(&question, buttons::of(self, body, &question));
        Ok(())
    }

    /// Keeps a file of the speaker's that was previewed, for as long as a question about it stands; the key for that.
    pub fn keep_file(&self, name: String, bytes: Arc<Vec<u8>>, plan: Plan) -> String {
        let key = self.bot.effects.ids.next().to_string();
        let until = self.now + self.bot.config.bot.answers.question_minutes * 60_000;
        let file = WaitingFile { name, bytes, plan, account: self.incoming.sender.clone(), until };
        self.bot.memory.keep_file(key.clone(), file, self.now);
        key
    }

    /// Takes the speaker's open question in this chat away, where there is one.
    pub async fn take_question(&self) -> Result<Option<Body>, Fault> {
        let question = self.bot.store.take_question(&self.incoming.chat, &self.incoming.sender, self.now).await?;
        // a body that an older version wrote and this one can't read is as good as expired
        Ok(question.and_then(|q| serde_json::from_str(&q.body).ok()))
    }

    /// Puts a taken question back: its answer was not understood.
    pub async fn ask_again(&self, body: &Body) -> Result<(), Fault> {
        self.ask(body).await
    }
}
