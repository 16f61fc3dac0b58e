//! The adapter suite is judged, too: an adapter with a defect does not pass.

use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, Audience, Capabilities, Change, Content, Delivered, Description, Dialect,
    Endpoint, Error, ErrorKind, Feature, Fitted, Form, Inbox, Limits, MessageRef, Operation, Place,
    Receipt, ReplyHandle, Result, Shutdown, Target,
};
use chatgate_testkit::adapter_suite::{self, AdapterUnderTest};
use chatgate_testkit::{MemoryAdapter, TestChat};

/// What is wrong with an adapter.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Defect {
    LosesPosts,
    EditsNothing,
    EditsByPosting,
    DeletesNothing,
    WhispersAloud,
    SucceedsAtWhatIsAbsent,
    FailsOtherwiseAtWhatIsAbsent,
    RefusesASecondReaction,
    KnowsAnyMethod,
    FindsWhatIsNotThere,
    FindsNothing,
    PostsAKeyTwice,
    ReadsTheOldestFirst,
    DropsUnknownBlocks,
    ReportsNoLoss,
    IgnoresLimits,
    SendsAnAnswerOfItsOwn,
    StopsAtOnce,
    NeverStops,
    ChangesItsMind,
    HasEndpointsAndHearsNothing,
    ReadsTheFirstPageAgain,
    DeletesAll,
    FailsAtASecondDeletion,
    MakesPeopleUp,
    FailsWithoutAWord,
    SaysNothing,
}

#[derive(Clone)]
struct Broken {
    defect: Defect,
    inner: MemoryAdapter,
    asked: Arc<std::sync::atomic::AtomicBool>,
}

impl Broken {
    fn of(defect: Defect) -> Self {
        let inner = MemoryAdapter::new(TestChat::adapter_id());
        match defect {
            Defect::WhispersAloud => {
                inner.set_capabilities(Capabilities::all().without([Feature::Ephemeral]));
            }
            Defect::SucceedsAtWhatIsAbsent | Defect::FailsOtherwiseAtWhatIsAbsent => {
                inner.set_capabilities(Capabilities::new().with([Feature::Post]));
            }
            Defect::IgnoresLimits => {
                let limits = Limits::new().text_chars(80);
                inner.set_capabilities(Capabilities::all().limits(limits));
            }
            Defect::PostsAKeyTwice | Defect::FindsNothing => inner.forget_keys(),
            _ => {}
        }
        Self { defect, inner, asked: Arc::default() }
    }
}

#[async_trait]
impl Adapter for Broken {
    fn id(&self) -> &AdapterId {
        self.inner.id()
    }

    fn capabilities(&self, place: &Place, via: Option<&ReplyHandle>) -> Arc<Capabilities> {
        let again = self.asked.swap(true, std::sync::atomic::Ordering::Relaxed);
        if self.defect == Defect::ChangesItsMind && again {
            return Arc::default();
        }
        self.inner.capabilities(place, via)
    }

    fn dialect(&self) -> &dyn Dialect {
        self
    }

    fn endpoints(&self, inbox: &Inbox) -> Vec<Endpoint> {
        if self.defect == Defect::HasEndpointsAndHearsNothing {
            let answer = |_| async { http::Response::new(bytes::Bytes::new()) };
            return vec![Endpoint::new(http::Method::POST, "/events", answer)];
        }
        self.inner.endpoints(inbox)
    }

    async fn run(&self, inbox: Inbox, shutdown: Shutdown) -> Result<()> {
        match self.defect {
            Defect::StopsAtOnce => Err(Error::internal("no connection")),
            Defect::NeverStops => std::future::pending().await,
            _ => self.inner.run(inbox, shutdown).await,
        }
    }

