//! A platform in memory: everything that was posted can be read back, every fault can be asked for.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use chatgate_core::{
    Adapter, AdapterId, Audience, Capabilities, Change, Description, Dialect, Endpoint, Error,
    Feature, Health, Inbox, MessageId, MessageRef, Operation, PastMessage, Place, Platform,
    PlatformMessageId, Receipt, ReplyHandle, Result, Shutdown, Subject, Timestamp, UserId,
};
use chatgate_render::{PlainText, TerminalAction, TerminalForm, TerminalMessage};

/// A platform in memory. Cheap to clone: all clones are the same platform.
///
/// What a place can do is set with [`MemoryAdapter::set_capabilities`], so that every fallback can be
/// provoked; what goes wrong with [`MemoryAdapter::fail_next`].
#[derive(Clone, Debug)]
pub struct MemoryAdapter {
    id: AdapterId,
    dialect: PlainText,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    capabilities: Arc<Capabilities>,
    messages: Vec<Posted>,
    forms: Vec<OpenedForm>,
    files: Vec<(Place, String, Bytes)>,
    faults: VecDeque<Fault>,
    calls: Vec<&'static str>,
    people: Vec<(String, String)>,
    next: u64,
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

#[derive(Debug)]
struct Fault {
    operation: &'static str,
    error: Error,
    done_all_the_same: bool,
    panics: bool,
}

impl MemoryAdapter {
    /// A platform named `memory` that can do everything.
    #[must_use]
    pub fn new(id: AdapterId) -> Self {
        let shared = Shared {
            capabilities: Arc::new(Capabilities::all()),
            messages: Vec::new(),
            forms: Vec::new(),
            files: Vec::new(),
            faults: VecDeque::new(),
            calls: Vec::new(),
            people: Vec::new(),
            next: 0,
        };
        Self { id, dialect: PlainText::new(), shared: Arc::new(Mutex::new(shared)) }
    }

    /// The platform's name in events.
    #[must_use]
    pub fn platform() -> Platform {
        Platform::from("memory")
    }

    /// Sets what every place can show and do.
    pub fn set_capabilities(&self, capabilities: Capabilities) {
        self.shared().capabilities = Arc::new(capabilities);
    }

    /// Makes a person known, so that a mention of them by handle is found.
    pub fn know(&self, id: &str, handle: &str) {
        self.shared().people.push((id.to_owned(), handle.to_owned()));
    }

    /// The next operation of this name fails so: [`Operation::name`].
    pub fn fail_next(&self, operation: &'static str, error: Error) {
        let fault = Fault { operation, error, done_all_the_same: false, panics: false };
        self.shared().faults.push_back(fault);
    }

    /// The next operation of this name is done, and reported to have failed: an ambiguous outcome.
    pub fn fail_after_next(&self, operation: &'static str, error: Error) {
        let fault = Fault { operation, error, done_all_the_same: true, panics: false };
        self.shared().faults.push_back(fault);
    }

