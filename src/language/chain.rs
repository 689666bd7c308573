//! Chain lists (接龙): one growing document, read whole. What its entries mean is asked of [`Grammar::entry`].

use super::clause::{self, Done};
use super::intent::ChainEntry;
use super::lex::{self, Is, Lexed};
use super::lexicon::Kind;
use super::normalise::{normalise, tidy};
use super::when::Spoken;
use super::{Around, Grammar, Intent, Meaning, names};
use crate::domain::duty::Measure;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What one entry of a chain list says about the list's duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Done, with what was said beside: as in a report.
    Done {
        /// Fen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount_fen: Option<i64>,
        /// How many.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        count: Option<i64>,
        /// Minutes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<i64>,
        /// Months and the like.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        periods: Vec<crate::domain::calendar::Period>,
        /// The issue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issue: Option<String>,
    },
    /// Not done, or not yet.
    NotDone,
    /// On leave.
    Leave,
    /// There, but late.
    Late,
    /// There, and left before the end.
    LeftEarly,
    /// Just the name: it depends on what the list is for.
    Empty,
    /// Anything else.
    Unclear,
}

/// Whether the raw text says that it is a chain list.
pub(super) fn announced(text: &str) -> bool {
    let end = text.char_indices().nth(400).map_or(text.len(), |(at, _)| at);
    let head = &text[..end];
    if head.contains("接龙") || head.contains("接龍") {
        return true;
    }
    // Group Note, in any width and case.
    head.contains(['g', 'G', 'ｇ', 'Ｇ']) && normalise(head).text.contains("group note")
}

pub(super) struct Row {
    n: u32,
    /// Bytes of the original after the number.
    body: Range<usize>,
}

