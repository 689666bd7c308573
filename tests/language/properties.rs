//! What holds for any text: it is read without a fault, and what only looks different means the same.

use super::{grammar, names};
use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::LazyLock;
use zhibu::domain::message::{AccountKey, ChatKey, Incoming, Segment};
use zhibu::language::bare;
use zhibu::language::{Around, Expect, Grammar, Intent, NameList, answer};

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(grammar);
static NAMES: LazyLock<NameList> = LazyLock::new(names);

/// The statements of both tables: not addressed, one sentence, and understood.
static STATEMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let rows = include_str!("sentences.tsv").lines().chain(include_str!("cases.tsv").lines()).filter(|l| l.starts_with("0\t"));
    let texts = rows.filter_map(|l| serde_json::from_str::<String>(l.split('\t').nth(1)?).ok());
    texts.filter(|t| !t.contains(['\n', '!', '！', '。', '/']) && !t.starts_with(['小', '@']) && !t.contains("接") && !read(t, false).is_empty()).collect()
});

fn read(text: &str, addressed: bool) -> Vec<Intent> {
    let around = Around { today: "2026-11-22".parse().unwrap(), addressed, names: &*NAMES };
    GRAMMAR.understand(text, &around).into_iter().map(|m| m.intent).collect()
}

pub fn tests() -> Vec<Trial> {
    vec![
        Trial::test("language::any_text_is_read", any_text),
        Trial::test("language::words_in_any_order_are_read", any_words),
        Trial::test("language::decoration_changes_nothing", decoration),
        Trial::test("language::width_changes_nothing", width),
        Trial::test("language::traditional_characters_change_nothing", traditional),
        Trial::test("language::a_question_records_nothing", || hedged(&["{}?", "{}吗", "{}？", "是不是{}", "{}了没"])),
        Trial::test("language::hearsay_and_conditions_record_nothing", || {
            hedged(&["听说 {}", "如果 {}", "据说 {}", "要是 {}", "通知 {}", "他说 {}"])?;
            hedged(&["听说{}", "如果{}", "他说{}", "据说{}", "要是{}", "等{}再说", "「{}」", "李四:{}", "#{}#", "> {}", "转发:{}", "{}[doge]", "通知:{}"])
        }),
        Trial::test("language::segments_change_nothing", segments),
        Trial::test("language::spaces_for_commas_record_nothing_more", spaces_for_commas),
        Trial::test("language::what_is_too_long_to_be_said_is_no_report", too_long),
    ]
}

/// Whatever records nothing with commas records nothing with spaces in their place either.
fn spaces_for_commas() -> Result<(), Failed> {
    let files = [include_str!("sentences.tsv"), include_str!("cases.tsv"), include_str!("groups.tsv")];
    let rows = files.iter().flat_map(|f| f.lines()).filter(|l| l.starts_with("0\t") && l.ends_with("\t[]"));
    let texts = rows.filter_map(|l| serde_json::from_str::<String>(l.split('\t').nth(1)?).ok());
    let texts: Vec<String> = texts.filter(|t| t.contains([',', '，']) && !t.contains('\n')).collect();
    assert!(texts.len() > 500, "only {} rows", texts.len());
    let wrong: Vec<String> = texts.iter().map(|t| t.replace([',', '，', '。'], " ")).filter(|t| !read(t, false).is_empty()).collect();
    if wrong.is_empty() { Ok(()) } else { Err(format!("recorded: {wrong:#?}").into()) }
}

/// A report counts however much politeness stands beside it, up to some hundred words; beyond that nothing is read, and nothing slow.
fn too_long() -> Result<(), Failed> {
    let said = |times: usize| read(&format!("团费交了{}", ",谢谢支书".repeat(times)), false).len();
    if (said(0), said(100), said(300)) == (1, 1, 0) { Ok(()) } else { Err(format!("{} {} {}", said(0), said(100), said(300)).into()) }
}

fn check<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) -> Result<(), Failed> {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    runner.run(strategy, test).map_err(|e| e.to_string().into())
}

/// Any string gives a value; what is pointed at lies within the text.
fn total(text: &str) -> Result<(), TestCaseError> {
    for addressed in [false, true] {
        let around = Around { today: "2026-11-22".parse().unwrap(), addressed, names: &*NAMES };
        for meaning in GRAMMAR.understand(text, &around) {
            for (what, range) in meaning.why {
                prop_assert!(text.get(range.clone()).is_some(), "{what} points at {range:?} of {text:?}");
            }
        }
    }
    let expect = Expect { yes_no: true, choices: 3, periods: true, amount: true, today: "2026-11-22".parse().unwrap() };
    let _ = (answer(text, &expect), bare(text), GRAMMAR.addressed(text));
    Ok(())
}

fn any_text() -> Result<(), Failed> {
    check(400, &".{0,80}", |text| total(&text))
}

