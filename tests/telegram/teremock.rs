//! Telegram against teremock, a Bot API of somebody else's making: what our platform asks, a stranger's server understands, and
//! what it makes of it is what was meant.
//!
//! teremock hands updates to a dispatcher of its own, and knows no question for updates. So a relay of ours stands before it,
//! which answers [`OURS`] and passes everything else on as it is.

use super::{group, settings, timing};
use crate::support::above::Above;
use crate::support::story;
use crate::support::watched::Watched;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::{Arc, Once};
use teloxide::dptree;
use teloxide::types::{Chat, InlineKeyboardButtonKind, MessageEntity, MessageEntityKind, ReactionType, Update, User};
use teremock::{
    DistributionKey, IntoUpdate, MockBot, MockCallbackQuery, MockEditedMessage, MockMessagePhoto, MockMessageText, MockPhotoSize, MockSupergroupChat, MockUser,
};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use zhibu::action::menu::menu;
use zhibu::config::messages::{Lang, Messages};
use zhibu::domain::attachment::Attachment;
use zhibu::domain::message::{Choice, Choices, Courier, Event, FileRef, Incoming, Outgoing, Part, Segment, SendError};
use zhibu::metrics::Metrics;
use zhibu::platform::Platform as _;
use zhibu::platform::telegram::{Start, Telegram};

pub fn tests() -> Vec<Trial> {
    vec![
        story("telegram::teremock::a_report_is_answered", report),
        story("telegram::teremock::buttons_are_pressed", buttons),
        story("telegram::teremock::files_come_and_go", files),
        story("telegram::teremock::what_it_refuses", refused),
    ]
}

/// What teremock does not know, or answers with nothing: the relay answers it.
const OURS: [&str; 2] = ["DeleteWebhook", "GetUpdates"];
const GROUP: i64 = -100_900;

/// What the relay keeps.
#[derive(Default)]
struct Before {
    /// That teremock dispatched.
    updates: Vec<Value>,
    /// The offset that was asked from last: what lies before it is confirmed.
    confirmed: i64,
    /// Methods that the relay answered.
    ours: Vec<String>,
    /// Methods that teremock answered, and how.
    theirs: Vec<(String, u16)>,
}

impl Before {
    fn answered(&self, method: &str) -> usize {
        self.theirs.iter().filter(|(m, _)| m == method).count()
    }

    fn asked(&self) -> Vec<String> {
        self.ours.iter().cloned().chain(self.theirs.iter().map(|(m, status)| format!("{m}: {status}"))).collect()
    }
}

/// Stands before teremock.
#[derive(Clone)]
struct Relay {
    behind: String,
    client: reqwest::Client,
    watched: Watched<Before>,
}

impl Relay {
    /// Where it listens.
    async fn start(behind: &str, watched: Watched<Before>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        // actix ends a connection that rests: each request has its own
        let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
        let relay = Self { behind: behind.trim_end_matches('/').to_owned(), client, watched };
        let routes = Router::new().fallback(passes).with_state(relay);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        url
    }

    /// Updates from an offset on, as soon as there are any.
    async fn updates(&self, ask: &Value) -> Vec<Value> {
        let from = ask["offset"].as_i64().unwrap_or(0);
        let mut changes = self.watched.changes();
        self.watched.change(|b| b.confirmed = b.confirmed.max(from));
        loop {
            changes.borrow_and_update();
            let found: Vec<Value> = self.watched.state().updates.iter().filter(|u| u["update_id"].as_i64().unwrap() >= from).cloned().collect();
            if !found.is_empty() || ask["timeout"] == 0 {
                return found;
            }
            changes.changed().await.unwrap();
        }
    }
}

