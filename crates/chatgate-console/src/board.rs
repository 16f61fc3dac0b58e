//! What has been shown, and what a change of it looks like. Pure: it makes the text, others print it.

use std::collections::VecDeque;

use chatgate_core::{MessageId, PlatformMessageId, Rendered, Result};
use chatgate_render::{TerminalAction, TerminalMessage, display_width, sanitise_line, shorten};

use crate::terminal::Size;

/// How many messages can still be clicked, edited or known again: more than anyone scrolls back for.
const REMEMBERED: usize = 100;
/// How much of a deleted message is named.
const NAMED_COLUMNS: usize = 60;

/// The messages that were shown last, newest at the end.
#[derive(Debug)]
pub(crate) struct Board {
    /// Begins every message's id, so that ids of two processes differ.
    start: String,
    count: u64,
    shown: VecDeque<Shown>,
    redraw: Redraw,
    /// The message whose lines are the last ones on the screen.
    last: Option<PlatformMessageId>,
}

/// What an edit looks like.
#[derive(Clone, Debug)]
pub(crate) enum Redraw {
    /// The new state is printed below, as lines.
    Below,
    /// The last message is drawn over; others are printed below with a mark.
    InPlace(Size),
}

/// A message to show.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) message: TerminalMessage,
    pub(crate) summary: String,
}

/// An action that can be used, and the message it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Offered {
    pub(crate) action: TerminalAction,
    pub(crate) message: PlatformMessageId,
}

#[derive(Debug)]
struct Shown {
    id: PlatformMessageId,
    key: Option<MessageId>,
    said: Said,
}

impl Said {
    pub(crate) fn read(part: &Rendered) -> Result<Self> {
        let summary = sanitise_line(&part.summary).into_owned();
        Ok(Self { message: part.read()?, summary })
    }
}

impl Board {
    pub(crate) fn new(start: impl Into<String>, redraw: Redraw) -> Self {
        Self { start: start.into(), count: 0, shown: VecDeque::new(), redraw, last: None }
    }

    /// Its id, and what to print: nothing where the same key was posted before.
    pub(crate) fn post(
        &mut self,
        said: Said,
        key: Option<MessageId>,
    ) -> (PlatformMessageId, Option<String>) {
        let known = self.shown.iter().find(|shown| key.is_some() && shown.key == key);
        if let Some(known) = known {
            return (known.id.clone(), None);
        }
        self.count += 1;
        let id = PlatformMessageId::from(format!("{}-{}", self.start, self.count));
        let text = lines(&said.message.text);
        self.remember(Shown { id: id.clone(), key, said });
        (id, Some(text))
    }

    /// What to print for a changed message: nothing where it looks as before.
    pub(crate) fn edit(&mut self, id: &PlatformMessageId, said: Said) -> Option<String> {
        let found = self.shown.iter().position(|shown| &shown.id == id);
        let Some(before) = found.and_then(|at| self.shown.get_mut(at)) else {
            let text = self.below("", &said);
            self.remember(Shown { id: id.clone(), key: None, said });
            return Some(text);
        };
        if before.said.message.text == said.message.text {
            before.said = said;
            return None;
        }
        let old = before.said.message.text.clone();
        let over = self.over(id);
        let text = match over {
            Some(rows) => format!("\x1b[{rows}A\r\x1b[J{}", lines(&said.message.text)),
            None => self.below(&old, &said),
        };
        let key = found.and_then(|at| self.shown.remove(at)).and_then(|before| before.key);
        self.remember(Shown { id: id.clone(), key, said });
        Some(text)
    }

    /// A note that a message is gone.
    pub(crate) fn delete(&mut self, id: &PlatformMessageId) -> String {
        self.last = None;
        let found = self.shown.iter().position(|shown| &shown.id == id);
        match found.and_then(|at| self.shown.remove(at)) {
            Some(gone) if !gone.said.summary.is_empty() => {
                format!("(deleted: {})\n", shorten(&gone.said.summary, NAMED_COLUMNS))
            }
            _ => "(a message was deleted)\n".into(),
        }
    }

    /// Words of the console's own.
    pub(crate) fn note(&mut self, text: &str) -> String {
        self.last = None;
        lines(text)
    }

    /// The person has typed a line: what is above it stays.
    pub(crate) fn typed(&mut self) {
        self.last = None;
    }

    /// Takes back what could not be printed.
    pub(crate) fn forget(&mut self, id: &PlatformMessageId) {
        self.shown.retain(|shown| &shown.id != id);
        self.last = None;
    }

    /// The action of a number: the newest message wins. Numbers go on through the parts of a message,
    /// so a message that begins with 1 hides all before it.
    pub(crate) fn offered(&self, number: usize) -> Option<Offered> {
        for shown in self.shown.iter().rev() {
            let actions = &shown.said.message.actions;
            if let Some(action) = actions.iter().find(|action| action.number == number) {
                return Some(Offered { action: action.clone(), message: shown.id.clone() });
            }
            if actions.iter().any(|action| action.number == 1) {
                return None;
            }
        }
        None
    }

    fn remember(&mut self, shown: Shown) {
        self.last = Some(shown.id.clone());
        if self.shown.len() == REMEMBERED {
            self.shown.pop_front();
        }
        self.shown.push_back(shown);
    }

    /// How many rows to draw over, where the message's lines are the last on the screen and all of
    /// them are still on it.
    fn over(&self, id: &PlatformMessageId) -> Option<usize> {
        let Redraw::InPlace(size) = &self.redraw else {
            return None;
        };
        if self.last.as_ref() != Some(id) {
            return None;
        }
        let shown = self.shown.iter().find(|shown| &shown.id == id)?;
        let rows = rows(&shown.said.message.text, size.columns());
        (rows < size.rows()).then_some(rows)
    }

