//! What every adapter must do: the behaviour suite.
//!
//! Where a capability is absent the suite demands [`chatgate_core::ErrorKind::Unsupported`] or a reported
//! loss: it never skips. An adapter runs it in a few lines:
//!
//! ```
//! use std::sync::Arc;
//! use async_trait::async_trait;
//! use chatgate_core::{Adapter, Place};
//! use chatgate_testkit::{MemoryAdapter, TestChat, adapter_suite::AdapterUnderTest};
//!
//! struct Memory(MemoryAdapter);
//!
//! #[async_trait]
//! impl AdapterUnderTest for Memory {
//!     fn adapter(&self) -> Arc<dyn Adapter> { Arc::new(self.0.clone()) }
//!     fn place(&self) -> Place { TestChat::channel("general") }
//!     async fn texts(&self) -> Vec<String> {
//!         self.0.messages().into_iter().filter(|m| !m.deleted).map(|m| m.text).collect()
//!     }
//! }
//!
//! async fn make() -> Memory { Memory(MemoryAdapter::new(TestChat::adapter_id())) }
//!
//! mod behaviour {
//!     chatgate_testkit::adapter_suite!(super::make);
//! }
//! # fn main() {}
//! ```

mod acts;
mod changes;
mod doors;
mod errors;
mod forms;
mod lives;
mod order;
mod reads;
mod rich;
mod says;
mod threads;
mod words;

use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, Audience, Capabilities, Content, Delivered, Feature, Fitted, Inbox, MessageId,
    MessageRef, Operation, Place, PlatformMessageId, Receipt, Rendered, ReplyHandle, Result,
    Surface, Target, UserId,
};

pub use acts::{
    a_file_is_taken_or_unsupported, a_form_opens_or_is_unsupported,
    a_home_page_is_filled_or_unsupported, a_message_for_one_person_is_posted_or_unsupported,
    a_message_is_deleted_or_unsupported, a_message_is_edited_or_unsupported,
    a_message_is_pinned_or_unsupported, a_message_is_posted_or_unsupported,
    a_place_is_described_or_an_error, a_post_is_found_again_or_nobody_can_tell,
    a_reaction_is_taken_or_unsupported, an_unknown_message_is_an_error,
    an_unknown_method_is_an_error, each_file_has_an_id_of_its_own_or_is_unsupported,
    earlier_messages_are_read_or_unsupported, the_same_key_is_posted_as_often_as_it_is_said,
    typing_is_shown_or_unsupported,
};
pub use changes::{
    a_delete_takes_one_message_or_is_unsupported, a_deleted_message_stays_away,
    a_message_is_deleted_twice_or_unsupported, a_message_takes_two_reactions_or_is_unsupported,
    an_absent_reaction_is_removed_or_unsupported, an_edit_changes_one_message_or_is_unsupported,
    an_edited_message_is_edited_again_or_unsupported, the_same_edit_is_taken_twice_or_unsupported,
};
pub use doors::{
    a_request_of_a_stranger_is_refused, a_request_that_makes_no_sense_is_refused,
    its_endpoints_do_not_overlap, its_endpoints_stay_where_they_are,
};
pub use errors::{an_error_says_what_went_wrong, an_error_tells_nothing_of_what_was_said};
pub use forms::{every_choice_is_offered_or_reported, every_field_is_shown_or_reported};
pub use lives::{
    it_does_not_begin_when_it_was_asked_to_end, it_ends_when_it_is_asked_to,
    its_capabilities_agree_with_themselves, its_places_carry_its_name,
    two_messages_get_two_answers, what_arrives_is_answered_once,
};
pub use order::{
    an_edited_message_keeps_its_place_or_is_unsupported, each_message_has_an_id_of_its_own,
    messages_are_shown_in_the_order_in_which_they_are_said, the_parts_of_a_long_text_are_in_order,
    the_same_words_are_said_twice_when_they_are_two_messages,
};
pub use reads::{
    a_person_is_described_as_themselves, a_whisper_is_not_read_again_or_unsupported,
    an_unknown_person_is_an_error, deleted_messages_are_not_read_or_unsupported,
    earlier_messages_are_paged_or_unsupported, earlier_messages_have_the_ids_they_were_given,
};
pub use rich::{
    a_link_keeps_its_address, a_picture_keeps_its_words,
    a_status_shows_its_level_or_it_is_reported, a_step_shows_its_state_or_it_is_reported,
    code_keeps_its_lines_or_is_unsupported, every_cell_of_a_table_is_shown,
    every_item_of_a_list_is_shown_in_order, lines_stay_lines_or_are_unsupported,
    what_is_folded_away_is_there,
};
pub use says::{
    a_summary_says_what_is_said, an_unknown_block_is_shown_and_reported,
    buttons_carry_their_seals_or_are_reported, every_block_is_shown_or_reported,
    every_button_carries_its_own_seal_or_is_reported, no_part_is_over_the_limits,
    what_may_be_repeated_says_so,
};
pub use threads::a_thread_is_replied_to_or_it_is_said_in_the_place;
pub use words::{
    a_word_longer_than_a_part_is_not_lost, every_inline_is_shown_or_reported,
    letters_of_all_scripts_are_posted_or_unsupported, no_cut_parts_a_character,
    the_same_is_said_in_the_same_way,
};

