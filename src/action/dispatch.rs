//! From an intent to the file that does it. Exhaustive: a new intent does not compile without its line here.

use crate::action::branch::{activate, appoint, checkup, coverage, settings, setup, units};
use crate::action::context::{Context, Reply};
use crate::action::dialogue::answer;
use crate::action::dues::{cash, receipt, relief, relief_above, treasury};
use crate::action::help;
use crate::action::meetings::{leave, meeting, sessions};
use crate::action::members::{accounts, moved, privacy, unbind};
use crate::action::queries::{export, missing, own, stats};
use crate::action::records::approve_said::Said;
use crate::action::records::{approve, chain, correct, reject, report, undo};
use crate::action::reminding::{held, hush, notices, remind, reminder_log, reminders, reminders_less, resend};
use crate::action::study::{excuse, filing, issues, ranking, study_drop};
use crate::domain::duty::Measure;
use crate::domain::record::Kind;
use crate::domain::relief::Left;
use crate::error::Error;
use crate::language::Intent;
use futures_util::future::BoxFuture;
use std::future::ready;

/// Does one intent that is no plain report (those go through `report` together), for the unit that it names. Changes of state are made
/// before it returns.
pub async fn dispatch(cx: &Context, intent: &Intent) -> Result<Reply, Error> {
    match units::spoken_for(cx, intent).await? {
        Some(there) => done(&there, intent).await.map(|reply| units::of_whom(&there, reply)),
        None => done(cx, intent).await,
    }
}

