//! What a file holds.

use std::io::Read;
use std::path::Path;

use chatgate_core::{Content, Form};
use serde_json::Value;

use crate::problem::Problem;

/// A message or a form.
#[derive(Debug)]
pub(crate) enum Source {
    Content(Content),
    Form(Form),
}

/// Reads a file; `-` is standard input.
pub(crate) fn read(path: &Path) -> Result<Source, Problem> {
    let (name, bytes) = if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        ("standard input".to_owned(), read.map(|_| bytes))
    } else {
        (path.display().to_string(), std::fs::read(path))
    };
    let bytes = bytes.map_err(|error| Problem::input(format!("{name}: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Problem::input(format!("{name}: byte {at} is no UTF-8 text"))
    })?;
    // What Windows puts before a text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if is_json(path, text) {
        json(&name, text)
    } else {
        Ok(Source::Content(Content::markdown(text)))
    }
}

fn is_json(path: &Path, text: &str) -> bool {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => true,
        Some("md" | "markdown" | "txt") => false,
        _ => text.trim_start().starts_with('{'),
    }
}

/// A content has blocks, a form has fields.
fn json(name: &str, text: &str) -> Result<Source, Problem> {
    let wrong = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        // serde_json says the position at the end of its words, too.
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or_default().to_owned();
        Problem::input(format!("{name}:{line}:{column}: {said}"))
    };
    let value: Value = serde_json::from_str(text).map_err(wrong)?;
    if value.get("blocks").is_some() {
        serde_json::from_str(text).map(Source::Content).map_err(wrong)
    } else if value.get("fields").is_some() {
        serde_json::from_str(text).map(Source::Form).map_err(wrong)
    } else {
        let said =
            "neither a content (an object with `blocks`) nor a form (`route`, `title`, `fields`)";
        Err(Problem::input(format!("{name}: {said}")))
    }
}
