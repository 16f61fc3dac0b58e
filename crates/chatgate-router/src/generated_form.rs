//! What a derived form calls; no part of the public interface.

use chatgate_core::{
    Choice, ChoiceLook, Error, FieldErrors, FieldKind, Form, FormField, Lines, Pick, Result,
    Submission,
};
use serde_json::{Map, Value};

use crate::listens::Registered;
use crate::typed_form::Typed;
use crate::{FieldValue, Prepared, Registration, TypedForm};

/// What a field's type does with answers. That the type can be a field is asked here only: so one that
/// cannot is told of once.
#[derive(Debug)]
pub struct Answer<T> {
    name: &'static str,
    is_optional: fn() -> bool,
    kind: fn() -> FieldKind,
    read: fn(Option<&Value>) -> Result<T, String>,
    write: fn(&T) -> Option<Value>,
}

/// The answers of a field.
#[must_use]
pub const fn answer<T: FieldValue>(name: &'static str) -> Answer<T> {
    Answer {
        name,
        is_optional: T::is_optional,
        kind: T::kind,
        read: T::from_answer,
        write: T::to_answer,
    }
}

impl<T> Answer<T> {
    /// The field.
    #[must_use]
    pub fn field(&self, label: &str) -> FormField {
        let field = FormField::new(self.name, label, (self.kind)());
        if (self.is_optional)() { field } else { field.required() }
    }

    /// Adds what is wrong with the answer.
    pub fn check(&self, errors: &mut FieldErrors, values: &Map<String, Value>) {
        if let Err(why) = (self.read)(values.get(self.name)) {
            errors.insert(self.name.to_owned(), why);
        }
    }

    /// Reads the answer.
    ///
    /// # Errors
    /// `malformed` when it is none of the field.
    pub fn take(&self, submission: &Submission) -> Result<T> {
        (self.read)(submission.values.get(self.name))
            .map_err(|why| Error::malformed(format!("field {}: {why}", self.name)))
    }

    /// Puts an answer into a form that is still to be opened.
    pub fn fill_in(&self, form: &mut Form, value: &T) {
        if let Some(field) = form.fields.iter_mut().find(|field| field.name == self.name) {
            field.default = (self.write)(value);
        }
    }
}

/// Text that is an e-mail address.
#[must_use]
pub fn email<T: FieldText>(mut field: FormField) -> FormField {
    field.kind = FieldKind::Email;
    field
}

/// Text of several lines.
#[must_use]
pub fn many_lines<T: FieldText>(mut field: FormField) -> FormField {
    if let FieldKind::Text { lines, .. } = &mut field.kind {
        *lines = Lines::Many;
    }
    field
}

/// Text that is one of what exists.
#[must_use]
pub fn listed<T: FieldText>(mut field: FormField) -> FormField {
    field.kind = FieldKind::Listed;
    field
}

/// Choices that look otherwise.
#[must_use]
pub fn looking<T: FieldChoice>(mut field: FormField, like: ChoiceLook) -> FormField {
    if let FieldKind::Choice { look, .. } = &mut field.kind {
        *look = like;
    }
    field
}

/// At least one of several.
#[must_use]
pub fn at_least_one<T: FieldMany>(field: FormField) -> FormField {
    field.required()
}

/// Whole bounds: of a number, or of how many characters a text has.
#[must_use]
pub fn bounded_answer<T: FieldBounds>(
    mut field: FormField,
    least: Option<i64>,
    most: Option<i64>,
) -> FormField {
    match &mut field.kind {
        FieldKind::Text { min_chars, max_chars, .. } => {
            let chars = |bound: i64| usize::try_from(bound).unwrap_or_default();
            *min_chars = least.map(chars);
            *max_chars = most.map(chars);
        }
        FieldKind::Number { .. } => {
            #[allow(clippy::cast_precision_loss, reason = "forms bound numbers by floats")]
            let float = |bound: i64| bound as f64;
            narrow(&mut field.kind, least.map(float), most.map(float));
        }
        _ => {}
    }
    field
}

/// Bounds with a fraction.
#[must_use]
pub fn bounded_by_fraction<T: FieldFraction>(
    mut field: FormField,
    least: Option<f64>,
    most: Option<f64>,
) -> FormField {
    narrow(&mut field.kind, least, most);
    field
}

