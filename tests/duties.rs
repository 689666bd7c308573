//! Story: the files of `bot-config/` beside `bot.toml`: duties, roles, holidays, words, and a folder's own over them.

use crate::config::{embedded, load, problems};
use chrono::NaiveDate;
use libtest_mimic::Trial;
use zhibu::config::holidays::DayKind;
use zhibu::config::messages::{Lang, Messages, shapes_of};
use zhibu::config::{Config, Env};
use zhibu::domain::duty::Measure;
use zhibu::error::Mistake;

pub fn tests() -> Vec<Trial> {
    let all: [(&str, fn()); 9] = [
        ("dues follow the rule of 2016", dues_follow_the_rule),
        ("a bad cron and an unknown zone", cron_and_zone),
        ("a folder adds, replaces and switches off duties", folder_duties),
        ("two duties can't share a name", clashes),
        ("what a duty's file refers to must be there", dangling),
        ("roles with a typo", roles),
        ("a folder's own words", own_words),
        ("holidays of 2026", holidays),
        ("messages carry what people type as it is", messages),
    ];
    all.into_iter().map(|(name, test)| crate::support::plain(format!("config: {name}"), test)).collect()
}

const REPORT: &str = "name = \"周报\"\naliases = [\"每周一篇\"]\nmeasure = \"count\"\ncadence = \"week\"\ntarget = 2\norder = 2\n[words]\nunits = [\"篇\"]\n";

fn folder_duties() {
    let theme = embedded("duties/theme_day.toml").replace("name = \"主题团日\"", "enabled = false\nname = \"主题团日\"");
    let study = embedded("duties/study.toml").replace("aliases = [\"大学习\",", "aliases = [\"网课学习\",");
    let config = load(&[("duties/article.toml", REPORT), ("duties/theme_day.toml", &theme), ("duties/study.toml", &study), ("README.md", "notes")], &[]);
    assert_eq!(config.duties.iter().map(|d| d.key.as_str()).collect::<Vec<_>>(), ["dues", "article", "study"], "by order, then by name");
    let article = config.duty("article").unwrap();
    assert_eq!((article.measure, article.target, article.names().collect::<Vec<_>>()), (Measure::Count, 2, vec!["周报", "每周一篇"]));
    let study = config.duty("study").unwrap();
    assert!(study.aliases.iter().any(|a| a == "网课学习") && !study.aliases.iter().any(|a| a == "大学习"), "a file replaces the default whole");
}

fn clashes() {
    let text = REPORT.replace("每周一篇", "大学习");
    assert_eq!(
        problems(&[("duties/article.toml", &text)]),
        ["duties/study.toml:4: \"大学习\" is also a name of the duty `article`: each name belongs to one duty"]
    );
    let text = REPORT.replace("每周一篇", "周报");
    assert_eq!(problems(&[("duties/article.toml", &text)]), ["duties/article.toml:2: \"周报\" is there twice: keep one"]);
    let text = REPORT.to_owned() + "not = [\"团费\", \"每周一篇\"]\n";
    assert_eq!(
        problems(&[("duties/article.toml", &text)]),
        ["duties/article.toml:9: `not`: \"每周一篇\" is a name of this very duty: take it out of one of the two"]
    );
    assert!(problems(&[("duties/Weekly Report.toml", REPORT)])[0].contains("small letters, digits and _"));
}

