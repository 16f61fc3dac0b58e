//! The platform itself: what it keeps, and what each operation does to it.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use chatgate_core::{
    Audience, Capabilities, Change, Description, Error, Feature, MessageId, MessageRef, Operation,
    PastMessage, Place, PlatformMessageId, Receipt, Rendered, Result, Subject, Timestamp, UserId,
};
use chatgate_render::TerminalMessage;

use super::{OpenedForm, Posted};

/// What the platform keeps.
#[derive(Debug)]
pub(super) struct Shared {
    everywhere: Arc<Capabilities>,
    by_place: HashMap<Place, Arc<Capabilities>>,
    pub(super) messages: Vec<Posted>,
    pub(super) forms: Vec<OpenedForm>,
    pub(super) files: Vec<(Place, String, Bytes)>,
    pub(super) homes: HashMap<UserId, String>,
    people: Vec<(String, String)>,
    places: HashMap<Place, Description>,
    keeps_keys: bool,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            everywhere: Arc::new(Capabilities::all()),
            by_place: HashMap::new(),
            messages: Vec::new(),
            forms: Vec::new(),
            files: Vec::new(),
            homes: HashMap::new(),
            people: Vec::new(),
            places: HashMap::new(),
            keeps_keys: true,
        }
    }
}

impl Shared {
    pub(super) fn set_capabilities(&mut self, capabilities: Capabilities) {
        self.everywhere = Arc::new(capabilities);
    }

    pub(super) fn set_capabilities_in(&mut self, place: &Place, capabilities: Capabilities) {
        self.by_place.insert(place.clone(), Arc::new(capabilities));
    }

    pub(super) fn know_person(&mut self, id: &str, handle: &str) {
        self.people.push((id.to_owned(), handle.to_owned()));
    }

    pub(super) fn know_place(&mut self, place: &Place, handle: &str, shared: Option<bool>) {
        let id = place.conversation.to_string();
        let mut description = Description::new(id, Some(handle.to_owned()));
        description.externally_shared = shared;
        self.places.insert(place.clone().without_thread(), description);
    }

    pub(super) fn forget_keys(&mut self) {
        self.keeps_keys = false;
    }

    pub(super) fn capabilities(&self, place: Option<&Place>) -> Arc<Capabilities> {
        let own = place.and_then(|place| {
            let thread = self.by_place.get(place);
            thread.or_else(|| self.by_place.get(&place.clone().without_thread()))
        });
        own.unwrap_or(&self.everywhere).clone()
    }