/// An adapter and a view of the platform behind it: a new one for every case.
///
/// What has a default is for platforms that differ from most in it.
#[async_trait]
pub trait AdapterUnderTest: Send + Sync {
    /// The adapter.
    fn adapter(&self) -> Arc<dyn Adapter>;

    /// A place that it can act in.
    fn place(&self) -> Place;

    /// The texts of the messages that can be read in the place now, oldest first.
    async fn texts(&self) -> Vec<String>;

    /// Someone who is in the place.
    fn person(&self) -> UserId {
        "U1".into()
    }

    /// The platform's way to open a form, where it needs one.
    fn trigger(&self) -> Option<ReplyHandle> {
        None
    }

    /// Whether a key that is posted twice is one message. Most platforms do not keep our keys: such an
    /// adapter says `false`, and it is two.
    fn posts_a_key_once(&self) -> bool {
        true
    }

    /// Whether what was posted can be changed in its place. What a pipe has printed stands: an edit is
    /// printed below it, also one of a message that it no longer knows.
    fn takes_back(&self) -> bool {
        true
    }

    /// Whether there is a person by every name. A terminal takes any for the one who sits before it.
    fn knows_everyone(&self) -> bool {
        false
    }

    /// Waits until a message that is posted now has a later time than those before it, where the platform
    /// tells them apart by time alone.
    async fn a_moment_passes(&self) {}

    /// Makes the person say a text to the bot in the place, in a request that the platform knows by
    /// this key, and waits until the adapter has taken it. `None` where nothing ever arrives, which only
    /// an adapter without endpoints may say.
    async fn arrives(&self, text: &str, key: &str, inbox: &Inbox) -> Option<Delivered> {
        let _ = (text, key, inbox);
        None
    }
}

/// A case of the suite, and the features that it uses. Where one of them is absent the case is not skipped:
/// it demands that this is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Case {
    /// The name of its function and of its test.
    pub name: &'static str,
    /// What it uses.
    pub features: &'static [Feature],
}

/// Every case, in the order in which they run.
///
/// ```
/// use chatgate_core::Feature;
/// use chatgate_testkit::adapter_suite::CASES;
///
/// assert!(CASES.iter().any(|case| case.features.contains(&Feature::History)));
/// ```
pub const CASES: &[Case] = crate::adapter_suite!(@list cases);

