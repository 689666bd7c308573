//! Screenshots as evidence: which are looked at, what is kept, what is told to whom, and what a bad one can't do.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, NEVER, account};
use crate::support::onebot::{Answer, Format, Implementation, text};
use crate::support::pictures::{again, claims, encoded, moving, page, png};
use crate::support::plain;
use crate::support::process::{Program, TOKEN};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, ImageFormat};
use libtest_mimic::Trial;
use proptest::prelude::*;
use serde_json::json;
use std::sync::Arc;
use zhibu::config::{Config, Env};
use zhibu::domain::message::{ChatKey, Event, FileRef, Outgoing, Segment};
use zhibu::domain::record::Evidence;
use zhibu::domain::role::Role;
use zhibu::intake::picture::{Unreadable, look};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const NOTED: &str = "记好啦：王五，本周青年大学习已完成。";
const BESIDE: &str = "截图也收到了，只记指纹，图不留。";
const ASK: &str = "这是本周青年大学习的完成截图吗？回“是”我就记上；是别的期，跟我说是哪期做完了。";
const KEPT: &str = "截图收到，本周青年大学习记好啦；只记指纹，图不留。";
const DAY: i64 = 86_400_000;

pub fn tests() -> Vec<Trial> {
    let on_both = [
        on_both("screenshots_with_words", with_words),
        on_both("screenshots_not_looked_at", not_looked_at),
        on_both("screenshots_alone", alone),
        on_both("screenshots_as_file", as_file),
        on_both("screenshots_bad", bad),
        on_both("screenshots_alike", likeness),
        on_both("screenshots_taken_back", taken_back),
        on_both("screenshots_changed", changed),
        on_both("screenshots_two_issues", two_issues),
        on_both("screenshots_official", beside_the_official_word),
        on_both("screenshots_privacy", privacy),
        on_both("screenshots_over_the_wire", wire),
    ];
    let plain = [
        plain("screenshots: looks survive what phones do to them", looks),
        plain("screenshots: bombs and other files are refused", refused),
        plain("screenshots: no bytes make a decoder panic or eat the machine", hostile),
    ];
    on_both.into_iter().flatten().chain(plain).collect()
}

async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["李四", "王五", "张三", "赵六", "钱七"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house
}

async fn levels(house: &House, name: &str) -> Vec<Evidence> {
    let (person, branch) = house.store().people_named(name, "").await.unwrap()[0];
    house.store().records_of(branch, "study", Some(person)).await.unwrap().into_iter().map(|r| r.evidence).collect()
}

async fn standing(house: &House, name: &str) -> Vec<(bool, Option<Evidence>)> {
    let (person, branch) = house.store().people_named(name, "").await.unwrap()[0];
    house.store().standings_of(branch, person, Some("study")).await.unwrap().into_iter().map(|(_, s)| (s.done(), s.evidence)).collect()
}

async fn kept(house: &House) -> Vec<String> {
    house.db.column("SELECT hash FROM screenshot ORDER BY record_id, n").await
}

/// What the chat reads after a message with one picture.
async fn sends(house: &House, chat: &ChatKey, name: &str, text: &str, picture: &[u8]) -> String {
    house.hear(house.shows(chat, name, text, &[("a.png", Some(picture))])).await;
    house.read(chat)
}

