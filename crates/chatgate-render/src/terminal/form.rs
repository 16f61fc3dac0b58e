//! Forms for a terminal.

use chatgate_core::{Error, Feature, FieldKind, Fitted, Form, FormField, Rendered, Result, Target};

use super::payload::TerminalForm;
use crate::{sanitise, sanitise_line};

/// Says a form in one part.
pub(super) fn form(form: &Form, target: &Target) -> Result<Fitted> {
    if !target.capabilities.can(Feature::Forms) {
        return Err(Error::unsupported("form"));
    }
    let line = |text: &String| sanitise_line(text).into_owned();
    let mut said = TerminalForm::new(line(&form.title));
    said.intro = form.intro.as_deref().map(|intro| sanitise(intro).into_owned());
    said.fields = form.fields.iter().map(field).collect();
    said.submit = form.submit.as_ref().map(line);
    said.cancel = form.cancel.as_ref().map(line);
    said.seal.clone_from(&form.seal);

    let limits = &target.capabilities.limits;
    let chars = shown_chars(&said);
    if let Some(limit) = limits.text_chars.filter(|limit| chars > *limit) {
        return Err(too_long(form, chars, "characters", limit));
    }
    let part = Rendered::new(&said, said.title.clone())?;
    let bytes = part.payload.get().len();
    if let Some(limit) = limits.payload_bytes.filter(|limit| bytes > *limit) {
        return Err(too_long(form, bytes, "bytes", limit));
    }
    Ok(Fitted::new(vec![part], Vec::new()))
}

fn too_long(form: &Form, length: usize, unit: &str, limit: usize) -> Error {
    let context = format!("{}: {length} {unit}, the place takes {limit}", form.route);
    Error::invalid_input(context).with_operation("form")
}

/// A field with its words made safe; its name, values and default stay what they are, for the program.
fn field(field: &FormField) -> FormField {
    let mut safe = field.clone();
    let line = |text: &str| sanitise_line(text).into_owned();
    safe.label = sanitise_line(&field.label).into_owned();
    safe.hint = field.hint.as_deref().map(line);
    safe.placeholder = field.placeholder.as_deref().map(line);
    if let FieldKind::Choice { choices, .. } = &mut safe.kind {
        for choice in choices {
            *choice = crate::layout::safe_choice(choice);
        }
    }
    safe
}

/// How many characters of a form a person sees.
fn shown_chars(form: &TerminalForm) -> usize {
    let optional = |text: &Option<String>| text.as_deref().map_or(0, |text| text.chars().count());
    let fields: usize = form
        .fields
        .iter()
        .map(|field| {
            let choices = match &field.kind {
                FieldKind::Choice { choices, .. } => choices.as_slice(),
                _ => &[],
            };
            let choices: usize = choices
                .iter()
                .map(|choice| choice.label.chars().count() + optional(&choice.hint))
                .sum();
            field.label.chars().count()
                + optional(&field.hint)
                + optional(&field.placeholder)
                + choices
        })
        .sum();
    form.title.chars().count()
        + optional(&form.intro)
        + optional(&form.submit)
        + optional(&form.cancel)
        + fields
}
