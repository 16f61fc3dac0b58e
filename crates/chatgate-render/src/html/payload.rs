//! What the dialect gives to whoever sends or shows it.

use serde::{Deserialize, Serialize};

/// A message as HTML.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Content, Dialect, Surface, Target};
/// use chatgate_render::html::{self, Html, HtmlMessage};
///
/// let target = Target::new(Surface::Post, Arc::new(html::capabilities()));
/// let fitted = Html::fragment().message(&Content::from("1 < 2"), &target);
/// let message: HtmlMessage = fitted.parts[0].read()?;
/// assert!(message.html.contains("<p dir=\"auto\">1 &lt; 2</p>"));
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HtmlMessage {
    /// A document, or a part of one.
    pub html: String,
}

impl HtmlMessage {
    /// A message; the HTML is taken as it is.
    ///
    /// ```
    /// assert_eq!(chatgate_render::html::HtmlMessage::new("<p>hi</p>").html, "<p>hi</p>");
    /// ```
    pub fn new(html: impl Into<String>) -> Self {
        Self { html: html.into() }
    }
}
