//! How answers leave: quoting their message, once; what the platform takes only later waits in the outbox, and what may or may
//! not have gone is kept for when the message comes again. Gathered
//! answers leave when they are due. Mistakes become words that help, faults an apology.

use super::lanes;
use crate::action::bot::Bot;
use crate::action::context::Reply;
use crate::domain::message::{Incoming, Outgoing, Part};
use crate::error::Error;

impl Bot {
    /// Tells what came of a message.
    pub(in crate::action) async fn finish(&self, incoming: &Incoming, reply: Result<Reply, Error>) {
        if matches!(reply, Err(Error::Fault(_))) {
            // it may come again, and then be worked on
            self.recent.forget(&incoming.source());
        }
        let reply = reply.unwrap_or_else(|error| self.excuse(&incoming.source(), error));
        self.reply(incoming, reply).await;
    }

    /// Answers a message. What could not be sent is kept for when the message comes again.
    pub(in crate::action) async fn reply(&self, incoming: &Incoming, mut reply: Reply) {
        self.with_choices(incoming, &mut reply);
        lanes::written();
        let source = incoming.source();
        let mut left = Some(reply);
        while let Some(reply) = left.take() {
            let message = Outgoing { chat: incoming.chat.clone(), quote: Some(incoming.quote_id.clone()), parts: reply.parts };
            let lost = self.send_all(&source, message, reply.private).await;
            if !lost.parts.is_empty() || !lost.private.is_empty() {
                left = self.recent.unsent(source.clone(), lost);
            }
        }
    }

    /// Sends the answer to a message and what goes elsewhere beside it; what did not go is given back.
    pub(in crate::action) async fn send_all(&self, source: &str, message: Outgoing, others: Vec<Outgoing>) -> Reply {
        let mut lost = Reply::silence();
        if !message.parts.is_empty() && !self.answer(&message, source).await {
            lost.parts = message.parts;
        }
        for (n, other) in others.into_iter().enumerate() {
            if !self.answer(&other, &format!("{source}/{n}")).await {
                lost.private.push(other);
            }
        }
        lost
    }

    /// An answer of words alone.
    pub(in crate::action) fn text_reply(text: String) -> Reply {
        Reply { parts: vec![Part::Text(text)], private: Vec::new() }
    }

    /// A mistake in words that help; a fault as an apology whose code is in the log.
    /// What the platform brings again because of it is not apologised for again.
    pub(in crate::action) fn excuse(&self, source: &str, error: Error) -> Reply {
        match error {
            Error::Mistake(mistake) => Self::text_reply(self.config.messages.mistake(self.lang(), &mistake)),
            Error::Fault(fault) => {
                let code = format!("{:04x}", self.effects.random.below(0x1_0000));
                self.failed();
                tracing::error!(%fault, code, "a message could not be worked on");
                if self.recent.sorry(source) { Self::text_reply(self.say("fault", &[("code", code.into())])) } else { Reply::silence() }
            }
        }
    }

    /// Sends the gathered answers that are due, and looks which accounts are stopped. To be called every second or so.
    pub async fn tick(&self) {
        self.look_at_brakes().await;
        self.tell_gathered(self.now()).await;
    }

    /// Sends what is gathered, due or not: at the end.
    pub async fn flush(&self) {
        self.tell_gathered(i64::MAX).await;
    }

    async fn tell_gathered(&self, now: i64) {
        for line in self.gather.take(now) {
            // what was taken back before the line leaves is not in it
            let left = match self.store.left_of(&line.sources).await {
                Ok(left) => Some(left),
                Err(fault) => {
                    tracing::warn!(%fault, "whether reports still stand could not be looked up; they are acknowledged as they came");
                    None
                }
            };
            let Some(message) = line.say(self, left.as_deref()) else { continue };
            if !self.answer(&message, &format!("gathered/{}", self.effects.ids.next())).await {
                // whoever says it again is told with those who do
                for source in &line.sources {
                    self.recent.forget(source);
                }
            }
        }
    }
}
