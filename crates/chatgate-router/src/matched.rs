//! A route that an event has found, ready to be asked about, prepared and run.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chatgate_core::{
    ArgKind, Choice, CommandSpec, Error, Event, EventKind, FieldErrors, FieldKind, Result,
    SealedValue, Timestamp,
};
use serde_json::{Map, Value};

use crate::bound::{BoundCommand, Entry};
use crate::language::{Line, UsageError, parse};
use crate::settle::{Unsettled, settle, unlisted};
use crate::{Context, Next, Prepared, Refused, Reply, RouteGate, RouteKind, fill};

/// A route that an event has found. Cheap to clone.
///
/// In order: ask policy about [`Matched::gate`], [`Matched::prepare`], ask policy about
/// [`Prepared::args`], [`Matched::run`].
#[derive(Clone)]
#[non_exhaustive]
pub struct Matched {
    /// What policy is asked about.
    pub gate: RouteGate,
    /// Whether it holds its lane until its run has ended.
    pub serial: bool,
    /// The spec, for a command.
    pub spec: Option<Arc<CommandSpec>>,
    entry: Arc<Entry>,
    line: Option<(Line, usize)>,
}

impl Matched {
    pub(crate) fn new(entry: &Arc<Entry>) -> Self {
        let spec = entry.command.as_ref().map(|command| command.spec.clone());
        Self {
            gate: entry.gate.clone(),
            serial: spec.as_ref().is_some_and(|spec| spec.serial),
            spec,
            entry: entry.clone(),
            line: None,
        }
    }

    /// A command, with the line whose first words name it.
    pub(crate) fn with_line(entry: &Arc<Entry>, line: Line, skip: usize) -> Self {
        Self { line: Some((line, skip)), ..Self::new(entry) }
    }

    /// Makes what the run is given out of the event: parses the line, checks listed choices, resolves
    /// references. It may take as long as the program's own functions take for the last two.
    ///
    /// A command that was found by its route takes its arguments from what a form was filled in with,
    /// or from the value of a button.
    ///
    /// # Errors
    /// What is wrong with the line or the form, for the person; or why it could not be found out.
    pub async fn prepare(&self, event: &Event, now: Timestamp) -> Result<Prepared, Refused> {
        match (&self.entry.command, self.gate.kind) {
            (Some(command), _) => self.prepare_command(command, event, now).await,
            (None, RouteKind::Action) => Ok(Prepared::action(&event.kind)?),
            (None, RouteKind::Form) => self.prepare_form(event).await,
            (None, _) => Ok(Prepared::default()),
        }
    }

    /// What a run is given, exactly as it was recorded: nothing is parsed, checked or resolved anew.
    ///
    /// # Errors
    /// `malformed` when a command's arguments are no object.
    pub fn prepared_from_json(&self, args: Value) -> Result<Prepared> {
        match (&self.entry.command, args) {
            (Some(command), Value::Object(args)) => {
                Ok(Prepared::command(command.own_route.clone(), args))
            }
            (Some(_), _) => Err(Error::malformed("the arguments are no JSON object")),
            (None, _) if self.gate.kind == RouteKind::Listener => Ok(Prepared::default()),
            (None, args) => Ok(Prepared::of(args)),
        }
    }

    /// What an argument of the command or a field of the form can be, for a menu or completion: what
    /// fits `typed` best comes first. Nothing where that cannot be listed.
    ///
    /// # Errors
    /// Those of the program's function that lists it.
    pub async fn options(&self, arg: &str, typed: &str) -> Result<Vec<Choice>> {
        let listed = self.entry.runner.choices(arg).await?;
        let choices = listed.or_else(|| self.declared_choices(arg));
        let typed = typed.trim().to_lowercase();
        let mut ranked: Vec<_> = choices
            .unwrap_or_default()
            .into_iter()
            .filter_map(|choice| Some((rank(&choice, &typed)?, choice)))
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        Ok(ranked.into_iter().map(|(_, choice)| choice).collect())
    }

    fn declared_choices(&self, name: &str) -> Option<Vec<Choice>> {
        if let Some(typed) = &self.entry.form {
            let field = (typed.form)().fields.iter().find(|field| field.name == name)?;
            return match &field.kind {
                FieldKind::Choice { choices, .. } => Some(choices.clone()),
                _ => None,
            };
        }
        let arg = self.spec.as_ref()?.args.iter().find(|arg| arg.name == name)?;
        match &arg.kind {
            ArgKind::Choice(choices) => Some(choices.clone()),
            _ => None,
        }
    }

