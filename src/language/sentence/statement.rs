//! What in a message is the speaker's own plain word: quotes, forwarded lines, hashtags fall out here, and whole
//! sentences that ask, suppose or pass on; what is left goes to `clause`.

use super::aside;
use super::card;
use super::clause::{self, Done, Seen};
use super::lead;
use super::merge;
use super::talk::{Talk, booking, companion, sorry};
use crate::domain::duty::Measure;
use crate::language::text::lex::{Is, Lexed, Token};
use crate::language::text::lexicon::{Kind, Lexicon};
use crate::language::text::pauses;
use crate::language::{Around, Grammar, Intent, Meaning};

/// A sentence of the speaker's own, in parts.
pub(in crate::language) struct Sentence {
    pub parts: Vec<Seen>,
    /// Asks, supposes, or passes on what others said.
    pub unsure: bool,
}

impl Grammar {
    /// Reports, check-ins and leave that the message states.
    pub(in crate::language) fn statements(&self, lexed: &Lexed, around: &Around<'_>) -> Vec<Meaning> {
        let found = self.told(lexed.tokens.clone(), lexed, around);
        let Some(paused) = pauses::typed(&lexed.norm.text, &lexed.tokens, around, &self.talk) else { return found };
        let with_pauses = self.told(paused, lexed, around);
        if found.len() < with_pauses.len() || with_pauses.iter().all(|m| matches!(m.intent, Intent::Unclear { .. })) { with_pauses } else { found }
    }

    /// The same, of these tokens.
    fn told(&self, mut tokens: Vec<Token>, lexed: &Lexed, around: &Around<'_>) -> Vec<Meaning> {
        lead::fold(&lexed.norm.text, &mut tokens, around);
        merge::fold(&lexed.norm.text, &mut tokens, &self.lexicon);
        aside::fold(&lexed.norm.text, &mut tokens, around.today);
        card::fold(&lexed.norm.text, &mut tokens, around);
        mute(&lexed.norm.text, &mut tokens, &self.talk);
        let passed_on = ["【转】", "[转]", "(转)", "转:", "fwd:", "fw:"].iter().any(|w| lexed.norm.text.trim_start().starts_with(w));
        let barred = passed_on
            || tokens.iter().enumerate().any(|(at, t)| match t.is {
                // 求别点名.
                Is::Word(Kind::Notice) => {
                    let spared = at > 0 && tokens[at - 1].kind(Kind::Neg) && &lexed.norm.text[t.start..t.end] == "点名";
                    !spared && !asks_a_favour(&lexed.norm.text, &tokens[at..])
                }
                Is::Word(Kind::Joke | Kind::Link) => true,
                _ => false,
            });
        if !barred {
            let mut sentences: Vec<Sentence> = tokens
                .split_inclusive(|t| t.is == Is::End || t.kind(Kind::Ask) && &lexed.norm.text[t.start..t.end] == "?")
                .map(|s| self.sentence(&lexed.norm.text, s, around))
                .collect();
            // 交了!? asks too.
            let asked: Vec<bool> = sentences.iter().skip(1).map(|s| s.unsure && s.parts.iter().all(Seen::bare_question)).chain([false]).collect();
            for (sentence, asked) in sentences.iter_mut().zip(asked) {
                sentence.unsure |= asked;
            }
            let session = self.session(&sentences, lexed, around);
            let mut found = self.reports(&sentences, lexed, around);
            // 我来参加团日了,签到: once.
            found.retain(|m| !session.iter().any(|s| s.intent == m.intent));
            found.extend(session);
            // 签到,团费也交了: in the order of the text.
            found.sort_by_key(|m| m.why.iter().map(|(_, r)| r.start).min());
            if found.is_empty() && around.addressed {
                found = self.paid_ahead(&sentences, lexed);
            }
            if !found.is_empty() {
                return found;
            }
        }
        if let Some(report) = self.labelled(&tokens, lexed).filter(|_| !barred) {
            return vec![report];
        }
        if around.addressed { self.unclear(&tokens, lexed) } else { Vec::new() }
    }

