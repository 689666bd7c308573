//! Story: an operator writes configuration, makes mistakes, and is told all of them at once with file and line.

use libtest_mimic::Trial;
use secrecy::ExposeSecret;
use std::collections::BTreeSet;
use std::path::Path;
use zhibu::config::{Config, Env, defaults};
use zhibu::domain::calendar::Period;
use zhibu::domain::duty::{Audience, Measure};
use zhibu::domain::role::{Permission, Role};

pub fn tests() -> Vec<Trial> {
    let all: [(&str, fn()); 11] = [
        ("defaults are sound", defaults_are_sound),
        ("every setting has a comment and an environment variable", settings_agree),
        ("a typo is told with file, line and the right word", typo),
        ("every mistake is told at once", all_at_once),
        ("a file that is no TOML", no_toml),
        ("the environment wins over the files", environment),
        ("secrets come from files and are never repeated", secrets),
        ("an unknown variable is told", unknown_variable),
        ("connections that the environment adds", forward),
        ("files that have no business there", stray_files),
        ("broken files are told, never a panic", broken_files),
    ];
    all.into_iter().map(|(name, test)| crate::support::plain(format!("config: {name}"), test)).collect()
}

/// A folder with these files.
pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

/// The problems of a folder with these files, as an operator reads them, the folder's own path left out.
pub fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let dir = folder(files);
    let found = Config::load(Some(dir.path()), &Env::default()).expect_err("there are mistakes in it");
    let prefix = format!("{}/", dir.path().display());
    found.iter().map(|p| p.to_string().replace(&prefix, "")).collect()
}

fn env_problems(variables: &[(&str, &str)]) -> Vec<String> {
    let found = Config::load(None, &Env::of(variables.iter().copied())).expect_err("there are mistakes in it");
    found.iter().map(ToString::to_string).collect()
}

pub fn load(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Config {
    let dir = folder(files);
    Config::load(Some(dir.path()), &Env::of(variables.iter().copied())).unwrap_or_else(|p| panic!("{p:#?}"))
}

pub fn embedded(name: &str) -> &'static str {
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
        [
            ("0 18 * * THU", &[Audience::Secretary][..]),
            ("0 19 * * SAT", &[Audience::Group]),
            ("0 18 * * SUN", &[Audience::Group, Audience::Secretary]),
            // the weekly return, ten minutes after the week's end
            ("", &[Audience::Secretary]),
        ]
    );
    assert!(!config.roles[&Role::Member].contains(&Permission::ReadPrivate));
    assert!(config.roles[&Role::Secretary].len() == Permission::ALL.len());
    assert!(
        config.roles[&Role::Auditor]
            .iter()
            .all(|p| matches!(p, Permission::ReadOwn | Permission::ReadUnit | Permission::ReadPrivate | Permission::Rank | Permission::Export))
    );
    assert_eq!(config.bot.database_url.expose_secret(), "sqlite:zhibu.db");
    assert_eq!(config.bot.web_bind.to_string(), "127.0.0.1:8765");
    assert!(config.bot.onebot.forward.is_empty() && config.bot.onebot.token.expose_secret().is_empty());
}

fn settings_agree() {
    let mut section = "";
    let mut commented = false;
    let mut keys = BTreeSet::new();
    for line in embedded("bot.toml").lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some((key, value)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            assert!(commented || line.contains("jitter_ms") || line.contains("_bytes") || line.contains("gather_names"), "{line} has no comment above");
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

fn stray_files() {
    assert_eq!(
        problems(&[
            ("bot.tom", ""),
            ("dutys/a.toml", ""),
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

/// Whatever stands in a file, there is an answer and no panic; a load that succeeds is that of sound text.
fn broken_files() {
    use proptest::prelude::*;
    use proptest::test_runner::{Config as Cases, TestRunner};
    let names: Vec<&str> = defaults::FILES.iter().map(|(name, _)| *name).collect();
    let mut runner = TestRunner::new(Cases { cases: 150, failure_persistence: None, ..Cases::default() });
    let damage = (proptest::sample::select(names), any::<prop::sample::Index>(), 0..40_usize, "[ -~\n\"'\\[\\]={}#$团费\u{0}\u{feff}]{0,12}");
    let tried = runner.run(&damage, |(name, at, gone, put)| {
        let text: Vec<char> = embedded(name).chars().collect();
        let at = at.index(text.len());
        let damaged: String = text[..at].iter().copied().chain(put.chars()).chain(text[(at + gone).min(text.len())..].iter().copied()).collect();
        let dir = folder(&[(name, &damaged)]);
        if let Err(problems) = Config::load(Some(dir.path()), &Env::default()) {
            prop_assert!(!problems.is_empty(), "refused without a word: {damaged}");
        }
        Ok(())
    });
    tried.unwrap_or_else(|e| panic!("{e}"));
    let crons = runner.run(&"[0-9*,/\\- ?A-Za-z五]{0,24}", |text| {
        if let Ok(schedule) = zhibu::domain::cron::Schedule::parse(&text) {
            let next = schedule.next_after(0, zhibu::domain::calendar::Zone::default());
            prop_assert!(next.is_none_or(|t| t > 0 && t % 1000 == 0));
        }
        Ok(())
    });
    crons.unwrap_or_else(|e| panic!("{e}"));
}
