//! Rows packed into parts.

use super::limit::{ACTIONS, Size};
use super::paint::Paint;
use super::pieces::pieces;
use crate::Losses;
use crate::layout::{Border, Frame, Layout, Line, Role, Row};

/// One part of a message.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) text: String,
    /// Which of the layout's actions it shows.
    pub(super) actions: Vec<usize>,
}

/// Packs rows into as few parts as good borders allow: where a part is half full, a border between
/// blocks is better than one between lines, and that better than one between words.
pub(super) fn pack(layout: Layout, paint: Paint, limit: Size, losses: &mut Losses) -> Vec<Part> {
    let packer = Packer::new(layout, paint, limit, losses);
    let mut parts = Vec::new();
    let mut start = 0;
    while start < packer.rows.len() {
        if packer.rows[start].row.gap {
            start += 1;
            continue;
        }
        let end = packer.end_of_part(start);
        parts.push(packer.part(start, end));
        start = end;
    }
    parts
}

struct Packer {
    rows: Vec<PaintedRow>,
    frames: Vec<PaintedFrame>,
    limit: Size,
}

struct PaintedRow {
    row: Row,
    text: String,
    size: Size,
}

struct PaintedFrame {
    head: Vec<String>,
    foot: Vec<String>,
    head_size: Size,
    foot_size: Size,
    /// Whether the frame is small enough to stand around every piece.
    repeat: bool,
}

impl Packer {
    fn new(layout: Layout, paint: Paint, limit: Size, losses: &mut Losses) -> Self {
        let frames: Vec<_> =
            layout.frames.iter().map(|frame| PaintedFrame::new(frame, paint, limit)).collect();
        let action_sizes: Vec<_> = layout.actions.iter().map(action_size).collect();
        let mut rows = Vec::new();
        for row in layout.rows {
            let action = row.action.and_then(|index| action_sizes.get(index).copied());
            let action = action.unwrap_or_default();
            // The list of actions comes with the first of them.
            let list = if action.actions > 0 { ACTIONS } else { Size::default() };
            let mut room = limit.minus_text(action + list);
            if let Some((frame, Role::Body)) = row.frame
                && let Some(frame) = frames.get(frame).filter(|frame| frame.repeat)
            {
                room = room.minus_text(frame.head_size + frame.foot_size);
            }
            let text = paint.line(&row.line);
            let size = Size::of(&text);
            if size.fits(room) {
                rows.push(PaintedRow { row, text, size: size + action });
                continue;
            }
            let mut lines = pieces(&row.line, paint, room, losses);
            if lines.is_empty() && row.action.is_some() {
                lines.push(Line::default());
            }
            for (index, line) in lines.into_iter().enumerate() {
                let mut piece = row.clone();
                let text = paint.line(&line);
                let mut size = Size::of(&text);
                if index == 0 {
                    size += action;
                } else {
                    piece.border = Border::Word;
                    piece.action = None;
                }
                piece.line = line;
                rows.push(PaintedRow { row: piece, text, size });
            }
        }
        Self { rows, frames, limit }
    }

    /// Behind which row the part that begins with row `start` ends.
    fn end_of_part(&self, start: usize) -> usize {
        let mut size = self.head(start).map_or(Size::default(), |frame| frame.head_size);
        let mut best = (Border::Glue, start + 1);
        for end in start + 1..=self.rows.len() {
            let PaintedRow { row, size: row_size, .. } = &self.rows[end - 1];
            size += *row_size;
            if end - 1 == start {
                size.blocks += 1;
            } else {
                size += Size::LINE_END;
                size.blocks += usize::from(self.rows[end - 2].row.block != row.block);
            }
            if size.actions == 1 && row.action.is_some() {
                size += ACTIONS;
            }
            if !size.fits(self.limit) {
                break;
            }
            let whole = size + self.foot(end).map_or(Size::default(), |frame| frame.foot_size);
            if !whole.fits(self.limit) {
                continue;
            }
            let Some(next) = self.rows.get(end) else {
                return end;
            };
            let border = next.row.border;
            let border =
                if whole.is_half_of(self.limit) { border } else { border.min(Border::Word) };
            best = best.max((border, end));
        }
        best.1
    }

    fn part(&self, start: usize, end: usize) -> Part {
        let rows = &self.rows[start..end];
        let last = rows.iter().rposition(|row| !row.row.gap).map_or(0, |last| last + 1);
        let rows = &rows[..last];
        let head = self.head(start).map_or(&[][..], |frame| &frame.head);
        let foot = self.foot(end).map_or(&[][..], |frame| &frame.foot);
        let lines: Vec<_> = head
            .iter()
            .chain(rows.iter().map(|row| &row.text))
            .chain(foot)
            .map(String::as_str)
            .collect();
        let actions = rows.iter().filter_map(|row| row.row.action).collect();
        Part { text: lines.join("\n"), actions }
    }

    /// The frame that is opened again before the row at `start`.
    fn head(&self, start: usize) -> Option<&PaintedFrame> {
        let (_, role) = self.rows.get(start)?.row.frame?;
        self.parted(start).filter(|_| role != Role::Head)
    }

    /// The frame that is closed before the row at `end`.
    fn foot(&self, end: usize) -> Option<&PaintedFrame> {
        let (_, role) = self.rows.get(end.checked_sub(1)?)?.row.frame?;
        self.parted(end).filter(|_| role != Role::Foot)
    }

    /// The repeatable frame around both the row at `at` and the one before.
    fn parted(&self, at: usize) -> Option<&PaintedFrame> {
        let (before, _) = self.rows.get(at.checked_sub(1)?)?.row.frame?;
        let (after, _) = self.rows.get(at)?.row.frame?;
        self.frames.get(after).filter(|frame| before == after && frame.repeat)
    }
}

impl PaintedFrame {
    fn new(frame: &Frame, paint: Paint, limit: Size) -> Self {
        let paint_all = |lines: &[Line]| lines.iter().map(|line| paint.line(line)).collect();
        let size_of = |lines: &Vec<String>| {
            lines.iter().fold(Size::default(), |size, line| size + Size::of(line) + Size::LINE_END)
        };
        let head: Vec<String> = paint_all(&frame.head);
        let foot: Vec<String> = paint_all(&frame.foot);
        let (head_size, foot_size) = (size_of(&head), size_of(&foot));
        let repeat = (head_size + foot_size).fits(limit.text_divided(2));
        Self { head, foot, head_size, foot_size, repeat }
    }
}

fn action_size(action: &crate::TerminalAction) -> Size {
    // With the comma after it.
    let bytes = serde_json::to_vec(action).map_or(usize::MAX, |json| json.len().saturating_add(1));
    Size { chars: 0, bytes, blocks: 0, actions: 1 }
}
