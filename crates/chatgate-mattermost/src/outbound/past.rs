//! Earlier posts.

use std::collections::HashMap;

use chatgate_core::{PastMessage, Place, PlatformMessageId, Result, Timestamp, UserId};
use chatgate_http::soft;
use chatgate_render::mattermost::{Names, read};
use http::Method;
use serde::Deserialize;

use super::channel;
use crate::api::id;
use crate::state::State;

/// The most posts of a page (mattermost.md §3.1), and how many pages are read.
const PAGE: usize = 200;
const PAGES: usize = 5;

#[derive(Deserialize)]
struct Posts {
    #[serde(default)]
    order: Vec<String>,
    #[serde(default)]
    posts: HashMap<String, Past>,
}

#[derive(Deserialize)]
struct Past {
    id: String,
    create_at: i64,
    #[serde(default, deserialize_with = "soft")]
    delete_at: Option<i64>,
    #[serde(default, deserialize_with = "soft")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    message: Option<String>,
}

/// Reads posts, newest first.
pub(super) async fn history(
    state: &State,
    place: &Place,
    before: Option<&PlatformMessageId>,
    limit: usize,
) -> Result<Vec<PastMessage>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let mut posts = match &place.thread {
        Some(root) => {
            // A page begins at the root, and the newest are wanted: all of it is read.
            let route = format!("posts/{}/thread", id(root.as_str())?);
            let thread: Posts = state.api.call(Method::GET, &route, None).await?;
            thread.posts.into_values().collect()
        }
        None => of_channel(state, place, before, limit).await?,
    };
    posts.retain(|post| post.delete_at.unwrap_or_default() == 0);
    // Stable: posts of one instant stay in the server's order.
    posts.sort_by_key(|post| std::cmp::Reverse(post.create_at));
    let known = before.and_then(|before| posts.iter().position(|post| post.id == before.as_str()));
    let first = known.map_or(0, |at| at + 1);
    Ok(posts.into_iter().skip(first).take(limit).map(|post| past(state, post)).collect())
}

async fn of_channel(
    state: &State,
    place: &Place,
    before: Option<&PlatformMessageId>,
    limit: usize,
) -> Result<Vec<Past>> {
    let (channel, size) = (channel(state, place).await?, limit.min(PAGE));
    let before = match before {
        Some(before) => format!("&before={}", id(before.as_str())?),
        None => String::new(),
    };
    let mut found = Vec::new();
    for page in 0..PAGES {
        let route = format!("channels/{channel}/posts?page={page}&per_page={size}{before}");
        let mut list: Posts = state.api.call(Method::GET, &route, None).await?;
        let count = list.order.len();
        found.extend(list.order.iter().filter_map(|id| list.posts.remove(id)));
        if count < size || found.len() >= limit {
            break;
        }
    }
    Ok(found)
}

fn past(state: &State, post: Past) -> PastMessage {
    let names = match state.me() {
        Some(me) => Names::new().user(me.username.as_str(), me.id.as_str()),
        None => Names::new(),
    };
    let content = read(post.message.as_deref().unwrap_or_default(), &names);
    let at = Timestamp::from_millis(post.create_at);
    PastMessage::new(post.id, post.user_id.map(UserId::from), at, content)
}
