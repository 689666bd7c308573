//! Story: an operator writes configuration, makes mistakes, and is told all of them at once with file and line.

use chrono::NaiveDate;
use libtest_mimic::Trial;
use secrecy::ExposeSecret;
use std::collections::BTreeSet;
use std::path::Path;
use zhibu::config::holidays::DayKind;
use zhibu::config::messages::{Lang, Messages, shapes_of};
use zhibu::config::{Config, Env, defaults};
use zhibu::domain::calendar::Period;
use zhibu::domain::duty::{Audience, Measure};
use zhibu::domain::role::{Permission, Role};
use zhibu::error::Mistake;

pub fn tests() -> Vec<Trial> {
    let all: [(&str, fn()); 19] = [
        ("defaults are sound", defaults_are_sound),
        ("dues follow the rule of 2016", dues_follow_the_rule),
        ("every setting has a comment and an environment variable", settings_agree),
        ("a typo is told with file, line and the right word", typo),
        ("every mistake is told at once", all_at_once),
        ("a file that is no TOML", no_toml),
        ("a bad cron and an unknown zone", cron_and_zone),
        ("the environment wins over the files", environment),
        ("secrets come from files and are never repeated", secrets),
        ("an unknown variable is told", unknown_variable),
        ("connections that the environment adds", forward),
        ("a folder adds, replaces and switches off duties", folder_duties),
        ("two duties can't share a name", clashes),
        ("what a duty's file refers to must be there", dangling),
        ("roles with a typo", roles),
        ("a folder's own words", own_words),
        ("files that have no business there", stray_files),
        ("holidays of 2026", holidays),
        ("messages carry what people type as it is", messages),
    ];
    all.into_iter().map(|(name, test)| Trial::test(format!("config: {name}"), move || Ok(test()))).collect()
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

/// The problems of a folder with these files, as an operator reads them, the folder's own path left out.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let dir = folder(files);
    let found = Config::load(Some(dir.path()), &Env::default()).expect_err("there are mistakes in it");
    let prefix = format!("{}/", dir.path().display());
    found.iter().map(|p| p.to_string().replace(&prefix, "")).collect()
}

fn env_problems(variables: &[(&str, &str)]) -> Vec<String> {
    let found = Config::load(None, &Env::of(variables.iter().copied())).expect_err("there are mistakes in it");
    found.iter().map(ToString::to_string).collect()
}

fn load(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Config {
    let dir = folder(files);
    Config::load(Some(dir.path()), &Env::of(variables.iter().copied())).unwrap_or_else(|p| panic!("{p:#?}"))
}

fn embedded(name: &str) -> &'static str {
    defaults::text(name).unwrap()
}

fn defaults_are_sound() {
    let config = Config::load(None, &Env::default()).unwrap_or_else(|p| panic!("{p:#?}"));
    assert_eq!(config.duties.iter().map(|d| d.key.as_str()).collect::<Vec<_>>(), ["dues", "study", "theme_day"]);
    let [dues, study, theme_day] = &config.duties[..] else { panic!() };
    assert!(dues.confirm && dues.arrears && !dues.names_in_group && dues.warn_months == 6 && dues.default_band.as_deref() == Some("student"));
    assert!(study.measure == Measure::Done && study.names_in_group && !study.confirm);
    assert!(theme_day.measure == Measure::Attendance && theme_day.names_in_group);
    let zone = config.zone();
    let week: Period = "2026-W47".parse().unwrap();
    assert_eq!(zone.show(study.due.instant(week, zone)), "2026-11-22 20:00");
    assert_eq!(
        study.reminders.iter().map(|r| (r.cron.as_str(), r.audience.as_slice())).collect::<Vec<_>>(),
        [("0 18 * * THU", &[Audience::Secretary][..]), ("0 19 * * SAT", &[Audience::Group]), ("0 18 * * SUN", &[Audience::Group, Audience::Secretary]),]
    );
    assert!(!config.roles[&Role::Member].contains(&Permission::ReadPrivate));
    assert!(config.roles[&Role::Secretary].len() == Permission::ALL.len());
    assert!(
        config.roles[&Role::Auditor].iter().all(|p| matches!(p, Permission::ReadOwn | Permission::ReadUnit | Permission::ReadPrivate | Permission::Export))
    );
    assert_eq!(config.bot.database_url.expose_secret(), "sqlite:zhibu.db");
    assert_eq!(config.bot.web_bind.to_string(), "127.0.0.1:8765");
    assert!(config.bot.onebot.forward.is_empty() && config.bot.onebot.token.expose_secret().is_empty());
}

