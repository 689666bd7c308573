//! What is remembered in memory only, bounded: which stranger was told how to bind, of which list
//! it was said that entries wait, wrong codes, files that wait
//! for a yes. A restart forgets it, and nothing is lost but a repetition.

use crate::domain::ids::OrgId;
use crate::domain::message::{AccountKey, ChatKey};
use crate::intake::plan::Plan;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A stranger who is not talking to the bot hears how to bind once in so many milliseconds.
const HINT_AGAIN: i64 = 10 * 60_000;
/// A secretary hears of waiting accounts once in so many milliseconds.
const TELL_AGAIN: i64 = 60 * 60_000;
/// Wrong codes of one account within [`WRONG_WITHIN`] before it is refused.
const WRONG_MOST: usize = 5;
/// Milliseconds for which a wrong code counts.
const WRONG_WITHIN: i64 = 60 * 60_000;
/// Entries of one kind, at most; then the oldest goes.
const MOST: usize = 4096;
/// Files that wait at once, and their bytes together, at most.
const FILES_MOST: usize = 16;
const FILES_BYTES: usize = 64 << 20;

/// A file that was previewed and waits for its sender's yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingFile {
    /// Its name, as the sender's device gave it.
    pub name: String,
    /// What is in it.
    pub bytes: Arc<Vec<u8>>,
    /// What it would change, as was shown.
    pub plan: Plan,
    /// Who sent it: nobody else's yes counts.
    pub account: AccountKey,
    /// Until when, UTC milliseconds.
    pub until: i64,
}

/// See the file's head.
#[derive(Default)]
pub struct Memory {
    hints: Mutex<HashMap<(ChatKey, AccountKey), i64>>,
    waits: Mutex<HashMap<i64, i64>>,
    accounts: Mutex<HashMap<OrgId, i64>>,
    wrong: Mutex<HashMap<AccountKey, Vec<i64>>>,
    files: Mutex<Vec<(String, WaitingFile)>>,
}

impl Memory {
    /// Whether this account may be told how to bind, here and now: not within the last ten minutes. Notes it.
    pub fn may_hint(&self, chat: &ChatKey, account: &AccountKey, now: i64) -> bool {
        again(&mut lock(&self.hints), (chat.clone(), account.clone()), now, HINT_AGAIN)
    }

    /// Whether it may be said of this list (by its document's id) that entries wait: not within the last ten minutes, for
    /// while thirty people post their copies each finds others' that are not there yet. Notes it.
    pub fn may_tell_of_waiting(&self, document: i64, now: i64) -> bool {
        again(&mut lock(&self.waits), document, now, HINT_AGAIN)
    }

    /// Whether the secretary of this branch may be told that accounts wait: not within the last hour. On a first day thirty
    /// people ask one after the other. Notes it.
    pub fn may_tell_of_accounts(&self, branch: OrgId, now: i64) -> bool {
        again(&mut lock(&self.accounts), branch, now, TELL_AGAIN)
    }

    /// Whether this account has said so many wrong codes that none of its codes is looked at for now.
    pub fn guesses(&self, account: &AccountKey, now: i64) -> bool {
        lock(&self.wrong).get(account).is_some_and(|all| all.iter().filter(|t| recent(**t, now, WRONG_WITHIN)).count() >= WRONG_MOST)
    }

    /// Notes a wrong code.
    pub fn wrong_code(&self, account: &AccountKey, now: i64) {
        let mut wrong = lock(&self.wrong);
        if !wrong.contains_key(account) {
            make_room(&mut wrong, |all| all.last().copied().unwrap_or_default());
        }
        let all = wrong.entry(account.clone()).or_default();
        all.retain(|t| recent(*t, now, WRONG_WITHIN));
        all.push(now);
    }

