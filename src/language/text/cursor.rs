//! A place in a text from which small parsers eat. A copy is a bookmark.

use super::numerals;

/// What is left to read.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    /// At the start of the text.
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
    /// Bytes eaten.
    pub fn at(&self) -> usize {
        self.at
    }
    /// What is not eaten yet.
    pub fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }
    /// Eats the first of these words that stands here.
    pub fn eat<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        let word = words.iter().find(|w| self.rest().starts_with(**w))?;
        self.at += word.len();
        Some(word)
    }
    /// Whether one of these words stands here.
    pub fn sees(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.rest().starts_with(*w))
    }
    /// Eats at most two spaces.
    pub fn space(&mut self) {
        for _ in 0..2 {
            self.eat(&[" "]);
        }
    }
    /// Eats so many bytes, which the caller has seen here.
    pub fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
    }
    /// Eats a whole number.
    pub fn number(&mut self) -> Option<i64> {
        let (n, len) = numerals::number(self.rest())?;
        self.at += len;
        Some(n)
    }
    /// Eats a whole number of this range; nothing where it is another.
    pub fn number_in(&mut self, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let before = self.at;
        let found = self.number().filter(|n| range.contains(n));
        if found.is_none() {
            self.at = before;
        }
        found
    }
}
