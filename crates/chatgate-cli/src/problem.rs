//! What goes wrong, in words, and how the process then ends.

use std::process::ExitCode;

use chatgate_core::Loss;
use chatgate_render::sanitise;

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[33m";
const RESET: &str = "\x1b[0m";

/// Why nothing, or not all, was printed.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The command line is wrong; clap says how.
    Usage(String),
    /// The file is wrong.
    Input(String),
    /// It could not be written.
    Output(std::io::Error),
}

impl Problem {
    pub(crate) fn input(said: impl Into<String>) -> Self {
        Self::Input(said.into())
    }

    pub(crate) fn said(&self, is_coloured: bool) -> String {
        let said = match self {
            Self::Usage(text) => {
                let text = text.trim_end();
                text.strip_prefix("error: ").unwrap_or(text).to_owned()
            }
            Self::Input(text) => text.clone(),
            Self::Output(error) => format!("cannot write: {error}"),
        };
        // A file's name or a word in it may be anything.
        coloured("error", RED, &sanitise(&said), is_coloured)
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) | Self::Input(_) => ExitCode::from(2),
            Self::Output(_) => ExitCode::from(1),
        }
    }
}

/// One thing that a platform could not show as it was meant.
pub(crate) fn loss(loss: &Loss, is_coloured: bool) -> String {
    let kind = serde_json::to_value(loss.kind).unwrap_or_default();
    let said = format!("{}: {}", kind.as_str().unwrap_or("unknown"), loss.instead);
    coloured("loss", YELLOW, &sanitise(&said), is_coloured)
}

fn coloured(word: &str, colour: &str, said: &str, is_coloured: bool) -> String {
    if is_coloured { format!("{colour}{word}:{RESET} {said}") } else { format!("{word}: {said}") }
}
