//! The dialects themselves.

use std::borrow::Cow;

use chatgate_core::{
    Content, Dialect, Fitted, Form, LossKind, Phrases, Rendered, Result, Surface, Target,
};

use super::form::form;
use super::limit::{Size, action_limit, part_limit};
use super::pack::{Part, pack};
use super::paint::Paint;
use super::payload::{TerminalAction, TerminalMessage};
use crate::layout::{Line, Look, lay_out};
use crate::{Losses, sanitise_line};

/// How long a summary may be: what a notification shows.
const SUMMARY_CHARS: usize = 200;

/// Says contents with colours and styles, as terminals understand them. The lines are as wide as the
/// place's `columns`.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Capabilities, Content, Dialect, Level, Surface, Target};
/// use chatgate_render::{AnsiTerminal, TerminalMessage};
///
/// let target = Target::new(Surface::Post, Arc::new(Capabilities::all()));
/// let fitted = AnsiTerminal::new().message(&Content::status(Level::Success, "live"), &target);
/// let message: TerminalMessage = fitted.parts[0].read()?;
/// assert_eq!(message.text, "\x1b[1;32m✔ live\x1b[0m");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct AnsiTerminal {
    settings: Settings,
}

/// Says the same as [`AnsiTerminal`] without any escape code: for pipes, logs and tests.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Capabilities, Content, Dialect, Surface, Target};
/// use chatgate_render::{PlainText, TerminalMessage};
///
/// let target = Target::new(Surface::Post, Arc::new(Capabilities::all()));
/// let content = Content::new().bullets(["one", "two"]);
/// let fitted = PlainText::new().message(&content, &target);
/// assert_eq!(fitted.parts[0].read::<TerminalMessage>()?.text, "• one\n• two");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct PlainText {
    settings: Settings,
}

#[derive(Clone, Debug)]
struct Settings {
    columns: usize,
    possibly_repeated: String,
}

impl Default for Settings {
    fn default() -> Self {
        // 80: what a terminal has where nobody knows.
        Self { columns: 80, possibly_repeated: Phrases::default().possibly_repeated }
    }
}

macro_rules! builder {
    ($name:ident) => {
        impl $name {
            /// With 80 columns where the place does not say, and chatgate's own phrases.
            ///
            #[doc = concat!("```\nlet dialect = chatgate_render::", stringify!($name), "::new();\n```")]
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            /// Sets how many columns a line has where the place does not say.
            ///
            #[doc = concat!(
                "```\nlet dialect = chatgate_render::", stringify!($name),
                "::new().with_columns(100);\n```"
            )]
            #[must_use]
            pub fn with_columns(mut self, columns: usize) -> Self {
                self.settings.columns = columns;
                self
            }

            /// Takes the words "possibly repeated" from a program's own phrases.
            ///
            #[doc = concat!(
                "```\nlet phrases = chatgate_core::Phrases::default();\n",
                "let dialect = chatgate_render::", stringify!($name),
                "::new().with_phrases(&phrases);\n```"
            )]
            #[must_use]
            pub fn with_phrases(mut self, phrases: &Phrases) -> Self {
                self.settings.possibly_repeated.clone_from(&phrases.possibly_repeated);
                self
            }
        }
    };
}

builder!(AnsiTerminal);
builder!(PlainText);

impl Dialect for AnsiTerminal {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        self.settings.message(content, target, Paint::Ansi)
    }

    fn form(&self, form_: &Form, target: &Target) -> Result<Fitted> {
        form(form_, target)
    }
}

impl Dialect for PlainText {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        self.settings.message(content, target, Paint::Plain)
    }

    fn form(&self, form_: &Form, target: &Target) -> Result<Fitted> {
        form(form_, target)
    }
}

impl Settings {
    fn message(&self, content: &Content, target: &Target, paint: Paint) -> Fitted {
        if content.is_empty() {
            return Fitted::default();
        }
        let limits = &target.capabilities.limits;
        let mut losses = Losses::new();
        let Some(whole) = part_limit(limits) else {
            losses.add(LossKind::Cut, "left out: not even an empty message fits");
            return Fitted::new(Vec::new(), losses.into_vec());
        };
        // An answer goes back once, inside the request that waits for it.
        let is_answer = target.surface == Surface::Answer;
        let mark = if is_answer { None } else { self.repeated_mark(whole, paint) };
        let limit = whole.minus_text(mark.as_deref().map_or(Size::default(), Size::of));
        let columns = limits.columns.unwrap_or(self.columns);
        let layout =
            lay_out(content, &target.capabilities, columns, action_limit(limit), &mut losses);
        if paint == Paint::Plain && layout.is_emphasised {
            losses.add(LossKind::Style, "shown plain");
        }
        let actions = layout.actions.clone();
        let mut parts = pack(layout, paint, limit, &mut losses);
        if parts.is_empty() {
            parts.push(Part { text: String::new(), actions: Vec::new() });
        }
        if parts.len() > 1 {
            losses.add(LossKind::Length, format!("sent in {} parts", parts.len()));
        }
        let summary = sanitise_line(&content.notification(SUMMARY_CHARS)).into_owned();
        let mut said = Vec::with_capacity(parts.len());
        for part in parts {
            match rendered(part, &actions, &summary, mark.as_deref()) {
                Ok(part) => said.push(part),
                // Text and sealed values are always JSON; were they not, silence would be worse.
                Err(error) => losses.add(LossKind::Cut, Cow::Owned(error.to_string())),
            }
        }
        Fitted::new(said, losses.into_vec())
    }

    /// The line before a message that is perhaps sent twice. Every part leaves room for it; where it
    /// would take more than a quarter of the part only its sign is said, at worst nothing.
    fn repeated_mark(&self, limit: Size, paint: Paint) -> Option<String> {
        let phrase = sanitise_line(&self.possibly_repeated);
        [phrase.as_ref(), "↻"]
            .map(|words| paint.line(&Line::of(words, Look::default().dim())) + "\n")
            .into_iter()
            .find(|mark| Size::of(mark).fits(limit.text_divided(4)))
    }
}

fn rendered(
    part: Part,
    actions: &[TerminalAction],
    summary: &str,
    mark: Option<&str>,
) -> Result<Rendered> {
    let mut message = TerminalMessage::new(part.text);
    message.actions =
        part.actions.iter().filter_map(|&index| actions.get(index).cloned()).collect();
    let rendered = Rendered::new(&message, summary)?;
    let Some(mark) = mark else {
        return Ok(rendered);
    };
    message.text.insert_str(0, mark);
    rendered.with_repeated(&message)
}
