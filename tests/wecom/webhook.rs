//! What the bot starts itself in a group that has a webhook.

use super::{Bot, Duration, SecretString, Settings, Timing, Trial, group, person};
use crate::support::story;
use crate::support::wecom::{Fault, GROUP, HOOK};
use zhibu::config::wecom::Webhook;
use zhibu::domain::attachment::Attachment;
use zhibu::domain::message::{Outgoing, Part, SendError};

pub fn tests() -> Vec<Trial> {
    vec![
        story("wecom::webhook::reminders_mention_people", mentions),
        story("wecom::webhook::long_ones_are_split_by_bytes", long),
        story("wecom::webhook::pictures_and_files", files),
        story("wecom::webhook::failures_are_told_apart", failures),
        story("wecom::webhook::no_more_a_minute_than_may_be", paced),
    ]
}

async fn hooked(set: impl FnOnce(&mut Settings, &mut Timing)) -> Bot {
    Bot::online_with(|s, t| {
        s.webhooks = vec![Webhook { chat: GROUP.into(), key: SecretString::from(HOOK) }];
        set(s, t);
    })
    .await
}

fn at(id: &str, name: &str) -> Part {
    Part::Mention { id: id.into(), name: name.into() }
}

fn say(parts: Vec<Part>) -> Outgoing {
    Outgoing { chat: group(GROUP), quote: None, parts }
}

async fn mentions() {
    let mut bot = hooked(|_, _| {}).await;
    let (can, other) = (bot.courier.can(&group(GROUP)), bot.courier.can(&group("wrOTHER")));
    assert_eq!((can.mention, can.mentions, can.text_bytes, can.push), (true, 20, 2048, true));
    assert_eq!((other.mention, other.mentions, other.text_bytes), (false, 0, 4096));
    assert!(bot.courier.reaches(&group(GROUP)), "though nobody spoke there");
    bot.courier
        .send(&say(vec![Part::Text("还没交：".into()), at("ZhangSan", "张三"), at("li.si", "<@all>"), Part::Text("\n请交*团费*".into())]))
        .await
        .unwrap();
    let sent = bot.fake.next().await;
    assert_eq!((sent.by, sent.text.as_str()), ("webhook", "还没交：@张三 @＜@all>\n请交*团费*"), "plain text, nobody else is mentioned");
    assert_eq!(sent.mentions, ["ZhangSan", "li.si"]);
    // answers are the bot's own
    let id = bot.fake.says(GROUP, "ZhangSan", "谁没交");
    bot.message().await;
    bot.courier.send(&Outgoing { quote: Some(id.clone()), ..say(vec![at("ZhangSan", "张三"), Part::Text("没交".into())]) }).await.unwrap();
    let sent = bot.fake.next().await;
    assert_eq!((sent.by, sent.answers, sent.text.as_str()), ("line", id, "@张三 没交"));
    // so is what is private
    bot.fake.says("@ZhangSan", "ZhangSan", "你好");
    bot.message().await;
    bot.courier.send(&Outgoing::text(person("ZhangSan"), "欠 0.2 元")).await.unwrap();
    assert_eq!(bot.fake.next().await.chat, "@ZhangSan");
    bot.ends().await;
}

async fn long() {
    let bot = hooked(|s, _| s.webhook_mentions = 3).await;
    let lines = "一二三四五六七八九十\n".repeat(250);
    // without mentions it is markdown, which holds more
    bot.courier.send(&say(vec![Part::Text(lines.clone())])).await.unwrap();
    let (first, second) = (bot.fake.next().await, bot.fake.next().await);
    assert!(first.text.len() > 2048 && bot.fake.bodies("send").iter().all(|b| b["msgtype"] == "markdown"));
    assert_eq!(format!("{}\n{}", first.text, second.text), lines.trim_end());
    // with mentions: three a message, each beside its name
    let people: Vec<Part> = (0..7).map(|n| at(&format!("u{n}"), &format!("成员{n}"))).collect();
    bot.courier.send(&say(people)).await.unwrap();
    for expected in [vec!["u0", "u1", "u2"], vec!["u3", "u4", "u5"], vec!["u6"]] {
        let sent = bot.fake.next().await;
        assert_eq!(sent.mentions, expected);
        assert!(expected.iter().all(|u| sent.text.contains(&u.replace('u', "@成员"))), "{sent:?}");
    }
    let mixed = vec![Part::Text(lines), at("u1", "成员1")];
    bot.courier.send(&say(mixed)).await.unwrap();
    for _ in 0..4 {
        assert!(bot.fake.next().await.text.len() <= 2048);
    }
    bot.ends().await;
}

