//! Answers to the bot's questions: each does what its question was about, for the person who was asked.

use super::namesakes;
use super::question::{Body, Taken};
use crate::action::branch::roster_drop;
use crate::action::context::{Context, Reply};
use crate::action::dues::{bill_drop, relief_above};
use crate::action::members::people::Person;
use crate::action::members::{accounts, privacy, unbind};
use crate::action::records::draft::{Draft, How};
use crate::action::records::report;
use crate::action::records::{approve, chain, screenshot, undo, undo_meeting, withdraw};
use crate::action::reminding::{held, notices};
use crate::action::study::study_drop;
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId};
use crate::error::Error;
use crate::language::answer::{Answer, Expect, answer};
use crate::store::questions::Question;

/// A yes, a no or a number with no question open.
pub fn without_question(cx: &Context) -> Reply {
    // a bare word in a group is no answer to anything: silence unless the bot is meant
    if cx.addressed { cx.reply(cx.say("ask-nothing-open", &[])) } else { Reply::silence() }
}

/// Reads the message as the answer to the speaker's open question here. None where it is none: the question stays open.
pub async fn follow_up(cx: &Context) -> Result<Option<Reply>, Error> {
    let Some(Taken { body, question }) = cx.take_question().await? else { return Ok(None) };
    if let (Some(n), Body::Amount { choices, .. }) = (lone_number(&cx.text), &body)
        && !(1..=choices.len()).contains(&n)
    {
        cx.ask_again(&question).await?;
        return Ok(Some(which_months(cx, choices)));
    }
    if let Body::Names { document, source, names } = &body
        && let Some(picks) = chain::is_answer(cx, names).await?
    {
        let Some(picks) = picks else {
            cx.ask_again(&question).await?;
            return Ok(Some(cx.reply(cx.say("chain-ask-again", &[]))));
        };
        return Ok(Some(chain::named(cx, *document, source, names, &picks).await?));
    }
    let exports = match &body {
        Body::StudyColumns { file, columns } => study_drop::columns(cx, file, columns).await?,
        Body::StudyWho { file, choices, strangers } => match open_on_mistake(cx, &question, study_drop::naming(cx, file, strangers).await).await? {
            None => study_drop::who(cx, file, choices).await?,
            named => named,
        },
        Body::Study { file, strangers } => open_on_mistake(cx, &question, study_drop::naming(cx, file, strangers).await).await?,
        Body::Screenshot { duty, looks, .. } => open_on_mistake(cx, &question, screenshot::of_issue(cx, duty, looks).await).await?,
        _ => None,
    };
    if exports.is_some() {
        return Ok(exports);
    }
    let previewed = matches!(body, Body::Roster { .. } | Body::Bill { .. } | Body::Study { .. });
    let expected = expect(cx, &body);
    let all = matches!(body, Body::Claims { .. }) && all_received(&cx.text);
    let said = if all { Some(Answer::Yes) } else { answer(&cx.text, &expected) };
    let Some(said) = said.or_else(|| doing(&cx.text, &expected).filter(|_| previewed)) else {
        cx.ask_again(&question).await?;
        return Ok(None);
    };
    if let (Body::Held { units }, Answer::No) = (&body, &said) {
        return Ok(Some(held::answered(cx, units, false).await?));
    }
    if matches!(said, Answer::No | Answer::Cancel) {
        let key = match body {
            Body::Amount { .. } | Body::SecondToday { .. } | Body::GiftToday { .. } | Body::Meant { .. } | Body::Screenshot { .. } | Body::Namesake { .. } => {
                "answered-no"
            }
            Body::Undo { .. } => "recall-kept",
            Body::Withdraw { .. } | Body::Void { .. } => "withdraw-kept",
            Body::Roster { .. } | Body::Bill { .. } | Body::Study { .. } | Body::StudyColumns { .. } => "roster-cancelled",
            Body::Notice { .. } => "notice-dropped",
            Body::Names { .. } | Body::StudyWho { .. } => "chain-names-left",
            Body::Unbind { .. } => "unbind-kept",
            Body::MyData => "my-data-no",
            Body::Erase => "erase-kept",
            Body::Bindings { .. } | Body::Claims { .. } | Body::Claimant { .. } | Body::Asker { .. } | Body::Held { .. } => "answered-no-keep",
            Body::Reliefs { .. } => "relief-kept",
        };
        return Ok(Some(cx.reply(cx.say(key, &[]))));
    }
    Ok(match body {
        Body::Amount { duty, people, amount, choices } => {
            let months = match &said {
                Answer::Choice(n) => usize::try_from(*n).ok().and_then(|n| choices.get(n.checked_sub(1)?)).cloned(),
                Answer::Months(n) => choices.iter().find(|c| u32::try_from(c.len()) == Ok(*n)).cloned(),
                // where one reading was offered, a yes takes it
                Answer::Yes | Answer::All if choices.len() == 1 => choices.first().cloned(),
                Answer::Periods(p) => Some(p.clone()),
                _ => None,
            };
            match (&said, months) {
                // what was offered is theirs to choose, whatever it costs; other months have to fit the sum
                (_, Some(months)) => Some(pay(cx, &duty, &people, &months, Some(amount), choices.contains(&months)).await?),
                (Answer::Amount(fen), None) => Some(pay(cx, &duty, &people, &[], Some(*fen), true).await?),
                // "yes" to one of two is no answer
                _ => {
                    cx.ask_again(&question).await?;
                    Some(which_months(cx, &choices))
                }
            }
        }
        Body::SecondToday { duty, people, amount } => match &said {
            Answer::Periods(months) => Some(pay(cx, &duty, &people, months, amount, false).await?),
            Answer::Yes | Answer::Choice(1) => Some(pay(cx, &duty, &people, &[], amount, true).await?),
            Answer::Amount(fen) => Some(pay(cx, &duty, &people, &[], Some(*fen), true).await?),
            _ => Some(cx.reply(cx.say("answered-no", &[]))),
        },
        Body::GiftToday { duty, whom, amount } => match &said {
            Answer::Yes | Answer::Choice(1) => Some(give(cx, &duty, whom, amount).await?),
            Answer::Amount(fen) => Some(give(cx, &duty, whom, *fen).await?),
            _ => Some(cx.reply(cx.say("answered-no", &[]))),
        },
        Body::Meant { duty, people, amount } => match &said {
            Answer::Periods(months) => Some(pay(cx, &duty, &people, months, Some(amount), false).await?),
            Answer::Yes | Answer::Choice(1) => Some(pay(cx, &duty, &people, &[], Some(amount), false).await?),
            Answer::Amount(fen) => Some(pay(cx, &duty, &people, &[], Some(*fen), false).await?),
            _ => Some(cx.reply(cx.say("answered-no", &[]))),
        },
        Body::Held { units } if said == Answer::Yes => Some(held::answered(cx, &units, true).await?),
        Body::Undo { source } => Some(undo::undo_source(cx, &source).await?),
        Body::Withdraw { unit, duty, issue, reported } => match said {
            Answer::Yes if !reported => Some(withdraw::whole(cx, unit, &duty, issue).await?),
            Answer::Choice(1) if reported => Some(withdraw::own(cx, unit, &duty, issue).await?),
            Answer::Choice(2) if reported => Some(withdraw::whole(cx, unit, &duty, issue).await?),
            _ => {
                cx.ask_again(&question).await?;
                Some(cx.reply(cx.say(if reported { "withdraw-again" } else { "withdraw-yes" }, &[])))
            }
        },
        Body::Void { session, source } => match (said, source) {
            (Answer::Yes, None) | (Answer::Choice(2), Some(_)) => Some(undo_meeting::void(cx, session).await?),
            (Answer::Choice(1), Some(source)) => Some(undo::undo_source(cx, &source).await?),
            (_, source) => {
                cx.ask_again(&question).await?;
                Some(cx.reply(cx.say(if source.is_some() { "void-again" } else { "void-yes" }, &[])))
            }
        },
        Body::Notice { unit, units, text, file } if said == Answer::Yes => Some(notices::send(cx, unit, &units, &text, file).await?),
        Body::Bindings { accounts, branch } => Some(accounts::approve_shown(cx, branch, &accounts).await?),
        Body::Claims { duty, branch, people } => Some(approve::confirm_shown(cx, &duty, branch, &people).await?),
        Body::Reliefs { all } => Some(relief_above::shown(cx, &all).await?),
        Body::Screenshot { duty, periods, looks } if said == Answer::Yes => Some(screenshot::kept(cx, cx.duty(&duty)?, &periods, looks).await?),
        // the others' answers were read above
        Body::Held { .. } | Body::Notice { .. } | Body::Screenshot { .. } | Body::Names { .. } | Body::StudyColumns { .. } | Body::StudyWho { .. } => {
            cx.ask_again(&question).await?;
            still_open(cx, &said)
        }
        Body::Unbind { people } => match said {
            Answer::Yes if people.is_empty() => Some(unbind::answered(cx, &people, 0).await?),
            Answer::Choice(n) if !people.is_empty() => Some(unbind::answered(cx, &people, usize::try_from(n).unwrap_or(0).wrapping_sub(1)).await?),
            _ => {
                cx.ask_again(&question).await?;
                still_open(cx, &said)
            }
        },
        Body::MyData | Body::Erase if said != Answer::Yes => {
            cx.ask_again(&question).await?;
            None
        }
        Body::MyData => Some(privacy::take_along(cx).await?),
        Body::Erase => Some(privacy::erase_now(cx).await?),
        Body::Bill { file, branch, duty, month } => Some(bill_drop::apply(cx, &file, branch, &duty, month).await?),
        Body::Study { file, .. } => Some(study_drop::apply(cx, &file).await?),
        Body::Roster { file, branch, transfer } => Some(roster_drop::apply(cx, &file, branch.as_deref(), transfer).await?),
        Body::Namesake { people, .. } | Body::Claimant { people, .. } | Body::Asker { people, .. } if chosen(&said, &people).is_none() => {
            cx.ask_again(&question).await?;
            still_open(cx, &said)
        }
        Body::Namesake { duty, periods, amount, value, people } => {
            Some(namesakes::reported(cx, &duty, &periods, (amount, value), chosen(&said, &people)).await?)
        }
        Body::Asker { granted, people } => Some(namesakes::answered(cx, granted, chosen(&said, &people)).await?),
        Body::Claimant { duty, reject, people } => Some(namesakes::decided(cx, duty.as_deref(), reject, chosen(&said, &people)).await?),
    })
}

