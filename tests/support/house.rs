//! A whole bot over a test's database and a wire that remembers: people speak, the story reads what they would read.

use super::db::Db;
use futures_util::future::BoxFuture;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use zhibu::action::Bot;
use zhibu::config::{Config, Env};
use zhibu::domain::message::{AccountKey, Capabilities, ChatKey, ChatMember, Courier, Event, FileRef, History, Incoming, Outgoing, Segment, SendError};
use zhibu::domain::role::Role;
use zhibu::domain::roster::{MemberFields, NewMember, OrgKind, RosterChange};
use zhibu::effects::ManualClock;
use zhibu::metrics::Metrics;
use zhibu::schedule;
use zhibu::store::Store;

/// The platform of the stories.
pub const PLATFORM: &str = "onebot";
/// The bot's own account.
pub const BOT: &str = "10000";

/// A file of this name arrives when the story opens the gate.
pub const GATED: &str = "gated.png";
/// A file of this name never arrives.
pub const NEVER: &str = "never.png";

/// A chat network in memory: keeps what the bot sent, has members and files.
#[derive(Default)]
pub struct Wire {
    sent: Mutex<Vec<Outgoing>>,
    ids: AtomicI64,
    reactions: Mutex<Vec<(ChatKey, String)>>,
    members: Mutex<HashMap<ChatKey, Vec<ChatMember>>>,
    files: Mutex<HashMap<String, Vec<u8>>>,
    fetched: Mutex<Vec<String>>,
    broken: AtomicBool,
    busy: AtomicBool,
    throttled: AtomicBool,
    attempts: AtomicI64,
    gate: tokio::sync::Notify,
    marks: Mutex<Vec<(i64, bool)>>,
    muted: Mutex<HashSet<ChatKey>>,
    kept: Mutex<Option<Vec<Incoming>>>,
    buttons: AtomicBool,
    takes_files: AtomicBool,
    refuses_files: AtomicBool,
}

impl Wire {
    /// Everything sent since the last call.
    pub fn take(&self) -> Vec<Outgoing> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }
    /// What was fetched since the last call.
    pub fn take_fetched(&self) -> Vec<String> {
        std::mem::take(&mut self.fetched.lock().unwrap())
    }
    /// Whether nobody knows any more what became of what is sent (it did not arrive).
    pub fn fails(&self, fails: bool) {
        self.broken.store(fails, Ordering::SeqCst);
    }
    /// The platform keeps these messages of its groups.
    pub fn keeps(&self, messages: Vec<Incoming>) {
        *self.kept.lock().unwrap() = Some(messages);
    }
    /// Whether the bot is muted in a chat.
    pub fn mutes(&self, chat: &ChatKey, muted: bool) {
        let mut all = self.muted.lock().unwrap();
        if muted {
            all.insert(chat.clone())
        } else {
            all.remove(chat)
        };
    }
    /// Whether the platform takes nothing now, and says so.
    pub fn busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::SeqCst);
    }
    /// Whether the platform throttles the account (risk control).
    pub fn throttles(&self, throttled: bool) {
        self.throttled.store(throttled, Ordering::SeqCst);
    }
    /// Sends since the last call, whatever became of them.
    pub fn take_attempts(&self) -> i64 {
        self.attempts.swap(0, Ordering::SeqCst)
    }
    /// Lets the gated file arrive.
    pub fn opens(&self) {
        self.gate.notify_one();
    }
    /// What was told of marks: which, and whether what came before is durable.
    pub fn marks(&self) -> Vec<(i64, bool)> {
        self.marks.lock().unwrap().clone()
    }
    /// Whether anything was sent that nobody looked at.
    pub fn has_sent(&self) -> bool {
        !self.sent.lock().unwrap().is_empty()
    }
    /// From now on questions have buttons.
    pub fn has_buttons(&self) {
        self.buttons.store(true, Ordering::SeqCst);
    }
    /// From now on files of the bot's arrive.
    pub fn has_files(&self) {
        self.takes_files.store(true, Ordering::SeqCst);
    }
    /// From now on files are refused, though they could be sent.
    pub fn refuses_files(&self) {
        self.refuses_files.store(true, Ordering::SeqCst);
    }
    /// The id of what was sent last.
    pub fn last_id(&self) -> String {
        format!("b{}", self.ids.load(Ordering::SeqCst))
    }
    /// Reactions since the last call.
    pub fn take_reactions(&self) -> Vec<(ChatKey, String)> {
        std::mem::take(&mut self.reactions.lock().unwrap())
    }
    /// Puts a member into a group, with a card.
    pub fn joins(&self, chat: &ChatKey, account: &str, card: &str) {
        let member = ChatMember { account: AccountKey::new(PLATFORM, account), name: card.into() };
        self.members.lock().unwrap().entry(chat.clone()).or_default().push(member);
    }
}