    /// 完成：青年大学习: as a form says it, the state before what it is of.
    fn labelled(&self, tokens: &[Token], lexed: &Lexed) -> Option<Meaning> {
        let said: Vec<&Token> = tokens.iter().filter(|t| t.is != Is::Gap).skip_while(|t| t.kind(Kind::Filler)).collect();
        let [mark, colon, named, rest @ ..] = said.as_slice() else { return None };
        let (Is::Word(_), Is::Colon, Is::Word(Kind::Duty(duty))) = (&mark.is, &colon.is, &named.is) else { return None };
        let issue = rest.iter().find_map(|t| if let Is::Issues(found) = &t.is { found.first().cloned() } else { None });
        let plain = rest.iter().all(|t| matches!(t.is, Is::Issues(_) | Is::End));
        if &lexed.norm.text[mark.start..mark.end] != "完成" || !plain || self.measure(*duty) != Measure::Done {
            return None;
        }
        let report = Intent::Report {
            duty: self.key(*duty),
            periods: Vec::new(),
            issue,
            amount_fen: None,
            count: None,
            minutes: None,
            names: Vec::new(),
            all: false,
            ahead: false,
            months: None,
        };
        let why = [("done", mark), ("duty", named)].map(|(what, t)| (what, lexed.norm.origin(t.start..t.end)));
        Some(Meaning { intent: report, why: why.into() })
    }

    fn sentence(&self, text: &str, tokens: &[Token], around: &Around<'_>) -> Sentence {
        // 团费已转,备注写了名字: that goes with the report, and leaves it as it is.
        let (mut said, mut unsure) = (false, false);
        for piece in tokens.split(|t| t.is == Is::Break) {
            let clause = piece.first().zip(piece.last()).map_or("", |(a, b)| &text[a.start..b.end]);
            if !((said || sorry(clause).starts_with('忘')) && companion(clause) || said && booking(clause)) {
                unsure |= piece.iter().any(|t| matches!(t.is, Is::Word(Kind::Cond | Kind::Hear)));
            }
            unsure |= piece.iter().any(|t| t.kind(Kind::Ask));
            said |= piece.iter().any(|t| matches!(t.is, Is::Word(Kind::Mark | Kind::Already | Kind::Whole)));
        }
        // 等团费交了,大学习看了再说
        unsure |= tokens.first().zip(tokens.last()).is_some_and(|(a, b)| text[a.start..b.end].trim_end_matches([' ', '。', '!', '~', '\n']).ends_with("再说"));
        // 团费done了没
        let mut last = tokens.iter().rev().filter(|t| !matches!(t.is, Is::Gap | Is::End)).map(|t| &text[t.start..t.end]);
        unsure |= matches!(last.next(), Some("没" | "没有")) && last.next().is_some_and(|w| w.ends_with('了'));
        let mut parts = Vec::new();
        for piece in tokens.split(|t| matches!(t.is, Is::Break | Is::End)) {
            for part in split(piece, text, &self.lexicon) {
                parts.push(clause::see(part, text, &self.lexicon, around));
            }
        }
        first_and_then(&mut parts, text);
        Sentence { parts, unsure }
    }

    /// Addressed, and about a duty, but neither understood nor plainly denied, planned or passed on: the bot asks.
    fn unclear(&self, tokens: &[Token], lexed: &Lexed) -> Vec<Meaning> {
        let settled = tokens.iter().any(|t| {
            matches!(t.is, Is::Word(Kind::Neg | Kind::Hear | Kind::Cond | Kind::Joke | Kind::Notice)) || t.kind(Kind::Plan) && !self.about_doing(t, lexed)
        });
        let duty = tokens.iter().find_map(|t| if let Is::Word(Kind::Duty(d)) = t.is { Some((d, t)) } else { None });
        match duty {
            Some((duty, token)) if !settled => {
                vec![Meaning { intent: Intent::Unclear { duty: Some(self.key(duty)) }, why: vec![("duty", lexed.norm.origin(token.start..token.end))] }]
            }
            _ => Vec::new(),
        }
    }

    /// 去, 来, 一下: wishes to the bot rather than plans.
    #[expect(clippy::unused_self, reason = "reads with the other parts of the grammar")]
    fn about_doing(&self, token: &Token, lexed: &Lexed) -> bool {
        matches!(
            &lexed.norm.text[token.start..token.end],
            "去" | "来" | "可以" | "能" | "要" | "想" | "要交" | "来交" | "去交" | "交一下" | "补一下" | "缴一下"
        )
    }
}

