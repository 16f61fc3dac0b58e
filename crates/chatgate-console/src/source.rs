//! Where lines come from: read on a thread of its own, one at a time, when one is asked for.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::mpsc as blocking;
use std::thread;

use chatgate_core::{Result, Specs};
use tokio::sync::mpsc;

/// The longest line that is taken; a chat message is rarely above 4 KiB.
pub(crate) const MAX_LINE_BYTES: usize = 32 * 1024;

/// Lines on request. Its thread blocks in a read that nothing can interrupt, and ends with the process.
#[derive(Debug)]
pub(crate) struct Source {
    asks: blocking::SyncSender<Ask>,
    inputs: mpsc::Receiver<Input>,
}

/// A request for a line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    pub(crate) prompt: String,
    pub(crate) completes: Completes,
}

/// What the line can be completed with.
#[derive(Clone, Debug, Default)]
pub(crate) enum Completes {
    /// Nothing: it is an answer, and also kept out of the history.
    #[default]
    Nothing,
    /// A command.
    Commands(Arc<Specs>),
}

/// What came.
#[derive(Debug)]
pub(crate) enum Input {
    /// A line, without its end.
    Line(String),
    /// A line that cannot be taken, and why.
    Refused(String),
    /// There is no more.
    End,
    /// The person wants to leave at once.
    Interrupted,
    /// It cannot be read.
    Failed(io::Error),
}

impl Source {
    /// Starts a thread that reads.
    pub(crate) fn start(
        read_all: impl FnOnce(blocking::Receiver<Ask>, mpsc::Sender<Input>) + Send + 'static,
    ) -> Result<Self> {
        let (asks, asked) = blocking::sync_channel(1);
        let (send, inputs) = mpsc::channel(1);
        thread::Builder::new()
            .name("chatgate-input".into())
            .spawn(move || read_all(asked, send))?;
        Ok(Self { asks, inputs })
    }

    /// Lines of a pipe, a file, a test.
    pub(crate) fn lines(reader: Box<dyn Read + Send>) -> Result<Self> {
        Self::start(move |asked, inputs| read_all(BufReader::new(reader), &asked, &inputs))
    }

    /// Asks for a line; [`Source::next`] gives it. Ask again only then.
    pub(crate) fn ask(&self, ask: Ask) {
        // A thread that is gone has said why, or says `End` by being gone.
        let _ = self.asks.try_send(ask);
    }

    /// What came of the last request.
    pub(crate) async fn next(&mut self) -> Input {
        self.inputs.recv().await.unwrap_or(Input::End)
    }
}

fn read_all(
    mut reader: impl BufRead,
    asked: &blocking::Receiver<Ask>,
    inputs: &mpsc::Sender<Input>,
) {
    for (index, _) in asked.iter().enumerate() {
        let input = match read_line(&mut reader) {
            Ok(Some(Ok(line))) => Input::Line(line),
            Ok(Some(Err(why))) => Input::Refused(format!("Line {}: {why}.", index + 1)),
            Ok(None) => Input::End,
            Err(error) => Input::Failed(error),
        };
        let goes_on = matches!(input, Input::Line(_) | Input::Refused(_));
        if inputs.blocking_send(input).is_err() || !goes_on {
            return;
        }
    }
}

/// Reads a line; `None` at the end. Of one that is too long only the first [`MAX_LINE_BYTES`] are ever
/// held.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<Result<String, String>>> {
    let mut line = Vec::new();
    let mut fits = true;
    let mut began = false;
    loop {
        let buffer = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        if buffer.is_empty() {
            break;
        }
        began = true;
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let text = &buffer[..end.unwrap_or(buffer.len())];
        fits = fits && line.len() + text.len() <= MAX_LINE_BYTES;
        if fits {
            line.extend_from_slice(text);
        }
        let read = end.map_or(text.len(), |end| end + 1);
        reader.consume(read);
        if end.is_some() {
            break;
        }
    }
    if !began {
        return Ok(None);
    }
    if !fits {
        return Ok(Some(Err(too_long())));
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(String::from_utf8(line).map_err(|_| "not UTF-8, left out".into())))
}

/// What is said about a line that is too long.
pub(crate) fn too_long() -> String {
    format!("longer than {} KiB, left out", MAX_LINE_BYTES / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<Result<String, String>> {
        let mut reader = BufReader::with_capacity(7, bytes);
        std::iter::from_fn(|| read_line(&mut reader).unwrap()).collect()
    }

    #[test]
    fn lines_end_as_in_unix_and_windows_and_the_last_needs_no_end() {
        let lines = all(b"one\ntwo\r\n\nthree");
        assert_eq!(lines, ["one", "two", "", "three"].map(|line| Ok(line.to_owned())));
    }

    #[test]
    fn a_line_that_is_not_utf8_spoils_no_other() {
        let lines = all(b"one\n\xff\xfe\nthree\n");
        assert_eq!(lines.len(), 3);
        assert!(lines[1].is_err());
        assert_eq!(lines[2], Ok("three".into()));
    }

    #[test]
    fn a_line_that_is_too_long_is_left_out_whole() {
        let mut bytes = vec![b'x'; MAX_LINE_BYTES];
        bytes.push(b'\n');
        bytes.extend(vec![b'y'; MAX_LINE_BYTES + 1]);
        bytes.extend(b"\nlast\n");
        let lines = all(&bytes);
        assert!(lines[0].is_ok());
        assert!(lines[1].as_ref().is_err_and(|why| why.contains("32 KiB")));
        assert_eq!(lines[2], Ok("last".into()));
        assert_eq!(lines.len(), 3);
    }
}
