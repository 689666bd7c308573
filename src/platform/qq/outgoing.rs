//! An answer of ours → messages. Pure. Split at line ends, never inside a mention, never inside a character. What would
//! be markup in a name or a text becomes the same sign in its wide form: nobody is mentioned who was not meant.

use crate::domain::message::Outgoing;
use crate::platform::parts::{self, Writer};
use crate::platform::text::{cut, widened};
use std::fmt::Write as _;

/// One message, both ways: as text and as markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Names stand for mentions.
    pub plain: String,
    /// Mentions are mentions.
    pub marked: String,
    /// How many there are.
    pub mentions: usize,
}

/// One answer as messages, each within so many bytes (whichever way it goes) and mentions.
pub fn letters(outgoing: &Outgoing, most: usize, mentions: usize) -> Vec<Letter> {
    let mut split = Split { most: most.max(32), mentions: mentions.max(1), ..Split::default() };
    parts::write(outgoing, &mut split);
    split.next();
    split.done
}

/// Text that QQ takes for nothing but text.
pub fn plain(text: &str) -> String {
    // <@…>, <#…>, <emoji:…>, <qqbot-…/> are markup also where no markdown is; a lone < is not
    let mut all = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let opens = c == '<' && chars.peek().is_some_and(|n| n.is_ascii_alphabetic() || matches!(n, '@' | '#' | '!' | '/'));
        all.push(if opens { '＜' } else { c });
    }
    all
}

/// Text that markdown takes for nothing but text.
fn marked(text: &str) -> String {
    text.chars().map(widened).collect()
}

#[derive(Default)]
struct Split {
    most: usize,
    mentions: usize,
    done: Vec<Letter>,
    now: Letter,
}

impl Writer for Split {
    fn text(&mut self, mut text: &str) {
        loop {
            let fits = within(text, self.room());
            if fits == text.len() {
                self.push(text);
                return;
            }
            let (take, skip) = cut(text, fits, self.now.plain.is_empty());
            if take == 0 && skip == 0 {
                self.next();
                continue;
            }
            self.push(&text[..take]);
            self.next();
            text = &text[take + skip..];
        }
    }

    fn mention(&mut self, id: &str, name: &str) {
        let mut name = name.to_owned();
        while marked(&name).len() + 1 > self.most {
            name.pop();
        }
        let tag = if super::meaning::sound(id) { format!("<@{id}>") } else { format!("@{}", marked(&name)) };
        if self.now.mentions >= self.mentions || tag.len().max(marked(&name).len() + 1) > self.room() {
            self.next();
        }
        let _ = write!(self.now.plain, "@{}", plain(&name));
        self.now.marked.push_str(&tag);
        self.now.mentions += 1;
    }
}

impl Split {
    /// Bytes that are left of this message, for text that is not widened.
    fn room(&self) -> usize {
        self.most.saturating_sub(self.now.plain.len().max(self.now.marked.len()))
    }

    fn push(&mut self, text: &str) {
        self.now.plain.push_str(&plain(text));
        self.now.marked.push_str(&marked(text));
    }

    fn next(&mut self) {
        let mut letter = std::mem::take(&mut self.now);
        for text in [&mut letter.plain, &mut letter.marked] {
            text.truncate(text.trim_end().len());
        }
        if !letter.plain.trim().is_empty() {
            self.done.push(letter);
        }
    }
}

/// How many bytes of the text are at most `room` bytes when they are widened.
fn within(text: &str, room: usize) -> usize {
    let mut used = 0;
    let fits = text.chars().take_while(|c| {
        used += marked(c.encode_utf8(&mut [0; 4])).len();
        used <= room
    });
    fits.map(char::len_utf8).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::{ChatKey, Part};

    fn split(parts: Vec<Part>, most: usize, mentions: usize) -> Vec<Letter> {
        letters(&Outgoing { chat: ChatKey::group("qq", "G"), quote: None, parts }, most, mentions)
    }
    fn text(t: &str) -> Part {
        Part::Text(t.into())
    }
    fn at(id: &str, name: &str) -> Part {
        Part::Mention { id: id.into(), name: name.into() }
    }

    #[test]
    fn markup_is_text() {
        let evil = "<@ALL>*张_三*<b>[x](y)#`";
        let all = split(vec![text("请 "), at("AB12", evil), at("C3", "李四"), text("交 1<2, <qqbot-at-everyone /> <emoji:4>")], 500, 9);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].plain, "请 @＜@ALL>*张_三*＜b>[x](y)#` @李四 交 1<2, ＜qqbot-at-everyone /> ＜emoji:4>");
        assert_eq!(all[0].marked, "请 <@AB12> <@C3> 交 1＜2, ＜qqbot-at-everyone /＞ ＜emoji:4＞");
        let broken = split(vec![at("x> <@ALL", evil)], 500, 9);
        assert_eq!(broken[0].marked, "@＜@ALL＞＊张＿三＊＜b＞［x］(y)＃｀", "an id that is none is a name");
    }

    #[test]
    fn long_text_is_split_at_line_ends_and_loses_nothing() {
        let plain = |all: Vec<Letter>| all.into_iter().map(|l| l.plain).collect::<Vec<_>>();
        assert_eq!(plain(split(vec![text("第一行的字\n第二行的字\n第三行的字")], 36, 9)), ["第一行的字\n第二行的字", "第三行的字"]);
        assert_eq!(plain(split(vec![at("A", "张三"), at("B", "李四"), at("C", "王五"), text(" 请交")], 100, 2)), ["@张三 @李四", "@王五 请交"]);
        assert!(split(vec![text("\n \n")], 100, 2).is_empty());
        let lines = (0..400).map(|n| format!("{n}. 成员😀_{n} 未交*{}", if n % 7 == 0 { "\n\n" } else { "\n" })).collect::<Vec<_>>().concat();
        let squeeze = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        for most in [32, 33, 50, 333, 3000] {
            let all = split(vec![text(&lines)], most, 9);
            assert!(all.iter().all(|l| l.plain.len() <= most && l.marked.len() <= most), "{most}");
            assert_eq!(squeeze(&all.iter().map(|l| l.plain.as_str()).collect::<String>()), squeeze(&lines), "{most}");
        }
    }
}
