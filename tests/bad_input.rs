//! Bad input, row by row: which stories prove that each platform minds it. A row whose story is gone, or was never written, fails
//! here. (`/`: the platform has nothing of the kind; the reason stands behind it.)

use crate::support::plain;
use crate::{qq, telegram, wecom};
use libtest_mimic::Trial;
use std::collections::BTreeSet;

pub fn tests() -> Vec<Trial> {
    vec![plain("bad_input::every_row_has_its_story_on_every_platform", every_row)]
}

const ROWS: [(&str, &[&str]); 11] = [
    (
        "wrong signature",
        &["telegram::hearing::the_webhooks_door", "qq::webhook::wrong_signatures_are_turned_away", "wecom::callbacks::bad_ones_are_turned_away"],
    ),
    (
        "replayed or stale request",
        &[
            "telegram::hearing::the_webhooks_door",
            "telegram::hearing::a_crash_loses_nothing",
            "qq::webhook::stale_and_repeated_callbacks_do_nothing",
            "wecom::callbacks::bad_ones_are_turned_away",
            "wecom::callbacks::it_is_acknowledged_when_it_is_durable",
            "wecom::the_same_message_is_heard_once",
        ],
    ),
    (
        "tampered body",
        &[
            "telegram / signs nothing: who has the secret is believed",
            "qq::webhook::wrong_signatures_are_turned_away",
            "wecom::callbacks::what_is_not_sealed_as_it_should_be_stays_shut",
            "wecom::callbacks::bad_ones_are_turned_away",
        ],
    ),
    (
        "garbage after valid JSON",
        &[
            "telegram::hearing::the_webhooks_door",
            "telegram::hearing::storms_and_cuts_are_survived",
            "telegram::courier::storms_are_tried_through_and_cuts_mean_unknown",
            "qq::webhook::what_is_signed_and_broken_is_no_event",
            "qq::gateway::frames_that_are_none_are_passed_over",
            "qq::courier::garbage_after_an_answer_is_no_answer",
            "wecom::what_is_none_is_passed_over",
            "wecom::callbacks::bad_ones_are_turned_away",
        ],
    ),
    (
        "unknown op or cmd",
        &[
            "telegram::updates::what_is_not_for_us_is_passed_over",
            "telegram::hearing::the_webhooks_door",
            "qq::webhook::what_is_signed_and_broken_is_no_event",
            "qq::gateway::frames_that_are_none_are_passed_over",
            "wecom::what_is_none_is_passed_over",
        ],
    ),
    (
        "closed mid-frame",
        &[
            "telegram::hearing::storms_and_cuts_are_survived",
            "telegram::courier::storms_are_tried_through_and_cuts_mean_unknown",
            "qq::gateway::after_a_break_it_goes_on_where_it_was",
            "qq::courier::storms_are_tried_through_and_nothing_goes_twice",
            "wecom::a_connection_that_breaks_comes_back",
            "wecom::failures_are_told_apart",
        ],
    ),
    (
        "tokens expired mid-send",
        &[
            "telegram::courier::a_token_that_is_revoked_mid_send",
            "telegram::hearing::a_wrong_token_is_told_and_waited_out",
            "qq::courier::a_token_that_ends_mid_send_is_renewed",
            "wecom::what_can_not_be_answered_goes_by_itself",
            "wecom::refused_keys_are_tried_now_and_then",
        ],
    ),
    (
        "429 and 5xx storms",
        &[
            "telegram::courier::retry_after_is_honoured",
            "telegram::courier::storms_are_tried_through_and_cuts_mean_unknown",
            "qq::courier::storms_are_tried_through_and_nothing_goes_twice",
            "qq::courier::a_large_file_goes_in_parts",
            "wecom::failures_are_told_apart",
            "wecom::webhook::failures_are_told_apart",
        ],
    ),
    (
        "a 20 MB photo where 2 MB are allowed",
        &["telegram::courier::files_are_fetched_within_their_limit", "qq::courier::files_are_fetched_within_their_limit", "wecom::files_come_encrypted"],
    ),
    (
        "text over the limit",
        &[
            "telegram::courier::long_text_is_split_at_line_ends",
            "qq::courier::long_text_is_split_at_line_ends",
            "wecom::names_stay_text_and_long_text_is_split_at_line_ends",
            "wecom::webhook::long_ones_are_split_by_bytes",
        ],
    ),
    (
        "a name with markup of the platform in it",
        &[
            "telegram::courier::names_with_markup_stay_text",
            "qq::courier::names_with_markup_stay_text",
            "wecom::names_stay_text_and_long_text_is_split_at_line_ends",
        ],
    ),
];

fn every_row() {
    let all: BTreeSet<String> = [telegram::tests(), qq::tests(), wecom::tests()].into_iter().flatten().map(|t| t.name().to_owned()).collect();
    for (row, stories) in ROWS {
        for platform in ["telegram", "qq", "wecom"] {
            assert!(stories.iter().any(|s| s.starts_with(platform)), "{row}: nothing of {platform}");
        }
        for story in stories.iter().filter(|s| !s.contains(" / ")) {
            assert!(all.contains(*story), "{row}: there is no story {story}");
        }
    }
}
