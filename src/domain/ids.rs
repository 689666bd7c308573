//! Typed ids: i64 in the database, decimal strings in JSON (they pass 2^53).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}", self.0) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(&self.0) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map(Self).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

id! {
    /// A unit of the tree: committee, general branch, branch.
    OrgId,
    /// Somebody, whatever branch they belong to; [`PersonId::BRANCH`] where it is about the branch itself.
    PersonId,
    /// One line of the ledger.
    RecordId,
    /// One meeting with check-in.
    SessionId,
}

impl PersonId {
    /// The branch itself, as the subject of what it hands up: nobody has this id.
    pub const BRANCH: Self = Self(0);
}
