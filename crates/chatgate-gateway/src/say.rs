//! From a content to the rows that say it.

use chatgate_core::{
    Audience, Batch, Content, EntryId, Error, Feature, FileRef, Loss, LossKind, MessageId,
    MessageRef, Operation, Place, Priority, ReplyHandle, Result, Surface,
};
use chatgate_router::{Say, Sent, Strict};

use crate::engine::Engine;
use crate::fit::{self, Ask, Private};
use crate::outbox;
use crate::stored::{Posted, Row};

/// How something is said besides what and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner<'a> {
    pub(crate) via: Option<&'a ReplyHandle>,
    pub(crate) private: Private,
    pub(crate) quoting: Option<&'a str>,
}

impl Manner<'_> {
    /// By the ordinary way, a private message never in the open.
    pub(crate) const PLAIN: Self = Self { via: None, private: Private::Must, quoting: None };
}

/// Fits a message and adds its rows to a batch. Nothing is promised until the batch is committed.
pub(crate) async fn prepare(
    engine: &Engine,
    say: &Say,
    manner: Manner<'_>,
    batch: Batch,
) -> Result<(Sent, Batch)> {
    let surface = if manner.via.is_some() { Surface::Reply } else { Surface::Post };
    let ask = Ask {
        place: &say.place,
        audience: &say.audience,
        surface,
        via: manner.via,
        strict: say.strict,
        private: manner.private,
        quoting: manner.quoting,
    };
    let fitted = fit::fit(engine, &say.content, &ask).await?;
    let mut batch = batch;
    batch.changes.extend(fitted.batch.changes);
    let mut messages = Vec::with_capacity(fitted.parts.len());
    for part in fitted.parts {
        let key = engine.new_message();
        let (place, audience) = (fitted.place.clone(), fitted.audience.clone());
        let post = Operation::Post { place, audience, part, key, via: None };
        batch = queue(engine, batch, post, EntryId::from(key.as_u128()), fitted.via, say.priority)?;
        messages.push(MessageRef::Ours(key));
    }
    if let Some((name, bytes)) = fitted.file {
        let (_, upload) = upload(engine, fitted.place.clone(), name, bytes);
        batch = queue(engine, batch, upload.1, upload.0, None, say.priority)?;
    }
    Ok((Sent::new(messages, fitted.place, fitted.losses).seen_by(fitted.audience), batch))
}

/// Fits a home page and adds its row to a batch.
pub(crate) async fn home(
    engine: &Engine,
    home: Place,
    content: &Content,
) -> Result<(Vec<Loss>, Batch)> {
    if home.home_user().is_none() {
        return Err(Error::invalid_input("it is nobody's home page").with_operation("home"));
    }
    require(engine, &home, Feature::Home, "home")?;
    let ask = Ask {
        place: &home,
        audience: &Audience::Everyone,
        surface: Surface::Home,
        via: None,
        strict: Strict::No,
        private: Private::Must,
        quoting: None,
    };
    let fitted = fit::fit(engine, content, &ask).await?;
    let mut batch = fitted.batch;
    for part in fitted.parts.into_iter().take(1) {
        let publish = Operation::PublishHome { place: home.clone(), part };
        let entry = EntryId::generate(&*engine.clock, &*engine.rng);
        batch = queue(engine, batch, publish, entry, None, Priority::Status)?;
    }
    Ok((fitted.losses, batch))
}

/// An upload of a file, under our own name of it.
pub(crate) fn upload(
    engine: &Engine,
    place: Place,
    name: String,
    bytes: bytes::Bytes,
) -> (FileRef, (EntryId, Operation)) {
    let file = FileRef::generate(&*engine.clock, &*engine.rng);
    let upload = Operation::Upload { place, file, name, bytes };
    (file, (EntryId::from(file.as_u128()), upload))
}

/// Adds one operation's row to a batch.
pub(crate) fn queue(
    engine: &Engine,
    batch: Batch,
    operation: Operation,
    entry: EntryId,
    via: Option<&ReplyHandle>,
    priority: Priority,
) -> Result<Batch> {
    let row = Row::new(operation, engine.now()).via(via, &entry.to_string(), &engine.seals)?;
    outbox::enqueue(batch, row, entry, priority)
}

