//! Questions in a conversation: a form asked field by field, kept as a record.

use chatgate_core::{
    ActionUse, Batch, CardId, Content, Error, Event, EventKind, Expect, FieldKind, Form, FormField,
    Key, Message, MessageRef, Place, ReplyHandle, Result, Seal, Timestamp, UserId, fill,
};
use chatgate_router::{Found, Line};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::fit;
use crate::stored;

/// A form that is being asked field by field.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Dialogue {
    form: Form,
    card: CardId,
    begun: Timestamp,
    /// The field that was asked last.
    index: usize,
    values: Map<String, Value>,
}

/// A form that was shown.
#[derive(Serialize, Deserialize)]
struct Shown {
    form: Form,
    /// Encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
}

/// What a message is to the questions that are open.
#[derive(Debug)]
pub(crate) enum Step {
    /// Nothing: it goes its ordinary way.
    NotOurs,
    /// An answer; the next question follows, in the same commit as the record.
    Say(Content, Batch),
    /// The last answer, or the number of a button: from here on it is that event.
    Becomes(Box<Event>, Batch),
}

/// Begins to ask: the first question, and the record that waits for its answer.
pub(crate) fn begin(
    engine: &Engine,
    place: &Place,
    user: &UserId,
    form: Form,
) -> Result<(CardId, Content, Batch)> {
    let Some(field) = form.fields.first() else {
        return Err(Error::invalid_input("a form without fields asks nothing"));
    };
    let mut content = Content::new().heading(3, form.title.clone());
    if let Some(intro) = &form.intro {
        content = content.text(intro.clone());
    }
    let hint = fill(&engine.phrases.ask_hint, &[("cancel", &engine.phrases.cancel_word)]);
    content = question(content, field).context(hint);
    let card = engine.new_card();
    let kept = keep(engine, Batch::new(), card, &form, None)?;
    let dialogue = Dialogue { form, card, begun: engine.now(), index: 0, values: Map::new() };
    let batch = kept.put_until(
        key(place, user),
        stored::write(&dialogue)?,
        Expect::Any,
        engine.now() + engine.limits.dialogue,
    );
    Ok((card, content, batch))
}

/// Keeps a form as it was shown, so that it can be shown again with what was filled in, and the way
/// back to where it was opened: the submission of a modal brings none.
pub(crate) fn keep(
    engine: &Engine,
    batch: Batch,
    card: CardId,
    form: &Form,
    reply: Option<&ReplyHandle>,
) -> Result<Batch> {
    let until = engine.now() + engine.limits.dialogue;
    let reply = reply.map(|reply| stored::hide(reply, &card.to_string(), &engine.seals));
    let shown = Shown { form: form.clone(), reply: reply.transpose()? };
    Ok(batch.put_until(shown_key(card), stored::write(shown)?, Expect::Any, until))
}

/// A form as it was shown, and the way back to where it was opened; `None` when it is too long ago.
pub(crate) async fn shown(
    engine: &Engine,
    card: CardId,
) -> Result<Option<(Form, Option<ReplyHandle>)>> {
    let Some(record) = engine.store.get(&shown_key(card)).await? else { return Ok(None) };
    let Shown { form, reply } = stored::read(&record.value)?;
    let reply = reply.and_then(|text| stored::reveal(&text, &card.to_string(), &engine.seals).ok());
    Ok(Some((form, reply)))
}

fn shown_key(card: CardId) -> Key {
    Key::new("form", card.to_string())
}

