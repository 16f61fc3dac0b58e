//! Content laid out in rows of styled text, before anything is cut into parts or painted.

mod actions;
mod blocks;
mod canvas;
mod inlines;
mod line;
mod lists;
mod table;
mod wrap;

pub(crate) use actions::safe_choice;
pub(crate) use canvas::{Border, Frame, Role, Row};
pub(crate) use line::{Color, Line, Look};
pub(crate) use wrap::wrap;

use chatgate_core::{Capabilities, Content};

use crate::{Losses, TerminalAction};
use canvas::Canvas;

/// A content in rows.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) rows: Vec<Row>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) actions: Vec<TerminalAction>,
    /// Whether the author asked for bold, italic or strike.
    pub(crate) is_emphasised: bool,
}

/// Lays a content out in lines of `columns`; code alone may be wider. An action whose payload is longer
/// than `action_bytes` is shown as text.
pub(crate) fn lay_out(
    content: &Content,
    capabilities: &Capabilities,
    columns: usize,
    action_bytes: usize,
    losses: &mut Losses,
) -> Layout {
    let mut canvas = Canvas::new(capabilities, columns, action_bytes, losses);
    canvas.blocks(&content.blocks, 0);
    canvas.finish()
}
