//! Pauses for which no comma was typed: none at all before and behind small talk (困死了终于看完大学习了睡觉了), or spaces (昨天太忙没看
//! 刚刚把大学习补上了). A message of spaces whose pieces are clauses is read both ways: without pauses (团费 已交 0.2) and with them.
//! What only the pause makes plain counts, and what a pause there would forbid does not.

use super::lex::{Is, Token};
use super::lexicon::Kind;
use super::names;
use super::normalise::is_han;
use super::numerals::digit;
use crate::language::sentence::lead;
use crate::language::sentence::talk::{Talk, companion};
use crate::language::{Around, Names};

/// How a class, a year or a group is called at its end.
const GROUPS: &[char] = &['班', '级', '届', '组', '院', '系', '部'];

/// What follows upon something: the one before it is what it waits for.
pub(in crate::language) const THEN: &[char] = &['就', '才', '再', '后', '便'];

/// What tells how it ended, behind a struggle.
const AT_LAST: &[&str] = &["终于", "总算", "可算", "好不容易", "好容易"];

/// 卡了三次|终于把大学习看完了: what stands before it and names no duty is a clause of its own.
pub(in crate::language) fn struggle(text: &str, tokens: &mut Vec<Token>) {
    let mut at = 1;
    while at < tokens.len() {
        if tokens[at].kind(Kind::Already) && AT_LAST.contains(&&text[tokens[at].start..tokens[at].end]) {
            let from = tokens[..at].iter().rposition(|t| matches!(t.is, Is::Break | Is::End)).map_or(0, |n| n + 1);
            let before = &tokens[from..at];
            let said = before.iter().any(|t| t.is == Is::Unknown) && before.iter().any(|t| t.kind(Kind::Mark));
            let plain = before.iter().all(|t| {
                matches!(
                    t.is,
                    Is::Unknown | Is::Gap | Is::Number(_) | Is::When(_) | Is::Count(_) | Is::Minutes(_) | Is::Word(Kind::Mark | Kind::Filler | Kind::Me)
                )
            });
            if said && plain {
                let start = tokens[at].start;
                tokens.insert(at, Token { is: Is::Break, start, end: start });
                at += 1;
            }
        }
        at += 1;
    }
}

/// The tokens with pauses for spaces; none where there is no such space, or a piece is none of a sentence: a name, a class, a figure.
pub(in crate::language) fn typed(text: &str, tokens: &[Token], around: &Around<'_>, talk: &Talk) -> Option<Vec<Token>> {
    let bounds = |t: &Token| matches!(t.is, Is::Break | Is::End);
    let says = |t: &Token| !(t.is == Is::Gap && text[t.start..t.end].trim().is_empty());
    // between two words, not beside a comma and not at either end
    let parts = |at: &usize| {
        let before = tokens[..*at].iter().rev().find(|t| says(t));
        let after = tokens[*at..].iter().find(|t| says(t));
        !says(&tokens[*at]) && before.zip(after).is_some_and(|(a, b)| !bounds(a) && !bounds(b))
    };
    let mut paused = tokens.to_vec();
    let spaces: Vec<usize> = (0..tokens.len()).filter(parts).collect();
    for at in &spaces {
        paused[*at].is = Is::Break;
    }
    let mut pieces = paused.split(bounds).filter(|p| p.iter().any(says));
    let clauses = !spaces.is_empty() && pieces.all(|piece| clause(text, piece, around.names, talk));
    clauses.then_some(paused)
}

