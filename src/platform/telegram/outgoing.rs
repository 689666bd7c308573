//! An answer of ours → messages with entities. Pure. Nothing is parsed as markup: names with `*`, `_` or `<` in them are
//! just text. Split at line ends, never inside a mention, never inside a character; lengths are UTF-16 units.

use crate::domain::message::Outgoing;
use crate::platform::parts::{self, Writer};
use crate::platform::text::cut;
use teloxide::types::{MessageEntity, MessageEntityKind, User, UserId};

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Its text.
    pub text: String,
    /// Who is mentioned where.
    pub entities: Vec<MessageEntity>,
}

/// UTF-16 units.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// One answer as messages, each within so many units and mentions. Empty where there is nothing to say.
pub fn letters(outgoing: &Outgoing, most: usize, mentions: usize) -> Vec<Letter> {
    let mut split = Split { most: most.max(8), mentions: mentions.max(1), ..Split::default() };
    parts::write(outgoing, &mut split);
    split.next();
    split.done
}

#[derive(Default)]
struct Split {
    most: usize,
    mentions: usize,
    done: Vec<Letter>,
    now: Letter,
    units: usize,
}

impl Writer for Split {
    fn text(&mut self, mut text: &str) {
        loop {
            let room = self.most.saturating_sub(self.units);
            if units(text) <= room {
                self.push(text);
                return;
            }
            let (take, skip) = cut(text, within(text, room), self.now.text.is_empty());
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
        let mut shown = format!("@{name}");
        while units(&shown) > self.most {
            shown.pop();
        }
        let long = units(&shown);
        if self.units + long > self.most || self.now.entities.len() >= self.mentions {
            self.next();
        }
        // an id that is none can't be notified: the name stands there
        if let Ok(id) = id.parse::<u64>() {
            let user = User {
                id: UserId(id),
                is_bot: false,
                first_name: name.to_owned(),
                last_name: None,
                username: None,
                language_code: None,
                is_premium: false,
                added_to_attachment_menu: false,
            };
            self.now.entities.push(MessageEntity::new(MessageEntityKind::TextMention { user }, self.units, long));
        }
        self.push(&shown);
    }
}

impl Split {
    fn push(&mut self, text: &str) {
        self.now.text.push_str(text);
        self.units += units(text);
    }

    fn next(&mut self) {
        let mut letter = std::mem::take(&mut self.now);
        self.units = 0;
        letter.text.truncate(letter.text.trim_end().len());
        if !letter.text.trim().is_empty() {
            self.done.push(letter);
        }
    }
}

/// How many bytes of the text are at most `room` units.
fn within(text: &str, room: usize) -> usize {
    let mut used = 0;
    let fits = text.chars().take_while(|c| {
        used += c.len_utf16();
        used <= room
    });
    fits.map(char::len_utf8).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::{ChatKey, Part};

    fn split(parts: Vec<Part>, most: usize, mentions: usize) -> Vec<String> {
        let all = letters(&Outgoing { chat: ChatKey::group("telegram", "-1"), quote: None, parts }, most, mentions);
        for l in &all {
            assert!(units(&l.text) <= most.max(8), "{l:?}");
            let text: Vec<u16> = l.text.encode_utf16().collect();
            for e in &l.entities {
                let MessageEntityKind::TextMention { user } = &e.kind else { panic!("only mentions") };
                assert_eq!(String::from_utf16(&text[e.offset..e.offset + e.length]).unwrap(), format!("@{}", user.first_name), "{l:?}");
            }
        }
        all.into_iter().map(|l| l.text).collect()
    }
    fn text(t: &str) -> Part {
        Part::Text(t.into())
    }
    fn at(id: &str, name: &str) -> Part {
        Part::Mention { id: id.into(), name: name.into() }
    }

    #[test]
    fn long_text_is_split_at_line_ends() {
        let table: [(Vec<Part>, usize, &[&str]); 9] = [
            (vec![text("好")], 30, &["好"]),
            (vec![text("第一行\n第二行\n第三行\n第四行")], 8, &["第一行\n第二行", "第三行\n第四行"]),
            (vec![text("一二三四五六七八九十")], 8, &["一二三四五六七八", "九十"]),
            // each of these pictures is two units or more
            (vec![text("a👩\u{200D}👩\u{200D}👧b🧑🏽")], 10, &["a👩\u{200D}👩\u{200D}👧b", "🧑🏽"]),
            (vec![text("😀😀😀😀😀")], 9, &["😀😀😀😀", "😀"]),
            (vec![text("好\n"), at("1", "张三"), at("2", "李四"), text("还没交")], 100, &["好\n@张三 @李四 还没交"]),
            (vec![at("1", "张三"), at("2", "李四"), at("3", "王五"), text(" 请交")], 100, &["@张三 @李四", "@王五 请交"]),
            (vec![text("一二三四五六"), at("1", "张三"), text("七八")], 8, &["一二三四五六", "@张三 七八"]),
            (vec![text("\n\n")], 20, &[]),
        ];
        for (parts, most, expected) in table {
            assert_eq!(split(parts.clone(), most, 2), expected, "{parts:?}");
        }
        assert_eq!(split(vec![at("nobody", "*_<b>张三</b>[x](y)")], 100, 2), ["@*_<b>张三</b>[x](y)"]);
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_too_long() {
        let lines: Vec<_> = (0..400).map(|n| format!("{n}. 成员😀{n} 未交{}", if n % 7 == 0 { "\n\n" } else { "\n" })).collect();
        let long = lines.concat();
        for most in [8, 17, 50, 333, 4096] {
            let squeeze = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(squeeze(&split(vec![text(&long)], most, 20).concat()), squeeze(&long), "{most}");
        }
    }
}
