//! Files of letters that are no text: whether somebody's name stands in them. Documents and workbooks are archives of XML, which is
//! looked through; of anything else (pictures, PDF, older formats) nobody can tell here.

use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Bytes of one part of an archive, unpacked, and of all: more is not looked through.
const PART: u64 = 16 << 20;
const WHOLE: u64 = 64 << 20;
/// Parts of an archive.
const PARTS: usize = 2_000;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Seen {
    /// The name is not in it.
    Clean,
    /// It is.
    Named,
    /// It can't be told.
    Unread,
}

/// Looks through a file for what `plain` would take out of a text.
pub(in crate::store) fn look(bytes: &[u8], plain: &(dyn Fn(&str) -> String + Sync)) -> Seen {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Seen::Unread };
    if archive.len() > PARTS {
        return Seen::Unread;
    }
    let (mut left, mut unread) = (WHOLE, false);
    for n in 0..archive.len() {
        let Ok(part) = archive.by_index(n) else { return Seen::Unread };
        let named = part.name().to_owned();
        if part.is_dir() {
            continue;
        }
        let mut text = Vec::new();
        if part.take(PART.min(left) + 1).read_to_end(&mut text).is_err() {
            return Seen::Unread;
        }
        let size = u64::try_from(text.len()).unwrap_or(u64::MAX);
        if size > PART.min(left) {
            return Seen::Unread;
        }
        left -= size;
        // a picture in a document is a picture
        let Ok(text) = String::from_utf8(text) else {
            unread = true;
            continue;
        };
        let text = if text.trim_start_matches(['\u{feff}', ' ', '\n', '\r']).starts_with('<') { without_tags(&text) } else { text };
        if plain(&text) != text || plain(&named) != named {
            return Seen::Named;
        }
    }
    if unread { Seen::Unread } else { Seen::Clean }
}

/// What people read: a name may be in pieces between tags.
fn without_tags(xml: &str) -> String {
    let mut text = String::with_capacity(xml.len() / 2);
    let mut inside = false;
    for c in xml.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, body) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(body).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn names_are_found_in_pieces_and_never_supposed() {
        let plain = |text: &str| text.replace("张三", "（已删除）");
        let document = |body: &str| archive(&[("word/document.xml", format!("<w:p><w:t>{body}</w:t></w:p>").as_bytes())]);
        assert_eq!(look(&document("请张三发言"), &plain), Seen::Named);
        assert_eq!(look(&document("请张</w:t><w:b/><w:t>三发言"), &plain), Seen::Named);
        assert_eq!(look(&document("请李四发言"), &plain), Seen::Clean);
        assert_eq!(look(&archive(&[("word/media/image1.png", b"\x89PNG\xff\xfe")]), &plain), Seen::Unread, "a picture in it");
        assert_eq!(look(b"%PDF-1.7 \xff", &plain), Seen::Unread);
        assert_eq!(look(&document("请张三发言")[..40], &plain), Seen::Unread, "cut off");
    }
}
