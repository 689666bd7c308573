//! A rough reading of Rust source, enough for the house's laws: comments and strings apart, imports, messages said.

use regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A regular expression that is known to be one.
pub fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

/// Every file below a folder of the repository with this ending, with its path from the root.
pub fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).unwrap_or_else(|e| panic!("{}: {e}", at.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} has files ending in {ending}");
    found
}

/// The source with comments made blank, and with the insides of strings made blank where `strings` is false. Lines stay.
pub fn code(source: &str, strings: bool) -> String {
    let c: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let blank = |x: char| if x == '\n' { '\n' } else { ' ' };
    let mut i = 0;
    while i < c.len() {
        let rest = &c[i..];
        let raw = raw_string(rest, i.checked_sub(1).map(|j| c[j]));
        let length = match rest {
            ['/', '/', ..] => {
                let n = rest.iter().position(|x| *x == '\n').unwrap_or(rest.len());
                out.extend(rest[..n].iter().map(|x| blank(*x)));
                n
            }
            ['/', '*', ..] => {
                let n = rest.windows(2).skip(2).position(|w| w == ['*', '/']).map_or(rest.len(), |n| n + 4);
                out.extend(rest[..n].iter().map(|x| blank(*x)));
                n
            }
            _ if raw.is_some() || rest[0] == '"' => {
                let n = raw.unwrap_or_else(|| plain_string(rest));
                out.push(rest[0]);
                out.extend(rest[1..n - 1].iter().map(|x| if strings { *x } else { blank(*x) }));
                out.push(rest[n - 1]);
                n
            }
            // a character, not a lifetime
            ['\'', '\\', _, ..] => {
                let n = rest.iter().skip(3).position(|x| *x == '\'').map_or(1, |n| n + 4);
                out.push_str("' '");
                n
            }
            ['\'', _, '\'', ..] => {
                out.push_str("' '");
                3
            }
            _ => {
                out.push(rest[0]);
                1
            }
        };
        i += length;
    }
    out
}

/// The length of the string that begins here.
fn plain_string(rest: &[char]) -> usize {
    let mut n = 1;
    while n < rest.len() && rest[n] != '"' {
        n += if rest[n] == '\\' { 2 } else { 1 };
    }
    (n + 1).min(rest.len())
}

/// The length of the raw string that begins here, where one does.
fn raw_string(rest: &[char], before: Option<char>) -> Option<usize> {
    if rest.first() != Some(&'r') || before.is_some_and(|b| b.is_alphanumeric() && b != 'b' || b == '_') {
        return None;
    }
    let hashes = rest[1..].iter().take_while(|x| **x == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let body = &rest[2 + hashes..];
    let end = (0..body.len()).find(|i| body[*i] == '"' && body[i + 1..].iter().take_while(|x| **x == '#').count() >= hashes)?;
    Some(2 + hashes + end + 1 + hashes)
}

/// The line (from 1) of a byte.
pub fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// `src/store/ledger.rs` → `store`; `src/app.rs` → `app`.
pub fn layer(file: &str) -> &str {
    let inner = file.strip_prefix("src/").unwrap_or(file);
    inner.split('/').next().unwrap_or(inner).trim_end_matches(".rs")
}

/// The top folders that a piece of source names by `crate::`, `zhibu::` or enough `super::`, with the line.
pub fn imports(file: &str, source: &str) -> Vec<(usize, String)> {
    let text = code(source, false);
    let mut found = Vec::new();
    for m in pattern(r"\b(?:crate|zhibu)\s*::\s*(\{|\w+)").captures_iter(&text) {
        let at = m.get(0).unwrap().start();
        if &m[1] == "{" {
            let inner = balanced(&text[m.get(1).unwrap().start()..], '{', '}');
            let mut depth = 0;
            let mut part = String::new();
            for x in inner.chars().chain([',']) {
                match x {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.push((line(&text, at), part.trim().split("::").next().unwrap_or_default().trim().to_owned()));
                        part.clear();
                    }
                    _ => part.push(x),
                }
            }
        } else {
            found.push((line(&text, at), m[1].to_owned()));
        }
    }
    // super::super::store from src/action/report.rs is crate::store
    let depth = file.trim_start_matches("src/").trim_end_matches("/mod.rs").split('/').count();
    for m in pattern(r"\b((?:super\s*::\s*)+)(\w+)").captures_iter(&text) {
        if m[1].matches("super").count() == depth {
            found.push((line(&text, m.get(0).unwrap().start()), m[2].to_owned()));
        }
    }
    found
}