/// Whether a piece can be a clause of its own.
fn clause(text: &str, piece: &[Token], roster: &dyn Names, talk: &Talk) -> bool {
    let (Some(first), Some(last)) = (piece.first(), piece.last()) else { return false };
    let said = &text[first.start..last.end];
    let known = |t: &Token| matches!(t.is, Is::Word(kind) if !matches!(kind, Kind::Them | Kind::Person | Kind::De | Kind::And));
    let figures = |t: &Token| matches!(t.is, Is::Sum(_) | Is::When(_) | Is::Issues(_) | Is::Count(_) | Is::Minutes(_));
    // 1.张三 2.李四, 大学习:王小明 已完成: a list, a form
    let says = |t: &Token| matches!(t.is, Is::Word(Kind::Verb(_) | Kind::Proxy | Kind::Give));
    let named = !piece.iter().any(says) && piece.iter().any(|t| names::exact_at(&text[t.start..], roster).is_some_and(|len| t.start + len == last.end));
    let numbered = said.trim_start_matches(|c: char| c.is_ascii_digit() || digit(c).is_some());
    let point = numbered.strip_prefix(['.', '、', ')']).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    // 没有 团费交了, 听说 团费交了: a word that takes what follows
    let unsure = |t: &Token| matches!(t.is, Is::Gap | Is::Word(Kind::Neg | Kind::Ask | Kind::Cond | Kind::Hear | Kind::Plan | Kind::Notice | Kind::Topic));
    if named || numbered.len() < said.len() && point || piece.iter().all(unsure) || piece.iter().any(|t| t.is == Is::Colon) {
        return false;
    }
    // 三块, 上周的: how much and when stand behind a pause as well
    if piece.iter().any(figures) {
        return true;
    }
    said.chars().filter(|c| is_han(*c)).count() > 1
        && !said.ends_with(GROUPS)
        && (piece.iter().any(known) || said.chars().count() > 3 || talk.strange(piece, text) == 0)
}

/// 困死了|终于看完大学习了|睡觉了: small talk is a clause of its own, also where no comma parts it.
pub(in crate::language) fn small_talk(text: &str, tokens: &mut Vec<Token>, talk: &Talk) {
    let bounds = |t: &Token| matches!(t.is, Is::Break | Is::End);
    let chat = |piece: &[Token]| {
        let plain = |t: &Token| matches!(t.is, Is::Unknown | Is::Gap | Is::Word(Kind::Filler | Kind::Mark | Kind::Me | Kind::Plan));
        let clause = piece.first().zip(piece.last()).map_or("", |(a, b)| &text[a.start..b.end]);
        let proof =
            piece.first().is_some_and(|t| t.is == Is::Gap) && clause.contains("截") && companion(clause) && piece.iter().all(|t| plain(t) || t.kind(Kind::Neg));
        // 等开工资了|把团费交了: still to come.
        let waits = clause.trim_start().starts_with('等') && !clause.contains("时候");
        // 团费交齐了|就去团建: when it is paid
        let follows = clause.trim_start().starts_with(THEN) && !clause.trim_start().starts_with("再见");
        !(waits || follows) && (proof || piece.iter().any(|t| t.is == Is::Unknown) && piece.iter().all(plain) && talk.strange(piece, text) == 0)
    };
    let mut from = 0;
    while from < tokens.len() {
        let end = tokens[from..].iter().position(bounds).map_or(tokens.len(), |n| from + n);
        let marks: Vec<usize> = (from..end.saturating_sub(1)).filter(|at| tokens[*at].kind(Kind::Mark) && !text[..tokens[*at].end].ends_with('的')).collect();
        // 睡过头了|迟到签到: at the first mark up to which it is small talk
        let opening = marks.iter().copied().find(|m| chat(&tokens[from..*m]) && !tokens.get(m + 1).is_some_and(|t| t.kind(Kind::Mark)));
        let (first, last) = (opening.or_else(|| marks.first().copied()), marks.iter().rev().copied().find(|m| chat(&tokens[m + 1..end])));
        let mut cuts: Vec<usize> = last.into_iter().collect();
        // 团费转你了|记得收一下, 团费转你了两毛|你看一下
        let received = |m: usize| {
            let piece = &tokens[m + 1..end];
            piece.first().zip(piece.last()).is_some_and(|(a, b)| lead::to_receive(&text[a.start..b.end]))
        };
        let told = (from..end.saturating_sub(1)).filter(|at| marks.contains(at) || matches!(tokens[*at].is, Is::Sum(_)));
        cuts.extend(told.into_iter().find(|m| received(*m)).filter(|m| !cuts.contains(m)));
        cuts.extend(first.filter(|f| last.is_none_or(|l| *f < l) && chat(&tokens[from..*f])));
        from = end + 1 + cuts.len();
        for cut in cuts {
            let at = tokens[cut].end;
            tokens.insert(cut + 1, Token { is: Is::Break, start: at, end: at });
        }
    }
}
