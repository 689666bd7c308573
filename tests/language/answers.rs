//! Answers to the bot's questions, entries of lists, names, and how the bot is called.

use super::{grammar, names, options};
use libtest_mimic::{Failed, Trial};
use zhibu::cli::explain::explain;
use zhibu::domain::calendar::Period;
use zhibu::language::bare;
use zhibu::language::{Answer, Around, Entry, Expect, answer};

pub fn tests() -> Vec<Trial> {
    vec![
        Trial::test("language::answers", answers),
        Trial::test("language::bare_words", bare_words),
        Trial::test("language::entries", entries),
        Trial::test("language::calls", calls),
        Trial::test("language::why", why),
        Trial::test("language::bad_tsv_line", bad_line),
        Trial::test("language::long_messages", long_messages),
        Trial::test("language::other_duties", other_duties),
    ]
}

#[expect(clippy::unnecessary_wraps, reason = "a trial's signature")]
fn answers() -> Result<(), Failed> {
    let months = |text: &str| Answer::Periods(text.split(' ').map(|p| p.parse::<Period>().unwrap()).collect());
    let expect = Expect { yes_no: true, choices: 2, periods: true, amount: true, today: "2026-11-22".parse().unwrap() };
    for (text, meant) in [
        ("是的", Some(Answer::Yes)),
        ("嗯嗯", Some(Answer::Yes)),
        ("對", Some(Answer::Yes)),
        ("是的,谢谢", Some(Answer::Yes)),
        ("不是", Some(Answer::No)),
        ("不对", Some(Answer::No)),
        ("算了", Some(Answer::Cancel)),
        ("3月", Some(months("2026-03"))),
        ("是3月", Some(months("2026-03"))),
        ("一到三月", Some(months("2026-01 2026-02 2026-03"))),
        ("1到3月的", Some(months("2026-01 2026-02 2026-03"))),
        ("1-3", Some(months("2026-01 2026-02 2026-03"))),
        ("三月和四月", Some(months("2026-03 2026-04"))),
        ("上个月", Some(months("2026-10"))),
        ("第三季度", Some(months("2026-Q3"))),
        ("两个季度", Some(Answer::Months(6))),
        ("三个月", Some(Answer::Months(3))),
        ("半年", Some(Answer::Months(6))),
        ("选2", Some(Answer::Choice(2))),
        ("2", Some(Answer::Choice(2))),
        ("第二个", Some(Answer::Choice(2))),
        ("后者", Some(Answer::Choice(2))),
        ("0.2元", Some(Answer::Amount(20))),
        ("两毛", Some(Answer::Amount(20))),
        ("5", Some(Answer::Amount(500))),
        ("今晚吃什么", None),
        ("交了团费", None),
        ("是的话我就交", None),
        ("", None),
    ] {
        assert_eq!(answer(text, &expect), meant, "{text}");
    }
    let only_choices = Expect { yes_no: false, periods: false, amount: false, ..expect };
    assert_eq!(answer("5", &only_choices), None);
    assert_eq!(answer("3月", &only_choices), None);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "a trial's signature")]
fn bare_words() -> Result<(), Failed> {
    for text in ["1", "+1", "已交", "收到", "完成了", "done", "Done!", "✅", "１", "已完成~", "我交了", "交了。", "已繳"] {
        assert!(bare(text), "{text}");
    }
    for text in ["2", "没交", "收到请回复", "已交?", "还没", "", "1元", "谁已交", "不"] {
        assert!(!bare(text), "{text}");
    }
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "a trial's signature")]
fn entries() -> Result<(), Failed> {
    let grammar = grammar();
    let names = names();
    let around = Around { today: "2026-11-22".parse().unwrap(), addressed: false, names: &names };
    let done = |amount_fen| Entry::Done { amount_fen, count: None, minutes: None, periods: Vec::new(), issue: None };
    for (duty, text, meant) in [
        ("dues", "0.2", done(Some(20))),
        ("dues", "已交", done(None)),
        ("dues", "2元", done(Some(200))),
        ("dues", "1.2(半年)", done(Some(120))),
        ("dues", "未交", Entry::NotDone),
        ("dues", "明天交", Entry::NotDone),
        ("dues", "", Entry::Empty),
        ("dues", "怎么交", Entry::Unclear),
        ("study", "已完成", done(None)),
        ("study", "✅", done(None)),
        ("study", "还没看", Entry::NotDone),
        ("study", "看了一半", Entry::NotDone),
        ("study", "哈", Entry::Unclear),
        ("theme_day", "请假", Entry::Leave),
        ("theme_day", "病假", Entry::Leave),
        ("theme_day", "签到", done(None)),
        ("theme_day", "到", done(None)),
    ] {
        assert_eq!(grammar.entry(Some(duty), text, &around), meant, "{duty}: {text}");
    }
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "a trial's signature")]
fn calls() -> Result<(), Failed> {
    let grammar = grammar();
    for (text, rest) in [
        ("小支 谁没交团费", Some("谁没交团费")),
        ("小支,谁没交团费", Some("谁没交团费")),
        ("小支，统计", Some("统计")),
        ("@小支 帮助", Some("帮助")),
        ("小支小支 帮助", Some("帮助")),
        ("小支谁没交团费", Some("谁没交团费")),
        ("谁没交团费 @小支", Some("谁没交团费")),
        ("/统计", Some("统计")),
        ("／统计", Some("统计")),
        ("小支", Some("")),
        ("小支付宝转的团费", None),
        ("我问小支 谁没交团费", None),
        ("昨天小支说,团费交了", None),
        ("// 团费", None),
        ("/ 2", None),
        ("小", None),
        ("", None),
    ] {
        assert_eq!(grammar.addressed(text), rest, "{text}");
    }
    Ok(())
}

