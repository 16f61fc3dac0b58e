//! What the dialect gives to an adapter: read with `Rendered::read`.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// One part of a message, as every one of Slack's ways takes it: `chat.postMessage`, `chat.update`
/// (without the last two), `chat.postEphemeral`, a `response_url`, the answer to a slash command and an
/// incoming webhook. The adapter adds where
/// it goes, and `"parse": "none"` where the method has it.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Capabilities, Content, Dialect, Surface, Target};
/// use chatgate_render::slack::{BlockKit, SlackMessage};
///
/// let target = Target::new(Surface::Post, Arc::new(Capabilities::all()));
/// let fitted = BlockKit::new().message(&Content::from("a < b"), &target);
/// let message: SlackMessage = fitted.parts[0].read()?;
/// assert_eq!((message.text.as_str(), message.blocks.len()), ("a &lt; b", 1));
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SlackMessage {
    /// What notifications show and screen readers say: escaped, nothing in it is live, at most
    /// 3,000 characters.
    pub text: String,
    /// The blocks, each as it goes over the wire.
    pub blocks: Vec<Box<RawValue>>,
    /// Always false: no address of others is looked up because it was said.
    pub unfurl_links: bool,
    /// Always false, likewise.
    pub unfurl_media: bool,
}

/// A person's home page with the bot, as `views.publish` takes it: on [`Surface::Home`] there is one
/// part, and what does not fit it is left out.
///
/// [`Surface::Home`]: chatgate_core::Surface::Home
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Content, Dialect, Surface, Target};
/// use chatgate_render::slack::{BlockKit, SlackHome, home_capabilities};
///
/// let target = Target::new(Surface::Home, Arc::new(home_capabilities()));
/// let fitted = BlockKit::new().message(&Content::from("Nobody is on call."), &target);
/// let home: SlackHome = fitted.parts[0].read()?;
/// assert_eq!((home.kind.as_str(), home.blocks.len()), ("home", 1));
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SlackHome {
    /// Always `home`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The blocks, each as it goes over the wire.
    pub blocks: Vec<Box<RawValue>>,
}
