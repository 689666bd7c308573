//! Laws of money that hold for any sequence of what people, treasurers and bills say: no path creates or loses a fen, and
//! whatever is done and undone is as if it had not been. The ledger's rules without a database.

use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::collections::{BTreeMap, HashMap, HashSet};
use zhibu::domain::calendar::Period;
use zhibu::domain::decide::decide;
use zhibu::domain::duty::{Local, Money, hundredths};
use zhibu::domain::ids::{OrgId, PersonId, RecordId};
use zhibu::domain::ledger::{Entry, Facts, Owing, Post, Subject, Verdict};
use zhibu::domain::message::{AccountKey, ChatKey};
use zhibu::domain::record::{Evidence, Key, Kind, Record, Standing};
use zhibu::domain::treasury::{Book, net_by_period};

pub fn tests() -> Vec<Trial> {
    vec![Trial::test("money_laws_any_sequence", any_sequence), Trial::test("money_laws_shares", shares)]
}

const BRANCH: OrgId = OrgId(1);
const RATE: i64 = 20;

fn month(n: i32) -> Period {
    "2026-06".parse::<Period>().unwrap().shift(n)
}
fn subject(person: i64) -> Subject {
    Subject { branch: BRANCH, person: PersonId(person) }
}
fn owing(person: i64) -> Owing {
    Owing { subject: subject(person), months: (0..12).map(|n| (month(n), RATE)).collect() }
}

/// Something that is said.
#[derive(Clone, Debug)]
enum Said {
    Pay {
        people: Vec<i64>,
        months: Option<Vec<i32>>,
        amount: Option<i64>,
        sure: bool,
    },
    Give {
        person: i64,
        amount: i64,
    },
    Confirm {
        people: Vec<i64>,
    },
    Bank {
        person: i64,
        months: Option<Vec<i32>>,
        amount: i64,
        extra: i64,
    },
    Refund {
        person: i64,
        months: Option<Vec<i32>>,
        amount: Option<i64>,
    },
    Hand {
        up: bool,
        amount: i64,
    },
    Carried {
        amount: i64,
    },
    Opening {
        people: Vec<i64>,
        before: i32,
    },
    Reduce {
        person: i64,
        from: i32,
        owed: i64,
    },
    Exempt {
        person: i64,
        from: i32,
    },
    /// Takes back everything that some earlier message entered.
    Undo {
        message: usize,
    },
}

fn said() -> impl Strategy<Value = Said> {
    let person = || 1_i64..4;
    let people = || prop::collection::vec(1_i64..4, 1..3);
    let months = || prop::option::of(prop::collection::vec(0_i32..12, 1..4));
    let fen = || prop_oneof![(1_i64..8).prop_map(|n| n * RATE), 1_i64..130];
    prop_oneof![
        4 => (people(), months(), prop::option::of(fen()), any::<bool>()).prop_map(|(people, months, amount, sure)| Said::Pay { people, months, amount, sure }),
        1 => (person(), fen()).prop_map(|(person, amount)| Said::Give { person, amount }),
        4 => people().prop_map(|people| Said::Confirm { people }),
        2 => (person(), months(), fen(), 0_i64..50).prop_map(|(person, months, amount, extra)| Said::Bank { person, months, amount, extra }),
        3 => (person(), months(), prop::option::of(fen())).prop_map(|(person, months, amount)| Said::Refund { person, months, amount }),
        1 => (any::<bool>(), fen()).prop_map(|(up, amount)| Said::Hand { up, amount }),
        1 => fen().prop_map(|amount| Said::Carried { amount }),
        1 => (people(), 0_i32..12).prop_map(|(people, before)| Said::Opening { people, before }),
        1 => (person(), 0_i32..12, 1_i64..RATE).prop_map(|(person, from, owed)| Said::Reduce { person, from, owed }),
        1 => (person(), 0_i32..12).prop_map(|(person, from)| Said::Exempt { person, from }),
        4 => (0_usize..30).prop_map(|message| Said::Undo { message }),
    ]
}

#[derive(Clone, Default)]
struct Ledger {
    standings: HashMap<Key, Standing>,
    records: Vec<Record>,
    messages: Vec<Vec<RecordId>>,
    next: i64,
}

impl Ledger {
    /// What the store would load for this entry, and what it would write.
    fn enter(&mut self, entry: Entry) -> Verdict {
        let wanted: HashSet<RecordId> = if let Entry::Reverse { records, .. } = &entry { records.iter().copied().collect() } else { HashSet::new() };
        let touched: HashSet<&Key> = self.records.iter().filter(|r| wanted.contains(&r.id)).map(|r| &r.key).collect();
        let spans = entry.needs(&[]);
        let mut facts = Facts { standings: self.standings.clone(), ..Facts::default() };
        for r in &self.records {
            let whole = |s: &zhibu::domain::ledger::Span| {
                s.records && s.person == r.key.person && s.from <= r.key.period.to_string() && r.key.period.to_string() <= s.to
            };
            if touched.contains(&r.key) || spans.iter().any(whole) {
                facts.records.entry(r.key.clone()).or_default().push(r.clone());
            }
        }
        let post = Post {
            branch: BRANCH,
            source: format!("m{}", self.messages.len()),
            chat: ChatKey::group("t", "1"),
            account: AccountKey::new("t", "1"),
            actor: None,
            evidence: Evidence::Own,
            at: i64::try_from(self.messages.len()).unwrap(),
            relies: Vec::new(),
            expected: Vec::new(),
            over: Vec::new(),
            entries: vec![entry],
        };
        let next = &mut self.next;
        let mut decision = decide(&mut facts, &post, &mut || {
            *next += 1;
            RecordId(*next)
        });
        self.standings = facts.standings;
        self.messages.push(decision.records.iter().map(|r| r.id).collect());
        self.records.extend(decision.records);
        decision.verdicts.remove(0)
    }