fn why() -> Result<(), Failed> {
    let mut out = Vec::new();
    let mut options = options();
    (options.why, options.tsv) = (true, false);
    explain("補交3月團費0.6元\n/统计".as_bytes(), &mut out, &grammar(), &options)?;
    let text = String::from_utf8(out)?;
    let first: serde_json::Value = serde_json::from_str(text.lines().next().ok_or("a line")?)?;
    let told: Vec<(&str, &str)> =
        first["why"][0].as_array().ok_or("an array")?.iter().map(|w| (w["key"].as_str().unwrap_or(""), w["words"].as_str().unwrap_or(""))).collect();
    assert_eq!(told, [("done", "補交"), ("periods", "3月"), ("duty", "團費"), ("amount_fen", "0.6元")]);
    assert!(
        text.starts_with(r#"{"text":"補交3月團費0.6元","intents":[{"intent":"report","duty":"dues","periods":["2026-03"],"amount_fen":60}],"why":"#),
        "{text}"
    );
    assert!(text.contains(r#"{"text":"/统计","intents":[{"intent":"stats"}]"#), "{text}");
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "a trial's signature")]
fn bad_line() -> Result<(), Failed> {
    for line in ["2\t\"团费\"", "0", "0\t团费", "团费已交"] {
        let error = explain(line.as_bytes(), Vec::new(), &grammar(), &options()).expect_err(line);
        assert!(error.to_string().starts_with("line 1: write ADDRESSED<tab>JSON-string"), "{error}");
    }
    Ok(())
}

/// A long message is read only as a list; nothing takes more than its length.
#[expect(clippy::unnecessary_wraps, reason = "a trial's signature")]
fn long_messages() -> Result<(), Failed> {
    let grammar = grammar();
    let names = names();
    let around = Around { today: "2026-11-22".parse().unwrap(), addressed: false, names: &names };
    assert!(grammar.understand(&format!("团费已交,{}", "好".repeat(8000)), &around).is_empty());
    for piece in ["团费", "3、", "一", "到", "替", "「", "#", "(", "第", "1.", "张三、"] {
        let text = format!("团费{}", piece.repeat(1500));
        let _ = grammar.understand(&text, &around);
        let _ = grammar.understand(&text, &Around { addressed: true, ..around });
    }
    let mut list = String::from("#接龙\n本周大学习\n");
    for n in 1..=600 {
        list.push_str(&n.to_string());
        list.push_str(". 张三 已完成,截图已发到群里,请查收\n");
    }
    assert_eq!(grammar.understand(&list, &around).len(), 1);
    Ok(())
}

/// Counts and minutes, for a branch's own duties.
#[expect(clippy::unnecessary_wraps, reason = "a trial's signature")]
fn other_duties() -> Result<(), Failed> {
    use zhibu::config::{Config, Env};
    use zhibu::domain::duty::Measure;
    let mut duties = Config::load(None, &Env::default()).expect("the defaults load").duties;
    let mut like_study = |key: &str, name: &str, aliases: &[&str], measure, verbs: &[&str], units: &[&str]| {
        let mut duty = duties[1].clone();
        (duty.key, duty.name, duty.measure) = (key.into(), name.into(), measure);
        duty.aliases = aliases.iter().map(ToString::to_string).collect();
        duty.words = zhibu::domain::duty::Words {
            verbs: verbs.iter().map(ToString::to_string).collect(),
            units: units.iter().map(ToString::to_string).collect(),
            ..Default::default()
        };
        duties.push(duty);
    };
    like_study("volunteer", "志愿服务", &["志愿"], Measure::Minutes, &["服务", "参加"], &["小时"]);
    like_study("article", "文章", &["每周一文"], Measure::Count, &["写", "发表"], &["篇"]);
    let grammar = zhibu::language::Grammar::new(&duties, &[]).expect("the words compile");
    let names = names();
    let around = Around { today: "2026-11-22".parse().unwrap(), addressed: false, names: &names };
    // Words that only this branch says beside a report.
    let beside = "团费交了,刚喂完鸽子";
    assert!(grammar.understand(beside, &around).is_empty(), "{beside}");
    let mut with = duties.clone();
    with[0].words.beside = vec!["喂完鸽子".to_owned()];
    let with = zhibu::language::Grammar::new(&with, &[]).expect("the words compile");
    assert_eq!(with.understand(beside, &around).len(), 1, "{beside}");
    for (text, meant) in [
        ("志愿服务3小时", r#"[{"intent":"report","duty":"volunteer","minutes":180}]"#),
        ("参加了志愿服务一个半小时", r#"[{"intent":"report","duty":"volunteer","minutes":90}]"#),
        ("本周志愿服务90分钟", r#"[{"intent":"report","duty":"volunteer","periods":["2026-W47"],"minutes":90}]"#),
        ("写了2篇文章", r#"[{"intent":"report","duty":"article","count":2}]"#),
        ("本周文章写了三篇", r#"[{"intent":"report","duty":"article","periods":["2026-W47"],"count":3}]"#),
        ("志愿服务要3小时吗", "[]"),
        ("明天志愿服务3小时", "[]"),
        ("每人写2篇文章", "[]"),
        ("准备写2篇文章", "[]"),
    ] {
        let found: Vec<_> = grammar.understand(text, &around).into_iter().map(|m| m.intent).collect();
        assert_eq!(serde_json::to_string(&found).unwrap(), meant, "{text}");
    }
    Ok(())
}
