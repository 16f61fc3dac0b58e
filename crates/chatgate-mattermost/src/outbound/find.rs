//! Whether a post whose outcome is unknown is there after all.

use std::collections::HashMap;
use std::time::Duration;

use chatgate_core::{MessageId, Place, PlatformMessageId, Receipt, Result, Timestamp};
use chatgate_http::soft;
use http::Method;
use serde::Deserialize;
use serde_json::Value;

use super::say::KEY;
use super::{channel, me};
use crate::state::State;

/// How much the server's clock may be behind ours.
const CLOCKS_DIFFER: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
struct Posts {
    #[serde(default)]
    posts: HashMap<String, Post>,
}

#[derive(Deserialize)]
struct Post {
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
    let since = (since - CLOCKS_DIFFER).as_millis().max(0);
    let route = format!("channels/{}/posts?since={since}", channel(state, place).await?);
    let posts: Posts = state.api.call(Method::GET, &route, None).await?;
    let is_it = |post: &Post| {
        let said = post.props.as_ref().and_then(|props| props.get(KEY)?.as_str());
        post.user_id.as_deref() == Some(me.id.as_str())
            && post.delete_at.unwrap_or_default() == 0
            && said == Some(key.as_str())
    };
    let found = posts.posts.into_iter().find(|(_, post)| is_it(post));
    Ok(Receipt::Found(found.map(|(id, _)| PlatformMessageId::from(id))))
}