impl Grammar {
    /// The list, where there is one with at least one entry.
    pub(super) fn chain(&self, text: &str, around: &Around<'_>) -> Option<Meaning> {
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
            let begins =
                at == 0 || before.is_some_and(|b| !super::normalise::is_han(b) || matches!(b, '班' | '级' | '组' | '号')) || !super::normalise::is_han(c);
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

    /// What an entry's text says about the list's duty.
    pub fn entry(&self, duty: Option<&str>, text: &str, around: &Around<'_>) -> Entry {
        // 张三+完成
        let norm = normalise(text.strip_prefix('+').filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(text));
        if norm.text.trim().is_empty() {
            return Entry::Empty;
        }
        if norm.text.len() > 500 {
            return Entry::Unclear;
        }
        let quiet = Around { addressed: false, ..*around };
        let tokens = lex::tokens(&norm.text, &self.lexicon, &self.units, &quiet);
        let lexed = Lexed { norm, tokens };
        let has = |kind: Kind| lexed.tokens.iter().any(|t| t.kind(kind));
        let words = lexed.norm.text.trim();
        if has(Kind::Leave) {
            return if has(Kind::Neg) || has(Kind::Ask) { Entry::Unclear } else { Entry::Leave };
        }
        // 收到 says that the notice was read
        if RECEIPTS.contains(&words.trim_matches(|c: char| !c.is_alphanumeric())) {
            return Entry::Unclear;
        }
        if ABSENT.iter().any(|w| words.contains(w)) {
            return Entry::NotDone;
        }
        let index = duty.and_then(|key| self.duties.iter().position(|d| d.key == key)).and_then(|i| u8::try_from(i).ok());
        let measure = index.map_or(Measure::Done, |d| self.measure(d));
        if measure == Measure::Attendance && (has(Kind::Late) || has(Kind::Early)) {
            let to_come = ["要", "会", "可能", "得先", "想", "估计"].iter().any(|w| words.contains(w));
            return match (to_come, has(Kind::Late)) {
                (true, _) => Entry::Unclear,
                (false, true) => Entry::Late,
                (false, false) => Entry::LeftEarly,
            };
        }
        if has(Kind::Neg) || has(Kind::Plan) || has(Kind::Partial) {
            return Entry::NotDone;
        }
        if has(Kind::Ask) || has(Kind::Cond) || has(Kind::Joke) || has(Kind::Other) {
            return Entry::Unclear;
        }
        let seen = clause::see(&lexed.tokens, &lexed.norm.text, &self.lexicon, &quiet);
        let number = lexed.tokens.iter().find_map(|t| if let Is::Number(n) = t.is { Some(n) } else { None });
        let amount_fen =
            seen.details.sum.or_else(|| number.filter(|_| measure == Measure::Money).and_then(|n| n.checked_mul(100))).filter(|_| measure == Measure::Money);
        let count = seen.details.count.or(number).filter(|_| measure == Measure::Count);
        let minutes = seen.details.minutes.filter(|_| measure == Measure::Minutes);
        if seen.blocked {
            return Entry::NotDone;
        }
        // In a list of sums the sum says it; 1 and +1 say it too.
        let there = lexed.norm.text.trim_start_matches(['已', '实']);
        let here = measure == Measure::Attendance && ["到", "出勤", "出席", "在场"].iter().any(|w| there.starts_with(w));
        let said = here
            || matches!(seen.done, Done::Whole | Done::Verb(_))
            || has(Kind::Mark)
            || has(Kind::Already)
            || amount_fen.is_some()
            || count.is_some()
            || minutes.is_some()
            || super::bare(text)
            || !seen.details.is_empty();
        if !said || seen.them && !seen.me {
            return Entry::Unclear;
        }
        Entry::Done { amount_fen, count, minutes, periods: seen.details.periods.clone(), issue: seen.details.issues.first().cloned() }
    }
}

/// Entries that only say that something was read.
const RECEIPTS: &[&str] = &["收到", "已收到", "收到了", "知道了", "已阅", "已知悉", "知悉", "已读", "明白", "了解", "好的", "好"];
/// Not there.
const ABSENT: &[&str] = &["缺勤", "缺席", "缺课", "旷课", "旷会", "未到", "没到", "没来", "不来", "不参加", "未参加", "没参加", "去不了", "来不了"];

/// Splits into the header and the numbered rows; bytes of the original.
pub(super) fn rows(text: &str) -> Option<(Range<usize>, Vec<Row>)> {
    let mut rows: Vec<Row> = Vec::new();
    let mut header_end = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let lead = line.len() - line.trim_start_matches(is_space).len();
        if let Some((n, len)) = number(&line[lead..], rows.is_empty()) {
            header_end.get_or_insert(start);
            let body = start + lead + len..start + line.trim_end().len().max(lead + len);
            // Two entries that slipped into one line.
            let more = marks(&text[body.clone()], n);
            let first_end = more.first().map_or(body.end, |(_, m)| body.start + m.start);
            rows.push(Row { n, body: body.start..first_end });
            rows.extend(between(&more, body.len()).into_iter().map(|r| Row { n: r.n, body: body.start + r.body.start..body.start + r.body.end }));
        } else if let Some(last) = rows.last_mut().filter(|last| !line.trim().is_empty() && text[last.body.clone()].trim().is_empty()) {
            // The number alone on its line.
            last.body.end = start + line.trim_end().len();
        }
    }
    if rows.len() <= 1
        && let Some(found) = on_one_line(text)
    {
        return Some(found);
    }
    rows.dedup_by(|b, a| a.body == b.body);
    header_end.map(|end| (0..end, rows))
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{200B}' || c == '\u{FEFF}'
}

