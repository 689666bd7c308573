//! The tree of units.

use super::Store;
use crate::domain::ids::OrgId;
use crate::domain::roster::{Org, OrgKind};
use crate::error::Fault;
use chrono::NaiveDate;

impl Store {
    /// The unit of this path.
    pub async fn org_by_path(&self, path: &str) -> Result<Option<Org>, Fault> {
        let _ = path;
        unimplemented!()
    }
    /// The unit of this id.
    pub async fn org(&self, id: OrgId) -> Result<Option<Org>, Fault> {
        let _ = id;
        unimplemented!()
    }
    /// The unit and all above it, itself first.
    pub async fn line(&self, id: OrgId) -> Result<Vec<Org>, Fault> {
        let _ = id;
        unimplemented!()
    }
    /// The unit and all below it, by path. An empty path: the whole tree.
    pub async fn subtree(&self, path: &str) -> Result<Vec<Org>, Fault> {
        let _ = path;
        unimplemented!()
    }
    /// The unit of this path, made with the missing ones above it (committees) where it is not there.
    /// `kind` is the last one's; an existing unit keeps its own.
    pub async fn create_path(&self, path: &str, kind: OrgKind, since: NaiveDate) -> Result<Org, Fault> {
        let _ = (path, kind, since);
        unimplemented!()
    }
}