async fn passes(State(relay): State<Relay>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let name = uri.path().rsplit('/').next().unwrap().to_owned();
    if OURS.contains(&&*name) {
        relay.watched.change(|b| b.ours.push(name.clone()));
        let result = if name == "GetUpdates" { json!(relay.updates(&serde_json::from_slice(&body).unwrap()).await) } else { json!(true) };
        return axum::Json(json!({"ok": true, "result": result})).into_response();
    }
    let mut request = relay.client.request(method, format!("{}{}", relay.behind, uri.path())).body(body);
    if let Some(kind) = headers.get(header::CONTENT_TYPE) {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    let said = request.send().await.unwrap();
    let status = said.status();
    let bytes = said.bytes().await.unwrap();
    relay.watched.change(|b| b.theirs.push((name, status.as_u16())));
    (status, bytes).into_response()
}

/// actix takes the signals that end a process, and a process never gets them back: let them end this one again.
fn stays_mortal() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let code = runtime.block_on(async {
                let [mut int, mut term, mut quit] = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::quit()].map(|kind| signal(kind).unwrap());
                tokio::select! {
                    _ = int.recv() => 130,
                    _ = term.recv() => 143,
                    _ = quit.recv() => 131,
                }
            });
            std::process::exit(code)
        });
    });
}

/// The platform before a stranger's server.
struct Bot {
    mock: MockBot<Infallible, DistributionKey>,
    watched: Watched<Before>,
    telegram: Telegram,
    courier: Arc<dyn Courier>,
    above: Above,
}

impl Bot {
    /// It said hello, set its menu and asks for updates.
    async fn online() -> Self {
        stays_mortal();
        let watched = Watched::new(Before::default());
        let updates = watched.clone();
        let hands_on = dptree::endpoint(move |update: Update| {
            updates.change(|b| b.updates.push(serde_json::to_value(&update).unwrap()));
            async { Ok::<(), Infallible>(()) }
        });
        let mock = MockBot::new(Vec::<MockMessageText>::new(), hands_on).await;
        let settings = settings(&Relay::start(mock.api_url().as_str(), watched.clone()).await);
        let (inbox, events) = mpsc::channel(64);
        let commands = menu(&Messages::embedded());
        let start = Start { config: &settings, timing: timing(), metrics: Metrics::new(), inbox, commands, not_yours: "不是问你的".into() };
        let telegram = Telegram::start(start).unwrap();
        let courier = telegram.courier();
        let mut bot = Self { mock, watched, above: Above::new(courier.clone(), events), telegram, courier };
        let me = format!("telegram:{}", bot.mock.me.user.id);
        bot.above.expect_account(&me, true).await;
        bot.until("ask for updates", |b| b.ours.iter().any(|m| m == "GetUpdates")).await;
        bot
    }

    async fn until(&self, what: &str, done: impl Fn(&Before) -> bool) {
        self.watched.until(what, |b| done(b).then_some(()), Before::asked).await;
    }

    /// Something happens; teremock forgets what it was asked before.
    async fn happens(&mut self, update: impl IntoUpdate) {
        self.mock.update(update);
        self.mock.dispatch().await;
    }

    /// Somebody says something, and it is heard.
    async fn hears(&mut self, update: impl IntoUpdate) -> Incoming {
        self.happens(update).await;
        self.above.message().await
    }

    async fn sends(&self, chat: &str, quote: Option<&str>, parts: Vec<Part>) -> Result<String, SendError> {
        self.courier.send(&Outgoing { chat: group(chat), quote: quote.map(str::to_owned), parts }).await
    }

    /// What was heard last becomes durable, and all is confirmed; the relay answered what it must, and no more.
    async fn ends(mut self) {
        let (account, mark) = self.above.mark().await;
        self.courier.kept(&account, mark);
        self.until("confirm everything", |b| b.updates.iter().all(|u| u["update_id"].as_i64().unwrap() < b.confirmed)).await;
        self.above.ends(&self.telegram, |e| matches!(e, Event::Account { .. }), Vec::<String>::new).await;
        let state = self.watched.state();
        assert!(OURS.iter().all(|m| state.ours.iter().any(|o| o == m)), "{:?}", state.ours);
    }
}

fn member(id: u64, name: &str) -> User {
    MockUser::new().id(id).first_name(name).build()
}

fn branch() -> Chat {
    MockSupergroupChat::new().id(GROUP).title("支部群").build()
}

fn says(text: &str) -> MockMessageText {
    MockMessageText::new().text(text).from(member(700_201, "张三")).chat(branch())
}

fn said(text: &str) -> Part {
    Part::Text(text.into())
}

