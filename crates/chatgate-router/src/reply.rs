//! What a handler returns.

use chatgate_core::{Content, Error, FieldErrors, Form, Result};

/// What a handler returns to be said.
///
/// Anything that is [`IntoReply`] becomes one: `()`, `&str`, `String`, [`Content`], an `Option` or
/// `Result` of one.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// What is said; nothing when `None`.
    pub body: Option<Body>,
    /// Who sees it.
    pub visibility: Visibility,
}

/// What a reply says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// A message.
    Message(Content),
    /// The message that the click came from says this from now on; a new message where there is none.
    Update(Content),
    /// What is wrong with the fields of a submitted form.
    FieldErrors(FieldErrors),
    /// Another form in the place of the submitted one.
    NextForm(Form),
}

/// Who sees a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Visibility {
    /// Everyone in the place.
    #[default]
    Everyone,
    /// Only the person who asked.
    Private,
}

impl Reply {
    /// Says nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Says this to everyone in the place.
    pub fn message(content: impl Into<Content>) -> Self {
        Self::of(Body::Message(content.into()))
    }

    /// Says this only to the person who asked.
    pub fn private(content: impl Into<Content>) -> Self {
        Self { visibility: Visibility::Private, ..Self::message(content) }
    }

    /// Changes the message that the click came from.
    pub fn update(content: impl Into<Content>) -> Self {
        Self::of(Body::Update(content.into()))
    }

    /// Says what is wrong with the fields of a submitted form.
    #[must_use]
    pub fn field_errors(errors: FieldErrors) -> Self {
        Self { visibility: Visibility::Private, ..Self::of(Body::FieldErrors(errors)) }
    }

    /// Says what is wrong with one field of a submitted form. A form that a type derives has a constant
    /// for the name of each field: `Reply::invalid(Feedback::WORDS, "says nothing")`.
    pub fn invalid(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self::field_errors(FieldErrors::from([(field.into(), why.into())]))
    }

    /// The same, with what is wrong with another field.
    #[must_use]
    pub fn and_invalid(mut self, field: impl Into<String>, why: impl Into<String>) -> Self {
        match &mut self.body {
            Some(Body::FieldErrors(errors)) => {
                errors.insert(field.into(), why.into());
                self
            }
            _ => Self::invalid(field, why),
        }
    }

    /// Opens another form in the place of the submitted one.
    #[must_use]
    pub fn next_form(form: Form) -> Self {
        Self { visibility: Visibility::Private, ..Self::of(Body::NextForm(form)) }
    }

    fn of(body: Body) -> Self {
        Self { body: Some(body), visibility: Visibility::Everyone }
    }
}

/// What a handler may return.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "return (), &str, String, Content, Reply, or an Option or Result of one"
)]
pub trait IntoReply {
    /// Makes it a reply.
    ///
    /// # Errors
    /// The handler's own.
    fn into_reply(self) -> Result<Reply>;
}

impl IntoReply for () {
    fn into_reply(self) -> Result<Reply> {
        Ok(Reply::nothing())
    }
}

impl IntoReply for &str {
    fn into_reply(self) -> Result<Reply> {
        Ok(Reply::message(self))
    }
}

impl IntoReply for String {
    fn into_reply(self) -> Result<Reply> {
        Ok(Reply::message(self))
    }
}

impl IntoReply for Content {
    fn into_reply(self) -> Result<Reply> {
        Ok(Reply::message(self))
    }
}

impl IntoReply for Reply {
    fn into_reply(self) -> Result<Reply> {
        Ok(self)
    }
}

impl<T: IntoReply> IntoReply for Option<T> {
    fn into_reply(self) -> Result<Reply> {
        self.map_or_else(|| Ok(Reply::nothing()), T::into_reply)
    }
}

impl<T: IntoReply, E: Into<Error>> IntoReply for Result<T, E> {
    fn into_reply(self) -> Result<Reply> {
        self.map_err(Into::into)?.into_reply()
    }
}