impl Courier for Wire {
    fn platform(&self) -> &str {
        PLATFORM
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            mention: true,
            reaction: true,
            members: true,
            files: true,
            sends_files: self.takes_files.load(Ordering::SeqCst),
            choices: self.buttons.load(Ordering::SeqCst),
            edits: true,
            text_bytes: 3000,
            mentions: 50,
            ..Capabilities::WORDS
        }
    }
    fn reaches(&self, _: &ChatKey) -> bool {
        true
    }
    fn kept(&self, _: &AccountKey, mark: i64) {
        self.marks.lock().unwrap().push((mark, true));
    }
    fn unkept(&self, _: &AccountKey, mark: i64) {
        self.marks.lock().unwrap().push((mark, false));
    }
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<String, SendError>> {
        self.attempts.fetch_add(1, Ordering::SeqCst);
        if self.throttled.load(Ordering::SeqCst) {
            return Box::pin(async { Err(SendError::Throttled("1200 again and again".into())) });
        }
        if self.busy.load(Ordering::SeqCst) {
            return Box::pin(async { Err(SendError::Later { after: Some(2_000), reason: "too many requests".into() }) });
        }
        if self.broken.load(Ordering::SeqCst) {
            return Box::pin(async { Err(SendError::Unknown("the connection ended before the answer".into())) });
        }
        if self.muted.lock().unwrap().contains(&message.chat) {
            return Box::pin(async { Err(SendError::Refused("the bot is muted in that group".into())) });
        }
        if self.refuses_files.load(Ordering::SeqCst) && message.files().next().is_some() {
            return Box::pin(async { Err(SendError::Refused("no files here".into())) });
        }
        self.sent.lock().unwrap().push(message.clone());
        let id = format!("b{}", self.ids.fetch_add(1, Ordering::SeqCst) + 1);
        Box::pin(async { Ok(id) })
    }
    fn history<'a>(&'a self, chat: &'a ChatKey, _: &'a AccountKey, since: i64, most: usize) -> BoxFuture<'a, Result<History, SendError>> {
        let kept = self.kept.lock().unwrap().clone();
        Box::pin(async move {
            let all = kept.ok_or_else(|| SendError::Refused("nothing is kept here".into()))?;
            let mut messages: Vec<Incoming> =
                all.into_iter().filter(|m| m.chat == *chat && m.sent_at >= since).map(|m| Incoming { missed: true, ..m }).collect();
            let gone = messages.len().saturating_sub(most);
            messages.drain(..gone);
            Ok(History { messages, whole: gone == 0 })
        })
    }
    fn written_to<'a>(&'a self, _: &'a AccountKey, since: i64, most: usize) -> BoxFuture<'a, Result<Vec<ChatKey>, SendError>> {
        let kept = self.kept.lock().unwrap().clone();
        Box::pin(async move {
            let all = kept.ok_or_else(|| SendError::Refused("nothing is kept here".into()))?;
            let mut chats: Vec<ChatKey> = all.into_iter().filter(|m| m.chat.private && m.sent_at >= since).map(|m| m.chat).collect();
            chats.dedup();
            chats.truncate(most);
            Ok(chats)
        })
    }
    fn react<'a>(&'a self, chat: &'a ChatKey, message: &'a str) -> BoxFuture<'a, Result<(), SendError>> {
        self.reactions.lock().unwrap().push((chat.clone(), message.to_owned()));
        Box::pin(async { Ok(()) })
    }
    fn members<'a>(&'a self, chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<ChatMember>, SendError>> {
        let members = self.members.lock().unwrap().get(chat).cloned().unwrap_or_default();
        Box::pin(async move { Ok(members) })
    }
    fn fetch<'a>(&'a self, _: &'a ChatKey, file: &'a FileRef, limit: usize) -> BoxFuture<'a, Result<Vec<u8>, SendError>> {
        self.fetched.lock().unwrap().push(file.handle.clone());
        if file.handle == NEVER {
            return Box::pin(std::future::pending());
        }
        let bytes = self.files.lock().unwrap().get(&file.handle).cloned();
        Box::pin(async move {
            if file.handle == GATED {
                self.gate.notified().await;
            }
            match bytes {
                Some(b) if b.len() <= limit => Ok(b),
                Some(_) => Err(SendError::Refused("too big".into())),
                None => Err(SendError::Refused("gone".into())),
            }
        })
    }
}

