//! Lines from a person: editing, history and completion, on a thread of its own.

use std::path::PathBuf;
use std::sync::mpsc as blocking;

use chatgate_core::{Error, ErrorKind, Result};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{ColorMode, CompletionType, Config, Context, Editor, Helper};
use tokio::sync::{mpsc, oneshot};

use crate::complete::complete;
use crate::screen::Output;
use crate::source::{Ask, Completes, Input, MAX_LINE_BYTES, Source, too_long};
use crate::terminal::{Size, is_coloured};

/// How many lines the history keeps.
const HISTORY_LINES: usize = 1_000;

/// Starts to edit lines on the terminal; gives the way to print above them.
pub(crate) async fn start(history: Option<PathBuf>, size: Size) -> Result<(Source, Output)> {
    let (ready, started) = oneshot::channel();
    let source = Source::start(move |asked, inputs| match open(history.as_ref(), &size) {
        Ok((mut editor, output)) => {
            if ready.send(Ok(output)).is_ok() {
                read_all(&mut editor, history, &size, &asked, &inputs);
            }
        }
        Err(error) => {
            let _ = ready.send(Err(error));
        }
    })?;
    let output = started.await.map_err(|_| Error::internal("the input thread has ended"))?;
    let output = output.map_err(|error| {
        Error::from_source(ErrorKind::Unavailable, error).with_context("the terminal")
    })?;
    Ok((source, output))
}

type Lines = Editor<Commands, FileHistory>;

fn open(history: Option<&PathBuf>, size: &Size) -> rustyline::Result<(Lines, Output)> {
    let colours = if is_coloured() { ColorMode::Enabled } else { ColorMode::Disabled };
    let config = Config::builder()
        .max_history_size(HISTORY_LINES)?
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .color_mode(colours)
        .build();
    let mut editor = Lines::with_config(config)?;
    editor.set_helper(Some(Commands { completes: Completes::Nothing }));
    if let Some(path) = history
        && let Err(error) = editor.load_history(path)
    {
        // The first time there is none; a broken one costs the history, never the console.
        tracing::debug!(%error, "no history");
    }
    measure(&mut editor, size);
    // A terminal that cannot move its cursor (`TERM=dumb`) has no line to print above.
    let output = match editor.create_external_printer() {
        Ok(printer) => Output::Editor(Box::new(printer)),
        Err(_) => Output::stdout(),
    };
    Ok((editor, output))
}

fn read_all(
    editor: &mut Lines,
    history: Option<PathBuf>,
    size: &Size,
    asked: &blocking::Receiver<Ask>,
    inputs: &mpsc::Sender<Input>,
) {
    for ask in asked {
        measure(editor, size);
        let is_command = matches!(ask.completes, Completes::Commands(_));
        if let Some(helper) = editor.helper_mut() {
            helper.completes = ask.completes;
        }
        let input = match editor.readline(&ask.prompt) {
            Ok(line) if line.len() > MAX_LINE_BYTES => Input::Refused(format!("{}.", too_long())),
            Ok(line) => {
                // What is answered to a question may be private: it stays out of the history.
                if is_command {
                    remember(editor, history.as_ref(), &line);
                }
                Input::Line(line)
            }
            Err(ReadlineError::Eof) => Input::End,
            Err(ReadlineError::Interrupted) => Input::Interrupted,
            Err(ReadlineError::Io(error)) => Input::Failed(error),
            Err(other) => Input::Failed(std::io::Error::other(other)),
        };
        let goes_on = matches!(input, Input::Line(_) | Input::Refused(_));
        if inputs.blocking_send(input).is_err() || !goes_on {
            return;
        }
    }
}

fn remember(editor: &mut Lines, history: Option<&PathBuf>, line: &str) {
    let added = editor.add_history_entry(line).unwrap_or(false);
    if let Some(path) = history.filter(|_| added)
        && let Err(error) = editor.append_history(path)
    {
        tracing::warn!(%error, "the history could not be kept");
    }
}

fn measure(editor: &mut Lines, size: &Size) {
    if let Some((columns, rows)) = editor.dimensions() {
        size.set(columns.into(), rows.into());
    }
}

/// Completes commands.
struct Commands {
    completes: Completes,
}

impl Completer for Commands {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(match &self.completes {
            Completes::Nothing => (pos, Vec::new()),
            Completes::Commands(specs) => complete(specs, line, pos),
        })
    }
}

impl Hinter for Commands {
    type Hint = String;
}

impl Highlighter for Commands {}
impl Validator for Commands {}
impl Helper for Commands {}
