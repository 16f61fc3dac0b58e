//! What the dialect gives to an adapter: read with `Rendered::read`.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A post, as `POST /posts` and `PUT /posts/{id}/patch` take it; the adapter adds the channel, the
/// thread and the key, and puts its address into the actions.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Content, Dialect, Surface, Target};
/// use chatgate_render::mattermost::{self, MattermostPost, MattermostPosts};
///
/// let target = Target::new(Surface::Post, Arc::new(mattermost::capabilities()));
/// let fitted = MattermostPosts::new().message(&Content::from("a *b*"), &target);
/// let post: MattermostPost = fitted.parts[0].read()?;
/// assert_eq!(post.message, r"a \*b\*");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MattermostPost {
    /// Markdown, at most `MaxPostSize` characters.
    pub message: String,
    /// The rest.
    pub props: MattermostProps,
    /// The mark of an important post. Only a new post that is no reply can have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<MattermostMetadata>,
}

/// What a new post has besides its text and props.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MattermostMetadata {
    /// How it is marked.
    pub priority: MattermostPriority,
}

/// How a post is marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MattermostPriority {
    /// `important`, `urgent`, or nothing.
    pub priority: String,
    /// Whether everyone who reads it is asked to acknowledge it: servers with a licence.
    #[serde(default)]
    pub requested_ack: bool,
}

/// What belongs to a post besides its text. A patch takes the place of all props.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MattermostProps {
    /// Always there, be they none: then the server looks up no address that is in the text.
    pub attachments: Vec<Box<RawValue>>,
    /// True where nobody is to be notified.
    #[serde(default)]
    pub disable_mentions: bool,
}

/// What answers a slash command, goes to its `response_url`, or to an incoming webhook; the adapter
/// adds who sees it (`response_type`).
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Content, Dialect, Surface, Target};
/// use chatgate_render::mattermost::{self, MattermostAnswer, MattermostPosts};
///
/// let target = Target::new(Surface::Answer, Arc::new(mattermost::answer_capabilities()));
/// let fitted = MattermostPosts::new().message(&Content::from("done"), &target);
/// let answer: MattermostAnswer = fitted.parts[0].read()?;
/// assert!(answer.skip_slack_parsing && answer.text == "done");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MattermostAnswer {
    /// Markdown.
    pub text: String,
    /// As in a post.
    #[serde(default)]
    pub attachments: Vec<Box<RawValue>>,
    /// True but in a webhook, which reads Slack's links whatever is asked.
    #[serde(default)]
    pub skip_slack_parsing: bool,
}
