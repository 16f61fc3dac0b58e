//! What stands behind the inbox here: it records each delivery once, with its cursor.
#![allow(dead_code, reason = "each test binary looks at some of it")]

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chatgate_core::{
    AdapterId, Answer, Clock, Cursor, Delivered, Event, EventKind, Health, Inbox, InboxBackend,
    ManualClock, MessageRef, Result, Seals, SeededRng, Specs,
};

#[derive(Clone)]
pub(crate) struct Gateway {
    clock: Arc<dyn Clock>,
    seals: Seals,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    seen: HashSet<String>,
    cursors: HashMap<String, String>,
    events: Vec<Event>,
    repeated: usize,
    busy: HashSet<String>,
    health: Health,
    rejected: Vec<String>,
    answer: Option<Answer>,
}

impl Gateway {
    pub(crate) fn new(clock: &ManualClock) -> Self {
        Self {
            clock: Arc::new(clock.clone()),
            seals: Seals::random(Arc::new(SeededRng::new(1))),
            kept: Arc::default(),
        }
    }

    pub(crate) fn inbox(&self) -> Inbox {
        Inbox::new(AdapterId::parse("mattermost").unwrap(), Arc::new(self.clone()))
    }

    /// What was recorded of each conversation, in order: `posted p1`, `edited p1`, `deleted p1`.
    pub(crate) fn recorded(&self) -> BTreeMap<String, Vec<String>> {
        let mut recorded: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for event in &self.kept.lock().unwrap().events {
            let (what, message) = match &event.kind {
                EventKind::Message(message) => ("posted", &message.message),
                EventKind::Edited { message, .. } => ("edited", message),
                EventKind::Deleted { message } => ("deleted", message),
                _ => continue,
            };
            let MessageRef::Platform { place, id } = message else { panic!("{message:?}") };
            let conversation = place.conversation.to_string();
            recorded.entry(conversation).or_default().push(format!("{what} {id}"));
        }
        recorded
    }

    /// The recorded events of one conversation.
    pub(crate) fn events(&self, channel: &str) -> Vec<Event> {
        let kept = self.kept.lock().unwrap();
        let here = |event: &&Event| {
            event.place.as_ref().is_some_and(|place| place.conversation == *channel)
        };
        kept.events.iter().filter(here).cloned().collect()
    }

    /// Why requests were refused since this was last asked.
    pub(crate) fn rejected(&self) -> Vec<String> {
        std::mem::take(&mut self.kept.lock().unwrap().rejected)
    }

    /// Answers what comes from now on inside its request.
    pub(crate) fn answers(&self, answer: Answer) {
        self.kept.lock().unwrap().answer = Some(answer);
    }

    /// The last recorded event.
    pub(crate) fn last(&self) -> Option<Event> {
        self.kept.lock().unwrap().events.last().cloned()
    }

    pub(crate) fn seals(&self) -> &Seals {
        &self.seals
    }

    pub(crate) fn has_cursor(&self, name: &str) -> bool {
        self.kept.lock().unwrap().cursors.contains_key(name)
    }

    pub(crate) fn count(&self) -> usize {
        self.recorded().values().map(Vec::len).sum()
    }

    pub(crate) fn health(&self) -> Health {
        self.kept.lock().unwrap().health.clone()
    }

    /// Takes nothing of this conversation, or takes it again.
    pub(crate) fn is_busy(&self, channel: &str, is_busy: bool) {
        let busy = &mut self.kept.lock().unwrap().busy;
        if is_busy {
            busy.insert(channel.to_owned());
        } else {
            busy.remove(channel);
        }
    }
}

#[async_trait]
impl InboxBackend for Gateway {
    async fn deliver(&self, _: &AdapterId, event: Event, cursor: Option<Cursor>) -> Delivered {
        let mut kept = self.kept.lock().unwrap();
        let channel = event.place.as_ref().map(|place| place.conversation.to_string());
        if channel.is_some_and(|channel| kept.busy.contains(&channel)) {
            return Delivered::Busy;
        }
        if let Some(cursor) = cursor {
            kept.cursors.insert(cursor.name, cursor.position);
        }
        let keys: Vec<_> = event.keys.iter().map(|key| key.as_str().to_owned()).collect();
        if keys.iter().any(|key| kept.seen.contains(key)) {
            kept.repeated += 1;
        } else {
            kept.seen.extend(keys);
            kept.events.push(event);
        }
        kept.answer.clone().map_or(Delivered::Accepted, Delivered::Answer)
    }

    async fn cursor(&self, _: &AdapterId, name: &str) -> Result<Option<String>> {
        Ok(self.kept.lock().unwrap().cursors.get(name).cloned())
    }

    fn seals(&self) -> &Seals {
        &self.seals
    }

    fn specs(&self) -> Arc<Specs> {
        Arc::default()
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    fn reject(&self, _: &AdapterId, reason: Cow<'static, str>) {
        self.kept.lock().unwrap().rejected.push(reason.into_owned());
    }

    fn health(&self, _: &AdapterId, health: Health) {
        self.kept.lock().unwrap().health = health;
    }

    fn alarm(&self, _: &AdapterId, _: &str) {}
}
