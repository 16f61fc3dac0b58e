//! The terminal itself: how large it is, what it can show, and giving it back.

use std::env;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How large the terminal is; the editor's thread keeps it up to date.
#[derive(Clone, Debug)]
pub(crate) struct Size {
    cells: Arc<(AtomicUsize, AtomicUsize)>,
}

impl Size {
    pub(crate) fn fixed(columns: usize, rows: usize) -> Self {
        Self { cells: Arc::new((columns.into(), rows.into())) }
    }

    /// What `COLUMNS` and `LINES` say, else 80 × 24: what a terminal has where nobody knows.
    pub(crate) fn from_env() -> Self {
        let number = |name| env::var(name).ok()?.parse().ok().filter(|&number| number > 0);
        Self::fixed(number("COLUMNS").unwrap_or(80), number("LINES").unwrap_or(24))
    }

    pub(crate) fn set(&self, columns: usize, rows: usize) {
        if columns > 0 && rows > 0 {
            self.cells.0.store(columns, Ordering::Relaxed);
            self.cells.1.store(rows, Ordering::Relaxed);
        }
    }

    pub(crate) fn columns(&self) -> usize {
        self.cells.0.load(Ordering::Relaxed)
    }

    pub(crate) fn rows(&self) -> usize {
        self.cells.1.load(Ordering::Relaxed)
    }
}

/// True where a line can be edited: a person sits at both ends.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

pub(crate) fn is_drawn() -> bool {
    io::stdout().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// True where colours are seen and wanted (<https://no-color.org>).
pub(crate) fn is_coloured() -> bool {
    is_drawn() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Puts the terminal's modes back when dropped.
///
/// The thread that edits a line cannot be interrupted: when the process ends meanwhile, nobody else
/// would take the terminal out of raw mode.
#[derive(Debug)]
pub(crate) struct Modes {
    #[cfg(unix)]
    before: Option<nix::sys::termios::Termios>,
}

impl Modes {
    pub(crate) fn save() -> Self {
        Self {
            #[cfg(unix)]
            before: nix::sys::termios::tcgetattr(io::stdin()).ok(),
        }
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            use nix::sys::termios::{SetArg, tcsetattr};
            // Nothing can be done about a terminal that is gone.
            let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, before);
        }
    }
}
