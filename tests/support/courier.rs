//! A fake platform's courier: takes messages and remembers them, or fails in every way a real one can, as scripted.

use futures_util::future::{BoxFuture, FutureExt, pending};
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::Notify;
use zhibu::domain::message::{Capabilities, ChatKey, ChatMember, Courier, FileRef, Outgoing, SendError};

/// How a send goes.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It arrives, and that is said.
    Arrives,
    /// It does not arrive, and that is said.
    Fails(SendError),
    /// It arrives, and nobody knows.
    ArrivesUnheard,
    /// It does not arrive, and nothing is ever said.
    Hangs,
    /// It arrives and nobody knows, once the test says so.
    Waits(Arc<Notify>),
}

/// One fake platform.
pub struct FakeCourier {
    platform: &'static str,
    can: Mutex<Capabilities>,
    arrived: Mutex<Vec<Outgoing>>,
    attempts: Mutex<Vec<ChatKey>>,
    script: Mutex<VecDeque<Fate>>,
    always: Mutex<Fate>,
    unreachable: Mutex<HashSet<ChatKey>>,
    tried: Notify,
    each: Mutex<Option<Box<dyn Fn() + Send>>>,
    spacing: Mutex<Duration>,
}

impl FakeCourier {
    /// A platform of this name that can mention, and where everything arrives.
    pub fn new(platform: &'static str) -> Arc<Self> {
        let can = Capabilities { mention: true, text_bytes: 4000, mentions: 50, ..Capabilities::WORDS };
        Arc::new(Self {
            platform,
            can: Mutex::new(can),
            arrived: Mutex::default(),
            attempts: Mutex::default(),
            script: Mutex::default(),
            always: Mutex::new(Fate::Arrives),
            unreachable: Mutex::default(),
            tried: Notify::new(),
            each: Mutex::default(),
            spacing: Mutex::default(),
        })
    }
    /// Changes what the platform can.
    pub fn can(&self, change: impl FnOnce(&mut Capabilities)) {
        change(&mut self.can.lock().unwrap());
    }
    /// The fates of the next sends; after them, `always`.
    pub fn next(&self, fates: impl IntoIterator<Item = Fate>) {
        self.script.lock().unwrap().extend(fates);
    }
    /// How sends go that no script speaks of.
    pub fn always(&self, fate: Fate) {
        *self.always.lock().unwrap() = fate;
    }
    /// Whether an account for this chat is connected.
    pub fn connected(&self, chat: &ChatKey, connected: bool) {
        let mut all = self.unreachable.lock().unwrap();
        if connected {
            all.remove(chat)
        } else {
            all.insert(chat.clone())
        };
    }
    /// Takes what arrived since the last call, as `chat: text`.
    pub fn take(&self) -> Vec<String> {
        self.take_messages().iter().map(|m| format!("{}: {}", m.chat, m.plain())).collect()
    }
    /// Takes what arrived since the last call.
    pub fn take_messages(&self) -> Vec<Outgoing> {
        std::mem::take(&mut *self.arrived.lock().unwrap())
    }
    /// Sends since the last call, whatever became of them.
    pub fn take_attempts(&self) -> usize {
        std::mem::take(&mut *self.attempts.lock().unwrap()).len()
    }
    /// Sends so far that nobody took.
    pub fn attempts(&self) -> usize {
        self.attempts.lock().unwrap().len()
    }
    /// What happens with each send.
    pub fn each(&self, happens: impl Fn() + Send + 'static) {
        *self.each.lock().unwrap() = Some(Box::new(happens));
    }
    /// So much time lies between two that it starts itself.
    pub fn spaced(&self, spacing: Duration) {
        *self.spacing.lock().unwrap() = spacing;
    }
    /// Waits for a send to begin; one that began since the last wait counts.
    pub async fn tried(&self) {
        self.tried.notified().await;
    }
}

impl Courier for FakeCourier {
    fn platform(&self) -> &str {
        self.platform
    }
    fn capabilities(&self) -> Capabilities {
        *self.can.lock().unwrap()
    }
    fn reaches(&self, chat: &ChatKey) -> bool {
        !self.unreachable.lock().unwrap().contains(chat)
    }
    fn spacing(&self) -> Duration {
        *self.spacing.lock().unwrap()
    }
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<String, SendError>> {
        async move {
            self.attempts.lock().unwrap().push(message.chat.clone());
            if let Some(each) = &*self.each.lock().unwrap() {
                each();
            }
            let fate = self.script.lock().unwrap().pop_front().unwrap_or_else(|| self.always.lock().unwrap().clone());
            if matches!(fate, Fate::Arrives | Fate::ArrivesUnheard) {
                self.arrived.lock().unwrap().push(message.clone());
            }
            self.tried.notify_one();
            match fate {
                Fate::Arrives => Ok(format!("m{}", self.attempts.lock().unwrap().len())),
                Fate::Fails(error) => Err(error),
                Fate::ArrivesUnheard => Err(SendError::Unknown("no answer in time".into())),
                Fate::Hangs => pending().await,
                Fate::Waits(word) => {
                    word.notified().await;
                    Err(SendError::Unknown("no answer in time".into()))
                }
            }
        }
        .boxed()
    }
    fn members<'a>(&'a self, _: &'a ChatKey) -> BoxFuture<'a, Result<Vec<ChatMember>, SendError>> {
        async { Ok(Vec::new()) }.boxed()
    }
    fn fetch<'a>(&'a self, _: &'a ChatKey, _: &'a FileRef, _: usize) -> BoxFuture<'a, Result<Vec<u8>, SendError>> {
        async { Err(SendError::Refused("no files here".into())) }.boxed()
    }
}