/// Bounds within those of the type.
fn narrow(kind: &mut FieldKind, least: Option<f64>, most: Option<f64>) {
    if let FieldKind::Number { min, max, .. } = kind {
        *min = [*min, least].into_iter().flatten().reduce(f64::max);
        *max = [*max, most].into_iter().flatten().reduce(f64::min);
    }
}

/// What an enum of choices takes.
#[must_use]
pub fn choice_kind(choices: Vec<Choice>) -> FieldKind {
    FieldKind::Choice { choices, pick: Pick::One, look: ChoiceLook::Menu }
}

/// Why an answer is none of the choices.
#[must_use]
pub fn no_choice(answer: Option<&Value>) -> String {
    if answer.is_some() { "is none of the choices" } else { "is required" }.into()
}

/// Reads what the form carried.
///
/// # Errors
/// `malformed` when it is of another type.
pub fn take_state<F: TypedForm>(submission: &mut Submission) -> Result<F::State> {
    serde_json::from_value(submission.state.take())
        .map_err(|error| Error::malformed(format!("the form's state: {error}")))
}

/// How a form is registered.
#[must_use]
pub fn registration<F: TypedForm>() -> Registration {
    Registration(Registered::Form(Typed::of::<F>()))
}

/// Makes a form's type from what its run is given.
///
/// # Errors
/// As [`TypedForm::from_submission`].
pub fn hear<F: TypedForm>(prepared: &Prepared) -> Result<F> {
    F::from_submission(prepared.submission()?)
        .map_err(|error| error.with_context(format!("the submission of {}", F::spec().route)))
}

/// A type of text.
#[diagnostic::on_unimplemented(
    message = "`email`, `lines` and `choices` need a text field, not `{Self}`",
    label = "use String, or an Option of it"
)]
pub trait FieldText {}

impl FieldText for String {}
impl FieldText for Option<String> {}

/// A type that choices become.
#[diagnostic::on_unimplemented(
    message = "`radio` and `menu` need choices, not `{Self}`",
    label = "use an enum that derives `Choice`, or an Option or Vec of it"
)]
pub trait FieldChoice {}

impl<T: FieldChoice> FieldChoice for Option<T> {}
impl<T: FieldChoice> FieldChoice for Vec<T> {}

/// A type of several answers.
#[diagnostic::on_unimplemented(
    message = "`required` is for a `Vec` of choices, not `{Self}`",
    label = "other types are required, unless they are `bool` or an `Option`"
)]
pub trait FieldMany {}

impl<T: FieldChoice> FieldMany for Vec<T> {}

/// A type with whole bounds.
#[diagnostic::on_unimplemented(
    message = "`min` and `max` need a number or text, not `{Self}`",
    label = "use a number, String, or an Option of one"
)]
pub trait FieldBounds {}

/// A type with bounds that may be fractions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fractions: its `min` and `max` are whole numbers",
    label = "write the bound without a point, or use f32 or f64"
)]
pub trait FieldFraction {}

macro_rules! marks {
    ($mark:ident: $($type:ty),*) => { $(impl $mark for $type {})* };
}

marks!(FieldBounds: i8, i16, i32, i64, u8, u16, u32, u64, isize, usize, f32, f64, String);
marks!(FieldFraction: f32, f64);
impl<T: FieldBounds> FieldBounds for Option<T> {}
impl<T: FieldFraction> FieldFraction for Option<T> {}

impl<T: FieldValue + FieldChoice> FieldValue for Vec<T> {
    fn kind() -> FieldKind {
        match T::kind() {
            FieldKind::Choice { choices, look, .. } => {
                FieldKind::Choice { choices, pick: Pick::Many, look }
            }
            other => other,
        }
    }

    fn is_optional() -> bool {
        true
    }

    fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
        match answer {
            None => Ok(Self::new()),
            Some(Value::Array(values)) => {
                values.iter().map(|value| T::from_answer(Some(value))).collect()
            }
            Some(_) => Err("is of the wrong kind".into()),
        }
    }

    fn to_answer(&self) -> Option<Value> {
        let values: Vec<_> = self.iter().filter_map(T::to_answer).collect();
        (!values.is_empty()).then_some(Value::Array(values))
    }
}
