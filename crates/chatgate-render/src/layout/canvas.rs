//! What rows are written on: knows the indents and marks where a message may be parted.

use chatgate_core::{Capabilities, Feature, LossKind};

use super::Layout;
use super::line::Line;
use super::wrap::{Wrapped, wrap};
use crate::{Losses, TerminalAction};

/// How good a place is for parting a message before a row, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Border {
    /// It should stay with the row before: a fence and its first line.
    Glue,
    /// Between two words.
    Word,
    /// Between two lines, items, rows.
    Line,
    /// Between two blocks.
    Block,
}

/// One line of the message.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) line: Line,
    pub(crate) border: Border,
    /// Which of the content's blocks it belongs to.
    pub(crate) block: usize,
    /// Which frame it belongs to, and as what.
    pub(crate) frame: Option<(usize, Role)>,
    /// Which action it shows.
    pub(crate) action: Option<usize>,
    /// Only distance: not needed where a part begins or ends.
    pub(crate) gap: bool,
}

/// What a row is to its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Head,
    Body,
    Foot,
}

/// What is repeated around each piece of a parted code block or table.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) head: Vec<Line>,
    pub(crate) foot: Vec<Line>,
}

#[derive(Debug)]
pub(super) struct Canvas<'a> {
    pub(super) losses: &'a mut Losses,
    pub(super) actions: Vec<TerminalAction>,
    pub(super) action_bytes: usize,
    pub(super) is_emphasised: bool,
    capabilities: &'a Capabilities,
    columns: usize,
    indents: Vec<Indent>,
    rows: Vec<Row>,
    frames: Vec<Frame>,
    block: usize,
    /// Overrules the border of the next row.
    pending: Option<Border>,
}

#[derive(Debug)]
struct Indent {
    first: Option<Line>,
    rest: Line,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(
        capabilities: &'a Capabilities,
        columns: usize,
        action_bytes: usize,
        losses: &'a mut Losses,
    ) -> Self {
        Self {
            losses,
            actions: Vec::new(),
            action_bytes,
            is_emphasised: false,
            capabilities,
            columns: columns.max(1),
            indents: Vec::new(),
            rows: Vec::new(),
            frames: Vec::new(),
            block: 0,
            pending: None,
        }
    }

    pub(super) fn finish(self) -> Layout {
        Layout {
            rows: self.rows,
            frames: self.frames,
            actions: self.actions,
            is_emphasised: self.is_emphasised,
        }
    }

    pub(super) fn can(&self, feature: Feature) -> bool {
        self.capabilities.can(feature)
    }

    pub(super) fn limits(&self) -> &chatgate_core::Limits {
        &self.capabilities.limits
    }

    /// How many columns are left beside the indents.
    pub(super) fn columns(&self) -> usize {
        let taken: usize = self.indents.iter().map(|indent| indent.rest.width()).sum();
        self.columns.saturating_sub(taken).max(1)
    }

    /// Begins one of the content's own blocks.
    pub(super) fn begin_block(&mut self, index: usize) {
        self.block = index;
        self.pending = Some(Border::Block);
    }

    /// The next row begins something: a message may be parted before it.
    pub(super) fn begin_line(&mut self) {
        self.pending = self.pending.max(Some(Border::Line));
    }

    /// Writes a line with the indents before it.
    pub(super) fn push(&mut self, line: &Line, border: Border) {
        self.push_row(line, border, None);
    }

    /// Leaves an empty line, unless nothing stands above.
    pub(super) fn gap(&mut self) {
        // A mark that waits for its line must not be spent on an empty one.
        let waits = self.indents.iter().any(|indent| indent.first.is_some());
        if waits || self.rows.last().is_none_or(|row| row.gap) {
            return;
        }
        let pending = self.pending;
        self.push(&Line::default(), Border::Line);
        self.pending = pending;
    }

    /// Writes text, wrapped.
    pub(super) fn write(&mut self, text: &Line) {
        self.write_action(text, None);
    }

    /// Writes text, wrapped; its first row shows the action.
    pub(super) fn write_action(&mut self, text: &Line, action: Option<usize>) {
        for (index, Wrapped { line, continues }) in
            wrap(text, self.columns()).into_iter().enumerate()
        {
            self.push(&line, if continues { Border::Word } else { Border::Line });
            if let (0, Some(row)) = (index, self.rows.last_mut()) {
                row.action = action;
            }
        }
    }

    /// Writes a head, a body and a foot that stay around the body's pieces when it is parted.
    pub(super) fn framed(&mut self, head: Vec<Line>, body: Vec<(Line, Border)>, foot: Vec<Line>) {
        let id = self.frames.len();
        for (index, line) in head.iter().enumerate() {
            let border = if index == 0 { Border::Line } else { Border::Glue };
            self.push_row(line, border, Some((id, Role::Head)));
        }
        let prefix = self.rest_of_indents();
        let indented = |lines: Vec<Line>| {
            let with_prefix = |line: &Line| {
                let mut indented = prefix.clone();
                indented.append(line);
                indented
            };
            lines.iter().map(with_prefix).collect()
        };
        for (index, (line, border)) in body.into_iter().enumerate() {
            let border = if index == 0 { Border::Glue } else { border };
            self.push_row(&line, border, Some((id, Role::Body)));
        }
        for line in &foot {
            self.push_row(line, Border::Glue, Some((id, Role::Foot)));
        }
        self.frames.push(Frame { head: indented(head), foot: indented(foot) });
    }

    /// Writes something behind `first` on its first line and behind `rest` on the others. Where too
    /// little room is left, it is no longer indented.
    pub(super) fn indented(&mut self, first: Line, rest: Line, write: impl FnOnce(&mut Self)) {
        let wanted = first.width().max(rest.width());
        // 2: a wide character must still fit.
        let least = (self.columns / 2).clamp(2, 8);
        if self.columns().saturating_sub(wanted) < least {
            self.losses.add(LossKind::Depth, "nested pieces are no longer indented");
            // A bar is only an indent, but a number or a symbol says something.
            if first != rest {
                self.write(&first);
            }
            return write(self);
        }
        self.indents.push(Indent { first: Some(first), rest });
        write(self);
        if self.indents.last().is_some_and(|indent| indent.first.is_some()) {
            self.push(&Line::default(), Border::Line);
        }
        self.indents.pop();
    }

    fn push_row(&mut self, line: &Line, border: Border, frame: Option<(usize, Role)>) {
        let mut whole = Line::default();
        let mut marked = false;
        for indent in &mut self.indents {
            let first = indent.first.take();
            marked |= first.as_ref().is_some_and(|first| *first != indent.rest);
            whole.append(first.as_ref().unwrap_or(&indent.rest));
        }
        let gap = line.is_empty() && frame.is_none() && !marked;
        whole.append(line);
        if line.is_empty() {
            whole.trim_end();
        }
        let border = self.pending.take().unwrap_or(border);
        self.rows.push(Row { line: whole, border, block: self.block, frame, action: None, gap });
    }

    fn rest_of_indents(&self) -> Line {
        let mut prefix = Line::default();
        for indent in &self.indents {
            prefix.append(&indent.rest);
        }
        prefix
    }
}
