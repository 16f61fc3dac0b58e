//! What is said, against a place that can do as little as a test wants.

mod actions;
mod inlines;
mod long;
mod places;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, Audience, BatchChange, Capabilities, CardId, Content, Description, Dialect,
    Endpoint, Error, ErrorKind, Feature, Fitted, Form, Inbox, Loss, LossKind, ManualClock,
    MemoryStore, Operation, Phrases, Place, Receipt, Rendered, ReplyHandle, Result, Seals,
    SeededRng, Shutdown, Store, Subject, Surface, Target, Timestamp,
};
use chatgate_router::Strict;

use super::{Ask, Fit, Names, Private, Tools};
use crate::limits::GatewayLimits;

/// Says a content as its own JSON, so many blocks a part as the place takes.
struct Echo;

impl Dialect for Echo {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        let blocks = target.capabilities.limits.blocks.unwrap_or(usize::MAX);
        let parts: Vec<_> = content
            .blocks
            .chunks(blocks)
            .map(|blocks| {
                let mut part = Content::new();
                part.blocks = blocks.to_vec();
                part.summary.clone_from(&content.summary);
                Rendered::new(&part, format!("{:?}", target.surface)).unwrap()
            })
            .collect();
        let losses = if parts.len() > 1 {
            vec![Loss::new(LossKind::Length, "sent in parts")]
        } else {
            Vec::new()
        };
        Fitted::new(parts, losses)
    }

    fn form(&self, form: &Form, _target: &Target) -> Result<Fitted> {
        Ok(Fitted::new(vec![Rendered::new(form, "form")?], Vec::new()))
    }
}

#[derive(Clone)]
struct Fake {
    dialect: Arc<dyn Dialect>,
    id: AdapterId,
    can: Arc<Capabilities>,
    direct: Arc<Capabilities>,
    known: HashMap<&'static str, Result<Description, ErrorKind>>,
    looked_up: Arc<Mutex<Vec<Subject>>>,
}

#[async_trait]
impl Adapter for Fake {
    fn id(&self) -> &AdapterId {
        &self.id
    }

    fn capabilities(&self, place: &Place, _via: Option<&ReplyHandle>) -> Arc<Capabilities> {
        match place.direct_user() {
            Some(_) => self.direct.clone(),
            None => self.can.clone(),
        }
    }

    fn dialect(&self) -> &dyn Dialect {
        &*self.dialect
    }

    fn endpoints(&self, _inbox: &Inbox) -> Vec<Endpoint> {
        Vec::new()
    }

    async fn run(&self, _inbox: Inbox, _shutdown: Shutdown) -> Result<()> {
        Ok(())
    }

    async fn call(&self, operation: Operation) -> Result<Receipt> {
        let Operation::Describe(subject) = operation else {
            return Err(Error::unsupported(operation.name()));
        };
        self.looked_up.lock().unwrap().push(subject.clone());
        let name = match &subject {
            Subject::User { user, .. } => user.to_string(),
            Subject::Group { group, .. } => group.to_string(),
            Subject::Place(place) => place.conversation.to_string(),
            _ => return Err(Error::unsupported("describe")),
        };
        if name == "slow" {
            std::future::pending::<()>().await;
        }
        match self.known.get(name.as_str()) {
            Some(Ok(description)) => Ok(Receipt::Described(description.clone())),
            Some(Err(kind)) => Err(Error::new(*kind)),
            None => Err(Error::not_found(name)),
        }
    }
}

/// Everything that fitting needs, without an engine.
struct Bench {
    fake: Fake,
    /// The fake as it is when it is first used.
    adapter: OnceLock<Arc<dyn Adapter>>,
    names: Names,
    seals: Seals,
    phrases: Phrases,
    clock: ManualClock,
    limits: GatewayLimits,
    store: MemoryStore,
}

impl Bench {
    fn new(can: Capabilities) -> Self {
        let clock = ManualClock::at(Timestamp::from_secs(1_000));
        Self {
            adapter: OnceLock::new(),
            fake: Fake {
                dialect: Arc::new(Echo),
                id: AdapterId::parse("a").unwrap(),
                direct: Arc::new(can.clone()),
                can: Arc::new(can),
                known: HashMap::new(),
                looked_up: Arc::default(),
            },
            names: Names::new(100),
            seals: Seals::random(Arc::new(SeededRng::new(1))),
            phrases: Phrases::default(),
            store: MemoryStore::new(Arc::new(clock.clone())),
            clock,
            limits: GatewayLimits::default(),
        }
    }

    /// A place that can do everything but this.
    fn without(features: impl IntoIterator<Item = Feature>) -> Self {
        Self::new(Capabilities::all().without(features))
    }

    fn knowing(mut self, name: &'static str, id: &str, handle: Option<&str>) -> Self {
        let description = Description::new(id, handle.map(Into::into));
        self.fake.known.insert(name, Ok(description));
        self
    }

    fn failing(mut self, name: &'static str, kind: ErrorKind) -> Self {
        self.fake.known.insert(name, Err(kind));
        self
    }

    fn tools(&self) -> Tools<'_> {
        Tools {
            adapter: self.adapter.get_or_init(|| Arc::new(self.fake.clone())),
            names: &self.names,
            seals: &self.seals,
            phrases: &self.phrases,
            clock: &self.clock,
            limits: &self.limits,
            card: CardId::from(7),
        }
    }

    async fn fit<'a>(&self, content: &Content, ask: &Ask<'a>) -> Result<Fit<'a>> {
        self.tools().fit(content, ask).await
    }

    /// Says it in the open, and keeps its records.
    async fn say(&self, content: &Content) -> Fit<'static> {
        let place = open();
        let fit = self.fit(content, &ask(&place)).await.unwrap();
        self.store.commit(fit.batch.clone()).await.unwrap();
        Fit { place: fit.place, audience: fit.audience, via: None, ..fit }
    }

    fn look_ups(&self) -> usize {
        self.fake.looked_up.lock().unwrap().len()
    }
}

fn open() -> Place {
    "a:w:c".parse().unwrap()
}

fn ask(place: &Place) -> Ask<'_> {
    Ask {
        place,
        audience: &Audience::Everyone,
        surface: Surface::Post,
        via: None,
        strict: Strict::No,
        private: Private::Must,
        quoting: None,
    }
}

/// What the dialect was given.
fn shown(fit: &Fit<'_>) -> Content {
    match fit.parts.as_slice() {
        [part] => part.read().unwrap(),
        parts => panic!("{} parts", parts.len()),
    }
}

fn kinds(fit: &Fit<'_>) -> Vec<LossKind> {
    fit.losses.iter().map(|loss| loss.kind).collect()
}

/// Strict, the same is refused and names the loss.
async fn refused(bench: &Bench, content: &Content, ask: Ask<'_>, words: &str) {
    let strict = Ask { strict: Strict::Yes, ..ask };
    let error = bench.fit(content, &strict).await.unwrap_err();
    assert!(error.is_unsupported(), "{error:?}");
    let context = error.context().join("\n");
    assert!(context.contains(words), "{context}");
}

fn keys(fit: &Fit<'_>) -> Vec<String> {
    fit.batch
        .changes
        .iter()
        .map(|change| match change {
            BatchChange::Put { key, .. } => format!("{}/{}", key.kind, key.name),
            other => panic!("{other:?}"),
        })
        .collect()
}
