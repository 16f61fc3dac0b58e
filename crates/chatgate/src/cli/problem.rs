//! What went wrong, as lines on standard error and an exit code.

use std::error::Error as _;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::{Error, ErrorKind};

/// What went wrong.
#[derive(Debug)]
pub(super) enum Problem {
    /// The command line is wrong: ready to be printed.
    Usage(String),
    /// It failed.
    Failed(Error),
    /// A look at the set-up could not begin.
    #[cfg(any(feature = "mattermost", feature = "teams"))]
    CannotLook(Error),
    /// A look at the set-up found something wrong; it is printed already.
    #[cfg(any(feature = "mattermost", feature = "teams"))]
    Found,
}

/// The exit code of a wrong command line, as of most programs.
const USAGE: u8 = 2;

impl Problem {
    /// Writes it to standard error, where nobody may be left to read it.
    pub(super) fn tell(&self) -> ExitCode {
        let (text, code) = match self {
            Self::Usage(text) => (text.clone(), ExitCode::from(USAGE)),
            Self::Failed(error) => (lines(error), ExitCode::FAILURE),
            #[cfg(any(feature = "mattermost", feature = "teams"))]
            Self::CannotLook(error) => (lines(error), ExitCode::from(USAGE)),
            #[cfg(any(feature = "mattermost", feature = "teams"))]
            Self::Found => return ExitCode::FAILURE,
        };
        let _ = io::stderr().write_all(text.as_bytes());
        code
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// A line for each mistake, and one for the next step.
fn lines(error: &Error) -> String {
    let next = next_step(error.kind());
    if is_a_list_of_mistakes(error) {
        let mistakes = error.context().iter().map(|mistake| {
            let mistake = mistake.replace('\n', " ");
            format!("error: {mistake}\n")
        });
        return mistakes.collect::<String>() + &format!("next: {next}\n");
    }
    format!("error: {error}\nnext: {next}\n")
}

/// True when its lines of context say it all.
fn is_a_list_of_mistakes(error: &Error) -> bool {
    error.is_configuration()
        && !error.context().is_empty()
        && error.operation().is_none()
        && error.adapter().is_none()
        && error.source().is_none()
}

fn next_step(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Configuration => "nothing was started; put this right and start again",
        ErrorKind::Unauthenticated => {
            "check the credentials that the program is given, and start again"
        }
        ErrorKind::Denied => "give the account the permission that it lacks, and start again",
        ErrorKind::Busy | ErrorKind::RateLimited => "wait a little, and start again",
        ErrorKind::Timeout | ErrorKind::Unavailable => {
            "check that it can be reached from here, and start again"
        }
        ErrorKind::ShuttingDown => {
            "with a durable store, what was under way goes on at the next start"
        }
        _ => "RUST_LOG=debug tells more, where the program writes a log",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collected_mistakes_are_a_line_each_with_one_next_step() {
        let error = Error::configuration("two adapters are named console")
            .with_context("`deploy`: registered twice");
        assert_eq!(
            lines(&error),
            "error: two adapters are named console\n\
             error: `deploy`: registered twice\n\
             next: nothing was started; put this right and start again\n"
        );
    }

    #[test]
    fn any_other_error_is_one_line_with_its_next_step() {
        let error = Error::new(ErrorKind::Unauthenticated).with_context("a\nb");
        assert_eq!(
            lines(&error),
            "error: unauthenticated: a b\n\
             next: check the credentials that the program is given, and start again\n"
        );
    }
}
