//! What one thought says in two clauses, read as one: for whom and then what the speaker did (周杰的团费,我帮忙垫了), how much and then
//! to whom (团费五块,给班长了), what was to be made up and that it was (补一下8月团费,已转).

use super::lead::to_receive;
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::{Kind, Lexicon};

/// Where somebody else's dues are taken over by the speaker.
const TAKEN_OVER: &[&str] = &["帮忙", "帮", "代", "替", "垫", "先垫", "一起", "一块", "顺便", "顺手", "也帮", "也替", "也代"];
/// That it went over.
const WENT: &[&str] =
    &["已转", "已付", "已交", "已缴", "转了", "付了", "交了", "缴了", "转你", "转您", "转过去", "已补", "补了", "补上", "已经转", "已经付", "已经交"];

/// Turns the commas between them into gaps.
pub(in crate::language) fn fold(text: &str, tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    and_me(text, tokens);
    told_to_look(text, tokens);
    each(text, tokens);
    let cuts: Vec<usize> = (0..tokens.len()).filter(|at| tokens[*at].is == Is::Break).collect();
    let mut from = 0;
    for (n, cut) in cuts.iter().copied().enumerate() {
        let end = cuts.get(n + 1).copied().unwrap_or(tokens.len());
        let end = tokens[cut + 1..end].iter().position(|t| t.is == Is::End).map_or(end, |e| cut + 1 + e);
        let (first, second) = (&tokens[from..cut], &tokens[cut + 1..end]);
        let joined = theirs(first, second, text) || handed(first, second, text) || owned(first, text, lexicon);
        let made_up = made_up(first, second, text, lexicon);
        if joined {
            tokens[cut].is = Is::Gap;
        }
        if let Some((at, verb)) = made_up {
            tokens[from + at].is = Is::Word(verb);
            if let Some(tail) = tokens.get_mut(from + at + 1).filter(|t| &text[t.start..t.end] == "下") {
                tail.is = Is::Gap;
            }
        }
        if !joined {
            from = tokens[..=cut].iter().rposition(|t| matches!(t.is, Is::Break | Is::End)).map_or(0, |n| n + 1);
        }
    }
}

/// 王燕燕和我的大学习, 替许慎和我自己交了团费: as 我和王燕燕的.
fn and_me(text: &str, tokens: &mut Vec<Token>) {
    let word = |from: usize| tokens[from..].iter().position(|t| t.is != Is::Gap).map(|n| from + n);
    let Some(start) = word(0) else { return };
    let proxy = tokens[start].kind(Kind::Proxy);
    let Some(first) = (if proxy { word(start + 1) } else { Some(start) }).filter(|n| tokens[*n].is == Is::Name) else { return };
    let with = |t: &Token| t.kind(Kind::And) || t.kind(Kind::Give) && &text[t.start..t.end] == "跟";
    let end = first + tokens[first..].iter().take_while(|t| t.is == Is::Name || with(t)).count();
    if end > first + 1 && with(&tokens[end - 1]) && tokens.get(end).is_some_and(|t| t.kind(Kind::Me)) {
        // 替许慎和我妈交了
        if proxy && tokens.get(end + 1).is_some_and(|t| t.is == Is::Unknown) {
            return;
        }
        if proxy {
            tokens[start].is = Is::Gap;
        }
        let at = tokens[first].start;
        tokens[end - 1].is = Is::Gap;
        tokens[end].is = Is::Gap;
        let said = [Kind::Me, Kind::And].map(|kind| Token { is: Is::Word(kind), start: at, end: at });
        tokens.splice(first..first, said);
    }
}

/// 替孙七、周杰交团费,每人0.2,共0.4元: the share, where the sum is told too.
fn each(text: &str, tokens: &mut [Token]) {
    let named = tokens.iter().any(|t| t.kind(Kind::Proxy)) && tokens.iter().any(|t| t.is == Is::Name);
    if !named || !["共", "总共", "合计"].iter().any(|w| text.contains(w)) {
        return;
    }
    for at in 0..tokens.len() {
        if !(matches!(&text[tokens[at].start..tokens[at].end], "每人" | "一人" | "每个人") && at > 0 && tokens[at - 1].is == Is::Break) {
            continue;
        }
        let clause = tokens[at..].iter().position(|t| matches!(t.is, Is::Break | Is::End)).map_or(tokens.len(), |n| at + n);
        if tokens[at + 1..clause].iter().all(|t| matches!(t.is, Is::Sum(_) | Is::Gap)) {
            for token in &mut tokens[at..clause] {
                token.is = Is::Gap;
            }
        }
    }
}