fn dangling() {
    let money = "name = \"班费\"\nmeasure = \"money\"\ncadence = \"year\"\ndefault_band = \"studnet\"\nbands = [\n  { key = \"student\", name = \"学生\", rates = { \"2026-01\" = \"5\" } },\n  { key = \"student\", name = \"同学\", rates = { \"2026\" = \"5.001\" } },\n]\n";
    assert_eq!(
        problems(&[("duties/class.toml", money)]),
        [
            "duties/class.toml:4: `default_band`: there is no band \"studnet\": did you mean `student`?",
            "duties/class.toml:6: `rates`: \"2026-01\" is not of the duty's cadence: write the period from which the rate holds",
            "duties/class.toml:7: `rates`: \"5.001\" is no amount: write yuan with at most two decimals, \"0.2\"",
            "duties/class.toml:7: the band `student` (同学) has the key or the name of `student` (学生)",
        ]
    );
    let reminders = REPORT.to_owned()
        + "[[reminder]]\nkey = \"a\"\ncron = \"0 9 * * MON\"\naudience = []\n[[reminder]]\nkey = \"a\"\ncron = \"0 9 * * TUE\"\naudience = [\"groups\"]\nperiod = 1\n[[reminder]]\ncron = \"0 9 * * WED\"\n";
    assert_eq!(
        problems(&[("duties/article.toml", &reminders)]),
        [
            "duties/article.toml:12: `audience` names nobody: write [\"group\"], [\"secretary\"] or both",
            "duties/article.toml:14: two reminders have the key `a`: a reminder is sent once for its key and time, so give each its own",
            "duties/article.toml:16: `audience`: there is no \"groups\": did you mean `group`?",
            "duties/article.toml:17: `period` must be a whole number from -12 to 0",
            "duties/article.toml:18: `key` is missing: write for example `key = \"sunday\"`",
            "duties/article.toml:18: `audience` is missing: write for example `audience = [\"group\"]`",
        ]
    );
    let closes = REPORT.to_owned().replace("order = 2\n", "order = 2\ndue = { days = 3 }\ncloses = { days = 3, time = \"12:00\" }\n");
    assert_eq!(problems(&[("duties/article.toml", &closes)]), ["duties/article.toml:8: it closes before it is due: make `closes` later than `due`"]);
    assert_eq!(
        problems(&[("duties/article.toml", "name = \"周报\"\n")]),
        [
            "duties/article.toml:1: `measure` is missing: write for example `measure = \"done\"`",
            "duties/article.toml:1: `cadence` is missing: write for example `cadence = \"week\"`",
        ]
    );
}

fn roles() {
    let text = embedded("roles.toml").replace("auditor = [", "auditer = [").replace("member = [\"report_own\", ", "member = [\"report_onw\", \"read_own\", ");
    let line = |part: &str| text.lines().position(|l| l.starts_with(part)).unwrap() + 1;
    assert_eq!(
        problems(&[("roles.toml", &text)]),
        [
            "roles.toml:1: `auditor` is missing: write for example `auditor = []`".to_owned(),
            format!("roles.toml:{}: `member`: there is no permission \"report_onw\": did you mean `report_own`?", line("member")),
            format!("roles.toml:{}: `member`: \"read_own\" is there twice", line("member")),
            format!("roles.toml:{}: unknown key `auditer`: did you mean `auditor`?", line("auditer")),
        ]
    );
}

fn own_words() {
    let config = load(&[("messages/zh-CN.ftl", "recorded-done = { $name }真棒，{ $duty }收到。\n")], &[]);
    let args = [("name", "张三".into()), ("duty", "大学习".into()), ("period", "本周".into())];
    assert_eq!(config.messages.say(Lang::Zh, "recorded-done", &args), "张三真棒，大学习收到。");
    assert_eq!(config.messages.say(Lang::Zh, "answered-no", &[]), "好，那就不记。", "the others stay");
    assert_eq!(
        problems(&[("messages/zh-CN.ftl", "hello = 你好\nrecorded-done = { $nmae }好\nhello = 又好\n\nthanks { $x\n")]),
        [
            "messages/zh-CN.ftl:2: message `recorded-done` has no variable $nmae: did you mean `name`?",
            "messages/zh-CN.ftl:3: message `hello` is there twice: keep one",
            "messages/zh-CN.ftl:5: this is no message (Expected a token starting with \"=\"): write `key = text`, further lines indented",
        ]
    );
}