async fn with_words(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(sends(&house, &group.chat, "王五", "大学习看完了", &png(1, 10)).await, format!("{NOTED}\n{BESIDE}"));
    assert_eq!(house.wire.take_fetched(), ["a.png"]);
    assert_eq!(standing(&house, "王五").await, [(true, Some(Evidence::Screenshot))]);
    assert_eq!(levels(&house, "王五").await, [Evidence::Own, Evidence::Screenshot], "both stand, side by side");
    assert_eq!(kept(&house).await.len(), 1);
    // said before, now with a picture: only that is new
    assert_eq!(group.says("张三", "大学习看完了").await, NOTED.replace("王五", "张三"));
    let told = sends(&house, &group.chat, "张三", "大学习看完了", &png(2, 10)).await;
    assert_eq!(told, format!("张三，本周青年大学习之前就记过啦，不用再报。\n{BESIDE}"));
    assert_eq!(levels(&house, "张三").await, [Evidence::Own, Evidence::Screenshot]);
    // a message that comes twice counts once
    let message = house.shows(&group.chat, "赵六", "大学习看完了", &[("b.png", Some(&png(3, 10)))]);
    house.hear(message.clone()).await;
    house.hear(message).await;
    assert_eq!(house.read(&group.chat), format!("{}\n{BESIDE}", NOTED.replace("王五", "赵六")));
    assert_eq!(levels(&house, "赵六").await.len(), 2);
    // three of four are looked at
    let four = [png(11, 1), png(12, 1), png(13, 1), png(14, 1)];
    let named = [("1.png", Some(&four[0][..])), ("2.png", Some(&four[1][..])), ("3.png", Some(&four[2][..])), ("4.png", Some(&four[3][..]))];
    house.wire.take_fetched();
    house.hear(house.shows(&group.chat, "钱七", "大学习看完了", &named)).await;
    assert!(house.read(&group.chat).ends_with(BESIDE));
    assert_eq!(house.wire.take_fetched(), ["1.png", "2.png", "3.png"]);
    house.delivered().await;
    house.ends().await;
}

async fn not_looked_at(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let picture = png(1, 10);
    // chatter, a picture by itself, a duty that takes none, somebody who is on no roster, a question
    assert_eq!(sends(&house, &group.chat, "王五", "", &picture).await, "");
    assert_eq!(sends(&house, &group.chat, "王五", "今天食堂不错", &picture).await, "");
    assert!(sends(&house, &group.chat, "王五", "交了团费0.2元", &picture).await.starts_with("收到"));
    house.hear(house.shows(&group.chat, "路人", "大学习看完了", &[("a.png", Some(&picture))])).await;
    house.read(&group.chat);
    let mut asked = house.shows(&group.chat, "王五", "谁没看大学习", &[("a.png", Some(&picture))]);
    asked.mentions_bot = true;
    house.hear(asked).await;
    assert!(house.read(&group.chat).contains("还没"));
    house.read(&ChatKey::private(&account("路人")));
    assert_eq!(house.wire.take_fetched(), Vec::<String>::new(), "none of these is fetched");
    assert_eq!(kept(&house).await, Vec::<String>::new());
    house.ends().await;
}

async fn alone(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let private = ChatKey::private(&account("王五"));
    assert_eq!(sends(&house, &private, "王五", "", &png(1, 10)).await, ASK);
    assert_eq!(standing(&house, "王五").await, [], "nothing is recorded unsaid");
    assert_eq!(house.whispers("王五", "是").await, KEPT);
    assert_eq!(standing(&house, "王五").await, [(true, Some(Evidence::Screenshot))]);
    assert_eq!(levels(&house, "王五").await, [Evidence::Screenshot]);
    assert_eq!(sends(&house, &private, "王五", "", &png(1, 10)).await, "本周青年大学习之前就记过啦，截图不用再发。");
    assert_eq!(sends(&house, &ChatKey::private(&account("张三")), "张三", "", &png(2, 10)).await, ASK);
    assert_eq!(house.whispers("张三", "不是").await, "好，那就不记。");
    assert_eq!(standing(&house, "张三").await, []);
    // of which issue it is, can be the answer
    group.asks("李四", "开始大学习 第十三季第5期").await;
    house.clock().advance(DAY);
    group.asks("李四", "开始大学习 第十三季第6期").await;
    let asked = sends(&house, &ChatKey::private(&account("钱七")), "钱七", "", &png(7, 10)).await;
    assert!(asked.starts_with("这是第十三季第6期青年大学习的完成截图吗？"), "{asked}");
    assert_eq!(house.whispers("钱七", "第8期的").await, "没有开过第8期青年大学习，现在是第十三季第6期。");
    let kept = house.whispers("钱七", "第5期的").await;
    assert!(kept.contains("第十三季第5期青年大学习"), "{kept}");
    assert_eq!(standing(&house, "钱七").await, [(true, Some(Evidence::Screenshot))]);
    house.ends().await;
}