async fn report() {
    let mut bot = Bot::online().await;
    let commands = menu(&Messages::embedded());
    let listed = |lang: Lang| -> Vec<String> { commands.iter().filter(|c| c.about.iter().any(|(l, _)| l == lang.key())).map(|c| c.name.clone()).collect() };
    let menus = bot.mock.get_responses().set_my_commands;
    let menus: Vec<_> = menus.iter().map(|s| (s.language_code.as_deref(), s.commands.iter().map(|c| c.command.clone()).collect::<Vec<_>>())).collect();
    assert_eq!(menus, [(None, listed(Lang::En)), (Some("zh"), listed(Lang::Zh))]);
    assert!(menus[1].1.len() > 3 && !bot.courier.capabilities().hears_all, "its bot is in privacy mode");

    let first = says("交了10月团费");
    let heard = bot.hears(first.clone()).await;
    assert_eq!((heard.text().as_str(), heard.chat.clone(), heard.sender_name.as_str()), ("交了10月团费", group("-100900"), "张三"));
    assert_eq!((heard.sender.to_string().as_str(), heard.mentions_bot), ("telegram:700201", false));

    // an answer that quotes, with a mention of somebody whose name looks like markup, behind a picture of two units
    let parts = vec![said("😀 还有一位："), Part::Mention { id: "700203".into(), name: "*王_五*<b>".into() }, said("没交")];
    let id = bot.sends("-100900", Some(&heard.quote_id), parts).await.unwrap();
    bot.courier.react(&heard.chat, &heard.quote_id).await.unwrap();
    let taken = bot.mock.get_responses();
    let [answer] = &taken.sent_messages_text[..] else { panic!("{taken:?}") };
    assert_eq!((answer.message.id.0.to_string(), answer.message.chat.id.0), (id, GROUP));
    assert_eq!(answer.message.text(), Some("😀 还有一位：@*王_五*<b> 没交"));
    assert_eq!(answer.message.reply_to_message().map(|m| (m.id.0.to_string(), m.text())), Some((heard.quote_id.clone(), Some("交了10月团费"))));
    let entities = answer.message.parse_entities().unwrap();
    let [mention] = &entities[..] else { panic!("{entities:?}") };
    assert!(matches!(mention.kind(), MessageEntityKind::TextMention { user } if user.id.0 == 700_203), "{mention:?}");
    assert_eq!(mention.text(), "@*王_五*<b>");
    let asked = &answer.bot_request;
    assert_eq!((asked.parse_mode, asked.reply_parameters.as_ref().unwrap().allow_sending_without_reply), (None, Some(true)));
    assert!(asked.link_preview_options.as_ref().unwrap().is_disabled && asked.reply_markup.is_none());
    let [reaction] = &taken.set_message_reaction[..] else { panic!("{taken:?}") };
    assert_eq!((reaction.chat_id.id(), reaction.message_id.to_string()), (GROUP, heard.quote_id.clone()));
    assert_eq!(reaction.reaction, Some(vec![ReactionType::Emoji { emoji: "👌".into() }]));

    // the report is changed
    bot.happens(MockEditedMessage::new(first.text("交了11月团费").build())).await;
    let Event::Edited(after) = bot.above.event().await else { panic!("a change was expected") };
    assert_eq!((after.text().as_str(), &after.quote_id, after.sent_at), ("交了11月团费", &heard.quote_id, heard.sent_at));
    assert_ne!(after.source(), heard.source());

    // the bot is asked, and answers in two messages: the first quotes
    let mention = MessageEntity::new(MessageEntityKind::Mention, 0, 9);
    let heard = bot.hears(says("@test_bot 谁没交团费").entities(vec![mention])).await;
    assert_eq!((heard.mentions_bot, heard.text().trim()), (true, "谁没交团费"));
    let long = (1..=900).map(|n| format!("{n}. 未交")).collect::<Vec<_>>().join("\n");
    bot.sends("-100900", Some(&heard.quote_id), vec![said(&long)]).await.unwrap();
    let sent = bot.mock.get_responses().sent_messages;
    let texts: Vec<&str> = sent.iter().map(|m| m.text().unwrap()).collect();
    assert_eq!((texts.len(), texts.join("\n").as_str()), (2, long.trim_end()));
    assert!(texts.iter().all(|t| t.encode_utf16().count() <= 4096));
    assert_eq!(sent.iter().map(|m| m.reply_to_message().is_some()).collect::<Vec<_>>(), [true, false]);
    bot.ends().await;
}

