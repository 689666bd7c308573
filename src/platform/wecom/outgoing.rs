//! An answer of ours → messages. Pure. Split at line ends, never inside a name, never inside a character; lengths are bytes
//! of UTF-8. What would be markup in a name or a text becomes the same sign in its wide form.

use super::meaning::sound;
use crate::domain::message::Outgoing;
use crate::platform::parts::{self, Writer};
use crate::platform::text::{cut, widened};

/// Text that markdown takes for nothing but text.
pub fn marked(text: &str) -> String {
    text.chars().map(|c| if c == '$' { '＄' } else { widened(c) }).collect()
}

/// Text of a webhook that mentions nobody but whom it is to.
fn plain(text: &str) -> String {
    text.replace("<@", "＜@")
}

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Its text.
    pub text: String,
    /// Who is mentioned, beside their names in the text.
    pub mentioned: Vec<String>,
}

/// One answer as messages, each within so many bytes and mentions; without mentions it is markdown. Empty where there is
/// nothing to say.
pub fn letters(outgoing: &Outgoing, most: usize, mentions: usize) -> Vec<Letter> {
    let dress: fn(&str) -> String = if mentions == 0 { marked } else { plain };
    let mut split = Split { dress, most: most.max(32), mentions, done: Vec::new(), now: Letter::default() };
    parts::write(outgoing, &mut split);
    split.next();
    split.done
}

struct Split {
    dress: fn(&str) -> String,
    most: usize,
    mentions: usize,
    done: Vec<Letter>,
    now: Letter,
}

impl Writer for Split {
    fn text(&mut self, text: &str) {
        let text = (self.dress)(text);
        let mut text = text.as_str();
        loop {
            let room = self.most - self.now.text.len();
            if text.len() <= room {
                self.now.text.push_str(text);
                return;
            }
            let (take, skip) = cut(text, text.floor_char_boundary(room), self.now.text.is_empty());
            if take == 0 && skip == 0 {
                self.next();
                continue;
            }
            self.now.text.push_str(&text[..take]);
            self.next();
            text = &text[take + skip..];
        }
    }

    fn mention(&mut self, id: &str, name: &str) {
        let mut shown = format!("@{}", (self.dress)(name));
        shown.truncate(shown.floor_char_boundary(self.most));
        let full = self.mentions > 0 && self.now.mentioned.len() >= self.mentions;
        if full || self.now.text.len() + shown.len() > self.most {
            self.next();
        }
        self.now.text.push_str(&shown);
        if self.mentions > 0 && sound(id) && !self.now.mentioned.iter().any(|m| m == id) {
            self.now.mentioned.push(id.to_owned());
        }
    }
}

impl Split {
    fn next(&mut self) {
        let mut letter = std::mem::take(&mut self.now);
        letter.text.truncate(letter.text.trim_end().len());
        if !letter.text.trim().is_empty() {
            self.done.push(letter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::{ChatKey, Part};

    fn split(parts: Vec<Part>, most: usize) -> Vec<String> {
        let all = letters(&Outgoing { chat: ChatKey::group("wecom", "C"), quote: None, parts }, most, 0);
        assert!(all.iter().all(|l| l.text.len() <= most.max(32) && l.mentioned.is_empty()), "{all:?}");
        all.into_iter().map(|l| l.text).collect()
    }
    fn text(t: &str) -> Part {
        Part::Text(t.into())
    }
    fn at(name: &str) -> Part {
        Part::Mention { id: "u".into(), name: name.into() }
    }

    #[test]
    fn long_text_is_split_by_bytes_at_line_ends() {
        let table: [(Vec<Part>, usize, &[&str]); 5] = [
            (vec![text("好")], 32, &["好"]),
            (vec![text("第一行\n第二行\n第三行\n第四行")], 32, &["第一行\n第二行\n第三行", "第四行"]),
            (vec![text("一二三四五六七八九十一二三")], 32, &["一二三四五六七八九十", "一二三"]),
            (vec![text("一二三四五六七八九"), at("张三"), text("未交")], 32, &["一二三四五六七八九", "@张三 未交"]),
            (vec![text("\n\n")], 32, &[]),
        ];
        for (parts, most, expected) in table {
            assert_eq!(split(parts.clone(), most), expected, "{parts:?}");
        }
        assert_eq!(split(vec![at("*_<@all>[x](y)张三")], 100), ["@＊＿＜@all＞［x］(y)张三"]);
    }

    #[test]
    fn mentions_stay_with_their_names() {
        let parts = vec![
            at("张三"),
            Part::Mention { id: "li.si".into(), name: "李四".into() },
            Part::Mention { id: "all\n".into(), name: "<@all>".into() },
            text("请交"),
        ];
        let all = letters(&Outgoing { chat: ChatKey::group("wecom", "C"), quote: None, parts }, 100, 1);
        let all: Vec<(&str, &[String])> = all.iter().map(|l| (l.text.as_str(), &*l.mentioned)).collect();
        assert_eq!(all, [("@张三", &["u".to_owned()][..]), ("@李四", &["li.si".to_owned()]), ("@＜@all> 请交", &[])]);
    }

    #[test]
    fn nothing_is_lost() {
        let lines: Vec<_> = (0..300).map(|n| format!("{n}. 成员😀{n} 未交{}", if n % 7 == 0 { "\n\n" } else { "\n" })).collect();
        let long = lines.concat();
        let squeeze = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        for most in [32, 50, 333, 4096] {
            assert_eq!(squeeze(&split(vec![text(&long)], most).concat()), squeeze(&long), "{most}");
        }
    }
}
