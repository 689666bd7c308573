//! What several paid, said one by one: 张三交了团费0.2元,李四交了5元. All of them are reported, or nobody is and it is asked about.

use crate::domain::calendar::Period;
use crate::domain::duty::Measure;
use crate::language::text::lex::{Is, Lexed, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::unread::INCREDIBLE;
use crate::language::text::when::Spoken;
use crate::language::{Grammar, Intent, Meaning};

impl Grammar {
    /// A report for each clause, where there are several and each says who paid how much and nothing else.
    pub(in crate::language) fn each_paid(&self, lexed: &Lexed) -> Option<Vec<Meaning>> {
        let mut duties = lexed.tokens.iter().filter_map(|t| if let Is::Word(Kind::Duty(d)) = t.is { Some(d) } else { None });
        let duty = duties.next().filter(|d| self.measure(*d) == Measure::Money)?;
        let clauses: Vec<&[Token]> = clauses(lexed).collect();
        if clauses.len() < 2 || duties.any(|d| d != duty) {
            return None;
        }
        let all: Vec<Meaning> = clauses.iter().enumerate().map(|(at, clause)| self.paid(clause, at == 0, duty, lexed)).collect::<Option<_>>()?;
        let own = all.iter().filter(|m| matches!(&m.intent, Intent::Report { names, .. } if names.is_empty())).count();
        (own < 2 && own < all.len()).then_some(all)
    }

    fn paid(&self, clause: &[Token], first: bool, duty: u8, lexed: &Lexed) -> Option<Meaning> {
        let text = &lexed.norm.text;
        let (mut names, mut sums, mut periods, mut me, mut verb): (Vec<String>, Vec<i64>, Vec<Period>, bool, bool) = Default::default();
        for token in clause {
            let word = &text[token.start..token.end];
            match &token.is {
                Is::Name => names.push(word.to_owned()),
                Is::Sum(fen) => sums.push(*fen),
                Is::When(Spoken::Periods(of)) => periods.extend(of),
                Is::Word(Kind::Verb(v)) if self.pays(*v, duty) => verb = true,
                Is::Word(Kind::Me) => me = true,
                Is::Word(Kind::Duty(_) | Kind::And | Kind::Mark | Kind::Already | Kind::De | Kind::Also) => {}
                Is::Gap if word.trim().is_empty() => {}
                _ => return None,
            }
        }
        let [sum] = sums[..] else { return None };
        if me != names.is_empty() || first && !verb || !(1..=INCREDIBLE).contains(&sum) {
            return None;
        }
        let span = clause.first()?.start..clause.last()?.end;
        let intent = Intent::Report {
            duty: self.key(duty),
            periods,
            issue: None,
            amount_fen: Some(sum),
            count: None,
            minutes: None,
            names,
            all: false,
            ahead: false,
            months: None,
        };
        Some(Meaning { intent, why: vec![("amount_fen", lexed.norm.origin(span))] })
    }

    fn pays(&self, verb: u16, duty: u8) -> bool {
        self.lexicon.verbs.get(usize::from(verb)).is_some_and(|v| v.fits & (1 << duty) != 0)
    }

    /// Reports beside which somebody else's payment is said and in none of them become a question: half of a message is not lost.
    pub(in crate::language) fn none_is_lost(&self, all: &mut [Meaning], lexed: &Lexed) {
        let Some(paid) = all.iter().find_map(|m| if let Intent::Report { duty, amount_fen: Some(_), .. } = &m.intent { Some(duty.clone()) } else { None })
        else {
            return;
        };
        let told = |name: &str| {
            all.iter().any(|m| matches!(&m.intent, Intent::Report { names, .. } | Intent::Voluntary { names, .. } if names.iter().any(|n| n == name)))
        };
        let index = self.duties.iter().position(|d| d.key == paid).and_then(|d| u8::try_from(d).ok());
        let lost = clauses(lexed).skip(1).any(|clause| {
            let Some(first) = clause.iter().find(|t| t.is != Is::Gap).filter(|t| t.is == Is::Name) else { return false };
            let pays = |t: &Token| matches!(t.is, Is::Word(Kind::Verb(v)) if index.is_some_and(|d| self.pays(v, d)));
            let sum = clause.iter().any(|t| matches!(t.is, Is::Sum(_)));
            sum && clause.iter().any(pays) && !told(&lexed.norm.text[first.start..first.end])
        });
        if lost {
            for meaning in all.iter_mut() {
                meaning.intent = Intent::Unclear { duty: Some(paid.clone()) };
            }
        }
    }
}

/// The clauses of a text, those without words aside.
fn clauses(lexed: &Lexed) -> impl Iterator<Item = &[Token]> {
    lexed.tokens.split(|t| matches!(t.is, Is::Break | Is::End)).filter(|clause| clause.iter().any(|t| t.is != Is::Gap))
}
