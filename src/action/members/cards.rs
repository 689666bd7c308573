//! Whose card is it? A group card that holds exactly one name of the roster ("电信2101-张三") says so, as a request
//! that the secretary decides. Matching is pure; `match_chat` asks the platform who is in the group.

use super::bindings;
use crate::action::cache::{Branch, Place};
use crate::action::context::{Context, Reply};
use crate::action::queries::reading::{self, Scope};
use crate::action::show;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::{AccountKey, ChatMember};
use crate::domain::roster::BindingRequest;
use crate::error::{Error, Mistake};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// Characters of a card that are looked at.
const CARD: usize = 100;
/// Cards and names that an answer lists.
const SHOWN: usize = 20;

/// A member as cards are matched with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// The name on the roster.
    pub name: String,
    /// Where.
    pub branch: OrgId,
    /// Whether the person already has an account on this platform.
    pub bound: bool,
}

/// Present members of these branches, each once, as a platform's cards may name them.
pub fn candidates(branches: &[Arc<Branch>], platform: &str, today: NaiveDate) -> Vec<Candidate> {
    let mut seen = HashSet::new();
    let members = branches.iter().flat_map(|b| b.roster.on(today).map(|m| (b.roster.org.id, m)));
    members
        .filter(|(_, m)| seen.insert(m.person))
        .map(|(branch, m)| Candidate { person: m.person, name: m.name.clone(), branch, bound: m.accounts.iter().any(|a| *a.platform == *platform) })
        .collect()
}

/// A roster's names, indexed for cards.
pub struct Cards<'a> {
    names: HashMap<String, Vec<&'a Candidate>>,
    lengths: Vec<usize>,
}

impl<'a> Cards<'a> {
    /// Indexes. Names of one character are never looked for.
    pub fn new(candidates: &'a [Candidate]) -> Self {
        let mut names: HashMap<String, Vec<&Candidate>> = HashMap::new();
        for candidate in candidates {
            let name: String = fold(&candidate.name).into_iter().collect();
            if name.chars().count() > 1 {
                names.entry(name).or_default().push(candidate);
            }
        }
        let lengths: HashSet<usize> = names.keys().map(|n| n.chars().count()).collect();
        Self { names, lengths: lengths.into_iter().collect() }
    }

    /// The one unbound member whose name the card holds. A name within a longer one that also fits does not count
    /// (张三 in 张三丰), one that is bound already is passed over; none where two are left, or where namesakes are.
    pub fn whose(&self, card: &str) -> Option<&'a Candidate> {
        let card: Vec<char> = fold(card).into_iter().take(CARD).collect();
        let mut hits: Vec<(Range<usize>, String)> = Vec::new();
        for length in &self.lengths {
            for start in 0..(card.len() + 1).saturating_sub(*length) {
                let span = start..start + length;
                let piece: String = card[span.clone()].iter().collect();
                if self.names.contains_key(&piece) && whole_word(&card, &span) {
                    hits.push((span, piece));
                }
            }
        }
        let inside = |a: &Range<usize>, b: &Range<usize>| b.start <= a.start && a.end <= b.end && b.len() > a.len();
        let named: HashSet<&String> = hits.iter().filter(|(span, _)| !hits.iter().any(|(other, _)| inside(span, other))).map(|(_, name)| name).collect();
        let mut open = named.into_iter().map(|name| &self.names[name]).filter(|people| people.len() > 1 || !people[0].bound);
        match (open.next(), open.next()) {
            (Some(people), None) if people.len() == 1 => Some(people[0]),
            _ => None,
        }
    }
}

