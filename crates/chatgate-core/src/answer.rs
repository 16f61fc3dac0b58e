//! What goes back inside the platform's own request.

use serde::{Deserialize, Serialize};

use crate::{Audience, Choice, FieldErrors, Rendered, Timestamp};

/// What goes back inside the platform's own request; the adapter only adds its envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Answer {
    /// A message.
    Message {
        /// Who sees it.
        audience: Audience,
        /// In one part or more.
        parts: Vec<Rendered>,
    },
    /// The message that the request came from, changed.
    Update {
        /// What it says now.
        part: Rendered,
        /// What the person alone is told.
        private: Option<Rendered>,
    },
    /// What is wrong with the fields of a submitted form.
    FieldErrors(FieldErrors),
    /// Another form in the place of the submitted one.
    NextForm(Rendered),
    /// The form closes.
    CloseForm,
    /// What a menu offers.
    Options(Vec<Choice>),
    /// Nothing: the request is acknowledged, no more.
    Nothing,
}

/// The kinds of [`Answer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnswerKind {
    /// A message that everyone in the place sees.
    Message,
    /// A message that only the person sees.
    PrivateMessage,
    /// The message that the request came from, changed.
    Update,
    /// Field errors.
    FieldErrors,
    /// Another form.
    NextForm,
    /// The form closes.
    CloseForm,
    /// What a menu offers.
    Options,
}

impl Answer {
    /// Which kind it is; `None` for [`Answer::Nothing`], which every request takes.
    #[must_use]
    pub fn kind(&self) -> Option<AnswerKind> {
        match self {
            Self::Message { audience: Audience::Everyone, .. } => Some(AnswerKind::Message),
            Self::Message { .. } => Some(AnswerKind::PrivateMessage),
            Self::Update { .. } => Some(AnswerKind::Update),
            Self::FieldErrors(_) => Some(AnswerKind::FieldErrors),
            Self::NextForm(_) => Some(AnswerKind::NextForm),
            Self::CloseForm => Some(AnswerKind::CloseForm),
            Self::Options(_) => Some(AnswerKind::Options),
            Self::Nothing => None,
        }
    }
}

/// What the request that brought an event can carry back. It ends with the request: it is never
/// stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnswerSlot {
    /// Until when the answer must be ready.
    pub by: Timestamp,
    /// Which kinds it takes.
    pub accepts: Vec<AnswerKind>,
    /// How many parts a message may have.
    pub parts: usize,
    /// When the request ends once something was said by other means.
    pub ends: SlotEnds,
}

/// When a request ends once something was said by other means: what the run returns follows that, so
/// the request carries nothing back any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotEnds {
    /// At once.
    #[default]
    AtOnce,
    /// When the run is over and what it said has left: a terminal, which reads its next line then.
    WhenSent,
}

impl AnswerSlot {
    /// A slot for one part of these kinds.
    pub fn new(by: Timestamp, accepts: impl IntoIterator<Item = AnswerKind>) -> Self {
        Self { by, accepts: accepts.into_iter().collect(), parts: 1, ends: SlotEnds::AtOnce }
    }

    /// Sets how many parts a message may have.
    #[must_use]
    pub fn parts(mut self, parts: usize) -> Self {
        self.parts = parts;
        self
    }

    /// The request ends when the run is over and what it said has left.
    #[must_use]
    pub fn ends_when_sent(mut self) -> Self {
        self.ends = SlotEnds::WhenSent;
        self
    }

    /// True when it takes this answer.
    #[must_use]
    pub fn takes(&self, answer: &Answer) -> bool {
        let fits = match answer {
            Answer::Message { parts, .. } => parts.len() <= self.parts,
            _ => true,
        };
        fits && answer.kind().is_none_or(|kind| self.accepts.contains(&kind))
    }
}