/// A name that nobody has is no answer: the question stays.
async fn open_on_mistake(cx: &Context, question: &Question, done: Result<Option<Reply>, Error>) -> Result<Option<Reply>, Error> {
    if matches!(done, Err(Error::Mistake(_))) {
        cx.ask_again(question).await?;
    }
    done
}

/// A yes, or a number that was not offered, to a question that neither answers: it is still open, and that is said.
fn still_open(cx: &Context, said: &Answer) -> Option<Reply> {
    let meant = (cx.private() || cx.addressed) && matches!(said, Answer::Yes | Answer::Choice(_));
    meant.then(|| cx.reply(cx.say("ask-still-open", &[])))
}

/// 导入, 确定导入, 是的导入吧 to a previewed file: the word of the question, and what stands before it decides.
fn doing(text: &str, expected: &Expect) -> Option<Answer> {
    let text = text.trim().trim_end_matches(['。', '！', '!', '~', '.', ' ', '吧', '呗', '啊', '呀', '啦', '哦', '嘛', '喽', '了']);
    let before = ["导入", "匯入", "導入", "入账", "入帳", "记账"].iter().find_map(|word| text.strip_suffix(word))?;
    let before = before.trim_end_matches(['请', '就', '那', '都', '全', '部', '直', '接', '开', '始', '帮', '我', '，', ',', ' ']);
    if before.is_empty() || before == "确认" {
        Some(Answer::Yes)
    } else {
        answer(before, expected).filter(|a| matches!(a, Answer::Yes | Answer::No | Answer::Cancel))
    }
}