/// Makes a test of each case.
#[macro_export]
macro_rules! adapter_suite {
    ($make:path) => {
        $crate::adapter_suite! { @list tests $make }
    };
    (@list $what:ident $($make:path)?) => {
        $crate::adapter_suite! { @$what $($make)?;
            an_unknown_block_is_shown_and_reported: [],
            every_block_is_shown_or_reported: [],
            no_part_is_over_the_limits: [Post],
            buttons_carry_their_seals_or_are_reported: [Actions],
            a_message_is_posted_or_unsupported: [Post],
            a_message_for_one_person_is_posted_or_unsupported: [Post, Ephemeral],
            a_message_is_edited_or_unsupported: [Post, Edit],
            a_message_is_deleted_or_unsupported: [Post, Delete],
            a_reaction_is_taken_or_unsupported: [Post, Reactions],
            a_file_is_taken_or_unsupported: [Upload],
            a_form_opens_or_is_unsupported: [Forms],
            a_home_page_is_filled_or_unsupported: [Home],
            earlier_messages_are_read_or_unsupported: [Post, History],
            a_place_is_described_or_an_error: [Describe],
            a_post_is_found_again_or_nobody_can_tell: [Post],
            the_same_key_is_posted_as_often_as_it_is_said: [Post],
            an_unknown_message_is_an_error: [Edit],
            an_unknown_method_is_an_error: [],
            its_capabilities_agree_with_themselves: [],
            it_ends_when_it_is_asked_to: [],
            it_does_not_begin_when_it_was_asked_to_end: [],
            what_arrives_is_answered_once: [Post],
            an_edited_message_is_edited_again_or_unsupported: [Post, Edit],
            the_same_edit_is_taken_twice_or_unsupported: [Post, Edit],
            an_edit_changes_one_message_or_is_unsupported: [Post, Edit],
            a_delete_takes_one_message_or_is_unsupported: [Post, Delete],
            a_message_is_deleted_twice_or_unsupported: [Post, Delete],
            a_deleted_message_stays_away: [Post, Edit, Delete],
            an_absent_reaction_is_removed_or_unsupported: [Post, Reactions],
            earlier_messages_are_paged_or_unsupported: [Post, History],
            deleted_messages_are_not_read_or_unsupported: [Post, Delete, History],
            an_unknown_person_is_an_error: [Describe],
            letters_of_all_scripts_are_posted_or_unsupported: [Post],
            no_cut_parts_a_character: [Post],
            the_same_is_said_in_the_same_way: [],
            every_inline_is_shown_or_reported: [],
            every_field_is_shown_or_reported: [Forms],
            every_choice_is_offered_or_reported: [Forms],
            a_thread_is_replied_to_or_it_is_said_in_the_place: [Post, Threads],
            an_error_says_what_went_wrong: [],
            two_messages_get_two_answers: [Post],
            messages_are_shown_in_the_order_in_which_they_are_said: [Post],
            each_message_has_an_id_of_its_own: [Post],
            the_same_words_are_said_twice_when_they_are_two_messages: [Post],
            the_parts_of_a_long_text_are_in_order: [],
            an_edited_message_keeps_its_place_or_is_unsupported: [Post, Edit],
            lines_stay_lines_or_are_unsupported: [Post],
            code_keeps_its_lines_or_is_unsupported: [Post],
            a_link_keeps_its_address: [],
            every_cell_of_a_table_is_shown: [Tables],
            every_item_of_a_list_is_shown_in_order: [],
            a_status_shows_its_level_or_it_is_reported: [],
            a_step_shows_its_state_or_it_is_reported: [],
            a_picture_keeps_its_words: [Images],
            what_is_folded_away_is_there: [],
            every_button_carries_its_own_seal_or_is_reported: [Actions],
            a_summary_says_what_is_said: [],
            what_may_be_repeated_says_so: [],
            its_endpoints_stay_where_they_are: [],
            its_endpoints_do_not_overlap: [],
            a_request_of_a_stranger_is_refused: [],
            a_request_that_makes_no_sense_is_refused: [],
            its_places_carry_its_name: [],
            a_whisper_is_not_read_again_or_unsupported: [Ephemeral, History],
            earlier_messages_have_the_ids_they_were_given: [Post, History],
            a_person_is_described_as_themselves: [Describe],
            an_error_tells_nothing_of_what_was_said: [],
            a_message_takes_two_reactions_or_is_unsupported: [Post, Reactions],
            each_file_has_an_id_of_its_own_or_is_unsupported: [Upload],
            a_message_is_pinned_or_unsupported: [Post, Pins],
            typing_is_shown_or_unsupported: [Typing],
            a_word_longer_than_a_part_is_not_lost: [Post],
        }
    };
    (@cases; $($case:ident: [$($feature:ident),*],)*) => {
        &[$($crate::adapter_suite::Case {
            name: stringify!($case),
            features: &[$(Feature::$feature),*],
        },)*]
    };
    (@tests $make:path; $($case:ident: [$($feature:ident),*],)*) => {
        $(
            #[tokio::test]
            async fn $case() {
                $crate::adapter_suite::$case(&$make().await).await;
            }
        )*
    };
}

fn can(subject: &dyn AdapterUnderTest) -> Arc<Capabilities> {
    subject.adapter().capabilities(&subject.place(), None)
}

fn say(subject: &dyn AdapterUnderTest, content: &Content) -> Fitted {
    let target = Target::new(Surface::Post, can(subject));
    subject.adapter().dialect().message(content, &target)
}

fn part(subject: &dyn AdapterUnderTest, text: &str) -> Rendered {
    let mut parts = say(subject, &Content::from(text)).parts;
    assert_eq!(parts.len(), 1, "a short text is one part");
    parts.remove(0)
}

/// Posts a part under a key.
async fn post(
    subject: &dyn AdapterUnderTest,
    part: Rendered,
    key: u128,
) -> Result<Option<PlatformMessageId>> {
    post_to(subject, Audience::Everyone, part, key).await
}

async fn post_to(
    subject: &dyn AdapterUnderTest,
    audience: Audience,
    part: Rendered,
    key: u128,
) -> Result<Option<PlatformMessageId>> {
    let (place, key) = (subject.place(), MessageId::from(key));
    let post = Operation::Post { place, audience, part, key, via: None };
    match subject.adapter().call(post).await? {
        Receipt::Posted(id) => Ok(id),
        Receipt::Accepted(_) => Ok(None),
        other => panic!("the receipt of a post is not {other:?}"),
    }
}

/// A message to act on, where messages can be posted.
async fn posted(subject: &dyn AdapterUnderTest) -> MessageRef {
    let id = post(subject, part(subject, "first"), 1).await.ok().flatten();
    MessageRef::platform(subject.place(), id.unwrap_or_else(|| "none".into()))
}

/// Demands success where the feature is there, and `Unsupported` where it is not.
fn demand<T>(subject: &dyn AdapterUnderTest, feature: Feature, result: Result<T>) -> Option<T> {
    match (can(subject).can(feature), result) {
        (true, Ok(value)) => Some(value),
        (true, Err(error)) => panic!("{feature:?} is declared and fails: {error:?}"),
        (false, Err(error)) if error.is_unsupported() => None,
        (false, Err(error)) => panic!("{feature:?} is absent: not {error:?}"),
        (false, Ok(_)) => panic!("{feature:?} is absent and works: declare it"),
    }
}
