//! What a place can show and do, as data.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Whether a place can do something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Support {
    /// It can.
    Yes,
    /// It cannot.
    #[default]
    No,
    /// Nobody knows until it is tried; treated as [`Support::Yes`] when a message is fitted.
    Unknown,
}

impl Support {
    /// True unless it is known that it cannot.
    #[must_use]
    pub fn is_possible(self) -> bool {
        self != Self::No
    }
}

/// Something that a place can or cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Feature {
    /// Post a message at any time, not only in answer to a request.
    Post,
    /// Change a posted message.
    Edit,
    /// Delete a posted message.
    Delete,
    /// Show a message to one person only.
    Ephemeral,
    /// Send a direct message to a person.
    DirectMessage,
    /// Reply in threads.
    Threads,
    /// Buttons, menus and pickers that run actions.
    Actions,
    /// Open a form.
    Forms,
    /// Show tables.
    Tables,
    /// Show pictures.
    Images,
    /// Mention people, groups and channels.
    Mentions,
    /// Notify everyone at once.
    Broadcast,
    /// Add and remove reactions.
    Reactions,
    /// Upload files.
    Upload,
    /// Read earlier messages.
    History,
    /// Look up people, places and groups.
    Describe,
    /// Fill a person's home page with the bot.
    Home,
    /// Pin messages.
    Pins,
    /// Show that the bot is typing.
    Typing,
    /// Open a conversation with several people.
    GroupMessage,
    /// Fetch files that others have sent.
    Download,
    /// Mark a message as important, and ask those who read it to acknowledge it.
    Importance,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 22] = [
        Self::Post,
        Self::Edit,
        Self::Delete,
        Self::Ephemeral,
        Self::DirectMessage,
        Self::Threads,
        Self::Actions,
        Self::Forms,
        Self::Tables,
        Self::Images,
        Self::Mentions,
        Self::Broadcast,
        Self::Reactions,
        Self::Upload,
        Self::History,
        Self::Describe,
        Self::Home,
        Self::Pins,
        Self::Typing,
        Self::GroupMessage,
        Self::Download,
        Self::Importance,
    ];

    /// The feature as a stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Ephemeral => "ephemeral",
            Self::DirectMessage => "direct_message",
            Self::Threads => "threads",
            Self::Actions => "actions",
            Self::Forms => "forms",
            Self::Tables => "tables",
            Self::Images => "images",
            Self::Mentions => "mentions",
            Self::Broadcast => "broadcast",
            Self::Reactions => "reactions",
            Self::Upload => "upload",
            Self::History => "history",
            Self::Describe => "describe",
            Self::Home => "home",
            Self::Pins => "pins",
            Self::Typing => "typing",
            Self::GroupMessage => "group_message",
            Self::Download => "download",
            Self::Importance => "importance",
        }
    }
}

/// What a place can show and do: flags and limits. Made by the adapter; a value that it does not set
/// is "no", or "no limit".
///
/// ```
/// use chatgate_core::{Capabilities, Feature, Support};
/// let can = Capabilities::new().with([Feature::Post, Feature::Edit]);
/// assert_eq!(can.support(Feature::Edit), Support::Yes);
/// assert_eq!(can.support(Feature::Forms), Support::No);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Capabilities {
    features: std::collections::BTreeMap<Feature, Support>,
    /// The limits.
    pub limits: Limits,
}

/// How much a place takes. `None` is no limit that anyone knows of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Limits {
    /// The most characters (Unicode scalar values) of text in one part.
    #[serde(default)]
    pub text_chars: Option<usize>,
    /// The most blocks in one part.
    #[serde(default)]
    pub blocks: Option<usize>,
    /// The most bytes of one part's payload.
    #[serde(default)]
    pub payload_bytes: Option<usize>,
    /// The most characters of the value that a button carries.
    #[serde(default)]
    pub action_value_chars: Option<usize>,
    /// The most characters of the value that a menu or picker carries, where that is less.
    #[serde(default)]
    pub menu_value_chars: Option<usize>,
    /// The most actions in one part.
    #[serde(default)]
    pub actions: Option<usize>,
    /// The most bytes of an uploaded file.
    #[serde(default)]
    pub file_bytes: Option<u64>,
    /// How long after it was posted a message can be edited.
    #[serde(default)]
    pub edit_window: Option<Duration>,
    /// How many columns of text fit a line, where that is known (a terminal).
    #[serde(default)]
    pub columns: Option<usize>,
    /// How often something may be done.
    #[serde(default)]
    pub rates: Vec<RateLimit>,
    /// What these allowances belong to, where that is neither the place nor its workspace: one webhook
    /// that is known by several names. Places of an adapter that say the same here share them, and what
    /// the platform asks to wait for one of them holds for all.
    #[serde(default)]
    pub paced_as_one: Option<String>,
    /// What of people's words reaches the bot there.
    #[serde(default)]
    pub hears: Hearing,
}