    /// The next operation of this name panics: a defect of an adapter.
    pub fn panic_next(&self, operation: &'static str) {
        let error = Error::internal("a panic on purpose");
        let fault = Fault { operation, error, done_all_the_same: false, panics: true };
        self.shared().faults.push_back(fault);
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

    /// The names of all operations that were called, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<&'static str> {
        self.shared().calls.clone()
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

    fn capabilities(&self, _: &Place, _: Option<&ReplyHandle>) -> Arc<Capabilities> {
        self.shared().capabilities.clone()
    }

    fn dialect(&self) -> &dyn Dialect {
        &self.dialect
    }

    fn endpoints(&self, _: &Inbox) -> Vec<Endpoint> {
        Vec::new()
    }

    async fn run(&self, inbox: Inbox, shutdown: Shutdown) -> Result<()> {
        inbox.health(Health::Ready);
        shutdown.asked().await;
        Ok(())
    }

    async fn call(&self, operation: Operation) -> Result<Receipt> {
        let mut shared = self.shared();
        let name = operation.name();
        shared.calls.push(name);
        let fault = match shared.faults.iter().position(|fault| fault.operation == name) {
            Some(index) => shared.faults.remove(index),
            None => None,
        };
        assert!(!fault.as_ref().is_some_and(|fault| fault.panics), "a panic on purpose");
        if let Some(fault) = &fault
            && !fault.done_all_the_same
        {
            return Err(fault.error.clone());
        }
        let receipt = shared.act(operation)?;
        fault.map_or(Ok(receipt), |fault| Err(fault.error))
    }
}

impl Shared {
    fn act(&mut self, operation: Operation) -> Result<Receipt> {
        let name = operation.name();
        let can = self.capabilities.clone();
        let require = |feature| match can.can(feature) {
            true => Ok(()),
            false => Err(Error::unsupported(name)),
        };
        match operation {
            Operation::Post { place, audience, part, key, via } => {
                if via.is_none() {
                    require(Feature::Post)?;
                }
                if let Some(posted) = self.messages.iter().find(|posted| posted.key == key) {
                    return Ok(Receipt::Posted(Some(posted.id.clone())));
                }
                let TerminalMessage { text, actions, .. } = part.read()?;
                self.next += 1;
                let id = PlatformMessageId::from(format!("m{}", self.next));
                self.messages.push(Posted {
                    id: id.clone(),
                    key,
                    place,
                    audience,
                    text,
                    actions,
                    reactions: Vec::new(),
                    deleted: false,
                    edits: 0,
                });
                Ok(Receipt::Posted(Some(id)))
            }
            Operation::Edit { message, part, .. } => {
                require(Feature::Edit)?;
                let said: TerminalMessage = part.read()?;
                let posted = self.find(&message)?;
                posted.text = said.text;
                posted.actions = said.actions;
                posted.edits += 1;
                Ok(Receipt::Done)
            }
            Operation::Delete { message, .. } => {
                require(Feature::Delete)?;
                self.find(&message)?.deleted = true;
                Ok(Receipt::Done)
            }
            Operation::React { message, emoji, change, .. } => {
                require(Feature::Reactions)?;
                // A message of a person's is not kept here; a reaction to it is taken all the same.
                if let Ok(posted) = self.find(&message) {
                    posted.reactions.retain(|other| *other != emoji);
                    if change == Change::Added {
                        posted.reactions.push(emoji);
                    }
                }
                Ok(Receipt::Done)
            }
            Operation::OpenForm { place, user, form, .. } => {
                require(Feature::Forms)?;
                self.forms.push(OpenedForm { place, user, form: form.read()? });
                Ok(Receipt::Done)
            }
            Operation::Upload { place, name, bytes, .. } => {
                require(Feature::Upload)?;
                self.files.push((place, name, bytes));
                Ok(Receipt::Uploaded(format!("f{}", self.files.len())))
            }
            Operation::FindPost { key, .. } => {
                let found = self.messages.iter().find(|posted| posted.key == key);
                Ok(Receipt::Found(found.map(|posted| posted.id.clone())))
            }
            Operation::Describe(subject) => {
                require(Feature::Describe)?;
                self.describe(&subject)
            }
            Operation::History { place, limit, .. } => {
                require(Feature::History)?;
                let messages = self.messages.iter().rev();
                let here = messages.filter(|posted| posted.place == place && !posted.deleted);
                let past = here.take(limit).map(|posted| {
                    let content = posted.text.as_str().into();
                    PastMessage::new(posted.id.clone(), None, Timestamp::EPOCH, content)
                });
                Ok(Receipt::History(past.collect()))
            }
            _ => Err(Error::unsupported(name)),
        }
    }

    fn find(&mut self, message: &MessageRef) -> Result<&mut Posted> {
        let found = self.messages.iter_mut().find(|posted| match message {
            MessageRef::Platform { id, .. } => posted.id == *id,
            MessageRef::Ours(key) => posted.key == *key,
            _ => false,
        });
        found.ok_or_else(|| Error::not_found("there is no such message"))
    }

    fn describe(&self, subject: &Subject) -> Result<Receipt> {
        let known = match subject {
            Subject::User { user, .. } => self
                .people
                .iter()
                .find(|(id, handle)| *user == id.as_str() || *user == handle.as_str()),
            _ => None,
        };
        let (id, handle) = known.ok_or_else(|| Error::not_found("nobody knows that"))?;
        Ok(Receipt::Described(Description::new(id.clone(), Some(handle.clone()))))
    }
}
