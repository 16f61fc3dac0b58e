//! An incoming webhook: a way that only sends, for who has no bot.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, Audience, Capabilities, Dialect, Endpoint, Error, Feature, Fitted, Form,
    Health, Hearing, Inbox, Operation, Phrases, Place, Receipt, Rendered, ReplyHandle, Result,
    Shutdown, Surface, Target, WorkspaceId,
};
use chatgate_http::{BaseUrl, Request, Secret, Transport};
use chatgate_render::mattermost::{self, MattermostAnswer, MattermostPosts};
use http::Method;
use serde_json::{Value, json};
use url::Url;

use crate::api::{Carrier, workspace_of};
use crate::config::{CA_FILE, read_roots};
use crate::error;

const URL: &str = "MATTERMOST_WEBHOOK_URL";
/// The place of the webhook's own channel.
const OWN: &str = "webhook";
const HOOKS: &str = "/hooks/";

/// An incoming webhook of a Mattermost server. It posts, and does nothing else: no message can be changed
/// or found again, nobody can be looked up, and no button leads back.
///
/// Its own channel is the place `mattermost-webhook:<server>:webhook`; a name in the place of `webhook`
/// (`ops`, `@alice`) is another channel, where the webhook is not locked to its own. Whoever knows the
/// address can post: it is a secret.
///
/// ```
/// use chatgate_mattermost::MattermostWebhook;
/// let webhook = MattermostWebhook::builder()
///     .url("https://chat.example.com/hooks/kzwpjuk1n3gz7mqcbs6hrmqsgo")
///     .build()?;
/// assert_eq!(webhook.place().to_string(), "mattermost-webhook:chat.example.com:webhook");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
pub struct MattermostWebhook {
    id: AdapterId,
    workspace: WorkspaceId,
    url: Secret,
    carrier: Carrier,
    capabilities: Arc<Capabilities>,
    dialect: WebhookPosts,
}

/// Sets up a [`MattermostWebhook`]. What is wrong is found by [`MattermostWebhookBuilder::build`].
#[derive(Clone)]
#[must_use]
pub struct MattermostWebhookBuilder {
    name: String,
    url: Option<Secret>,
    plain_http: bool,
    transport: Option<Arc<dyn Transport>>,
    roots: Vec<PathBuf>,
    phrases: Phrases,
}

impl MattermostWebhook {
    /// Sets one up by hand.
    pub fn builder() -> MattermostWebhookBuilder {
        MattermostWebhookBuilder {
            name: "mattermost-webhook".to_owned(),
            url: None,
            plain_http: false,
            transport: None,
            roots: Vec::new(),
            phrases: Phrases::default(),
        }
    }

    /// Sets one up from the environment: `MATTERMOST_WEBHOOK_URL`, `MATTERMOST_CA_FILE`.
    ///
    /// # Errors
    /// As [`MattermostWebhookBuilder::build`].
    pub fn from_env() -> Result<Self> {
        let builder = Self::builder();
        let builder = match std::env::var(CA_FILE) {
            Ok(file) if !file.trim().is_empty() => builder.ca_file(file),
            _ => builder,
        };
        match std::env::var(URL) {
            Ok(url) => builder.url(url),
            Err(_) => builder,
        }
        .build()
    }

    /// The webhook's own channel.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::new(self.id.clone(), self.workspace.clone(), OWN)
    }

    async fn post(&self, place: &Place, part: &Rendered) -> Result<Receipt> {
        let said: MattermostAnswer = part.read()?;
        let mut body = json!({"text": said.text, "attachments": said.attachments});
        let channel = place.conversation.as_str();
        if let (true, Some(body)) = (channel != OWN, body.as_object_mut()) {
            body.insert("channel".to_owned(), Value::from(channel));
        }
        let url: Url = self.url.expose().parse().map_err(|_| Error::internal("no address"))?;
        let request = Request::new(Method::POST, url).json(body.to_string()).secret_url();
        let response = self.carrier.get()?.send(request).await?;
        match response.status.is_success() {
            // The server does not say which post it is.
            true => Ok(Receipt::Posted(None)),
            false => Err(error::of(&response)),
        }
    }
}

impl MattermostWebhookBuilder {
    /// Names the adapter; `mattermost-webhook` when nothing is said.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The address: `https://chat.example.com/hooks/…`. It is a secret.
    pub fn url(mut self, url: impl AsRef<str>) -> Self {
        self.url = Some(Secret::new(url.as_ref().trim()));
        self
    }

