//! Buttons beneath the bot's questions, where the platform has some. A button only says what could be typed: the answer is
//! read as any other, and only while its own question is the open one, by the person who was asked.

use super::router::Rest;
use crate::action::bot::Bot;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::answer;
use crate::action::dialogue::question::Body;
use crate::domain::message::{Choice, Choices, Event, Incoming, Part};
use crate::error::{Error, Fault};
use crate::store::questions::Question;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;

/// Bytes of a button's label; longer ones are not put on buttons.
const LABEL: usize = 60;

/// What tells one question from another: another answer to the same person has another.
pub fn mark(question: &Question) -> String {
    let digest = Sha256::digest(format!("{} {} {} {}", question.chat, question.account, question.until, question.body));
    digest.iter().take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The buttons of a question; none where it is answered in words.
pub fn of(cx: &Context, body: &Body, question: &Question) -> Option<Choices> {
    let numbered = |labels: Vec<String>| labels.into_iter().zip(1..).map(|(label, n): (String, usize)| Choice { label, says: n.to_string() }).collect();
    let all: Vec<Choice> = match body {
        Body::Amount { choices, .. } if choices.len() > 1 => numbered(choices.iter().map(|c| cx.periods(c)).collect()),
        Body::Withdraw { reported: true, .. } => numbered(["withdraw-own", "withdraw-whole"].map(|key| cx.say(key, &[])).into()),
        Body::Void { source: Some(_), .. } => numbered(["void-own", "void-whole"].map(|key| cx.say(key, &[])).into()),
        Body::Namesake { .. } | Body::Claimant { .. } | Body::Asker { .. } | Body::Names { .. } | Body::StudyColumns { .. } | Body::StudyWho { .. } => {
            return None;
        }
        Body::Unbind { people } if !people.is_empty() => return None,
        Body::Amount { choices, .. } if choices.is_empty() => return None,
        _ => ["button-yes", "button-no"].map(|key| cx.say(key, &[])).map(|word| Choice { label: word.clone(), says: word }).into(),
    };
    let fits = |c: &Choice| !c.label.is_empty() && c.label.len() <= LABEL;
    all.iter().all(fits).then(|| Choices { question: mark(question), of: question.account.id.to_string(), all })
}

impl Bot {
    /// Puts buttons beneath the answer to a message, where that answer asks its reader something.
    pub(in crate::action) fn with_choices(&self, incoming: &Incoming, reply: &mut Reply) {
        let choices = self.asked.fresh(&incoming.source());
        let can = self.courier(&incoming.chat.platform).is_some_and(|c| c.capabilities().choices);
        if let Some(choices) = choices.filter(|_| can && !reply.parts.is_empty()) {
            reply.parts.push(Part::Choices(choices));
        }
    }

    /// A button was pressed.
    pub(in crate::action) async fn chosen(self: &Arc<Self>, incoming: Arc<Incoming>) -> Option<Rest> {
        let done = async {
            if !self.answers_here(&incoming, Event::Message).await? {
                return Ok(None);
            }
            let source = incoming.source();
            if !self.recent.first_time(&source) {
                return Ok(self.recent.lost(&source));
            }
            let reply = self.answered(&incoming).await;
            if reply.is_err() {
                self.recent.forget(&source);
            }
            reply.map(Some)
        };
        match done.await {
            Ok(None) => None,
            Ok(Some(reply)) => self.later(&incoming, reply),
            Err(error) => {
                let reply = self.excuse(&incoming.source(), error);
                self.later(&incoming, reply)
            }
        }
    }

    async fn answered(self: &Arc<Self>, incoming: &Arc<Incoming>) -> Result<Reply, Error> {
        self.store.settled().await?;
        self.cache.freshen(&incoming.chat, &incoming.sender).await?;
        let cx = Context::read(self, incoming.clone(), incoming.text(), true).await?;
        let open: Result<_, Fault> = self.store.question(&incoming.chat, &incoming.sender, cx.now).await;
        if open?.is_none_or(|q| Some(mark(&q).as_str()) != incoming.choice()) {
            return Ok(cx.reply(cx.say("button-gone", &[])));
        }
        Ok(answer::follow_up(&cx).await?.unwrap_or_else(|| answer::without_question(&cx)))
    }
}