    async fn call(&self, mut operation: Operation) -> Result<Receipt> {
        use Defect as D;
        let done = Ok(Receipt::Done);
        match (self.defect, &mut operation) {
            (D::LosesPosts, Operation::Post { .. }) => return Ok(Receipt::Posted(None)),
            (D::EditsNothing, Operation::Edit { .. }) => return done,
            (D::EditsByPosting, Operation::Edit { place, part, .. }) => {
                let (place, part) = (place.clone(), part.clone());
                let (audience, key) = (Audience::Everyone, chatgate_core::MessageId::from(99));
                let post = Operation::Post { place, audience, part, key, via: None };
                return self.inner.call(post).await.map(|_| Receipt::Done);
            }
            (D::DeletesNothing, Operation::Delete { .. }) => return done,
            (D::WhispersAloud, Operation::Post { audience, .. }) => *audience = Audience::Everyone,
            (D::SucceedsAtWhatIsAbsent, Operation::Delete { .. }) => return done,
            (D::FailsOtherwiseAtWhatIsAbsent, Operation::Upload { .. }) => {
                return Err(Error::not_found("no such method"));
            }
            (D::RefusesASecondReaction, Operation::React { change: Change::Removed, .. }) => {
                return Err(Error::not_found("no_reaction"));
            }
            (D::KnowsAnyMethod, Operation::Native { body, .. }) => {
                return Ok(Receipt::Native(body.clone()));
            }
            (D::FindsWhatIsNotThere, Operation::FindPost { .. }) => {
                return Ok(Receipt::Found(Some("m1".into())));
            }
            (D::ReadsTheFirstPageAgain, Operation::History { before, .. }) => *before = None,
            (D::DeletesAll, Operation::Delete { place, .. }) => {
                for posted in self.inner.messages() {
                    let (message, place) =
                        (MessageRef::platform(place.clone(), posted.id), place.clone());
                    self.inner.call(Operation::Delete { place, message, via: None }).await?;
                }
                return done;
            }
            (D::FailsAtASecondDeletion, Operation::Delete { .. }) => {
                let receipt = self.inner.call(operation).await;
                return receipt.map_err(|_| Error::internal("an outage"));
            }
            (D::FailsWithoutAWord, Operation::Native { .. }) => {
                return Err(Error::new(ErrorKind::NotFound));
            }
            (D::MakesPeopleUp, Operation::Describe(_)) => {
                return Ok(Receipt::Described(Description::new("nobody", None)));
            }
            (D::FindsNothing, Operation::FindPost { .. }) => return Ok(Receipt::Found(None)),
            _ => {}
        }
        let receipt = self.inner.call(operation).await?;
        Ok(match receipt {
            Receipt::History(mut messages) if self.defect == D::ReadsTheOldestFirst => {
                messages.reverse();
                Receipt::History(messages)
            }
            Receipt::Posted(_) if self.defect == D::SendsAnAnswerOfItsOwn => Receipt::Done,
            other => other,
        })
    }
}

impl Dialect for Broken {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        let mut content = content.clone();
        let mut target = target.clone();
        match self.defect {
            Defect::DropsUnknownBlocks => {
                content.blocks.retain(|block| !matches!(block, chatgate_core::Block::Other(_)));
            }
            Defect::IgnoresLimits => target.capabilities = Arc::new(Capabilities::all()),
            _ => {}
        }
        let mut fitted = self.inner.dialect().message(&content, &target);
        if self.defect == Defect::ReportsNoLoss {
            fitted.losses.clear();
        }
        if self.defect == Defect::SaysNothing {
            fitted.parts.clear();
        }
        fitted
    }

    fn form(&self, form: &Form, target: &Target) -> Result<Fitted> {
        let mut fitted = self.inner.dialect().form(form, target)?;
        if self.defect == Defect::SaysNothing {
            fitted.parts.clear();
        }
        Ok(fitted)
    }
}

#[async_trait]
impl AdapterUnderTest for Broken {
    fn adapter(&self) -> Arc<dyn Adapter> {
        Arc::new(self.clone())
    }

    fn place(&self) -> Place {
        TestChat::channel("general")
    }

    async fn texts(&self) -> Vec<String> {
        let messages = self.inner.messages().into_iter();
        messages.filter(|posted| !posted.deleted).map(|posted| posted.text).collect()
    }

    async fn arrives(&self, _: &str, _: &str, _: &Inbox) -> Option<Delivered> {
        None
    }
}

/// One test a defect: the named case fails with it.
macro_rules! fails {
    ($($test:ident: $defect:ident in $case:ident,)*) => {
        $(
            #[tokio::test(start_paused = true)]
            #[should_panic]
            async fn $test() {
                adapter_suite::$case(&Broken::of(Defect::$defect)).await;
            }
        )*
    };
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
}