/// `1.`, `2、`, `3)`, `4．`, `⑤`, `6 ` before a name: the number and its bytes.
fn number(line: &str, first: bool) -> Option<(u32, usize)> {
    if let Some(c) = line.chars().next().filter(|c| ('①'..='⑳').contains(c)) {
        return Some((c as u32 - '①' as u32 + 1, c.len_utf8()));
    }
    let mut n: u32 = 0;
    let mut len = 0;
    let mut count = 0;
    for c in line.chars() {
        let value = match c {
            '0'..='9' => c as u32 - '0' as u32,
            '０'..='９' => c as u32 - '０' as u32,
            _ => break,
        };
        count += 1;
        if count > 4 {
            return None;
        }
        n = n * 10 + value;
        len += c.len_utf8();
    }
    if count == 0 || n == 0 {
        return None;
    }
    let rest = line[len..].trim_start_matches(['\u{FE0F}', '\u{20E3}']);
    len = line.len() - rest.len();
    let mark = rest.chars().next()?;
    if matches!(mark, '.' | '．' | '、' | ')' | '）' | ',' | '，' | ':' | '：' | '。') {
        let after = &rest[mark.len_utf8()..];
        // 0.2 and 1.20 are sums, 20:00 is a time.
        let next = after.trim_start_matches(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c));
        // 10、11月团费 and 11.22日 are titles
        let dated = next.len() < after.len() && (next.starts_with(['月', '期', '季', '周', '年']) || n > 1 && next.starts_with(['日', '号']));
        // 11.22团日活动, where no list begins with the eleventh
        let day = first && n > 1 && n <= 12 && matches!(mark, '.' | '．') && (1..=2).contains(&(after.len() - next.len())) && !next.starts_with(is_space);
        if dated || day {
            return None;
        }
        let value = matches!(mark, '.' | '．' | ':' | '：') && after.starts_with(|c: char| c.is_ascii_digit()) && !after.chars().any(super::normalise::is_han);
        return (!value).then_some((n, len + mark.len_utf8()));
    }
    let gap = rest.len() - rest.trim_start_matches([' ', '\t', '\u{3000}']).len();
    let name = rest[gap..].chars().next().is_some_and(super::normalise::is_han);
    let unit = rest[gap..].starts_with(['月', '日', '号', '年', '期', '个', '元', '毛', '块', '人', '位', '点', '周', '季']);
    (name && gap > 0 && !unit).then_some((n, len + gap))
}

/// All on one line: `#接龙 本周大学习 1.张三 已完成 2.李四 已完成`.
fn on_one_line(text: &str) -> Option<(Range<usize>, Vec<Row>)> {
    let mut marks = marks(text, 0);
    if marks.is_empty() && announced(text) {
        marks = bare_marks(text);
    }
    let first = marks.first()?.1.start;
    Some((0..first, between(&marks, text.len())))
}

/// 1张三 2李四 3王五: numbers after a space, one after the other from 1, each before a name; at least two.
fn bare_marks(text: &str) -> Vec<(u32, Range<usize>)> {
    let mut found: Vec<(u32, Range<usize>)> = Vec::new();
    let mut next = 1_u32;
    for (at, _) in text.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
        let begins = text[..at].chars().next_back().is_none_or(|b| is_space(b) || matches!(b, ',' | '，' | ';' | '；' | ':' | '：'));
        let rest = text[at + digits..].trim_start_matches(is_space);
        let unit = rest.starts_with(['月', '日', '号', '年', '期', '个', '元', '毛', '块', '人', '位', '点', '周', '季', '班', '级']);
        if begins && !unit && rest.starts_with(super::normalise::is_han) && text[at..at + digits].parse() == Ok(next) {
            found.push((next, at..at + digits));
            next += 1;
        }
    }
    if found.len() > 1 { found } else { Vec::new() }
}

/// The numbers within a text that begin entries, rising from `last`: with a point and a name after them.
fn marks(text: &str, mut last: u32) -> Vec<(u32, Range<usize>)> {
    let mut found = Vec::new();
    let mut skip_to = 0;
    let is_digit = |c: &char| c.is_ascii_digit() || ('０'..='９').contains(c);
    for (at, c) in text.char_indices() {
        if at < skip_to || !is_digit(&c) {
            continue;
        }
        let before = text[..at].chars().next_back();
        let digits = text[at..].chars().take_while(is_digit).map(char::len_utf8).sum::<usize>();
        skip_to = at + digits;
        if before.is_some_and(|b| b == '.' || b == '．') {
            continue;
        }
        let Some((n, len)) = number(&text[at..], false) else { continue };
        let dotted = text[at + digits..].starts_with(['.', '．', '、', ')', '）']);
        let named = text[at + len..].trim_start().starts_with(super::normalise::is_han);
        if dotted && named && n > last && n <= last.saturating_add(20) {
            found.push((n, at..at + len));
            last = n;
        }
    }
    found
}

fn between(marks: &[(u32, Range<usize>)], end: usize) -> Vec<Row> {
    let ends = marks.iter().skip(1).map(|(_, r)| r.start).chain(std::iter::once(end));
    marks.iter().zip(ends).map(|((n, mark), end)| Row { n: *n, body: mark.end..end.max(mark.end) }).collect()
}
