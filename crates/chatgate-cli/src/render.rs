//! `chatgate render`.

use std::sync::Arc;

use chatgate_core::{Fitted, Limits, Loss, Rendered, Surface, Target};
use chatgate_render::TerminalMessage;
use chatgate_render::html::HtmlMessage;
use clap::ValueEnum;
use serde_json::Value;

use crate::arguments::{As, Render, To};
use crate::platform::{dialect, place, webhook};
use crate::problem::Problem;
use crate::source::{Source, read};

/// What is printed, and what of it could not be shown as it was meant.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) text: String,
    pub(crate) losses: Vec<Loss>,
}

pub(crate) fn render(ask: &Render) -> Result<Printed, Problem> {
    let source = read(&ask.file)?;
    let is_form = matches!(source, Source::Form(_));
    let shown_as = ask.shown_as.unwrap_or(if is_form { As::Modal } else { As::Message });
    let dialect = dialect(ask.to);
    let fitted = match &source {
        Source::Content(content) => dialect.message(content, &target(ask, shown_as)?),
        Source::Form(form) => {
            let target = form_target(ask, shown_as)?;
            dialect.form(form, &target).map_err(|error| Problem::input(error.to_string()))?
        }
    };
    Ok(Printed { text: printed(ask.to, &fitted)?, losses: fitted.losses })
}

/// Where a message goes.
fn target(ask: &Render, shown_as: As) -> Result<Target, Problem> {
    match shown_as {
        As::Message => {
            let can = place(ask.to);
            let limits = match ask.to {
                To::Ansi | To::Text => Limits::new().columns(ask.columns.into()),
                _ => can.limits.clone(),
            };
            Ok(Target::new(Surface::Post, Arc::new(can.limits(limits))))
        }
        As::Webhook => match webhook(ask.to) {
            Some(can) => Ok(Target::new(Surface::Webhook, Arc::new(can))),
            None => Err(Problem::input(format!("{} has no webhooks", name(ask.to)))),
        },
        As::Modal => Err(Problem::input(format!(
            "{}: a modal asks a form's fields, and this is a message; --as message shows it",
            ask.file.display()
        ))),
    }
}

/// Where a form goes.
fn form_target(ask: &Render, shown_as: As) -> Result<Target, Problem> {
    let file = ask.file.display();
    match (shown_as, ask.to) {
        (As::Modal, To::Ansi | To::Text) => Err(Problem::input(format!(
            "{file}: a terminal asks a form's fields one after the other; --to html draws it"
        ))),
        (As::Modal, to) => Ok(Target::new(Surface::Form, Arc::new(place(to)))),
        _ => Err(Problem::input(format!("{file}: this is a form; --as modal shows it"))),
    }
}

fn name(to: To) -> String {
    to.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// The text itself, or the payloads: one, or an array of several.
fn printed(to: To, fitted: &Fitted) -> Result<String, Problem> {
    let parts = fitted.parts.iter();
    match to {
        To::Ansi | To::Text => {
            let text = |part: &Rendered| part.read().map(|said: TerminalMessage| said.text + "\n");
            parts.map(text).collect::<Result<_, _>>()
        }
        To::Html => {
            let html = |part: &Rendered| part.read().map(|said: HtmlMessage| said.html);
            parts.map(html).collect::<Result<_, _>>()
        }
        To::Slack | To::Teams | To::Mattermost => {
            let payloads: Result<Vec<Value>, _> = parts.map(Rendered::read).collect();
            payloads.and_then(|payloads| {
                let json = match payloads.as_slice() {
                    [payload] => serde_json::to_string_pretty(payload)?,
                    payloads => serde_json::to_string_pretty(payloads)?,
                };
                Ok(json + "\n")
            })
        }
    }
    .map_err(|error| Problem::input(error.to_string()))
}
