//! A plan as a person reads it before it is applied: counts at the head, then line by line, what needs a person first.

use super::Phrase;
use super::plan::{Kind, Line, Plan};
use crate::config::messages::{Lang, Messages, Value};

/// The plan in words, at most `most` lines of detail; what is left out is counted.
pub fn text(plan: &Plan, messages: &Messages, lang: Lang, most: usize) -> String {
    let mut out = vec![head(plan, messages, lang)];
    out.extend(plan.notes.iter().map(|note| note.say(messages, lang)));
    let shown = plan.lines.iter().take(most).map(|line| say(line, messages, lang));
    out.extend(shown);
    if plan.lines.len() > most {
        out.push(Phrase::new("roster-preview-more").count("count", plan.lines.len() - most).say(messages, lang));
    }
    out.join("\n")
}

/// The counts, in one line; a plan without changes says so.
pub fn head(plan: &Plan, messages: &Messages, lang: Lang) -> String {
    let c = plan.counts;
    let parts = [
        ("roster-count-added", c.added),
        ("roster-count-updated", c.updated),
        ("roster-count-moved", c.moved),
        ("roster-count-same", c.same),
        ("roster-count-questions", c.questions),
        ("roster-count-errors", c.errors),
    ];
    let said: Vec<Phrase> = parts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| Phrase::new(key).count("count", n)).collect();
    let key = if plan.is_empty() { "roster-preview-nothing" } else { "roster-preview-head" };
    Phrase::new(key).count("rows", c.rows).list("counts", said).say(messages, lang)
}

fn say(line: &Line, messages: &Messages, lang: Lang) -> String {
    let what = line.what.say(messages, lang);
    if line.line == 0 {
        return what;
    }
    let key = match line.kind {
        Kind::Error => "roster-line-error",
        Kind::Question => "roster-line-question",
        Kind::Warning => "roster-line-warning",
        _ => "roster-line-plain",
    };
    messages.say(
        lang,
        key,
        &[
            ("line", Value::from(line.line.to_string())),
            ("named", Value::from(if line.name.is_empty() { "no" } else { "yes" })),
            ("name", Value::from(&line.name)),
            ("what", Value::from(what)),
        ],
    )
}