    /// Takes an address with plain `http` on another machine: everyone on the way can read it, and post.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// As [`crate::MattermostBuilder::ca_file`].
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots.push(path.into());
        self
    }

    /// Carries requests by another transport than the usual one.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Replaces what chatgate itself says.
    pub fn phrases(mut self, phrases: Phrases) -> Self {
        self.phrases = phrases;
        self
    }

    /// The adapter.
    ///
    /// # Errors
    /// `configuration` with what is missing or wrong, and the next step. The address is not shown.
    pub fn build(self) -> Result<MattermostWebhook> {
        let wrong = |why: String| Error::configuration(format!("Mattermost: {why}"));
        let id = AdapterId::parse(&self.name)?;
        let url = self.url.ok_or_else(|| {
            wrong(format!("{URL} is not set: copy it from Integrations, Incoming Webhooks"))
        })?;
        let (server, hook) = url.expose().rsplit_once(HOOKS).ok_or_else(|| {
            wrong(format!("{URL} is no address of an incoming webhook: https://…/hooks/…"))
        })?;
        let base = match self.plain_http {
            true => BaseUrl::parse_allowing_plain_http(server),
            false => BaseUrl::parse(server),
        };
        let base = base.map_err(|error| {
            wrong(format!("{URL} cannot be used ({})", error.context().join(": ")))
        })?;
        if hook.is_empty() || !hook.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(wrong(format!("{URL} has no id of a webhook at its end: copy it again")));
        }
        let mut mistakes = Vec::new();
        let roots = read_roots(&self.roots, &mut mistakes);
        if !mistakes.is_empty() {
            return Err(wrong(mistakes.join("; ")));
        }
        // A button would come back to the bot, which has not made it; names are nobody's to look up.
        let mut can =
            mattermost::webhook_capabilities().without([Feature::Actions, Feature::Threads]);
        can.limits = can.limits.hears(Hearing::Nothing);
        Ok(MattermostWebhook {
            id,
            workspace: workspace_of(&base),
            url,
            carrier: Carrier::new(self.transport, roots),
            capabilities: Arc::new(can),
            dialect: WebhookPosts(MattermostPosts::new().with_phrases(&self.phrases)),
        })
    }
}

#[async_trait]
impl Adapter for MattermostWebhook {
    fn id(&self) -> &AdapterId {
        &self.id
    }

    fn capabilities(&self, _: &Place, _: Option<&ReplyHandle>) -> Arc<Capabilities> {
        self.capabilities.clone()
    }

    fn dialect(&self) -> &dyn Dialect {
        &self.dialect
    }

    fn endpoints(&self, _: &Inbox) -> Vec<Endpoint> {
        Vec::new()
    }

    async fn run(&self, inbox: Inbox, shutdown: Shutdown) -> Result<()> {
        self.carrier.begin(inbox.clock())?;
        inbox.health(Health::Ready);
        shutdown.asked().await;
        Ok(())
    }

    async fn call(&self, operation: Operation) -> Result<Receipt> {
        let name = operation.name();
        let done = match operation {
            Operation::Post { place, audience: Audience::Everyone, part, via: None, .. } => {
                self.post(&place, &part).await
            }
            _ => Err(Error::unsupported(name)),
        };
        done.map_err(|error| error.with_operation(name).with_adapter(self.id.clone()))
    }
}

/// Says everything as an incoming webhook takes it.
struct WebhookPosts(MattermostPosts);

impl Dialect for WebhookPosts {
    fn message(&self, content: &chatgate_core::Content, target: &Target) -> Fitted {
        let target = Target::new(Surface::Webhook, target.capabilities.clone());
        self.0.message(content, &target)
    }

    fn form(&self, _: &Form, _: &Target) -> Result<Fitted> {
        Err(Error::unsupported("form"))
    }
}

impl fmt::Debug for MattermostWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MattermostWebhook").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for MattermostWebhookBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MattermostWebhookBuilder").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_webhook_is_refused_and_not_shown() {
        let built = |url: &str| MattermostWebhook::builder().url(url).build();
        assert!(built("https://chat.test/sub/hooks/abc1").is_ok());
        assert!(built("http://127.0.0.1:8065/hooks/abc1").is_ok());
        for bad in [
            "",
            "canary",
            "https://chat.test/canary",
            "https://chat.test/hooks/",
            "https://chat.test/hooks/canary/../x",
            "http://chat.test/hooks/canary",
            "https://u:canary@chat.test/hooks/abc1",
        ] {
            let error = built(bad).unwrap_err();
            assert!(error.is_configuration(), "{bad}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        }
        assert!(MattermostWebhook::builder().build().is_err());
        let webhook = built("https://chat.test/hooks/canary").unwrap();
        assert!(!format!("{webhook:?}").contains("canary"));
    }
}
