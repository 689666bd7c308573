//! How updates come and when they are confirmed; wrong tokens, other programs, storms; the webhook's door.

use super::{Bot, settings, timing};
use crate::support::story;
use crate::support::telegram::{Fault, Telegram as Fake, refusal};
use libtest_mimic::Trial;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use zhibu::config::telegram::Telegram as Settings;
use zhibu::domain::message::Event;
use zhibu::hosts::Hosts;
use zhibu::platform::Platform as _;
use zhibu::platform::telegram::Timing;
use zhibu::web::{self, Health, Parts};

pub fn tests() -> Vec<Trial> {
    vec![
        story("telegram::hearing::an_update_is_confirmed_when_it_is_durable", durable),
        story("telegram::hearing::what_failed_is_asked_for_again", failed),
        story("telegram::hearing::nothing_is_confirmed_because_it_takes_long", slow),
        story("telegram::hearing::a_crash_loses_nothing", crash),
        story("telegram::hearing::a_shutdown_confirms_last_of_all", shutdown),
        story("telegram::hearing::a_wrong_token_is_told_and_waited_out", unauthorized),
        story("telegram::hearing::another_program_with_the_same_bot", conflict),
        story("telegram::hearing::storms_and_cuts_are_survived", storms),
        story("telegram::hearing::the_webhooks_door", webhook),
        story("telegram::hearing::a_webhook_answers_when_it_is_durable", webhook_durable),
        story("telegram::hearing::what_a_webhook_brings_in_vain_is_passed_over", webhook_in_vain),
    ]
}

const GROUP: i64 = -100_900;

async fn durable() {
    let mut bot = Bot::online().await;
    bot.keeps = false;
    bot.fake.says(GROUP, 201, "张三", "交了团费");
    let last = bot.fake.update("something_new", &json!({}));
    assert_eq!(bot.message().await.text(), "交了团费");
    let (account, mark) = bot.mark().await;
    assert!(!bot.fake.is_confirmed(last - 1), "it is in the inbox, and no more than that");
    bot.courier.kept(&account, mark - 1);
    bot.fake.says(GROUP, 201, "张三", "在吗");
    assert!(!bot.fake.is_confirmed(last - 1));
    bot.courier.kept(&account, mark);
    bot.fake.confirmed(last - 1).await;
    assert_eq!(bot.message().await.text(), "在吗");
}

async fn failed() {
    let mut bot = Bot::online().await;
    bot.keeps = false;
    let update = bot.fake.update("message", &bot.fake.message(GROUP, 201, "张三", "交了团费", &json!({})));
    let first = bot.message().await;
    let (account, mark) = bot.mark().await;
    bot.courier.unkept(&account, mark);
    assert_eq!(bot.message().await.source(), first.source(), "it comes again");
    let (account, mark) = bot.mark().await;
    assert!(!bot.fake.is_confirmed(update));
    bot.courier.kept(&account, mark);
    bot.fake.confirmed(update).await;
    // what can't be worked on at all stops the others only for a while
    let never = bot.fake.update("message", &bot.fake.message(GROUP, 201, "张三", "毒", &json!({})));
    for _ in 0..6 {
        assert_eq!(bot.message().await.text(), "毒");
        assert!(!bot.fake.is_confirmed(never));
        let (account, mark) = bot.mark().await;
        bot.courier.unkept(&account, mark);
    }
    bot.fake.confirmed(never).await;
    bot.fake.says(GROUP, 201, "张三", "在吗");
    assert_eq!(bot.message().await.text(), "在吗");
    // and at the end nothing is confirmed that failed
    let (account, mark) = bot.mark().await;
    bot.courier.kept(&account, mark);
    let last = bot.fake.update("message", &bot.fake.message(GROUP, 201, "张三", "最后", &json!({})));
    assert_eq!(bot.message().await.text(), "最后");
    let (account, mark) = bot.mark().await;
    bot.telegram.quiet().await;
    bot.courier.unkept(&account, mark);
    bot.telegram.close().await;
    assert!(!bot.fake.is_confirmed(last));
}

async fn slow() {
    let fake = Fake::start().await;
    let url = fake.url();
    let kept = Duration::from_millis(1);
    let mut bot = Bot::with(fake, &settings(&url), Timing { kept, ..timing() });
    bot.expect_online(true).await;
    bot.keeps = false;
    let update = bot.fake.update("message", &bot.fake.message(GROUP, 201, "张三", "交了团费", &json!({})));
    bot.message().await;
    let (account, mark) = bot.mark().await;
    let asked = bot.fake.count("getUpdates");
    // many times as long as that
    for _ in 0..50 {
        bot.courier.send(&zhibu::domain::message::Outgoing::text(super::person("201"), "好")).await.unwrap();
    }
    assert_eq!((bot.fake.is_confirmed(update), bot.fake.count("getUpdates")), (false, asked));
    bot.courier.kept(&account, mark);
    bot.fake.confirmed(update).await;
    // a webhook is told to bring it again, as long as it is not durable
    let mut door = Door::with(Timing { kept, ..timing() }).await;
    assert_eq!(door.brings(Some(SECRET), door.update("交了团费")).await, 503);
    assert_eq!(door.bot.message().await.text(), "交了团费");
    door.bot.mark().await;
    door.stop.cancel();
}

