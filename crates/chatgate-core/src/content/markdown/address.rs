//! Where links and pictures lead.

use pulldown_cmark::{CowStr, LinkType};
use url::Url;

use super::super::Inline;

/// Where a link leads, or the words that stand for it.
pub(super) enum Address {
    Url(Url),
    Text(String),
}

impl Address {
    /// Reads the destination of a link; only the schemes that people open from a chat lead somewhere.
    pub(super) fn of(kind: LinkType, destination: &CowStr<'_>) -> Self {
        let url = match kind {
            LinkType::Email => Url::parse(&format!("mailto:{destination}")),
            _ => Url::parse(destination),
        };
        match url {
            Ok(url) if matches!(url.scheme(), "http" | "https" | "mailto") => Self::Url(url),
            _ => Self::Text(destination.to_string()),
        }
    }
}

/// A link whose label is its address has none.
pub(super) fn link(url: Url, mut label: Vec<Inline>) -> Inline {
    if let [Inline::Text(text)] = label.as_slice()
        && says(&url, text)
    {
        label.clear();
    }
    Inline::Link { url, label }
}

/// Whether a text is an address, but for what reading it adds.
fn says(url: &Url, text: &str) -> bool {
    let address = url.as_str();
    address == text
        || address.strip_suffix('/') == Some(text)
        || address.strip_prefix("mailto:") == Some(text)
}
