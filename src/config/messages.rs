//! Every word that the bot says: `messages/{zh-CN,en}.ftl`, read by Fluent.
//!
//! Here: loading, checking, saying. How periods and lists are put into words is `wording`.

use super::Problem;
use super::reader::line_of;
use crate::error::Mistake;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A language of the bot's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// 简体中文.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// As in configuration and file names.
    pub fn key(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
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
impl From<i32> for Value<'_> {
    fn from(n: i32) -> Self {
        Self::Number(n.into())
    }
}
impl From<u32> for Value<'_> {
    fn from(n: u32) -> Self {
        Self::Number(n.into())
    }
}

/// The bot's words in every language.
pub struct Messages {
    zh: FluentBundle<Arc<FluentResource>>,
    en: FluentBundle<Arc<FluentResource>>,
    shapes: BTreeMap<String, BTreeSet<String>>,
}

impl std::fmt::Debug for Messages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Messages({} keys)", self.shapes.len())
    }
}

/// One text of messages.
pub(super) struct Source<'a> {
    pub lang: Lang,
    /// The file's name, for problems.
    pub place: String,
    pub text: &'a str,
}

impl Messages {
    /// Reads the defaults and a folder's own files over them, key by key. Problems: what is no Fluent, keys that the
    /// defaults lack, variables that the default message does not have.
    pub(super) fn read(defaults: &[Source<'_>], own: &[Source<'_>], problems: &mut Vec<Problem>) -> Self {
        let mut bundles = Lang::ALL.map(|lang| {
            let mut bundle = FluentBundle::new_concurrent(lang.key().parse().into_iter().collect());
            // the isolating marks U+2068 and U+2069 would reach the chat
            bundle.set_use_isolating(false);
            bundle
        });
        let mut shapes = BTreeMap::new();
        for (source, is_default) in defaults.iter().map(|s| (s, true)).chain(own.iter().map(|s| (s, false))) {
            let resource = parse(source, problems);
            let mut seen = BTreeSet::new();
            for (key, variables) in resource.entries().filter_map(shape) {
                let mut tell = |what: String| {
                    let at = if seen.contains(&key) { source.text.rfind(&format!("\n{key} ")) } else { source.text.find(&format!("\n{key} ")) };
                    problems.push(Problem { place: source.place.clone(), line: at.map_or(1, |at| line_of(source.text, at + 1)), what });
                };
                if seen.contains(&key) {
                    tell(format!("message `{key}` is there twice: keep one"));
                }
                if is_default {
                    shapes.entry(key.clone()).or_insert_with(BTreeSet::new).extend(variables);
                } else if let Some(known) = shapes.get(&key) {
                    for v in variables.difference(known) {
                        let like = super::reader::did_you_mean(v, known.iter().map(String::as_str));
                        tell(format!("message `{key}` has no variable ${v}{like}"));
                    }
                } else {
                    let like = super::reader::did_you_mean(&key, shapes.keys().map(String::as_str));
                    tell(format!("there is no message `{key}`{like}"));
                }
                seen.insert(key);
            }
            bundles[source.lang as usize].add_resource_overriding(Arc::new(resource));
        }
        let [zh, en] = bundles;
        Self { zh, en, shapes }
    }

    /// The words that the binary carries.
    pub fn embedded() -> Self {
        let sources = Lang::ALL.map(|lang| {
            let place = format!("messages/{}.ftl", lang.key());
            Source { lang, text: super::defaults::text(&place).unwrap_or_default(), place }
        });
        Self::read(&sources, &[], &mut Vec::new())
    }

    /// The message of this key in this language. A key that is missing there is said in zh-CN; one that is nowhere
    /// comes back as itself (a test forbids it).
    pub fn say(&self, lang: Lang, key: &str, args: &[(&str, Value<'_>)]) -> String {
        let chosen = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        let found = [chosen, &self.zh].into_iter().find_map(|b| Some((b, b.get_message(key)?.value()?)));
        let Some((bundle, pattern)) = found else {
            tracing::error!(key, "there is no such message");
            return key.to_owned();
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            match value {
                Value::Text(text) => values.set(*name, FluentValue::String(text.as_ref().into())),
                // beyond 2^53 a float would round; a number of that size selects no plural
                Value::Number(n) if n.unsigned_abs() > 1 << 53 => values.set(*name, n.to_string()),
                Value::Number(n) => values.set(*name, *n),
            }
        }
        let mut errors = Vec::new();
        let mut said = String::with_capacity(128);
        let written = bundle.write_pattern(&mut said, pattern, Some(&values), &mut errors);
        if written.is_err() || !errors.is_empty() {
            tracing::error!(key, ?errors, "a message could not be put together");
        }
        said
    }

    /// A person's mistake, in words that help.
    pub fn mistake(&self, lang: Lang, m: &Mistake) -> String {
        let args: Vec<_> = m.args.iter().map(|(k, v)| (*k, Value::from(v))).collect();
        self.say(lang, m.key, &args)
    }

    /// Every key with the names of its variables (in either language).
    pub fn shapes(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.shapes
    }
}

/// The keys of one text with their variables: for the test that both languages agree.
pub fn shapes_of(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(r, _)| r);
    resource.entries().filter_map(shape).collect()
}

fn parse(source: &Source<'_>, problems: &mut Vec<Problem>) -> FluentResource {
    FluentResource::try_new(source.text.to_owned()).unwrap_or_else(|(resource, errors)| {
        problems.extend(errors.iter().map(|e| Problem {
            place: source.place.clone(),
            line: line_of(source.text, e.pos.start),
            what: format!("this is no message ({}): write `key = text`, further lines indented", e.kind),
        }));
        resource
    })
}

fn shape(entry: &ast::Entry<&str>) -> Option<(String, BTreeSet<String>)> {
    let ast::Entry::Message(message) = entry else { return None };
    let mut variables = BTreeSet::new();
    if let Some(pattern) = &message.value {
        of_pattern(pattern, &mut variables);
    }
    Some((message.id.name.to_owned(), variables))
}

fn of_pattern(pattern: &ast::Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            ast::PatternElement::Placeable { expression: ast::Expression::Inline(inline) } => of_inline(inline, found),
            ast::PatternElement::Placeable { expression: ast::Expression::Select { selector, variants } } => {
                of_inline(selector, found);
                for v in variants {
                    of_pattern(&v.value, found);
                }
            }
            ast::PatternElement::TextElement { .. } => {}
        }
    }
}

fn of_inline(inline: &ast::InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
        }
        ast::InlineExpression::FunctionReference { arguments, .. } => {
            for a in &arguments.positional {
                of_inline(a, found);
            }
        }
        ast::InlineExpression::Placeable { expression } => {
            if let ast::Expression::Inline(inner) = expression.as_ref() {
                of_inline(inner, found);
            }
        }
        _ => {}
    }
}