/// The bot with its world. Every message has an id of its own, also over restarts.
pub struct House {
    /// The database.
    pub db: Arc<Db>,
    /// The bot's own account.
    pub me: AccountKey,
    /// The bot.
    pub bot: Arc<Bot>,
    /// The wire.
    pub wire: Arc<Wire>,
    /// The names of accounts, for those who are on no roster.
    next: AtomicI64,
}

/// The default configuration; but each report is answered by itself, however many come at once: a story's clock stands still.
pub fn config() -> Arc<Config> {
    let mut config = Config::load(None, &Env::default()).expect("the defaults are sound");
    config.bot.answers.crowd = 0;
    Arc::new(config)
}

impl House {
    /// Over an empty database, with the default configuration.
    pub async fn new(db: Db) -> Self {
        Self::with(db, config()).await
    }

    /// A branch of three, members for so many months; 李四 is its secretary.
    pub async fn of_three(db: Db, branch: &str, months: i32) -> Self {
        let house = Self::new(db).await;
        house.branch(branch, &["张三", "李四", "王五"], months).await;
        house.grant("李四", Role::Secretary, branch).await;
        house
    }

    /// A branch of three with a group and 李四 as its secretary, and another with 周八.
    pub async fn of_two(db: Db, branch: &str, other: &str) -> Self {
        let house = Self::of_three(db, branch, 0).await;
        house.branch(other, &["周八"], 0).await;
        house.group("90000", branch).await;
        house
    }

    /// With a configuration of the story's own.
    pub async fn with(db: Db, config: Arc<Config>) -> Self {
        Self::connected(Arc::new(db), config, BOT, 1).await
    }

    /// Another bot on the same database, wire and account, configured otherwise.
    pub async fn with_same(other: &House, config: Arc<Config>) -> Self {
        let bot = start_quietly(&other.db, config, other.wire.clone(), 4).await;
        Self { db: other.db.clone(), me: other.me.clone(), bot, wire: other.wire.clone(), next: AtomicI64::new(1_000) }
    }

    /// Another process on the same database, with an account of its own.
    pub async fn beside(&self, account: &str) -> Self {
        Self::connected(self.db.clone(), self.bot.config.clone(), account, 2).await
    }

    async fn connected(db: Arc<Db>, config: Arc<Config>, account: &str, seed: i64) -> Self {
        let (wire, me) = (Arc::new(Wire::default()), AccountKey::new(PLATFORM, account));
        let bot = start(&db, config, wire.clone(), &me, seed).await;
        Self { db, me, bot, wire, next: AtomicI64::new(1) }
    }

    /// Stops the bot as a crash would and starts another on the same database.
    pub async fn restart(&mut self) {
        let config = self.bot.config.clone();
        self.bot = start(&self.db, config, self.wire.clone(), &self.me, 3).await;
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.bot.store
    }
    /// The clock.
    pub fn clock(&self) -> &ManualClock {
        &self.db.clock
    }

    /// A branch with these members, each with the account `acc-NAME`; kept since that many months ago.
    pub async fn branch(&self, path: &str, names: &[&str], months: i32) {
        let zone = self.bot.config.zone();
        let today = zone.date(zhibu::effects::Clock::now(&*self.db.clock));
        let since = zhibu::domain::calendar::Period::containing(zhibu::domain::calendar::Cadence::Month, today).shift(-months).first_day();
        let org = self.store().create_path(path, OrgKind::Branch, since).await.unwrap();
        let changes: Vec<RosterChange> = names
            .iter()
            .map(|name| {
                let fields = MemberFields { accounts: vec![account(name)], ..MemberFields::default() };
                RosterChange::Add(NewMember { branch: org.id, name: (*name).into(), from: since, known: None, fields })
            })
            .collect();
        self.store().change_roster(&changes, &[(org.id, org.epoch)], None, &|r, d, p| self.recount(r, d, p)).await.unwrap();
        self.bot.cache.forget_all();
    }