/// 支书您点一下,团费转过去了: what is asked of whoever was paid.
fn told_to_look(text: &str, tokens: &mut [Token]) {
    let parts = |t: &Token| matches!(t.is, Is::Break | Is::End);
    if !tokens.iter().any(parts) {
        return;
    }
    let mut from = 0;
    while from < tokens.len() {
        let end = tokens[from..].iter().position(parts).map_or(tokens.len(), |n| from + n);
        if tokens[from..end].iter().any(|t| t.kind(Kind::Them)) && to_receive(said(&tokens[from..end], text)) {
            for token in &mut tokens[from..end] {
                token.is = Is::Gap;
            }
        }
        from = end + 1;
    }
}

fn said<'t>(clause: &[Token], text: &'t str) -> &'t str {
    clause.first().zip(clause.last()).map_or("", |(a, b)| text[a.start..b.end].trim())
}

/// 周杰的10月团费|我帮忙垫了: whose they are, and who paid.
fn theirs(first: &[Token], second: &[Token], text: &str) -> bool {
    let plain = |t: &Token| matches!(t.is, Is::Name | Is::Gap | Is::When(_) | Is::Sum(_) | Is::Word(Kind::Duty(_) | Kind::De | Kind::And));
    let whose = first.iter().find(|t| t.is != Is::Gap).is_some_and(|t| t.is == Is::Name) && first.iter().all(plain);
    let took = said(second, text).strip_prefix('我').is_some_and(|rest| TAKEN_OVER.iter().any(|w| rest.starts_with(w)));
    whose
        && took
        && first.iter().any(|t| matches!(t.is, Is::Word(Kind::Duty(_))))
        && !second.iter().any(|t| t.is == Is::Name || matches!(t.is, Is::Word(Kind::Duty(_))))
}

/// 李四的|团费已交: whose it is.
fn owned(first: &[Token], text: &str, lexicon: &Lexicon) -> bool {
    let who = said(first, text).strip_suffix('的').unwrap_or_default();
    (2..=4).contains(&who.chars().count()) && lexicon.at(who, 0).is_none() && first.len() <= 4 && crate::language::text::surnames::plausible(who)
}

/// 团费五块|给班长了: how much, and to whom.
fn handed(first: &[Token], second: &[Token], text: &str) -> bool {
    let plain = |t: &Token| matches!(t.is, Is::Gap | Is::When(_) | Is::Sum(_) | Is::Word(Kind::Duty(_) | Kind::Me | Kind::De));
    let sum = first.iter().any(|t| matches!(t.is, Is::Sum(_))) && first.iter().any(|t| matches!(t.is, Is::Word(Kind::Duty(_)))) && first.iter().all(plain);
    let rest = said(second, text);
    let rest = ["现金", "微信", "支付宝", "红包", "我", "已经", "已", "刚"].iter().find_map(|w| rest.strip_prefix(w)).unwrap_or(rest);
    let given = rest.starts_with('给') && rest.trim_end_matches(['~', '哈', '啊', '。', '!', ' ']).ends_with(['了', '啦', '咯']);
    sum && given
        && second
            .iter()
            .all(|t| matches!(t.is, Is::Gap | Is::Name | Is::Word(Kind::Give | Kind::Person | Kind::Mark | Kind::Filler | Kind::Me | Kind::Already)))
}

/// 补一下8月团费0.2元|已转: the word that asked for it did it; which token, and its verb.
fn made_up(first: &[Token], second: &[Token], text: &str, lexicon: &Lexicon) -> Option<(usize, Kind)> {
    let at = first.iter().position(|t| !matches!(t.is, Is::Gap | Is::Name | Is::Word(Kind::Me | Kind::Filler | Kind::Proxy | Kind::And)))?;
    let word = &text[first[at].start..first[at].end];
    let rest = &first[at + 1..];
    let named = rest.iter().any(|t| matches!(t.is, Is::Word(Kind::Duty(_))))
        && rest
            .iter()
            .all(|t| &text[t.start..t.end] == "下" || matches!(t.is, Is::Gap | Is::When(_) | Is::Sum(_) | Is::Issues(_) | Is::Word(Kind::Duty(_) | Kind::De)));
    let sum_first = second.iter().find(|t| t.is != Is::Gap).is_some_and(|t| matches!(t.is, Is::Sum(_)));
    let went = WENT.iter().any(|w| said(second, text).trim_start_matches(['我', '刚', '都']).starts_with(w) || sum_first && said(second, text).ends_with(w));
    let asked = ["补一下", "补下", "交一下", "缴一下", "转一下"].contains(&word);
    // 交|下, where it is no word of its own
    let asked = asked || matches!(first[at].is, Is::Word(Kind::Verb(_))) && text[first[at].end..].starts_with('下');
    let verb = asked.then(|| lexicon.at("补", 0).map(|(kind, _)| kind)).flatten();
    let verb = verb.filter(|k| matches!(k, Kind::Verb(_)))?;
    (named && went).then_some((at, verb))
}
