//! XML as it comes and goes: one flat element. Pure. Read strictly, for it is anybody's until it is opened: no document type,
//! no entity but the five that XML has, nothing behind its end, nothing twice.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// The largest body that is read, bytes.
pub const BODY: usize = 64 << 10;
/// Elements of one body at most, and within one another.
const ELEMENTS: usize = 200;
const DEPTH: usize = 8;

/// The elements of a body, and the text in each; of those that hold others, nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Reads a body.
    ///
    /// # Errors
    /// Why it is none, without a word of it.
    pub fn read(body: &[u8]) -> Result<Self, &'static str> {
        const NONE: &str = "that is no XML";
        let mut reader = Reader::from_str(std::str::from_utf8(body).map_err(|_| "that is no UTF-8")?);
        let (mut path, mut fields, mut elements): (Vec<String>, _, usize) = (Vec::new(), BTreeMap::new(), 0);
        loop {
            let text = match reader.read_event().map_err(|_| NONE)? {
                Event::Start(e) => {
                    if path.is_empty() && elements > 0 || path.len() >= DEPTH || elements >= ELEMENTS {
                        return Err("that is more than a callback has");
                    }
                    elements += 1;
                    let name = std::str::from_utf8(e.local_name().into_inner()).map_err(|_| NONE)?.to_owned();
                    if path.len() == 1 && fields.insert(name.clone(), String::new()).is_some() {
                        return Err("the same stands twice in it");
                    }
                    path.push(name);
                    continue;
                }
                Event::Empty(e) if path.len() == 1 => {
                    elements += 1;
                    let name = std::str::from_utf8(e.local_name().into_inner()).map_err(|_| NONE)?.to_owned();
                    if elements > ELEMENTS || fields.insert(name, String::new()).is_some() {
                        return Err("the same stands twice in it");
                    }
                    continue;
                }
                Event::End(_) => {
                    path.pop();
                    continue;
                }
                Event::Text(text) => text.decode().map_err(|_| NONE)?.into_owned(),
                Event::CData(text) => text.decode().map_err(|_| NONE)?.into_owned(),
                Event::GeneralRef(name) => match &*name.decode().map_err(|_| NONE)? {
                    "lt" => "<".to_owned(),
                    "gt" => ">".to_owned(),
                    "amp" => "&".to_owned(),
                    "quot" => "\"".to_owned(),
                    "apos" => "'".to_owned(),
                    _ => return Err("entities are not read"),
                },
                Event::Decl(_) if elements == 0 => continue,
                Event::Eof if path.is_empty() && elements > 0 => return Ok(Self(fields)),
                Event::Eof => return Err(NONE),
                Event::DocType(_) | Event::PI(_) | Event::Comment(_) | Event::Decl(_) | Event::Empty(_) => return Err("that is more than a callback has"),
            };
            match &*path {
                [_, field] => fields.entry(field.clone()).or_default().push_str(&text),
                [] if !text.trim().is_empty() => return Err("something stands beside the XML"),
                _ => {}
            }
        }
    }

    /// The text of an element; empty where there is none.
    pub fn word(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// The same with the blanks around it.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// What XML can't hold is left out, and what ends a CDATA section is cut in two.
fn cdata(text: &str) -> String {
    let text: String = text.chars().filter(|c| !matches!(c, '\u{FFFE}' | '\u{FFFF}') && (!c.is_control() || matches!(c, '\n' | '\t'))).collect();
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

/// The answer to a message: from our account, as it was addressed, to whom wrote it, at this time (UTC seconds).
pub fn answer(to: &str, from: &str, at: i64, text: &str) -> String {
    let [to, from, text] = [to, from, text].map(cdata);
    format!(
        "<xml><ToUserName>{to}</ToUserName><FromUserName>{from}</FromUserName><CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>{text}</Content></xml>"
    )
}

/// The same, sealed.
pub fn sealed(cipher: &str, signature: &str, timestamp: &str, nonce: &str) -> String {
    let [cipher, signature, nonce] = [cipher, signature, nonce].map(cdata);
    format!("<xml><Encrypt>{cipher}</Encrypt><MsgSignature>{signature}</MsgSignature><TimeStamp>{timestamp}</TimeStamp><Nonce>{nonce}</Nonce></xml>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_body_is_read() {
        let body = "<?xml version=\"1.0\"?>\n<xml>\n<A><![CDATA[ 好 <b> &amp; ]]></A><B> 7 </B><C/><D>a&lt;b&amp;c<![CDATA[d]]></D><E><F>x</F></E></xml>\n";
        let fields = Fields::read(body.as_bytes()).unwrap();
        assert_eq!((fields.text("A"), fields.word("B"), fields.word("C"), fields.word("D"), fields.word("E")), (" 好 <b> &amp; ", "7", "", "a<b&cd", ""));
        assert_eq!(fields.word("F"), "", "what lies deeper says nothing");
    }

    #[test]
    fn whatever_else_xml_can_hold_is_refused() {
        for body in [
            "",
            "x",
            "{}",
            "<xml>",
            "<xml></xml",
            "<xml></y>",
            "<xml/>",
            "<xml></xml>x",
            "<xml></xml><xml></xml>",
            "x<xml></xml>",
            "<xml><A>1</A><A>2</A></xml>",
            "<xml><A/><A>2</A></xml>",
            "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml><A>&a;</A></xml>",
            "<xml><A>&a;</A></xml>",
            "<xml><A>&#65;</A></xml>",
            "<xml><A>&</A></xml>",
            "<xml><?php 1 ?></xml>",
            "<xml><!-- x --></xml>",
        ] {
            assert!(Fields::read(body.as_bytes()).is_err(), "{body}");
        }
        assert!(Fields::read(b"<xml><A>\xff</A></xml>").is_err());
        assert!(Fields::read("<a>".repeat(DEPTH + 1).as_bytes()).is_err());
        let many = (0..=ELEMENTS).map(|n| format!("<a{n}>1</a{n}>")).collect::<Vec<_>>().concat();
        assert!(Fields::read(format!("<xml>{many}</xml>").as_bytes()).is_err());
    }

    #[test]
    fn no_text_leaves_its_element() {
        for text in ["好", "]]>", "]]></Content><X>1</X>", "a]]]]>b", "&lt;", "\u{1}x\u{FFFF}y\n"] {
            let fields = Fields::read(answer("o]]>1", "gh_1", 7, text).as_bytes()).unwrap();
            let kept: String = text.chars().filter(|c| !matches!(c, '\u{1}' | '\u{FFFF}')).collect();
            assert_eq!((fields.text("Content"), fields.word("ToUserName"), fields.word("CreateTime"), fields.word("X")), (&*kept, "o]]>1", "7", ""));
        }
        assert_eq!(Fields::read(sealed("AA==", "0f", "7", "9").as_bytes()).unwrap().word("Encrypt"), "AA==");
    }
}