/// 交完团费看大学习, 交了团费看大学习: what comes first, and what then; neither is said to be done.
fn first_and_then(parts: &mut [Seen], text: &str) {
    for at in 1..parts.len() {
        let (before, after) = parts.split_at_mut(at);
        let (first, then) = (&mut before[at - 1], &after[0]);
        let parted = first.tokens.last().zip(then.tokens.first()).is_some_and(|(a, b)| a.end < b.start);
        let over = |t: &Token| t.kind(Kind::Mark) || matches!(t.is, Is::Word(Kind::Verb(_)));
        let just = |t: &Token| over(t) && text[..t.end].ends_with('完');
        let ends = first.tokens.last().is_some_and(|t| matches!(t.is, Is::Word(Kind::Duty(_))) || just(t));
        let told = first.tokens.iter().any(|t| t.kind(Kind::Mark) && !just(t));
        let marked = if parted { !told && first.tokens.iter().any(just) } else { told || first.tokens.iter().any(just) };
        let begins = then.tokens.iter().find(|t| t.is != Is::Gap).is_some_and(|t| matches!(t.is, Is::Word(Kind::Verb(_))));
        // 团费交了|就去团建
        let follows = !parted && over(first.tokens.last().unwrap_or(&then.tokens[0])) && text[then.tokens[0].start..].starts_with(pauses::THEN);
        first.blocked |= follows;
        if ends && marked && begins && matches!(then.done, Done::Claim(_)) && !first.tokens.iter().any(|t| t.kind(Kind::Already) || t.kind(Kind::Me)) {
            first.blocked = true;
        }
    }
}

/// 麻烦打个勾, 麻烦支书加上我: what the speaker asks to be done with the report; 麻烦交一下 and 麻烦大家 tell others.
fn asks_a_favour(text: &str, tokens: &[Token]) -> bool {
    let Some((first, rest)) = tokens.split_first() else { return false };
    let clause = rest.iter().take_while(|t| !matches!(t.is, Is::Break | Is::End));
    &text[first.start..first.end] == "麻烦"
        && clause.clone().count() > 0
        && clause.clone().all(|t| {
            matches!(t.is, Is::Unknown | Is::Gap | Is::Word(Kind::Filler | Kind::Person | Kind::Me | Kind::Mark))
                || matches!(&text[t.start..t.end], "名单" | "表格" | "统计")
        })
}

/// Turns what is not the speaker's own statement into gaps: quotes with a verb in them, lines of others, hashtags.
fn mute(text: &str, tokens: &mut Vec<Token>, talk: &Talk) {
    pauses::small_talk(text, tokens, talk);
    pauses::struggle(text, tokens);
    assured(text, tokens);
    // 看完啦哈哈哈哈: laughs at nothing
    for at in 1..tokens.len() {
        if tokens[at].kind(Kind::Joke) && tokens[at - 1].kind(Kind::Mark) && text[tokens[at].start..tokens[at].end].chars().all(|c| c == '哈') {
            tokens[at].is = Is::Gap;
        }
    }
    // 团费嘛,交了: of which one speaks.
    for at in 1..tokens.len().saturating_sub(1) {
        let topic = matches!(tokens[at - 1].is, Is::Word(Kind::Duty(_))) && tokens[at + 1].is == Is::Break;
        if topic && &text[tokens[at].start..tokens[at].end] == "嘛" {
            tokens[at].is = Is::Gap;
        }
    }
    // 大学习也看了 安心睡觉: a space before words that no clause of a report has parts them from it.
    for at in 1..tokens.len().saturating_sub(1) {
        let next = &tokens[at + 1..];
        let len = next.iter().position(|t| matches!(t.is, Is::Gap | Is::Break | Is::End)).unwrap_or(next.len());
        let talk = next[..len].iter().all(|t| matches!(t.is, Is::Unknown | Is::Word(Kind::Filler | Kind::Me | Kind::Mark)));
        let said = tokens[..at].last().is_some_and(|t| matches!(t.is, Is::Word(Kind::Mark)));
        if tokens[at].is == Is::Gap
            && text[tokens[at].start..tokens[at].end].trim().is_empty()
            && said
            && talk
            && next[..len].iter().any(|t| t.is == Is::Unknown)
        {
            tokens[at].is = Is::Break;
        }
    }
    quotes(text, tokens);
    hashtags(text, tokens);
    // 李四:交了团费2元; > 引用; 张三 20:15 and what follows.
    let mut line = 0;
    while line < tokens.len() {
        let end = tokens[line..].iter().position(|t| t.is == Is::End && &text[t.start..t.end] == "\n").map_or(tokens.len(), |n| line + n);
        let row = &tokens[line..end];
        let colon = row.iter().position(|t| t.is == Is::Colon);
        let spoken = |t: &Token| matches!(t.is, Is::Unknown | Is::Name | Is::Word(Kind::Them | Kind::Person));
        let said_by = colon.is_some_and(|c| c <= 3 && row[..c].iter().any(spoken) && !row[..c].iter().any(|t| t.kind(Kind::Proxy)));
        let quoted = row.first().is_some_and(|t| text[t.start..].starts_with('>'));
        let header = end < tokens.len()
            && row.len() <= 6
            && row.first().is_some_and(spoken)
            && row.last().is_some_and(|t| matches!(t.is, Is::When(crate::language::text::when::Spoken::Clock(..))));
        if header {
            blank(&mut tokens[line..]);
            return;
        }
        if said_by || quoted {
            blank(&mut tokens[line..end]);
        }
        line = end + 1;
    }
}

