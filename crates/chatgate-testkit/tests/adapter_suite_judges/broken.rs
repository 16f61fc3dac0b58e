//! An adapter with a defect: what it does wrong when it is called.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, Audience, Capabilities, Change, Delivered, Description, Dialect, Endpoint,
    Error, ErrorKind, Feature, Inbox, Limits, MessageId, MessageRef, Operation, Place,
    PlatformMessageId, Receipt, Rendered, ReplyHandle, Result, Shutdown,
};
use chatgate_testkit::adapter_suite::AdapterUnderTest;
use chatgate_testkit::{MemoryAdapter, TestChat};

/// What is wrong with an adapter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Defect {
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
    CannotDescribe,
    RefusesTheSameEdit,
    EditsAll,
    EditsByPostingAnew,
    HoldsBackAPost,
    GivesOneId,
    DropsWhatWasSaid,
    RefusesASecondEmoji,
    WhispersWithEveryone,
    QuotesInErrors,
    MovesItsEndpoints,
    HasAnEndpointTwice,
    IsCalledOtherwise,
    DropsActions,
    KeepsOneButton,
    PartsCharacters,
    ReversesParts,
    JoinsLines,
    DropsLinks,
    DropsRows,
    ReversesLists,
    IgnoresLevels,
    IgnoresSteps,
    DropsPictures,
    DropsDetails,
    HasNoSummary,
    RepeatsAsItWas,
}

#[derive(Clone)]
pub(crate) struct Broken {
    pub(crate) defect: Defect,
    pub(crate) inner: MemoryAdapter,
    other_name: AdapterId,
    /// Whether it was asked before: for its capabilities, its endpoints.
    asked: Arc<AtomicBool>,
    /// What it has not done yet.
    held: Arc<Mutex<Option<Operation>>>,
    /// What it has done before.
    before: Arc<Mutex<Vec<String>>>,
}

impl Broken {
    pub(crate) fn of(defect: Defect) -> Self {
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
        let other_name = AdapterId::parse("other").unwrap();
        let (asked, held, before) = (Arc::default(), Arc::default(), Arc::default());
        Self { defect, inner, other_name, asked, held, before }
    }

    fn was_asked(&self) -> bool {
        self.asked.swap(true, Ordering::Relaxed)
    }

    /// Whether it has done this before.
    fn has_done(&self, what: String) -> bool {
        let mut before = self.before.lock().unwrap();
        let known = before.contains(&what);
        before.push(what);
        known
    }

    async fn post(&self, place: &Place, part: &Rendered, key: u128) -> Result<Receipt> {
        let (place, part, key) = (place.clone(), part.clone(), MessageId::from(key));
        let post = Operation::Post { place, audience: Audience::Everyone, part, key, via: None };
        self.inner.call(post).await.map(|_| Receipt::Done)
    }

    /// Does something with each message that there is.
    async fn with_all(&self, act: impl Fn(MessageRef) -> Operation) -> Result<Receipt> {
        for posted in self.inner.messages().into_iter().filter(|posted| !posted.deleted) {
            self.inner.call(act(MessageRef::platform(posted.place, posted.id))).await?;
        }
        Ok(Receipt::Done)
    }
}

#[async_trait]
impl Adapter for Broken {
    fn id(&self) -> &AdapterId {
        match self.defect {
            Defect::IsCalledOtherwise => &self.other_name,
            _ => self.inner.id(),
        }
    }

    fn capabilities(&self, place: &Place, via: Option<&ReplyHandle>) -> Arc<Capabilities> {
        if self.defect == Defect::ChangesItsMind && self.was_asked() {
            return Arc::default();
        }
        self.inner.capabilities(place, via)
    }

    fn dialect(&self) -> &dyn Dialect {
        self
    }

    fn endpoints(&self, inbox: &Inbox) -> Vec<Endpoint> {
        let at = |path: &str| {
            let answer = |_| async { http::Response::new(bytes::Bytes::new()) };
            Endpoint::new(http::Method::POST, path, answer)
        };
        match self.defect {
            Defect::HasEndpointsAndHearsNothing => return vec![at("/events")],
            Defect::HasAnEndpointTwice => return vec![at("/events"), at("/events")],
            Defect::MovesItsEndpoints if self.was_asked() => return vec![at("/moved")],
            Defect::MovesItsEndpoints => return vec![at("/events")],
            _ => {}
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
                return self.post(place, part, 99).await;
            }
            (D::EditsByPostingAnew, Operation::Edit { place, message, part, .. }) => {
                self.post(place, part, 99).await?;
                let (place, message) = (place.clone(), message.clone());
                return self.inner.call(Operation::Delete { place, message, via: None }).await;
            }
            (D::EditsAll, Operation::Edit { place, part, .. }) => {
                let edit = |message| {
                    let (place, part) = (place.clone(), part.clone());
                    Operation::Edit { place, message, part, via: None }
                };
                return self.with_all(edit).await;
            }
            (D::RefusesTheSameEdit, Operation::Edit { part, .. })
                if self.has_done(part.payload.get().to_owned()) =>
            {
                return Err(Error::invalid_input("it says that already"));
            }
            (D::QuotesInErrors, Operation::Edit { part, .. }) => {
                return Err(Error::not_found(part.payload.get().to_owned()));
            }
            (D::HoldsBackAPost, Operation::Post { .. }) => {
                let before = self.held.lock().unwrap().take();
                let Some(before) = before else {
                    *self.held.lock().unwrap() = Some(operation);
                    return Ok(Receipt::Posted(None));
                };
                self.inner.call(operation).await?;
                return self.inner.call(before).await;
            }
            (D::DropsWhatWasSaid, Operation::Post { part, .. })
                if self.has_done(part.payload.get().to_owned()) =>
            {
                return Ok(Receipt::Posted(None));
            }
            (D::WhispersWithEveryone, Operation::Post { audience, .. }) => {
                *audience = Audience::Everyone;
            }
            (D::RefusesASecondEmoji, Operation::React { .. })
                if self.has_done("react".to_owned()) =>
            {
                return Err(Error::invalid_input("one reaction is enough"));
            }
            (D::CannotDescribe, Operation::Describe(_)) => {
                return Err(Error::unsupported("describe"));
            }
            (D::DeletesNothing, Operation::Delete { .. }) => return done,
            (D::WhispersAloud, Operation::Post { audience, .. }) => *audience = Audience::Everyone,
            (
                D::SucceedsAtWhatIsAbsent,
                Operation::Delete { .. } | Operation::Pin { .. } | Operation::Typing { .. },
            ) => return done,
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
                let delete =
                    |message| Operation::Delete { place: place.clone(), message, via: None };
                return self.with_all(delete).await;
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
            Receipt::Posted(_) if self.defect == D::GivesOneId => {
                Receipt::Posted(Some(PlatformMessageId::from("m")))
            }
            Receipt::Uploaded(_) if self.defect == D::GivesOneId => {
                Receipt::Uploaded("f".to_owned())
            }
            other => other,
        })
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
