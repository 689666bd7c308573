//! How a chain list is laid out: a header, then numbered rows, on lines of their own or all on one.

use crate::language::text::normalise::{is_han, normalise};
use std::ops::Range;

/// Whether the raw text says that it is a chain list.
pub(in crate::language) fn announced(text: &str) -> bool {
    let end = text.char_indices().nth(400).map_or(text.len(), |(at, _)| at);
    let head = &text[..end];
    if head.contains("接龙") || head.contains("接龍") {
        return true;
    }
    // Group Note, in any width and case.
    head.contains(['g', 'G', 'ｇ', 'Ｇ']) && normalise(head).text.contains("group note")
}

/// A row: its number, and the bytes of the original after it.
pub(in crate::language) struct Row {
    pub n: u32,
    /// Bytes of the original after the number.
    pub body: Range<usize>,
}

/// Splits into the header and the numbered rows; bytes of the original.
pub(in crate::language) fn rows(text: &str) -> Option<(Range<usize>, Vec<Row>)> {
    let mut rows: Vec<Row> = Vec::new();
    let mut header_end = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let lead = line.len() - line.trim_start_matches(is_space).len();
        let glued = || glued(&line[lead..], rows.last().map_or(0, |r| r.n));
        if let Some((n, len)) = number(&line[lead..], rows.is_empty()).or_else(glued) {
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
        let value = matches!(mark, '.' | '．' | ':' | '：') && after.starts_with(|c: char| c.is_ascii_digit()) && !after.chars().any(is_han);
        return (!value).then_some((n, len + mark.len_utf8()));
    }
    let gap = rest.len() - rest.trim_start_matches([' ', '\t', '\u{3000}']).len();
    let name = rest[gap..].chars().next().is_some_and(is_han);
    let unit = week(&rest[gap..]) || rest[gap..].starts_with(['月', '日', '号', '年', '期', '个', '元', '毛', '块', '人', '位', '点', '季']);
    (name && gap > 0 && !unit).then_some((n, len + gap))
}

/// 47周, 3周大学习; 周杰 is somebody.
fn week(rest: &str) -> bool {
    rest.strip_prefix('周').is_some_and(|r| !r.starts_with(is_han) || r.starts_with(['的', '大', '青', '团', '主', '本', '前', '内', '末', '第', '网']))
}

/// `4孙七`: a number next to a name, where numbers rise.
fn glued(line: &str, last: u32) -> Option<(u32, usize)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let n = line[..digits].parse().ok().filter(|n| digits <= 3 && (last + 1..=last.saturating_add(if last == 0 { 1 } else { 20 })).contains(n))?;
    let rest = &line[digits..];
    let unit = week(rest) || rest.starts_with(|c| "月日号年期个元毛块人位点季班级组届队连楼区次遍天分小门节本份条只名篇".contains(c));
    (rest.starts_with(is_han) && !unit).then_some((n, digits))
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
        let unit = week(rest) || rest.starts_with(['月', '日', '号', '年', '期', '个', '元', '毛', '块', '人', '位', '点', '季', '班', '级']);
        if begins && !unit && rest.starts_with(is_han) && text[at..at + digits].parse() == Ok(next) {
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
        let named = text[at + len..].trim_start().starts_with(is_han);
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
