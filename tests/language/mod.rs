//! Sentences and what they mean, in tables: `sentences.tsv` as given, `cases.tsv` our own by class, `groups.tsv` as they were
//! written down before the grammar was looked at.

mod answers;
mod chains;
mod properties;

use crate::support;
use libtest_mimic::{Failed, Trial};
use std::io::Cursor;
use zhibu::cli::explain::{Options, explain};
use zhibu::config::{Config, Env};
use zhibu::language::{Grammar, NameList};

/// The grammar of the duties that the binary carries.
pub fn grammar() -> Grammar {
    let config = Config::load(None, &Env::default()).expect("the embedded defaults load");
    Grammar::new(&config.duties, &["小支".to_owned()]).expect("the embedded words compile")
}

/// The roster of the tables.
pub fn names() -> NameList {
    NameList::new(include_str!("names.txt").lines())
}

fn options() -> Options {
    Options { today: "2026-11-22".parse().unwrap(), names: names(), tsv: true, why: false, addressed: false }
}

pub fn tests() -> Vec<Trial> {
    let tables = vec![
        Trial::test("language::sentences", || table(include_str!("sentences.tsv"))),
        Trial::test("language::cases", || table(include_str!("cases.tsv"))),
        Trial::test("language::groups", || table(include_str!("groups.tsv"))),
        support::plain("language::chain_entries", chains::entries),
    ];
    [tables, answers::tests(), properties::tests()].into_iter().flatten().collect()
}

/// Every line of a table through `zhibu explain`, compared as JSON; all that differ are told, with recall and precision.
fn table(text: &str) -> Result<(), Failed> {
    let mut out = Vec::new();
    explain(Cursor::new(text), &mut out, &grammar(), &options())?;
    let [mut right, mut all, mut false_records, mut negatives] = [0; 4];
    let mut wrong = Vec::new();
    let rows = text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    for (row, got) in rows.zip(std::str::from_utf8(&out)?.lines()) {
        let expected: serde_json::Value = serde_json::from_str(row.split('\t').nth(2).ok_or("three columns")?)?;
        let got: serde_json::Value = serde_json::from_str(got)?;
        if expected.as_array().is_some_and(Vec::is_empty) {
            negatives += 1;
            false_records += usize::from(got["intents"] != expected);
        } else {
            all += 1;
            right += usize::from(got["intents"] == expected);
        }
        if got["intents"] != expected {
            wrong.push(format!("{row}\n   got {}", got["intents"]));
        }
    }
    println!("understood {right} of {all}; taken wrongly {false_records} of {negatives}");
    if wrong.is_empty() { Ok(()) } else { Err(format!("{} differ:\n{}", wrong.len(), wrong.join("\n")).into()) }
}