/// 我早看完了好吧, 缴了嘛,莫催了: says so with emphasis and asks nothing.
fn assured(text: &str, tokens: &mut [Token]) {
    for at in 1..tokens.len() {
        let from = tokens[..at].iter().rposition(|t| matches!(t.is, Is::Break | Is::End)).map_or(0, |n| n + 1);
        let (clause, word) = (&tokens[from..at], &text[tokens[at].start..tokens[at].end]);
        let own = clause.iter().any(|t| t.kind(Kind::Me)) && !clause.iter().any(|t| t.kind(Kind::Them));
        let rest = &tokens[at + 1..];
        let adorns = |t: &&Token| t.is == Is::Gap && !text[t.start..t.end].contains(char::is_alphanumeric);
        let ends = rest.iter().find(|t| !adorns(t)).is_none_or(|t| matches!(t.is, Is::Break | Is::End));
        let over = |t: Option<&Token>| t.is_some_and(|t| t.kind(Kind::Mark) && text[..t.end].ends_with(['了', '啦', '过']));
        // 早…了好吧; 把团费交了好吧 is a request
        let sure = clause.iter().any(|t| t.kind(Kind::Already)) && !clause.iter().any(|t| t.kind(Kind::Them));
        if matches!(word, "吧" | "吗") && ends && sure && text[..tokens[at].start].ends_with('好') && at > from + 1 && over(tokens.get(at - 2)) {
            tokens[at - 1].is = Is::Gap;
            tokens[at].is = Is::Gap;
            continue;
        }
        let soothes =
            rest.first().is_some_and(|t| ["莫催", "别催", "不用催", "催啥", "催什么", "放心", "莫急", "别急"].iter().any(|w| text[t.start..].contains(w)));
        let said = rest.get(1..).unwrap_or_default().split(|t| matches!(t.is, Is::Break | Is::End)).next().unwrap_or_default();
        let sum = said.iter().any(|t| matches!(t.is, Is::Sum(_))) && said.iter().all(|t| matches!(t.is, Is::Sum(_) | Is::Gap));
        let them = clause.iter().any(|t| t.kind(Kind::Them));
        if word == "嘛" && over(tokens.get(at - 1)) && rest.first().is_some_and(|t| t.is == Is::Break) && !them && (soothes || own && sum) {
            tokens[at].is = Is::Gap;
        }
    }
}

fn blank(tokens: &mut [Token]) {
    for token in tokens {
        if token.is != Is::End {
            token.is = Is::Gap;
        }
    }
}

fn quotes(text: &str, tokens: &mut [Token]) {
    for (open, close) in [("《", "》"), ("「", "」"), ("『", "』"), ("\"", "\""), ("'", "'")] {
        let mut at = 0;
        while let Some(first) = tokens[at..].iter().position(|t| &text[t.start..t.end] == open).map(|n| n + at) {
            let Some(last) = tokens[first + 1..].iter().position(|t| &text[t.start..t.end] == close).map(|n| n + first + 1) else { break };
            // A mere title in quotes is still the speaker's: “青年大学习”已完成.
            let title = tokens[first + 1..last].iter().all(|t| matches!(t.is, Is::Word(Kind::Duty(_) | Kind::De) | Is::Issues(_) | Is::When(_) | Is::Gap));
            if !title {
                for token in &mut tokens[first..=last] {
                    token.is = Is::Gap;
                }
            }
            at = last + 1;
        }
    }
}

