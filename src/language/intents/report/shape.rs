//! What a clause consists of and nothing else: a verb alone, a name alone, a claim.

use crate::language::sentence::clause::Seen;
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::when::Spoken;

/// Nothing in the clause but the speaker, a verb, its mark and when or how much.
pub(super) fn verb_only(part: &Seen, text: &str) -> bool {
    let fits = |is: &Is| {
        matches!(
            is,
            Is::Word(Kind::Me | Kind::Already | Kind::Verb(_) | Kind::Whole | Kind::Mark | Kind::De | Kind::Filler | Kind::Give | Kind::Person | Kind::All)
                | Is::When(_)
                | Is::Sum(_)
                | Is::Issues(_)
                | Is::Gap
        )
    };
    // 我的两毛转你支付宝了
    let you = |at: usize| {
        let t = &part.tokens[at];
        t.kind(Kind::Them) && matches!(&text[t.start..t.end], "你" | "您") && at > 0 && matches!(part.tokens[at - 1].is, Is::Word(Kind::Verb(_)))
    };
    // 欠的都补上了
    let owed = |t: &Token| t.kind(Kind::Neg) && !part.blocked && part.makes_up;
    part.tokens.iter().enumerate().all(|(at, t)| fits(&t.is) || you(at) || owed(t))
}

/// Nothing in the clause but a duty, when and how much; 团费呢 asks.
pub(super) fn names_only(part: &Seen, text: &str) -> bool {
    let fits = |is: &Is| match is {
        Is::Word(Kind::Duty(_) | Kind::De | Kind::Filler) | Is::Sum(_) | Is::Issues(_) | Is::Gap => true,
        Is::When(spoken) => *spoken != Spoken::Vague,
        _ => false,
    };
    part.tokens.iter().all(|t| fits(&t.is) && &text[t.start..t.end] != "呢")
}

/// 交的是10月的, 补的上个月: which it was, of what was just said.
pub(super) fn tells_details(part: &Seen, text: &str) -> bool {
    let fits = |is: &Is| {
        matches!(is, Is::Word(Kind::Me | Kind::Verb(_) | Kind::De | Kind::Mark | Kind::Filler | Kind::All) | Is::When(_) | Is::Sum(_) | Is::Issues(_) | Is::Gap)
    };
    let verb = part.tokens.iter().position(|t| matches!(t.is, Is::Word(Kind::Verb(_))));
    let told = verb.is_some_and(|v| part.tokens.get(v + 1).is_some_and(|t| t.kind(Kind::De)) || text[..part.tokens[v].start].ends_with('是'));
    part.duty.is_none() && !part.details.is_empty() && !part.blocked && !part.them && told && part.tokens.iter().all(|t| fits(&t.is))
}

/// Nothing in the clause but a verb, its duty, for whom, when and how much.
pub(super) fn claims_only(part: &Seen) -> bool {
    let fits = |is: &Is| {
        matches!(
            is,
            Is::Word(Kind::Duty(_) | Kind::Verb(_) | Kind::Me | Kind::Proxy | Kind::Give | Kind::De | Kind::Filler | Kind::Also | Kind::Prep | Kind::Till)
                | Is::Name
                | Is::Sum(_)
                | Is::Issues(_)
                | Is::When(_)
                | Is::Gap
        )
    };
    let fits = |is: &Is| fits(is) || *is == Is::Word(Kind::And) && !part.details.names.is_empty() || *is == Is::Colon && part.makes_up;
    part.tokens.iter().all(|t| fits(&t.is))
        // 李四的团费由我代交
        && part.tokens.last().is_some_and(|t| {
            matches!(t.is, Is::Word(Kind::Duty(_) | Kind::De) | Is::Sum(_) | Is::Issues(_))
                || matches!(t.is, Is::Word(Kind::Verb(_))) && part.tokens.iter().any(|t| t.kind(Kind::Proxy))
                // 团费补交:9月、10月
                || matches!(t.is, Is::When(Spoken::Periods(_))) && part.makes_up && part.tokens.iter().any(|t| t.is == Is::Colon)
                // 十月团费补上哈
                || matches!(t.is, Is::Word(Kind::Verb(_) | Kind::Filler)) && part.makes_up && part.duty.is_some()
                // 从7月交到12月
                || matches!(t.is, Is::When(_)) && part.tokens.iter().any(|t| t.kind(Kind::Till)) && part.details.periods.len() > 1
        })
}
