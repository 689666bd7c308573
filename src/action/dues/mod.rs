//! Money: what is owed, bills, the cash book, receipts, exempt and reduced dues.

pub mod bill_drop;
pub mod bill_import;
pub(in crate::action) mod bill_match;
pub mod cash;
pub mod receipt;
pub(in crate::action) mod relief;
pub(in crate::action) mod relief_above;
pub(in crate::action) mod relief_back;
pub mod treasury;