/// A picture as a file, of what was reported before; and in a group.
async fn as_file(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    // as a file, and of what was reported before: no need to ask
    assert!(group.says("张三", "大学习看完了").await.starts_with("记好啦"));
    assert_eq!(house.drops("张三", "IMG.PNG", png(2, 10)).await, KEPT);
    assert_eq!(levels(&house, "张三").await, [Evidence::Own, Evidence::Screenshot]);
    // in a group only in reply to the bot; and what is not understood beside it is not in the way
    let mut reply = house.shows(&group.chat, "赵六", "喏", &[("a.png", Some(&png(3, 10)))]);
    (reply.replies_to, reply.replies_to_bot) = (Some("b1".into()), true);
    house.hear(reply).await;
    assert_eq!(house.read(&group.chat), ASK);
    assert_eq!(group.says("赵六", "是").await, KEPT);
    // somebody else's reply is not the bot's
    let mut other = house.shows(&group.chat, "钱七", "", &[("a.png", Some(&png(4, 10)))]);
    other.replies_to = Some("77".into());
    house.wire.take_fetched();
    house.hear(other).await;
    assert_eq!((house.read(&group.chat), house.wire.take_fetched().len()), (String::new(), 0));
    house.ends().await;
}

async fn bad(db: Db) {
    let config = Config::load(
        None,
        &Env::of([("ZHIBU_SCREENSHOTS_TIMEOUT_MS", "100"), ("ZHIBU_SCREENSHOTS_MAX_BYTES", "200000"), ("ZHIBU_SCREENSHOTS_MAX_PIXELS", "500000")]),
    )
    .unwrap();
    let house = House::with(db, Arc::new(config)).await;
    house.branch(BRANCH, &["李四", "王五"], 2).await;
    let group = house.group("90000", BRANCH).await;
    let unseen = |why: &str| format!("截图我没能看到（{why}），先按你说的记上了，不用重发。");
    let broken = png(1, 1)[..400].to_vec();
    let cases: [(&str, Option<Vec<u8>>, &str); 8] = [
        ("gone.png", None, "没取下来"),
        (NEVER, None, "没取下来"),
        ("bomb.png", Some(claims(60_000, 60_000)), "图太大了"),
        ("wide.png", Some(wide()), "图太大了"),
        ("page.html", Some(b"<html>".to_vec()), "只认 PNG、JPG、WebP、GIF"),
        ("a.gif", Some(b"GIF89a\x01\0\x01\0".to_vec()), "看不清"),
        ("broken.png", Some(broken), "看不清"),
        ("plain.png", Some(plain_png()), "看不清"),
    ];
    for (n, (handle, bytes, why)) in cases.iter().enumerate() {
        house.hear(house.shows(&group.chat, "王五", "大学习看完了", &[(handle, bytes.as_deref())])).await;
        let told = house.read(&group.chat);
        let first = if n == 0 { NOTED.to_owned() } else { "王五，本周青年大学习之前就记过啦，不用再报。".to_owned() };
        assert_eq!(told, format!("{first}\n{}", unseen(why)), "{handle}");
    }
    assert_eq!(levels(&house, "王五").await, [Evidence::Own], "the report counts all the same");
    // larger than is taken, by what the platform says and by what comes
    let mut large = house.message(&group.chat, "李四", "大学习看完了", false);
    large.segments.push(Segment::Image(FileRef { name: "l.png".into(), size: Some(200_001), handle: "l.png".into() }));
    house.wire.take_fetched();
    house.hear(large).await;
    assert_eq!(house.read(&group.chat), format!("{}\n{}", NOTED.replace("王五", "李四"), unseen("图太大了")));
    assert_eq!(house.wire.take_fetched(), Vec::<String>::new());
    // one of two is enough
    let pictures = [("gone.png", None), ("good.png", Some(&png(5, 1)[..]))];
    house.hear(house.shows(&group.chat, "李四", "大学习看完了", &pictures)).await;
    assert!(house.read(&group.chat).ends_with(BESIDE));
    assert_eq!(
        sends(&house, &ChatKey::private(&account("王五")), "王五", "", &plain_png()).await,
        "这张截图我没能看到（看不清）。做完了直接跟我说“青年大学习完成了”就行。"
    );
    house.ends().await;
}

