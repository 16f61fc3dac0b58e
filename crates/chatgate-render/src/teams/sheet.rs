//! What a message is made of before it is parted: pieces of JSON, and the frames that hold them.
//!
//! A frame is what stands around pieces: a container, a table with its head, a paragraph. A piece is
//! never cut any further; a frame that goes on in another part is opened there again. All of it is
//! JSON already, so sizes are exact and a part is put together by writing one after the other.

use std::ops::Range;

use super::size::Size;

/// How good a place is for parting a message before a piece, worst first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Border {
    /// Inside a text, between words; between a heading and what is below it.
    Word,
    /// Between lines, items, rows, or before what belongs to the block above.
    #[default]
    Line,
    /// Between two blocks.
    Block,
}

/// What stands around pieces.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// Before the first piece.
    pub(super) open: String,
    /// The same where the frame goes on in another part, if that is not the same.
    pub(super) again: Option<String>,
    /// Behind the last piece.
    pub(super) close: &'static str,
    /// Between two pieces.
    pub(super) between: &'static str,
    /// Of what the frame itself shows, besides its JSON.
    pub(super) shows: Size,
    /// Whether it is drawn as a box or column, of which there can be too many in each other.
    pub(super) is_nested: bool,
}

/// One piece.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) json: String,
    /// Besides its JSON.
    pub(super) shows: Size,
    /// The mentions in it, by their places in the list of them.
    pub(super) mentions: Vec<usize>,
}

impl Piece {
    /// A piece that shows a text.
    pub(super) fn of(json: String, text: &str) -> Self {
        let shows = Size::default().with_chars(text.chars().count());
        Self { json, shows, mentions: Vec::new() }
    }

    /// Adds what another one says.
    pub(super) fn add(&mut self, other: Self) {
        self.json.push_str(&other.json);
        self.shows += other.shows;
        self.mentions.extend(other.mentions);
    }
}

#[derive(Debug)]
struct Held {
    frame: Frame,
    parent: usize,
    depth: u16,
    nested: u16,
    size: Size,
    again: Size,
    /// With all frames around it.
    path: Size,
}

#[derive(Debug)]
struct Atom {
    piece: Piece,
    frame: usize,
    border: Border,
    size: Size,
}

/// All pieces in order.
#[derive(Debug)]
pub(super) struct Sheet {
    frames: Vec<Held>,
    atoms: Vec<Atom>,
    /// What each mention takes besides, in the list of them.
    mentions: Vec<Size>,
    inside: usize,
    border: Option<Border>,
    room: Size,
}

impl Sheet {
    /// An empty one; `between` stands between pieces outside of all frames, and `room` is what all
    /// pieces of a part may take.
    pub(super) fn new(between: &'static str, room: Size) -> Self {
        let root = Held {
            frame: Frame { between, ..Frame::default() },
            parent: 0,
            depth: 0,
            nested: 0,
            size: Size::default(),
            again: Size::default(),
            path: Size::default(),
        };
        let frames = vec![root];
        Self { frames, atoms: Vec::new(), mentions: Vec::new(), inside: 0, border: None, room }
    }

    /// Says how good a place the next piece's is for parting, if nobody has said so yet.
    pub(super) fn border(&mut self, border: Border) {
        self.border.get_or_insert(border);
    }

    /// Says how good it is, whatever was said before.
    pub(super) fn set_border(&mut self, border: Border) {
        self.border = Some(border);
    }

    /// Forgets what was said of the next piece.
    pub(super) fn clear_border(&mut self) {
        self.border = None;
    }

    /// Opens a frame, if there is enough room in it.
    pub(super) fn enter(&mut self, frame: Frame, least: Size) -> bool {
        let Some(outer) = self.frames.get(self.inside) else { return false };
        let around = Size::json(frame.close) + frame.shows;
        let top = Size { blocks: usize::from(outer.depth == 0), ..Size::default() };
        let size = Size::json(&frame.open) + around + top;
        let again = frame.again.as_deref().map_or(size, |again| Size::json(again) + around + top);
        let path = outer.path + Size::json(outer.frame.between) + size;
        if !(path + least).fits(self.room) {
            return false;
        }
        let held = Held {
            parent: self.inside,
            depth: outer.depth.saturating_add(1),
            nested: outer.nested + u16::from(frame.is_nested),
            size,
            again,
            path,
            frame,
        };
        self.inside = self.frames.len();
        self.frames.push(held);
        true
    }

    /// Closes the innermost frame.
    pub(super) fn leave(&mut self) {
        self.inside = self.frames.get(self.inside).map_or(0, |held| held.parent);
    }

    /// How many boxes and columns stand around what comes next.
    pub(super) fn nested(&self) -> u16 {
        self.frames.get(self.inside).map_or(0, |held| held.nested)
    }

    /// How much is left for a piece.
    pub(super) fn left(&self) -> Size {
        let path = self
            .frames
            .get(self.inside)
            .map_or(Size::default(), |held| held.path + Size::json(held.frame.between));
        self.room.minus(path)
    }

    /// Whether a piece fits where we are.
    pub(super) fn takes(&self, piece: &Piece) -> bool {
        self.size(piece).fits(self.left())
    }

