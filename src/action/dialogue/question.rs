//! Open questions: the bot asks one person in one chat; only that person's answer counts, for some minutes.
//! What is kept is what the answer will do, never the text that gave rise to it.

use crate::action::context::Context;
use crate::action::flow::buttons;
use crate::action::flow::memory::WaitingFile;
use crate::domain::attachment::Attachment;
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId, SessionId};
use crate::domain::message::{AccountKey, ChatKey, Choices, Incoming};
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
    /// Something was given of one's own will today already: is this another gift?
    GiftToday {
        /// The duty's key.
        duty: String,
        /// Whose.
        whom: (OrgId, PersonId),
        /// Fen.
        amount: i64,
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
    /// Reminders of these units are held: are they to go?
    Held {
        /// The units.
        units: Vec<OrgId>,
    },
    /// A recalled message had entered something: take it back?
    Undo {
        /// The message's source.
        source: String,
    },
    /// An issue was named beside 撤回: is it taken back for everybody, or the speaker's own report of it?
    Withdraw {
        /// Whose issue it is.
        unit: OrgId,
        /// The duty's key.
        duty: String,
        /// Which.
        issue: i64,
        /// Whether the speaker reported it, and so may mean that.
        reported: bool,
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
    /// A notice was shown: send it? A document may still come with it.
    Notice {
        /// The unit whose officer sends it.
        unit: OrgId,
        /// To which units and all below them.
        units: Vec<OrgId>,
        /// What it says.
        text: String,
        /// The document.
        file: Option<Attachment>,
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
        /// Who in it is not on the roster: as the file says, and what an answer is remembered under.
        #[serde(default)]
        strangers: Vec<(String, String)>,
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
        /// As for `Study`.
        #[serde(default)]
        strangers: Vec<(String, String)>,
    },
    /// A roster file was previewed: apply it? The file itself waits in memory under this key.
    Roster {
        /// The key of `Waiting`.
        file: String,
        /// The branch path that rows without one belong to.
        branch: Option<String>,
        /// Whether people known in another branch are meant, who would come over by it.
        #[serde(default)]
        transfer: bool,
    },
    /// Several have the name of whom something was reported: which of them?
    Namesake {
        /// The duty's key.
        duty: String,
        /// Of which periods, where any was said.
        periods: Vec<Period>,
        /// The sum, where one was said, fen.
        amount: Option<i64>,
        /// How much, of a duty that is no money.
        value: i64,
        /// The namesakes, in the order shown.
        people: Vec<(OrgId, PersonId)>,
    },
    /// A session was opened or closed by mistake: is it to be void, with all that was given at it?
    Void {
        /// Which.
        session: SessionId,
        /// The message by which the speaker entered something at it, and which may be meant instead.
        source: Option<String>,
    },
    /// Exempt and reduced dues that wait for a word from above were shown: approve them?
    Reliefs {
        /// Branch and id, in the order shown.
        all: Vec<(OrgId, i64)>,
    },
    /// Several of one name ask for leave: whose is meant?
    Asker {
        /// Whether it is granted; else refused.
        granted: bool,
        /// The namesakes, in the order shown.
        people: Vec<(OrgId, PersonId)>,
    },
    /// Several of one name claim to have paid: whose claim is meant?
    Claimant {
        /// The duty's key; none: whatever they claim.
        duty: Option<String>,
        /// Whether it is taken back; else confirmed.
        reject: bool,
        /// The namesakes, in the order shown.
        people: Vec<(OrgId, PersonId)>,
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

/// A question that was taken to be answered, and can be put back as it was.
pub struct Taken {
    /// What it is about.
    pub body: Body,
    /// The row.
    pub question: Question,
}

/// Who has an open question, at hand so that chatter needs no look at the database.
#[derive(Default)]
pub struct Asked {
    open: Mutex<HashMap<(ChatKey, AccountKey), Open>>,
    /// Buttons of questions that were just opened, with their end: by the source of the message whose answer asks them.
    fresh: Mutex<HashMap<String, (i64, Choices)>>,
}

/// An open question.
struct Open {
    until: i64,
    /// The `quote_id` of the message that gave rise to it, where this process asked.
    message: Option<String>,
}

impl Asked {
    /// Whether this person has an open question in this chat.
    pub fn waits_for(&self, chat: &ChatKey, account: &AccountKey, now: i64) -> bool {
        let map = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        !map.is_empty() && map.get(&(chat.clone(), account.clone())).is_some_and(|open| now <= open.until)
    }
    /// Notes one.
    pub fn note(&self, q: &Question, now: i64) {
        self.put(q, None, now);
    }
    fn put(&self, q: &Question, message: Option<&str>, now: i64) {
        let mut map = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        map.retain(|_, open| now <= open.until);
        let key = (q.chat.clone(), q.account.clone());
        // read again from the database, or put back: it is still the same
        let known = map.get(&key).filter(|open| open.until == q.until).and_then(|open| open.message.clone());
        map.insert(key, Open { until: q.until, message: message.map(str::to_owned).or(known) });
    }
    /// Whether the sender's open question there is about an earlier version of this message.
    pub fn is_about(&self, changed: &Incoming) -> bool {
        let map = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let open = map.get(&(changed.chat.clone(), changed.sender.clone()));
        open.is_some_and(|open| open.message.as_deref() == Some(&changed.quote_id))
    }
    /// Keeps the buttons of a question for the answer to this message, and for no other.
    fn offer(&self, source: String, until: i64, choices: Option<Choices>, now: i64) {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        // some were never told
        fresh.retain(|_, (until, _)| now <= *until);
        match choices {
            Some(choices) => drop(fresh.insert(source, (until, choices))),
            None => drop(fresh.remove(&source)),
        }
    }
    /// Takes out the buttons of the question that the answer to this message asks.
    pub fn fresh(&self, source: &str) -> Option<Choices> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).remove(source).map(|(_, choices)| choices)
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
        self.bot.asked.put(&question, Some(&self.incoming.quote_id), self.now);
        self.bot.asked.offer(self.incoming.source(), until, buttons::of(self, body, &question), self.now);
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
    pub async fn take_question(&self) -> Result<Option<Taken>, Fault> {
        let question = self.bot.store.take_question(&self.incoming.chat, &self.incoming.sender, self.now).await?;
        // a body that an older version wrote and this one can't read is as good as expired
        Ok(question.and_then(|q| Some(Taken { body: serde_json::from_str(&q.body).ok()?, question: q })))
    }

    /// The speaker goes on to something else: what was asked before is no question any more, and a later yes means something else.
    /// Yet the names of a list stay open while reports and lists come: their answer says of whom it is.
    pub async fn lapse(&self, only_reports: bool) -> Result<(), Fault> {
        if let Some(Taken { body: Body::Names { .. }, question }) = self.take_question().await?
            && only_reports
        {
            self.ask_again(&question).await?;
        }
        Ok(())
    }

    /// Puts a taken question back as it was: this message did not answer it. Its buttons stay where they are.
    pub async fn ask_again(&self, taken: &Question) -> Result<(), Fault> {
        self.bot.store.ask(taken).await?;
        self.bot.asked.note(taken, self.now);
        Ok(())
    }
}