async fn buttons() {
    let mut bot = Bot::online().await;
    let heard = bot.hears(says("撤销")).await;
    let all = ["是", "否"].map(|w| Choice { label: w.into(), says: w.into() });
    let choices = Choices { question: "0123456789abcdef".into(), of: heard.sender.id.to_string(), all: all.into() };
    bot.sends("-100900", Some(&heard.quote_id), vec![said("要撤销吗？"), Part::Choices(choices)]).await.unwrap();
    let taken = bot.mock.get_responses();
    let asked = taken.sent_messages_text[0].message.clone();
    let [row] = &asked.reply_markup().unwrap().inline_keyboard[..] else { panic!("{asked:?}") };
    assert_eq!(row.iter().map(|b| b.text.as_str()).collect::<Vec<_>>(), ["是", "否"]);
    let InlineKeyboardButtonKind::CallbackData(yes) = row[0].kind.clone() else { panic!("{row:?}") };
    let press = |query: &'static str, who: User| MockCallbackQuery::new().id(query).from(who).message(asked.clone()).data(yes.clone());

    // somebody else presses: they are told, and nothing is heard
    let (account, mark) = bot.above.mark().await;
    bot.courier.kept(&account, mark);
    bot.happens(press("q1", member(700_202, "李四"))).await;
    let told = bot.watched.clone();
    tokio::select! {
        () = told.until("answer the press", |b| (b.answered("AnswerCallbackQuery") == 1).then_some(()), Before::asked) => {}
        event = bot.above.event() => panic!("nobody else's press is heard, not {event:?}"),
    }
    let taken = bot.mock.get_responses();
    let [told] = &taken.answered_callback_queries[..] else { panic!("{taken:?}") };
    assert_eq!((told.callback_query_id.as_str(), told.text.as_deref(), told.show_alert), ("q1", Some("不是问你的"), Some(true)));
    assert!(taken.edited_messages_reply_markup.is_empty());

    // who was asked presses: it is heard, the query is answered and the buttons go
    let chosen = bot.hears(press("q2", member(700_201, "张三"))).await;
    assert_eq!((chosen.choice(), chosen.text().as_str(), chosen.sender.clone()), (Some("0123456789abcdef"), "是", heard.sender));
    assert_eq!((chosen.chat, chosen.quote_id), (group("-100900"), asked.id.0.to_string()));
    bot.until("answer the press and take the buttons away", |b| b.answered("AnswerCallbackQuery") == 2 && b.answered("EditMessageReplyMarkup") == 1).await;
    let taken = bot.mock.get_responses();
    let [told] = &taken.answered_callback_queries[..] else { panic!("{taken:?}") };
    assert_eq!((told.callback_query_id.as_str(), &told.text), ("q2", &None));
    let [bare] = &taken.edited_messages_reply_markup[..] else { panic!("{taken:?}") };
    assert_eq!((bare.message.id, bare.message.text()), (asked.id, asked.text()));
    assert!(bare.message.reply_markup().is_none() && bare.bot_request.reply_markup.is_none());
    bot.ends().await;
}

/// What teremock gives for every file.
const GIVEN: &[u8] = b"Hello, world!";

