//! Forms as interactive dialogs.
//!
//! Each field is an element of the same name, and its answer is read by the field's kind. Words that
//! are too long for an element stand whole in the text above all of them. A dialog that is not valid
//! is shown by nobody, so what cannot be made to fit is an error.

mod field;
mod values;
mod wire;
mod words;

pub use values::{form_seal_of, form_values};

use std::collections::HashSet;

use chatgate_core::{Error, Fitted, Form, FormField, LossKind, Rendered, Result, Target};

use super::dialect::Server;
use super::limits::{
    ELEMENTS, ENVELOPE_BYTES, LABEL_BYTES, NAME_BYTES, REQUEST_BYTES, SEAL_CHARS, TITLE_BYTES,
};
use super::line::{Within, markdown};
use super::span::Span;
use crate::{Losses, sanitise, sanitise_line};
use field::Fields;
use wire::Dialog;
use words::{Words, shortened};

/// The words that the dialect itself says in a form.
#[derive(Clone, Debug)]
pub(super) struct Labels {
    /// On the button that submits, where the form does not say.
    pub(super) submit: String,
    /// Beside the box that is ticked for yes.
    pub(super) yes: String,
}

/// Says a form as a dialog.
pub(super) fn dialog(
    form: &Form,
    target: &Target,
    labels: &Labels,
    server: Server,
    lookups: Option<&str>,
) -> Result<Fitted> {
    check(form)?;
    let mut losses = Losses::new();
    let mut words = Words::new(&mut losses);
    let title = sanitise_line(&form.title);
    let mut above = Vec::new();
    if title.len() > TITLE_BYTES {
        // The bar of a dialog is short: the whole title stands below it.
        above.push(markdown(&[Span::bold(title.clone())], Within::Lines, false));
    }
    let intro = form.intro.as_deref().map(sanitise).unwrap_or_default();
    above.push(markdown(&[Span::text(intro)], Within::Lines, false));
    let mut elements = Vec::with_capacity(form.fields.len());
    for field in &form.fields {
        let mut fields = Fields { words: &mut words, yes: &labels.yes, server, lookups };
        fields.add(field, &mut elements)?;
    }
    above.extend(words.take_overflow());
    above.retain(|text| !text.trim().is_empty());
    if elements.len() > ELEMENTS {
        return Err(invalid(format!("a form has at most {ELEMENTS} fields, with its boxes")));
    }
    if elements.is_empty() && above.is_empty() {
        return Err(invalid("a form without fields and words shows nothing"));
    }
    if form.cancel.is_some() {
        words.lose(LossKind::Style, "the button that closes has Mattermost's own word");
    }
    let submit = form.submit.as_deref().unwrap_or(&labels.submit);
    let dialog = Dialog {
        callback_id: shortened(form.route.as_str(), NAME_BYTES).into_owned(),
        title: words.short(&title, TITLE_BYTES),
        introduction_text: above.join("\n\n"),
        elements,
        submit_label: words.label(&sanitise_line(submit), LABEL_BYTES),
        notify_on_cancel: true,
        state: form.seal.as_deref(),
    };
    let part = Rendered::new(&dialog, title.into_owned())?;
    let ours = REQUEST_BYTES - ENVELOPE_BYTES;
    let most = target.capabilities.limits.payload_bytes.unwrap_or(ours).min(ours);
    if part.payload.get().len() > most {
        return Err(invalid(format!("a form takes at most {most} bytes")));
    }
    Ok(Fitted::new(vec![part], losses.into_vec()))
}

/// What no shortening helps against.
fn check(form: &Form) -> Result<()> {
    let mut names = HashSet::with_capacity(form.fields.len());
    for FormField { name, .. } in &form.fields {
        if name.is_empty() || name.len() > NAME_BYTES {
            return Err(invalid(format!("the name of a field has 1 to {NAME_BYTES} bytes")));
        }
        if name.starts_with(values::BOX) {
            return Err(invalid("the name of a field does not begin with +"));
        }
        if !names.insert(name.as_str()) {
            return Err(invalid(format!("two fields are named {name}")));
        }
    }
    let seal = form.seal.as_deref().unwrap_or_default();
    if seal.chars().count() > SEAL_CHARS {
        return Err(invalid(format!("what a form carries takes {SEAL_CHARS} characters")));
    }
    Ok(())
}

fn invalid(what: impl Into<String>) -> Error {
    Error::invalid_input(what.into()).with_operation("form")
}