/// A million pixels of one colour, in few bytes.
fn wide() -> Vec<u8> {
    encoded(&DynamicImage::new_luma8(1000, 1000), ImageFormat::Png)
}

fn plain_png() -> Vec<u8> {
    encoded(&DynamicImage::new_rgb8(400, 400), ImageFormat::Png)
}

/// The whole way: a QQ client's message with words and a picture, fetched from the implementation, entered, and what looks like
/// another's told to the secretary alone.
async fn wire(db: Db) {
    let program = Program::new(&db);
    let file = db.dir().join("roster.csv");
    std::fs::write(&file, format!("姓名,QQ,所在团支部,职务\n李四,20001,{BRANCH},团支书\n王五,20002,{BRANCH},\n张三,20003,{BRANCH},\n")).unwrap();
    program.does(&["import", "roster", file.to_str().unwrap(), "--apply"]).await.well();
    program.does(&["bind", "onebot:90000", BRANCH]).await.well();
    let bot = program.runs().await;
    let qq = Implementation::new("10000", Format::Array);
    qq.connect(&bot.door(), Some(TOKEN)).await.unwrap();
    qq.lifecycle();
    let inline = |bytes: Vec<u8>| Answer::Gives(json!({"base64": STANDARD.encode(bytes)}));
    let picture = json!({"type": "image", "data": {"file": "A.png", "url": "", "sub_type": 0}});
    qq.answers("get_image", inline(png(1, 10)));
    qq.says("90000", "20002", "王五", &[text("大学习看完了"), picture.clone()]);
    let heard = qq.next().await;
    assert_eq!((heard.chat.as_str(), heard.text), ("90000", format!("{NOTED}\n{BESIDE}")));
    assert_eq!(qq.actions().into_iter().rfind(|(a, _)| a == "get_image").map(|(_, p)| p), Some(json!({"file": "A.png"})));
    qq.answers("get_image", inline(again(1, 200)));
    qq.says("90000", "20003", "张三", &[text("大学习看完了"), picture.clone()]);
    let (mut group, mut private) = (String::new(), String::new());
    for _ in 0..2 {
        let heard = qq.next().await;
        if heard.chat == "90000" { group = heard.text } else { private = format!("{} {}", heard.chat, heard.text) }
    }
    assert_eq!(group, format!("{}\n{BESIDE}", NOTED.replace("王五", "张三")));
    assert!(private.starts_with("@20001 请您留意一下：张三（") && private.contains("和王五（"), "{private}");
    // a picture that nothing goes with is not even asked for
    let looked = qq.count("get_image");
    qq.says("90000", "20003", "张三", &[picture]);
    qq.says("90000", "20003", "张三", &[text("大学习看完了")]);
    assert_eq!(qq.next().await.text, "张三，本周青年大学习之前就记过啦，不用再报。");
    assert_eq!(qq.count("get_image"), looked);
    assert_eq!(db.column("SELECT algorithm FROM screenshot ORDER BY said_at").await.len(), 2, "of each a hash, of none the picture");
    bot.asked_to_stop();
    assert!(bot.ends().await.0.success());
}

