//! What tells people of the same name apart, by what the roster has of them. Pure.

use super::roster::{Member, Roster};
use chrono::NaiveDate;

/// Characters of a number's end that are told, if they tell apart.
const ENDS: [usize; 2] = [4, 6];

/// What is told beside a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Apart {
    /// The 团小组.
    Group(String),
    /// The end of the league number.
    NumberEnd(String),
}

impl Roster {
    /// What tells this member apart from the others of that name who are here on that day; none where nobody else is called so, or the
    /// roster does not tell them apart.
    pub fn apart(&self, member: &Member, today: NaiveDate) -> Option<Apart> {
        if !self.shares(&member.name) {
            return None;
        }
        let gone = !member.present_on(today);
        let same = |o: &&Member| o.person != member.person && o.name == member.name && (gone || o.present_on(today));
        let others: Vec<&Member> = self.members.iter().filter(same).collect();
        if others.is_empty() {
            return None;
        }
        if let Some(group) = member.group.as_ref().filter(|g| !g.is_empty() && others.iter().all(|o| o.group.as_ref() != Some(g))) {
            return Some(Apart::Group(group.clone()));
        }
        let number = member.league_number.as_deref().filter(|n| !n.is_empty())?;
        let unlike = |end: &&str| !others.iter().any(|o| o.league_number.as_deref().is_some_and(|n| n.ends_with(*end)));
        let ends = ENDS.iter().filter_map(|n| Some(&number[number.char_indices().rev().nth(n - 1)?.0..]));
        ends.chain([number]).find(unlike).map(|end| Apart::NumberEnd(end.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{OrgId, PersonId};
    use crate::domain::roster::{Org, OrgKind};

    fn member(person: i64, name: &str, group: Option<&str>, number: Option<&str>) -> Member {
        Member {
            person: PersonId(person),
            name: name.into(),
            league_number: number.map(str::to_owned),
            group: group.map(str::to_owned),
            post: None,
            from: NaiveDate::MIN,
            known: None,
            to: None,
            bands: Vec::new(),
            accounts: Vec::new(),
        }
    }

    #[test]
    fn by_the_group_else_by_the_number() {
        let group = |g: &str| Some(Apart::Group(g.into()));
        let end = |n: &str| Some(Apart::NumberEnd(n.into()));
        for (members, expected) in [
            (vec![("李四", Some("一组"), None), ("李四", Some("二组"), None)], [group("一组"), group("二组")]),
            (vec![("李四", Some("一组"), Some("202400000001")), ("李四", None, Some("202400000002"))], [group("一组"), end("0002")]),
            (vec![("李四", Some("一组"), Some("202400000001")), ("李四", Some("一组"), Some("202400000002"))], [end("0001"), end("0002")]),
            (vec![("李四", None, Some("202400110001")), ("李四", None, Some("202400220001"))], [end("110001"), end("220001")]),
            (vec![("李四", None, None), ("李四", None, None)], [None, None]),
            (vec![("李四", Some("一组"), None), ("王五", Some("二组"), None)], [None, None]),
        ] {
            let all: Vec<Member> = members.iter().zip(1..).map(|((name, group, number), n)| member(n, name, *group, *number)).collect();
            let day: NaiveDate = "2026-11-23".parse().unwrap();
            let org = Org { id: OrgId(1), parent: None, path: "甲".into(), name: "甲".into(), kind: OrgKind::Branch, since: day, epoch: 1 };
            let roster = Roster::new(org, all);
            let found: Vec<Option<Apart>> = roster.members.iter().map(|m| roster.apart(m, day)).collect();
            assert_eq!(found, expected, "{members:?}");
        }
    }

    #[test]
    fn who_left_is_no_namesake_of_who_is_here() {
        let day: NaiveDate = "2026-11-23".parse().unwrap();
        let org = Org { id: OrgId(1), parent: None, path: "甲".into(), name: "甲".into(), kind: OrgKind::Branch, since: day, epoch: 1 };
        let left = Member { to: day.pred_opt(), ..member(1, "李四", Some("一组"), None) };
        let roster = Roster::new(org, vec![left, member(2, "李四", Some("二组"), None)]);
        assert_eq!(roster.apart(&roster.members[0], day), Some(Apart::Group("一组".into())));
        assert_eq!(roster.apart(&roster.members[1], day), None);
    }
}
