//! `zhibu explain`: how the bot reads a line, so that a secretary can see why it did not react. Pure: lines in, JSON out.
//!
//! The command line is wired up by `main`; the reading itself is `language`.

use crate::language::{Around, Grammar, Meaning, NameList};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::io::{BufRead, Error, ErrorKind, Result, Write};

/// How to explain.
#[derive(Debug)]
pub struct Options {
    /// The date to read from.
    pub today: NaiveDate,
    /// The roster's names.
    pub names: NameList,
    /// Lines are `ADDRESSED<tab>JSON-string` (0 or 1), not plain text; lines that begin with `#` are passed over.
    pub tsv: bool,
    /// Show which words gave what.
    pub why: bool,
    /// Plain lines are read as said to the bot.
    pub addressed: bool,
}

/// Reads lines and writes one JSON object a line: `{"text":…,"intents":[…]}`, with `why` where asked for.
///
/// # Errors
/// Reading or writing fails, or a `--tsv` line is none (its number is told).
pub fn explain(lines: impl BufRead, mut out: impl Write, grammar: &Grammar, options: &Options) -> Result<()> {
    for (number, line) in lines.split(b'\n').enumerate() {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        let line = line.strip_suffix('\r').unwrap_or(&line);
        let (addressed, text) = if options.tsv {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            parse(line)
                .ok_or_else(|| Error::new(ErrorKind::InvalidData, format!("line {}: write ADDRESSED<tab>JSON-string, like 1<tab>\"谁没交团费\"", number + 1)))?
        } else {
            (options.addressed, line.to_owned())
        };
        let around = Around { today: options.today, addressed, names: &options.names };
        let found = grammar.understand(&text, &around);
        writeln!(out, "{}", shown(&text, &found, options.why)?)?;
    }
    out.flush()
}

fn parse(line: &str) -> Option<(bool, String)> {
    let mut columns = line.split('\t');
    let addressed = match columns.next()? {
        "0" => false,
        "1" => true,
        _ => return None,
    };
    Some((addressed, serde_json::from_str(columns.next()?).ok()?))
}

/// One line of the answer.
fn shown(text: &str, found: &[Meaning], why: bool) -> Result<String> {
    // Written piece by piece, for the order of the keys.
    let intents: Vec<_> = found.iter().map(|m| &m.intent).collect();
    let mut line = format!("{{\"text\":{},\"intents\":{}", serde_json::to_string(text)?, serde_json::to_string(&intents)?);
    if why {
        let all: Vec<Vec<Value>> = found
            .iter()
            .map(|m| {
                m.why
                    .iter()
                    .map(|(what, range)| json!({"key": what, "from": range.start, "to": range.end, "words": text.get(range.clone()).unwrap_or("")}))
                    .collect()
            })
            .collect();
        line.push_str(",\"why\":");
        line.push_str(&serde_json::to_string(&all)?);
    }
    line.push('}');
    Ok(line)
}