async fn likeness(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let secretary = ChatKey::private(&account("李四"));
    let told = async || {
        house.delivered().await;
        house.read(&secretary)
    };
    let counts = "可能是完成页本来就一样，也可能发错了图。记录照常算，要不要问一声由您定。";
    assert!(sends(&house, &group.chat, "王五", "大学习看完了", &png(1, 10)).await.ends_with(BESIDE));
    assert_eq!(told().await, "", "the first is like none");
    let answer = sends(&house, &group.chat, "张三", "大学习看完了", &again(1, 200)).await;
    assert_eq!(answer, format!("{}\n{BESIDE}", NOTED.replace("王五", "张三")), "the group hears nothing of it");
    assert_eq!(told().await, format!("请您留意一下：张三（今天 12:00）发的本周青年大学习截图，和王五（今天 12:00）发的本周那张很像。\n{counts}"));
    assert_eq!(standing(&house, "张三").await, [(true, Some(Evidence::Screenshot))], "it counts, the secretary decides");
    // an earlier issue of one's own
    house.clock().advance(7 * DAY);
    assert!(sends(&house, &group.chat, "王五", "大学习看完了", &again(1, 90)).await.ends_with(BESIDE));
    let letter = told().await;
    for whose in ["张三（11月22日周日 12:00）", " TA 自己（11月22日周日 12:00）"] {
        assert!(letter.contains(&format!("王五（今天 12:00）发的本周青年大学习截图，和{whose}发的上周那张很像。")), "{letter}");
    }
    assert!(letter.ends_with(counts), "{letter}");
    // another page is like none of these
    assert!(sends(&house, &group.chat, "张三", "大学习看完了", &png(77, 10)).await.ends_with(BESIDE));
    assert_eq!(told().await, "");
    house.clock().advance(7 * DAY);
    // the page that everybody gets: told twice, said once, then no more
    for (n, name) in ["王五", "张三", "赵六", "钱七", "李四"].into_iter().enumerate() {
        assert!(sends(&house, &group.chat, name, "大学习看完了", &png(500, u8::try_from(n * 40).unwrap())).await.ends_with(BESIDE));
        let letter = told().await;
        let fits = match n {
            0 | 4 => letter.is_empty(),
            3 => letter == "本周青年大学习好几位的截图都很像，多半是完成页本来就一样，这一期我就不再一一提了。",
            _ => letter.matches("很像。").count() == n && letter.ends_with(counts),
        };
        assert!(fits, "{name}: {letter}");
    }
    // one is taken back and another sent: that was said
    for name in ["钱七", "李四"] {
        assert!(group.asks(name, "撤销").await.contains("撤销了"));
    }
    assert!(sends(&house, &group.chat, "钱七", "大学习看完了", &png(500, 33)).await.ends_with(BESIDE));
    assert_eq!(told().await, "", "once for an issue");
    house.ends().await;
}

async fn taken_back(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert!(sends(&house, &group.chat, "王五", "大学习看完了", &png(1, 10)).await.ends_with(BESIDE));
    assert!(group.asks("王五", "撤销").await.contains("本周"));
    assert_eq!(standing(&house, "王五").await, [(false, None)], "words and picture go together");
    assert!(sends(&house, &group.chat, "张三", "大学习看完了", &png(1, 10)).await.ends_with(BESIDE));
    house.delivered().await;
    assert_eq!(house.read(&ChatKey::private(&account("李四"))), "", "what was taken back is like nothing");
    // again: one picture and one claim
    let message = house.shows(&group.chat, "王五", "大学习看完了", &[("a.png", Some(&png(9, 10)))]);
    house.hear(message.clone()).await;
    assert!(house.read(&group.chat).ends_with(BESIDE));
    assert_eq!(standing(&house, "王五").await, [(true, Some(Evidence::Screenshot))]);
    // the message is recalled
    let recall = Event::Recall {
        chat: group.chat.clone(),
        bot: house.me.clone(),
        sender: account("王五"),
        operator: account("王五"),
        message: message.quote_id.clone(),
        at: message.sent_at,
    };
    house.bot.handle(recall).await;
    assert!(house.read(&group.chat).contains("本周"));
    assert!(!group.says("王五", "是").await.is_empty());
    assert_eq!(standing(&house, "王五").await, [(false, None)]);
    // a picture by itself is taken back by itself
    assert!(group.says("赵六", "大学习看完了").await.starts_with("记好啦"));
    assert_eq!(sends(&house, &ChatKey::private(&account("赵六")), "赵六", "", &png(3, 10)).await, KEPT);
    assert!(!house.whispers("赵六", "撤销").await.is_empty());
    assert_eq!(standing(&house, "赵六").await, [(true, Some(Evidence::Own))]);
    house.ends().await;
}

