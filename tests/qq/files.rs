//! Files to and from QQ: within one request, in parts, within their limits, from and to hosts that were named.

use super::Bot;
use crate::support::qq::{Fault, refusal};
use crate::support::story;
use libtest_mimic::Trial;
use serde_json::json;
use zhibu::domain::attachment::Attachment;
use zhibu::domain::message::{FileRef, Outgoing, Part, SendError};

pub fn tests() -> Vec<Trial> {
    vec![
        story("qq::courier::a_file_goes_after_its_text", documents),
        story("qq::courier::a_large_file_goes_in_parts", parts),
        story("qq::courier::files_are_fetched_within_their_limit", files),
    ]
}

async fn documents() {
    let mut bot = Bot::online_with(|_, s, _| s.max_large_bytes = 0).await;
    let m = bot.asked().await;
    let file = Attachment::csv("ledger-2026-11-22.csv", "\u{feff}姓名\r\n".into());
    let message =
        |file: Attachment| Outgoing { chat: m.chat.clone(), quote: Some(m.quote_id.clone()), parts: vec![Part::Text("在附件里".into()), Part::File(file)] };
    bot.fake.fails("files", &Fault::Page(502), 1);
    bot.courier.send(&message(file.clone())).await.unwrap();
    let (text, sent) = (bot.fake.next().await, bot.fake.next().await);
    assert_eq!((text.text.as_str(), text.seq, sent.seq), ("在附件里", 1, 2));
    assert_eq!(sent.file, Some((file.name.clone(), file.bytes.to_vec())));
    assert_eq!(bot.fake.asked("files", 2).await["file_type"], json!(4));
    let picture = Attachment { name: "a.png".into(), mime: "image/png".into(), bytes: vec![1, 2, 3].into(), private: false };
    bot.courier.send(&Outgoing { parts: vec![Part::Picture(picture)], ..message(file.clone()) }).await.unwrap();
    assert_eq!((bot.fake.asked("files", 3).await["file_type"].clone(), bot.fake.next().await.file.unwrap().1), (json!(1), vec![1, 2, 3]));
    let huge = Attachment { bytes: vec![0; (1 << 20) + 1].into(), ..file.clone() };
    assert!(matches!(bot.courier.send(&message(huge)).await, Err(SendError::Refused(_))));
    bot.fake.next().await;
    bot.fake.fails("files", &refusal(400, 40_034_002), 1);
    assert!(matches!(bot.courier.send(&message(file)).await, Err(SendError::Refused(_))));
}

async fn parts() {
    let mut bot = Bot::online_with(|_, s, _| s.max_upload_bytes = 1000).await;
    let m = bot.asked().await;
    let bytes: Vec<u8> = (0..2_500_000_u32).map(|n| n.to_le_bytes()[(n % 3) as usize]).collect();
    let file = Attachment { name: "总结.pdf".into(), mime: "application/pdf".into(), bytes: bytes.clone().into(), private: false };
    let message = |bytes: Vec<u8>| Outgoing {
        chat: m.chat.clone(),
        quote: Some(m.quote_id.clone()),
        parts: vec![Part::File(Attachment { bytes: bytes.into(), ..file.clone() })],
    };
    // a storm at every step: each is done again
    for kind in ["upload_prepare", "put", "upload_part_finish", "files"] {
        bot.fake.fails(kind, &Fault::Page(502), 1);
    }
    bot.courier.send(&message(bytes.clone())).await.unwrap();
    assert_eq!(bot.fake.next().await.file, Some(("总结.pdf".to_owned(), bytes.clone())));
    assert_eq!((bot.fake.count("put"), bot.fake.count("upload_part_finish")), (4, 4));
    assert_eq!(bot.fake.asked("upload_prepare", 2).await["file_size"], json!("2500000"));
    // too large for parts as well; a place that refuses; what QQ does not take
    assert!(matches!(bot.courier.send(&message(vec![0; (4 << 20) + 1])).await, Err(SendError::Refused(_))));
    bot.fake.fails("put", &Fault::Status(403, json!("张三")), 1);
    let refused = bot.courier.send(&message(bytes.clone())).await.unwrap_err();
    assert!(matches!(&refused, SendError::Refused(why) if why.contains("403") && !why.contains("张三") && !why.contains("secret")), "{refused:?}");
    bot.fake.fails("upload_part_finish", &refusal(400, 40_034_002), 1);
    assert!(matches!(bot.courier.send(&message(bytes.clone())).await, Err(SendError::Refused(_))));
    // nothing is left at a host that nobody named
    let mut elsewhere = Bot::online_with(|_, s, _| (s.max_upload_bytes, s.upload_hosts) = (1000, vec!["*.qq.com".into()])).await;
    let asked = elsewhere.asked().await;
    let sent = elsewhere.courier.send(&Outgoing { quote: Some(asked.quote_id.clone()), ..message(bytes) }).await.unwrap_err();
    assert!(matches!(&sent, SendError::Refused(why) if why.contains("upload_hosts")), "{sent:?}");
    assert_eq!(elsewhere.fake.count("put"), 0);
}

async fn files() {
    let mut bot = Bot::online().await;
    bot.fake.drops("@U1", "U1", "张三", "", ("名册.csv", "text/csv", "姓名".as_bytes().to_vec())).await;
    let m = bot.message().await;
    let file = m.file().unwrap().clone();
    assert_eq!((file.name.as_str(), file.size), ("名册.csv", Some(6)));
    assert_eq!(bot.courier.fetch(&m.chat, &file, 1 << 20).await.unwrap(), "姓名".as_bytes());
    // a 20 MB photo where 2 MB are allowed: told beforehand, or by its bytes
    let photo = bot.fake.keeps("photo.jpg", vec![7; 20 << 20]);
    let of = |url: &str, size| FileRef { name: "photo.jpg".into(), size, handle: json!({"url": url}).to_string() };
    for size in [Some(20 << 20), None] {
        assert!(matches!(bot.courier.fetch(&m.chat, &of(&photo, size), 64 << 20).await, Err(SendError::Refused(_))));
    }
    let elsewhere = ["http://169.254.169.254/latest", "file:///etc/passwd", "http://u:p@127.0.0.1/x", "https://evil.example/x", "", "ftp://127.0.0.1/x"];
    for url in elsewhere {
        assert!(matches!(bot.courier.fetch(&m.chat, &of(url, None), 1 << 20).await, Err(SendError::Refused(_))), "{url}");
    }
    assert!(matches!(bot.courier.fetch(&m.chat, &FileRef { handle: "not ours".into(), ..file }, 1 << 20).await, Err(SendError::Refused(_))));
}
