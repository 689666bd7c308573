//! The house's own laws, read from its source: which way imports point, how long a file may be, where time comes
//! from, that every word said exists in both languages, that every configuration file is in the binary.

use crate::support::source::{code, files, imports, layer, line, pattern, reading_is_right, root, said};
use libtest_mimic::{Failed, Trial};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use zhibu::config::defaults;
use zhibu::config::messages::{Messages, shapes_of};

pub fn tests() -> Vec<Trial> {
    let all: [(&str, Law); 11] = [
        ("imports point down", imports_point_down),
        ("every source file is declared", every_file_is_declared),
        ("files are short", files_are_short),
        ("the page on adding a platform is true", platforms_page),
        ("time and randomness come from effects", effects_only),
        ("lints are expected, not allowed, and nothing is left for later", nothing_hidden),
        ("both languages say the same", languages_agree),
        ("every message that is said exists, with its variables", messages_exist),
        ("every configuration file is in the binary", all_embedded),
        ("SQL asks no clock and stays in the store", sql_in_the_store),
        ("the reading of source is right", reading_is_right),
    ];
    let judge = |broken: Vec<String>| if broken.is_empty() { Ok(()) } else { Err(Failed::from(broken.join("\n"))) };
    all.into_iter().map(|(name, law)| Trial::test(format!("laws: {name}"), move || judge(law()))).collect()
}

/// Every place where it is broken, in words.
type Law = fn() -> Vec<String>;

/// What each top folder (or file) of src/ may import. `effects`, `metrics` and `hosts` are leaves.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("effects", &[]),
    ("metrics", &[]),
    ("hosts", &[]),
    ("domain", &["error"]),
    ("config", &["domain", "error", "effects"]),
    ("language", &["config", "domain", "error", "effects"]),
    ("report", &["config", "domain", "error", "effects"]),
    ("store", &["config", "domain", "error", "effects", "metrics"]),
    ("intake", &["config", "domain", "error", "effects", "metrics"]),
    ("action", &["language", "report", "store", "intake", "config", "domain", "error", "effects", "metrics"]),
    // platforms hand over `Incoming` and take `Outgoing`: they see neither store nor language, nor what is done with it
    ("platform", &["config", "domain", "error", "effects", "metrics", "hosts"]),
    ("schedule", &["action", "language", "report", "store", "intake", "config", "domain", "error", "effects", "metrics"]),
    ("web", &["action", "language", "report", "store", "intake", "config", "domain", "error", "effects", "metrics", "hosts"]),
    ("app", &["platform", "schedule", "web", "action", "language", "report", "store", "intake", "config", "domain", "error", "effects", "metrics", "hosts"]),
    (
        "cli",
        &["app", "platform", "schedule", "web", "action", "language", "report", "store", "intake", "config", "domain", "error", "effects", "metrics", "hosts"],
    ),
    ("main", &["cli"]),
];

fn imports_point_down() -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut broken = Vec::new();
    let mut edges = 0;
    for (file, source) in files("src", ".rs") {
        let from = layer(&file);
        if from == "lib" {
            continue;
        }
        let Some(may) = allowed.get(from) else {
            broken.push(format!("{file}: {from} has no place in the order of the house (tests/laws.rs)"));
            continue;
        };
        for (line, to) in imports(&file, &source) {
            if allowed.contains_key(to.as_str()) && to != from {
                edges += 1;
                if !may.contains(&to.as_str()) {
                    broken.push(format!("{file}:{line}: {from} may not import {to}"));
                }
            }
        }
    }
    assert!(edges > 30, "only {edges} imports were seen: the law reads nothing");
    broken
}

fn every_file_is_declared() -> Vec<String> {
    let all: BTreeMap<String, String> = files("src", ".rs").into_iter().collect();
    let declared = pattern(r"(?m)^\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;");
    let mut reached: BTreeSet<String> = ["src/lib.rs", "src/main.rs"].map(str::to_owned).into();
    let mut todo: Vec<String> = reached.iter().cloned().collect();
    while let Some(file) = todo.pop() {
        let path = Path::new(&file);
        let own = matches!(path.file_stem().and_then(|s| s.to_str()), Some("lib" | "main" | "mod"));
        let folder = if own { path.parent().unwrap().to_owned() } else { path.with_extension("") };
        for m in declared.captures_iter(&code(&all[&file], false)) {
            let folder = folder.to_string_lossy().replace('\\', "/");
            for name in [format!("{folder}/{}.rs", &m[1]), format!("{folder}/{}/mod.rs", &m[1])] {
                if all.contains_key(&name) && reached.insert(name.clone()) {
                    todo.push(name);
                }
            }
        }
    }
    all.keys().filter(|f| !reached.contains(*f)).map(|f| format!("{f}: no `mod` line declares it, so nobody compiles it")).collect()
}

