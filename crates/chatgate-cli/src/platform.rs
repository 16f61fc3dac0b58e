//! The platforms: how each says something, and the ways that lead to it.

use chatgate_core::{Capabilities, Dialect};
use chatgate_render::{
    AdaptiveCards, AnsiTerminal, BlockKit, Html, MattermostPosts, PlainText, html, mattermost,
    slack, teams, terminal,
};

use crate::arguments::To;

/// A way to a platform, and what can be done that way.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) platform: &'static str,
    pub(crate) name: &'static str,
    pub(crate) capabilities: Capabilities,
}

impl Way {
    fn new(platform: &'static str, name: &'static str, capabilities: Capabilities) -> Self {
        Self { platform, name, capabilities }
    }
}

/// All of them, those of a platform next to each other.
pub(crate) fn ways() -> Vec<Way> {
    vec![
        Way::new("slack", "bot", slack::capabilities()),
        Way::new("slack", "response_url", slack::response_url_capabilities()),
        Way::new("slack", "incoming webhook", slack::webhook_capabilities()),
        Way::new("slack", "home page", slack::home_capabilities()),
        Way::new("teams", "bot", teams::capabilities()),
        Way::new("teams", "workflow", teams::webhook_capabilities()),
        Way::new("teams", "outgoing webhook", teams::outgoing_webhook_capabilities()),
        Way::new("mattermost", "bot", mattermost::capabilities()),
        Way::new("mattermost", "answer, response_url", mattermost::answer_capabilities()),
        Way::new("mattermost", "incoming webhook", mattermost::webhook_capabilities()),
        Way::new("terminal", "console", terminal::capabilities()),
        Way::new("html", "page", html::capabilities()),
    ]
}

pub(crate) fn dialect(to: To) -> Box<dyn Dialect> {
    match to {
        To::Slack => Box::new(BlockKit::new()),
        To::Teams => Box::new(AdaptiveCards::new()),
        To::Mattermost => Box::new(MattermostPosts::new()),
        To::Ansi => Box::new(AnsiTerminal::new()),
        To::Html => Box::new(Html::new()),
        To::Text => Box::new(PlainText::new()),
    }
}

/// What can be done where a bot speaks.
pub(crate) fn place(to: To) -> Capabilities {
    match to {
        To::Slack => slack::capabilities(),
        To::Teams => teams::capabilities(),
        To::Mattermost => mattermost::capabilities(),
        To::Html => html::capabilities(),
        To::Ansi | To::Text => terminal::capabilities(),
    }
}

/// What a webhook can that only sends; `None` where there are none.
pub(crate) fn webhook(to: To) -> Option<Capabilities> {
    match to {
        To::Slack => Some(slack::webhook_capabilities()),
        To::Teams => Some(teams::webhook_capabilities()),
        To::Mattermost => Some(mattermost::webhook_capabilities()),
        To::Html | To::Ansi | To::Text => None,
    }
}