async fn crash() {
    let mut bot = Bot::online().await;
    let id = bot.fake.says(GROUP, 201, "张三", "交了团费");
    let first = bot.message().await;
    // it dies before anything was durable: its mark is never answered
    let fake = bot.fake.clone();
    drop(bot);
    let url = fake.url();
    let mut again = Bot::with(fake, &settings(&url), timing());
    again.expect_online(true).await;
    let second = again.message().await;
    assert_eq!((second.source(), second.quote_id.as_str()), (first.source(), id.to_string().as_str()), "it comes again and is known by its source");
}

async fn shutdown() {
    let mut bot = Bot::online().await;
    let update = bot.fake.update("message", &bot.fake.message(GROUP, 201, "张三", "交了团费", &json!({})));
    assert_eq!(bot.message().await.text(), "交了团费");
    let told = bot.mark().await;
    bot.telegram.quiet().await;
    let asked = bot.fake.count("getUpdates");
    bot.fake.says(GROUP, 201, "张三", "太晚了");
    assert!(!bot.fake.is_confirmed(update), "not before the house says that it is durable");
    // answers still leave
    bot.courier.send(&zhibu::domain::message::Outgoing::text(super::group("-100900"), "好")).await.unwrap();
    bot.courier.kept(&told.0, told.1);
    bot.telegram.close().await;
    assert!(bot.fake.is_confirmed(update) && !bot.fake.is_confirmed(update + 1), "what came too late comes to the next one");
    assert_eq!(bot.fake.count("getUpdates"), asked + 1);
    assert!(bot.events.try_recv().is_err());
}

async fn unauthorized() {
    let fake = Fake::start().await;
    let url = fake.url();
    let wrong = Settings { token: SecretString::from("1234567:wrong"), ..settings(&url) };
    let bot = Bot::with(fake, &wrong, timing());
    bot.fake.asked("getMe", 3).await;
    assert!(!bot.courier.reaches(&super::group("-100900")) && bot.telegram.accounts().is_empty());
    assert_eq!(bot.fake.count("getUpdates"), 0);
    // a token that is revoked while it runs, and given back
    let mut bot = Bot::online().await;
    bot.fake.asked("getUpdates", 1).await;
    bot.fake.fails("getUpdates", &refusal(401, "Unauthorized"), 2);
    bot.fake.says(GROUP, 201, "张三", "好");
    assert_eq!(bot.message().await.text(), "好");
    bot.expect_online(false).await;
    bot.expect_online(true).await;
    assert_eq!(bot.telegram.accounts().len(), 1);
}

