//! A platform in memory: everything that was posted can be read back, every fault can be asked for.

mod faults;
mod platform;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chatgate_core::{
    Adapter, AdapterId, Audience, Capabilities, ClockExt, Dialect, Endpoint, Error, Health, Inbox,
    MessageId, Operation, Place, Platform, PlatformMessageId, Receipt, ReplyHandle, Result,
    Shutdown, UserId,
};
use chatgate_render::{PlainText, TerminalAction, TerminalForm};

use faults::{Fault, Faults};
use platform::Shared;

/// A platform in memory. Cheap to clone: all clones are the same platform.
///
/// What a place can do is set with [`MemoryAdapter::set_capabilities`], so that every fallback can be
/// provoked; what goes wrong with [`MemoryAdapter::fail_next`] and the verbs beside it.
///
/// The same key is posted once, however often it is tried, and can be found; see
/// [`MemoryAdapter::forget_keys`].
///
/// ```
/// use chatgate_core::{Adapter, Capabilities, Feature};
/// use chatgate_testkit::{MemoryAdapter, TestChat};
///
/// let adapter = MemoryAdapter::new(TestChat::adapter_id());
/// let (general, feed) = (TestChat::channel("general"), TestChat::channel("feed"));
/// adapter.set_capabilities_in(&feed, Capabilities::new());
/// assert!(adapter.capabilities(&general, None).can(Feature::Post));
/// assert!(!adapter.capabilities(&feed, None).can(Feature::Post));
/// ```
#[derive(Clone, Debug)]
pub struct MemoryAdapter {
    id: AdapterId,
    dialect: PlainText,
    shared: Arc<Mutex<Shared>>,
    faults: Faults,
}

/// A message as the platform has it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Posted {
    /// The platform's id.
    pub id: PlatformMessageId,
    /// Our id of it.
    pub key: MessageId,
    /// Where.
    pub place: Place,
    /// Who sees it.
    pub audience: Audience,
    /// What it says.
    pub text: String,
    /// What can be used in it.
    pub actions: Vec<TerminalAction>,
    /// The reactions of the bot.
    pub reactions: Vec<String>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// How often it was edited.
    pub edits: u32,
}

/// A form as it was opened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OpenedForm {
    /// Where from.
    pub place: Place,
    /// For whom.
    pub user: UserId,
    /// The form.
    pub form: TerminalForm,
}

impl MemoryAdapter {
    /// A platform named `memory` that can do everything.
    #[must_use]
    pub fn new(id: AdapterId) -> Self {
        let faults = Faults::default();
        Self { id, dialect: PlainText::new(), shared: Arc::default(), faults }
    }

    /// The platform's name in events.
    #[must_use]
    pub fn platform() -> Platform {
        Platform::from("memory")
    }

    /// Sets what every place can show and do.
    pub fn set_capabilities(&self, capabilities: Capabilities) {
        self.shared().set_capabilities(capabilities);
    }

    /// Sets what one place can show and do: a conversation with its threads, or one thread.
    pub fn set_capabilities_in(&self, place: &Place, capabilities: Capabilities) {
        self.shared().set_capabilities_in(place, capabilities);
    }

    /// Makes a person known, so that a mention of them by handle is found.
    pub fn know(&self, id: &str, handle: &str) {
        self.shared().know_person(id, handle);
    }

    /// Makes a place known, so that it can be looked up. Nobody knows whether people of other
    /// organisations are in it unless that is said.
    pub fn know_place(&self, place: &Place, handle: &str, externally_shared: Option<bool>) {
        self.shared().know_place(place, handle, externally_shared);
    }

    /// From here on it is a platform that does not keep our ids: a second post of the same key is a
    /// second message, and an unknown outcome cannot be found out.
    pub fn forget_keys(&self) {
        self.shared().forget_keys();
    }

    /// The next operation of this name fails so: [`Operation::name`].
    pub fn fail_next(&self, operation: &'static str, error: Error) {
        self.faults.add(operation, Fault::Fails(error));
    }

    /// The next operation of this name is done, and reported to have failed: an ambiguous outcome.
    pub fn fail_after_next(&self, operation: &'static str, error: Error) {
        self.faults.add(operation, Fault::FailsAfter(error));
    }

    /// The next operation of this name panics: a defect of an adapter.
    pub fn panic_next(&self, operation: &'static str) {
        self.faults.add(operation, Fault::Panics);
    }

    /// The next operation of this name takes so long on the gateway's clock, then does what it is asked.
    pub fn slow_next(&self, operation: &'static str, time: Duration) {
        self.faults.add(operation, Fault::TakesLong(time));
    }

    /// All messages, oldest first, deleted ones among them.
    #[must_use]
    pub fn messages(&self) -> Vec<Posted> {
        self.shared().messages.clone()
    }

    /// All opened forms, oldest first.
    #[must_use]
    pub fn forms(&self) -> Vec<OpenedForm> {
        self.shared().forms.clone()
    }

    /// All uploaded files: where, name, bytes.
    #[must_use]
    pub fn files(&self) -> Vec<(Place, String, Bytes)> {
        self.shared().files.clone()
    }

    /// What a person's home page shows, once there is something.
    #[must_use]
    pub fn home(&self, user: &str) -> Option<String> {
        self.shared().homes.get(&UserId::from(user)).cloned()
    }

    /// The names of all operations that were called, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<&'static str> {
        self.faults.calls()
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Adapter for MemoryAdapter {
    fn id(&self) -> &AdapterId {
        &self.id
    }

    fn capabilities(&self, place: &Place, _: Option<&ReplyHandle>) -> Arc<Capabilities> {
        self.shared().capabilities(Some(place))
    }

    fn dialect(&self) -> &dyn Dialect {
        &self.dialect
    }

    fn endpoints(&self, _: &Inbox) -> Vec<Endpoint> {
        Vec::new()
    }

    async fn run(&self, inbox: Inbox, shutdown: Shutdown) -> Result<()> {
        self.faults.set_clock(inbox.clock().clone());
        inbox.health(Health::Ready);
        shutdown.asked().await;
        Ok(())
    }

    async fn call(&self, operation: Operation) -> Result<Receipt> {
        match self.faults.next(operation.name()) {
            None => self.shared().act(operation),
            Some(Fault::Fails(error)) => Err(error),
            Some(Fault::FailsAfter(error)) => {
                self.shared().act(operation)?;
                Err(error)
            }
            Some(Fault::Panics) => panic!("a panic on purpose"),
            Some(Fault::TakesLong(time)) => {
                let clock = self.faults.clock().expect("it takes long only when it runs");
                clock.sleep(time).await;
                self.shared().act(operation)
            }
        }
    }
}
