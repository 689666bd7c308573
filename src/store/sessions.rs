//! Meetings with check-in.

use super::Store;
use crate::domain::ids::{OrgId, PersonId, SessionId};
use crate::domain::record::{Record, Session};
use crate::error::Fault;

impl Store {
    /// Opens one. The one of this unit and duty that is still open comes back instead, with false.
    pub async fn open_session(&self, session: &Session, actor: Option<PersonId>) -> Result<(Session, bool), Fault> {
        let _ = (session, actor);
        unimplemented!()
    }
    /// Ends it; true where it was open.
    pub async fn close_session(&self, id: SessionId, at: i64) -> Result<bool, Fault> {
        let _ = (id, at);
        unimplemented!()
    }
    /// Sessions of these units without an end (also those whose time is over but nobody has closed yet).
    pub async fn open_sessions(&self, units: &[OrgId]) -> Result<Vec<Session>, Fault> {
        let _ = units;
        unimplemented!()
    }
    /// Sessions whose `closes_at` is past and that nobody has closed.
    pub async fn overdue_sessions(&self, now: i64) -> Result<Vec<Session>, Fault> {
        let _ = now;
        unimplemented!()
    }
    /// The records given at it, taken back ones aside.
    pub async fn session_records(&self, id: SessionId) -> Result<Vec<Record>, Fault> {
        let _ = id;
        unimplemented!()
    }
}