    /// Adds a piece. It must fit.
    pub(super) fn push(&mut self, piece: Piece) {
        let size = self.size(&piece);
        let border = self.border.take().unwrap_or_default();
        self.atoms.push(Atom { piece, frame: self.inside, border, size });
    }

    /// Adds a mention to the list, and says where it stands there.
    pub(super) fn mention(&mut self, size: Size) -> usize {
        self.mentions.push(size);
        self.mentions.len() - 1
    }

    /// How many pieces there are so far.
    pub(super) fn len(&self) -> usize {
        self.atoms.len()
    }

    fn size(&self, piece: &Piece) -> Size {
        let mentions = piece.mentions.iter().filter_map(|&index| self.mentions.get(index));
        let mentions = mentions.fold(Size::default(), |sum, mention| sum + *mention);
        let top = Size { blocks: usize::from(self.inside == 0), ..Size::default() };
        Size::json(&piece.json) + piece.shows + mentions + top
    }

    /// Which pieces make up each part: as few parts as good borders allow. Where a part is half full,
    /// a border between blocks is better than one between lines, and that better than one between
    /// words.
    pub(super) fn pack(&self) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = 0;
        while start < self.atoms.len() {
            let end = self.end_of_part(start);
            parts.push(start..end);
            start = end;
        }
        parts
    }

    fn end_of_part(&self, start: usize) -> usize {
        let mut size = Size::default();
        let mut best = (Border::Word, start + 1);
        let mut writer = Writer::new(self, start);
        for index in start..self.atoms.len() {
            size += writer.next(index, &mut |_| {});
            if !size.fits(self.room) {
                break;
            }
            let end = index + 1;
            let Some(next) = self.atoms.get(end) else {
                return end;
            };
            let is_half = size.is_half_of(self.room);
            best = best.max((if is_half { next.border } else { Border::Word }, end));
        }
        best.1
    }

    /// The JSON of a part, and the mentions in it.
    pub(super) fn write(&self, part: Range<usize>) -> (String, Vec<usize>) {
        let mut out = String::new();
        let mut mentions = Vec::new();
        let mut writer = Writer::new(self, part.start);
        for index in part {
            writer.next(index, &mut |text| out.push_str(text));
            mentions.extend(self.atoms.get(index).iter().flat_map(|atom| &atom.piece.mentions));
        }
        writer.close_down_to(0, &mut |text| out.push_str(text));
        (out, mentions)
    }
}

/// Goes through the pieces of a part, opening and closing frames.
struct Writer<'a> {
    sheet: &'a Sheet,
    /// The frames of the piece before the part: these are opened again.
    before: Vec<usize>,
    /// The open frames, outermost first.
    open: Vec<usize>,
    /// Whether something stands in each of them, and outside of all.
    is_used: Vec<bool>,
}

impl<'a> Writer<'a> {
    fn new(sheet: &'a Sheet, start: usize) -> Self {
        let mut writer = Self { sheet, before: Vec::new(), open: Vec::new(), is_used: vec![false] };
        let before = start.checked_sub(1).and_then(|before| sheet.atoms.get(before));
        writer.before = before.map_or(Vec::new(), |atom| writer.path(atom.frame));
        writer
    }

    /// The frames around a piece, outermost first.
    fn path(&self, frame: usize) -> Vec<usize> {
        let mut path = Vec::new();
        let mut at = frame;
        while at != 0 {
            path.push(at);
            at = self.sheet.frames.get(at).map_or(0, |held| held.parent);
        }
        path.reverse();
        path
    }

    /// Writes a piece with the frames that must be closed and opened before it; says what it takes,
    /// with what closing them takes.
    fn next(&mut self, index: usize, out: &mut impl FnMut(&str)) -> Size {
        let Some(atom) = self.sheet.atoms.get(index) else { return Size::default() };
        let mut size = Size::default();
        if self.open.last().copied().unwrap_or(0) != atom.frame {
            let path = self.path(atom.frame);
            let same = path.iter().zip(&self.open).take_while(|(a, b)| a == b).count();
            self.close_down_to(same, out);
            for &frame in path.get(same..).unwrap_or_default() {
                size += self.separate(out);
                if let Some(held) = self.sheet.frames.get(frame) {
                    let is_again = self.before.contains(&frame);
                    let again = held.frame.again.as_deref().filter(|_| is_again);
                    out(again.unwrap_or(&held.frame.open));
                    size += if is_again { held.again } else { held.size };
                }
                self.open.push(frame);
                self.is_used.push(false);
            }
        }
        size += self.separate(out);
        out(&atom.piece.json);
        size + atom.size
    }

    /// Writes what stands between two pieces, if there is one already.
    fn separate(&mut self, out: &mut impl FnMut(&str)) -> Size {
        let frame = self.open.last().copied().unwrap_or(0);
        let Some(is_used) = self.is_used.last_mut() else { return Size::default() };
        if !std::mem::replace(is_used, true) {
            return Size::default();
        }
        let between = self.sheet.frames.get(frame).map_or("", |held| held.frame.between);
        out(between);
        Size::json(between)
    }

    fn close_down_to(&mut self, depth: usize, out: &mut impl FnMut(&str)) {
        while self.open.len() > depth {
            let Some(frame) = self.open.pop() else { return };
            self.is_used.pop();
            if let Some(held) = self.sheet.frames.get(frame) {
                out(held.frame.close);
            }
        }
    }
}
