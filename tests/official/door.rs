//! Who is let in at our door, and what is heard there.

use super::{Bot, START, person};
use crate::support::official::{ACCOUNT, APP, signature_of, text_elements};
use crate::support::wecom::{sealed, signature};
use crate::support::{plain, story};
use libtest_mimic::Trial;
use reqwest::StatusCode;
use zhibu::domain::message::{Event, Segment};
use zhibu::platform::Platform as _;

const NOW: i64 = START / 1000;

pub fn tests() -> Vec<Trial> {
    vec![
        story("official::door::it_says_that_it_is_ours", echo),
        story("official::door::messages_and_events_are_heard", heard),
        story("official::door::the_published_vector_is_opened", vector),
        story("official::door::bad_ones_are_turned_away_in_the_clear", || bad(false)),
        story("official::door::bad_ones_are_turned_away_sealed", || bad(true)),
        story("official::door::a_signature_in_the_clear_is_good_for_one_body", replayed),
        story("official::door::a_bot_that_stops_hears_nothing_more", stops),
        plain("official::door::settings_that_open_it_to_anybody_are_told", settings_told),
    ]
}

async fn echo() {
    for safe in [false, true] {
        let bot = Bot::with(safe, |_, _| {}).await;
        let door = bot.fake.request("", NOW, "0").build().unwrap().url().as_str().split('?').next().unwrap().to_owned();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let asks = async |at: i64, echo: &str, sign: Option<&str>, nonce: &str| {
            let at = at.to_string();
            let own = signature_of(&[&at, nonce]);
            let query = [("signature", sign.unwrap_or(&own)), ("timestamp", &at), ("nonce", nonce), ("echostr", echo)];
            let response = client.get(&door).query(&query).send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        };
        assert_eq!(asks(NOW, "5838479218127813673", None, "1").await, (200, "5838479218127813673".into()), "as it was, without quotes");
        for (at, echo, sign, status) in [
            (NOW, "1", Some("0000"), 401),
            (NOW, "1", Some(""), 401),
            (NOW - 301, "1", None, 401),
            (NOW + 301, "1", None, 401),
            (NOW, "<script>", None, 400),
            (NOW, &*"1".repeat(2000), None, 400),
        ] {
            assert_eq!(asks(at, echo, sign, &format!("2{at}{}", echo.len())).await.0, status, "{at} {sign:?}");
        }
        assert_eq!(client.get(&door).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
        bot.ends().await;
    }
}

async fn heard() {
    for safe in [false, true] {
        let mut bot = Bot::with(safe, |_, _| {}).await;
        let id = bot.fake.says("oZhang-_3", "交了团费 <0.2元> &amp;");
        let m = bot.message().await;
        assert_eq!((m.chat.clone(), m.sender.to_string(), m.text()), (person("oZhang-_3"), "official:oZhang-_3".into(), "交了团费 <0.2元> &amp;".into()));
        assert_eq!((m.sent_at, &*m.message_id, &*m.quote_id, m.bot.to_string()), (START, &*format!("{id}:"), &*id, format!("official:{APP}")));
        // with markup of XML in it: WeChat cuts the section in two
        bot.answers("oZhang-_3", &id, "记好了 ]]></Content> <a href=\"https://evil.example\">点我</a>").await.unwrap();
        assert_eq!(bot.read().await, (id, "记好了 ]]>＜/Content> ＜a href=\"https://evil.example\">点我＜/a>".into()));
        // a menu says what its key says; a picture, a voice, something unknown
        let click = bot.fake.event("oLi", "<Event><![CDATA[CLICK]]></Event><EventKey><![CDATA[谁没交团费]]></EventKey>");
        let m = bot.message().await;
        assert_eq!((m.text(), &*m.quote_id), ("谁没交团费".into(), &*format!("oLi.{NOW}.CLICK")));
        bot.answers("oLi", &m.quote_id, "都交了").await.unwrap();
        assert_eq!(bot.read().await, (click, "都交了".into()));
        for (elements, is) in [
            (bot.fake.keeps("shot", b"picture"), "image"),
            ("<MsgType>voice</MsgType><MediaId>1</MediaId><Recognition><![CDATA[签到]]></Recognition>".into(), "签到"),
            ("<MsgType>location</MsgType><Label>中国</Label>".into(), "other"),
        ] {
            let id = bot.fake.says_with("oLi", &elements);
            let m = bot.message().await;
            let shown = match &m.segments[..] {
                [Segment::Image(_)] => "image".to_owned(),
                [Segment::Text(text)] => text.clone(),
                [Segment::Other] => "other".into(),
                other => panic!("{other:?}"),
            };
            assert_eq!((shown.as_str(), &*m.quote_id), (is, &*id));
            bot.answers("oLi", &id, "好").await.unwrap();
            assert_eq!(bot.read().await.1, "好");
        }
        // what is nothing for us is acknowledged
        for more in ["<MsgType>event</MsgType><Event>VIEW</Event><EventKey>x</EventKey>", "<MsgType>text</MsgType><Content>x</Content>"] {
            let said = bot.fake.brings(&bot.fake.body("oLi", more)).await.unwrap();
            assert_eq!(said, (200, "success".into()), "{more}");
        }
        bot.ends().await;
    }
}

/// WeChat's own sample, as it is published for WeCom and official accounts alike.
async fn vector() {
    const AT: i64 = 1_409_659_813;
    const NONCE: &str = "1372623149";
    const SIGN: &str = "477715d11cdb4164915debcba66cb864d751f3e6";
    let mut bot = Bot::with(true, |_, _| {}).await;
    bot.clock.set(AT * 1000);
    let cipher = super::super::wecom::SAMPLE;
    let plain = signature_of(&[&AT.to_string(), NONCE]);
    let door = bot.fake.request("", AT, "0").build().unwrap().url().as_str().split('?').next().unwrap().to_owned();
    let query = [("signature", plain.as_str()), ("timestamp", "1409659813"), ("nonce", NONCE), ("msg_signature", SIGN), ("encrypt_type", "aes")];
    let body = format!("<xml><ToUserName><![CDATA[{APP}]]></ToUserName><AgentID><![CDATA[218]]></AgentID><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>");
    let request = reqwest::Client::builder().no_proxy().build().unwrap().post(door).query(&query).body(body);
    let asked = tokio::spawn(request.send());
    let m = bot.message().await;
    assert_eq!((m.text(), &*m.quote_id, &*m.sender.id), ("hello".into(), "4561255354251345929", "mycreate"));
    bot.answers("mycreate", &m.quote_id, "好").await.unwrap();
    let said = asked.await.unwrap().unwrap().text().await.unwrap();
    assert!(said.contains("<Encrypt>") && !said.contains("好"), "{said}");
    bot.ends().await;
}

async fn bad(safe: bool) {
    let mut bot = Bot::with(safe, |_, _| {}).await;
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    let body = bot.fake.body("oLi", &format!("{}<MsgId>1</MsgId>", text_elements("签到")));
    let with = |from: &str, to: &str| {
        let request = bot.fake.request(&body, NOW, "one").build().unwrap();
        let (url, sent) = (request.url().as_str().replace(from, to), request.body().and_then(reqwest::Body::as_bytes).unwrap().to_vec());
        reqwest::Client::builder().no_proxy().build().unwrap().post(url).body(sent)
    };
    // stale, from the future, of no time, not signed, signed by another
    assert_eq!(status(bot.fake.request(&body, NOW - 301, "a")).await, 401);
    assert_eq!(status(bot.fake.request(&body, NOW + 301, "b")).await, 401);
    assert_eq!(status(bot.fake.request(&body, i64::MAX, "c")).await, 401);
    assert_eq!(status(with("signature=", "x=")).await, 401);
    assert_eq!(status(with("?signature=", "?signature=0")).await, 401);
    assert_eq!(status(with(&format!("timestamp={NOW}"), &format!("timestamp={}", NOW + 1))).await, 401);
    assert_eq!(status(with("nonce=one", "nonce=two")).await, 401);
    // tampered with, garbage behind it, no XML, another's form, entities, and the other mode
    let door = with("", "").build().unwrap().url().to_string();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let bomb = format!("<!DOCTYPE x [<!ENTITY a \"{}\">]><xml><Content>&a;</Content></xml>", "a".repeat(100));
    let open = body.clone();
    let shut = format!("<xml><ToUserName>{ACCOUNT}</ToUserName><Encrypt>{}</Encrypt></xml>", sealed(&body, APP, body.len()));
    let mut all = vec![bomb, "{}".into(), String::new(), "<xml>".into(), format!("{body}<xml></xml>"), "<a>".repeat(1000)];
    all.push(if safe { open } else { shut });
    for (n, bad) in all.into_iter().enumerate() {
        let fresh = bot.fake.request("", NOW, &format!("bad{n}")).build().unwrap();
        let said = client.post(fresh.url().clone()).body(bad.clone()).send().await.unwrap();
        assert_eq!(said.status(), StatusCode::BAD_REQUEST, "{bad}");
    }
    let long = client.post(&door).body("a".repeat(70 << 10)).send().await.unwrap();
    assert_eq!(long.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let garbage = status(bot.fake.request(&format!("{body}garbage"), NOW, "g1")).await;
    assert_eq!(garbage, 400, "also where it is well signed and sealed");
    if safe {
        // another's message under this seal; well sealed, and for another account
        for (n, (message, to, own)) in [(&body, APP, false), (&body, "wx0000000000000000", true)].into_iter().enumerate() {
            let (at, nonce, cipher) = (NOW.to_string(), format!("s{n}"), sealed(message, to, message.len()));
            let sign = if own { signature(&at, &nonce, &cipher) } else { signature(&at, &nonce, "another") };
            let plain = signature_of(&[&at, &nonce]);
            let query = [("signature", plain.as_str()), ("timestamp", &at), ("nonce", &nonce), ("msg_signature", &sign)];
            let url = door.split('?').next().unwrap();
            let said = client.post(url).query(&query).body(format!("<xml><Encrypt>{cipher}</Encrypt></xml>")).send().await.unwrap();
            assert_eq!(said.status().as_u16(), if own { 400 } else { 401 }, "{to}");
        }
    }
    assert!(bot.metrics.text().contains("turned_away"), "{}", bot.metrics.text());
    // nothing of it was heard; what is well is
    let asked = tokio::spawn(bot.fake.request(&body, NOW - 299, "well").send());
    let m = bot.message().await;
    assert_eq!(m.text(), "签到");
    bot.answers("oLi", &m.quote_id, "好").await.unwrap();
    assert_eq!(asked.await.unwrap().unwrap().status(), StatusCode::OK);
    bot.ends().await;
}

async fn replayed() {
    let mut bot = Bot::open().await;
    let body = |text: &str, id: u32| bot.fake.body("oLi", &format!("{}<MsgId>{id}</MsgId>", text_elements(text)));
    let (first, other) = (body("交了团费", 1), body("替所有人交了团费", 2));
    let asked = tokio::spawn(bot.fake.request(&first, NOW, "n").send());
    let m = bot.message().await;
    bot.answers("oLi", &m.quote_id, "记好了").await.unwrap();
    let said = asked.await.unwrap().unwrap().text().await.unwrap();
    // the same again is the same; another body under its signature is nobody's
    assert_eq!(bot.fake.request(&first, NOW, "n").send().await.unwrap().text().await.unwrap(), said);
    assert_eq!(bot.fake.request(&other, NOW, "n").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    bot.ends().await;
}

async fn stops() {
    let mut bot = Bot::open().await;
    let id = bot.fake.says("oLi", "签到");
    bot.message().await;
    bot.official.quiet().await;
    // what was heard is answered still; nothing more is heard
    bot.answers("oLi", &id, "好").await.unwrap();
    assert_eq!(bot.read().await, (id, "好".into()));
    let body = bot.fake.body("oLi", &format!("{}<MsgId>9</MsgId>", text_elements("签退")));
    assert_eq!(bot.fake.brings(&body).await.unwrap().0, 503);
    if let Event::Mark { bot: account, mark } = bot.any().await {
        bot.courier.kept(&account, mark);
    }
    bot.ends().await;
}

fn settings_told() {
    for (toml, told) in [
        ("app_id = \"wx1\"", "belong together"),
        ("token = \"T\"", "belong together"),
        ("app_id = \"wx1\"\ntoken = \"T\"", "belong together"),
        ("app_id = \"wx:1\"", "no AppID"),
        ("callback_url = \"http://bot.example/official\"", "no public address"),
        ("aes_key = \"short\"", "43 letters and digits"),
        ("token = \"a b\"", "at most 32 letters and digits"),
        ("secret = \"a b\"", "the AppSecret as"),
        ("file_hosts = [\"https://x\"]", "x"),
    ] {
        let all = crate::config::problems(&[("bot.toml", &format!("[official]\n{toml}\n"))]);
        assert!(all.iter().any(|p| p.contains(told)) && !all.iter().any(|p| p.contains("a b")), "{toml}: {all:?}");
    }
}