async fn files() {
    let bot = hooked(|_, _| {}).await;
    let picture = |long: usize| Attachment { name: "统计.png".into(), mime: "image/png".into(), bytes: vec![7; long].into(), private: false };
    bot.courier.send(&say(vec![Part::Text("统计".into()), Part::Picture(picture(1024))])).await.unwrap();
    assert_eq!((bot.fake.next().await.text.as_str(), bot.fake.next().await.file), ("统计", Some(("image".into(), String::new(), vec![7; 1024]))));
    // too large for a picture: a file
    bot.courier.send(&say(vec![Part::Picture(picture(1025))])).await.unwrap();
    let (kind, _, bytes) = bot.fake.next().await.file.unwrap();
    assert_eq!((kind.as_str(), bytes.len()), ("file", 1025));
    let table = Attachment::csv("ledger.csv", "姓名,团费\n".repeat(30));
    bot.courier.send(&say(vec![Part::File(table.clone())])).await.unwrap();
    assert_eq!(bot.fake.next().await.file, Some(("file".into(), "ledger.csv".into(), table.bytes.to_vec())));
    let sent = bot.courier.send(&say(vec![Part::Picture(picture((1 << 20) + 1))])).await;
    assert!(matches!(sent, Err(SendError::Refused(_))), "{sent:?}");
    // the text went, the file did not
    bot.fake.fails("upload_media", &Fault::Code(40_009, "invalid file size"), 1);
    let sent = bot.courier.send(&say(vec![Part::Text("台账".into()), Part::File(table)])).await;
    assert!(matches!(sent, Err(SendError::Refused(_))), "{sent:?}");
    assert_eq!(bot.fake.next().await.text, "台账");
    bot.ends().await;
}

async fn failures() {
    let bot = hooked(|s, _| s.request_timeout_ms = 10_000).await;
    let letter = say(vec![Part::Text("请交团费".into())]);
    // 5xx: again
    bot.fake.fails("send", &Fault::Status(429), 2);
    bot.courier.send(&say(vec![Part::Text("好".into())])).await.unwrap();
    assert_eq!(bot.fake.next().await.text, "好");
    bot.fake.fails("send", &Fault::Status(502), 2);
    bot.courier.send(&letter).await.unwrap();
    bot.fake.next().await;
    bot.fake.fails("send", &Fault::Status(502), 3);
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Later { after: None, .. })));
    bot.fake.fails("send", &Fault::Status(404), 1);
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Refused(_))));
    bot.fake.fails("send", &Fault::Code(93_000, "invalid webhook url"), 1);
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Refused(why)) if why.contains("93000") && !why.contains(HOOK)));
    // it went, and nobody said so
    bot.fake.fails("send", &Fault::Cut, 1);
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Unknown(_))));
    bot.fake.next().await;
    // too much: said, and kept to
    bot.fake.fails("send", &Fault::Code(45_009, "api freq out of limit"), 1);
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Later { after: Some(60_000), .. })));
    let before = bot.fake.bodies("send").len();
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Later { after: Some(_), .. })));
    assert_eq!(bot.fake.bodies("send").len(), before, "it is not even tried");
    bot.ends().await;
    let bot = hooked(|s, _| s.request_timeout_ms = 100).await;
    bot.fake.fails("send", &Fault::Silence, 1);
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Unknown(_))));
    bot.fake.next().await;
    bot.ends().await;
    let bot = hooked(|s, _| s.webhook_url = "http://127.0.0.1:9".into()).await;
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Later { after: None, .. })));
    bot.ends().await;
}

async fn paced() {
    let bot = hooked(|s, t| (s.webhook_per_minute, t.patience) = (20, Duration::from_millis(50))).await;
    let letter = say(vec![Part::Text("请交团费".into())]);
    for _ in 0..20 {
        bot.courier.send(&letter).await.unwrap();
        bot.fake.next().await;
    }
    assert!(matches!(bot.courier.send(&letter).await, Err(SendError::Later { after: Some(50_000..=60_000), .. })));
    bot.ends().await;
}
