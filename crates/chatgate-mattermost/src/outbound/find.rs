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

/// The most posts of a page (mattermost.md §3.1), and how many pages are looked through.
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

/// Looks for our key in the props of our own posts since then, from the newest page on: of a list by time
/// a server may leave something out (mattermost.md §2.5).
pub(super) async fn find(
    state: &State,
    place: &Place,
    key: MessageId,
    since: Timestamp,
) -> Result<Receipt> {
    let (me, key) = (me(state).await?, key.to_string());
    let since = (since - CLOCKS_DIFFER).as_millis();
    let channel = channel(state, place).await?;
    let is_it = |post: &Post| {
        let said = post.props.as_ref().and_then(|props| props.get(KEY)?.as_str());
        post.user_id.as_deref() == Some(me.id.as_str())
            && post.delete_at.unwrap_or_default() == 0
            && said == Some(key.as_str())
    };
    for page in 0..PAGES {
        let route = format!("channels/{channel}/posts?page={page}&per_page={PAGE}");
        let posts: Posts = state.api.call(Method::GET, &route, None).await?;
        let oldest = posts.order.last().and_then(|id| posts.posts.get(id));
        let is_last = posts.order.len() < PAGE || oldest.is_none_or(|it| it.create_at <= since);
        let found = posts.posts.into_iter().find(|(_, post)| is_it(post));
        if is_last || found.is_some() {
            return Ok(Receipt::Found(found.map(|(id, _)| PlatformMessageId::from(id))));
        }
    }
    // It may be further back: nobody can tell.
    Err(Error::unsupported("find_post"))
}
