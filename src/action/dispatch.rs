//! From an intent to the file that does it. Exhaustive: a new intent does not compile without its line here.

use super::context::{Context, Reply};
use super::{
    accounts, activate, answer, appoint, approve, cash, chain, checkup, correct, coverage, export, help, hush, issues, leave, meeting, missing, moved, notices,
    own, privacy, ranking, receipt, reject, remind, reminders, report, resend, sessions, settings, setup, stats, study_drop, treasury, unbind, undo, units,
};
use crate::domain::duty::Measure;
use crate::domain::record::Kind;
use crate::error::Error;
use crate::language::Intent;

/// Does one intent that is no plain report (those go through `report` together), for the unit that it names. Changes of state are made
/// before it returns.
pub async fn dispatch(cx: &Context, intent: &Intent) -> Result<Reply, Error> {
    match units::spoken_for(cx, intent).await? {
        Some(there) => done(&there, intent).await.map(|reply| units::of_whom(&there, reply)),
        None => done(cx, intent).await,
    }
}

async fn done(cx: &Context, intent: &Intent) -> Result<Reply, Error> {
    match intent {
        Intent::Leave { .. } if leave::waits(cx, intent) => leave::ask(cx, intent).await,
        Intent::Report { .. } | Intent::CheckIn { .. } | Intent::Leave { .. } | Intent::Voluntary { .. } => report::now(cx, std::slice::from_ref(intent)).await,
        Intent::Missing { duty, periods } => missing::missing(cx, duty.as_deref(), periods).await,
        Intent::Stats { duty, periods, name } => stats::stats(cx, duty.as_deref(), periods, name.as_deref()).await,
        Intent::Unbound => accounts::unbound(cx).await,
        Intent::Own => own::own(cx).await,
        Intent::MyData => privacy::my_data(cx).await,
        Intent::Erase => privacy::erase(cx).await,
        Intent::Coverage => coverage::coverage(cx).await,
        Intent::Checkup => checkup::checkup(cx).await,
        Intent::Reject { duty, names } => reject::reject(cx, duty, names).await,
        Intent::Help => help::help(cx).await,
        Intent::Bind { name, code } => accounts::bind(cx, name, code.as_deref()).await,
        Intent::Activate { code, name, path } => activate::activate(cx, code, name, path).await,
        Intent::BindCode { names } => accounts::hand_out_code(cx, names).await,
        Intent::Appoint { names, role, given } => appoint::appoint(cx, names, *role, *given).await,
        Intent::Unbind { names } => unbind::unbind(cx, names).await,
        Intent::Settings { ack, names, reminders, everywhere } => {
            settings::settings(cx, settings::Said { ack: *ack, names: *names, reminders: *reminders, everywhere: *everywhere }).await
        }
        Intent::Undo => undo::undo(cx).await,
        Intent::Approve { duty, names } => approve::approve(cx, duty.as_deref(), names).await,
        Intent::Yes | Intent::No => Ok(resend::decide(cx, *intent == Intent::Yes).await?.unwrap_or_else(|| answer::without_question(cx))),
        Intent::Choose { .. } => Ok(answer::without_question(cx)),
        Intent::Open { duty, .. } if !attended(cx, duty) => issues::open(cx, duty).await,
        Intent::Close { duty } if !attended(cx, duty) => issues::close(cx, duty).await,
        Intent::Pause { duty, from, until } => issues::pause(cx, duty, *from, *until).await,
        Intent::Resume { duty } => issues::resume(cx, duty).await,
        Intent::Differences { duty, periods } => study_drop::differences(cx, duty, periods).await,
        Intent::Ranking { duty, periods } => ranking::ranking(cx, duty, periods).await,
        Intent::Open { duty, code, until, topic, rolls } => {
            let how = sessions::Opening { code: code.as_deref(), until: until.as_deref(), topic: topic.as_deref(), rolls: *rolls };
            sessions::open(cx, duty, how).await
        }
        Intent::Note { kind, text } => meeting::note(cx, *kind, text).await,
        Intent::EditNote { n, text } => meeting::edit(cx, *n, text).await,
        Intent::Items => meeting::items(cx).await,
        Intent::Page { duty, last } => meeting::page(cx, duty.as_deref(), *last).await,
        Intent::Code => sessions::code(cx).await,
        Intent::GrantLeave { granted, names } => leave::grant(cx, *granted, names).await,
        Intent::Close { duty } => sessions::close(cx, duty).await,
        Intent::Remind { duty, names } => remind::remind(cx, duty.as_deref(), names).await,
        Intent::RemindAt { duty, cron } => reminders::make(cx, duty.as_deref(), cron).await,
        Intent::Reminders => reminders::list(cx).await,
        Intent::DropReminder { n } => reminders::remove(cx, *n).await,
        Intent::WhoNext { day } => reminders::preview(cx, *day).await,
        Intent::ReminderLog => reminders::log(cx).await,
        Intent::Notice { units, text, cron } => notices::draft(cx, units, text, cron.as_deref()).await,
        Intent::Receipts => notices::receipts(cx).await,
        Intent::ChaseReceipts => notices::chase(cx).await,
        Intent::Pushes => notices::pushes(cx).await,
        Intent::DropPush { n } => notices::drop_push(cx, *n).await,
        Intent::Resend => resend::resend(cx).await,
        Intent::ResumeSending => resend::resume(cx).await,
        Intent::Hush { duty, until } => hush::hush(cx, duty.as_deref(), *until).await,
        Intent::Unhush { duty } => hush::unhush(cx, duty.as_deref()).await,
        Intent::Wording { duty, text } => hush::wording(cx, duty.as_deref(), text).await,
        Intent::Setup { path } => setup::setup(cx, path.as_deref()).await,
        Intent::Chain { duty, periods, entries, .. } => chain::chain(cx, duty.as_deref(), periods, entries).await,
        Intent::ApproveChain { duty } => chain::approve(cx, duty.as_deref()).await,
        Intent::Correct { .. } => correct::correct(cx, intent).await,
        Intent::Moved { names } => moved::moved(cx, names).await,
        Intent::Exempt { duty, names, until } => treasury::exempt(cx, duty.as_deref(), names, *until).await,
        Intent::Reduce { duty, names, from, until, amount_fen, percent } => {
            treasury::reduce(cx, duty.as_deref(), names, (*from, *until), *amount_fen, *percent).await
        }
        Intent::Band { duty, names, band, pay_fen, from } => treasury::band(cx, duty, names, band.as_deref(), *pay_fen, *from).await,
        Intent::Rate { duty, pay_fen } => treasury::rate(cx, duty, *pay_fen),
        Intent::OpenFrom { duty, from } => treasury::open_from(cx, duty, *from).await,
        Intent::Opening { duty, before, names } => treasury::opening(cx, duty, *before, names).await,
        Intent::Refund { duty, periods, amount_fen, names } => cash::refund(cx, duty, periods, *amount_fen, names).await,
        Intent::HandUp { duty, periods, amount_fen } => cash::hand(cx, duty, periods, *amount_fen, Kind::HandUp).await,
        Intent::Returned { duty, periods, amount_fen } => cash::hand(cx, duty, periods, *amount_fen, Kind::Returned).await,
        Intent::Carried { duty, amount_fen } => cash::hand(cx, duty, &[], *amount_fen, Kind::Carried).await,
        Intent::CashBook { duty, periods } => cash::book(cx, duty, periods).await,
        Intent::Receipt { duty, periods, names } => receipt::receipt(cx, duty, periods, names).await,
        Intent::Export { duty, periods } => export::export(cx, duty.as_deref(), periods).await,
        Intent::Unclear { duty } => help::unclear(cx, duty.as_deref()).await,
    }
}

/// Whether a duty is met at sessions: `开始…` then opens check-in, else an issue.
fn attended(cx: &Context, duty: &str) -> bool {
    cx.bot.config.duty(duty).is_none_or(|d| matches!(d.measure, Measure::Attendance | Measure::Money))
}