fn dues_follow_the_rule() {
    let config = Config::load(None, &Env::default()).unwrap();
    let dues = config.duty("dues").unwrap();
    // base in fen → yuan a month, after mission.md: below 2000 yuan 3, then 2 in a thousand in whole yuan, at most 20
    for (base, yuan) in [(199_999, 3), (200_000, 4), (249_900, 4), (250_000, 5), (549_900, 10), (550_000, 11), (999_900, 19), (1_000_000, 20), (1_500_000, 20)]
    {
        let rate: i64 = if base < 200_000 { 3 } else { (base / 100 * 2 / 1000).min(20) };
        assert_eq!(rate, yuan, "the figure of the rule for {base}");
        assert_eq!(dues.owed(Some(&format!("pay_{yuan}")), "2026-11".parse().unwrap()), Some(yuan * 100));
    }
    assert_eq!(dues.bands.len(), 4 + 18);
    for band in [None, Some("student"), Some("farmer"), Some("unemployed"), Some("no such band")] {
        assert_eq!(dues.owed(band, "2026-11".parse().unwrap()), Some(20), "{band:?}");
    }
    assert_eq!(dues.owed(None, "2015-12".parse().unwrap()), None, "no rate before the rule");
    let text = embedded("duties/dues.toml").replace(
        "rates = { \"2016-01\" = \"0.2\" } },\n  { key = \"unemployed\"",
        "rates = { \"2016-01\" = 0.20, \"2027-01\" = 1 } },\n  { key = \"unemployed\"",
    );
    let changed = load(&[("duties/dues.toml", &text)], &[]);
    let owed = |month: &str| changed.duty("dues").unwrap().owed(None, month.parse().unwrap());
    assert_eq!((owed("2026-12"), owed("2027-01")), (Some(20), Some(100)), "a new rate leaves the past alone");
}

fn settings_agree() {
    let mut section = String::new();
    let mut commented = false;
    let mut keys = BTreeSet::new();
    for line in embedded("bot.toml").lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else if let Some((key, value)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            assert!(commented || line.contains("send_jitter_ms") || line.contains("_bytes") || line.contains("gather_names"), "{line} has no comment above");
            keys.insert((format!("ZHIBU_{}_{}", section.to_uppercase(), key.to_uppercase()), value.trim_matches(['"', '[', ']']).replace("\", \"", ",")));
        }
        commented = line.starts_with('#');
    }
    assert!(keys.len() >= 21, "{keys:?}");
    for (variable, value) in &keys {
        let set = Env::of([(variable.as_str(), value.as_str())]);
        assert!(Config::load(None, &set).is_ok(), "{variable}={value}: {:?}", Config::load(None, &set).err());
        // and it reaches its reader: a control character is refused by each of them
        if !value.is_empty() {
            let broken = Config::load(None, &Env::of([(variable.as_str(), "\u{1} \u{1}")]));
            assert!(broken.is_err() || variable.ends_with("DATABASE_URL"), "{variable} is read by nobody");
        }
    }
}

