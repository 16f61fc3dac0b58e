//! Doc comments as help.

use syn::{Attribute, Expr, Lit, Meta};

/// A doc comment: its first paragraph on one line, and the rest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Docs {
    pub(crate) about: String,
    pub(crate) details: Option<String>,
}

impl Docs {
    pub(crate) fn of(attrs: &[Attribute]) -> Self {
        let lines: Vec<String> = attrs.iter().filter_map(line).collect();
        let text = lines.join("\n");
        let text = text.trim();
        let (first, rest) = text.split_once("\n\n").unwrap_or((text, ""));
        let about = first.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        // A line of help is no sentence; an ellipsis stays.
        let about = match about.strip_suffix('.') {
            Some(line) if !line.ends_with('.') => line.to_owned(),
            _ => about,
        };
        let rest: Vec<_> = rest.trim().split("\n\n").map(paragraph).collect();
        let rest = rest.join("\n\n");
        Self { about, details: (!rest.is_empty()).then_some(rest) }
    }
}

/// A paragraph on one line, unless its lines are there for a reason: code and lists.
fn paragraph(text: &str) -> String {
    let stands = |line: &str| line.starts_with(['-', '*', '`', ' ', '|', '>']);
    if text.lines().any(stands) {
        return text.to_owned();
    }
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn line(attr: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attr.meta else {
        return None;
    };
    let Expr::Lit(value) = &pair.value else {
        return None;
    };
    match &value.lit {
        Lit::Str(text) if pair.path.is_ident("doc") => {
            let text = text.value();
            // One space stands between the slashes and the text; code blocks keep the rest.
            let lines = text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
            Some(lines.collect::<Vec<_>>().join("\n"))
        }
        _ => None,
    }
}