/// 都收到了, 全部收到: the words of the list of claims.
fn all_received(text: &str) -> bool {
    let text = text.trim().trim_end_matches(['。', '！', '!', '.', '~', ' ', '啦', '了']);
    ["都收到", "全收到", "全都收到", "全部收到", "全部都收到", "钱都收到", "都到账", "全部到账"].contains(&text)
}

/// A number and nothing else: one of the choices, never a sum (“3” to two choices would be three yuan).
fn lone_number(text: &str) -> Option<usize> {
    let text = text.trim();
    let digits: String =
        text.chars().map(|c| if ('０'..='９').contains(&c) { char::from(b'0' + u8::try_from(c as u32 - '０' as u32).unwrap_or(0)) } else { c }).collect();
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().unwrap_or(usize::MAX))
}

/// The question about a sum once more, shorter.
fn which_months(cx: &Context, choices: &[Vec<Period>]) -> Reply {
    let text = match choices {
        [named, fits] => cx.say("ask-amount-again", &[("named", cx.periods(named).into()), ("fits", cx.periods(fits).into())]),
        _ => cx.say("ask-months-again", &[]),
    };
    cx.reply(text)
}

/// What counts as an answer to this question.
fn expect(cx: &Context, body: &Body) -> Expect {
    let choices = match body {
        Body::Amount { choices, .. } => choices.len(),
        Body::Unbind { people } | Body::Namesake { people, .. } | Body::Claimant { people, .. } | Body::Asker { people, .. } => people.len(),
        Body::Withdraw { reported: true, .. } | Body::Void { source: Some(_), .. } => 2,
        // “1” to one thing offered is a yes, not one yuan
        Body::SecondToday { .. } | Body::GiftToday { .. } | Body::Meant { .. } => 1,
        _ => 0,
    };
    let months = matches!(body, Body::Amount { .. } | Body::SecondToday { .. } | Body::Meant { .. });
    let money = months || matches!(body, Body::GiftToday { .. });
    Expect { yes_no: true, choices: u32::try_from(choices).unwrap_or(0), periods: months, amount: money, today: cx.today }
}