async fn conflict() {
    let mut bot = Bot::online().await;
    bot.fake.asked("getUpdates", 1).await;
    bot.fake.fails("getUpdates", &refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"), 3);
    bot.fake.says(GROUP, 201, "张三", "一");
    assert_eq!(bot.message().await.text(), "一");
    bot.expect_online(false).await;
    assert!(!bot.courier.reaches(&super::group("-100900")));
    bot.expect_online(true).await;
    bot.fake.says(GROUP, 201, "张三", "二");
    assert_eq!(bot.message().await.text(), "二");
}

async fn storms() {
    let fake = Fake::start().await;
    let url = fake.url();
    let mut bot = Bot::with(fake, &settings(&url), Timing { strikes: 10, ..timing() });
    bot.expect_online(true).await;
    bot.fake.asked("getUpdates", 1).await;
    for (n, fault) in
        [Fault::Page(502), Fault::Cut, Fault::Garbage, refusal(500, "Internal Server Error"), Fault::Status(200, json!({"ok": true, "result": {"no": "list"}}))]
            .iter()
            .enumerate()
    {
        bot.fake.fails("getUpdates", fault, 2);
        bot.fake.says(GROUP, 201, "张三", &n.to_string());
        assert_eq!(bot.message().await.text(), n.to_string(), "{fault:?}");
    }
    // more than that in a row is offline, and is over when one is answered
    bot.fake.fails("getUpdates", &Fault::Page(503), 12);
    bot.fake.says(GROUP, 201, "张三", "好");
    let (mut heard, mut news) = (Vec::new(), Vec::new());
    while heard.is_empty() || news.len() < 2 {
        match bot.event().await {
            Event::Message(m) => heard.push(m.text()),
            Event::Account { online, .. } => news.push(online),
            other => panic!("not {other:?}"),
        }
    }
    assert_eq!((heard, news), (vec!["好".to_owned()], vec![false, true]));
}

/// A bot with a webhook on a listener of its own.
struct Door {
    bot: Bot,
    url: String,
    stop: CancellationToken,
    client: reqwest::Client,
}

const SECRET: &str = "a-long_secret-1";

impl Door {
    async fn open() -> Self {
        Self::with(timing()).await
    }

    async fn with(timing: Timing) -> Self {
        let fake = Fake::start().await;
        let url = fake.url();
        let settings = Settings { webhook_url: "https://bot.example/telegram".into(), webhook_secret: SecretString::from(SECRET), ..settings(&url) };
        let mut bot = Bot::with(fake, &settings, timing);
        let (listener, stop) = (web::bind("127.0.0.1:0".parse().unwrap()).await.unwrap(), CancellationToken::new());
        let address = listener.local_addr().unwrap();
        let site = web::router(Parts {
            routes: bot.telegram.routes(),
            hosts: Hosts::new(address, &[]),
            health: std::sync::Arc::new(|| Box::pin(async { Health { well: true, detail: json!({}) } })),
            metrics: bot.metrics.clone(),
            body_bytes: 1 << 20,
            timeout: Duration::from_mins(2),
        });
        tokio::spawn(web::serve(listener, site, stop.clone()));
        bot.expect_online(true).await;
        Self { bot, url: format!("http://{address}/telegram"), stop, client: reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap() }
    }

    async fn brings(&self, secret: Option<&str>, body: String) -> u16 {
        let mut request = self.client.post(&self.url).header("content-type", "application/json").body(body);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        request.send().await.unwrap().status().as_u16()
    }

    fn update(&self, text: &str) -> String {
        let message: Value = self.bot.fake.message(GROUP, 201, "张三", text, &json!({}));
        json!({"update_id": 9, "message": message}).to_string()
    }
}

async fn webhook() {
    let mut door = Door::open().await;
    let set = door.bot.fake.asked("setWebhook", 1).await;
    assert_eq!((&set["url"], &set["secret_token"]), (&json!("https://bot.example/telegram"), &json!(SECRET)));
    assert_eq!(door.bot.fake.count("getUpdates"), 0);
    let good = door.update("交了团费");
    for (secret, status) in [(None, 401), (Some(""), 403), (Some("a-long_secret-2"), 403), (Some("a-long_secret-"), 403), (Some("a-long_secret-11"), 403)] {
        assert_eq!(door.brings(secret, good.clone()).await, status, "{secret:?}");
    }
    for broken in ["", "null", "[]", "{", "{}x", &format!("{good} {{}}"), &good[..good.len() / 2]] {
        assert_eq!(door.brings(Some(SECRET), broken.to_owned()).await, 400, "{broken}");
    }
    assert!(door.bot.events.try_recv().is_err(), "none of that was heard");
    // the same update again is the same message: above it counts once
    let mut sources = Vec::new();
    for _ in 0..2 {
        let request = door.client.post(&door.url).header("X-Telegram-Bot-Api-Secret-Token", SECRET).body(good.clone());
        let brought = tokio::spawn(async move { request.send().await.unwrap().status() });
        sources.push(door.bot.message().await.source());
        let (account, mark) = door.bot.mark().await;
        door.bot.courier.kept(&account, mark);
        assert_eq!(brought.await.unwrap(), 200);
    }
    assert_eq!(sources[0], sources[1]);
    // an update of an unknown kind is taken, or it would come for ever
    let (client, url) = (door.client.clone(), door.url.clone());
    let brought = tokio::spawn(async move {
        client.post(url).header("X-Telegram-Bot-Api-Secret-Token", SECRET).body("{\"update_id\":1,\"new_kind\":{}}").send().await.unwrap().status()
    });
    let told = door.bot.mark().await;
    door.bot.courier.kept(&told.0, told.1);
    assert_eq!(brought.await.unwrap(), 200);
    door.stop.cancel();
}

/// What can't be worked on is brought again a few times, and then passed over.
async fn webhook_in_vain() {
    let mut door = Door::open().await;
    for brought in 1..=6 {
        let request = door.client.post(&door.url).header("X-Telegram-Bot-Api-Secret-Token", SECRET).body(door.update("毒"));
        let answer = tokio::spawn(async move { request.send().await.unwrap().status() });
        assert_eq!(door.bot.message().await.text(), "毒");
        let (account, mark) = door.bot.mark().await;
        door.bot.courier.unkept(&account, mark);
        assert_eq!(answer.await.unwrap(), if brought < 6 { 503 } else { 200 }, "{brought}");
    }
    door.stop.cancel();
}

async fn webhook_durable() {
    let mut door = Door::open().await;
    let request = door.client.post(&door.url).header("X-Telegram-Bot-Api-Secret-Token", SECRET).body(door.update("交了团费"));
    let brought = tokio::spawn(async move { request.send().await.unwrap().status() });
    assert_eq!(door.bot.message().await.text(), "交了团费");
    let (account, mark) = door.bot.mark().await;
    assert!(!brought.is_finished(), "Telegram would forget it");
    // the shutdown waits for what was read, and takes no more
    let quiet = async {
        door.bot.telegram.quiet().await;
    };
    tokio::pin!(quiet);
    assert!(futures_util::poll!(&mut quiet).is_pending());
    assert_eq!(door.brings(Some(SECRET), door.update("晚了")).await, 503);
    door.bot.courier.kept(&account, mark);
    quiet.await;
    assert_eq!(brought.await.unwrap(), 200);
    assert!(!matches!(door.bot.above.events.try_recv(), Ok(Event::Message(_))));
    door.stop.cancel();
}