async fn files() {
    let mut bot = Bot::online().await;
    // a picture in two sizes: the larger is fetched
    let size = |id: &'static str, width: u32| MockPhotoSize::new().file_id(id).width(width).file_size(13_u32).build();
    let photo = MockMessagePhoto::new().caption("大学习看完了").photo(vec![size("small", 90), size("large", 1280)]);
    let heard = bot.hears(photo.from(member(700_201, "张三")).chat(branch())).await;
    assert_eq!(heard.text(), "大学习看完了");
    let picture = heard.pictures().next().unwrap().clone();
    assert_eq!((picture.size, picture.handle.as_str(), heard.segments.len()), (Some(13), r#"{"file_id":"large"}"#, 2));
    assert!(matches!(&heard.segments[1], Segment::Image(_)));
    assert_eq!(bot.courier.fetch(&heard.chat, &picture, GIVEN.len()).await.unwrap(), GIVEN);
    // what is larger than is wanted is not fetched
    let small = FileRef { size: None, ..picture.clone() };
    assert!(matches!(bot.courier.fetch(&heard.chat, &small, GIVEN.len() - 1).await, Err(SendError::Refused(_))));
    let fetched: Vec<String> = bot.watched.state().theirs.iter().map(|(m, _)| m.clone()).filter(|m| !m.starts_with('S') && m != "GetMe").collect();
    assert_eq!(fetched, ["GetFile", "some_path.txt", "GetFile"]);

    // a table goes after its text; what the bytes are, teremock keeps only of text
    let table = "\u{feff}姓名,金额\r\n王五,0.20\r\n";
    let parts = vec![said("在附件里"), Part::File(Attachment::csv("台账.csv", table.into()))];
    bot.sends("-100900", Some(&heard.quote_id), parts).await.unwrap();
    let image = |long: usize| Attachment { name: "统计.png".into(), mime: "image/png".into(), bytes: vec![b'7'; long].into(), private: false };
    // a picture goes as a photo, and as a document where it is too large for one
    for long in [1024, 1025] {
        bot.sends("-100900", None, vec![Part::Picture(image(long))]).await.unwrap();
    }
    let taken = bot.mock.get_responses();
    let kinds: Vec<_> = taken.sent_messages.iter().map(|m| (m.text(), m.document().map(|d| d.file_name.as_deref()), m.photo().is_some())).collect();
    assert_eq!(kinds, [(Some("在附件里"), None, false), (None, Some(Some("台账.csv")), false), (None, None, true), (None, Some(Some("统计.png")), false)]);
    assert!(taken.sent_messages.iter().all(|m| m.chat.id.0 == GROUP));
    let [csv, large] = &taken.sent_messages_document[..] else { panic!("{taken:?}") };
    assert_eq!((csv.bot_request.file_data.as_str(), csv.bot_request.chat_id.id()), (table, GROUP));
    assert_eq!((large.bot_request.file_name.as_str(), large.bot_request.file_data.len()), ("统计.png", 1025));
    let [shown] = &taken.sent_messages_photo[..] else { panic!("{taken:?}") };
    assert_eq!((shown.bot_request.file_name.as_str(), shown.bot_request.file_data.len()), ("统计.png", 1024));
    bot.ends().await;
}

async fn refused() {
    let mut bot = Bot::online().await;
    let heard = bot.hears(says("在吗")).await;
    let refused = |result: Result<String, SendError>| match result {
        Err(SendError::Refused(why)) => why,
        other => panic!("it was to be refused, not {other:?}"),
    };
    // it knows no such message, and minds even where it may send without
    let why = refused(bot.sends("-100900", Some("999"), vec![said("好")]).await);
    assert_eq!(why, "Telegram does not take it (400)");
    let why = refused(bot.courier.react(&heard.chat, "999").await.map(|()| String::new()));
    assert_eq!(why, "Telegram does not take it (400)");
    let gone = FileRef { name: "photo.jpg".into(), size: None, handle: r#"{"file_id":"gone"}"#.into() };
    let why = refused(bot.courier.fetch(&heard.chat, &gone, 100).await.map(|bytes| format!("{bytes:?}")));
    assert_eq!(why, "Telegram does not take it (400)");
    let taken = bot.mock.get_responses();
    assert!(taken.sent_messages.is_empty() && taken.set_message_reaction.is_empty(), "{taken:?}");
    let asked: Vec<_> = bot.watched.state().theirs.iter().filter(|(_, status)| *status == 400).map(|(m, _)| m.clone()).collect();
    assert_eq!(asked, ["SendMessage", "SetMessageReaction", "GetFile"], "each was asked for once");
    // and takes what comes after
    bot.sends("-100900", Some(&heard.quote_id), vec![said("在")]).await.unwrap();
    assert_eq!(bot.mock.get_responses().sent_messages[0].text(), Some("在"));
    bot.ends().await;
}
