//! Lanes: a chat's events are begun in their order, chats side by side.

use super::bot::Bot;
use crate::domain::message::{AccountKey, ChatKey, Event};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Lanes; a chat always takes the same one.
const LANES: usize = 64;
/// Events that wait in a lane before the platform has to.
const LANE_DEPTH: usize = 256;
/// Answers that are waited for at once.
const IN_FLIGHT: usize = 4096;

/// What goes through a lane.
enum Item {
    Event(Event),
    /// Dropped when everything before it was begun.
    Mark(mpsc::Sender<()>),
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
                tracker.spawn(keep(bot.clone(), all_begun, account, mark));
            }
            Some(event) => {
                if lanes[lane_of(&event)].send(Item::Event(event)).await.is_err() {
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
        while let Some(item) = rx.recv().await {
            let event = match item {
                Item::Event(event) => event,
                Item::Mark(begun) => {
                    drop(begun);
                    continue;
                }
            };
            let Some(rest) = bot.begin(event).await else { continue };
            let Ok(permit) = room.clone().acquire_owned().await else { break };
            rests.spawn(async move {
                rest.await;
                drop(permit);
            });
        }
    });
    tx
}

/// Tells the platform that everything up to its mark is durable: all was begun, and what was begun is committed.
async fn keep(bot: Arc<Bot>, mut all_begun: mpsc::Receiver<()>, account: AccountKey, mark: i64) {
    while all_begun.recv().await.is_some() {}
    match (bot.store.settled().await, bot.courier(&account.platform)) {
        (Ok(()), Some(courier)) => courier.kept(&account, mark),
        (Ok(()), None) => {}
        // it comes again, and is known
        (Err(fault), _) => tracing::warn!(%account, %fault, "what was heard is not confirmed to the platform"),
    }
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
