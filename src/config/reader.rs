//! A strict reader of TOML. A table gives each key away once; what nobody asked for is a mistake. Every mistake is
//! noted with file and line and reading goes on, so that all of them are told at once.

use super::Problem;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::rc::Rc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where something was written: the file and line, or the environment variable and 0.
#[derive(Clone, Debug)]
pub(super) struct At {
    pub place: Rc<str>,
    pub line: usize,
}

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(pub Vec<Problem>);

impl Problems {
    /// Notes one.
    pub fn add(&mut self, at: &At, what: impl Into<String>) {
        self.0.push(Problem { place: at.place.to_string(), line: at.line, what: what.into() });
    }

    /// All of them: files in the order in which they were read, lines rising.
    pub fn sorted(mut self) -> Vec<Problem> {
        let mut places: Vec<String> = Vec::new();
        for p in &self.0 {
            if !places.contains(&p.place) {
                places.push(p.place.clone());
            }
        }
        self.0.sort_by_key(|p| (places.iter().position(|q| *q == p.place), p.line));
        self.0.dedup();
        self.0
    }
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub at: At,
    pub raw: Raw,
}

/// What TOML or the environment holds.
#[derive(Clone, Debug)]
pub(super) enum Raw {
    Text(String),
    /// From the environment: text that stands for whatever is wanted.
    Variable(String),
    Number(String),
    Bool(bool),
    Date,
    List(Vec<Node>),
    Table(Table),
}

