//! Pieces written as Slack's blocks, straight from what they borrow.

use chatgate_core::Result;
use serde::Serialize;

use super::atom::{Atom, Head, Kind, Mark, Seat};
use super::span::{Span, continues, is_blank, one_text};
use super::wire::{Setting, Text};
use crate::inlines::Look;
use crate::json::{write_escaped, write_text};

/// Writes the pieces of a part as blocks, a comma between two. Pieces of one group are one block.
///
/// # Errors
/// `malformed` when a native block is no JSON.
pub(super) fn write_blocks(
    atoms: &[Atom<'_>],
    tables: &[Head<'_>],
    out: &mut String,
) -> Result<()> {
    let mut group = None;
    let mut open = Open::Nothing;
    for atom in atoms {
        let goes_on = group.replace(atom.group) == Some(atom.group);
        if !goes_on {
            open.close(out);
            if !matches!(open, Open::Nothing) {
                out.push(',');
            }
            open = Open::of(&atom.kind, tables, out);
        } else if !matches!(open, Open::Rich { .. }) {
            out.push(',');
        }
        match &atom.kind {
            Kind::Item { mark, spans } => open.item(*mark, spans, out),
            Kind::Section(spans) => {
                open.element(out);
                section(spans, out);
            }
            Kind::Quote { spans, is_inner } => {
                open.element(out);
                bordered("rich_text_quote", spans, *is_inner, out);
            }
            Kind::Code { spans, is_quoted } => {
                open.element(out);
                bordered("rich_text_preformatted", spans, *is_quoted, out);
            }
            Kind::Field { text: value, .. } => text(value, out),
            Kind::Row { cells, .. } => row(cells, out),
            Kind::Control { control, seat: Seat::Row, .. } => json(control, out)?,
            kind => block(kind, out)?,
        }
    }
    open.close(out);
    Ok(())
}

/// The block that is being written.
enum Open {
    Nothing,
    /// Written whole.
    Whole,
    /// Closed by `]}`.
    List,
    Rich {
        is_first: bool,
        list: Option<OpenList>,
    },
}

/// The list that is being written: what its next item must be like.
struct OpenList {
    mark: Mark,
}

impl Open {
    fn of(kind: &Kind<'_>, tables: &[Head<'_>], out: &mut String) -> Self {
        match kind {
            kind if kind.is_rich() => {
                out.push_str("{\"type\":\"rich_text\",\"elements\":[");
                return Self::Rich { is_first: true, list: None };
            }
            Kind::Field { .. } => out.push_str("{\"type\":\"section\",\"fields\":["),
            Kind::Control { seat: Seat::Row, block_id, .. } => {
                out.push_str("{\"type\":\"actions\",");
                id(block_id.as_deref(), out);
                out.push_str("\"elements\":[");
            }
            Kind::Row { table, .. } => {
                out.push_str("{\"type\":\"table\",");
                if let Some(head) = tables.get(*table) {
                    settings(&head.settings, out);
                    out.push_str("\"rows\":[");
                    if let Some(cells) = &head.cells {
                        row(cells, out);
                        out.push(',');
                    }
                } else {
                    out.push_str("\"rows\":[");
                }
            }
            _ => return Self::Whole,
        }
        Self::List
    }

    fn close(&self, out: &mut String) {
        match self {
            Self::Nothing | Self::Whole => {}
            Self::List | Self::Rich { list: None, .. } => out.push_str("]}"),
            Self::Rich { list: Some(_), .. } => out.push_str("]}]}"),
        }
    }

    /// What stands before the next element of rich text.
    fn element(&mut self, out: &mut String) {
        if let Self::Rich { is_first, list } = self {
            if list.take().is_some() {
                out.push_str("]}");
            }
            if !std::mem::take(is_first) {
                out.push(',');
            }
        }
    }

    /// An item, in the list that is open where it goes on.
    fn item(&mut self, mark: Mark, spans: &[Span<'_>], out: &mut String) {
        let goes_on = match self {
            Self::Rich { list: Some(list), .. } => list.mark.continues(mark),
            _ => false,
        };
        if goes_on {
            out.push(',');
        } else {
            self.element(out);
            let style = if mark.is_ordered { "ordered" } else { "bullet" };
            out.extend(["{\"type\":\"rich_text_list\",\"style\":\"", style, "\","]);
            number("indent", mark.indent.into(), out);
            number("border", mark.is_quoted.into(), out);
            number("offset", if mark.is_ordered { mark.number.saturating_sub(1) } else { 0 }, out);
            out.push_str("\"elements\":[");
        }
        if let Self::Rich { list, .. } = self {
            *list = Some(OpenList { mark });
        }
        section(spans, out);
    }
}

/// A block that is written whole.
fn block(kind: &Kind<'_>, out: &mut String) -> Result<()> {
    match kind {
        Kind::Divider => out.push_str("{\"type\":\"divider\"}"),
        Kind::Header { text: words } => {
            out.push_str("{\"type\":\"header\",\"text\":");
            text(words, out);
            out.push('}');
        }
        Kind::Context { text: words, .. } => context(words, out),
        Kind::Image { url, alt, title } => {
            out.push_str("{\"type\":\"image\",\"image_url\":");
            write_text(url, out);
            out.push_str(",\"alt_text\":");
            write_text(alt, out);
            if let Some(title) = title {
                out.push_str(",\"title\":");
                plain(title, false, out);
            }
            out.push('}');
        }
        Kind::Control { control, label, block_id, .. } => {
            out.push_str("{\"type\":\"section\",");
            id(block_id.as_deref(), out);
            out.push_str("\"text\":");
            plain(label, false, out);
            out.push_str(",\"accessory\":");
            json(control, out)?;
            out.push('}');
        }
        Kind::Native { payload, .. } => json(payload, out)?,
        _ => {}
    }
    Ok(())
}

/// A line of small print.
pub(super) fn context(words: &Text<'_>, out: &mut String) {
    out.push_str("{\"type\":\"context\",\"elements\":[");
    text(words, out);
    out.push_str("]}");
}

fn text(text: &Text<'_>, out: &mut String) {
    match text {
        Text::PlainText { text, emoji } => plain(text, *emoji, out),
        Text::Mrkdwn { text, .. } => {
            out.push_str("{\"type\":\"mrkdwn\",\"text\":");
            write_text(text, out);
            out.push_str(",\"verbatim\":true}");
        }
    }
}

fn plain(text: &str, emoji: bool, out: &mut String) {
    out.push_str("{\"type\":\"plain_text\",\"text\":");
    write_text(text, out);
    out.push_str(if emoji { ",\"emoji\":true}" } else { ",\"emoji\":false}" });
}

fn section(spans: &[Span<'_>], out: &mut String) {
    out.push_str("{\"type\":\"rich_text_section\",\"elements\":[");
    elements(spans, out);
    out.push_str("]}");
}

fn bordered(kind: &str, spans: &[Span<'_>], has_border: bool, out: &mut String) {
    out.extend(["{\"type\":\"", kind, "\",\"elements\":["]);
    elements(spans, out);
    out.push_str(if has_border { "],\"border\":1}" } else { "]}" });
}

/// The elements of a line. Texts that look the same, which are many in a paragraph of several lines,
/// are one.
fn elements(spans: &[Span<'_>], out: &mut String) {
    for (index, run) in spans.chunk_by(continues).enumerate() {
        if index > 0 {
            out.push(',');
        }
        let Some(first) = run.first() else { continue };
        let Span::Text { style, .. } = first else {
            element(first, out);
            continue;
        };
        out.push_str("{\"type\":\"text\",\"text\":\"");
        for span in run {
            match span {
                Span::Text { text, is_plain: true, .. } => out.push_str(text),
                span => write_escaped(span.divisible().unwrap_or_default(), out),
            }
        }
        out.push('"');
        close(*style, out);
    }
}

fn element(span: &Span<'_>, out: &mut String) {
    let style = match span {
        // In a run, even where it is of one.
        Span::Text { style, .. } => *style,
        Span::Link { url, text, style } => {
            out.push_str("{\"type\":\"link\",\"url\":");
            write_text(url, out);
            if let Some(text) = text {
                out.push_str(",\"text\":");
                write_text(text, out);
            }
            *style
        }
        Span::Emoji { name } => {
            out.push_str("{\"type\":\"emoji\",\"name\":");
            write_text(name, out);
            Look::default()
        }
        Span::User { user_id, style, .. } => {
            out.push_str("{\"type\":\"user\",\"user_id\":");
            write_text(user_id, out);
            *style
        }
        Span::Usergroup { usergroup_id, style, .. } => {
            out.push_str("{\"type\":\"usergroup\",\"usergroup_id\":");
            write_text(usergroup_id, out);
            *style
        }
        Span::Channel { channel_id, style, .. } => {
            out.push_str("{\"type\":\"channel\",\"channel_id\":");
            write_text(channel_id, out);
            *style
        }
        Span::Broadcast { range, style } => {
            out.push_str("{\"type\":\"broadcast\",\"range\":");
            write_text(range, out);
            *style
        }
        Span::Date { timestamp, format, fallback, style } => {
            out.extend(["{\"type\":\"date\",\"timestamp\":", &timestamp.to_string()]);
            out.push_str(",\"format\":");
            write_text(format, out);
            out.push_str(",\"fallback\":");
            write_text(fallback, out);
            *style
        }
    };
    close(style, out);
}

/// The style of an element, and its end.
fn close(style: Look, out: &mut String) {
    if style.is_plain() {
        return out.push('}');
    }
    out.push_str(",\"style\":");
    let mut comma = '{';
    for (name, is_so) in [
        ("\"bold\":true", style.bold),
        ("\"italic\":true", style.italic),
        ("\"strike\":true", style.strike),
        ("\"code\":true", style.code),
    ] {
        if is_so {
            out.push(std::mem::replace(&mut comma, ','));
            out.push_str(name);
        }
    }
    out.push_str("}}");
}

fn row(cells: &[Vec<Span<'_>>], out: &mut String) {
    for (index, spans) in cells.iter().enumerate() {
        out.push(if index > 0 { ',' } else { '[' });
        cell(spans, out);
    }
    out.push(']');
}

fn cell(spans: &[Span<'_>], out: &mut String) {
    if is_blank(spans) {
        return out.push_str("{\"type\":\"raw_text\",\"text\":\" \"}");
    }
    match one_text(spans) {
        Some((text, look)) if look.is_plain() => {
            out.push_str("{\"type\":\"raw_text\",\"text\":");
            write_text(&text, out);
            out.push('}');
        }
        _ => {
            out.push_str("{\"type\":\"rich_text\",\"elements\":[");
            section(spans, out);
            out.push_str("]}");
        }
    }
}

fn settings(settings: &[Setting], out: &mut String) {
    if settings.is_empty() {
        return;
    }
    out.push_str("\"column_settings\":");
    for (index, Setting { align, is_wrapped }) in settings.iter().enumerate() {
        out.push(if index > 0 { ',' } else { '[' });
        out.extend(["{\"align\":\"", align, "\""]);
        out.push_str(if *is_wrapped { ",\"is_wrapped\":true}" } else { "}" });
    }
    out.push_str("],");
}

/// The id of a block, and a comma.
fn id(id: Option<&str>, out: &mut String) {
    if let Some(id) = id {
        out.push_str("\"block_id\":");
        write_text(id, out);
        out.push(',');
    }
}

/// A number that is left out where it is 0, and a comma.
fn number(name: &str, number: u32, out: &mut String) {
    if number > 0 {
        out.extend(["\"", name, "\":", &number.to_string(), ","]);
    }
}

fn json<T: Serialize>(value: &T, out: &mut String) -> Result<()> {
    out.push_str(&serde_json::to_string(value)?);
    Ok(())
}
