//! An answer of ours → texts of so many bytes. Pure. Split at line ends, never inside a name or a character. WeChat takes tags
//! in a text for links: `<` becomes the same sign in its wide form.

use crate::domain::message::Outgoing;
use crate::platform::parts::{self, Writer};
use crate::platform::text::cut;

/// One answer as texts of at most so many bytes. Empty where there is nothing to say.
pub fn pieces(outgoing: &Outgoing, most: usize) -> Vec<String> {
    let mut split = Split { most: most.max(32), done: Vec::new(), now: String::new() };
    parts::write(outgoing, &mut split);
    split.next();
    split.done
}

struct Split {
    most: usize,
    done: Vec<String>,
    now: String,
}

impl Writer for Split {
    fn text(&mut self, text: &str) {
        let text = text.replace('<', "＜");
        let mut text = text.as_str();
        loop {
            let room = self.most - self.now.len();
            if text.len() <= room {
                self.now.push_str(text);
                return;
            }
            let (take, skip) = cut(text, text.floor_char_boundary(room), self.now.is_empty());
            self.now.push_str(&text[..take]);
            self.next();
            text = &text[take + skip..];
        }
    }

    fn mention(&mut self, _id: &str, name: &str) {
        let name = format!("@{name}").replace('<', "＜");
        let name = &name[..name.floor_char_boundary(self.most)];
        if self.now.len() + name.len() > self.most {
            self.next();
        }
        self.now.push_str(name);
    }
}

impl Split {
    fn next(&mut self) {
        let mut piece = std::mem::take(&mut self.now);
        piece.truncate(piece.trim_end().len());
        if !piece.trim().is_empty() {
            self.done.push(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::{ChatKey, Part};

    fn split(parts: Vec<Part>, most: usize) -> Vec<String> {
        let all = pieces(&Outgoing { chat: ChatKey::group("official", "o"), quote: None, parts }, most);
        assert!(all.iter().all(|t| t.len() <= most.max(32)), "{all:?}");
        all
    }

    fn at(name: &str) -> Part {
        Part::Mention { id: "o".into(), name: name.into() }
    }

    #[test]
    fn long_text_is_split_by_bytes_at_line_ends() {
        let text = |t: &str| Part::Text(t.into());
        let table: [(Vec<Part>, &[&str]); 5] = [
            (vec![text("好")], &["好"]),
            (vec![text("第一行\n第二行\n第三行\n第四行")], &["第一行\n第二行\n第三行", "第四行"]),
            (vec![text("一二三四五六七八九十一二三")], &["一二三四五六七八九十", "一二三"]),
            (vec![text("一二三四五六七八九"), at("张三"), text("未交")], &["一二三四五六七八九", "@张三 未交"]),
            (vec![text("\n\n")], &[]),
        ];
        for (parts, expected) in table {
            assert_eq!(split(parts.clone(), 32), expected, "{parts:?}");
        }
        assert_eq!(split(vec![at("<a href=\"x\">张三</a>")], 100), ["@＜a href=\"x\">张三＜/a>"]);
    }

    #[test]
    fn nothing_is_lost() {
        let lines: Vec<String> = (0..300).map(|n| format!("{n}. 成员😀{n} 未交{}", if n % 7 == 0 { "\n\n" } else { "\n" })).collect();
        let long = lines.concat();
        let squeeze = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        for most in [32, 50, 333, 2048] {
            assert_eq!(squeeze(&split(vec![Part::Text(long.clone())], most).concat()), squeeze(&long), "{most}");
        }
    }
}
