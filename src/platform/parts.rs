//! An answer, part by part: how its words are written for a platform, and what is told of it where some of it went and the
//! next did not.

use super::text::clean;
use crate::domain::message::{Outgoing, Part, SendError};
use crate::metrics::Metrics;
use futures_util::future::BoxFuture;

/// Writes the words of an answer as one platform's messages.
pub trait Writer {
    /// Some text, without anything invisible.
    fn text(&mut self, text: &str);
    /// A mention: the account's id, and its name in one line.
    fn mention(&mut self, id: &str, name: &str);
    /// Between a mention and what would run into it.
    fn blank(&mut self) {
        self.text(" ");
    }
}

/// Writes an answer: its words in their order. Buttons and files are no words.
pub fn write(outgoing: &Outgoing, writer: &mut impl Writer) {
    let mut parts = outgoing.parts.iter().peekable();
    while let Some(part) = parts.next() {
        match part {
            Part::Text(text) => writer.text(&clean(text)),
            Part::Mention { id, name } => {
                writer.mention(id, &clean(name).replace('\n', " "));
                let runs_in = match parts.peek() {
                    Some(Part::Text(t)) => !t.starts_with(char::is_whitespace),
                    Some(Part::Mention { .. }) => true,
                    Some(Part::Choices(_) | Part::File(_) | Part::Picture(_)) | None => false,
                };
                if runs_in {
                    writer.blank();
                }
            }
            Part::Choices(_) | Part::File(_) | Part::Picture(_) => {}
        }
    }
}

/// The parts of one answer, as they leave.
#[derive(Default)]
pub struct Parts {
    first: Option<String>,
    gone: usize,
}

impl Parts {
    /// A part of so many left, or did not.
    ///
    /// # Errors
    /// The first part's own; of a later one that it is unknown, since to say it all again would say the first of it twice.
    pub fn text(&mut self, sent: Result<String, SendError>, total: usize) -> Result<(), SendError> {
        match sent {
            Ok(id) => {
                self.first.get_or_insert(id);
                self.gone += 1;
                Ok(())
            }
            Err(e) if self.gone == 0 => Err(e),
            Err(e) => Err(SendError::Unknown(format!("{} of {total} parts went, then: {e}", self.gone))),
        }
    }

    /// A file behind the text left, or did not.
    ///
    /// # Errors
    /// That it was refused, or its own where nothing went before; else that it is unknown.
    pub fn file(&mut self, sent: Result<String, SendError>) -> Result<(), SendError> {
        match sent {
            Ok(id) => {
                self.first.get_or_insert(id);
                Ok(())
            }
            Err(e @ SendError::Refused(_)) => Err(e),
            Err(e) if self.first.is_none() => Err(e),
            Err(e) => Err(SendError::Unknown(format!("the text went, then the file: {e}"))),
        }
    }

    /// The id of the first.
    pub fn done(self) -> String {
        self.first.unwrap_or_default()
    }
}

/// Sends, and counts what was sent.
pub fn counted<'a>(
    metrics: &'a Metrics,
    platform: &'static str,
    message: &'a Outgoing,
    sending: impl Future<Output = Result<String, SendError>> + Send + 'a,
) -> BoxFuture<'a, Result<String, SendError>> {
    Box::pin(async move {
        let sent = sending.await;
        match &sent {
            Ok(_) => metrics.sent(platform),
            Err(e) => {
                metrics.unsent(platform, e.kind());
                tracing::debug!(chat = %message.chat, reason = %e, "not sent");
            }
        }
        sent
    })
}
