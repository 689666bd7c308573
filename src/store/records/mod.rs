//! The ledger: entered by one writer in batches, closed by periods, proved and made anew.

pub(in crate::store) mod audit;
pub(in crate::store) mod batch;
pub(in crate::store) mod before;
pub mod documents;
pub(in crate::store) mod foresee;
pub mod imported;
pub mod ledger;
pub mod official;
pub(in crate::store) mod periods;
pub(in crate::store) mod prove;
pub(in crate::store) mod reasons;
pub(in crate::store) mod rebuild;
pub(in crate::store) mod reliefs;
pub(in crate::store) mod rows;
pub mod screenshots;
pub(in crate::store) mod writer;