/// What of people's words in a place reaches the bot: whether a card can be answered by text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Hearing {
    /// What is usual for the platform.
    #[default]
    Usual,
    /// Only what begins with its name.
    ByName,
    /// Nothing: a webhook that only posts.
    Nothing,
}

/// How often something may be done, as the platform documents it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RateLimit {
    /// What shares one allowance.
    pub scope: RateScope,
    /// The operations that count, by [`crate::Operation::paced_as`]; all when empty.
    pub operations: Vec<std::borrow::Cow<'static, str>>,
    /// One each so long.
    pub every: Duration,
    /// So many at once before that.
    pub burst: u32,
}

/// What shares one allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RateScope {
    /// One conversation with its threads.
    Conversation,
    /// One workspace.
    Workspace,
}

impl Capabilities {
    /// Nothing, without limits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything, without limits.
    #[must_use]
    pub fn all() -> Self {
        Self::new().with(Feature::ALL)
    }

    /// It can do these.
    #[must_use]
    pub fn with(mut self, features: impl IntoIterator<Item = Feature>) -> Self {
        self.features.extend(features.into_iter().map(|feature| (feature, Support::Yes)));
        self
    }

    /// It cannot do these.
    #[must_use]
    pub fn without(mut self, features: impl IntoIterator<Item = Feature>) -> Self {
        self.features.extend(features.into_iter().map(|feature| (feature, Support::No)));
        self
    }

    /// Says whether it can do something.
    #[must_use]
    pub fn set(mut self, feature: Feature, support: Support) -> Self {
        self.features.insert(feature, support);
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether it can do something.
    #[must_use]
    pub fn support(&self, feature: Feature) -> Support {
        self.features.get(&feature).copied().unwrap_or_default()
    }

    /// True unless it is known that it cannot.
    #[must_use]
    pub fn can(&self, feature: Feature) -> bool {
        self.support(feature).is_possible()
    }
}

impl RateLimit {
    /// All operations of a scope: one each so long, none saved up.
    #[must_use]
    pub fn new(scope: RateScope, every: Duration) -> Self {
        Self { scope, operations: Vec::new(), every, burst: 1 }
    }

    /// Counts only this operation, and those named so before.
    #[must_use]
    pub fn operation(mut self, name: &'static str) -> Self {
        self.operations.push(name.into());
        self
    }

    /// Lets so many go at once.
    #[must_use]
    pub fn burst(mut self, burst: u32) -> Self {
        self.burst = burst.max(1);
        self
    }
}

impl Limits {
    /// Adds how often something may be done.
    #[must_use]
    pub fn rate(mut self, rate: RateLimit) -> Self {
        self.rates.push(rate);
        self
    }

    /// Says what the allowances belong to, instead of the place or its workspace.
    #[must_use]
    pub fn paced_as_one(mut self, name: impl Into<String>) -> Self {
        self.paced_as_one = Some(name.into());
        self
    }

    /// Says what of people's words reaches the bot.
    #[must_use]
    pub fn hears(mut self, hears: Hearing) -> Self {
        self.hears = hears;
        self
    }

    /// No limits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the most characters of text in one part.
    #[must_use]
    pub fn text_chars(mut self, chars: usize) -> Self {
        self.text_chars = Some(chars);
        self
    }

    /// Sets the most blocks in one part.
    #[must_use]
    pub fn blocks(mut self, blocks: usize) -> Self {
        self.blocks = Some(blocks);
        self
    }

    /// Sets the most bytes of one part's payload.
    #[must_use]
    pub fn payload_bytes(mut self, bytes: usize) -> Self {
        self.payload_bytes = Some(bytes);
        self
    }

    /// Sets the most characters of the value that a button carries.
    #[must_use]
    pub fn action_value_chars(mut self, chars: usize) -> Self {
        self.action_value_chars = Some(chars);
        self
    }

    /// Sets the most characters of the value that a menu or picker carries.
    #[must_use]
    pub fn menu_value_chars(mut self, chars: usize) -> Self {
        self.menu_value_chars = Some(chars);
        self
    }

    /// Sets the most actions in one part.
    #[must_use]
    pub fn actions(mut self, actions: usize) -> Self {
        self.actions = Some(actions);
        self
    }

    /// Sets the most bytes of an uploaded file.
    #[must_use]
    pub fn file_bytes(mut self, bytes: u64) -> Self {
        self.file_bytes = Some(bytes);
        self
    }

    /// Sets how long after it was posted a message can be edited.
    #[must_use]
    pub fn edit_window(mut self, window: Duration) -> Self {
        self.edit_window = Some(window);
        self
    }

    /// Sets how many columns of text fit a line.
    #[must_use]
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = Some(columns);
        self
    }
}
