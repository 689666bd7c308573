//! Chain lists (接龙): one growing document, read whole. How it is laid out is `chain_rows`', what its entries mean
//! `chain_entry`'s.

use super::chain_rows::{Row, rows};
use crate::domain::duty::Measure;
use crate::language::intent::ChainEntry;
use crate::language::text::lex::{self, Is};
use crate::language::text::lexicon::Kind;
use crate::language::text::names;
use crate::language::text::normalise::{normalise, tidy};
use crate::language::text::when::Spoken;
use crate::language::{Around, Grammar, Intent, Meaning};

impl Grammar {
    /// The list, where there is one with at least one entry.
    pub(in crate::language) fn chain(&self, text: &str, around: &Around<'_>) -> Option<Meaning> {
        // Quoted or passed on: somebody else's copy.
        if text.trim_start().starts_with(['「', '『', '“', '"', '>']) {
            return None;
        }
        let (header, rows) = rows(text)?;
        let quiet = Around { addressed: false, ..*around };
        let head = lex::lex(&text[header.clone()], &self.lexicon, &self.units, &quiet);
        let entries: Vec<ChainEntry> = rows.iter().flat_map(|row| self.row(row, &text[row.body.clone()], around)).collect();
        if entries.is_empty() {
            return None;
        }
        let mut why = Vec::new();
        let mut duty = None;
        let mut periods = Vec::new();
        let mut issue = None;
        for token in &head.tokens {
            let span = head.norm.origin(token.start..token.end);
            let span = header.start + span.start..header.start + span.end;
            match &token.is {
                Is::Word(Kind::Duty(d)) if duty.is_none() => {
                    duty = Some(*d);
                    why.push(("duty", span));
                }
                Is::When(Spoken::Periods(found)) => {
                    periods.extend(found.iter().filter(|p| !periods.contains(*p)).copied().collect::<Vec<_>>());
                    why.push(("periods", span));
                }
                Is::Issues(found) if issue.is_none() => {
                    issue = found.first().cloned();
                    why.push(("issue", span));
                }
                // 班费接龙, 报名接龙 are other lists.
                Is::Word(Kind::Other) if duty.is_none() && !around.addressed => return None,
                _ => {}
            }
        }
        if duty.is_none() && head.norm.text.contains("签到") {
            duty = self.only(Measure::Attendance);
        }
        if [
            "报名",
            "意向",
            "预约",
            "预订",
            "点餐",
            "聚餐",
            "拼车",
            "投票",
            "谁参加",
            "谁去",
            "谁来",
            "参加人员",
            "参会人员",
            "想参加",
            "要参加",
            "能参加",
            "能来的",
        ]
        .iter()
        .any(|w| head.norm.text.contains(w))
        {
            return None;
        }
        // The entries may name it instead: 1. 张三 团费0.2.
        let duty = duty.or_else(|| {
            let mut named = entries.iter().map(|e| {
                let lexed = lex::tokens(&normalise(&e.text).text, &self.lexicon, &self.units, &quiet);
                lexed.iter().find_map(|t| if let Is::Word(Kind::Duty(d)) = t.is { Some(d) } else { None })
            });
            let first = named.next().flatten()?;
            named.all(|d| d == Some(first)).then_some(first)
        });
        if duty.is_none() && !around.addressed {
            return None;
        }
        // 第5期, to the bot: of the one duty that has issues.
        let duty = duty.or_else(|| issue.as_ref().and_then(|_| self.only(Measure::Done)));
        why.push(("entries", rows.first().map_or(0, |r| r.body.start)..rows.last().map_or(0, |r| r.body.end)));
        Some(Meaning { intent: Intent::Chain { duty: duty.map(|d| self.key(d)), periods, issue, entries }, why })
    }

    /// Whose entry it is and what it says; of several people in one row (张三、李四 已完成) each says it.
    fn row(&self, row: &Row, raw: &str, around: &Around<'_>) -> Vec<ChainEntry> {
        let body = tidy(raw);
        let body = body.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | ':' | ';' | '-' | '_' | '—'));
        if body.is_empty() {
            return Vec::new();
        }
        let (name, mut rest) = self.name_of(body, around);
        let mut names = vec![name.to_owned()];
        while names.len() < 20 {
            let next = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '、' | ',' | '和' | '与' | '&' | '/' | '+'));
            // 王五 明天交 is one person's, even where 明天 is somebody's name
            let joined = rest.trim_start().starts_with(['、', '和', '与', '&', '/', '+']);
            let apart = |len: &usize| joined || next[*len..].chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '、' | ',' | '和' | '与'));
            match names::exact_at(next, around.names).filter(|len| next.len() < rest.len() && apart(len)) {
                Some(len) => {
                    names.push(next[..len].to_owned());
                    rest = &next[len..];
                }
                None => break,
            }
        }
        let text = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | ':' | ';' | '-' | '_' | '—' | '=' | '|' | '/')).to_owned();
        names.into_iter().map(|name| ChainEntry { n: row.n, name, text: text.clone() }).collect()
    }

    /// The name of an entry and what stands after it: a roster name first of all, after a class or a number or not.
    fn name_of<'t>(&self, body: &'t str, around: &Around<'_>) -> (&'t str, &'t str) {
        let word_end = body.find(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '、' | ';' | '-' | '(' | '—' | '/' | '|')).unwrap_or(body.len());
        // Within the first words, after what is no name: 电信2101-张三, 2101 张三, 1) 张三.
        for (tries, (at, c)) in body.char_indices().enumerate() {
            if tries > 24 || at > 60 {
                break;
            }
            let before = body[..at].chars().next_back();
            let begins = at == 0
                || before.is_some_and(|b| !crate::language::text::normalise::is_han(b) || matches!(b, '班' | '级' | '组' | '号'))
                || !crate::language::text::normalise::is_han(c);
            if begins && let Some(len) = names::exact_at(&body[at..], around.names) {
                return (&body[at..at + len], &body[at + len..]);
            }
        }
        let digits = body.len() - body.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' ' | '、')).len();
        let start = if digits < body.len() { digits } else { 0 };
        if let Some(end) = names::stranger_at(body, start, &self.lexicon) {
            // 已交 and 请假 are no names.
            if self.lexicon.at(body, start).is_none_or(|(kind, e)| e < end || matches!(kind, Kind::Filler)) {
                let end = if word_end > start && word_end < end { word_end } else { end };
                return (&body[start..end], &body[end..]);
            }
        }
        let word_end = if word_end <= start { body.len() } else { word_end };
        (&body[start..word_end], &body[word_end..])
    }
}
