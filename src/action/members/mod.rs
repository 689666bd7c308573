//! People and their accounts: binding, one's own data, whoever is named.

pub mod accounts;
pub mod bindings;
pub mod cards;
pub mod codes;
pub mod moved;
pub(in crate::action) mod people;
pub mod privacy;
pub mod unbind;
