//! An answer of ours → messages of OneBot segments. Pure. Text is split at line ends, never inside a mention, never
//! inside a character.

use super::wire::Piece;
use crate::domain::message::Outgoing;
use crate::platform::parts::{self, Writer};
use crate::platform::text::cut;

/// One answer as messages, each within `text_bytes` of text and `mentions` mentions. Only the first quotes. Empty where
/// there is nothing to say.
pub fn messages(outgoing: &Outgoing, text_bytes: usize, mentions: usize) -> Vec<Vec<Piece>> {
    let mut split = Split { limit: text_bytes.max(16), mentions: mentions.max(1), ..Split::default() };
    parts::write(outgoing, &mut split);
    let mut all = split.finish();
    if let (Some(first), Some(id)) = (all.first_mut(), outgoing.quote.as_deref().filter(|q| !q.is_empty())) {
        first.insert(0, Piece::Reply { id: id.to_owned() });
    }
    all
}

#[derive(Default)]
struct Split {
    limit: usize,
    mentions: usize,
    done: Vec<Vec<Piece>>,
    now: Vec<Piece>,
    bytes: usize,
    named: usize,
}

impl Writer for Split {
    fn text(&mut self, mut text: &str) {
        while !text.is_empty() {
            let room = self.limit.saturating_sub(self.bytes);
            if text.len() <= room {
                self.push(text);
                return;
            }
            let (take, skip) = cut(text, text.floor_char_boundary(room), self.now.is_empty());
            if take == 0 && skip == 0 {
                self.next();
                continue;
            }
            self.push(text[..take].trim_end_matches('\n'));
            self.next();
            text = &text[take + skip..];
        }
    }

    fn mention(&mut self, id: &str, name: &str) {
        // its sign and the blank behind it
        let bytes = name.len() + 2;
        if !self.now.is_empty() && (self.bytes + bytes > self.limit || self.named >= self.mentions) {
            self.next();
        }
        self.now.push(Piece::At { qq: id.to_owned() });
        self.bytes += bytes;
        self.named += 1;
    }

    fn blank(&mut self) {
        // its room was kept
        self.push(" ");
    }
}

impl Split {
    fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.bytes += text.len();
        if let Some(Piece::Text { text: last }) = self.now.last_mut() {
            last.push_str(text);
        } else {
            self.now.push(Piece::Text { text: text.to_owned() });
        }
    }

    fn next(&mut self) {
        let mut message = std::mem::take(&mut self.now);
        if let Some(Piece::Text { text }) = message.last_mut() {
            text.truncate(text.trim_end().len());
        }
        let says = message.iter().any(|p| !matches!(p, Piece::Text { text } if text.trim().is_empty()));
        if says {
            self.done.push(message);
        }
        (self.bytes, self.named) = (0, 0);
    }

    fn finish(mut self) -> Vec<Vec<Piece>> {
        self.next();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::{ChatKey, Part};

    fn split(parts: Vec<Part>, bytes: usize, mentions: usize) -> Vec<String> {
        let out = Outgoing { chat: ChatKey::group("onebot", "1"), quote: Some("7".into()), parts };
        let all = messages(&out, bytes, mentions);
        let show = |p: &Piece| match p {
            Piece::Text { text } => text.clone(),
            Piece::At { qq } => format!("<{qq}>"),
            Piece::Reply { id } => format!("^{id} "),
            Piece::Image { .. } => panic!("no words"),
        };
        all.iter().map(|m| m.iter().map(show).collect()).collect()
    }
    fn text(t: &str) -> Part {
        Part::Text(t.into())
    }
    fn at(id: &str) -> Part {
        Part::Mention { id: id.into(), name: "张三".into() }
    }

    #[test]
    fn long_text_is_split_at_line_ends() {
        let table: [(Vec<Part>, usize, &[&str]); 8] = [
            (vec![text("好")], 30, &["^7 好"]),
            (vec![text("第一行\n第二行\n第三行\n第四行")], 20, &["^7 第一行\n第二行", "第三行\n第四行"]),
            (vec![text("一二三四五六七八九十")], 16, &["^7 一二三四五", "六七八九十"]),
            (vec![text("a👩\u{200D}👩\u{200D}👧b🧑🏽")], 20, &["^7 a👩\u{200D}👩\u{200D}👧b", "🧑🏽"]),
            (vec![text("好\n"), at("1"), at("2"), text("还没交")], 100, &["^7 好\n<1> <2> 还没交"]),
            (vec![at("1"), at("2"), at("3"), text(" 请交")], 100, &["^7 <1> <2>", "<3> 请交"]),
            (vec![text("一二三四\n"), at("1"), text("五六七八")], 20, &["^7 一二三四", "<1>", "五六七八"]),
            (vec![text("\n\n")], 20, &[]),
        ];
        for (parts, bytes, expected) in table {
            assert_eq!(split(parts.clone(), bytes, 2), expected, "{parts:?}");
        }
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_too_long() {
        let lines: Vec<_> = (0..400).map(|n| format!("{n}. 成员{n} 未交{}", if n % 7 == 0 { "\n\n" } else { "\n" })).collect();
        let long = lines.concat();
        for limit in [16, 17, 50, 333, 4500] {
            let all = split(vec![text(&long)], limit, 20);
            assert!(all.iter().all(|m| m.trim_start_matches("^7 ").len() <= limit), "{limit}");
            let squeeze = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(squeeze(&all.concat().replacen("^7 ", "", 1)), squeeze(&long), "{limit}");
        }
    }
}