    fn recount(&self, roster: &zhibu::domain::roster::Roster, duty: &str, period: zhibu::domain::calendar::Period) -> Vec<zhibu::domain::ids::PersonId> {
        self.bot.config.duty(duty).map_or_else(Vec::new, |d| roster.expected(d, period).map(|m| m.person).collect())
    }

    /// Gives somebody a role at a unit.
    pub async fn grant(&self, name: &str, role: Role, path: &str) {
        let person = self.store().people_named(name, "").await.unwrap()[0].0;
        let org = self.store().org_by_path(path).await.unwrap().unwrap();
        self.store().grant(person, org.id, role, None).await.unwrap();
    }

    /// A group that is bound to a unit.
    pub async fn group(&self, id: &str, path: &str) -> Group<'_> {
        let org = self.store().org_by_path(path).await.unwrap().unwrap();
        self.store().bind_chat(&ChatKey::group(PLATFORM, id), org.id).await.unwrap();
        self.unbound_group(id)
    }

    /// A group that is bound to nothing (yet).
    pub fn unbound_group(&self, id: &str) -> Group<'_> {
        Group { house: self, chat: ChatKey::group(PLATFORM, id) }
    }

    /// A private message; what the speaker reads in answer, in that chat.
    pub async fn whispers(&self, name: &str, text: &str) -> String {
        let chat = ChatKey::private(&account(name));
        self.hear(self.message(&chat, name, text, false)).await;
        self.read(&chat)
    }

    /// A file dropped into a private chat.
    pub async fn drops(&self, name: &str, file: &str, bytes: Vec<u8>) -> String {
        let chat = ChatKey::private(&account(name));
        let mut message = self.message(&chat, name, "", false);
        let size = Some(bytes.len() as u64);
        self.wire.files.lock().unwrap().insert(file.to_owned(), bytes);
        message.segments = vec![Segment::File(FileRef { name: file.into(), size, handle: file.into() })];
        self.hear(message).await;
        self.read(&chat)
    }

    /// A message with pictures: what it says, and what each is called; one with bytes is there to be fetched.
    pub fn shows(&self, chat: &ChatKey, name: &str, text: &str, pictures: &[(&str, Option<&[u8]>)]) -> Incoming {
        let mut message = self.message(chat, name, text, false);
        for (handle, bytes) in pictures {
            if let Some(bytes) = bytes {
                self.wire.files.lock().unwrap().insert((*handle).to_owned(), bytes.to_vec());
            }
            message.segments.push(Segment::Image(FileRef { name: (*handle).into(), size: None, handle: (*handle).into() }));
        }
        message
    }

    /// A message with an id of its own.
    pub fn message(&self, chat: &ChatKey, name: &str, text: &str, mentions_bot: bool) -> Incoming {
        let id = self.next.fetch_add(1, Ordering::SeqCst).to_string();
        Incoming {
            chat: chat.clone(),
            bot: self.me.clone(),
            sender: account(name),
            sender_name: name.to_owned(),
            message_id: format!("{id}:0"),
            quote_id: id,
            sent_at: zhibu::effects::Clock::now(&*self.db.clock),
            segments: vec![Segment::Text(text.to_owned())],
            mentions_bot,
            replies_to: None,
            replies_to_bot: false,
            missed: false,
        }
    }

    /// The bot hears it and does all of it.
    pub async fn hear(&self, message: Incoming) {
        self.bot.handle(Event::Message(Box::new(message))).await;
    }

    /// What was sent to this chat since the last look, messages apart by a line of dashes. What went elsewhere is kept.
    pub fn read(&self, chat: &ChatKey) -> String {
        let all = self.wire.take();
        let (here, elsewhere): (Vec<_>, Vec<_>) = all.into_iter().partition(|m| m.chat == *chat);
        self.wire.sent.lock().unwrap().extend(elsewhere);
        here.iter().map(Outgoing::plain).collect::<Vec<_>>().join("\n---\n")
    }

    /// Sends what waits in the outbox, as a running bot would.
    pub async fn delivered(&self) {
        let mut deliverer = schedule::Deliverer::new(&self.schedule());
        while !deliverer.step(self.bot.now()).await.unwrap().is_empty() {}
    }

    /// What reminders fall due when the clock moves on by so many minutes, as a running bot would send them.
    pub async fn reminded_after(&self, minutes: i64) {
        let parts = self.schedule();
        let mut scheduler = schedule::Scheduler::new(&parts).unwrap();
        scheduler.step(self.bot.now()).await.unwrap();
        self.later(minutes).await;
        scheduler.step(self.bot.now()).await.unwrap();
        self.delivered().await;
    }

    /// So many minutes later; our account was there all the time.
    pub async fn later(&self, minutes: i64) {
        self.db.clock.advance(minutes * 60_000);
        self.bot.voices.keep().await.unwrap();
    }

    /// What secretaries and the operator are told by itself, as a running bot would send it. `teller` is the running bot's.
    pub async fn tells(&self, teller: &mut schedule::Teller) {
        teller.step(self.bot.now()).await.unwrap();
        self.delivered().await;
    }

    /// What time alone does, as a running bot would: sessions end, codes roll; and what it says of that is sent. How many issues it opened.
    pub async fn kept(&self) -> usize {
        let parts = self.schedule();
        let step = schedule::Housekeeper::new(&parts).step(self.bot.now()).await.unwrap();
        for session in step.leave.into_iter().chain(step.overdue).chain(step.rolling) {
            (parts.close_session)(session).await.unwrap();
        }
        self.delivered().await;
        step.opened
    }

    /// What the scheduler is built from.
    pub fn schedule(&self) -> schedule::Parts {
        let close = self.bot.clone();
        schedule::Parts {
            effects: self.bot.effects.clone(),
            store: self.store().clone(),
            config: self.bot.config.clone(),
            couriers: self.bot.couriers().into(),
            close_session: Arc::new(move |session| {
                let bot = close.clone();
                Box::pin(async move { zhibu::action::meetings::sessions::tend(&bot, &session).await })
            }),
            sending: schedule::Sending::default(),
            counts: Arc::default(),
            alarms: self.bot.alarms.clone(),
        }
    }

    /// The end of a story: nothing was sent that it did not read, and the books agree.
    pub async fn ends(self) {
        let unread: Vec<String> = self.wire.take().iter().map(|m| format!("{}: {}", m.chat, m.plain())).collect();
        assert_eq!(unread, Vec::<String>::new(), "messages that the story did not read");
        assert_eq!(self.store().prove().await.unwrap(), Vec::<String>::new(), "the books agree");
        self.store().close().await;
    }
}

