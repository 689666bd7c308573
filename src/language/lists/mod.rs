//! Chain lists (接龙): how they are laid out, and what their entries say.

pub(in crate::language) mod chain;
pub(in crate::language) mod chain_entry;
pub(in crate::language) mod chain_head;
pub(in crate::language) mod chain_rows;
