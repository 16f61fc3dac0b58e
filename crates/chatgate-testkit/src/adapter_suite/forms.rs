//! Forms: each kind of field is said, with its label and what can be chosen, or it is said that it cannot
//! be.

use chatgate_core::{Choice, Feature, Form, FormField, Surface, Target};

use super::{AdapterUnderTest, can};

/// Every kind of field keeps its label, or its loss is reported.
pub async fn every_field_is_shown_or_reported(subject: &dyn AdapterUnderTest) {
    let choices = || [Choice::labelled("Production", "prod"), Choice::labelled("Staging", "stage")];
    let fields = [
        FormField::text("field", "needle"),
        FormField::long_text("field", "needle"),
        FormField::number("field", "needle"),
        FormField::choice("field", "needle", choices()),
        FormField::yes_no("field", "needle"),
        FormField::text("field", "needle").required().hint("a hint").placeholder("nothing yet"),
    ];
    for field in fields {
        say(subject, Form::new("suite", "A form").field(field), &["needle"]);
    }
}

/// All that can be chosen is offered, or its loss is reported.
pub async fn every_choice_is_offered_or_reported(subject: &dyn AdapterUnderTest) {
    let choices = [Choice::labelled("Production", "prod"), Choice::labelled("Staging", "stage")];
    let form = Form::new("suite", "A form").field(FormField::choice("field", "Where", choices));
    say(subject, form, &["Production", "Staging"]);
}

fn say(subject: &dyn AdapterUnderTest, mut form: Form, needles: &[&str]) {
    form.seal = Some("S".repeat(300));
    let target = Target::new(Surface::Form, can(subject));
    match subject.adapter().dialect().form(&form, &target) {
        Ok(fitted) => {
            assert!(can(subject).can(Feature::Forms), "Forms is absent and is said: declare it");
            for needle in needles {
                let shown = fitted.parts.iter().any(|part| part.payload.get().contains(needle));
                assert!(
                    shown || !fitted.losses.is_empty(),
                    "{needle} is lost in silence: {form:?}"
                );
            }
        }
        Err(error) => {
            assert!(!can(subject).can(Feature::Forms), "Forms is declared and fails: {error:?}");
            assert!(error.is_unsupported(), "{error:?}");
        }
    }
}
