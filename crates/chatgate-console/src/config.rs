//! The console and its options.

use std::env;
use std::fmt;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use chatgate_core::{AdapterId, Dialect, Inbox, Phrases, Result, UserId};
use chatgate_render::{AnsiTerminal, PlainText, TerminalForm};
use tokio::sync::mpsc;

use crate::board::{Board, Redraw};
use crate::editor;
use crate::events::Events;
use crate::screen::{Output, Screen};
use crate::session::Session;
use crate::source::Source;
use crate::terminal::{Size, is_coloured, is_drawn, is_interactive};

/// How many forms may wait to be asked.
const WAITING_FORMS: usize = 16;
/// How wide a line is where no terminal bounds it: as wide as code reads well.
const PIPE_COLUMNS: usize = 100;

/// The terminal as a chat: one place, one person, who is whoever runs the program.
///
/// ```
/// use chatgate_console::Console;
/// use chatgate_core::Adapter;
///
/// let console = Console::over("deploy api\n".as_bytes(), Vec::new()).user("alice");
/// assert_eq!(console.id().as_str(), "console");
/// ```
pub struct Console {
    pub(crate) id: AdapterId,
    pub(crate) user: UserId,
    prompt: String,
    history: Option<PathBuf>,
    phrases: Phrases,
    is_edited: bool,
    is_coloured: bool,
    /// The terminal's size, where output goes to one.
    size: Option<Size>,
    ansi: AnsiTerminal,
    plain: PlainText,
    reader: Mutex<Option<Box<dyn Read + Send>>>,
    writer: Mutex<Option<Box<dyn Write + Send>>>,
    events: OnceLock<Events>,
    screen: Mutex<Option<Screen>>,
    pub(crate) forms: mpsc::Sender<TerminalForm>,
    opened: Mutex<Option<mpsc::Receiver<TerminalForm>>>,
}

impl Console {
    /// Standard input and output. Where both are a terminal (and `TERM` is not `dumb`), lines are
    /// edited; otherwise each line of the input is a command.
    #[must_use]
    pub fn new() -> Self {
        let mut console = Self::over(std::io::stdin(), std::io::stdout());
        console.is_edited = is_interactive() && is_drawn();
        console.is_coloured = is_coloured();
        console.size = is_drawn().then(Size::from_env);
        console
    }

    /// Any input and output, treated as pipes: for tests, sockets, files.
    pub fn over(reader: impl Read + Send + 'static, writer: impl Write + Send + 'static) -> Self {
        let (forms, opened) = mpsc::channel(WAITING_FORMS);
        Self {
            id: AdapterId::console(),
            user: operator(),
            prompt: "> ".into(),
            history: None,
            phrases: Phrases::default(),
            is_edited: false,
            is_coloured: false,
            size: None,
            ansi: AnsiTerminal::new(),
            plain: PlainText::new(),
            reader: Mutex::new(Some(Box::new(reader))),
            writer: Mutex::new(Some(Box::new(writer))),
            events: OnceLock::new(),
            screen: Mutex::new(None),
            forms,
            opened: Mutex::new(Some(opened)),
        }
    }

    /// Names the adapter; `console` when nothing is said.
    #[must_use]
    pub fn named(mut self, id: AdapterId) -> Self {
        self.id = id;
        self
    }

    /// Says who sits at the terminal; `$USER` when nothing is said, else `operator`.
    #[must_use]
    pub fn user(mut self, user: impl Into<UserId>) -> Self {
        self.user = user.into();
        self
    }

    /// Sets what stands before a line that is edited; `> ` when nothing is said.
    #[must_use]
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = prompt.into();
        self
    }

    /// Keeps the commands that were typed in a file; in memory only when nothing is said. Answers to
    /// questions are never kept, nor lines that begin with a space.
    #[must_use]
    pub fn history_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.history = Some(path.into());
        self
    }

    /// Replaces what the console itself says.
    #[must_use]
    pub fn phrases(mut self, phrases: Phrases) -> Self {
        self.ansi = self.ansi.with_phrases(&phrases);
        self.plain = self.plain.with_phrases(&phrases);
        self.phrases = phrases;
        self
    }

    /// How many columns a line has now.
    pub(crate) fn columns(&self) -> usize {
        self.size.as_ref().map_or(PIPE_COLUMNS, Size::columns)
    }

    pub(crate) fn its_dialect(&self) -> &dyn Dialect {
        if self.is_coloured { &self.ansi } else { &self.plain }
    }

    /// The screen; its thread starts with the first use.
    pub(crate) fn screen(&self) -> Result<Screen> {
        let mut slot = lock(&self.screen);
        if let Some(screen) = &*slot {
            return Ok(screen.clone());
        }
        let redraw = self.size.clone().map_or(Redraw::Below, Redraw::InPlace);
        let board = Board::new(self.events().start(), redraw);
        let writer = lock(&self.writer).take();
        let screen = Screen::start(board, writer.map_or_else(Output::stdout, Output::Writer))?;
        Ok(slot.insert(screen).clone())
    }

    /// Everything that one run needs; `None` when it ran before.
    pub(crate) async fn session(&self, inbox: Inbox) -> Result<Option<Session>> {
        let Some(forms) = lock(&self.opened).take() else {
            return Ok(None);
        };
        let screen = self.screen()?;
        let reader = lock(&self.reader).take();
        let (source, prompt) = match (&self.size, reader) {
            (Some(size), _) if self.is_edited => {
                let (source, output) = editor::start(self.history.clone(), size.clone()).await?;
                screen.move_to(output).await;
                (source, Some(self.prompt.clone()))
            }
            (_, Some(reader)) => (Source::lines(reader)?, None),
            (_, None) => return Ok(None),
        };
        let events = self.events().clone();
        let session = Session::new(inbox, events, screen, source, forms, self.phrases.clone());
        Ok(Some(match prompt {
            Some(prompt) => session.prompt(prompt),
            None => session,
        }))
    }

    pub(crate) fn is_edited(&self) -> bool {
        self.is_edited
    }

    fn events(&self) -> &Events {
        self.events.get_or_init(|| Events::new(self.id.clone(), self.user.clone()))
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("id", &self.id)
            .field("user", &self.user)
            .field("is_edited", &self.is_edited)
            .field("is_coloured", &self.is_coloured)
            .finish_non_exhaustive()
    }
}

/// Who runs the program, as the system's shell says.
fn operator() -> UserId {
    let user = env::var("USER").or_else(|_| env::var("USERNAME")).ok();
    user.filter(|user| !user.is_empty()).map_or_else(|| UserId::from("operator"), UserId::from)
}

/// What is behind these locks is whole after every statement, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