fn holidays() {
    let config = load(&[("holidays/2027.toml", "[[holiday]]\nname = \"元旦\"\nfrom = \"2027-01-01\"\n")], &[]);
    let day = |text: &str| config.holidays.kind(text.parse::<NaiveDate>().unwrap());
    for (date, kind) in [
        ("2026-02-14", DayKind::MakeUp),
        ("2026-02-15", DayKind::Holiday("春节")),
        ("2026-02-23", DayKind::Holiday("春节")),
        ("2026-02-24", DayKind::Workday),
        ("2026-02-28", DayKind::MakeUp),
        ("2026-10-07", DayKind::Holiday("国庆节")),
        ("2026-11-22", DayKind::Weekend),
        ("2026-11-23", DayKind::Workday),
        ("2027-01-01", DayKind::Holiday("元旦")),
        ("2027-01-04", DayKind::Workday),
        ("2028-01-01", DayKind::Unknown),
    ] {
        assert_eq!(day(date), kind, "{date}");
    }
    // counted from the announcement: 33 days off, 6 made up
    let all = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().iter_days().take(365).map(|d| config.holidays.kind(d));
    let (off, made_up) = all.fold((0, 0), |(h, m), k| (h + i32::from(matches!(k, DayKind::Holiday(_))), m + i32::from(k == DayKind::MakeUp)));
    assert_eq!((off, made_up), (33, 6));
    let wrong =
        "[[holiday]]\nname = \"元旦\"\nfrom = \"2026-01-01\"\nto = \"2025-12-31\"\n[[workday]]\ndate = \"2026-01-05\"\n[[workday]]\ndate = 2026-01-04\n";
    assert_eq!(
        problems(&[("holidays/2026.toml", wrong)]),
        [
            "holidays/2026.toml:4: `to`: 2025-12-31 is not in 2026, which the file's name says",
            "holidays/2026.toml:5: 2026-01-05 is a Mon: only Saturdays and Sundays are made up for",
            "holidays/2026.toml:8: `date` is a bare date or time: write text in quotes, \"…\"",
        ]
    );
}

fn messages() {
    let m = Messages::embedded();
    let say = |name: &str| m.say(Lang::Zh, "no-such-name", &[("name", name.into())]);
    for name in ["张三", "[CQ:at,qq=all]", "=cmd|' /C calc'!A0", "{ $amount }", "<b>&amp;", "\u{202e}反", ""] {
        assert_eq!(say(name), format!("名册上没有“{name}”。"));
    }
    assert!(!say("张三").contains(['\u{2068}', '\u{2069}']), "no isolating marks");
    let number = |n: i64| m.say(Lang::Zh, "missing-unbound", &[("count", n.into())]);
    assert_eq!(number(1_234_567), "（其中 1234567 位还没绑定账号）");
    assert_eq!(number(i64::MAX), format!("（其中 {} 位还没绑定账号）", i64::MAX));
    assert_eq!(m.mistake(Lang::En, &Mistake::new("wrong-code")), "That code is wrong; have another look?");
    for (measure, zh, en) in
        [("money", "没交", "not paid"), ("attendance", "没签到", "not checked in"), ("done", "没完成", "not done"), ("minutes", "没完成", "not done")]
    {
        let args = [("duty", "团费".into()), ("period", "11月".into()), ("measure", measure.into()), ("count", 3.into()), ("who", "团支书".into())];
        assert_eq!(m.say(Lang::Zh, "missing-number", &args), format!("11月团费还有 3 位{zh}，名单只发给团支书（私聊我问就行）。"));
        assert!(m.say(Lang::En, "missing-number", &args).starts_with(&format!("团费, 11月: 3 {en} yet.")));
    }
    // what is nowhere comes back as itself, in any language
    assert_eq!(m.say(Lang::En, "no-such-key", &[]), "no-such-key");
    let (zh, en) = (shapes_of(embedded("messages/zh-CN.ftl")), shapes_of(embedded("messages/en.ftl")));
    assert!(zh.len() > 150, "{}", zh.len());
    for (key, variables) in &zh {
        assert_eq!(en.get(key), Some(variables), "`{key}` in en.ftl has the variables of zh-CN.ftl");
    }
    assert_eq!(zh.len(), en.len(), "{:?}", en.keys().filter(|k| !zh.contains_key(*k)).collect::<Vec<_>>());
}

