//! Several things in one addressed message, each by itself: 交了团费,谁没交; two questions; what is reported and taken
//! back at once. Whatever reads better as a whole is left to `command` and `statement`.

use crate::language::text::lex::{self, Is, Lexed};
use crate::language::text::lexicon::Kind;
use crate::language::text::normalise;
use crate::language::{Around, Grammar, Intent, Meaning};
use std::ops::Range;

/// Pieces of one message, at most.
const MOST: usize = 12;

/// What one piece of the message is.
enum Piece {
    /// Asks: what, and whether it names its duty or needs none.
    Query(Vec<Meaning>),
    /// Takes back what was said.
    Undo,
    /// Anything else.
    Other,
}

impl Grammar {
    /// The things that the message says one by one; none where it is to be read as a whole.
    pub(in crate::language) fn several(&self, text: &str, around: &Around<'_>) -> Option<Vec<Meaning>> {
        let pieces = pieces(text);
        if !(2..=MOST).contains(&pieces.len()) {
            return None;
        }
        let read: Vec<(Range<usize>, Piece)> = pieces.into_iter().map(|range| (range.clone(), self.piece(&text[range], around))).collect();
        let queries = read.iter().filter(|(_, p)| matches!(p, Piece::Query(_))).count();
        let undone = read.iter().skip(1).any(|(_, p)| matches!(p, Piece::Undo));
        if queries == 0 && !undone {
            return None;
        }
        let mut all: Vec<Meaning> = Vec::new();
        for run in read.chunk_by(|(_, a), (_, b)| matches!(a, Piece::Other) == matches!(b, Piece::Other)) {
            let (Some((first, kind)), Some((last, _))) = (run.first(), run.last()) else { continue };
            if matches!(kind, Piece::Other) {
                let lexed = lex::lex(&text[first.start..last.end], &self.lexicon, &self.units, around);
                let said = self.statements(&lexed, around).into_iter().filter(|m| is_report(&m.intent));
                all.extend(said.map(|m| moved(m, first.start)));
            }
        }
        let reports = all.len();
        if undone {
            // 大学习看完了,撤销: neither the one nor an earlier record; the bot asks.
            let Intent::Report { duty, .. } = &all.first()?.intent else { return None };
            return Some(vec![Meaning { intent: Intent::Unclear { duty: Some(duty.clone()) }, why: all.first()?.why.clone() }]);
        }
        let duty = all.iter().find_map(|m| if let Intent::Report { duty, .. } = &m.intent { Some(duty.clone()) } else { None });
        for (range, piece) in &read {
            let Piece::Query(asked) = piece else { continue };
            for m in asked {
                let mut m = moved(m.clone(), range.start);
                if let Intent::Missing { duty: of @ None, .. } | Intent::Stats { duty: of @ None, name: None, .. } = &mut m.intent {
                    // 大学习看了,谁没完成; two questions have to name theirs
                    of.clone_from(&duty);
                    if reports == 0 && queries > 1 {
                        return None;
                    }
                }
                if !all.iter().any(|known| known.intent == m.intent) {
                    all.push(m);
                }
            }
        }
        (reports > 0 && all.len() > reports || all.len() > 1).then_some(all)
    }

    fn piece(&self, text: &str, around: &Around<'_>) -> Piece {
        let lexed: Lexed = lex::lex(text, &self.lexicon, &self.units, around);
        let Some(found) = self.command(text, &lexed, around) else { return Piece::Other };
        match found.first().map(|m| &m.intent) {
            Some(Intent::Missing { .. } | Intent::Stats { .. } | Intent::Own | Intent::MyData | Intent::Unbound) => {
                // 没交团费的 in a longer sentence is no question by itself
                let asks = lexed.tokens.iter().any(|t| t.kind(Kind::Ask) || matches!(t.is, Is::Word(Kind::Topic)) || t.kind(Kind::Me));
                if asks { Piece::Query(found) } else { Piece::Other }
            }
            Some(Intent::Undo) => Piece::Undo,
            _ => Piece::Other,
        }
    }
}

fn is_report(intent: &Intent) -> bool {
    matches!(intent, Intent::Report { .. } | Intent::CheckIn { .. } | Intent::Leave { .. })
}

fn moved(mut m: Meaning, by: usize) -> Meaning {
    for (_, range) in &mut m.why {
        *range = range.start + by..range.end + by;
    }
    m
}

/// The message cut at commas, stops and lines, and at spaces between Chinese characters; bytes of the original.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut start = 0;
    let mut push = |range: Range<usize>| {
        if text[range.clone()].chars().any(char::is_alphanumeric) {
            all.push(range);
        }
    };
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let ends = match c {
            ',' | '，' | '。' | '!' | '！' | '?' | '？' | ';' | '；' | '\n' => true,
            ' ' | '\u{3000}' => {
                let han = |c: Option<char>| c.is_some_and(normalise::is_han);
                han(text[..at].chars().next_back()) && han(text[end..].chars().next())
            }
            _ => false,
        };
        if ends {
            push(start..end);
            start = end;
        }
    }
    push(start..text.len());
    all
}
