//! The engines behind one face: connections, statements, the shape of the database, this process's number.

pub(in crate::store) mod believed;
pub(in crate::store) mod durable;
pub(in crate::store) mod engine;
pub(in crate::store) mod look;
pub(in crate::store) mod migrate;
pub(in crate::store) mod node;
pub(in crate::store) mod together;
