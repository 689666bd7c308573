//! csv in the encodings and with the separators that people really have: UTF-8 with or without a mark, GBK, UTF-16 with
//! a mark; comma, tab, semicolon.

use super::sheet::{Cell, Limits, Row, Table};
use crate::error::Mistake;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8};

/// Reads the one table.
///
/// # Errors
/// A mistake where it is no text, a web page, or too long.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Table, Mistake> {
    let text = decode(bytes).ok_or_else(|| Mistake::new("roster-file-unreadable"))?;
    let start: String = text.trim_start().chars().take(200).collect::<String>().to_lowercase();
    if ["<html", "<!doctype", "<table", "<?xml", "<head", "<meta"].iter().any(|tag| start.starts_with(tag)) {
        return Err(Mistake::new("roster-file-web-page"));
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator(&text)).from_reader(text.as_bytes());
    let mut table = Table::default();
    let (mut cells_left, mut line) = (limits.cells, 0);
    for record in reader.records() {
        // The text is UTF-8 and lengths may differ: there is nothing that csv could refuse.
        let record = record.map_err(|_| Mistake::new("roster-file-unreadable"))?;
        line += 1 + record.position().map_or(0, |p| blank_lines(&text, usize::try_from(p.byte()).unwrap_or(usize::MAX)));
        let mut cells: Vec<Cell> = record.iter().take(limits.columns).map(|field| Cell::text(field, limits.text)).collect();
        cells.truncate(cells.iter().rposition(|c| !c.is_blank()).map_or(0, |last| last + 1));
        if cells.is_empty() {
            continue;
        }
        cells_left = cells_left.checked_sub(cells.len()).ok_or_else(|| too_long(limits))?;
        table.rows.push(Row { line, cells });
        if table.rows.len() > limits.rows {
            return Err(too_long(limits));
        }
    }
    Ok(table)
}

/// Blank lines from this byte on, which csv skips without a word and a spreadsheet counts as rows.
fn blank_lines(text: &str, at: usize) -> usize {
    let Some((before, rest)) = text.split_at_checked(at) else { return 0 };
    // The end of the record before may lie on either side.
    let rest = if before.ends_with('\r') { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
    let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    let (feeds, returns) = (rest[..blank].matches('\n').count(), rest[..blank].matches('\r').count());
    feeds.max(returns)
}

/// The mistake of a table with too many rows or cells.
pub(super) fn too_long(limits: &Limits) -> Mistake {
    Mistake::new("roster-file-long").with("limit", limits.rows.to_string())
}

/// The text; none where it is not text in any encoding that fits.
fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]).map(std::borrow::Cow::into_owned);
    }
    if bytes.contains(&0) {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Allow);
    // GBK first: what a Chinese Excel writes; short lists mislead a detector, and its guess is only a second try.
    let text = [UTF_8, GB18030, guess].into_iter().find_map(|e| e.decode_without_bom_handling_and_without_replacement(bytes))?;
    let odd = text.chars().filter(|c| c.is_control() && !c.is_ascii_whitespace()).count();
    (odd * 50 <= text.len()).then(|| text.into_owned())
}

/// Comma, tab or semicolon: whichever stands most often in the first lines.
fn separator(text: &str) -> u8 {
    let head: String = text.lines().take(30).collect();
    let count = |c: char| head.matches(c).count();
    [(',', b','), ('\t', b'\t'), (';', b';')].into_iter().max_by_key(|(c, byte)| (count(*c), *byte == b',')).map_or(b',', |(_, byte)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
        let table = read(bytes, &Limits::default()).unwrap();
        table.rows.iter().map(|r| r.cells.iter().map(|c| c.text.clone()).collect()).collect()
    }

    #[test]
    fn encodings_and_separators() {
        let want = vec![vec!["姓名".to_owned(), "QQ".into()], vec!["王芳".into(), "20001".into()]];
        for separator in [",", "\t", ";"] {
            let text = format!("姓名{separator}QQ\r\n\r\n王芳{separator} 20001 \r\n");
            assert_eq!(texts(text.as_bytes()), want);
            assert_eq!(texts(format!("\u{feff}{text}").as_bytes()), want);
            assert_eq!(texts(&GB18030.encode(&text).0), want);
            let wide: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
            assert_eq!(texts(&wide), want);
        }
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let refused = |bytes: &[u8]| read(bytes, &Limits::default()).unwrap_err().key;
        assert_eq!(refused(b"\x89PNG\x0d\x0a\x1a\x0a\0\0\0"), "roster-file-unreadable");
        assert_eq!(refused(b"<html><table><tr><td>x"), "roster-file-web-page");
        let long = "张三,1\n".repeat(50_001);
        assert_eq!(refused(long.as_bytes()), "roster-file-long");
    }

    #[test]
    fn lines_are_counted_as_a_spreadsheet_shows_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("姓名,备注{end}{end}{end}王芳,\"两\n行\"{end},{end}李四,{end}{end}");
            let table = read(text.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(table.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [1, 4, 6], "{end:?}");
            assert_eq!(table.rows[1].cells[1].text, "两 行");
        }
    }
}
