//! Workflows: the webhooks of Power Automate, by which something is posted to a channel or chat.

mod address;
mod answer;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use chatgate_core::{Clock, Error, ErrorKind, Place, Receipt, Rendered, Result};
use chatgate_http::{HttpTransport, Request, Transport};
use chatgate_render::teams::{TeamsMessage, webhook_capabilities};
use http::Method;
use tokio::sync::Notify;

pub(crate) use address::Address;

/// The workspace of the places that are named after a workflow.
const WORKSPACE: &str = "workflow";

/// The most bytes of an answer that are looked at: there is an error code in it at best.
const MAX_BODY: usize = 64 * 1024;

/// All workflows that are set up.
pub(crate) struct Workflows {
    by_name: BTreeMap<String, Workflow>,
    /// Names by the channel that a workflow posts to.
    by_channel: HashMap<String, String>,
    /// The one that was given, or the usual one once there is a clock for it.
    transport: OnceLock<Arc<dyn Transport>>,
    /// Told when one takes nothing any more.
    lost: Notify,
}

/// One workflow.
#[derive(Debug)]
pub(crate) struct Workflow {
    /// What its place is called: `teams:workflow:<name>`.
    pub(crate) name: String,
    pub(crate) address: Address,
    /// The channel that it posts to, where that is known.
    pub(crate) channel: Option<String>,
    /// It was turned off, deleted, or does not take its signature any more.
    is_lost: AtomicBool,
}

impl Workflow {
    pub(crate) fn new(name: String, address: Address, channel: Option<String>) -> Self {
        Self { name, address, channel, is_lost: AtomicBool::new(false) }
    }
}

impl Workflows {
    /// Workflows of different names and channels.
    pub(crate) fn new(
        workflows: impl IntoIterator<Item = Workflow>,
        given: Option<Arc<dyn Transport>>,
    ) -> Self {
        let transport = OnceLock::new();
        if let Some(given) = given {
            let _ = transport.set(given);
        }
        let by_name: BTreeMap<_, _> =
            workflows.into_iter().map(|workflow| (workflow.name.clone(), workflow)).collect();
        let channels =
            by_name.values().filter_map(|it| Some((it.channel.clone()?, it.name.clone())));
        let by_channel = channels.collect();
        Self { by_name, by_channel, transport, lost: Notify::new() }
    }

    /// Makes the usual transport, where none was given.
    pub(crate) fn begin(&self, clock: &Arc<dyn Clock>) -> Result<()> {
        if self.transport.get().is_none() {
            let _ = self.transport.set(Arc::new(HttpTransport::new(clock.clone())?));
        }
        Ok(())
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Workflow> {
        self.by_name.values()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Whether a place is one that is named after a workflow.
    pub(crate) fn is_named(&self, place: &Place) -> bool {
        place.workspace == WORKSPACE
    }

    /// The workflow that posts to a place.
    pub(crate) fn of(&self, place: &Place) -> Option<&Workflow> {
        let conversation = place.conversation.as_str();
        match self.is_named(place) {
            true => self.by_name.get(conversation),
            false => self.by_name.get(self.by_channel.get(conversation)?),
        }
    }

    /// Posts a part. That it was taken is all that is ever told of it.
    pub(crate) async fn post(&self, place: &Place, part: &Rendered) -> Result<Receipt> {
        let Some(workflow) = self.of(place) else {
            return Err(Error::unsupported("post").with_context("no workflow posts there"));
        };
        let request = Request::new(Method::POST, workflow.address.expose()?)
            .json(body(part)?)
            .secret_url()
            .max_body(MAX_BODY);
        let taken = answer::read(&self.transport()?.send(request).await?);
        self.notice(workflow, &taken);
        taken.map(Receipt::Accepted)
    }

    /// What a workflow was to tell is missing from then on, perhaps where nobody expects to hear anything:
    /// that is said once, until it takes something again.
    fn notice(&self, workflow: &Workflow, taken: &Result<Option<String>>) {
        let is_lost = match taken {
            Ok(_) => false,
            Err(error) if error.is_unauthenticated() || error.is_not_found() => true,
            Err(_) => return,
        };
        if is_lost && !workflow.is_lost.swap(true, Ordering::Relaxed) {
            tracing::error!(workflow = workflow.name, "a workflow takes nothing any more");
            self.lost.notify_one();
        } else if !is_lost {
            workflow.is_lost.store(false, Ordering::Relaxed);
        }
    }

    /// Waits until a workflow takes nothing any more.
    pub(crate) async fn lost(&self) {
        self.lost.notified().await;
    }

    /// What carries requests.
    ///
    /// # Errors
    /// When none was given and nothing has begun.
    pub(crate) fn transport(&self) -> Result<&Arc<dyn Transport>> {
        self.transport.get().ok_or_else(|| {
            Error::new(ErrorKind::Unavailable).with_context("the adapter does not run yet")
        })
    }
}

/// What is sent. A workflow says 202 to anything and fails afterwards, where nobody sees it: what it would
/// not post is refused here.
fn body(part: &Rendered) -> Result<Bytes> {
    let payload = part.payload.get();
    let most = webhook_capabilities().limits.payload_bytes.unwrap_or(usize::MAX);
    if payload.len() > most {
        return Err(Error::invalid_input(format!("{} bytes, and {most} are taken", payload.len())));
    }
    let message: TeamsMessage = part.read()?;
    if message.attachments.is_empty() {
        return Err(Error::invalid_input("a workflow posts cards only"));
    }
    Ok(Bytes::copy_from_slice(payload.as_bytes()))
}

impl fmt::Debug for Workflows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workflows").field("names", &self.by_name.keys()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_would_fail_after_it_was_taken_is_refused() {
        let card = json!({"contentType": "application/vnd.microsoft.card.adaptive", "content": {}});
        let part = |summary: &str, attachments| {
            let message =
                json!({"type": "message", "summary": summary, "attachments": attachments});
            Rendered::new(&message, "").unwrap()
        };
        assert!(body(&part("", json!([card]))).is_ok());
        assert!(body(&part("", json!([]))).is_err());
        assert!(body(&part(&"é".repeat(14_000), json!([card]))).is_ok());
        assert!(body(&part(&"é".repeat(14_400), json!([card]))).is_err());
    }
}
