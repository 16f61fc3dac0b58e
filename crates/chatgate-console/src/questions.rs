//! A form, asked field by field.

use std::collections::VecDeque;

use chatgate_core::{Choice, FieldErrors, FieldKind, FormField, Pick};
use chatgate_render::{TerminalForm, sanitise_line};
use serde_json::{Map, Value};

/// A form and what was answered so far.
#[derive(Clone, Debug)]
pub(crate) struct Questions {
    form: TerminalForm,
    values: Map<String, Value>,
    /// The fields still to ask, by their position.
    open: VecDeque<usize>,
    /// What exists, for the field that is asked now.
    listed: Option<Vec<Choice>>,
    announced: bool,
}

/// What came of an answer.
#[derive(Debug, PartialEq)]
pub(crate) enum Progress {
    /// The next question.
    Next,
    /// The same again; this is wrong.
    Wrong(String),
    /// All is answered.
    Complete,
}

impl Questions {
    pub(crate) fn new(form: TerminalForm) -> Self {
        let mut questions = Self {
            form,
            values: Map::new(),
            open: VecDeque::new(),
            listed: None,
            announced: false,
        };
        questions.open = questions.askable().collect();
        questions
    }

    /// What the form carries back.
    pub(crate) fn seal(&self) -> Option<&str> {
        self.form.seal.as_deref()
    }

    pub(crate) fn values(&self) -> &Map<String, Value> {
        &self.values
    }

    /// True when nothing is left to ask.
    pub(crate) fn is_complete(&self) -> bool {
        self.open.is_empty()
    }

    /// What stands above the first question; once.
    pub(crate) fn heading(&mut self, leaving: &str) -> Option<String> {
        if std::mem::replace(&mut self.announced, true) {
            return None;
        }
        let mut text = self.form.title.clone();
        if let Some(intro) = &self.form.intro {
            text.push('\n');
            text.push_str(intro);
        }
        for field in self.form.fields.iter().filter(|field| !is_askable(field)) {
            text.push_str(&format!("\n({}: files cannot be given here)", field.label));
        }
        text.push('\n');
        text.push_str(leaving);
        Some(text)
    }

    /// The question now.
    pub(crate) fn question(&self) -> String {
        let Some(field) = self.field() else {
            return String::new();
        };
        let mut text = field.label.clone();
        if field.required && field.default.is_none() {
            text.push_str(" (required)");
        }
        if let Some(takes) = takes(&field.kind) {
            text.push_str(&format!(" ({takes})"));
        }
        if let Some(default) = &field.default {
            text.push_str(&format!(" [{}]", sanitise_line(&shown(default, &field.kind))));
        }
        for line in [&field.hint, &field.placeholder].into_iter().flatten() {
            text.push_str("\n  ");
            text.push_str(line);
        }
        text.push_str(&numbered(self.choices()));
        text
    }

    /// The field whose choices must be asked for before it can be asked itself.
    pub(crate) fn unlisted(&self) -> Option<&str> {
        let field = self.field()?;
        (field.kind == FieldKind::Listed && self.listed.is_none()).then_some(field.name.as_str())
    }

    /// Takes what exists, for the field that is asked now.
    pub(crate) fn offer(&mut self, choices: Vec<Choice>) {
        self.listed = Some(choices);
    }

    /// Takes a typed answer to the question now.
    pub(crate) fn answer(&mut self, line: &str) -> Progress {
        let Some(field) = self.field() else {
            return Progress::Complete;
        };
        let typed = match &self.listed {
            Some(choices) => chosen(choices, line.trim()).unwrap_or(line),
            None => line,
        };
        match field.read(typed) {
            Err(why) => Progress::Wrong(format!("{} {}.", field.label, sanitise_line(&why))),
            Ok(value) => {
                let name = field.name.clone();
                if let Some(value) = value {
                    self.values.insert(name, value);
                } else {
                    self.values.remove(&name);
                }
                self.listed = None;
                self.open.pop_front();
                if self.is_complete() { Progress::Complete } else { Progress::Next }
            }
        }
    }