impl Raw {
    fn what(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Variable(_) => "text",
            Self::Number(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Date => "a bare date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// A table that is being read.
#[derive(Clone, Debug)]
pub(super) struct Table {
    at: At,
    entries: BTreeMap<String, Node>,
    places: BTreeMap<String, At>,
    asked: Vec<&'static str>,
    /// The file could not be read whole: what is missing may be in the broken part.
    torn: bool,
}

impl Table {
    /// Reads a file's text. What is no TOML is noted, and the rest is still there.
    pub fn parse(place: &str, text: &str, problems: &mut Problems) -> Self {
        let place: Rc<str> = place.into();
        let (table, errors) = DeTable::parse_recoverable(text);
        for e in &errors {
            let line = e.span().map_or(1, |s| line_of(text, s.start));
            problems.add(&At { place: place.clone(), line }, format!("this is no TOML: {}", e.message()));
        }
        let source = Source { place: &place, text, torn: !errors.is_empty() };
        source.table(table.into_inner(), At { place: place.clone(), line: 1 })
    }

    /// A table with nothing in it.
    pub fn empty(at: At) -> Self {
        Self { at, entries: BTreeMap::new(), places: BTreeMap::new(), asked: Vec::new(), torn: false }
    }

    /// Where this table begins.
    pub fn place(&self) -> &At {
        &self.at
    }

    /// Where a key is written, or the table where it is not.
    pub fn at(&self, key: &str) -> At {
        self.places.get(key).unwrap_or(&self.at).clone()
    }

    /// Puts a value in, or another one in its place.
    pub fn set(&mut self, key: &str, node: Node) {
        self.places.insert(key.to_owned(), node.at.clone());
        self.entries.insert(key.to_owned(), node);
    }

    /// Lays another table over this one, table by table and key by key.
    pub fn overlay(&mut self, over: Self) {
        self.torn |= over.torn;
        for (key, node) in over.entries {
            match (self.entries.get_mut(&key), node) {
                (Some(Node { raw: Raw::Table(below), at }), Node { raw: Raw::Table(above), at: above_at }) => {
                    *at = above_at;
                    below.overlay(above);
                }
                (_, node) => self.set(&key, node),
            }
        }
    }

    /// The table of this name, made where there is none, without taking it away; none where it is something else.
    pub fn table_mut(&mut self, key: &str) -> Option<&mut Self> {
        let at = self.at.clone();
        let empty = || Node { raw: Raw::Table(Self::empty(at.clone())), at: at.clone() };
        match &mut self.entries.entry(key.to_owned()).or_insert_with(empty).raw {
            Raw::Table(t) => Some(t),
            _ => None,
        }
    }

    /// The list of this name, made where there is none, without taking it away; none where it is something else.
    pub fn list_mut(&mut self, key: &str) -> Option<&mut Vec<Node>> {
        let at = self.at.clone();
        match &mut self.entries.entry(key.to_owned()).or_insert_with(|| Node { at, raw: Raw::List(Vec::new()) }).raw {
            Raw::List(l) => Some(l),
            _ => None,
        }
    }

    /// Whether there is such a key (still).
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Tells which keys there could be, where reading one depends on another.
    pub fn asked(&mut self, keys: &[&'static str]) {
        self.asked.extend(keys);
    }

    /// Takes a value away.
    fn take(&mut self, key: &'static str) -> Option<Node> {
        self.asked.push(key);
        self.entries.remove(key)
    }

    /// Takes every entry: for tables whose keys are data.
    pub fn drain(&mut self) -> BTreeMap<String, Node> {
        std::mem::take(&mut self.entries)
    }

    /// Notes that a key must be there.
    pub fn missing(&self, key: &str, example: &str, problems: &mut Problems) {
        if !self.torn {
            problems.add(&self.at, format!("`{key}` is missing: write for example `{key} = {example}`"));
        }
    }

    /// Text. None where it is absent or was noted as wrong.
    pub fn text(&mut self, key: &'static str, problems: &mut Problems) -> Option<String> {
        self.take(key)?.text(key, problems)
    }

    /// Text that must be there and say something.
    pub fn need_text(&mut self, key: &'static str, example: &str, problems: &mut Problems) -> Option<String> {
        if !self.entries.contains_key(key) {
            self.asked.push(key);
            self.missing(key, example, problems);
            return None;
        }
        let at = self.at(key);
        let text = self.text(key, problems)?;
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            problems.add(&at, format!("`{key}` is empty or holds control characters: write for example {example}"));
            return None;
        }
        Some(text)
    }

    /// Text that stands for something else.
    pub fn parsed<T, E: Display>(&mut self, key: &'static str, read: impl FnOnce(&str) -> Result<T, E>, problems: &mut Problems) -> Option<T> {
        let at = self.at(key);
        let text = self.text(key, problems)?;
        read(&text).map_err(|e| problems.add(&at, format!("`{key}`: {e}"))).ok()
    }

    /// One of these words.
    pub fn word<T: Copy>(&mut self, key: &'static str, words: &[(&'static str, T)], problems: &mut Problems) -> Option<T> {
        self.parsed(key, |text| one_of(text, words), problems)
    }

    /// True or false.
    pub fn flag(&mut self, key: &'static str, problems: &mut Problems) -> Option<bool> {
        let node = self.take(key)?;
        match &node.raw {
            Raw::Bool(b) => return Some(*b),
            Raw::Variable(t) if t == "true" || t == "1" => return Some(true),
            Raw::Variable(t) if t == "false" || t == "0" => return Some(false),
            other => problems.add(&node.at, format!("`{key}` is {}: write true or false, without quotes", other.what())),
        }
        None
    }

    /// A whole number within bounds.
    pub fn number(&mut self, key: &'static str, bounds: RangeInclusive<i64>, problems: &mut Problems) -> Option<i64> {
        let node = self.take(key)?;
        let (low, high) = (bounds.start(), bounds.end());
        let number = match &node.raw {
            Raw::Number(t) | Raw::Variable(t) => t.trim().parse::<i64>().ok(),
            other => {
                problems.add(&node.at, format!("`{key}` is {}: write a number from {low} to {high}, without quotes", other.what()));
                return None;
            }
        };
        let number = number.filter(|n| bounds.contains(n));
        if number.is_none() {
            problems.add(&node.at, format!("`{key}` must be a whole number from {low} to {high}"));
        }
        number
    }

    /// A list of texts; an empty one where it is absent.
    pub fn texts(&mut self, key: &'static str, problems: &mut Problems) -> Vec<(At, String)> {
        let Some(node) = self.take(key) else { return Vec::new() };
        match node.raw {
            Raw::List(items) => items.into_iter().filter_map(|n| Some((n.at.clone(), n.text(key, problems)?))).collect(),
            Raw::Variable(text) => text.split([',', '，']).map(str::trim).filter(|t| !t.is_empty()).map(|t| (node.at.clone(), t.to_owned())).collect(),
            other => {
                problems.add(&node.at, format!("`{key}` is {}: write a list, [\"…\", \"…\"]", other.what()));
                Vec::new()
            }
        }
    }

    /// A table below; none where it is absent.
    pub fn table(&mut self, key: &'static str, problems: &mut Problems) -> Option<Self> {
        let node = self.take(key)?;
        node.table(key, problems)
    }

    /// A list of tables, `[[key]]` or inline; an empty one where it is absent.
    pub fn tables(&mut self, key: &'static str, problems: &mut Problems) -> Vec<Self> {
        let Some(node) = self.take(key) else { return Vec::new() };
        match node.raw {
            Raw::List(items) => items.into_iter().filter_map(|n| n.table(key, problems)).collect(),
            other => {
                problems.add(&node.at, format!("`{key}` is {}: write each one as a block that begins with [[{key}]]", other.what()));
                Vec::new()
            }
        }
    }

    /// Notes every key that nobody asked for, with the nearest right one.
    pub fn finish(self, problems: &mut Problems) {
        for (key, node) in &self.entries {
            let what = if matches!(node.raw, Raw::Table(_)) { "section" } else { "key" };
            problems.add(&node.at, format!("unknown {what} `{key}`{}", did_you_mean(key, self.asked.iter().copied())));
        }
    }
}

impl Node {
    fn text(self, key: &str, problems: &mut Problems) -> Option<String> {
        match self.raw {
            Raw::Text(t) | Raw::Variable(t) => Some(t),
            other => {
                problems.add(&self.at, format!("`{key}` is {}: write text in quotes, \"…\"", other.what()));
                None
            }
        }
    }

