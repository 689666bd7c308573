//! Lanes: a chat's events are begun in their order, chats side by side.
//!
//! What is left of an event may go on beside those that follow; a mark waits until all of that has written what it has to
//! write, though not until the answers have left. Where any of it met a fault the mark says so, and the platform brings it again.

use crate::action::bot::Bot;
use crate::domain::message::{AccountKey, ChatKey, Event};
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Lanes; a chat always takes the same one.
const LANES: usize = 64;
/// Events that wait in a lane before the platform has to.
const LANE_DEPTH: usize = 256;
/// Answers that are waited for at once.
const IN_FLIGHT: usize = 4096;

/// How often it is looked whether a database that failed is back.
const LOOK: Duration = Duration::from_secs(1);

/// What goes through a lane.
enum Item {
    /// With when it was heard, UTC milliseconds.
    Event(Event, i64),
    /// Dropped when everything before it was begun and has written all that it will write; told of each fault on the way.
    Mark(mpsc::Sender<()>),
}

tokio::task_local! {
    /// Held by an event, and by what is left of it while it may still write.
    static WRITES: RefCell<Option<mpsc::Sender<()>>>;
    /// When the event at hand was heard, UTC milliseconds: it may have waited in its lane.
    static HEARD: i64;
}

/// The event at hand could not be worked on: the next mark is not kept.
pub(in crate::action) fn faulted() {
    // one word is enough, so a channel that is full already says it; outside of a lane nobody waits
    let _ = WRITES.try_with(|held| held.borrow().as_ref().map(|open| open.try_send(())));
}

/// When the event at hand was heard; none outside of a lane.
pub(in crate::action) fn heard_at() -> Option<i64> {
    HEARD.try_with(|at| *at).ok()
}

/// What is left of the event at hand has written everything: it only sends, and no mark waits for that.
pub(in crate::action) fn written() {
    // outside of a lane nobody waits
    let _ = WRITES.try_with(|held| held.borrow_mut().take());
}

/// Works until `stop`, then answers everything that had come through the inbox. `again` brings messages that were held.
pub async fn run(bot: Arc<Bot>, mut inbox: mpsc::Receiver<Event>, mut again: mpsc::Receiver<Event>, stop: CancellationToken) {
    let tracker = TaskTracker::new();
    let room = Arc::new(Semaphore::new(IN_FLIGHT));
    let lanes: Vec<mpsc::Sender<Item>> = (0..LANES).map(|_| lane(&bot, &tracker, &room)).collect();
    loop {
        let event = tokio::select! {
            biased;
            () = stop.cancelled(), if !inbox.is_closed() => {
                // what is in the queue is still given out
                inbox.close();
                continue;
            }
            Some(event) = again.recv() => Some(event),
            event = inbox.recv() => event,
        };
        match event {
            None => break,
            Some(Event::Mark { bot: account, mark }) => {
                let (begun, all_begun) = mpsc::channel(1);
                for lane in &lanes {
                    // a lane that is gone has begun nothing
                    let _ = lane.send(Item::Mark(begun.clone())).await;
                }
                tracker.spawn(keep(bot.clone(), all_begun, (account, mark), stop.clone()));
            }
            Some(event) => {
                if lanes[lane_of(&event)].send(Item::Event(event, bot.now())).await.is_err() {
                    break;
                }
            }
        }
    }
    drop(lanes);
    tracker.close();
    tracker.wait().await;
    bot.flush().await;
}

fn lane(bot: &Arc<Bot>, tracker: &TaskTracker, room: &Arc<Semaphore>) -> mpsc::Sender<Item> {
    let (tx, mut rx) = mpsc::channel(LANE_DEPTH);
    let (bot, room, rests) = (bot.clone(), room.clone(), tracker.clone());
    tracker.spawn(async move {
        // what was left since the last mark holds the one end until it has written
        let (mut open, mut written) = mpsc::channel(1);
        while let Some(item) = rx.recv().await {
            let (event, heard_at) = match item {
                Item::Event(event, at) => (event, at),
                Item::Mark(begun) if open.strong_count() == 1 => {
                    if written.try_recv().is_ok() {
                        let _ = begun.try_send(());
                    }
                    continue;
                }
                Item::Mark(begun) => {
                    let (next, next_written) = mpsc::channel(1);
                    drop(std::mem::replace(&mut open, next.clone()));
                    let mut before = std::mem::replace(&mut written, next_written);
                    rests.spawn(async move {
                        while before.recv().await.is_some() {
                            let _ = begun.try_send(());
                        }
                        // a later mark waits for this one
                        drop((begun, next));
                    });
                    continue;
                }
            };
            let held = || RefCell::new(Some(open.clone()));
            let Some(rest) = HEARD.scope(heard_at, WRITES.scope(held(), bot.begin(event))).await else { continue };
            let Ok(permit) = room.clone().acquire_owned().await else { break };
            rests.spawn(WRITES.scope(held(), async move {
                rest.await;
                drop(permit);
            }));
        }
    });
    tx
}

/// Tells the platform whether everything up to its mark is durable: all was begun, all was written, and nothing failed.
async fn keep(bot: Arc<Bot>, mut all_begun: mpsc::Receiver<()>, (account, mark): (AccountKey, i64), stop: CancellationToken) {
    let mut failed = false;
    while all_begun.recv().await.is_some() {
        failed = true;
    }
    let settled = bot.store.settled().await;
    let Some(courier) = bot.courier(&account.platform) else { return };
    if settled.is_ok() && !failed {
        return courier.kept(&account, mark);
    }
    tracing::warn!(%account, "what was heard is not confirmed to the platform: some of it could not be worked on");
    // without a database it would only fail once more
    while bot.store.healthy().await.is_err() && !stop.is_cancelled() {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = stop.cancelled() => {}
        }
    }
    courier.unkept(&account, mark);
}

fn lane_of(event: &Event) -> usize {
    let chat: Option<&ChatKey> = match event {
        Event::Message(m) | Event::Edited(m) => Some(&m.chat),
        Event::Recall { chat, .. } => Some(chat),
        Event::Moved { to, .. } => Some(to),
        Event::Account { .. } | Event::Mark { .. } => None,
    };
    let mut hasher = DefaultHasher::new();
    chat.hash(&mut hasher);
    usize::try_from(hasher.finish() % LANES as u64).unwrap_or(0)
}
