//! What makes a type a form.

use chatgate_core::{FieldErrors, FieldKind, Form, FormField, FormSpec, Result, Submission};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::Source;

/// A form whose answers are a type of the program's own: what is declared of it, the fields that it
/// asks, and how it is made from what was filled in. Derived with `#[derive(Form)]`.
///
/// ```
/// use chatgate_core::Result;
/// use chatgate_macros::{Command, Form};
/// use chatgate_router::{Context, Reply, Router, TypedForm as _};
///
/// /// Say how it was
/// #[derive(Command)]
/// #[command(effect = "read", crate = "chatgate_router")]
/// struct Rate;
///
/// /// Feedback
/// #[derive(Form)]
/// #[form(of = "rate", crate = "chatgate_router")]
/// struct Feedback {
///     /// In a few words
///     #[field(lines = "many", max = 500)]
///     words: String,
///     /// Again?
///     again: bool,
/// }
///
/// async fn rate(_: Rate, cx: Context) -> Result<()> {
///     cx.form(Feedback::form()).await?;
///     Ok(())
/// }
///
/// async fn feedback(form: Feedback) -> Reply {
///     if form.words.contains("asdf") {
///         return Reply::invalid(Feedback::WORDS, "says nothing");
///     }
///     Reply::message(format!("Noted: {} {}", form.words, form.again))
/// }
///
/// let router: Router<()> = Router::new().command(rate).on(feedback);
/// assert_eq!(router.build(())?.specs().forms[0].route, "form:feedback");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a chatgate form",
    label = "derive it: `#[derive(Form)]`"
)]
pub trait TypedForm: Sized {
    /// What the form carries to its submission, sealed and never shown; `()` when it carries nothing.
    type State: Serialize + DeserializeOwned;

    /// What the form is.
    fn spec() -> &'static FormSpec;

    /// The form without its state.
    #[doc(hidden)]
    fn blank() -> &'static Form;

    /// What is wrong with which answer, each in the JSON of its field.
    fn check(values: &Map<String, Value>) -> FieldErrors;

    /// Reads what was filled in.
    ///
    /// # Errors
    /// `malformed` when the answers or the state are not of this form, as after an upgrade that changed
    /// it.
    fn from_submission(submission: Submission) -> Result<Self>;

    /// The form with these answers filled in, and their state: to be corrected or confirmed.
    fn filled_in(&self) -> Form;

    /// The form, to be opened with [`crate::Context::form`].
    #[must_use]
    fn form() -> Form
    where
        Self::State: Stateless,
    {
        Self::blank().clone()
    }

    /// The form with what it carries to its submission. Whoever fills it in can neither change the
    /// state nor see it in the form, but it is no secret: it is signed, not encrypted.
    #[must_use]
    fn with_state(state: &Self::State) -> Form {
        Self::blank().clone().state(serde_json::to_value(state).unwrap_or_default())
    }
}

/// What a form without a state has for one.
#[diagnostic::on_unimplemented(
    message = "this form carries a `{Self}`: `form()` would open it without",
    label = "open it with `with_state(…)`"
)]
pub trait Stateless {}

impl Stateless for () {}

/// A typed form, its type erased.
#[derive(Clone, Copy)]
pub(crate) struct Typed {
    pub(crate) spec: fn() -> &'static FormSpec,
    pub(crate) form: fn() -> &'static Form,
    check: fn(&Map<String, Value>) -> FieldErrors,
}

impl Typed {
    pub(crate) fn of<F: TypedForm>() -> Self {
        Self { spec: F::spec, form: F::blank, check: F::check }
    }

    /// The answers that a platform submitted, checked against the fields and their types.
    pub(crate) fn read(
        &self,
        submitted: &Map<String, Value>,
    ) -> Result<Map<String, Value>, FieldErrors> {
        let values = (self.form)().read(submitted)?;
        let errors = (self.check)(&values);
        if errors.is_empty() { Ok(values) } else { Err(errors) }
    }

    /// What is wrong with the declaration, given the functions behind its fields.
    pub(crate) fn mistakes<S>(&self, sources: &[Source<S>]) -> Vec<String> {
        let form = (self.form)();
        let mut mistakes = Vec::new();
        for FormField { name, kind, default, .. } in &form.fields {
            if let Some(default) = default {
                let one = Map::from_iter([(name.clone(), default.clone())]);
                let wrong = form.check(&one).remove(name);
                if let Some(wrong) = wrong.or_else(|| (self.check)(&one).remove(name)) {
                    mistakes.push(format!("the default of `{name}` {wrong}"));
                }
            }
            let is_listed = sources.iter().any(|source| source.arg == *name);
            if *kind == FieldKind::Listed && !is_listed {
                mistakes.push(format!("nothing lists what `{name}` can be"));
            }
        }
        let is_field = |name: &str| form.fields.iter().any(|field| field.name == name);
        let astray = sources.iter().filter(|source| !is_field(&source.arg));
        mistakes.extend(astray.map(|source| format!("no field `{}`", source.arg)));
        let route = &(self.spec)().route;
        if form.route != *route {
            mistakes.push(format!("the form goes to `{}`", form.route));
        }
        mistakes.into_iter().map(|mistake| format!("`{route}`: {mistake}")).collect()
    }
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Typed").field(&(self.spec)().route).finish()
    }
}