fn typo() {
    let text = "[web]\nbind = \"127.0.0.1:9000\"\n\n[database]\nulr = \"sqlite:a.db\"\n";
    assert_eq!(problems(&[("bot.toml", text)]), ["bot.toml:5: unknown key `ulr`: did you mean `url`?"]);
    assert_eq!(problems(&[("bot.toml", "[databse]\nurl = \"sqlite:a.db\"\n")]), ["bot.toml:1: unknown section `databse`: did you mean `database`?"]);
    let duty = embedded("duties/study.toml").replace("names_in_group = true", "name_in_group = true").replace("cadence = \"week\"", "cadence = \"weekly\"");
    let line = |part: &str| duty.lines().position(|l| l.contains(part)).unwrap() + 1;
    assert_eq!(
        problems(&[("duties/study.toml", &duty)]),
        [
            format!("duties/study.toml:{}: `cadence`: there is no \"weekly\": did you mean `week`?", line("weekly")),
            format!("duties/study.toml:{}: unknown key `name_in_group`: did you mean `names_in_group`?", line("name_in_group")),
        ]
    );
}

fn all_at_once() {
    assert_eq!(
        problems(&[("bot.toml", "web = 3\n[log]\nformat = \"xml\"\n")]),
        ["bot.toml:1: `web` is a number: write a section, [web]", "bot.toml:3: `format`: there is no \"xml\"; there are: text, json"]
    );
    let bot = "[bot]\nzone = \"Asia/Shangai\"\nlanguage = \"zh\"\n[web]\nbind = 8765\n[answers]\nundo_days = \"7\"\ngather_seconds = 0\nquestion_minutes = 1.5\n[log]\nlevel = \"inof\"\n";
    let duty = "name = \"周报\"\nmeasure = \"count\"\ncadence = \"week\"\ntarget = 0\nconfirm = \"yes\"\ndue = { days = 1, time = \"8pm\" }\n";
    assert_eq!(
        problems(&[("bot.toml", bot), ("duties/weekly.toml", duty), ("messages/en.ftl", "hello = Hi\nhelo = Hi\n")]),
        [
            "bot.toml:2: `zone`: there is no zone \"Asia/Shangai\": did you mean `Asia/Shanghai`?",
            "bot.toml:3: `language`: there is no \"zh\"; there are: zh-CN, en",
            "bot.toml:5: `bind` is a number: write text in quotes, \"…\"",
            "bot.toml:7: `undo_days` is text: write a number from 0 to 3650, without quotes",
            "bot.toml:8: `gather_seconds` must be a whole number from 1 to 600",
            "bot.toml:9: `question_minutes` must be a whole number from 1 to 1440",
            "bot.toml:11: `level`: there is no level \"inof\": did you mean `info`?",
            "duties/weekly.toml:4: `target` must be a whole number from 1 to 1000000",
            "duties/weekly.toml:5: `confirm` is text: write true or false, without quotes",
            "duties/weekly.toml:6: `time`: \"8pm\" is no time: write for example \"20:00\"",
            "messages/en.ftl:2: there is no message `helo`: did you mean `hello`?",
        ]
    );
}