async fn changed(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let message = house.shows(&group.chat, "王五", "大学习看完了", &[("a.png", Some(&png(1, 10)))]);
    house.hear(message.clone()).await;
    assert_eq!(house.read(&group.chat), format!("{NOTED}\n{BESIDE}"));
    let mut changed = message.clone();
    changed.message_id = format!("{}:1", message.message_id);
    changed.segments[0] = Segment::Text("青年大学习 已完成".into());
    house.bot.handle(Event::Edited(Box::new(changed))).await;
    assert_eq!(house.read(&group.chat), format!("改好了：本周青年大学习。\n{BESIDE}"));
    assert_eq!(standing(&house, "王五").await, [(true, Some(Evidence::Screenshot))], "the picture vouches for what is said now");
    house.ends().await;
}

/// One picture for two issues is told of for each.
async fn two_issues(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert!(sends(&house, &group.chat, "张三", "大学习看完了", &png(1, 10)).await.ends_with(BESIDE));
    let told = sends(&house, &group.chat, "王五", "上周和本周的大学习看完了", &png(1, 10)).await;
    assert!(told.ends_with(BESIDE), "{told}");
    house.delivered().await;
    let letters = house.read(&ChatKey::private(&account("李四")));
    assert!(letters.contains("发的本周青年大学习截图") && letters.contains("发的上周青年大学习截图"), "{letters}");
    house.ends().await;
}

async fn beside_the_official_word(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let file = "姓名,学习时间\n王五,2026-11-20\n张三,2026-11-20\n".as_bytes().to_vec();
    assert!(house.drops("李四", "大学习.csv", file).await.contains("能补记 2 位"));
    assert!(house.whispers("李四", "是").await.starts_with("记好了"));
    assert_eq!(group.says("王五", "大学习看完了").await, NOTED, "what the member says is kept beside the official word");
    assert_eq!(levels(&house, "王五").await, [Evidence::Official, Evidence::Own]);
    assert_eq!(standing(&house, "王五").await, [(true, Some(Evidence::Official))]);
    assert_eq!(group.says("王五", "大学习看完了").await, "王五，本周青年大学习之前就记过啦，不用再报。", "once");
    assert!(sends(&house, &group.chat, "王五", "大学习看完了", &png(1, 10)).await.ends_with(BESIDE));
    assert_eq!(levels(&house, "王五").await, [Evidence::Official, Evidence::Own, Evidence::Screenshot]);
    assert!(sends(&house, &group.chat, "张三", "大学习看完了", &png(2, 10)).await.ends_with(BESIDE));
    assert_eq!(levels(&house, "张三").await, [Evidence::Official, Evidence::Own, Evidence::Screenshot]);
    assert_eq!(group.asks("李四", "张三大学习看完了").await, NOTED.replace("王五", "张三"), "the secretary's word too");
    // taking one's own word back leaves the official one
    assert!(group.asks("王五", "撤销").await.contains("本周"));
    assert!(group.asks("王五", "撤销").await.contains("本周"));
    assert_eq!(standing(&house, "王五").await, [(true, Some(Evidence::Official))]);
    assert_eq!(house.whispers("李四", "大学习差异").await, "本周青年大学习和后台一致。");
    house.ends().await;
}

async fn privacy(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert!(sends(&house, &group.chat, "王五", "大学习看完了", &png(1, 10)).await.ends_with(BESIDE));
    assert!(sends(&house, &group.chat, "张三", "大学习看完了", &png(2, 10)).await.ends_with(BESIDE));
    let hash = kept(&house).await[0].clone();
    let data = house.whispers("王五", "我的数据").await;
    assert!(data.contains("截图指纹 1 条") && data.contains("不留聊天内容、截图原图"), "{data}");
    let json = house.whispers("王五", "是").await;
    assert!(json.contains(&hash) && json.contains("p1/6"), "{json}");
    assert!(house.whispers("王五", "删除我的数据").await.contains("截图指纹"));
    house.whispers("王五", "是").await;
    let left = kept(&house).await;
    assert!(left.len() == 1 && left[0] != hash, "it goes with the person: {left:?}");
    // and with time
    let keep = house.bot.config.bot.retention.clone();
    house.store().retain(&keep, "2026-11-22", house.bot.now() + 399 * DAY).await.unwrap();
    assert_eq!(kept(&house).await.len(), 1);
    house.store().retain(&keep, "2026-11-23", house.bot.now() + 401 * DAY).await.unwrap();
    assert_eq!(kept(&house).await.len(), 0);
    let unread: Vec<Outgoing> = house.wire.take();
    assert!(unread.is_empty(), "{unread:?}");
    house.ends().await;
}

