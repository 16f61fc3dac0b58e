//! Forms as modals.
//!
//! Each field is an input block. Its `block_id` is the field's name, so that errors find their way
//! back, and its `action_id` says how the answer is read, with the end of the seal behind it: where one
//! modal takes the place of another, Slack keeps what was typed into elements of the same ids
//! (`views.update`, "Preserving input entry"), and two forms may have fields of one name.

mod choice;
mod field;
mod limits;
mod read;
mod value;
mod wire;
mod words;

pub use read::form_values;

use std::collections::HashSet;

use chatgate_core::{Error, Fitted, Form, FormField, Rendered, Result, Target};

use crate::{Losses, sanitise, sanitise_line, split_text};
use field::Fields;
use limits::{
    BLOCKS, HEADER_UNITS, ID_UNITS, METADATA_CHARS, SECTION_UNITS, TITLE_UNITS, VIEW_BYTES,
};
use wire::{Block, Modal};
use words::{Words, length, shortest};

use super::measure::units;
use super::wire::Text;

/// The words that the dialect itself says in a form.
#[derive(Clone, Debug)]
pub(super) struct Labels {
    /// On the button that submits, where the form does not say.
    pub(super) submit: String,
    /// Beside the box that is ticked for yes.
    pub(super) yes: String,
}

/// Says a form as a modal.
pub(super) fn modal(form: &Form, target: &Target, labels: &Labels) -> Result<Fitted> {
    check(form)?;
    let mut losses = Losses::new();
    let mut words = Words::new(&mut losses);
    let title = sanitise_line(&form.title);
    let mut blocks = Vec::with_capacity(form.fields.len() + 2);
    if units(&title) > TITLE_UNITS {
        // The bar of a modal is short: the whole title stands below it.
        blocks.push(match units(&title) <= HEADER_UNITS {
            true => Block::Header { text: Text::plain(title.clone()) },
            false => Block::Section { text: words.plain(title.clone(), SECTION_UNITS) },
        });
    }
    let intro = form.intro.as_deref().map(sanitise).unwrap_or_default();
    // No character counts more than five: an escaped `&`.
    let most = if units(&intro) <= SECTION_UNITS { SECTION_UNITS } else { SECTION_UNITS / 5 };
    let pieces = split_text(&intro, most).filter(|piece| !piece.trim().is_empty());
    blocks.extend(pieces.map(|piece| Block::Section { text: Text::plain(piece.to_owned()) }));
    let tail = form.seal.as_deref().map(tail).unwrap_or_default();
    let mut fields = Fields { words: &mut words, yes: sanitise_line(&labels.yes), tail };
    for field in &form.fields {
        blocks.push(fields.input(field)?);
    }
    if blocks.is_empty() {
        return Err(invalid("a form without fields and words shows nothing"));
    }
    if blocks.len() > BLOCKS {
        return Err(invalid(format!("a form has at most {BLOCKS} fields, with its words")));
    }
    let submit = match &form.submit {
        Some(submit) => Some(submit.as_str()),
        // A modal with inputs must have one.
        None if form.fields.is_empty() => None,
        None => Some(labels.submit.as_str()),
    };
    let view = Modal {
        callback_id: shortest(form.route.as_str(), ID_UNITS).into(),
        title: words.short(title, TITLE_UNITS),
        submit: submit.map(|text| words.plain(sanitise_line(text), TITLE_UNITS)),
        close: form.cancel.as_deref().map(|text| words.plain(sanitise_line(text), TITLE_UNITS)),
        private_metadata: form.seal.as_deref(),
        notify_on_close: true,
        blocks,
    };
    let summary = sanitise_line(&form.title).into_owned();
    let part = Rendered::new(&view, summary)?;
    let most = target.capabilities.limits.payload_bytes.unwrap_or(VIEW_BYTES).min(VIEW_BYTES);
    if part.payload.get().len() > most {
        return Err(invalid(format!("a form takes at most {most} bytes")));
    }
    Ok(Fitted::new(vec![part], losses.into_vec()))
}

/// What no shortening helps against.
fn check(form: &Form) -> Result<()> {
    let mut names = HashSet::with_capacity(form.fields.len());
    for FormField { name, .. } in &form.fields {
        if name.is_empty() || length(name) > ID_UNITS {
            return Err(invalid(format!("the name of a field has 1 to {ID_UNITS} characters")));
        }
        if !names.insert(name.as_str()) {
            return Err(invalid(format!("two fields are named {name}")));
        }
    }
    let seal = form.seal.as_deref().unwrap_or_default();
    if seal.chars().count() > METADATA_CHARS {
        return Err(invalid(format!("what a form carries takes {METADATA_CHARS} characters")));
    }
    Ok(())
}

/// The end of a seal: of its signature, so no two forms have the same.
fn tail(seal: &str) -> &str {
    const TAIL: usize = 12;
    seal.get(seal.len().saturating_sub(TAIL)..).unwrap_or_default()
}

fn invalid(what: impl Into<String>) -> Error {
    Error::invalid_input(what.into()).with_operation("form")
}