    fn book(&self) -> Book {
        Book::of(&self.records)
    }

    fn entry(&self, said: &Said) -> Entry {
        let duty = || "dues".to_owned();
        let named = |m: &Option<Vec<i32>>| m.as_ref().map(|all| all.iter().map(|n| month(*n)).collect());
        match said {
            Said::Pay { people, months, amount, sure } => Entry::Pay {
                people: people.iter().map(|p| owing(*p)).collect(),
                duty: duty(),
                months: named(months),
                amount: *amount,
                current: month(5),
                day_start: i64::MAX,
                sure: *sure,
                ahead: false,
                warn_months: 6,
            },
            Said::Give { person, amount } => {
                Entry::Give { subject: subject(*person), duty: duty(), period: month(5), amount: *amount, day_start: 0, sure: true }
            }
            Said::Confirm { people } => Entry::Confirm { subjects: people.iter().map(|p| subject(*p)).collect(), duty: duty(), periods: None },
            Said::Bank { person, months, amount, extra } => Entry::Banked {
                person: owing(*person),
                duty: duty(),
                months: named(months),
                amount: *amount,
                extra: *extra,
                current: month(5),
                at: 7,
                warn_months: 6,
            },
            Said::Refund { person, months, amount } => Entry::Refund { subject: subject(*person), duty: duty(), months: named(months), amount: *amount },
            Said::Hand { up, amount } => {
                Entry::Hand { branch: BRANCH, duty: duty(), period: month(5), kind: if *up { Kind::HandUp } else { Kind::Returned }, amount: *amount }
            }
            Said::Carried { amount } => Entry::Hand { branch: BRANCH, duty: duty(), period: month(5), kind: Kind::Carried, amount: *amount },
            Said::Opening { people, before } => {
                let of = |p: &i64| Owing { months: owing(*p).months.into_iter().filter(|(m, _)| *m < month(*before)).collect(), ..owing(*p) };
                Entry::Opening { people: people.iter().map(of).collect(), duty: duty() }
            }
            Said::Reduce { person, from, owed } => {
                Entry::Reduce { subject: subject(*person), duty: duty(), periods: (*from..12).map(|n| (month(n), *owed)).collect() }
            }
            Said::Exempt { person, from } => {
                Entry::Excuse { subject: subject(*person), duty: duty(), periods: (*from..12).map(|n| (month(n), RATE)).collect(), state: None, session: None }
            }
            Said::Undo { message } => Entry::Reverse { branch: BRANCH, records: self.messages.get(*message).cloned().unwrap_or_default() },
        }
    }
}

/// Standings without when they were last touched, and without those that are as if nothing had happened.
fn worth(standings: &HashMap<Key, Standing>) -> BTreeMap<Key, Standing> {
    let plain = |s: &Standing| Standing { last_at: None, ..s.clone() };
    standings.iter().map(|(k, s)| (k.clone(), plain(s))).filter(|(_, s)| *s != Standing::default()).collect()
}

fn any_sequence() -> Result<(), Failed> {
    let config = Config { cases: 600, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let met = std::cell::RefCell::new(BTreeMap::<&str, usize>::new());
    runner
        .run(&prop::collection::vec(said(), 1..30), |sequence| {
            let mut ledger = Ledger::default();
            for said in &sequence {
                let before = ledger.clone();
                let entry = ledger.entry(said);
                let verdict = ledger.enter(entry);
                let done = matches!(verdict, Verdict::Recorded { .. });
                prop_assert_eq!(done, ledger.records.len() > before.records.len(), "{:?}: {:?}", said, verdict);
                if done {
                    *met.borrow_mut().entry(kind(said)).or_default() += 1;
                }
                moved(said, &before, &ledger, done)?;
                sound(&ledger)?;
                if done {
                    let mut undone = ledger.clone();
                    let ids = undone.messages.last().unwrap().clone();
                    let back = undone.enter(Entry::Reverse { branch: BRANCH, records: ids });
                    if !matches!(said, Said::Undo { .. }) {
                        prop_assert!(matches!(back, Verdict::Recorded { .. }), "{:?}", back);
                        prop_assert_eq!(worth(&undone.standings), worth(&before.standings), "after undoing {:?}", said);
                        prop_assert_eq!(undone.book(), before.book(), "after undoing {:?}", said);
                    }
                }
            }
            Ok(())
        })
        .map_err(|e| Failed::from(e.to_string()))?;
    // a law that is never met proves nothing
    let met = met.into_inner();
    let rare: Vec<_> = ["pay", "give", "confirm", "bank", "refund", "hand", "carried", "opening", "reduce", "exempt", "undo"]
        .into_iter()
        .filter(|k| met.get(k).copied().unwrap_or(0) < 30)
        .collect();
    if rare.is_empty() { Ok(()) } else { Err(format!("hardly ever met: {rare:?} of {met:?}").into()) }
}

fn kind(said: &Said) -> &'static str {
    match said {
        Said::Pay { .. } => "pay",
        Said::Give { .. } => "give",
        Said::Confirm { .. } => "confirm",
        Said::Bank { .. } => "bank",
        Said::Refund { .. } => "refund",
        Said::Hand { .. } => "hand",
        Said::Carried { .. } => "carried",
        Said::Opening { .. } => "opening",
        Said::Reduce { .. } => "reduce",
        Said::Exempt { .. } => "exempt",
        Said::Undo { .. } => "undo",
    }
}

