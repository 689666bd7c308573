//! An answer that leaves in several parts: what is told of it where some went and the next did not.

use crate::domain::message::{Outgoing, SendError};
use crate::metrics::Metrics;

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

/// Counts what was sent.
pub fn count(metrics: &Metrics, platform: &'static str, message: &Outgoing, sent: &Result<String, SendError>) {
    match sent {
        Ok(_) => metrics.sent(platform),
        Err(e) => {
            metrics.unsent(platform, e.kind());
            tracing::debug!(chat = %message.chat, reason = %e, "not sent");
        }
    }
}