    /// Runs it: layers, guards, extractors, handler.
    ///
    /// The future fails with the handler's error or an extractor's. An error of the kind `denied` with
    /// the code `guard` is a guard's; the first line of its context is for the person, where the guard
    /// found words for them.
    pub fn run(
        &self,
        prepared: Prepared,
        cx: Context,
    ) -> Pin<Box<dyn Future<Output = Result<Reply>> + Send>> {
        let next = Next::new(self.entry.runner.clone(), prepared);
        let is_action = self.gate.kind == RouteKind::Action;
        Box::pin(async move {
            let chosen = match is_action {
                true => next.prepared().value_and_chosen()?.1,
                false => Vec::new(),
            };
            next.run(cx.with_chosen(chosen)).await
        })
    }

    /// The router's own words for an error; `None` where it has none.
    #[must_use]
    pub fn on_error(&self, error: &Error, cx: &Context) -> Option<Reply> {
        self.entry.runner.on_error(error, cx)
    }

    /// What was filled in; for a form that a type derives checked against its fields, their types and
    /// what exists: a client's own checks prove nothing.
    async fn prepare_form(&self, event: &Event) -> Result<Prepared, Refused> {
        let prepared = Prepared::form(&event.kind)?;
        let Some(typed) = &self.entry.form else {
            return Ok(prepared);
        };
        let values = typed.read(&prepared.submission()?.values).map_err(Refused::Fields)?;
        let form = (typed.form)();
        let errors = unlisted(form, &values, self.entry.runner.as_ref()).await?;
        if errors.is_empty() {
            Ok(prepared.with_values(values))
        } else {
            Err(Refused::Fields(errors))
        }
    }

    async fn prepare_command(
        &self,
        command: &BoundCommand,
        event: &Event,
        now: Timestamp,
    ) -> Result<Prepared, Refused> {
        let spec = &command.spec;
        let mut values = match (&self.line, &event.kind) {
            (Some((line, skip)), _) => parse(spec, line, *skip, now).map_err(Refused::Usage)?,
            (None, EventKind::FormSubmitted { values, .. }) => {
                fill::args_from_submission(spec, values, now).map_err(Refused::Fields)?
            }
            (None, kind) => {
                fill::args_from_json(spec, button_args(kind)?).map_err(Refused::Fields)?
            }
        };
        match settle(spec, &mut values, self.entry.runner.as_ref()).await {
            Ok(()) => Ok(Prepared::command(command.own_route.clone(), values)),
            Err(unsettled) => {
                let line = self.line.as_ref().map(|(line, _)| line);
                Err(refused(unsettled, spec, line, values))
            }
        }
    }
}

/// How well a choice fits what was typed, the best first; `None` when it does not.
fn rank(choice: &Choice, typed: &str) -> Option<u8> {
    let (value, label) = (choice.value.to_lowercase(), choice.label.to_lowercase());
    if value == typed || label == typed {
        Some(0)
    } else if value.starts_with(typed) || label.starts_with(typed) {
        Some(1)
    } else if value.contains(typed) || label.contains(typed) {
        Some(2)
    } else {
        None
    }
}

/// The arguments that a button carries for a command.
fn button_args(kind: &EventKind) -> Result<&Map<String, Value>> {
    match kind {
        EventKind::Action(used) => match &used.seal.value {
            SealedValue::Inline { value: Value::Object(args), .. } => Ok(args),
            SealedValue::Inline { .. } => Err(Error::malformed("the button carries no arguments")),
            _ => Err(Error::internal("the button's record was not loaded")),
        },
        _ => Err(Error::internal("a command without a line, a form or a button")),
    }
}

/// For a typed line, what is wrong with it; else what is wrong with a field. A program's own words for
/// a reference that it does not know are said as they are.
fn refused(
    unsettled: Unsettled,
    spec: &CommandSpec,
    line: Option<&Line>,
    mut values: Map<String, Value>,
) -> Refused {
    let (arg, given, choices, words) = match unsettled {
        Unsettled::Failed(error) => return Refused::Failed(error),
        Unsettled::NoReference { error, .. } if line.is_some() && error.for_person().is_some() => {
            return Refused::Failed(error);
        }
        Unsettled::NoReference { arg, given, error } => {
            let words = error.for_person().map(str::to_owned);
            let words = words.unwrap_or_else(|| format!("`{given}` is not there"));
            (arg, given, Vec::new(), words)
        }
        Unsettled::NoChoice { arg, given, choices } => {
            let words = format!("`{given}` is none of what exists");
            (arg, given, choices, words)
        }
    };
    let Some(line) = line else {
        return Refused::Fields(FieldErrors::from([(arg, words)]));
    };
    values.remove(&arg);
    let usage = UsageError::unknown_choice(spec, line, &arg, &given, &choices);
    Refused::Usage(usage.with_partial(values))
}

impl fmt::Debug for Matched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matched").field("gate", &self.gate).finish_non_exhaustive()
    }
}
