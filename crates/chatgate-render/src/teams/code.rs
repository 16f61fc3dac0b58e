//! Code: in characters of one width, or in Teams' own code block where the place has one.

use chatgate_core::LossKind;

use super::build::{Builder, Gap};
use super::json::{quote, quoted};
use super::limits::CODE_CHARS;
use super::line::{most_chars, without_dates};
use super::markdown::Starts;
use super::sheet::{Border, Frame, Piece};
use crate::split_text;

/// What opens a run, and what closes it.
const RUN: &str = "{\"type\":\"TextRun\",\"fontType\":\"Monospace\",\"size\":\"Small\",\"text\":";

/// At most what a code block has around its text, twice: it stands in the fallback too.
const BLOCK_BYTES: usize = 500;

impl Builder<'_, '_> {
    pub(super) fn code(&mut self, language: Option<&str>, text: &str) {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = if text.trim().is_empty() { "\u{a0}" } else { text };
        if self.options.code_blocks && self.code_blocks(language, text) {
            return;
        }
        self.is_wide |= text.lines().any(|line| line.chars().count() > 60);
        let is_open = self.boxed("emphasis");
        let left = self.sheet.left();
        let most = most_chars(left, 200, CODE_CHARS);
        for (index, chunk) in chunks(text, most).enumerate() {
            if index > 0 {
                self.gap_unless_line(Gap::None);
                self.sheet.border(Border::Line);
            }
            let open = self.tag("RichTextBlock") + ",\"inlines\":[";
            let frame = Frame { open, close: "]}", between: ",", ..Frame::default() };
            if !self.enter(frame) {
                self.loss(LossKind::Cut, "left out: no room for a line");
                continue;
            }
            let most = most_chars(self.sheet.left(), 100, CODE_CHARS) / 2;
            for piece in split_text(chunk, most.max(1)).flat_map(without_dates) {
                self.sheet.border(Border::Word);
                self.sheet.push(Piece::of(run(piece), piece));
            }
            self.sheet.leave();
        }
        self.leave(is_open);
    }

    /// Says code in Teams' own blocks; an older client shows what is in their fallbacks.
    fn code_blocks(&mut self, language: Option<&str>, text: &str) -> bool {
        let language = named(language.unwrap_or_default());
        let most = most_chars(self.sheet.left(), BLOCK_BYTES, 4 * CODE_CHARS) / 3;
        if most < CODE_CHARS / 4 {
            return false;
        }
        let mut number = 1;
        let mut pieces = Vec::new();
        for chunk in chunks(text, most) {
            let mut json = self.tag("CodeBlock");
            json.push_str(",\"codeSnippet\":");
            quote(chunk, &mut json);
            json.push_str(&format!(
                ",\"language\":\"{language}\",\"startLineNumber\":{number},\"fallback\":\
                 {{\"type\":\"Container\",\"style\":\"emphasis\",\"items\":[\
                 {{\"type\":\"RichTextBlock\",\"inlines\":[{}]}}]}}}}",
                without_dates(chunk).map(run).collect::<Vec<_>>().join(",")
            ));
            number += chunk.lines().count();
            pieces.push(Piece::of(json, chunk));
        }
        if !pieces.iter().all(|piece| self.sheet.takes(piece)) {
            return false;
        }
        for piece in pieces {
            self.sheet.border(Border::Line);
            self.sheet.push(piece);
        }
        true
    }
}

/// Whole lines, together at most so many characters; a longer line stands alone.
fn chunks(text: &str, most: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let mut chars = 0;
        let mut end = 0;
        for line in text.split_inclusive('\n') {
            chars += line.chars().count();
            if chars > most && end > 0 {
                break;
            }
            end += line.len();
            if chars > most {
                break;
            }
        }
        let (chunk, tail) = text.split_at(end);
        rest = (!tail.is_empty()).then_some(tail);
        Some(chunk.strip_suffix('\n').filter(|_| rest.is_some()).unwrap_or(chunk))
    })
}

fn run(text: &str) -> String {
    let text = if text.trim().is_empty() { "\u{a0}".to_owned() } else { firm(text, Starts::Line) };
    format!("{RUN}{}}}", quoted(&text))
}

/// Keeps spaces apart: several of them, and those at the start of a line, are one or none in HTML.
pub(super) fn firm(text: &str, starts: Starts) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_open = starts == Starts::Line;
    for c in text.chars() {
        out.push(if c == ' ' && is_open { '\u{a0}' } else { c });
        is_open = matches!(c, ' ' | '\n');
    }
    out
}

/// The name that Teams has for a language; it knows no other.
fn named(language: &str) -> &'static str {
    match language.to_ascii_lowercase().as_str() {
        "sh" | "bash" | "shell" | "zsh" | "console" => "Bash",
        "c" | "h" => "C",
        "cpp" | "c++" | "cc" | "hpp" => "Cpp",
        "cs" | "csharp" | "c#" => "CSharp",
        "css" => "Css",
        "bat" | "cmd" | "dos" => "Dos",
        "go" | "golang" => "Go",
        "graphql" => "Graphql",
        "html" => "Html",
        "java" => "Java",
        "js" | "javascript" | "jsx" => "JavaScript",
        "json" => "Json",
        "objc" | "objectivec" => "ObjectiveC",
        "perl" | "pl" => "Perl",
        "php" => "Php",
        "powershell" | "ps1" | "pwsh" => "PowerShell",
        "py" | "python" => "Python",
        "sql" => "Sql",
        "ts" | "typescript" | "tsx" => "TypeScript",
        "vb" | "vbnet" => "VbNet",
        "verilog" => "Verilog",
        "vhdl" => "Vhdl",
        "xml" => "Xml",
        _ => "PlainText",
    }
}
