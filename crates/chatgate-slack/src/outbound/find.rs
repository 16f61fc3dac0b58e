//! Whether a post whose outcome is unknown is there after all.

use std::borrow::Cow;
use std::time::Duration;

use chatgate_core::{Error, MessageId, Place, PlatformMessageId, Receipt, Result, Timestamp};
use serde::Deserialize;

use super::channel;
use super::page::{Page, page};
use super::say::METADATA;
use crate::api::Form;
use crate::inbound::{seconds, soft};
use crate::state::State;

/// How much the platform's clock may be behind ours.
const CLOCKS_DIFFER: Duration = Duration::from_secs(60);
/// How many messages a page has, and how many pages are read: more is not worth the allowance.
const PAGE: &str = "100";
const PAGES: usize = 5;

#[derive(Deserialize)]
struct Found {
    #[serde(default, deserialize_with = "soft")]
    ts: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    bot_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    app_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    event_type: String,
    event_payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    gw_id: String,
}

/// Looks for our key in the metadata of our own messages since then.
pub(super) async fn find(
    state: &State,
    place: &Place,
    key: MessageId,
    since: Timestamp,
) -> Result<Receipt> {
    let channel = channel(state, place).await?;
    let (oldest, key) = (seconds(since - CLOCKS_DIFFER), key.to_string());
    let mut cursor = None;
    for _ in 0..PAGES {
        let form: Form<'_> = vec![
            ("channel", Cow::from(channel.as_str())),
            ("oldest", oldest.as_str().into()),
            ("inclusive", "true".into()),
            ("limit", PAGE.into()),
            ("include_all_metadata", "true".into()),
        ];
        let page: Page<Found> = page(state, place, form, cursor).await?;
        let found = page.messages.iter().find(|message| message.carries(&key, state));
        if let Some(ts) = found.and_then(|message| message.ts.clone()) {
            return Ok(Receipt::Found(Some(PlatformMessageId::from(ts))));
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(Receipt::Found(None));
        }
    }
    // So much was said since that nobody can tell.
    Err(Error::unsupported("find_post").with_context("too much was said since"))
}

impl Found {
    fn carries(&self, key: &str, state: &State) -> bool {
        let carries = self.metadata.as_ref().is_some_and(|metadata| {
            metadata.event_type == METADATA && metadata.event_payload.gw_id == key
        });
        carries && self.is_own(state)
    }

    /// Another app may copy metadata; only our own message counts.
    fn is_own(&self, state: &State) -> bool {
        let Some(install) = state.install() else { return true };
        let same = |given: &Option<String>, own: &Option<String>| given.is_some() && given == own;
        same(&self.bot_id, &install.bot)
            || same(&self.user, &install.user)
            || same(&self.app_id, &install.app)
    }
}
