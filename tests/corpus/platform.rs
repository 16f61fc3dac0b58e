//! The platforms, and on which surfaces each says a message.

use std::sync::Arc;

use chatgate_core::{Capabilities, Dialect, Fitted, Limits, Loss, LossKind, Surface, Target};
use chatgate_render::{
    AdaptiveCards, AnsiTerminal, BlockKit, Html, MattermostPosts, PlainText, html, mattermost,
    slack, teams,
};

use crate::message::{Message, Said};

/// A platform's dialect, and what its places can.
pub(crate) struct Platform {
    /// The folder of its payloads.
    pub(crate) name: &'static str,
    dialect: Box<dyn Dialect>,
    place: Arc<Capabilities>,
    /// The other surfaces that there are, each with its name and with what it can.
    others: Vec<(&'static str, Surface, Arc<Capabilities>)>,
}

/// A message on one surface; without a name where it is an ordinary post.
pub(crate) struct Rendering {
    pub(crate) surface: Option<&'static str>,
    pub(crate) fitted: Fitted,
}

pub(crate) fn platforms() -> Vec<Platform> {
    // 100 columns: a terminal beside an editor.
    let terminal = || Capabilities::all().limits(Limits::new().columns(100));
    vec![
        Platform::new("slack", BlockKit::new(), slack::capabilities())
            .with_webhook(slack::webhook_capabilities()),
        Platform::new("teams", AdaptiveCards::new(), teams::capabilities())
            .with_webhook(teams::webhook_capabilities())
            .with_answer(teams::outgoing_webhook_capabilities()),
        // The newest server: what older ones lack is asked otherwise.
        Platform::new(
            "mattermost",
            MattermostPosts::new().for_server(11, 6),
            mattermost::capabilities(),
        )
        .with_webhook(mattermost::webhook_capabilities()),
        Platform::new("html", Html::fragment(), html::capabilities()),
        Platform::new("ansi", AnsiTerminal::new(), terminal()),
        Platform::new("text", PlainText::new(), terminal()),
    ]
}

impl Platform {
    fn new(name: &'static str, dialect: impl Dialect + 'static, place: Capabilities) -> Self {
        Self { name, dialect: Box::new(dialect), place: Arc::new(place), others: Vec::new() }
    }

    /// A webhook that only sends.
    fn with_webhook(mut self, can: Capabilities) -> Self {
        self.others.push(("webhook", Surface::Webhook, Arc::new(can)));
        self
    }

    /// A webhook that only answers.
    fn with_answer(mut self, can: Capabilities) -> Self {
        self.others.push(("answer", Surface::Answer, Arc::new(can)));
        self
    }

    /// What the platform is sent for a message: nothing for a form that it does not have. A surface that
    /// is sent what is posted is left out.
    pub(crate) fn say(&self, message: &Message) -> Vec<Rendering> {
        let target = |surface, can: &Arc<Capabilities>| Target::new(surface, can.clone());
        match &message.said {
            Said::Form(form) => {
                match self.dialect.form(form, &target(Surface::Form, &self.place)) {
                    Ok(fitted) => vec![Rendering { surface: Some("form"), fitted }],
                    Err(error) if error.is_unsupported() => {
                        let loss = Loss::new(LossKind::Form, error.to_string());
                        let fitted = Fitted::new(Vec::new(), vec![loss]);
                        vec![Rendering { surface: Some("form"), fitted }]
                    }
                    Err(error) => panic!("{}/{}: {error}", self.name, message.name),
                }
            }
            Said::Content(content) => {
                let fitted = self.dialect.message(content, &target(Surface::Post, &self.place));
                let others = self.others.iter().map(|(name, surface, can)| Rendering {
                    surface: Some(*name),
                    fitted: self.dialect.message(content, &target(*surface, can)),
                });
                let others: Vec<_> =
                    others.filter(|other| other.fitted.parts != fitted.parts).collect();
                std::iter::once(Rendering { surface: None, fitted }).chain(others).collect()
            }
        }
    }
}