async fn start(db: &Db, config: Arc<Config>, wire: Arc<Wire>, me: &AccountKey, seed: i64) -> Arc<Bot> {
    let bot = start_quietly(db, config, wire, seed).await;
    bot.account_state(me, true).await;
    bot
}

/// Without an account.
async fn start_quietly(db: &Db, config: Arc<Config>, wire: Arc<Wire>, seed: i64) -> Arc<Bot> {
    let effects = db.effects(seed);
    let store = Store::open(&db.options(), &effects).await.unwrap();
    let bot = Bot::new(store, config, effects, vec![wire], Metrics::new()).unwrap();
    bot.resume().await.unwrap();
    bot
}

/// The account that a name speaks with in stories.
pub fn account(name: &str) -> AccountKey {
    AccountKey::new(PLATFORM, format!("acc-{name}"))
}

/// A group chat of the house.
pub struct Group<'a> {
    house: &'a House,
    /// Its key.
    pub chat: ChatKey,
}

impl Group<'_> {
    /// Says something in passing; what the group reads in answer, empty for silence.
    pub async fn says(&self, name: &str, text: &str) -> String {
        self.house.hear(self.house.message(&self.chat, name, text, false)).await;
        self.house.read(&self.chat)
    }
    /// Says something to the bot, with an @.
    pub async fn asks(&self, name: &str, text: &str) -> String {
        self.house.hear(self.house.message(&self.chat, name, text, true)).await;
        self.house.read(&self.chat)
    }
    /// What the group reads after gathered answers fell due.
    pub async fn later(&self, seconds: i64) -> String {
        self.house.db.clock.advance(seconds * 1000);
        self.house.bot.tick().await;
        self.house.read(&self.chat)
    }
}