/// What a message is to the questions that are open for its writer here.
pub(crate) async fn step(engine: &Engine, event: &Event, found: &Found) -> Result<Step> {
    let (Some(place), Some(actor), EventKind::Message(message)) =
        (&event.place, &event.actor, &event.kind)
    else {
        return Ok(Step::NotOurs);
    };
    let key = key(place, &actor.user);
    let Some(record) = engine.store.get(&key).await? else {
        return number(engine, event, place, &message.content).await;
    };
    let revision = Expect::Revision(record.revision);
    match found {
        Found::Help { .. } => return Ok(Step::NotOurs),
        Found::Cancel => {
            let text = engine.phrases.cancelled.clone();
            return Ok(Step::Say(Content::from(text), Batch::new().delete(key, revision)));
        }
        _ => {}
    }
    let mut dialogue: Dialogue = stored::read(&record.value)?;
    let Some(field) = dialogue.form.fields.get(dialogue.index) else {
        return Ok(Step::NotOurs);
    };
    match field.read(&message.content.plain_text()) {
        Err(wrong) => {
            let content = Content::from(format!("{} {wrong}.", field.label));
            return Ok(Step::Say(question(content, field), Batch::new()));
        }
        Ok(Some(value)) => {
            dialogue.values.insert(field.name.clone(), value);
        }
        Ok(None) => {}
    }
    dialogue.index += 1;
    if let Some(next) = dialogue.form.fields.get(dialogue.index) {
        let content = question(Content::new(), next);
        let until = engine.now() + engine.limits.dialogue;
        let value = stored::write(&dialogue)?;
        return Ok(Step::Say(content, Batch::new().put_until(key, value, revision, until)));
    }
    let Dialogue { form, card, begun, values, .. } = dialogue;
    let seal = Seal::new(form.route, card, place.clone(), begun, form.state);
    let mut event = event.clone();
    event.kind = EventKind::FormSubmitted { seal, values };
    Ok(Step::Becomes(Box::new(event), Batch::new().delete(key, revision)))
}

/// A number that stands alone uses the button that was shown under it.
async fn number(engine: &Engine, event: &Event, place: &Place, content: &Content) -> Result<Step> {
    let line = Line::read(content);
    let typed = match (line.word(0), line.len()) {
        (Some(word), 1) if word.bytes().all(|byte| byte.is_ascii_digit()) => word,
        _ => return Ok(Step::NotOurs),
    };
    let Some(actor) = &event.actor else { return Ok(Step::NotOurs) };
    let mut found = fit::numbered_choice(engine, place, &actor.user, typed).await?;
    if found.is_none() && event.direct {
        // A card that was sent to the direct line `@user` is numbered under that name.
        let line = Place::direct(place.adapter.clone(), place.workspace.clone(), &actor.user);
        found = fit::numbered_choice(engine, &line, &actor.user, typed).await?;
    }
    if found.is_none() && begins_its_thread(event, place) {
        // Said in the conversation itself, where the platform counts each message as a thread. An answer
        // in the thread of another message means what stands there, not the newest card above.
        let above = place.clone().without_thread();
        found = fit::numbered_choice(engine, &above, &actor.user, typed).await?;
    }
    let Some((seal, chosen)) = found else {
        return Ok(Step::NotOurs);
    };
    let click = event.keys.first().map(ToString::to_string).unwrap_or_default();
    let mut event = event.clone();
    event.kind = EventKind::Action(ActionUse::new(seal).chosen(chosen).click(click));
    Ok(Step::Becomes(Box::new(event), Batch::new()))
}

fn begins_its_thread(event: &Event, place: &Place) -> bool {
    let EventKind::Message(Message { message: MessageRef::Platform { id, .. }, .. }) = &event.kind
    else {
        return false;
    };
    place.thread.as_ref().is_some_and(|thread| thread.as_str() == id.as_str())
}

fn question(content: Content, field: &FormField) -> Content {
    let mut label = field.label.clone();
    if field.kind == FieldKind::Bool {
        label.push_str(" (yes or no)");
    } else if !field.required {
        label.push_str(" (optional: - for none)");
    }
    let mut content = content.text(label);
    if let FieldKind::Choice { choices, .. } = &field.kind {
        let list = chatgate_core::List::numbered(choices.iter().map(|choice| choice.label.clone()));
        content = content.block(chatgate_core::Block::List(list));
    }
    if let Some(hint) = &field.hint {
        content = content.context(hint.clone());
    }
    content
}

fn key(place: &Place, user: &UserId) -> Key {
    Key::new("dialogue", format!("{place}/{user}"))
}