fn no_toml() {
    let found = problems(&[("bot.toml", "[bot]\nnames = [\"小支\"\nzone = \"Asia/Shanghai\"\n\n[web\nbind = 1\n")]);
    assert!(found.iter().all(|p| p.starts_with("bot.toml:")) && found.iter().any(|p| p.contains("this is no TOML")), "{found:#?}");
    let twice = problems(&[("bot.toml", "[log]\nlevel = \"info\"\nlevel = \"debug\"\n")]);
    assert!(twice.iter().any(|p| p.starts_with("bot.toml:3: this is no TOML: duplicate key")), "{twice:#?}");
    let dir = folder(&[]);
    std::fs::write(dir.path().join("bot.toml"), b"[bot]\n# \xb2\xe2\xca\xd4\n").unwrap();
    let gbk = Config::load(Some(dir.path()), &Env::default()).unwrap_err();
    assert!(gbk[0].to_string().ends_with("bot.toml:2: this is not UTF-8: save the file as UTF-8"), "{gbk:?}");
    // a byte-order mark and line ends of Windows are no mistake
    let config = load(&[("bot.toml", "\u{feff}[bot]\r\nnames = [\"小团\"]\r\n")], &[]);
    assert_eq!(config.bot.names, ["小团"]);
    let none = Config::load(Some(Path::new("no/such/folder")), &Env::default()).unwrap_err();
    assert!(none[0].to_string().starts_with("no/such/folder: the folder can't be read"), "{none:?}");
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

fn environment() {
    let files = [("bot.toml", "[web]\nbind = \"127.0.0.1:1\"\nhosts = [\"a.example\"]\n[answers]\nundo_days = 3\n")];
    let config = load(&files, &[]);
    assert_eq!((config.bot.web_bind.port(), config.bot.answers.undo_days, config.bot.answers.question_minutes), (1, 3, 10), "absent keys keep their default");
    let variables = [
        ("ZHIBU_WEB_BIND", "[::1]:2"),
        ("ZHIBU_WEB_HOSTS", "b.example, c.example"),
        ("ZHIBU_ANSWERS_UNDO_DAYS", "5"),
        ("ZHIBU_BOT_NAMES", "小支,团小助"),
        ("ZHIBU_DATABASE_URL", "postgres://u:p@localhost/z"),
        ("ZHIBU_LOG_FORMAT", "json"),
        ("HOME", "/nowhere"),
    ];
    let config = load(&files, &variables);
    assert_eq!(config.bot.web_bind.to_string(), "[::1]:2");
    assert_eq!(config.bot.web_hosts, ["b.example", "c.example"]);
    assert_eq!(config.bot.answers.undo_days, 5);
    assert_eq!(config.bot.names, ["小支", "团小助"]);
    assert_eq!(config.bot.database_url.expose_secret(), "postgres://u:p@localhost/z");
    assert!(config.bot.log_json);
    assert_eq!(
        env_problems(&[("ZHIBU_ANSWERS_UNDO_DAYS", "a week"), ("ZHIBU_WEB_BIND", "localhost")]),
        [
            "ZHIBU_WEB_BIND: `bind`: \"localhost\" is no address: write ADDRESS:PORT, such as 127.0.0.1:8765",
            "ZHIBU_ANSWERS_UNDO_DAYS: `undo_days` must be a whole number from 0 to 3650",
        ]
    );
}

fn secrets() {
    let dir = folder(&[("token", "s3cret-token\n"), ("url", "  postgres://u:p@db/z \n"), ("bad", "two words\n")]);
    let path = |name: &str| dir.path().join(name).display().to_string();
    let (token, url, bad, gone) = (path("token"), path("url"), path("bad"), path("gone"));
    let config = Config::load(None, &Env::of([("ZHIBU_ONEBOT_TOKEN_FILE", token.as_str()), ("ZHIBU_DATABASE_URL_FILE", url.as_str())])).unwrap();
    assert_eq!(config.bot.onebot.token.expose_secret(), "s3cret-token");
    assert_eq!(config.bot.database_url.expose_secret(), "postgres://u:p@db/z");
    assert!(!format!("{config:?}").contains("s3cret"), "a debug print keeps secrets");
    let missing = env_problems(&[("ZHIBU_ONEBOT_TOKEN_FILE", &gone)]);
    assert!(missing[0].starts_with(&format!("ZHIBU_ONEBOT_TOKEN_FILE: the file {gone:?} can't be read")), "{missing:?}");
    let both = env_problems(&[("ZHIBU_ONEBOT_TOKEN_FILE", &token), ("ZHIBU_ONEBOT_TOKEN", "x")]);
    assert_eq!(both, ["ZHIBU_ONEBOT_TOKEN_FILE: ZHIBU_ONEBOT_TOKEN is set as well: keep one of the two"]);
    for wrong in [
        env_problems(&[("ZHIBU_ONEBOT_TOKEN_FILE", &bad)]),
        env_problems(&[("ZHIBU_DATABASE_URL", "mysql://root:two words@db")]),
        problems(&[("bot.toml", "[onebot]\ntoken = \"two words\"\n[database]\nurl = \"two words\"\n")]),
    ] {
        assert!(!wrong.is_empty() && wrong.iter().all(|w| !w.contains("two words")), "{wrong:?}");
    }
    // what is no secret has no file
    let found = env_problems(&[("ZHIBU_WEB_BIND_FILE", &token)]);
    assert!(found[0].starts_with("ZHIBU_WEB_BIND_FILE: no setting has this name"), "{found:?}");
}

fn unknown_variable() {
    assert_eq!(env_problems(&[("ZHIBU_DATABASE_ULR", "sqlite:x")]), ["ZHIBU_DATABASE_ULR: no setting has this name: did you mean `ZHIBU_DATABASE_URL`?"]);
    assert_eq!(
        env_problems(&[("ZHIBU_ONEBOT_FORWARD_URL", "ws://x")]),
        ["ZHIBU_ONEBOT_FORWARD_URL: no setting has this name: did you mean `ZHIBU_ONEBOT_FORWARD_0_URL`?"]
    );
    assert_eq!(
        env_problems(&[("ZHIBU_ONEBOT_FORWARD_0_ULR", "ws://x")]),
        ["ZHIBU_ONEBOT_FORWARD_0_ULR: no setting has this name: did you mean `ZHIBU_ONEBOT_FORWARD_0_URL`?"]
    );
}

fn forward() {
    let files = [("bot.toml", "[[onebot.forward]]\nurl = \"ws://127.0.0.1:3001\"\ntoken = \"one\"\n")];
    let config = load(&files, &[("ZHIBU_ONEBOT_FORWARD_0_TOKEN", "other"), ("ZHIBU_ONEBOT_FORWARD_1_URL", "wss://bot.example/ws")]);
    let all: Vec<_> = config.bot.onebot.forward.iter().map(|f| (f.url.as_str(), f.token.expose_secret())).collect();
    assert_eq!(all, [("ws://127.0.0.1:3001", "other"), ("wss://bot.example/ws", "")]);
    assert_eq!(
        env_problems(&[("ZHIBU_ONEBOT_FORWARD_1_URL", "ws://x:1")]),
        ["ZHIBU_ONEBOT_FORWARD_1_URL: number 1 is set, but there is no number 0: they count from 0 without gaps"]
    );
    assert_eq!(
        env_problems(&[("ZHIBU_ONEBOT_FORWARD_0_URL", "http://x:1")]),
        ["ZHIBU_ONEBOT_FORWARD_0_URL: `url`: \"http://x:1\" is no WebSocket address: write ws://HOST:PORT or wss://HOST"]
    );
    assert_eq!(
        problems(&[("bot.toml", "[[onebot.forward]]\ntoken = \"one\"\n")]),
        ["bot.toml:1: `url` is missing: write for example `url = \"ws://127.0.0.1:3001\"`"]
    );
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
            "duties/class.toml:7: `rates`: \"5.001\" is no amount above zero: write yuan with at most two decimals, \"0.2\"",
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

fn stray_files() {
    assert_eq!(
        problems(&[
            ("bot.tom", ""),
            ("dutys/a.toml", REPORT),
            ("duties/b.yaml", ""),
            ("messages/de.ftl", ""),
            ("holidays/next.toml", ""),
            (".git/x", ""),
            ("bot.toml~", "")
        ]),
        [
            "bot.tom: this is no part of the configuration: did you mean `bot.toml`?",
            "duties/b.yaml: files here end in .toml: rename it or take it away",
            "dutys: this is no part of the configuration: did you mean `duties`?",
            "messages/de.ftl: no language of the bot's; there are: zh-CN, en",
            "holidays/next.toml: name the file after its year, such as holidays/2026.toml",
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
    let number = |n: i64| m.say(Lang::Zh, "missing-excused", &[("count", n.into())]);
    assert_eq!(number(1_234_567), "（另有 1234567 位请假或免交，不在其中）");
    assert_eq!(number(i64::MAX), format!("（另有 {} 位请假或免交，不在其中）", i64::MAX));
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