fn dues_follow_the_rule() {
    let config = Config::load(None, &Env::default()).unwrap();
    let dues = config.duty("dues").unwrap();
    // base in fen → yuan a month, after mission.md: below 2000 yuan 3, then 2 in a thousand in whole yuan, at most 20
    for (base, yuan) in [(199_999, 3), (200_000, 4), (249_900, 4), (250_000, 5), (549_900, 10), (550_000, 11), (999_900, 19), (1_000_000, 20), (1_500_000, 20)]
    {
        let rate: i64 = if base < 200_000 { 3 } else { (base / 100 * 2 / 1000).min(20) };
        assert_eq!(rate, yuan, "the figure of the rule for {base}");
        assert_eq!(dues.owed("", Some(&format!("pay_{yuan}")), "2026-11".parse().unwrap()), Some(yuan * 100));
    }
    assert_eq!(dues.bands.len(), 5 + 18);
    for band in [None, Some("student"), Some("farmer"), Some("unemployed"), Some("no such band")] {
        assert_eq!(dues.owed("县", band, "2026-11".parse().unwrap()), Some(20), "{band:?}");
    }
    assert_eq!(dues.owed("", None, "2015-12".parse().unwrap()), None, "no rate before the rule");
    let text = embedded("duties/dues.toml").replace(
        "rates = { \"2016-01\" = \"0.2\" } },\n  { key = \"unemployed\"",
        "rates = { \"2016-01\" = 0.20, \"2027-01\" = 1 } },\n  { key = \"unemployed\"",
    );
    let changed = load(&[("duties/dues.toml", &text)], &[]);
    let owed = |month: &str| changed.duty("dues").unwrap().owed("", None, month.parse().unwrap());
    assert_eq!((owed("2026-12"), owed("2027-01")), (Some(20), Some(100)), "a new rate leaves the past alone");
}

fn cron_and_zone() {
    let reminder = |cron: &str, zone: &str| {
        let text = format!("{}\n[[reminder]]\nkey = \"extra\"\ncron = \"{cron}\"\nzone = \"{zone}\"\naudience = [\"group\"]\n", embedded("duties/study.toml"));
        let lines = text.lines().count();
        (text, lines - 2, lines - 1)
    };
    for (cron, zone, what) in [
        ("0 25 * * *", "Asia/Shanghai", "hour 25: it goes from 0 to 23"),
        ("0 0 19 * * 1", "Asia/Shanghai", "Quartz"),
        ("19:00", "Asia/Shanghai", "write five"),
        ("0 19 * * SUN", "Asia/Pekin", "there is no zone"),
    ] {
        let (text, cron_line, zone_line) = reminder(cron, zone);
        let found = problems(&[("duties/study.toml", &text)]);
        let line = if what.contains("zone") { zone_line } else { cron_line };
        assert!(found.len() == 1 && found[0].starts_with(&format!("duties/study.toml:{line}: ")) && found[0].contains(what), "{found:?}");
    }
    // a reminder without a zone takes the house's
    let config = load(
        &[
            ("bot.toml", "[bot]\nzone = \"Asia/Urumqi\"\n"),
            (
                "duties/report.toml",
                "name = \"周报\"\nmeasure = \"done\"\ncadence = \"week\"\n[[reminder]]\nkey = \"friday\"\ncron = \"0 17 * * 5\"\naudience = [\"secretary\"]\n",
            ),
        ],
        &[],
    );
    let r = &config.duty("report").unwrap().reminders[0];
    assert_eq!((r.zone, r.cron.as_str(), r.period), (config.zone(), "0 17 * * 5", 0));
    assert_eq!(config.zone().0.name(), "Asia/Urumqi");
}