    /// Asks again what was found wrong, the rest kept; what was answered before is offered as the
    /// default. Says what is wrong. Where no field is to blame that can be asked, none is asked again.
    pub(crate) fn ask_again(&mut self, errors: &FieldErrors) -> String {
        let wrong: Vec<usize> =
            self.askable().filter(|&at| errors.contains_key(&self.form.fields[at].name)).collect();
        for &at in &wrong {
            let field = &mut self.form.fields[at];
            if let Some(value) = self.values.remove(&field.name) {
                field.default = Some(value);
            }
        }
        self.open = wrong.into();
        let lines = errors.iter().map(|(name, error)| {
            let field = self.form.fields.iter().find(|field| &field.name == name);
            let label = field.map_or(name, |field| &field.label);
            sanitise_line(&format!("{label}: {error}")).into_owned()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn field(&self) -> Option<&FormField> {
        self.form.fields.get(*self.open.front()?)
    }

    fn choices(&self) -> &[Choice] {
        match (self.field().map(|field| &field.kind), &self.listed) {
            (Some(FieldKind::Choice { choices, .. }), _) => choices,
            (_, Some(listed)) => listed,
            _ => &[],
        }
    }

    fn askable(&self) -> impl Iterator<Item = usize> {
        let fields = self.form.fields.iter().enumerate();
        fields.filter(|(_, field)| is_askable(field)).map(|(at, _)| at)
    }
}

/// Choices as numbered lines, each with a line end before it.
pub(crate) fn numbered(choices: &[Choice]) -> String {
    let lines = choices.iter().enumerate().map(|(index, choice)| {
        let hint = choice.hint.as_ref().map(|hint| format!(" – {hint}")).unwrap_or_default();
        let line = format!("  {}. {}{hint}", index + 1, choice.label);
        format!("\n{}", sanitise_line(&line))
    });
    lines.collect()
}

/// The value of a choice by its value, label or number from 1.
fn chosen<'a>(choices: &'a [Choice], typed: &str) -> Option<&'a str> {
    position(choices, typed).and_then(|at| choices.get(at)).map(|choice| choice.value.as_str())
}

/// Where a choice stands, by its value, label or number from 1.
pub(crate) fn position(choices: &[Choice], typed: &str) -> Option<usize> {
    let named = choices.iter().position(|choice| choice.value == typed).or_else(|| {
        choices.iter().position(|choice| choice.label.to_lowercase() == typed.to_lowercase())
    });
    let numbered = || typed.parse::<usize>().ok()?.checked_sub(1);
    named.or_else(numbered).filter(|&at| at < choices.len())
}

/// A terminal has no files to give.
fn is_askable(field: &FormField) -> bool {
    field.kind != FieldKind::File
}

fn takes(kind: &FieldKind) -> Option<&'static str> {
    Some(match kind {
        FieldKind::Bool => "yes or no",
        FieldKind::Choice { pick: Pick::Many, .. } => "any of these, with commas between",
        FieldKind::Number { whole: true, .. } => "a whole number",
        FieldKind::Number { .. } => "a number",
        FieldKind::Email => "an e-mail address",
        FieldKind::Url => "an http or https address",
        FieldKind::User => "a person, as @name",
        FieldKind::Channel => "a channel, as #name",
        FieldKind::Date => "a day, as 2026-11-24",
        FieldKind::Time => "a time, as 14:30",
        FieldKind::DateTime => "a time, as 2026-11-24T14:30Z",
        _ => return None,
    })
}

/// A default as a person would type it.
fn shown(value: &Value, kind: &FieldKind) -> String {
    match (value, kind) {
        (Value::String(text), FieldKind::Choice { choices, .. }) => {
            let found = choices.iter().find(|choice| &choice.value == text);
            found.map_or(text, |choice| &choice.label).clone()
        }
        (Value::String(text), _) => text.clone(),
        (Value::Bool(yes), _) => if *yes { "yes" } else { "no" }.into(),
        (Value::Array(values), _) => {
            values.iter().map(|value| shown(value, kind)).collect::<Vec<_>>().join(", ")
        }
        (Value::Object(map), _) => {
            let name = map.get("handle").or_else(|| map.get("name")).or_else(|| map.get("id"));
            name.and_then(Value::as_str).unwrap_or_default().into()
        }
        (other, _) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: impl IntoIterator<Item = FormField>) -> Questions {
        let mut form = TerminalForm::new("Feedback");
        form.fields = fields.into_iter().collect();
        Questions::new(form)
    }

    fn color() -> FormField {
        let choices = [Choice::labelled("Red", "r"), Choice::labelled("Blue", "b").hint("cold")];
        FormField::choice("color", "Color", choices).required()
    }

    #[test]
    fn a_question_shows_label_choices_hint_and_default() {
        let questions = form([color().hint("of the shed").default_value("b")]);
        let expected = "Color [Blue]\n  of the shed\n  1. Red\n  2. Blue – cold";
        assert_eq!(questions.question(), expected);
    }

    #[test]
    fn answers_fill_the_form_and_wrong_ones_are_asked_again() {
        let mut questions = form([color(), FormField::yes_no("again", "Again?")]);
        assert_eq!(questions.answer("green"), Progress::Wrong("Color takes one of r, b.".into()));
        assert_eq!(questions.answer("2"), Progress::Next);
        assert_eq!(questions.answer(""), Progress::Complete);
        assert_eq!(Value::from(questions.values().clone()), serde_json::json!({"color": "b"}));
    }

    #[test]
    fn only_the_wrong_fields_are_asked_again_with_what_was_answered() {
        let mut questions = form([color(), FormField::text("name", "Name")]);
        questions.answer("red");
        questions.answer("Bob");
        let errors = FieldErrors::from([("name".into(), "is taken".into())]);
        assert_eq!(questions.ask_again(&errors), "Name: is taken");
        assert_eq!(questions.question(), "Name [Bob]");
        assert_eq!(questions.answer("Eve"), Progress::Complete);
        let expected = serde_json::json!({"color": "r", "name": "Eve"});
        assert_eq!(Value::from(questions.values().clone()), expected);
    }

    #[test]
    fn an_error_of_no_field_asks_nothing_again() {
        let mut questions = form([color()]);
        questions.answer("1");
        let errors = FieldErrors::from([("other".into(), "the\x1b[31m end".into())]);
        assert_eq!(questions.ask_again(&errors), "other: the␛[31m end");
        assert!(questions.is_complete());
    }

    #[test]
    fn what_exists_is_chosen_by_number() {
        let mut questions = form([FormField::new("tag", "Tag", FieldKind::Listed)]);
        assert_eq!(questions.unlisted(), Some("tag"));
        questions.offer(vec![Choice::new("v1"), Choice::new("v2")]);
        assert_eq!(questions.unlisted(), None);
        assert_eq!(questions.question(), "Tag\n  1. v1\n  2. v2");
        assert_eq!(questions.answer("2"), Progress::Complete);
        assert_eq!(questions.values()["tag"], "v2");
    }

    #[test]
    fn a_file_is_never_asked_for() {
        let mut questions = form([FormField::new("log", "Log", FieldKind::File)]);
        assert!(questions.is_complete());
        let heading = questions.heading("Answer here.");
        let expected = "Feedback\n(Log: files cannot be given here)\nAnswer here.";
        assert_eq!(heading.as_deref(), Some(expected));
        assert_eq!(questions.heading(""), None);
    }
}