/// Whom the answer means of those who were shown.
fn chosen(said: &Answer, people: &[(OrgId, PersonId)]) -> Option<(OrgId, PersonId)> {
    let Answer::Choice(n) = said else { return None };
    people.get(usize::try_from(*n).ok()?.checked_sub(1)?).copied()
}

pub(in crate::action) async fn pay(
    cx: &Context,
    duty: &str,
    people: &[(OrgId, PersonId)],
    months: &[Period],
    amount: Option<i64>,
    sure: bool,
) -> Result<Reply, Error> {
    let duty = cx.duty(duty)?;
    let mut draft = Draft::new(cx)?;
    let mut all: Vec<Person> = Vec::new();
    for (branch, person) in people {
        all.push(draft.person(*branch, *person).await?);
    }
    draft.rest_on_whom(&all);
    draft.pay(duty, &all, months, amount, How { sure, ..How::default() });
    let post = draft.finish();
    let outcome = report::enter(cx, &post).await?;
    report::told(cx, &post, &outcome).await
}

/// A second gift on one day, which was asked about.
async fn give(cx: &Context, duty: &str, (branch, person): (OrgId, PersonId), amount: i64) -> Result<Reply, Error> {
    let duty = cx.duty(duty)?;
    let mut draft = Draft::new(cx)?;
    let person = draft.person(branch, person).await?;
    draft.rest_on_whom(std::slice::from_ref(&person));
    draft.give(duty, &person, amount, true);
    let post = draft.finish();
    let outcome = report::enter(cx, &post).await?;
    report::told(cx, &post, &outcome).await
}
