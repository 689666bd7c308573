//! From characters to tokens: width and decoration, words, numbers, times, names.

pub(in crate::language) mod cursor;
pub(in crate::language) mod days;
pub(in crate::language) mod english;
pub(in crate::language) mod lex;
pub(in crate::language) mod lexicon;
pub(in crate::language) mod names;
pub(in crate::language) mod normalise;
pub(in crate::language) mod numerals;
pub(in crate::language) mod pauses;
pub(in crate::language) mod quantity;
pub(in crate::language) mod span;
pub(in crate::language) mod surnames;
pub(in crate::language) mod unit_words;
pub(in crate::language) mod unread;
pub(in crate::language) mod when;
pub(in crate::language) mod words;
