//! Every story test, in one binary. A file is one story; each has `pub fn tests() -> Vec<Trial>`, listed here.
//!
//! Tests that need something this machine lacks (PostgreSQL, Chromium) show as ignored, and the last line says so;
//! with `CI` set they fail instead.

#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

mod acknowledged;
mod afterwards;
mod answers_lost;
mod bad_input;
mod capabilities;
mod chain_group;
mod chain_list;
mod config;
mod conversation;
mod conversation_dues;
mod conversation_gaps;
mod conversation_group;
mod crash;
mod dues_bills;
mod dues_cash;
mod dues_commands;
mod dues_doors;
mod dues_rules;
mod duties;
mod expected;
mod filing;
mod first_days;
mod first_hour;
mod group_settings;
mod household;
mod language;
mod laws;
mod leave_ahead;
mod leave_back;
mod ledger_rules;
mod links;
mod meetings;
mod money_laws;
mod money_whole;
mod not_said;
mod notices;
mod official;
mod onebot;
mod operation;
mod order;
mod people_binding;
mod people_claims;
mod people_drop;
mod people_first;
mod people_hour;
mod people_moved;
mod people_unbinding;
mod permission;
mod privacy;
mod qq;
mod reading_missing;
mod reading_own;
mod reasons;
mod reliefs;
mod reminders_before;
mod reminders_chat;
mod reminders_crash;
mod reminders_failed;
mod reminders_held;
mod reminders_missed;
mod reminders_said;
mod reminders_several;
mod reminders_waiting;
mod roster_files;
mod roster_import;
mod roster_plan;
mod roster_rules;
mod schedule_claims;
mod schedule_clock;
mod schedule_delivery;
mod schedule_due;
mod schedule_outages;
mod schedule_queue;
mod schedule_spared;
mod schedule_storms;
mod schedule_times;
mod schedule_waited;
mod schedule_world;
mod screenshots;
mod store;
mod study_files;
mod study_import;
mod study_issues;

mod support;
mod telegram;
mod term;
mod undo;
mod units;
mod units_namesakes;
mod unread;
mod voices;
mod webchat_demo;
mod webchat_page;
mod webchat_sample;
mod webchat_wire;
mod wecom;
mod wrong_one;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let args = Arguments::from_args();
    // one line a story
    #[rustfmt::skip]
    let groups: Vec<Vec<Trial>> = vec![
        acknowledged::tests(),
        afterwards::tests(),
        order::tests(),
        answers_lost::tests(),
        bad_input::tests(),
        capabilities::tests(),
        chain_group::tests(),
        chain_list::tests(),
        config::tests(),
        language::tests(),
        conversation::tests(),
        conversation_dues::tests(),
        conversation_gaps::tests(),
        conversation_group::tests(),
        crash::tests(),
        dues_bills::tests(),
        dues_cash::tests(),
        dues_commands::tests(),
        dues_doors::tests(),
        dues_rules::tests(),
        duties::tests(),
        expected::tests(),
        filing::tests(),
        first_hour::tests(),
        household::tests(),
        laws::tests(),
        meetings::tests(),
        money_laws::tests(),
        money_whole::tests(),
        leave_ahead::tests(),
        leave_back::tests(),
        wrong_one::tests(),
        reasons::tests(),
        reliefs::tests(),
        not_said::tests(),
        notices::tests(),
        operation::tests(),
        people_binding::tests(),
        people_claims::tests(),
        people_drop::tests(),
        people_first::tests(),
        people_hour::tests(),
        people_moved::tests(),
        first_days::tests(),
        people_unbinding::tests(),
        group_settings::tests(),
        permission::tests(),
        privacy::tests(),
        reading_missing::tests(),
        reading_own::tests(),
        roster_files::tests(),
        roster_import::tests(),
        roster_plan::tests(),
        roster_rules::tests(),
        schedule_due::tests(),
        schedule_claims::tests(),
        schedule_delivery::tests(),
        schedule_outages::tests(),
        schedule_queue::tests(),
        schedule_clock::tests(),
        schedule_waited::tests(),
        schedule_spared::tests(),
        schedule_storms::tests(),
        schedule_times::tests(),
        reminders_before::tests(),
        reminders_chat::tests(),
        reminders_crash::tests(),
        reminders_failed::tests(),
        reminders_held::tests(),
        reminders_missed::tests(),
        reminders_said::tests(),
        reminders_several::tests(),
        reminders_waiting::tests(),
        ledger_rules::tests(),
        links::tests(),
        store::tests(),
        screenshots::tests(),
        study_files::tests(),
        study_import::tests(),
        study_issues::tests(),
        term::tests(),
        webchat_wire::tests(),
        webchat_page::tests(),
        webchat_sample::tests(),
        units::tests(),
        undo::tests(),
        units_namesakes::tests(),
        unread::tests(),
        voices::tests(),
        webchat_demo::tests(),

        official::tests(),
        onebot::tests(),
        telegram::tests(),
        qq::tests(),
        wecom::tests(),
    ];
    let tests = groups.into_iter().flatten().collect();
    let conclusion = libtest_mimic::run(&args, tests);
    support::lacking::report();
    conclusion.exit();
}