/// A card or name without what people decorate it with: width, spaces, the kind of dot, case.
fn fold(text: &str) -> Vec<char> {
    let dot = |c| if matches!(c, '•' | '・' | '‧' | '∙' | '･') { '·' } else { c };
    let kept = |c: &char| !c.is_whitespace() && !c.is_control() && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{FEFF}');
    text.chars().take(4 * CARD).nfkc().map(dot).filter(kept).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a name in Latin letters stands alone: "an" is not in "anna".
fn whole_word(card: &[char], span: &Range<usize>) -> bool {
    let latin = |at: Option<usize>| at.and_then(|i| card.get(i)).is_some_and(char::is_ascii_alphabetic);
    let joined = |outside: Option<usize>, inside: usize| latin(outside) && latin(Some(inside));
    !joined(span.start.checked_sub(1), span.start) && !joined(Some(span.end), span.end - 1)
}

/// Matches the cards of this chat; see [`match_chat`].
pub async fn match_cards(cx: &Context) -> Result<Reply, Error> {
    let Some(place) = cx.bot.cache.place(&cx.incoming.chat).await? else { return Err(Mistake::new("chat-not-bound").into()) };
    let lines = match_chat(cx, &place).await?;
    Ok(cx.reply(lines.join("\n")))
}

/// Asks the platform for the members of a bound group, enters a request for each card that names one unbound member,
/// and says who matched and who did not; asks the speaker to approve, where they may. Changes nothing else.
pub async fn match_chat(cx: &Context, place: &Place) -> Result<Vec<String>, Error> {
    let branches = reading::fresh(cx, &place.branches).await?;
    let platform = place.chat.key.platform.clone();
    let candidates = candidates(&branches, &platform, cx.today);
    if candidates.iter().all(|c| c.bound) {
        let key = if candidates.is_empty() { "cards-no-roster" } else { "cards-all-bound" };
        return Ok(vec![cx.say(key, &[])]);
    }
    let Some(courier) = cx.bot.courier(&platform).filter(|c| c.capabilities().members) else { return Ok(vec![cx.say("cards-not-listed", &[])]) };
    let members = match courier.members(&place.chat.key).await {
        Ok(members) => members,
        Err(error) => {
            tracing::warn!(%platform, %error, "the members of a group could not be listed");
            return Ok(vec![cx.say("cards-not-listed", &[])]);
        }
    };
    let strangers = strangers(cx, &branches, members).await?;
    let cards = Cards::new(&candidates);
    let (matched, unmatched) = pair(&cards, &strangers);
    let known = bindings::requests_of(cx, &branches).await?;
    for (member, who) in &matched {
        let same = |r: &BindingRequest| r.account == member.account && r.person == who.person;
        if !known.iter().any(same) {
            cx.bot.store.request_binding(&request(cx, &member.account, &member.name, who)).await?;
        }
    }
    let taken: HashSet<PersonId> = matched.iter().map(|(_, who)| who.person).collect();
    let rest: Vec<&str> = candidates.iter().filter(|c| !c.bound && !taken.contains(&c.person)).map(|c| c.name.as_str()).collect();
    let mut lines = vec![cx.say("cards-matched", &[("matched", matched.len().into()), ("strangers", strangers.len().into())])];
    if !unmatched.is_empty() {
        let cards = show::names(cx, unmatched.iter().map(|m| m.name.as_str()), SHOWN);
        lines.push(cx.say("cards-unmatched", &[("count", unmatched.len().into()), ("cards", cards.into())]));
    }
    if !rest.is_empty() {
        lines.push(cx.say("cards-left", &[("count", rest.len().into()), ("names", show::names(cx, rest.iter().copied(), SHOWN).into())]));
    }
    lines.extend(bindings::show(cx, &Scope { unit: place.org().clone(), units: Vec::new(), branches, course: None }).await?);
    Ok(lines)
}

/// Those in the group whose account is nobody's, ours aside.
async fn strangers(cx: &Context, branches: &[Arc<Branch>], members: Vec<ChatMember>) -> Result<Vec<ChatMember>, Error> {
    let here: HashSet<&AccountKey> = branches.iter().flat_map(|b| b.roster.members.iter().flat_map(|m| &m.accounts)).collect();
    let mut strangers = Vec::new();
    let mut seen = HashSet::new();
    for member in members {
        let ours = member.account == cx.incoming.bot || here.contains(&member.account) || !seen.insert(member.account.clone());
        if !ours && cx.bot.cache.known(&member.account).await?.is_none() {
            strangers.push(member);
        }
    }
    Ok(strangers)
}

/// Cards with the member whom each names, and the cards that name nobody, or somebody whom another card names too.
fn pair<'a, 'm>(cards: &Cards<'a>, members: &'m [ChatMember]) -> (Vec<(&'m ChatMember, &'a Candidate)>, Vec<&'m ChatMember>) {
    let mut claims: HashMap<PersonId, usize> = HashMap::new();
    let all: Vec<(&ChatMember, Option<&Candidate>)> = members.iter().map(|m| (m, cards.whose(&m.name))).collect();
    for who in all.iter().filter_map(|(_, who)| *who) {
        *claims.entry(who.person).or_default() += 1;
    }
    let (mut matched, mut unmatched) = (Vec::new(), Vec::new());
    for (member, who) in all {
        match who {
            Some(who) if claims.get(&who.person) == Some(&1) => matched.push((member, who)),
            _ => unmatched.push(member),
        }
    }
    (matched, unmatched)
}

/// A request that an account be this member's.
pub fn request(cx: &Context, account: &AccountKey, card: &str, who: &Candidate) -> BindingRequest {
    BindingRequest { account: account.clone(), person: who.person, name: who.name.clone(), branch: who.branch, card: show::name(card), at: cx.now }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(names: &[&str]) -> Vec<Candidate> {
        let one = |(n, name): (usize, &&str)| {
            let bound = name.starts_with('!');
            Candidate { person: PersonId(i64::try_from(n).unwrap()), name: name.trim_start_matches('!').to_owned(), branch: OrgId(1), bound }
        };
        names.iter().enumerate().map(one).collect()
    }

    #[test]
    fn a_card_names_one_member_or_nobody() {
        let roster = people(&["张三", "张三丰", "李四", "!王五", "An", "阿依古丽·买买提", "赵六", "赵六", "钱", "[CQ:at,qq=all]", "=cmd"]);
        let cards = Cards::new(&roster);
        let cases = [
            ("电信2101-张三", Some("张三")),
            ("张　三", Some("张三")),
            ("21级 张三丰", Some("张三丰")),
            ("张三丰的弟弟张三", None),
            ("张三李四", None),
            ("张三(王五代管)", Some("张三")),
            ("王五", None),
            ("赵六", None),
            ("钱多多", None),
            ("Anna", None),
            ("an 2101", Some("An")),
            ("阿依古丽•买买提", Some("阿依古丽·买买提")),
            ("團支部", None),
            ("", None),
            ("[CQ:at,qq=all]", Some("[CQ:at,qq=all]")),
            ("=CMD", Some("=cmd")),
        ];
        for (card, name) in cases {
            assert_eq!(cards.whose(card).map(|c| c.name.as_str()), name, "{card}");
        }
        assert!(cards.whose(&"啊".repeat(1_000_000)).is_none());
    }

    #[test]
    fn two_cards_of_one_member_are_nobodys() {
        let roster = people(&["张三", "李四"]);
        let member = |id: &str, name: &str| ChatMember { account: AccountKey::new("onebot", id), name: name.into() };
        let members = [member("1", "张三"), member("2", "2101张三"), member("3", "李四"), member("4", "路人")];
        let cards = Cards::new(&roster);
        let (matched, unmatched) = pair(&cards, &members);
        assert_eq!(matched.iter().map(|(m, c)| (&*m.account.id, c.name.as_str())).collect::<Vec<_>>(), [("3", "李四")]);
        assert_eq!(unmatched.iter().map(|m| &*m.account.id).collect::<Vec<_>>(), ["1", "2", "4"]);
    }
}
