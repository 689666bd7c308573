//! Lanes: a chat's events are begun in their order, chats side by side.

use super::bot::Bot;
use crate::domain::message::{ChatKey, Event};
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

/// Works until `stop`, then answers everything that had come through the inbox. `again` brings messages that were held.
pub async fn run(bot: Arc<Bot>, mut inbox: mpsc::Receiver<Event>, mut again: mpsc::Receiver<Event>, stop: CancellationToken) {
    let tracker = TaskTracker::new();
    let room = Arc::new(Semaphore::new(IN_FLIGHT));
    let lanes: Vec<mpsc::Sender<Event>> = (0..LANES).map(|_| lane(&bot, &tracker, &room)).collect();
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
        let Some(event) = event else { break };
        let lane = &lanes[lane_of(&event)];
        if lane.send(event).await.is_err() {
            break;
        }
    }
    drop(lanes);
    tracker.close();
    tracker.wait().await;
    bot.flush().await;
}

fn lane(bot: &Arc<Bot>, tracker: &TaskTracker, room: &Arc<Semaphore>) -> mpsc::Sender<Event> {
    let (tx, mut rx) = mpsc::channel(LANE_DEPTH);
    let (bot, room, rests) = (bot.clone(), room.clone(), tracker.clone());
    tracker.spawn(async move {
        while let Some(event) = rx.recv().await {
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

fn lane_of(event: &Event) -> usize {
    let chat: Option<&ChatKey> = match event {
        Event::Message(m) => Some(&m.chat),
        Event::Recall { chat, .. } => Some(chat),
        Event::Account { .. } => None,
    };
    let mut hasher = DefaultHasher::new();
    chat.hash(&mut hasher);
    usize::try_from(hasher.finish() % LANES as u64).unwrap_or(0)
}
