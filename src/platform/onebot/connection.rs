//! One connection, whichever side opened it: reads frames, hands events over, watches that the other side lives.
//!
//! Nothing read is dropped: while the inbox is full, events wait here and then the socket waits. Answers must not wait
//! behind events (the bot may be waiting for one in order to take the next event), so while some are awaited the
//! reading goes on a good deal further.

use super::account::Account;
use super::hub::Hub;
use super::link::{Link, Out};
use super::meaning::{self, Meaning};
use super::wire::Frame;
use super::{PLATFORM, roster};
use crate::domain::message::Event;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Events that wait here before the socket does.
const WAITING: usize = 4096;
/// The same while answers are awaited.
const WAITING_FOR_ANSWERS: usize = 65_536;
/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// What comes off a socket.
#[derive(Debug)]
pub enum Heard {
    /// A text frame, read.
    Frame(Result<Box<Frame>, String>),
    /// A binary frame.
    Binary,
    /// A ping or pong.
    Alive,
    /// The other side said goodbye.
    Closed,
    /// A text frame beyond `[onebot] max_frame_bytes`, which is left unread but for the action that it answers.
    Large(String),
    /// A frame beyond what any could be: nothing after it can be made out.
    TooBig,
    /// The connection broke.
    Broken(String),
}

/// What a socket takes at most, whatever is configured: one picture that is too large must not end the connection.
const FLOOD: usize = 64 << 20;

/// The largest frame that a socket is to take where `most` bytes are configured to be read.
pub fn taken(most: usize) -> usize {
    most.max(FLOOD)
}

/// A text frame, of which at most so many bytes are read.
pub fn text(frame: &str, most: usize) -> Heard {
    if frame.len() > most { Heard::Large(Frame::echo_of(frame)) } else { Heard::Frame(Frame::read(frame).map(Box::new)) }
}

/// Why a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The other side ended it, or the network did.
    Over,
    /// The other side does not take our token.
    TokenRefused,
    /// The other side was silent for too long.
    Silent,
    /// We are shutting down.
    Shutdown,
}

/// What is known of a connection when it opens.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Whose it is, where the other side said.
    pub account: Option<String>,
    /// Whether it takes actions.
    pub actions: bool,
    /// For the log: `reverse` or the host of a forward URL.
    pub name: String,
}

/// Runs one connection to its end.
pub async fn run<R, W>(hub: Arc<Hub>, peer: Peer, mut stream: R, sink: W) -> Ending
where
    R: Stream<Item = Heard> + Unpin + Send,
    W: Sink<Out> + Unpin + Send + 'static,
{
    let (link, queue) = Link::new(hub.next_link(), peer.actions);
    let gone = CancellationToken::new();
    let writer = tokio::spawn(write(sink, queue, gone.clone().drop_guard()));
    tracing::info!(link = link.number, peer = %peer.name, "connected");
    let mut connection = Connection::new(hub.clone(), Arc::new(link), peer);
    let ending = connection.read(&mut stream, &gone).await;
    connection.finish(&ending).await;
    if ending == Ending::Shutdown {
        // a socket that is dropped with something unread is reset, and the goodbye with it: read on until they hang up
        let rest = async { while !matches!(stream.next().await, None | Some(Heard::Closed | Heard::Broken(_))) {} };
        let _ = tokio::time::timeout(GOODBYE, rest).await;
    }
    if tokio::time::timeout(GOODBYE, gone.cancelled()).await.is_err() {
        writer.abort();
    }
    tracing::info!(link = connection.link.number, peer = %connection.peer.name, ?ending, "disconnected");
    ending
}

async fn write<W: Sink<Out> + Unpin>(mut sink: W, mut queue: mpsc::Receiver<Out>, _gone: tokio_util::sync::DropGuard) {
    while let Some(first) = queue.recv().await {
        let mut last = matches!(first, Out::Close(..));
        if sink.feed(first).await.is_err() {
            return;
        }
        // all that is waiting goes in one write
        while let (false, Ok(next)) = (last, queue.try_recv()) {
            last = matches!(next, Out::Close(..));
            if sink.feed(next).await.is_err() {
                return;
            }
        }
        if sink.flush().await.is_err() || last {
            return;
        }
    }
}

struct Connection {
    hub: Arc<Hub>,
    link: Arc<Link>,
    peer: Peer,
    accounts: Vec<Arc<Account>>,
    waiting: VecDeque<Event>,
    /// When anything came last, and when a text frame did.
    anything: Instant,
    text: Instant,
    heartbeat: Option<Duration>,
    missed: bool,
    complaints: u64,
}

impl Connection {
    fn new(hub: Arc<Hub>, link: Arc<Link>, peer: Peer) -> Self {
        let now = Instant::now();
        Self { hub, link, peer, accounts: Vec::new(), waiting: VecDeque::new(), anything: now, text: now, heartbeat: None, missed: false, complaints: 0 }
    }

