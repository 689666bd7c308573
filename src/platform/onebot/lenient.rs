//! Reading leniently what implementations write: a number, a string and an absence are all the same to it.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// Text, or a number written out; anything else is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word(pub String);

impl Deref for Word {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

struct WordVisitor;

impl<'de> Visitor<'de> for WordVisitor {
    type Value = Word;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_str<E>(self, s: &str) -> Result<Word, E> {
        Ok(Word(s.to_owned()))
    }
    fn visit_string<E>(self, s: String) -> Result<Word, E> {
        Ok(Word(s))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Word, E> {
        Ok(Word(n.to_string()))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Word, E> {
        Ok(Word(n.to_string()))
    }
    fn visit_f64<E>(self, n: f64) -> Result<Word, E> {
        Ok(Word(if n.fract() == 0.0 && n.abs() < 9e15 { format!("{n:.0}") } else { String::new() }))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Word, E> {
        Ok(Word::default())
    }
    fn visit_unit<E>(self) -> Result<Word, E> {
        Ok(Word::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Word, A::Error> {
        skip_seq(seq).map(|()| Word::default())
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Word, A::Error> {
        skip_map(map).map(|()| Word::default())
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(WordVisitor)
    }
}

/// A whole number, or a string of one; anything else is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Int(pub Option<i64>);

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Word::deserialize(d).map(|w| Self(w.trim().parse().ok()))
    }
}

/// An object, or nothing where the wire has something else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lenient<T>(pub T);

impl<T> Deref for Lenient<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

struct LenientVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for LenientVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_str<E>(self, _: &str) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_i64<E>(self, _: i64) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_u64<E>(self, _: u64) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<T, A::Error> {
        skip_seq(seq).map(|()| T::default())
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(LenientVisitor(PhantomData)).map(Self)
    }
}

/// Reads over a list.
pub(super) fn skip_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads over an object.
pub(super) fn skip_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}
