//! What was said in a group while nobody listened, as implementations keep it.

use super::{Bot, config};
use crate::support::onebot::{Answer, EPOCH, Format, TIMEOUT, text};
use crate::support::story;
use libtest_mimic::Trial;
use zhibu::domain::message::{AccountKey, ChatKey, History, SendError};

pub fn tests() -> Vec<Trial> {
    vec![
        story("onebot: a group's history is the messages that were missed, as they would have been heard", as_heard),
        story("onebot: a history that does not reach back far enough is asked for further, and then said to lack", further),
        story("onebot: one chat after the other is asked for, and none again that has no more", one_after_the_other),
        story("onebot: who wrote in private meanwhile, and what", in_private),
        story("onebot: no history is told apart from no connection", none),
    ]
}

async fn asked(bot: &Bot, since: i64, most: usize) -> Result<History, SendError> {
    bot.courier.history(&ChatKey::group("onebot", "90000"), &AccountKey::new("onebot", "10000"), since, most).await
}

async fn as_heard() {
    for format in [Format::Array, Format::Text] {
        let (mut bot, qq) = Bot::with_qq(config(), format).await;
        qq.says("90000", "20001", "张三", &[text("签到")]);
        let heard = bot.message().await;
        // none of it is older: there may have been more
        assert!(!asked(&bot, 0, 500).await.unwrap().whole);
        qq.said_meanwhile("90000", "20003", "王五", &[text("早")], EPOCH - 500);
        qq.said_meanwhile("90000", "20002", "李四", &[text("大学习 [完成]")], EPOCH + 500);
        qq.said_meanwhile("90001", "20002", "李四", &[text("elsewhere")], EPOCH + 501);
        let history = asked(&bot, (EPOCH - 100) * 1000, 500).await.unwrap();
        assert!(history.whole);
        let [first, second] = &history.messages[..] else { panic!("{:?}", history.messages) };
        assert_eq!(first.source(), heard.source(), "the same message is the same source");
        assert_eq!((second.text().as_str(), &*second.sender.id, second.sender_name.as_str()), ("大学习 [完成]", "20002", "李四"));
        assert!(first.missed && second.missed && !heard.missed);
        assert_eq!(asked(&bot, (EPOCH + 500) * 1000, 500).await.unwrap().messages.len(), 1);
    }
}

async fn further() {
    let (bot, qq) = Bot::with_qq(config(), Format::Array).await;
    for n in 0..300 {
        qq.said_meanwhile("90000", "20001", "张三", &[text("签到")], EPOCH + 1000 + n);
    }
    let counts = || -> Vec<u64> { qq.actions().iter().filter(|(a, _)| a == "get_group_msg_history").map(|(_, p)| p["count"].as_u64().unwrap()).collect() };
    let history = asked(&bot, (EPOCH + 1290) * 1000, 500).await.unwrap();
    assert_eq!((history.messages.len(), history.whole, counts()), (10, true, vec![40]));
    let history = asked(&bot, (EPOCH + 1100) * 1000, 500).await.unwrap();
    assert_eq!((history.messages.len(), history.whole, counts()), (200, true, vec![40, 40, 160, 500]));
    let history = asked(&bot, EPOCH * 1000, 100).await.unwrap();
    assert_eq!((history.messages.len(), history.whole), (100, false));
    assert_eq!(history.messages[0].sent_at, (EPOCH + 1200) * 1000, "the latest of them");
}

async fn one_after_the_other() {
    let settings = zhibu::config::bot::OneBot { push_interval_ms: 40, ..config() };
    let (bot, qq) = Bot::with_qq(settings, Format::Array).await;
    let counts = || -> Vec<u64> { qq.actions().iter().filter(|(a, _)| a == "get_group_msg_history").map(|(_, p)| p["count"].as_u64().unwrap()).collect() };
    qq.said_meanwhile("90000", "20001", "张三", &[text("签到")], EPOCH + 500);
    let (me, since) = (AccountKey::new("onebot", "10000"), tokio::time::Instant::now());
    for (group, found) in [("90000", 1), ("90001", 0), ("90002", 0)] {
        let history = bot.courier.history(&ChatKey::group("onebot", group), &me, EPOCH * 1000, 500).await.unwrap();
        assert_eq!((history.messages.len(), history.whole), (found, false));
    }
    assert!(since.elapsed() >= std::time::Duration::from_millis(80), "as far apart as what it starts itself");
    assert_eq!(counts(), [40, 160, 40, 40]);
}

async fn in_private() {
    for format in [Format::Array, Format::Text] {
        let (bot, qq) = Bot::with_qq(config(), format).await;
        let me = AccountKey::new("onebot", "10000");
        qq.told_meanwhile("20001", &[text("早")], EPOCH - 500);
        qq.told_meanwhile("20003", &[text("在吗")], EPOCH - 400);
        qq.told_meanwhile("20001", &[text("大学习 [完成]")], EPOCH + 500);
        let people = bot.courier.written_to(&me, EPOCH * 1000, 200).await.unwrap();
        assert_eq!(people, [ChatKey::private(&AccountKey::new("onebot", "20001"))]);
        let history = bot.courier.history(&people[0], &me, EPOCH * 1000, 500).await.unwrap();
        assert_eq!(
            history.messages.iter().map(|m| (m.text(), m.chat.clone(), m.missed)).collect::<Vec<_>>(),
            [("大学习 [完成]".to_owned(), people[0].clone(), true)]
        );
        assert!(history.whole);
        qq.answers("get_recent_contact", Answer::Fails(1404, "不支持的Api"));
        assert!(matches!(bot.courier.written_to(&me, 0, 200).await, Err(SendError::Refused(_))));
    }
}

async fn none() {
    let (mut bot, qq) = Bot::with_qq(config(), Format::Array).await;
    for (answer, refused) in [(Answer::Fails(1404, "不支持的Api"), true), (TIMEOUT, false), (Answer::Gives(serde_json::json!({"messages": null})), true)] {
        qq.answers("get_group_msg_history", answer.clone());
        let error = asked(&bot, 0, 500).await.unwrap_err();
        assert_eq!(matches!(error, SendError::Refused(_)), refused, "{answer:?}: {error}");
    }
    qq.hang_up();
    bot.expect_online("10000", false).await;
    assert_eq!(asked(&bot, 0, 500).await.unwrap_err(), SendError::Offline);
}
