//! How many posts a second the writer makes durable: `cargo bench --bench writer [-- DATABASE_URL] [WINDOW …]`.
//!
//! Each of 3,000 members of ten branches reports one week's study; `window` posts wait at a time. The database is a
//! fresh SQLite file in the temporary directory, or the empty one that is named.

use std::collections::VecDeque;
use std::time::Instant;
use zhibu::domain::calendar::Period;
use zhibu::domain::ids::{OrgId, PersonId};
use zhibu::domain::ledger::{Entry, Post, Subject};
use zhibu::domain::message::{AccountKey, ChatKey};
use zhibu::domain::record::Evidence;
use zhibu::domain::roster::{MemberFields, NewMember, OrgKind, RosterChange};
use zhibu::effects::Effects;
use zhibu::store::{Options, Store};

const BRANCHES: usize = 10;
const MEMBERS: usize = 300;
const POSTS: usize = 30_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let dir = tempfile::TempDir::new().expect("a temporary directory");
    let named = std::env::args().skip(1).find(|a| a.contains(':'));
    let mut windows: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    if windows.is_empty() {
        windows = vec![1, 64, 512];
    }
    for window in windows {
        let posts = if window == 1 { POSTS / 10 } else { POSTS };
        let url = named.clone().unwrap_or_else(|| format!("sqlite:{}", dir.path().join(format!("{window}.db")).display()));
        let store = Store::open(&Options { url, batch: 512, readers: 2 }, &Effects::system()).await.expect("the database opens");
        let people = roster(&store, window).await;
        let period: Period = "2026-W47".parse().expect("a week");
        let started = Instant::now();
        let mut waiting = VecDeque::new();
        for n in 0..posts {
            if waiting.len() == window {
                settle(waiting.pop_front()).await;
            }
            let (branch, epoch, person) = people[n % people.len()];
            let week = period.shift(i32::try_from(n / people.len()).expect("few weeks"));
            waiting.push_back(store.post(post(n, branch, epoch, person, week)).await);
        }
        while !waiting.is_empty() {
            settle(waiting.pop_front()).await;
        }
        let seconds = started.elapsed().as_secs_f64();
        println!("window {window:>3}: {:>6.0} posts/s ({posts} posts in {seconds:.2} s)", f64::from(u32::try_from(posts).expect("few posts")) / seconds);
        store.close().await;
    }
}

async fn settle(pending: Option<zhibu::store::records::ledger::Pending>) {
    if let Some(pending) = pending {
        pending.await.expect("the writer answers").expect("the post is entered");
    }
}

async fn roster(store: &Store, run: usize) -> Vec<(OrgId, i64, PersonId)> {
    let since = "2026-09-01".parse().expect("a date");
    let mut people = Vec::new();
    for b in 0..BRANCHES {
        let branch = store.create_path(&format!("县{run}/镇/{b}支部"), OrgKind::Branch, since).await.expect("a branch");
        let add = |n| RosterChange::Add(NewMember { branch: branch.id, name: format!("团员{n}"), from: since, known: None, fields: MemberFields::default() });
        let changes: Vec<_> = (0..MEMBERS).map(add).collect();
        let ids = store.change_roster(&changes, &[], None, &|_, _, _| Vec::new()).await.expect("members");
        let epoch = store.org(branch.id).await.expect("a reading").expect("the branch").epoch;
        people.extend(ids.into_iter().map(|p| (branch.id, epoch, p)));
    }
    // chats are mixed as they are in life
    let order: Vec<usize> = (0..people.len()).map(|n| (n * 7919) % people.len()).collect();
    order.into_iter().map(|n| people[n]).collect()
}

fn post(n: usize, branch: OrgId, epoch: i64, person: PersonId, period: Period) -> Post {
    let subject = Subject { branch, person };
    Post {
        branch,
        source: format!("onebot:90000/{}:1795320000", 1_000_000_007_usize.wrapping_mul(n) % 2_147_483_647),
        chat: ChatKey::group("onebot", "90000"),
        account: AccountKey::new("onebot", person.to_string()),
        actor: Some(person),
        evidence: Evidence::Own,
        at: 1_795_320_000_000,
        relies: vec![(branch, epoch)],
        expected: vec![(branch, "study".into(), period, 300)],
        over: Vec::new(),
        entries: vec![Entry::Done { subject, duty: "study".into(), period, value: 1, owed: 1, adds: false }],
    }
}
