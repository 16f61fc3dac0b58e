//! The adapter suite is judged, too: an adapter with a defect does not pass.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod broken;
mod said;

use broken::{Broken, Defect};
use chatgate_testkit::adapter_suite::{self, CASES};

/// One test a defect: the named case fails with it.
macro_rules! fails {
    ($($test:ident: $defect:ident in $case:ident,)*) => {
        /// The cases that some defect does not pass.
        const JUDGED: &[&str] = &[$(stringify!($case)),*];

        $(
            #[tokio::test(start_paused = true)]
            #[should_panic]
            async fn $test() {
                adapter_suite::$case(&Broken::of(Defect::$defect)).await;
            }
        )*
    };
}

#[test]
fn every_case_finds_a_defect() {
    let unjudged: Vec<_> =
        CASES.iter().map(|case| case.name).filter(|name| !JUDGED.contains(name)).collect();
    assert!(unjudged.is_empty(), "a case that nothing fails says nothing: {unjudged:?}");
}

fails! {
    posts_are_lost: LosesPosts in a_message_is_posted_or_unsupported,
    an_edit_changes_nothing: EditsNothing in a_message_is_edited_or_unsupported,
    an_edit_of_nothing_succeeds: EditsNothing in an_unknown_message_is_an_error,
    an_edit_is_a_second_message: EditsByPosting in a_message_is_edited_or_unsupported,
    a_delete_deletes_nothing: DeletesNothing in a_message_is_deleted_or_unsupported,
    a_whisper_is_said_aloud: WhispersAloud in a_message_for_one_person_is_posted_or_unsupported,
    what_is_absent_succeeds: SucceedsAtWhatIsAbsent in a_message_is_deleted_or_unsupported,
    what_is_absent_fails_otherwise: FailsOtherwiseAtWhatIsAbsent in a_file_is_taken_or_unsupported,
    a_reaction_cannot_be_removed: RefusesASecondReaction in a_reaction_is_taken_or_unsupported,
    any_method_is_known: KnowsAnyMethod in an_unknown_method_is_an_error,
    a_post_that_never_was_is_found: FindsWhatIsNotThere in a_post_is_found_again_or_nobody_can_tell,
    a_post_is_not_found: FindsNothing in a_post_is_found_again_or_nobody_can_tell,
    a_key_is_posted_twice: PostsAKeyTwice in the_same_key_is_posted_as_often_as_it_is_said,
    history_is_read_upwards: ReadsTheOldestFirst in earlier_messages_are_read_or_unsupported,
    unknown_blocks_are_dropped: DropsUnknownBlocks in an_unknown_block_is_shown_and_reported,
    no_loss_is_reported: ReportsNoLoss in an_unknown_block_is_shown_and_reported,
    limits_are_ignored: IgnoresLimits in no_part_is_over_the_limits,
    a_receipt_is_another_ones: SendsAnAnswerOfItsOwn in a_message_is_posted_or_unsupported,
    its_run_stops_at_once: StopsAtOnce in it_ends_when_it_is_asked_to,
    its_run_never_stops: NeverStops in it_ends_when_it_is_asked_to,
    its_run_does_not_see_that_it_is_over: NeverStops in it_does_not_begin_when_it_was_asked_to_end,
    capabilities_change_between_two_questions: ChangesItsMind in its_capabilities_agree_with_themselves,
    a_second_edit_changes_nothing: EditsNothing in an_edited_message_is_edited_again_or_unsupported,
    a_second_edit_is_another_message: EditsByPosting in an_edited_message_is_edited_again_or_unsupported,
    a_deleted_message_is_edited: EditsNothing in a_deleted_message_stays_away,
    a_reaction_that_never_was_is_an_error: RefusesASecondReaction in an_absent_reaction_is_removed_or_unsupported,
    history_turns_no_page: ReadsTheFirstPageAgain in earlier_messages_are_paged_or_unsupported,
    history_keeps_what_is_gone: DeletesNothing in deleted_messages_are_not_read_or_unsupported,
    a_deletion_takes_all: DeletesAll in a_delete_takes_one_message_or_is_unsupported,
    a_second_deletion_is_an_outage: FailsAtASecondDeletion in a_message_is_deleted_twice_or_unsupported,
    people_are_made_up: MakesPeopleUp in an_unknown_person_is_an_error,
    letters_are_lost: LosesPosts in letters_of_all_scripts_are_posted_or_unsupported,
    replies_are_lost: LosesPosts in a_thread_is_replied_to_or_it_is_said_in_the_place,
    a_second_message_is_not_heard: HasEndpointsAndHearsNothing in two_messages_get_two_answers,
    mentions_are_lost_in_silence: SaysNothing in every_inline_is_shown_or_reported,
    fields_are_lost_in_silence: SaysNothing in every_field_is_shown_or_reported,
    choices_are_lost_in_silence: SaysNothing in every_choice_is_offered_or_reported,
    nothing_is_said_in_any_way: SaysNothing in the_same_is_said_in_the_same_way,
    an_error_has_no_words: FailsWithoutAWord in an_error_says_what_went_wrong,
    what_arrives_is_not_heard: HasEndpointsAndHearsNothing in what_arrives_is_answered_once,
    blocks_are_lost_in_silence: SaysNothing in every_block_is_shown_or_reported,
    buttons_are_lost_in_silence: DropsActions in buttons_carry_their_seals_or_are_reported,
    a_form_is_nothing: SaysNothing in a_form_opens_or_is_unsupported,
    a_home_page_is_nothing: SaysNothing in a_home_page_is_filled_or_unsupported,
    a_place_is_declared_and_not_described: CannotDescribe in a_place_is_described_or_an_error,
    an_edit_is_taken_once: RefusesTheSameEdit in the_same_edit_is_taken_twice_or_unsupported,
    an_edit_changes_all: EditsAll in an_edit_changes_one_message_or_is_unsupported,
    a_cut_parts_a_character: PartsCharacters in no_cut_parts_a_character,
    the_first_is_shown_last: HoldsBackAPost in messages_are_shown_in_the_order_in_which_they_are_said,
    all_have_one_id: GivesOneId in each_message_has_an_id_of_its_own,
    what_was_said_before_is_dropped: DropsWhatWasSaid in the_same_words_are_said_twice_when_they_are_two_messages,
    parts_come_backwards: ReversesParts in the_parts_of_a_long_text_are_in_order,
    an_edit_moves_the_message: EditsByPostingAnew in an_edited_message_keeps_its_place_or_is_unsupported,
    lines_are_joined: JoinsLines in lines_stay_lines_or_are_unsupported,
    code_is_joined: JoinsLines in code_keeps_its_lines_or_is_unsupported,
    a_link_leads_nowhere: DropsLinks in a_link_keeps_its_address,
    rows_are_lost: DropsRows in every_cell_of_a_table_is_shown,
    a_list_is_upside_down: ReversesLists in every_item_of_a_list_is_shown_in_order,
    all_is_well: IgnoresLevels in a_status_shows_its_level_or_it_is_reported,
    all_is_done: IgnoresSteps in a_step_shows_its_state_or_it_is_reported,
    pictures_are_lost: DropsPictures in a_picture_keeps_its_words,
    details_are_lost: DropsDetails in what_is_folded_away_is_there,
    one_button_is_kept: KeepsOneButton in every_button_carries_its_own_seal_or_is_reported,
    a_summary_says_nothing: HasNoSummary in a_summary_says_what_is_said,
    a_repetition_does_not_say_so: RepeatsAsItWas in what_may_be_repeated_says_so,
    its_endpoints_move: MovesItsEndpoints in its_endpoints_stay_where_they_are,
    two_endpoints_are_one: HasAnEndpointTwice in its_endpoints_do_not_overlap,
    strangers_are_welcome: HasEndpointsAndHearsNothing in a_request_of_a_stranger_is_refused,
    nonsense_is_welcome: HasEndpointsAndHearsNothing in a_request_that_makes_no_sense_is_refused,
    it_has_another_name: IsCalledOtherwise in its_places_carry_its_name,
    whispers_are_read_again: WhispersWithEveryone in a_whisper_is_not_read_again_or_unsupported,
    earlier_messages_have_other_ids: GivesOneId in earlier_messages_have_the_ids_they_were_given,
    a_person_is_another_one: MakesPeopleUp in a_person_is_described_as_themselves,
    an_error_quotes: QuotesInErrors in an_error_tells_nothing_of_what_was_said,
    a_second_reaction_is_refused: RefusesASecondEmoji in a_message_takes_two_reactions_or_is_unsupported,
    all_files_have_one_id: GivesOneId in each_file_has_an_id_of_its_own_or_is_unsupported,
    a_pin_is_absent_and_taken: SucceedsAtWhatIsAbsent in a_message_is_pinned_or_unsupported,
    typing_is_absent_and_taken: SucceedsAtWhatIsAbsent in typing_is_shown_or_unsupported,
    a_long_word_is_not_parted: IgnoresLimits in a_word_longer_than_a_part_is_not_lost,
}