    fn table(self, key: &str, problems: &mut Problems) -> Option<Table> {
        match self.raw {
            Raw::Table(t) => Some(t),
            other => {
                problems.add(&self.at, format!("`{key}` is {}: write a section, [{key}]", other.what()));
                None
            }
        }
    }

    /// A number's own digits, or text: for money, which is never a float.
    pub fn digits(self, key: &str, problems: &mut Problems) -> Option<String> {
        match self.raw {
            Raw::Number(t) => Some(t),
            _ => self.text(key, problems),
        }
    }
}

struct Source<'a> {
    place: &'a Rc<str>,
    text: &'a str,
    torn: bool,
}

impl Source<'_> {
    fn at(&self, byte: usize) -> At {
        At { place: self.place.clone(), line: line_of(self.text, byte) }
    }

    fn table(&self, table: DeTable<'_>, at: At) -> Table {
        let entries: BTreeMap<String, Node> = table
            .into_iter()
            .map(|(key, value)| {
                let at = self.at(key.span().start);
                (key.into_inner().into_owned(), Node { raw: self.raw(value, &at), at })
            })
            .collect();
        let places = entries.iter().map(|(k, n)| (k.clone(), n.at.clone())).collect();
        Table { at, entries, places, asked: Vec::new(), torn: self.torn }
    }

    fn raw(&self, value: Spanned<DeValue<'_>>, at: &At) -> Raw {
        match value.into_inner() {
            DeValue::String(s) => Raw::Text(s.into_owned()),
            DeValue::Integer(n) if n.radix() == 10 => Raw::Number(n.as_str().to_owned()),
            DeValue::Integer(n) => Raw::Number(i64::from_str_radix(n.as_str(), n.radix()).map_or_else(|_| n.as_str().to_owned(), |n| n.to_string())),
            DeValue::Float(x) => Raw::Number(x.as_str().to_owned()),
            DeValue::Boolean(b) => Raw::Bool(b),
            DeValue::Datetime(_) => Raw::Date,
            DeValue::Array(items) => Raw::List(
                items
                    .into_iter()
                    .map(|item| {
                        let at = self.at(item.span().start);
                        Node { raw: self.raw(item, &at), at }
                    })
                    .collect(),
            ),
            DeValue::Table(t) => Raw::Table(self.table(t, at.clone())),
        }
    }
}

/// The line (from 1) of a byte position.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.char_indices().take_while(|(i, _)| *i < at).filter(|(_, c)| *c == '\n').count() + 1
}

/// The meaning of one of these words.
pub(super) fn one_of<T: Copy>(text: &str, words: &[(&'static str, T)]) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
    found.ok_or_else(|| format!("there is no {text:?}{}", did_you_mean(text, words.iter().map(|(word, _)| *word))))
}

/// `: did you mean …?` where something is near, else the whole choice where it is short.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let distance = |k: &str| strsim::damerau_levenshtein(&word.to_lowercase(), &k.to_lowercase());
    let best = known.iter().map(|k| (distance(k), *k)).min();
    match best {
        Some((d, k)) if d <= 2.max(word.chars().count() / 3) && d < k.chars().count() => format!(": did you mean `{k}`?"),
        _ if known.is_empty() => String::new(),
        _ if known.len() <= 20 => format!("; there are: {}", known.join(", ")),
        _ => String::new(),
    }
}