/// Lines that are neither blank nor a comment.
fn lines(source: &str) -> usize {
    code(source, true).lines().filter(|l| !l.trim().is_empty()).count()
}

/// The table of the smallest platform names each of its files with its length, a tenth more or less, and no other is smaller.
fn platforms_page() -> Vec<String> {
    let mut folders: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (file, source) in files("src/platform", ".rs") {
        if let [_, _, folder, name] = file.split('/').collect::<Vec<_>>()[..] {
            folders.entry(folder.to_owned()).or_default().insert(name.trim_end_matches(".rs").to_owned(), lines(&source));
        }
    }
    let page = std::fs::read_to_string(root().join("src/platform/mod.rs")).unwrap();
    let rows = pattern(r"(?m)^//! \| `(\w+)` \| [^|]+ \| (\d+) \|$");
    let told: BTreeMap<String, usize> = rows.captures_iter(&page).map(|m| (m[1].to_owned(), m[2].parse().unwrap())).collect();
    let real = &folders["webchat"];
    let mut broken = Vec::new();
    for name in real.keys().chain(told.keys()).collect::<BTreeSet<_>>() {
        match (real.get(name), told.get(name)) {
            (Some(real), Some(told)) if real.abs_diff(*told) <= 10.max(real / 10) => {}
            (real, told) => broken.push(format!("src/platform/mod.rs: the page says {told:?} of webchat's `{name}`, which has {real:?} lines of code")),
        }
    }
    let smallest = folders.iter().min_by_key(|(_, files)| files.values().sum::<usize>()).map(|(folder, _)| folder.as_str());
    if smallest != Some("webchat") {
        broken.push(format!("src/platform/mod.rs: webchat is not the smallest any more: {smallest:?} is"));
    }
    broken
}

fn files_are_short() -> Vec<String> {
    let all: Vec<(usize, String)> = files("src", ".rs").into_iter().chain(files("tests", ".rs")).map(|(f, s)| (lines(&s), f)).collect();
    for (n, file) in all.iter().filter(|(n, _)| *n > 400) {
        println!("long: {file} has {n} lines of code (aim at 400)");
    }
    all.into_iter().filter(|(n, _)| *n > 600).map(|(n, file)| format!("{file}: {n} lines of code, over 600: split it by subject")).collect()
}

/// Lines of the source where the pattern stands.
fn hits(folder: &str, what: &Regex, except: &[&str], why: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (file, source) in files(folder, ".rs").into_iter().filter(|(f, _)| !except.contains(&f.as_str())) {
        let text = code(&source, false);
        found.extend(what.find_iter(&text).map(|m| format!("{file}:{}: `{}`: {why}", line(&text, m.start()), m.as_str())));
    }
    found
}

fn effects_only() -> Vec<String> {
    let clock = pattern(r"\b(?:Utc|Local|SystemTime)\s*::\s*now\b|\bgetrandom\s*::|\brand\s*::|\bthread_rng\b|\bfrom_entropy\b");
    let mut broken = hits("src", &clock, &["src/effects.rs"], "time, ids and randomness come from effects");
    let machine = pattern(r"\bSystemTime\b|\bInstant\s*::\s*now\b|\bthread\s*::\s*sleep\b");
    for thinking in ["domain", "language"] {
        broken.extend(hits(&format!("src/{thinking}"), &machine, &[], "here it is only thought: no clock, no waiting"));
    }
    let io = pattern(r"\bstd\s*::\s*(?:fs|net|env|process)\b|\btokio\s*::|\bsqlx\s*::|\breqwest\s*::");
    for thinking in ["domain", "language"] {
        broken.extend(hits(&format!("src/{thinking}"), &io, &[], "here it is only thought: no input or output"));
    }
    broken.extend(hits("tests", &pattern(r"\bthread\s*::\s*sleep\b|\btime\s*::\s*sleep\b"), &[], "tests wait for events, not for time"));
    broken
}

fn nothing_hidden() -> Vec<String> {
    let allow = pattern(r"#!?\[\s*allow\s*\(|#\[\s*cfg_attr\([^\]]*\ballow\s*\(");
    let later = pattern(r"\b(?:todo|unimplemented)!|#\[\s*ignore\b");
    let mut broken = Vec::new();
    for folder in ["src", "tests"] {
        broken.extend(hits(folder, &allow, &[], "write #[expect(lint, reason = \"…\")]"));
        broken.extend(hits(folder, &later, &[], "finish it"));
        for (file, source) in files(folder, ".rs") {
            // put together here, so that this file does not break its own law
            let mark = ["FIX", "ME"].concat();
            broken.extend(source.lines().enumerate().filter(|(_, l)| l.contains(&mark)).map(|(n, _)| format!("{file}:{}: finish it", n + 1)));
        }
    }
    broken
}

