//! The document that a copy belongs to: by its chat, duty, periods and title. Where the title was edited, or the copy came
//! a little after the period in which the list began, by what is in it.

use super::copy::Copy;
use super::{digest, kept};
use crate::action::context::Context;
use crate::domain::calendar::Period;
use crate::domain::document::{Document, Row, State};
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::PersonId;
use crate::error::{Error, Fault};
use crate::language::Head;
use std::collections::{BTreeMap, HashMap};

/// How long a list is looked for after it last grew, milliseconds.
const REMEMBERED: i64 = 45 * 86_400_000;
/// How long after its period a list whose title names none may still go on, milliseconds after it last grew.
const GOES_ON: i64 = 36 * 3_600_000;

/// A document with what is known of it.
pub(super) struct Known {
    pub document: Document,
    pub rows: Vec<Row>,
}

impl Known {
    /// The document of this title; a new one where there is none.
    pub async fn find(cx: &Context, duty: &Duty, periods: &[Period], head: &Head) -> Result<Self, Error> {
        let wanted = new(cx, duty, periods, head);
        let all = recent(cx, duty).await?;
        let same = all.into_iter().find(|d| d.implied == wanted.implied && d.title == wanted.title && (d.implied || d.periods == wanted.periods));
        let mut known = Self { document: same.unwrap_or(wanted), rows: Vec::new() };
        known.read(cx).await?;
        Ok(known)
    }

    /// Reads it as it is now.
    pub async fn read(&mut self, cx: &Context) -> Result<(), Fault> {
        if let Some(now) = cx.bot.store.document(self.document.id).await? {
            self.rows = cx.bot.store.document_rows(now.id).await?;
            self.document = now;
        }
        Ok(())
    }

    /// Looks whether the copy is of another document than its title says; true where it is.
    pub async fn begins_anew(&mut self, cx: &Context, duty: &Duty, periods: &[Period], copy: &Copy, head: &Head) -> Result<bool, Error> {
        let wanted = new(cx, duty, periods, head);
        if self.document.version > 0 {
            let over = self.document.implied && self.document.periods != wanted.periods;
            if !over || cx.now - self.document.changed_at <= GOES_ON && self.contained(copy) {
                return Ok(false);
            }
            *self = Self { document: wanted, rows: Vec::new() };
            return Ok(true);
        }
        // an edited title: the dates in it are the same, and so is what it holds
        let dates = |title: &str| title.split_once('/').map(|(_, dates)| dates.to_owned());
        for document in recent(cx, duty).await? {
            let fresh = cx.now - document.changed_at <= GOES_ON;
            let when = document.implied == wanted.implied && (document.periods == wanted.periods || document.implied && fresh);
            // what adds up and is a day old is another occasion
            let adds = matches!(duty.measure, Measure::Count | Measure::Minutes);
            if !when || dates(&document.title) != dates(&wanted.title) || adds && !fresh {
                continue;
            }
            let mut other = Self { document, rows: Vec::new() };
            other.read(cx).await?;
            if other.latest().values().filter(|r| counted(r)).count() > 1 && other.contained(copy) {
                other.document.title = wanted.title;
                *self = other;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The last row of each person.
    pub fn latest(&self) -> BTreeMap<PersonId, &Row> {
        self.rows.iter().filter_map(|r| Some((r.subject.as_ref()?.person, r))).collect()
    }

    /// Every row of each person, in order.
    pub fn by_person(&self) -> HashMap<PersonId, Vec<&Row>> {
        let mut all: HashMap<PersonId, Vec<&Row>> = HashMap::new();
        for row in &self.rows {
            if let Some(subject) = &row.subject {
                all.entry(subject.person).or_default().push(row);
            }
        }
        all
    }

    /// Whether nearly all of what is known stands in the copy unchanged.
    fn contained(&self, copy: &Copy) -> bool {
        let said: HashMap<PersonId, String> = copy.items.iter().filter_map(|i| Some((i.person.member.person, kept(&i.said).ok()?))).collect();
        let latest: Vec<_> = self.latest().into_iter().filter(|(_, row)| counted(row)).collect();
        let there = latest.iter().filter(|(person, row)| said.get(person) == Some(&row.said)).count();
        !latest.is_empty() && there * 5 >= latest.len() * 4
    }
}

/// Whether it came to something.
fn counted(row: &Row) -> bool {
    matches!(row.state, State::Entered | State::Already | State::Doubt | State::Waiting)
}

async fn recent(cx: &Context, duty: &Duty) -> Result<Vec<Document>, Fault> {
    let all = cx.bot.store.documents(&cx.incoming.chat, cx.now - REMEMBERED).await?;
    Ok(all.into_iter().filter(|d| d.duty == duty.key).collect())
}

fn new(cx: &Context, duty: &Duty, periods: &[Period], head: &Head) -> Document {
    let implied = periods.is_empty();
    let periods = if implied { vec![Period::containing(duty.cadence, cx.today)] } else { periods.to_vec() };
    let title = format!("{}/{}", digest(&head.title), digest(&head.dates));
    Document {
        id: cx.bot.store.new_document(),
        chat: cx.incoming.chat.clone(),
        duty: duty.key.clone(),
        periods,
        implied,
        title,
        version: 0,
        changed_at: cx.now,
    }
}
