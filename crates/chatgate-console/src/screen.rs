//! Prints, on a thread of its own: a full pipe or a busy line editor holds up nobody else.

use std::fmt;
use std::io::{self, ErrorKind as IoErrorKind, Write};
use std::thread;

use chatgate_core::{Error, ErrorKind, MessageId, PlatformMessageId, Result};
use rustyline::ExternalPrinter;
use rustyline::error::ReadlineError;
use tokio::sync::{mpsc, oneshot, watch};

use crate::board::{Board, Offered, Said};

/// How many prints may wait for the printing thread.
const WAITING: usize = 64;

/// Where text goes.
pub(crate) enum Output {
    /// Standard output, a file, a test's buffer.
    Writer(Box<dyn Write + Send>),
    /// Above the line that is being edited.
    Editor(Box<dyn ExternalPrinter + Send>),
}

/// The screen. Cheap to clone; everything printed has been written when its method returns.
#[derive(Clone, Debug)]
pub(crate) struct Screen {
    jobs: mpsc::Sender<Job>,
    closed: watch::Receiver<bool>,
    drawn: watch::Receiver<u64>,
}

enum Job {
    Draw { draw: Draw, done: oneshot::Sender<Result<Option<PlatformMessageId>>> },
    Find { number: usize, found: oneshot::Sender<Option<Offered>> },
    Move(Output),
}

enum Draw {
    Post { said: Said, key: Option<MessageId> },
    Edit { id: PlatformMessageId, said: Said },
    Delete { id: PlatformMessageId },
    Note(String),
    Typed,
}

impl Screen {
    /// Starts the printing thread; it ends with the last clone of the screen.
    pub(crate) fn start(board: Board, output: Output) -> Result<Self> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let (closing, closed) = watch::channel(false);
        let (drawing, drawn) = watch::channel(0);
        let mut printer = Printer { board, output, closing, drawing };
        thread::Builder::new()
            .name("chatgate-screen".into())
            .spawn(move || printer.print_all(waiting))?;
        Ok(Self { jobs, closed, drawn })
    }

    /// Shows a message; gives its id.
    pub(crate) async fn post(
        &self,
        said: Said,
        key: Option<MessageId>,
    ) -> Result<Option<PlatformMessageId>> {
        self.draw(Draw::Post { said, key }).await
    }

    pub(crate) async fn edit(&self, id: PlatformMessageId, said: Said) -> Result<()> {
        self.draw(Draw::Edit { id, said }).await.map(drop)
    }

    pub(crate) async fn delete(&self, id: PlatformMessageId) -> Result<()> {
        self.draw(Draw::Delete { id }).await.map(drop)
    }

    /// Says something in the console's own words.
    pub(crate) async fn note(&self, text: impl Into<String>) -> Result<()> {
        self.draw(Draw::Note(text.into())).await.map(drop)
    }

    /// A line was typed below what has been printed.
    pub(crate) async fn typed(&self) -> Result<()> {
        self.draw(Draw::Typed).await.map(drop)
    }

    /// What a number stands for now.
    pub(crate) async fn offered(&self, number: usize) -> Option<Offered> {
        let (found, answer) = oneshot::channel();
        self.jobs.send(Job::Find { number, found }).await.ok()?;
        answer.await.ok()?
    }

    /// Prints elsewhere from now on.
    pub(crate) async fn move_to(&self, output: Output) {
        // It fails only when the thread is gone; the next print says so.
        let _ = self.jobs.send(Job::Move(output)).await;
    }

    /// Waits until nobody reads what is printed any more.
    pub(crate) async fn closed(&self) {
        let mut closed = self.closed.clone();
        if closed.wait_for(|closed| *closed).await.is_err() {
            // The printing thread lives as long as this screen; were it gone, nothing could close.
            std::future::pending::<()>().await;
        }
    }

    /// Watches for new drawings.
    pub(crate) fn drawn(&self) -> watch::Receiver<u64> {
        self.drawn.clone()
    }

    async fn draw(&self, draw: Draw) -> Result<Option<PlatformMessageId>> {
        let ended = || Error::internal("the printing thread has ended");
        let (done, answer) = oneshot::channel();
        self.jobs.send(Job::Draw { draw, done }).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }
}

struct Printer {
    board: Board,
    output: Output,
    closing: watch::Sender<bool>,
    drawing: watch::Sender<u64>,
}

impl Printer {
    fn print_all(&mut self, mut waiting: mpsc::Receiver<Job>) {
        while let Some(job) = waiting.blocking_recv() {
            match job {
                Job::Draw { draw, done } => {
                    let drawn = self.draw(draw);
                    self.drawing.send_modify(|count| *count += 1);
                    let _ = done.send(drawn);
                }
                Job::Find { number, found } => {
                    let _ = found.send(self.board.offered(number));
                }
                Job::Move(output) => self.output = output,
            }
        }
    }

    fn draw(&mut self, draw: Draw) -> Result<Option<PlatformMessageId>> {
        let (id, text) = match draw {
            Draw::Post { said, key } => {
                let (id, text) = self.board.post(said, key);
                (Some(id), text)
            }
            Draw::Edit { id, said } => {
                let text = self.board.edit(&id, said);
                (Some(id), text)
            }
            Draw::Delete { id } => (None, Some(self.board.delete(&id))),
            Draw::Note(text) => (None, Some(self.board.note(&text))),
            Draw::Typed => {
                self.board.typed();
                (None, None)
            }
        };
        let Some(text) = text else { return Ok(id) };
        match self.write(text) {
            Ok(()) => Ok(id),
            Err(error) => {
                if let Some(id) = &id {
                    self.board.forget(id);
                }
                Err(Error::from_source(ErrorKind::Unavailable, error).with_context("printing"))
            }
        }
    }

    /// Writes; what nobody reads any more (a closed pipe) is dropped without a complaint.
    fn write(&mut self, text: String) -> io::Result<()> {
        if *self.closing.borrow() {
            return Ok(());
        }
        match self.output.write(text) {
            Err(error) if error.kind() == IoErrorKind::BrokenPipe => {
                self.closing.send_replace(true);
                Ok(())
            }
            written => written,
        }
    }
}

impl Output {
    pub(crate) fn stdout() -> Self {
        Self::Writer(Box::new(io::stdout()))
    }

    fn write(&mut self, text: String) -> io::Result<()> {
        match self {
            Self::Writer(writer) => {
                writer.write_all(text.as_bytes())?;
                writer.flush()
            }
            Self::Editor(printer) => printer.print(text).map_err(|error| match error {
                ReadlineError::Io(error) => error,
                other => io::Error::other(other),
            }),
        }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Writer(_) => "Writer",
            Self::Editor(_) => "Editor",
        })
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Job")
    }
}
