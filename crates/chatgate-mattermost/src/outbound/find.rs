//! Whether a post whose outcome is unknown is there after all.

use std::collections::HashMap;
use std::time::Duration;

use chatgate_core::{Error, MessageId, Place, PlatformMessageId, Receipt, Result, Timestamp};
use chatgate_http::soft;
use http::Method;
use serde::Deserialize;
use serde_json::Value;

use super::say::KEY;
use super::{channel, me};
use crate::state::State;

/// How much the server's clock may be behind ours.
const CLOCKS_DIFFER: Duration = Duration::from_secs(60);

/// The most posts of a list by time, of which a server with more gives any (mattermost.md §2.5).
const BY_TIME: usize = 1_000;
/// The most posts of a page (mattermost.md §3.1), and how many pages are looked through instead.
const PAGE: usize = 200;
const PAGES: usize = 50;

#[derive(Deserialize)]
struct Posts {
    #[serde(default)]
    order: Vec<String>,
    #[serde(default)]
    posts: HashMap<String, Post>,
}

#[derive(Deserialize)]
struct Post {
    create_at: i64,
    #[serde(default, deserialize_with = "soft")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    delete_at: Option<i64>,
    #[serde(default, deserialize_with = "soft")]
    props: Option<Value>,
}

/// Looks for our key in the props of our own posts since then.
pub(super) async fn find(
    state: &State,
    place: &Place,
    key: MessageId,
    since: Timestamp,
) -> Result<Receipt> {
    let (me, key) = (me(state).await?, key.to_string());
    // No list is by the time 0.
    let since = (since - CLOCKS_DIFFER).as_millis().max(1);
    let channel = channel(state, place).await?;
    let is_it = |post: &Post| {
        let said = post.props.as_ref().and_then(|props| props.get(KEY)?.as_str());
        post.user_id.as_deref() == Some(me.id.as_str())
            && post.delete_at.unwrap_or_default() == 0
            && said == Some(key.as_str())
    };
    let found = |posts: Posts| {
        let found = posts.posts.into_iter().find(|(_, post)| is_it(post));
        found.map(|(id, _)| PlatformMessageId::from(id))
    };
    let changed = list(state, &channel, &format!("since={since}")).await?;
    let is_whole = changed.order.len() < BY_TIME;
    let id = found(changed);
    if is_whole || id.is_some() {
        return Ok(Receipt::Found(id));
    }
    for page in 0..PAGES {
        let posts = list(state, &channel, &format!("page={page}&per_page={PAGE}")).await?;
        let oldest = posts.order.last().and_then(|id| posts.posts.get(id));
        let is_last = posts.order.len() < PAGE || oldest.is_none_or(|it| it.create_at <= since);
        let id = found(posts);
        if is_last || id.is_some() {
            return Ok(Receipt::Found(id));
        }
    }
    // It may be further back: nobody can tell.
    Err(Error::unsupported("find_post"))
}

async fn list(state: &State, channel: &str, query: &str) -> Result<Posts> {
    state.api.call(Method::GET, &format!("channels/{channel}/posts?{query}"), None).await
}