    /// Keeps a file under a key until its time is over; the oldest ones make room.
    pub fn keep_file(&self, key: String, file: WaitingFile, now: i64) {
        let mut files = lock(&self.files);
        files.retain(|(k, f)| now <= f.until && *k != key);
        files.push((key, file));
        while files.len() > 1 && (files.len() > FILES_MOST || files.iter().map(|(_, f)| f.bytes.len()).sum::<usize>() > FILES_BYTES) {
            files.remove(0);
        }
    }

    /// Takes a file away, where it still waits for this account.
    pub fn take_file(&self, key: &str, account: &AccountKey, now: i64) -> Option<WaitingFile> {
        let mut files = lock(&self.files);
        files.retain(|(_, f)| now <= f.until);
        let at = files.iter().position(|(k, f)| k == key && f.account == *account)?;
        Some(files.remove(at).1)
    }
}

/// Whether something may be said again: not within the last so many milliseconds. Notes it.
fn again<K: Hash + Eq + Clone>(said: &mut HashMap<K, i64>, of: K, now: i64, within: i64) -> bool {
    if said.get(&of).is_some_and(|t| recent(*t, now, within)) {
        return false;
    }
    if said.len() >= MOST {
        said.retain(|_, t| recent(*t, now, within));
    }
    make_room(said, |t| *t);
    said.insert(of, now);
    true
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether `then` lies within the last `within` milliseconds; a clock that stepped back forgets.
fn recent(then: i64, now: i64, within: i64) -> bool {
    then <= now && now - then < within
}

fn make_room<K: Hash + Eq + Clone, V>(map: &mut HashMap<K, V>, age: impl Fn(&V) -> i64) {
    while map.len() >= MOST {
        let Some(oldest) = map.iter().min_by_key(|(_, v)| age(v)).map(|(k, _)| k.clone()) else { return };
        map.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: usize) -> AccountKey {
        AccountKey::new("onebot", id.to_string())
    }

    #[test]
    fn a_stranger_is_told_once_in_ten_minutes() {
        let memory = Memory::default();
        let (chat, other) = (ChatKey::group("onebot", "1"), ChatKey::group("onebot", "2"));
        assert!(memory.may_hint(&chat, &account(1), 1000));
        assert!(!memory.may_hint(&chat, &account(1), 1000 + HINT_AGAIN - 1));
        assert!(memory.may_hint(&other, &account(1), 1001) && memory.may_hint(&chat, &account(2), 1001));
        assert!(memory.may_hint(&chat, &account(1), 1000 + HINT_AGAIN));
        for id in 0..2 * MOST {
            memory.may_hint(&chat, &account(id), 2_000_000);
        }
        assert!(lock(&memory.hints).len() <= MOST);
    }

    #[test]
    fn five_wrong_codes_an_hour() {
        let memory = Memory::default();
        for n in 0..5 {
            assert!(!memory.guesses(&account(1), n));
            memory.wrong_code(&account(1), n);
        }
        assert!(memory.guesses(&account(1), 5));
        assert!(!memory.guesses(&account(2), 5));
        assert!(!memory.guesses(&account(1), WRONG_WITHIN), "the first is an hour old");
    }

    #[test]
    fn files_wait_for_their_sender_for_some_time() {
        let memory = Memory::default();
        let file =
            |size: usize| WaitingFile { name: "名册.csv".into(), bytes: Arc::new(vec![0; size]), plan: Plan::default(), account: account(1), until: 100 };
        memory.keep_file("a".into(), file(1), 0);
        assert_eq!(memory.take_file("a", &account(2), 50), None);
        assert!(memory.take_file("a", &account(1), 100).is_some());
        assert_eq!(memory.take_file("a", &account(1), 100), None, "once");
        memory.keep_file("b".into(), file(1), 0);
        assert_eq!(memory.take_file("b", &account(1), 101), None);
        memory.keep_file("c".into(), file(FILES_BYTES), 0);
        memory.keep_file("d".into(), file(FILES_BYTES), 0);
        assert!(memory.take_file("c", &account(1), 0).is_none() && memory.take_file("d", &account(1), 0).is_some());
    }
}