fn languages_agree() -> Vec<String> {
    let [zh, en] = ["messages/zh-CN.ftl", "messages/en.ftl"].map(|name| (name, shapes_of(defaults::text(name).unwrap())));
    let mut broken = Vec::new();
    for ((_, here), (there_name, there)) in [(&zh, &en), (&en, &zh)] {
        for (key, variables) in here {
            match there.get(key) {
                None => broken.push(format!("bot-config/{there_name}: `{key}` is missing")),
                Some(other) if other != variables => {
                    broken.push(format!("bot-config/{there_name}: `{key}` has the variables {other:?}, elsewhere {variables:?}"));
                }
                Some(_) => {}
            }
        }
    }
    // one text, key by key: a line that is no message would be lost in silence
    for (name, shapes) in [&zh, &en] {
        let text = defaults::text(name).unwrap();
        let heads: Vec<&str> =
            text.lines().filter_map(|l| l.split_once(" =").map(|(k, _)| k)).filter(|k| !k.is_empty() && !k.starts_with([' ', '#', '.'])).collect();
        let mut seen = BTreeSet::new();
        for key in heads {
            if !seen.insert(key) {
                broken.push(format!("bot-config/{name}: `{key}` is there twice"));
            }
            if !shapes.contains_key(key) {
                broken.push(format!("bot-config/{name}: `{key}` can't be read"));
            }
        }
    }
    broken
}

fn messages_exist() -> Vec<String> {
    let messages = Messages::embedded();
    let shapes = messages.shapes();
    let mut broken = Vec::new();
    let mut count = 0;
    for (file, source) in files("src", ".rs").into_iter().filter(|(f, _)| !f.starts_with("src/config/")) {
        for (line, key, args) in said(&source) {
            count += 1;
            match (shapes.get(&key), args) {
                (None, _) => broken.push(format!("{file}:{line}: there is no message `{key}` in bot-config/messages")),
                (Some(variables), Some(args)) if !variables.is_subset(&args) => {
                    let missing: Vec<&String> = variables.difference(&args).collect();
                    broken.push(format!("{file}:{line}: the message `{key}` wants {missing:?} as well"));
                }
                _ => {}
            }
        }
    }
    // a key that is chosen first and said later: whatever looks like a key in action's and report's code is one
    let looks_like = pattern(r#""([a-z]+(?:-[a-z0-9]+)+)""#);
    let mut chosen = BTreeSet::new();
    for (file, source) in files("src", ".rs") {
        let text = code(&source, true);
        for m in looks_like.captures_iter(&text) {
            let known = shapes.contains_key(&m[1]);
            if !known && ["action", "report"].contains(&layer(&file)) {
                broken.push(format!("{file}:{}: there is no message `{}` in bot-config/messages", line(&text, m.get(0).unwrap().start()), &m[1]));
            }
            chosen.insert(m[1].to_owned());
        }
    }
    for key in shapes.keys().filter(|key| key.contains('-') && !chosen.contains(*key)) {
        println!("unsaid: bot-config/messages has `{key}`, which nothing says");
    }
    broken.sort();
    broken.dedup();
    assert!(count > 20, "only {count} messages were seen: the law reads nothing");
    broken
}

fn all_embedded() -> Vec<String> {
    let listed: BTreeMap<&str, &str> = defaults::FILES.iter().copied().collect();
    let on_disk = files("bot-config", "");
    let mut broken: Vec<String> = on_disk
        .iter()
        .filter(|(file, text)| listed.get(file.trim_start_matches("bot-config/")) != Some(&text.as_str()))
        .map(|(file, _)| format!("{file}: list it in src/config/defaults.rs"))
        .collect();
    if listed.len() != on_disk.len() {
        broken.push(format!("{} files in bot-config/, {} listed", on_disk.len(), listed.len()));
    }
    broken
}

fn sql_in_the_store() -> Vec<String> {
    let mut broken = hits("src", &pattern(r"\bsqlx\s*::\s*(?:query|query_as|query_scalar|raw_sql|QueryBuilder)\b"), &[], "SQL belongs to src/store");
    broken.retain(|b| !b.starts_with("src/store/"));
    let clock = pattern(r"(?i)\bnow\s*\(\s*\)|\bcurrent_(?:timestamp|date|time)\b|\bdatetime\s*\(\s*'now'|\brandom\s*\(\s*\)");
    for (file, source) in files("src/store", ".rs") {
        let text = code(&source, true);
        for string in pattern(r#"(?s)"[^"]*(?:SELECT|INSERT|UPDATE|DELETE)\b[^"]*""#).find_iter(&text) {
            broken.extend(clock.find(string.as_str()).map(|m| format!("{file}:{}: `{}`: the instant is an argument", line(&text, string.start()), m.as_str())));
        }
    }
    if root().join("migrations").is_dir() {
        for (file, text) in files("migrations", ".sql") {
            broken.extend(clock.find(&text).map(|m| format!("{file}:{}: `{}`: the instant is an argument", line(&text, m.start()), m.as_str())));
        }
    }
    broken
}