fn limits() -> zhibu::config::screenshots::Screenshots {
    Config::load(None, &Env::default()).unwrap().bot.screenshots
}

fn looks() {
    let limits = limits();
    let seen = |bytes: &[u8]| look(bytes, &limits).unwrap();
    let mut nearest = 64;
    for seed in 1..8 {
        let first = seen(&png(seed, 10));
        for bytes in [png(seed, 220), again(seed, 90), encoded(&page(seed, 33), ImageFormat::WebP)] {
            let distance = first.distance(&seen(&bytes)).unwrap();
            assert!(distance <= limits.near_bits, "page {seed}: {distance}");
        }
        for other in seed + 1..8 {
            nearest = nearest.min(first.distance(&seen(&png(other, 10))).unwrap());
        }
    }
    assert!(nearest > limits.near_bits + 4, "different pages are far apart: {nearest}");
}

fn refused() {
    let limits = zhibu::config::screenshots::Screenshots { max_pixels: 500_000, ..limits() };
    let cases: Vec<(&str, Vec<u8>, Unreadable)> = vec![
        ("more pixels than are decoded", wide(), Unreadable::Large),
        ("a head that promises 3.6 thousand million", claims(60_000, 60_000), Unreadable::Large),
        ("too long", claims(16_385, 300), Unreadable::Large),
        ("an emoji", encoded(&DynamicImage::new_luma8(199, 400), ImageFormat::Png), Unreadable::Small),
        ("one colour", encoded(&DynamicImage::new_luma8(300, 300), ImageFormat::Jpeg), Unreadable::Plain),
        ("a head alone", claims(400, 400), Unreadable::Broken),
        ("half a jpeg's head", again(1, 1)[..20].to_vec(), Unreadable::Broken),
        ("half a webp", encoded(&page(1, 1), ImageFormat::WebP)[..60].to_vec(), Unreadable::Broken),
        ("a gif that promises 4.3 thousand million", promising(moving(&[page(1, 1)])), Unreadable::Large),
        ("half a gif", moving(&[page(1, 1)])[..60].to_vec(), Unreadable::Broken),
        ("a bitmap", b"BM\0\0\0\0".to_vec(), Unreadable::Kind),
        ("a zip", b"PK\x03\x04".to_vec(), Unreadable::Kind),
        ("nothing", Vec::new(), Unreadable::Kind),
    ];
    for (what, bytes, why) in cases {
        assert_eq!(look(&bytes, &limits), Err(why), "{what}");
    }
    // of a gif that moves the first frame counts
    let gif = look(&moving(&[page(3, 1), page(4, 1)]), &limits).unwrap();
    let (first, second) = (look(&png(3, 1), &limits).unwrap(), look(&png(4, 1), &limits).unwrap());
    assert!(gif.distance(&first).unwrap() <= 8 && gif.distance(&second).unwrap() > 16, "{gif:?} {first:?} {second:?}");
}

/// A gif whose head says that it is 65,535 pixels a side.
fn promising(mut gif: Vec<u8>) -> Vec<u8> {
    gif[6..10].fill(0xff);
    gif
}

fn hostile() {
    let limits = limits();
    let good = [png(1, 1), again(1, 1), encoded(&page(1, 1), ImageFormat::WebP), moving(&[page(1, 1), page(2, 1)])];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() });
    let cuts = (0..4_usize, any::<prop::sample::Index>(), prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12));
    runner
        .run(&cuts, |(which, cut, marks)| {
            let mut bytes = good[which].clone();
            for (at, value) in marks {
                let at = at.index(bytes.len().min(2000));
                bytes[at] = value;
            }
            bytes.truncate(1 + cut.index(bytes.len()));
            // a look or a reason: anything but a panic
            let _ = look(&bytes, &limits);
            Ok(())
        })
        .unwrap();
}