/// Changes what was said: parts are kept, changed, added and deleted as needed. Where nothing can be
/// changed, it is said anew.
pub(crate) async fn edit(
    engine: &Engine,
    sent: &Sent,
    content: Content,
    strict: Strict,
    priority: Priority,
) -> Result<Sent> {
    let Some(place) = &sent.place else {
        return Err(Error::not_found("nothing was said").with_operation("edit"));
    };
    if !is_editable(engine, sent).await? {
        if strict == Strict::Yes {
            return Err(Error::unsupported("edit"));
        }
        let mut say = Say::new(place.clone(), content).priority(priority);
        say.audience = sent.audience.clone();
        let (mut sent, batch) = prepare(engine, &say, Manner::PLAIN, Batch::new()).await?;
        engine.commit(batch).await?;
        sent.losses.push(Loss::new(LossKind::Edit, "said as a new message"));
        return Ok(sent);
    }
    let ask = Ask {
        place,
        audience: &sent.audience,
        surface: Surface::Edit,
        via: None,
        strict,
        private: Private::Must,
        quoting: None,
    };
    let fitted = fit::fit(engine, &content, &ask).await?;
    if !fitted.batch.changes.is_empty() {
        engine.commit(fitted.batch).await?;
    }
    let mut messages = Vec::new();
    let mut batch = Batch::new();
    let mut old = sent.parts.iter();
    for part in fitted.parts {
        let place = fitted.place.clone();
        match old.next() {
            Some(message) => {
                let edit = Operation::Edit { place, message: message.clone(), part, via: None };
                let row = Row::new(edit, engine.now());
                outbox::commit_edit(engine, message, row, priority).await?;
                messages.push(message.clone());
            }
            None => {
                let key = engine.new_message();
                let audience = sent.audience.clone();
                let post = Operation::Post { place, audience, part, key, via: None };
                let entry = EntryId::from(key.as_u128());
                batch = queue(engine, batch, post, entry, None, priority)?;
                messages.push(MessageRef::Ours(key));
            }
        }
    }
    let mut losses = fitted.losses;
    let can_delete = engine.adapter(&place.adapter)?.capabilities(place, None).can(Feature::Delete);
    for message in old {
        if can_delete {
            batch = queue_delete(engine, batch, place, message, priority)?;
            continue;
        }
        // What cannot be taken away says nothing any more.
        let emptied = fit::fit(engine, &Content::from("…"), &ask).await?;
        for part in emptied.parts.into_iter().take(1) {
            let place = place.clone();
            let edit = Operation::Edit { place, message: message.clone(), part, via: None };
            outbox::commit_edit(engine, message, Row::new(edit, engine.now()), priority).await?;
        }
        losses.push(Loss::new(LossKind::Edit, "older parts were emptied"));
    }
    if !batch.changes.is_empty() {
        engine.commit(batch).await?;
    }
    Ok(Sent::new(messages, place.clone(), losses).seen_by(sent.audience.clone()))
}

/// Whether what was said can still be changed.
pub(crate) async fn is_editable(engine: &Engine, sent: &Sent) -> Result<bool> {
    let Some(place) = &sent.place else {
        return Ok(false);
    };
    let can = engine.adapter(&place.adapter)?.capabilities(place, None);
    let too_late = match (can.limits.edit_window, sent.parts.first().and_then(MessageRef::our_id)) {
        (Some(window), Some(id)) => {
            posted_at(engine, id).await?.is_some_and(|posted| engine.now() >= posted.at + window)
        }
        _ => false,
    };
    Ok(can.can(Feature::Edit) && !too_late)
}

/// Deletes what was said.
pub(crate) async fn delete(engine: &Engine, sent: &Sent, priority: Priority) -> Result<()> {
    let Some(place) = &sent.place else {
        return Ok(());
    };
    require(engine, place, Feature::Delete, "delete")?;
    let mut batch = Batch::new();
    for message in &sent.parts {
        batch = queue_delete(engine, batch, place, message, priority)?;
    }
    engine.commit(batch).await?;
    Ok(())
}

fn queue_delete(
    engine: &Engine,
    batch: Batch,
    place: &Place,
    message: &MessageRef,
    priority: Priority,
) -> Result<Batch> {
    let (place, message) = (place.clone(), message.clone());
    let delete = Operation::Delete { place, message, via: None };
    let entry = EntryId::generate(&*engine.clock, &*engine.rng);
    queue(engine, batch, delete, entry, None, priority)
}

/// Fails when a place is known not to be able to do something.
pub(crate) fn require(
    engine: &Engine,
    place: &Place,
    feature: Feature,
    operation: &'static str,
) -> Result<()> {
    let can = engine.adapter(&place.adapter)?.capabilities(place, None);
    if can.can(feature) {
        return Ok(());
    }
    let missing = format!("the place has no {}", feature.as_str());
    Err(Error::unsupported(operation).with_context(missing))
}

async fn posted_at(engine: &Engine, id: MessageId) -> Result<Option<Posted>> {
    let record = engine.store.get(&Posted::key(id)).await?;
    record.map(|record| crate::stored::read(&record.value)).transpose()
}