/// What was said moves just so many fen from one place to another, and nothing else moves.
fn moved(said: &Said, before: &Ledger, after: &Ledger, done: bool) -> Result<(), TestCaseError> {
    let (was, is) = (before.book(), after.book());
    if !done {
        prop_assert_eq!(was, is);
        return Ok(());
    }
    let hand = is.in_hand() - was.in_hand();
    let claimed = (is.claimed + is.claimed_extra) - (was.claimed + was.claimed_extra);
    match said {
        Said::Pay { amount, .. } => {
            prop_assert_eq!(hand, 0, "a claim is no money");
            prop_assert!(amount.is_none_or(|fen| fen == claimed), "{:?} claimed {}", said, claimed);
        }
        Said::Give { amount, .. } => prop_assert_eq!((hand, claimed), (0, *amount)),
        Said::Confirm { .. } => prop_assert_eq!((hand, claimed), (was.waiting() - is.waiting(), 0)),
        Said::Bank { amount, extra, .. } => prop_assert_eq!(hand, amount + extra, "a bill's fen arrive"),
        Said::Refund { amount, .. } => {
            prop_assert_eq!((hand, claimed), (was.given_back() - is.given_back(), 0));
            prop_assert!(amount.is_none_or(|fen| fen == -hand));
        }
        Said::Hand { up, amount } => prop_assert_eq!((hand, claimed), (if *up { -amount } else { *amount }, 0)),
        Said::Carried { amount } => prop_assert_eq!((is.carried, hand, claimed), (*amount, amount - was.carried, 0), "one figure"),
        Said::Opening { .. } | Said::Reduce { .. } | Said::Exempt { .. } => prop_assert_eq!((hand, claimed), (0, 0), "no money of ours"),
        Said::Undo { .. } => {}
    }
    Ok(())
}

/// Standings are what records fold to; the book is what standings add up to; nobody has less than nothing.
fn sound(ledger: &Ledger) -> Result<(), TestCaseError> {
    let mut of: HashMap<&Key, Vec<&Record>> = HashMap::new();
    for r in &ledger.records {
        of.entry(&r.key).or_default().push(r);
    }
    for (key, s) in &ledger.standings {
        let folded = Standing::fold(of.get(key).into_iter().flatten().copied(), None);
        prop_assert_eq!(&folded, s, "{:?}", key);
        prop_assert!(0 <= s.confirmed && s.confirmed <= s.got, "{:?} {:?}", key, s);
    }
    let sums = ledger.standings.values().fold((0, 0), |(got, confirmed), s| (got + s.got, confirmed + s.confirmed));
    let book = ledger.book();
    prop_assert_eq!(book.standings(), sums);
    prop_assert!(book.waiting() >= 0 && book.given_back() <= book.came_in(), "{:?}", book);
    let net: i64 = net_by_period(&ledger.records).values().sum();
    prop_assert_eq!(net, book.confirmed - book.refunded);
    Ok(())
}

/// What goes up and what stays are together what there was.
fn shares() -> Result<(), Failed> {
    let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner
        .run(&(0_i64..1_000_000_000, 0_i64..=100, 0_i64..=100), |(fen, up, back)| {
            let at = |n| vec![(month(0), n)];
            let local = Local { path: "县".into(), share: at(up), returned: at(back), ..Local::default() };
            let money = Money { local: vec![Local { share: at(7), ..Local::default() }, local], ..Money::default() };
            let goes = money.upward("县/镇", month(3), fen);
            prop_assert!((0..=fen).contains(&goes) && (fen - goes) * 100 >= fen * (100 - up));
            prop_assert!((0..=goes).contains(&hundredths(goes, back)));
            prop_assert_eq!(money.upward("县城", month(3), fen), hundredths(fen, 7), "another unit whose name begins alike");
            prop_assert_eq!(money.upward("县/镇", month(-1), fen), 0, "before it held");
            Ok(())
        })
        .map_err(|e| Failed::from(e.to_string()))
}
