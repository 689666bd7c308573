//! `roles.toml`: the permission table.

use super::reader::{Problems, Table, did_you_mean};
use crate::domain::role::{Permission, Role};
use std::collections::{BTreeMap, BTreeSet};

/// Each role with what it may do.
pub(super) fn read(mut t: Table, p: &mut Problems) -> BTreeMap<Role, BTreeSet<Permission>> {
    let mut roles = BTreeMap::new();
    for role in Role::ALL {
        if !t.has(role.key()) {
            t.missing(role.key(), "[]", p);
        }
        let mut may = BTreeSet::new();
        for (at, word) in t.texts(role.key(), p) {
            match Permission::ALL.into_iter().find(|q| q.key() == word) {
                Some(permission) if may.insert(permission) => {}
                Some(_) => p.add(&at, format!("`{}`: {word:?} is there twice", role.key())),
                None => p.add(&at, format!("`{}`: there is no permission {word:?}{}", role.key(), did_you_mean(&word, Permission::ALL.map(Permission::key)))),
            }
        }
        roles.insert(role, may);
    }
    t.finish(p);
    roles
}
