//! What stands around a message.

use super::Pictures;
use super::words::escaped;

/// One style sheet for all: mail programs take nothing from outside.
const STYLE: &str = include_str!("style.css");

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Document,
    Fragment,
}

/// The beginning and the end of each part.
pub(super) struct Page {
    before: String,
    after: &'static str,
}

impl Page {
    pub(super) fn new(shape: Shape, pictures: Pictures, title: &str) -> Self {
        let style = STYLE.trim_end();
        match shape {
            Shape::Fragment => Self {
                before: format!("<div class=\"cg\"><style>{style}</style>"),
                after: "</div>",
            },
            Shape::Document => {
                // Were there a script after all, no browser would run it.
                let pictures = if pictures == Pictures::Shown { "; img-src https:" } else { "" };
                let title = escaped(title);
                let before = format!(
                    "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n\
                     <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
                     style-src 'unsafe-inline'{pictures}\">\n\
                     <meta name=\"viewport\" content=\"width=device-width\">\n\
                     <meta name=\"color-scheme\" content=\"light dark\">\n\
                     <title>{title}</title>\n<style>{style}</style>\n</head>\n\
                     <body>\n<div class=\"cg\">"
                );
                Self { before, after: "</div>\n</body>\n</html>\n" }
            }
        }
    }

    /// A part with this inside.
    pub(super) fn around(&self, body: &str) -> String {
        format!("{}{body}{}", self.before, self.after)
    }

    /// The line that says that a message was perhaps sent before.
    pub(super) fn mark(words: &str) -> String {
        format!("<p class=\"context\">{}</p>", escaped(words))
    }
}