    /// What to print for a message that cannot be drawn over. In a pipe only the lines that are new:
    /// a progress of ten steps is ten lines more, not ten times all of them.
    fn below(&self, old: &str, said: &Said) -> String {
        let text = &said.message.text;
        if let Redraw::InPlace(_) = self.redraw {
            return format!("(updated)\n{}", lines(text));
        }
        let new: Vec<_> =
            text.lines().filter(|line| !old.lines().any(|was| was == *line)).collect();
        if new.is_empty() { lines(text) } else { lines(&new.join("\n")) }
    }
}

fn lines(text: &str) -> String {
    format!("{text}\n")
}

/// How many rows a text takes on a terminal that breaks lines anywhere.
fn rows(text: &str, columns: usize) -> usize {
    let columns = columns.max(1);
    text.split('\n').map(|line| display_width(&without_colour(line)).div_ceil(columns).max(1)).sum()
}

/// Takes the dialect's colour sequences (`ESC [ … m`) away.
fn without_colour(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((plain, sequence)) = rest.split_once('\x1b') {
        out.push_str(plain);
        rest = sequence.split_once('m').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use chatgate_render::TerminalActionKind;

    use super::*;

    fn said(text: &str, numbers: std::ops::RangeInclusive<usize>) -> Said {
        let mut message = TerminalMessage::new(text);
        for number in numbers {
            let mut action = TerminalAction::new(text, TerminalActionKind::Button);
            action.number = number;
            message = message.action(action);
        }
        Said { message, summary: text.into() }
    }

    fn plain(text: &str) -> Said {
        Said { message: TerminalMessage::new(text), summary: text.into() }
    }

    fn terminal() -> Board {
        Board::new("t", Redraw::InPlace(Size::fixed(10, 5)))
    }

    #[test]
    fn the_same_key_is_the_same_message() {
        let mut board = Board::new("t", Redraw::Below);
        let (first, text) = board.post(plain("hi"), Some(MessageId::from(1)));
        assert_eq!(text.as_deref(), Some("hi\n"));
        assert_eq!(board.post(plain("hi"), Some(MessageId::from(1))), (first, None));
        assert!(board.post(plain("hi"), None).1.is_some());
    }

    #[test]
    fn an_edit_is_printed_only_when_it_looks_different() {
        let mut board = Board::new("t", Redraw::Below);
        let (id, _) = board.post(plain("1 of 2"), None);
        assert_eq!(board.edit(&id, plain("1 of 2")), None);
        assert_eq!(board.edit(&id, plain("2 of 2")).as_deref(), Some("2 of 2\n"));
    }

    #[test]
    fn in_a_pipe_only_the_lines_that_are_new_are_printed() {
        let mut board = Board::new("t", Redraw::Below);
        let (id, _) = board.post(plain("▶ Build"), None);
        let edited = board.edit(&id, plain("✔ Build\n▶ Push"));
        assert_eq!(edited.as_deref(), Some("✔ Build\n▶ Push\n"));
        assert_eq!(board.edit(&id, plain("✔ Build\n✔ Push")).as_deref(), Some("✔ Push\n"));
        // Where lines have only gone, what is left is said.
        assert_eq!(board.edit(&id, plain("✔ Build")).as_deref(), Some("✔ Build\n"));
    }

    #[test]
    fn the_last_message_is_drawn_over_and_no_other() {
        let mut board = terminal();
        let (id, _) = board.post(plain("one\ntwo"), None);
        assert_eq!(board.edit(&id, plain("ONE")).as_deref(), Some("\x1b[2A\r\x1b[JONE\n"));
        board.typed();
        assert_eq!(board.edit(&id, plain("one")).as_deref(), Some("(updated)\none\n"));
    }

    #[test]
    fn what_has_scrolled_off_is_not_drawn_over() {
        let mut board = terminal();
        let (id, _) = board.post(plain("1\n2\n3\n4\n5"), None);
        assert!(board.edit(&id, plain("x")).is_some_and(|text| text.starts_with("(updated)")));
    }

    #[test]
    fn broken_lines_and_colours_count_as_they_look() {
        assert_eq!(rows("\x1b[1;32m0123456789\x1b[0m\n\n01234567890", 10), 4);
    }

    #[test]
    fn the_newest_numbers_win_and_go_on_through_parts() {
        let mut board = Board::new("t", Redraw::Below);
        board.post(said("old", 1..=5), None);
        board.post(said("new", 1..=2), None);
        board.post(said("part", 3..=3), None);
        board.post(plain("chatter"), None);
        let label = |number| board.offered(number).map(|offered| offered.action.label);
        assert_eq!(label(1).as_deref(), Some("new"));
        assert_eq!(label(3).as_deref(), Some("part"));
        assert_eq!(label(4), None);
    }

    #[test]
    fn a_deleted_message_is_named_and_can_no_longer_be_clicked() {
        let mut board = Board::new("t", Redraw::Below);
        let (id, _) = board.post(said("card", 1..=1), None);
        assert_eq!(board.delete(&id), "(deleted: card)\n");
        assert!(board.offered(1).is_none());
        assert_eq!(board.delete(&id), "(a message was deleted)\n");
    }

    #[test]
    fn only_the_last_messages_are_remembered() {
        let mut board = Board::new("t", Redraw::Below);
        board.post(said("card", 1..=1), None);
        for _ in 0..REMEMBERED {
            board.post(plain("chatter"), None);
        }
        assert!(board.offered(1).is_none());
        assert_eq!(board.shown.len(), REMEMBERED);
    }
}
