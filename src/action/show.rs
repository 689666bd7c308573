//! Names and sums in answers: bounded, whatever somebody is called. Escaping is the platforms'.

use crate::action::context::Context;
use crate::domain::money::Fen;

/// Characters of a name or a card that are shown.
const NAME: usize = 24;
/// Names that a list shows before it counts the rest.
pub const NAMES: usize = 30;
/// The same in private, where whoever asked wants all of a branch.
const PRIVATE_NAMES: usize = 300;

/// Control and direction characters.
fn hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Words from outside in one line, without control and direction characters; whoever read them has bounded them.
pub fn line(text: &str) -> String {
    text.chars().filter(|c| !hidden(*c)).collect()
}

/// A name from outside, without control and direction characters, cut where it is very long.
pub fn name(text: &str) -> String {
    let clean: Vec<char> = text.chars().filter(|c| !hidden(*c)).take(NAME + 1).collect();
    if clean.len() <= NAME {
        return clean.into_iter().collect();
    }
    clean[..NAME - 1].iter().chain(['…'].iter()).collect()
}

/// How many names an answer here shows before it counts the rest.
pub fn most(cx: &Context) -> usize {
    if cx.private() { PRIVATE_NAMES } else { NAMES }
}

/// Pieces joined as the language joins them.
pub fn join(cx: &Context, pieces: &[String]) -> String {
    cx.bot.names(pieces, usize::MAX)
}

/// At most `most` names, then how many there are.
pub fn names<'a>(cx: &Context, all: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    cx.bot.names(&all.into_iter().map(name).collect::<Vec<_>>(), most)
}

/// Yuan without needless zeros.
pub fn yuan(fen: i64) -> String {
    Fen(fen).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_cut_not_changed() {
        assert_eq!(name("张三"), "张三");
        assert_eq!(name("[CQ:at,qq=all]"), "[CQ:at,qq=all]");
        assert_eq!(name("=cmd|' /C calc'!A0"), "=cmd|' /C calc'!A0");
        assert_eq!(name("张\n三\u{0}\u{202E}"), "张三");
        let long = name(&"长".repeat(5000));
        assert_eq!((long.chars().count(), long.ends_with('…')), (NAME, true));
    }
}