/// Each in a box of its own: one future that held them all would fill a thread's stack.
fn done<'a>(cx: &'a Context, intent: &'a Intent) -> BoxFuture<'a, Result<Reply, Error>> {
    match intent {
        Intent::Leave { .. } if excuse::meant_by(cx, intent) => Box::pin(excuse::leave(cx, intent)),
        Intent::Leave { .. } if leave::waits(cx, intent) => Box::pin(leave::ask(cx, intent)),
        Intent::Report { .. } | Intent::CheckIn { .. } | Intent::Leave { .. } | Intent::Voluntary { .. } => {
            Box::pin(report::now(cx, std::slice::from_ref(intent)))
        }
        Intent::Missing { duty, periods } => Box::pin(missing::missing(cx, duty.as_deref(), periods)),
        Intent::Stats { duty, periods, name } => Box::pin(stats::stats(cx, duty.as_deref(), periods, name.as_deref())),
        Intent::Unbound => Box::pin(accounts::unbound(cx)),
        Intent::Own => Box::pin(own::own(cx)),
        Intent::MyData => Box::pin(privacy::my_data(cx)),
        Intent::Erase => Box::pin(privacy::erase(cx)),
        Intent::Coverage => Box::pin(coverage::coverage(cx)),
        Intent::Checkup => Box::pin(checkup::checkup(cx)),
        Intent::Reject { duty, names } => Box::pin(reject::reject(cx, duty, names)),
        Intent::Help => Box::pin(help::help(cx)),
        Intent::Bind { name, code } => Box::pin(accounts::bind(cx, name, code.as_deref())),
        Intent::Activate { code, name, path } => Box::pin(activate::activate(cx, code, name, path)),
        Intent::BindCode { names } => Box::pin(accounts::hand_out_code(cx, names)),
        Intent::Appoint { names, role, given } => Box::pin(appoint::appoint(cx, names, *role, *given)),
        Intent::Unbind { names } => Box::pin(unbind::unbind(cx, names)),
        Intent::Settings { ack, names, reminders, everywhere } => {
            Box::pin(settings::settings(cx, settings::Said { ack: *ack, names: *names, reminders: *reminders, everywhere: *everywhere }))
        }
        Intent::Undo => Box::pin(undo::undo(cx)),
        Intent::Approve { duty, names, periods, amount_fen } => Box::pin(approve::approve(cx, duty.as_deref(), names, Said { periods, amount: *amount_fen })),
        Intent::Yes | Intent::No => {
            Box::pin(async move { Ok(held::decide(cx, *intent == Intent::Yes).await?.unwrap_or_else(|| answer::without_question(cx))) })
        }
        Intent::Choose { .. } => Box::pin(ready(Ok(answer::without_question(cx)))),
        Intent::Open { duty, .. } if !attended(cx, duty) => Box::pin(issues::open(cx, duty)),
        Intent::Close { duty } if !attended(cx, duty) => Box::pin(issues::close(cx, duty)),
        Intent::Pause { duty, from, until } => Box::pin(issues::pause(cx, duty, *from, *until)),
        Intent::Resume { duty } => Box::pin(issues::resume(cx, duty)),
        Intent::Differences { duty, periods } => Box::pin(study_drop::differences(cx, duty, periods)),
        Intent::Ranking { duty, periods } => Box::pin(ranking::ranking(cx, duty, periods)),
        Intent::Open { duty, code, until, topic, rolls } => {
            let how = sessions::Opening { code: code.as_deref(), until: until.as_deref(), topic: topic.as_deref(), rolls: *rolls };
            Box::pin(sessions::open(cx, duty, how))
        }
        Intent::Note { kind, text } => Box::pin(meeting::note(cx, *kind, text)),
        Intent::EditNote { n, text } => Box::pin(meeting::edit(cx, *n, text)),
        Intent::Items => Box::pin(meeting::items(cx)),
        Intent::Page { duty, last } => Box::pin(meeting::page(cx, duty.as_deref(), *last)),
        Intent::Code => Box::pin(sessions::code(cx)),
        Intent::GrantLeave { granted, names } => Box::pin(leave::grant(cx, *granted, names)),
        Intent::Close { duty } => Box::pin(sessions::close(cx, duty)),
        Intent::Remind { duty, names } => Box::pin(remind::remind(cx, duty.as_deref(), names)),
        Intent::RemindAt { duty, cron } => Box::pin(reminders::make(cx, duty.as_deref(), cron)),
        Intent::Reminders => Box::pin(reminders::list(cx)),
        Intent::DropReminder { n } => Box::pin(reminders_less::remove(cx, *n)),
        Intent::DropRemindAt { duty, cron } => Box::pin(reminders_less::remove_at(cx, duty.as_deref(), cron)),
        Intent::RemindHow { duty, about } => Box::pin(reminders_less::how(cx, duty.as_deref(), *about)),
        Intent::WhoNext { day } => Box::pin(reminders::preview(cx, *day)),
        Intent::ReminderLog => Box::pin(reminder_log::log(cx)),
        Intent::Notice { units, text, cron } => Box::pin(notices::draft(cx, units, text, cron.as_deref())),
        Intent::Receipts => Box::pin(notices::receipts(cx)),
        Intent::ChaseReceipts => Box::pin(notices::chase(cx)),
        Intent::Pushes => Box::pin(notices::pushes(cx)),
        Intent::DropPush { n } => Box::pin(notices::drop_push(cx, *n)),
        Intent::Resend => Box::pin(resend::resend(cx)),
        Intent::ResumeSending => Box::pin(resend::resume(cx)),
        Intent::Hush { duty, from, until } => Box::pin(hush::hush(cx, duty.as_deref(), *from, *until)),
        Intent::Unhush { duty } => Box::pin(hush::unhush(cx, duty.as_deref())),
        Intent::Wording { duty, text } => Box::pin(hush::wording(cx, duty.as_deref(), text)),
        Intent::Setup { path } => Box::pin(setup::setup(cx, path.as_deref())),
        Intent::Chain { duty, periods, entries, .. } => Box::pin(chain::chain(cx, duty.as_deref(), periods, entries)),
        Intent::ApproveChain { duty } => Box::pin(chain::approve(cx, duty.as_deref())),
        Intent::Correct { .. } => Box::pin(correct::correct(cx, intent)),
        Intent::Moved { names } => Box::pin(moved::moved(cx, names)),
        Intent::Exempt { duty, names, from, until, reason } => {
            Box::pin(relief::decide(cx, duty.as_deref(), names, (*from, *until), Left::Percent(0), reason.as_deref()))
        }
        Intent::Reduce { duty, names, from, until, amount_fen, percent, reason } => {
            let left = amount_fen.map_or(Left::Percent(percent.unwrap_or(0)), Left::Fen);
            Box::pin(relief::decide(cx, duty.as_deref(), names, (*from, *until), left, reason.as_deref()))
        }
        Intent::GrantRelief { granted, names } => Box::pin(relief_above::answer(cx, *granted, names)),
        Intent::Return { duty, periods } => Box::pin(filing::filing(cx, duty.as_deref(), periods)),
        Intent::Reliefs => Box::pin(relief_above::list(cx)),
        Intent::Band { duty, names, band, pay_fen, from } => Box::pin(treasury::band(cx, duty, names, band.as_deref(), *pay_fen, *from)),
        Intent::Rate { duty, pay_fen } => Box::pin(ready(treasury::rate(cx, duty, *pay_fen))),
        Intent::OpenFrom { duty, from } => Box::pin(treasury::open_from(cx, duty, *from)),
        Intent::Opening { duty, from, before, names } => Box::pin(treasury::opening(cx, duty, (*from, *before), names)),
        Intent::Refund { duty, periods, amount_fen, names } => Box::pin(cash::refund(cx, duty, periods, *amount_fen, names)),
        Intent::HandUp { duty, periods, amount_fen } => Box::pin(cash::hand(cx, duty, periods, *amount_fen, Kind::HandUp)),
        Intent::Returned { duty, periods, amount_fen } => Box::pin(cash::hand(cx, duty, periods, *amount_fen, Kind::Returned)),
        Intent::Carried { duty, amount_fen } => Box::pin(cash::hand(cx, duty, &[], *amount_fen, Kind::Carried)),
        Intent::CashBook { duty, periods } => Box::pin(cash::book(cx, duty, periods)),
        Intent::Receipt { duty, periods, names } => Box::pin(receipt::receipt(cx, duty, periods, names)),
        Intent::Export { duty: Some(duty), .. } if let Some(day) = meeting::day_of(cx, Some(duty)) => Box::pin(meeting::page_of(cx, duty, day)),
        Intent::Export { duty, periods } => Box::pin(export::export(cx, duty.as_deref(), periods)),
        Intent::Unclear { duty } => Box::pin(help::unclear(cx, duty.as_deref())),
    }
}

/// Whether a duty is met at sessions: `开始…` then opens check-in, else an issue.
fn attended(cx: &Context, duty: &str) -> bool {
    cx.bot.config.duty(duty).is_none_or(|d| matches!(d.measure, Measure::Attendance | Measure::Money))
}