/// The pieces between the commas that stand in no bracket.
fn elements(list: &str) -> Vec<&str> {
    let mut depth = 0;
    let pieces = list.split(|x| {
        match x {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        x == ',' && depth == 0
    });
    pieces.map(str::trim).filter(|p| !p.is_empty()).collect()
}

/// What stands between this opening bracket and its closing one.
pub fn balanced(text: &str, open: char, close: char) -> &str {
    let mut depth = 0;
    for (i, x) in text.char_indices() {
        if x == open {
            depth += 1;
        } else if x == close {
            depth -= 1;
            if depth == 0 {
                return &text[open.len_utf8()..i];
            }
        }
    }
    ""
}

/// The messages that a source says with a literal key: line, key, and the names of the variables that it gives, where
/// they stand beside it.
pub fn said(source: &str) -> Vec<(usize, String, Option<BTreeSet<String>>)> {
    let text = code(source, true);
    let mut found = Vec::new();
    for m in pattern(r#"\b(?:say|tell|word)\(\s*(?:[\w.:()]+\s*,\s*)?"([a-z0-9]+(?:-[a-z0-9]+)*)"\s*(,\s*&\[)?"#).captures_iter(&text) {
        // a closure or a method of that name in the same file may add more of its own
        let before = &text[..m.get(0).unwrap().start()];
        let exact = before.ends_with('.') && !(before.ends_with("self.") && text.contains("fn say("));
        let args = m.get(2).filter(|_| exact).and_then(|list| {
            // names of variables can be told only where each argument is written out here
            let all = elements(balanced(&text[list.end() - 1..], '[', ']'));
            all.iter().map(|a| pattern(r#"^\(\s*"(\w+)"\s*,"#).captures(a).map(|a| a[1].to_owned())).collect()
        });
        found.push((line(&text, m.get(0).unwrap().start()), m[1].to_owned(), args));
    }
    for m in pattern(r#"\bMistake::new\(\s*"([^"]+)"\s*\)"#).captures_iter(&text) {
        let mut args = BTreeSet::new();
        let mut rest = text[m.get(0).unwrap().end()..].trim_start();
        while let Some(with) = rest.strip_prefix(".with") {
            let inner = balanced(with, '(', ')');
            args.extend(pattern(r#"^\s*"(\w+)""#).captures(inner).map(|a| a[1].to_owned()));
            rest = with[inner.len() + 2..].trim_start();
        }
        found.push((line(&text, m.get(0).unwrap().start()), m[1].to_owned(), Some(args)));
    }
    found
}

/// The laws rest on this file: what it must see, and what it must not.
pub fn reading_is_right() -> Vec<String> {
    let source = r##"
use crate::{config::Config, domain::{duty::Duty, money::Fen}, store};
// use crate::platform::x;
/* crate::web */
let a = "crate::cli // no comment"; let b = 'x'; let c: &'static str = r#"crate::app " \"#;
let d = crate :: report::tally(); super::super::action::go(); super::Thing;
"##;
    let found: Vec<(usize, String)> = imports("src/schedule/due.rs", source);
    let names: Vec<(usize, &str)> = found.iter().map(|(n, s)| (*n, s.as_str())).collect();
    assert_eq!(names, [(2, "config"), (2, "domain"), (2, "store"), (6, "report"), (6, "action")]);
    assert_eq!(layer("src/store/ledger.rs"), "store");
    assert_eq!(layer("src/app.rs"), "app");
    let text = code("let s = \"a // b\"; // c\nlet q = '\"'; /* d\n */ e", true);
    assert_eq!(text, "let s = \"a // b\";     \nlet q = ' ';     \n    e");
    let source = r#"
        self.say("hello", &[]); m.say(lang, "missing-names", &[("duty", x(1).into()), ("count", n.into())]);
        Mistake::new("not-owed").with("name", f(g(1))).with("duty", d); say(key, &[]); say("thanks", &[]); cx.say("a-b", &[said, ("c", d)]); messages.say(self.lang, "fault", &args)
    "#;
    let all: Vec<(String, Option<Vec<String>>)> = said(source).into_iter().map(|(_, k, a)| (k, a.map(|a| a.into_iter().collect()))).collect();
    let strings = |all: &[&str]| Some(all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
    assert_eq!(
        all,
        [
            ("hello".to_owned(), strings(&[])),
            ("missing-names".to_owned(), strings(&["count", "duty"])),
            ("thanks".to_owned(), None),
            ("a-b".to_owned(), None),
            ("fault".to_owned(), None),
            ("not-owed".to_owned(), strings(&["duty", "name"])),
        ]
    );
    Vec::new()
}