    async fn read<R: Stream<Item = Heard> + Unpin>(&mut self, stream: &mut R, gone: &CancellationToken) -> Ending {
        match self.peer.account.clone() {
            Some(id) => {
                self.attach(&id);
            }
            None if self.link.actions => roster::ask_who(&self.hub, &self.link),
            None => {}
        }
        let (hub, link) = (self.hub.clone(), self.link.clone());
        let closing = hub.close.cancelled();
        let tick = tokio::time::sleep(self.step());
        let ended = gone.cancelled();
        tokio::pin!(closing, ended, tick);
        loop {
            let may_read = self.waiting.len() < if self.link.awaits() { WAITING_FOR_ANSWERS } else { WAITING };
            tokio::select! {
                biased;
                () = &mut closing => return Ending::Shutdown,
                () = &mut ended => return Ending::Over,
                room = hub.inbox.reserve(), if !self.waiting.is_empty() => match room {
                    Ok(room) => {
                        let mut free = Some(room);
                        while let Some(room) = free.take() {
                            let Some(event) = self.waiting.pop_front() else { break };
                            room.send(event);
                            hub.in_hand.remove(1);
                            free = hub.inbox.try_reserve().ok();
                        }
                    }
                    Err(_) => return Ending::Shutdown,
                },
                heard = stream.next(), if may_read => {
                    if let Some(ending) = self.hear(heard.unwrap_or(Heard::Closed)) {
                        return ending;
                    }
                }
                // an answer is awaited now: read on
                () = link.asked.notified(), if !may_read => {}
                () = &mut tick => {
                    if !may_read {
                        // it is we who do not listen
                        (self.anything, self.text) = (Instant::now(), Instant::now());
                    } else if let Some(ending) = self.watch() {
                        return ending;
                    }
                    tick.as_mut().reset(Instant::now() + self.step());
                }
            }
            if self.heartbeat.is_some_and(|h| tick.deadline() > Instant::now() + h) {
                tick.as_mut().reset(Instant::now() + self.step());
            }
        }
    }

    fn hear(&mut self, heard: Heard) -> Option<Ending> {
        self.anything = Instant::now();
        match heard {
            Heard::Frame(Ok(frame)) => {
                self.text = self.anything;
                return self.frame(*frame);
            }
            Heard::Frame(Err(why)) => self.complain("malformed", &why),
            Heard::Binary => self.complain("binary", "OneBot v11 has none"),
            Heard::Alive => {}
            Heard::Closed => return Some(Ending::Over),
            Heard::Large(echo) => {
                self.text = self.anything;
                let most = self.hub.settings.frame_bytes;
                self.complain("too_big", &format!("over {most} bytes: see [onebot] max_frame_bytes"));
                // whoever asked for it need not wait for what was thrown away
                self.link.answered(Frame::too_big(echo));
            }
            Heard::TooBig => {
                let most = taken(self.hub.settings.frame_bytes);
                self.complain("too_big", &format!("over {most} bytes, the connection ends"));
                self.link.post(Out::Close(1009, "frame too big"));
                return Some(Ending::Over);
            }
            Heard::Broken(why) => {
                tracing::warn!(link = self.link.number, peer = %self.peer.name, why, "the connection broke");
                return Some(Ending::Over);
            }
        }
        None
    }

    /// Counts what can't be understood; says the first, and then ever fewer.
    fn complain(&mut self, kind: &'static str, why: &str) {
        self.hub.metrics.strange(PLATFORM, kind);
        self.complaints += 1;
        if self.complaints.is_power_of_two() {
            tracing::warn!(link = self.link.number, peer = %self.peer.name, kind, why, so_far = self.complaints, "a frame was left aside");
        }
    }

    fn frame(&mut self, frame: Frame) -> Option<Ending> {
        if frame.is_answer() {
            if frame.retcode.0 == Some(1403) && frame.echo.is_empty() {
                return Some(Ending::TokenRefused);
            }
            if !self.link.answered(frame) {
                tracing::debug!(link = self.link.number, "an answer that nobody waits for any more");
            }
            return None;
        }
        let known = self.accounts.last().map(|a| a.key.id.clone());
        let account = match (meaning::id(&frame.self_id), known) {
            (Some(id), Some(known)) if *id == *known => self.accounts.last().cloned(),
            (Some(id), _) => self.attach(id),
            (None, _) => self.accounts.last().cloned(),
        };
        let Some(account) = account else {
            self.complain("incomplete", "neither the frame nor the connection says whose it is");
            return None;
        };
        let meaning = meaning::read(&frame, &account.key);
        self.meant(&account, meaning);
        None
    }