    /// Does what it is asked.
    pub(super) fn act(&mut self, operation: Operation) -> Result<Receipt> {
        let name = operation.name();
        let can = self.capabilities(operation.place());
        let require = |feature| match can.can(feature) {
            true => Ok(()),
            false => Err(Error::unsupported(name)),
        };
        match operation {
            Operation::Post { place, audience, part, key, via } => {
                if via.is_none() {
                    require(Feature::Post)?;
                }
                if audience != Audience::Everyone {
                    require(Feature::Ephemeral)?;
                }
                self.post(place, audience, &part, key)
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
            Operation::Pin { message, change, .. } => {
                require(Feature::Pins)?;
                self.find(&message)?.pinned = change == Change::Added;
                Ok(Receipt::Done)
            }
            Operation::Typing { .. } => {
                require(Feature::Typing)?;
                Ok(Receipt::Done)
            }
            Operation::OpenForm { place, user, form, .. } => {
                require(Feature::Forms)?;
                self.forms.push(OpenedForm { place, user, form: form.read()? });
                Ok(Receipt::Done)
            }
            Operation::PublishHome { place, part } => {
                require(Feature::Home)?;
                let user = place.home_user().ok_or_else(|| Error::unsupported(name))?;
                let said: TerminalMessage = part.read()?;
                self.homes.insert(user, said.text);
                Ok(Receipt::Done)
            }
            Operation::Upload { place, name, bytes, .. } => {
                require(Feature::Upload)?;
                self.files.push((place, name, bytes));
                Ok(Receipt::Uploaded(format!("f{}", self.files.len())))
            }
            Operation::Download { file, max_bytes, .. } => {
                require(Feature::Download)?;
                let number = file.strip_prefix('f').and_then(|number| number.parse::<usize>().ok());
                let known = number.and_then(|number| self.files.get(number.checked_sub(1)?));
                match known {
                    Some((_, _, bytes)) if bytes.len() > max_bytes => {
                        Err(Error::invalid_input("the file is too large"))
                    }
                    Some((_, _, bytes)) => Ok(Receipt::Downloaded(bytes.clone())),
                    None => Err(Error::not_found("there is no such file")),
                }
            }
            Operation::FindPost { key, .. } if self.keeps_keys => {
                Ok(Receipt::Found(self.posted(key).map(|posted| posted.id.clone())))
            }
            Operation::Describe(subject) => {
                require(Feature::Describe)?;
                self.describe(&subject).map(Receipt::Described)
            }
            Operation::History { place, before, limit } => {
                require(Feature::History)?;
                Ok(Receipt::History(self.history(&place, before.as_ref(), limit)))
            }
            _ => Err(Error::unsupported(name)),
        }
    }

    fn post(
        &mut self,
        place: Place,
        audience: Audience,
        part: &Rendered,
        key: MessageId,
    ) -> Result<Receipt> {
        if let Some(posted) = self.posted(key).filter(|_| self.keeps_keys) {
            return Ok(Receipt::Posted(Some(posted.id.clone())));
        }
        let TerminalMessage { text, actions, .. } = part.read()?;
        let id = PlatformMessageId::from(format!("m{}", self.messages.len() + 1));
        self.messages.push(Posted {
            id: id.clone(),
            key,
            place,
            audience,
            text,
            actions,
            reactions: Vec::new(),
            pinned: false,
            deleted: false,
            edits: 0,
        });
        Ok(Receipt::Posted(Some(id)))
    }

    fn posted(&self, key: MessageId) -> Option<&Posted> {
        self.messages.iter().find(|posted| posted.key == key)
    }

    fn find(&mut self, message: &MessageRef) -> Result<&mut Posted> {
        let found = self.messages.iter_mut().find(|posted| match message {
            MessageRef::Platform { id, .. } => posted.id == *id && !posted.deleted,
            _ => false,
        });
        found.ok_or_else(|| Error::not_found("there is no such message"))
    }

    fn history(
        &self,
        place: &Place,
        before: Option<&PlatformMessageId>,
        limit: usize,
    ) -> Vec<PastMessage> {
        let end = before.and_then(|id| self.messages.iter().position(|posted| posted.id == *id));
        let messages = self.messages.iter().take(end.unwrap_or(usize::MAX)).rev();
        messages
            .filter(|posted| posted.place == *place && !posted.deleted)
            .filter(|posted| posted.audience == Audience::Everyone)
            .take(limit)
            .map(|posted| {
                let content = posted.text.as_str().into();
                PastMessage::new(posted.id.clone(), None, Timestamp::EPOCH, content)
            })
            .collect()
    }

    fn describe(&self, subject: &Subject) -> Result<Description> {
        let found = match subject {
            Subject::Place(place) => {
                let known = self.places.get(&place.clone().without_thread()).cloned();
                // Every place is there; of most there is nothing to tell.
                known.or_else(|| Some(Description::new(place.conversation.as_str(), None)))
            }
            Subject::User { user, .. } => {
                let is = |(id, handle): &&(String, String)| {
                    *user == id.as_str() || *user == handle.as_str()
                };
                let person = self.people.iter().find(is);
                person.map(|(id, handle)| Description::new(id.clone(), Some(handle.clone())))
            }
            _ => None,
        };
        found.ok_or_else(|| Error::not_found("nobody knows that"))
    }
}
