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
    /// What a webhook can that only sends, where there are such.
    webhook: Option<Arc<Capabilities>>,
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
            .with_webhook(teams::webhook_capabilities()),
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
        Self { name, dialect: Box::new(dialect), place: Arc::new(place), webhook: None }
    }

    fn with_webhook(mut self, webhook: Capabilities) -> Self {
        self.webhook = Some(Arc::new(webhook));
        self
    }

    /// What the platform is sent for a message: nothing for a form that it does not have. A webhook that
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
                let webhook = self
                    .webhook
                    .as_ref()
                    .map(|can| self.dialect.message(content, &target(Surface::Webhook, can)))
                    .filter(|webhook| webhook.parts != fitted.parts);
                let mut out = vec![Rendering { surface: None, fitted }];
                out.extend(webhook.map(|fitted| Rendering { surface: Some("webhook"), fitted }));
                out
            }
        }
    }
}