    fn meant(&mut self, account: &Arc<Account>, meaning: Meaning) {
        let hub = self.hub.clone();
        let news = match meaning {
            Meaning::Message { mut incoming, via_group, notice } => {
                if hub.quiet.is_cancelled() || !account.keep_new_files(&mut incoming, notice) {
                    return;
                }
                incoming.replies_to_bot = incoming.replies_to.as_deref().is_some_and(|id| account.is_own(id));
                self.stamp(&mut incoming.sent_at);
                hub.heard(account, &incoming, via_group);
                hub.metrics.heard(PLATFORM);
                self.hand_over(Event::Message(incoming));
                None
            }
            Meaning::Recall { chat, sender, operator, message, mut at } => {
                self.stamp(&mut at);
                self.hand_over(Event::Recall { chat, bot: account.key.clone(), sender, operator, message, at });
                None
            }
            Meaning::Heartbeat { interval, online } => {
                self.heartbeat = interval.map(Duration::from_millis).or(self.heartbeat);
                self.missed = false;
                account.signed_in(online)
            }
            Meaning::Connected => account.signed_in(true),
            Meaning::SignedOut => account.signed_in(false),
            Meaning::Muted { group, whole, millis } => {
                account.mute(&group, whole, millis, hub.clock.now());
                None
            }
            Meaning::Nothing(what) => {
                tracing::trace!(link = self.link.number, what, "left aside");
                None
            }
            Meaning::Broken(field) => {
                self.complain("incomplete", field);
                None
            }
        };
        if let Some(event) = hub.news(account, news) {
            self.hand_over(event);
        }
    }

    /// An event without a time came now.
    fn stamp(&self, at: &mut i64) {
        if *at <= 0 {
            *at = self.hub.clock.now();
        }
    }

    /// Into the inbox, or behind those that wait for it.
    fn hand_over(&mut self, event: Event) {
        if self.hub.quiet.is_cancelled() {
            return;
        }
        let event = match self.waiting.is_empty().then(|| self.hub.inbox.try_reserve()) {
            Some(Ok(room)) => return room.send(event),
            _ => event,
        };
        self.hub.in_hand.add();
        self.waiting.push_back(event);
    }

    fn attach(&mut self, id: &str) -> Option<Arc<Account>> {
        let Some((account, news)) = self.hub.attach(id, &self.link) else {
            self.complain("accounts", "too many accounts");
            return None;
        };
        self.accounts.retain(|a| a.key != account.key);
        self.accounts.push(account.clone());
        if let Some(event) = news {
            roster::ask_groups(&self.hub, &account);
            self.hand_over(event);
        }
        Some(account)
    }

    fn step(&self) -> Duration {
        self.heartbeat.map_or(self.hub.timing.ping, |h| (h / 2).clamp(Duration::from_millis(5), Duration::from_mins(1)))
    }

    fn watch(&mut self) -> Option<Ending> {
        let (text, anything) = (self.text.elapsed(), self.anything.elapsed());
        let (patience, most) = match self.heartbeat {
            Some(h) => (h * 5 / 2, h * 5),
            None => (self.hub.timing.ping, self.hub.timing.ping * 3),
        };
        if anything > most {
            tracing::warn!(link = self.link.number, peer = %self.peer.name, seconds = anything.as_secs(), "not a word from the other side: the connection ends");
            return Some(Ending::Silent);
        }
        if self.heartbeat.is_some() && text > patience && !self.missed {
            self.missed = true;
            tracing::warn!(link = self.link.number, peer = %self.peer.name, seconds = text.as_secs(), "no heartbeat: is the implementation still running?");
            for account in self.accounts.clone() {
                let news = account.alive(false);
                if let Some(event) = self.hub.news(&account, news) {
                    self.hand_over(event);
                }
            }
        }
        if anything >= patience.min(self.step()) {
            self.link.post(Out::Ping);
        }
        None
    }

    async fn finish(&mut self, ending: &Ending) {
        self.link.end();
        let goodbye = match ending {
            Ending::Shutdown => Out::Close(1001, "the bot is shutting down"),
            Ending::Silent => Out::Close(1008, "no heartbeat"),
            Ending::Over | Ending::TokenRefused => Out::Close(1000, ""),
        };
        if tokio::time::timeout(GOODBYE, self.link.post_last(goodbye)).await.is_err() {
            tracing::debug!(link = self.link.number, "no room for a goodbye");
        }
        // those attached by a question of ours are not on our list
        for account in self.hub.accounts() {
            let news = if account.has(&self.link) { account.detach(&self.link) } else { None };
            if let Some(event) = self.hub.news(&account, news) {
                self.hand_over(event);
            }
        }
        let left = std::mem::take(&mut self.waiting);
        let mut count = left.len();
        for event in left {
            // what was read is still handed over, unless nobody is there to take it
            if self.hub.inbox.send(event).await.is_err() {
                tracing::debug!(count, "events left over at the end");
                break;
            }
            count -= 1;
            self.hub.in_hand.remove(1);
        }
        if count > 0 {
            self.hub.in_hand.remove(count);
        }
    }
}