/// #青年大学习打卡# and #大学习 are titles.
fn hashtags(text: &str, tokens: &mut [Token]) {
    let mut at = 0;
    while let Some(first) = tokens[at..].iter().position(|t| text[t.start..t.end].contains('#')).map(|n| n + at) {
        let closing = tokens[first + 1..].iter().position(|t| text[t.start..t.end].contains('#')).map(|n| n + first + 1);
        let line = tokens[first..].iter().position(|t| t.is == Is::End).map_or(tokens.len(), |n| n + first);
        let last = match closing {
            Some(close) if close < line => close + 1,
            _ => tokens[first..line].iter().position(|t| t.is == Is::Gap || t.is == Is::Break).map_or(line, |n| n + first),
        };
        blank(&mut tokens[first..last]);
        at = last.max(first + 1);
        if at >= tokens.len() {
            break;
        }
    }
}

/// Splits a clause that names two duties: before the second one, at what joins them.
fn split<'a>(tokens: &'a [Token], text: &str, lexicon: &Lexicon) -> Vec<&'a [Token]> {
    // 等开工资了把团费交了: both still to come.
    if tokens.first().is_some_and(|t| text[t.start..].starts_with('等')) {
        return vec![tokens];
    }
    let subject = |t: &Token| matches!(t.is, Is::Word(Kind::Duty(_) | Kind::Other));
    let mut parts = Vec::new();
    let mut start = 0;
    let mut last: Option<usize> = None;
    for (at, token) in tokens.iter().enumerate() {
        if !subject(token) {
            continue;
        }
        if let Some(before) = last.filter(|b| tokens[*b].is != token.is) {
            // 上大学那会儿大学习都刷完: nothing was said of the first.
            let idle = |t: &Token| {
                !matches!(t.is, Is::Word(Kind::Verb(_) | Kind::Mark | Kind::And | Kind::Also | Kind::Neg | Kind::All | Kind::Already | Kind::Whole) | Is::Gap)
            };
            if tokens[before].kind(Kind::Other)
                && at > before + 1
                && tokens[before + 1..at].iter().all(idle)
                && tokens[before + 1..at].iter().any(|t| t.is == Is::Unknown)
            {
                continue;
            }
            // 跟团游的团费: another thing's.
            if tokens[before].kind(Kind::Other) && at == before + 2 && tokens[before + 1].kind(Kind::De) {
                continue;
            }
            // The cut: after the last joining word, else before this duty's verb or time, else at the duty.
            let between = &tokens[before + 1..at];
            let joint = between.iter().rposition(|t| matches!(t.is, Is::Word(Kind::And | Kind::Also)));
            // 团费也交了|大学习也看了
            let said = between.iter().rposition(|t| t.kind(Kind::Mark)).map(|m| m + 1);
            let joint = match (joint, said) {
                (Some(j), Some(m))
                    if between[j].kind(Kind::Also) && j + 1 < m && !tokens[start..before].iter().any(|t| matches!(t.is, Is::Word(Kind::Verb(_)))) =>
                {
                    Some(m)
                }
                _ => joint,
            };
            let fits = |t: &Token| match (&t.is, &token.is) {
                (Is::Word(Kind::Verb(v)), Is::Word(Kind::Duty(d))) => lexicon.verbs[usize::from(*v)].own & (1 << *d) != 0,
                (Is::When(_), _) => true,
                _ => false,
            };
            let cut = joint.unwrap_or_else(|| {
                between.iter().rposition(|t| t.is == Is::Gap).map_or_else(|| between.iter().rposition(fits).unwrap_or(between.len()), |g| g + 1)
            });
            // 班费交了还没|交过团费: what denies or plans the verb goes with it.
            let led = |t: &Token| {
                matches!(t.is, Is::Word(Kind::Neg | Kind::Plan | Kind::Hear | Kind::Cond | Kind::Proxy | Kind::Me | Kind::Them | Kind::Already | Kind::Ask))
            };
            let cut = cut - between[..cut].iter().rev().take_while(|t| led(t)).count();
            parts.push(&tokens[start..before + 1 + cut]);
            start = before + 1 + cut;
        }
        last = Some(at);
    }
    parts.push(&tokens[start..]);
    parts.retain(|p| !p.is_empty());
    parts
}