/// Pieces of real sentences in any order: the grammar's own words meet where nobody meant them to.
fn any_words() -> Result<(), Failed> {
    let pieces = vec![
        "团费",
        "大学习",
        "主题团日",
        "班费",
        "交了",
        "已交",
        "看完",
        "没",
        "还没",
        "0.2元",
        "两毛",
        "一块",
        "3",
        "月",
        "3-5月",
        "第",
        "第5期",
        "十三季",
        "期",
        "、",
        "和",
        "替",
        "帮",
        "张三",
        "李四",
        "我",
        "他",
        "的",
        "了",
        "吗",
        "?",
        ",",
        "\n",
        "「",
        "」",
        "#",
        "#接龙\n",
        "1.",
        "2、",
        "签到",
        "4821",
        "请假",
        "到",
        "12号",
        "下周三",
        "明天",
        "20:00",
        "谁",
        "统计",
        "确认",
        "绑定",
        "更正",
        "是",
        "不是",
        "免交",
        "导出",
        "提醒",
        "去年",
        "12月",
        "第三季度",
        "上半年",
        ".",
        "¥",
        "万",
        "亿",
        "十",
        "零",
        "点",
        "半",
        "✅",
        "🎉",
        "１",
        "補",
        "[doge]",
        "[",
        ":",
        " ",
        "99999999999",
        "0",
        "年",
        "26年",
        "小时",
        "个半小时",
    ];
    check(1500, &proptest::collection::vec(proptest::sample::select(pieces), 0..14), |words| total(&words.concat()))
}

fn decoration() -> Result<(), Failed> {
    let marks = proptest::sample::select(vec!["🎉", "💪", "🌹", "~", "!", "。", " ", "🎊🎊", "\u{200B}", "😊"]);
    check(400, &(proptest::sample::select(STATEMENTS.clone()), marks.clone(), marks), |(text, before, after)| {
        let before = before.trim_matches(['~', '!', '。']);
        prop_assert_eq!(read(&format!("{before}{text}{after}"), false), read(&text, false), "{}", text);
        Ok(())
    })
}

fn width() -> Result<(), Failed> {
    for text in STATEMENTS.iter() {
        let wide: String = text.chars().map(|c| if ('!'..='~').contains(&c) { char::from_u32(c as u32 + 0xFEE0).unwrap_or(c) } else { c }).collect();
        if read(&wide, false) != read(text, false) {
            return Err(format!("{wide}: {:?}\n{text}: {:?}", read(&wide, false), read(text, false)).into());
        }
    }
    Ok(())
}

fn traditional() -> Result<(), Failed> {
    let table: Vec<(char, char)> = "团團费費缴繳学學习習签簽请請还還张張欧歐阳陽单單买買替替补補两兩块塊这這个個后後经經过過来來时時帮幫给給转轉钱錢员員题題会會书書记記报報告告觉覺谢謝间間体體级級预預纳納点點号號当當东東车車临臨务務现現实實应應对對发發"
        .chars()
        .collect::<Vec<_>>()
        .chunks(2)
        .map(|p| (p[0], p[1]))
        .collect();
    for text in STATEMENTS.iter() {
        let other: String = text.chars().map(|c| table.iter().find(|(s, _)| *s == c).map_or(c, |(_, t)| *t)).collect();
        if read(&other, false) != read(text, false) {
            return Err(format!("{other}: {:?}\n{text}: {:?}", read(&other, false), read(text, false)).into());
        }
    }
    Ok(())
}

/// Every statement, put so, records nothing.
fn hedged(ways: &[&str]) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for text in STATEMENTS.iter() {
        for way in ways {
            let said = way.replace("{}", text);
            let found = read(&said, false);
            if !found.is_empty() {
                wrong.push(format!("{said}: {found:?}"));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{} recorded:\n{}", wrong.len(), wrong.join("\n")).into()) }
}

/// However a message is cut into text segments, it says the same.
fn segments() -> Result<(), Failed> {
    check(200, &(proptest::sample::select(STATEMENTS.clone()), 0..200_usize), |(text, at)| {
        let cut = text.char_indices().map(|(i, _)| i).nth(at % text.chars().count()).unwrap_or(0);
        let account = AccountKey::new("webchat", "1");
        let message = Incoming {
            chat: ChatKey::group("webchat", "1"),
            bot: account.clone(),
            sender: account,
            sender_name: String::new(),
            message_id: "1".into(),
            quote_id: "1".into(),
            sent_at: 0,
            segments: vec![Segment::Text(text[..cut].into()), Segment::Text(text[cut..].into())],
            mentions_bot: false,
            replies_to: None,
            replies_to_bot: false,
            missed: false,
        };
        prop_assert_eq!(read(&message.text(), false), read(&text, false));
        Ok(())
    })
}
