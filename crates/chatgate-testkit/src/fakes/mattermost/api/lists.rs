//! Lists of posts: by page, after and before a post, and since a time.

use serde_json::{Map, Value, json};

use super::{BAD_URL, Call, Given, NO_CHANNEL, NO_PERMISSION};
use crate::fakes::mattermost::world::{World, shown};

/// The most posts of a page, of one that does not say, and of a list by time.
const PAGE: usize = 200;
const USUAL_PAGE: usize = 60;
const BY_TIME: usize = 1_000;

impl Call<'_> {
    pub(super) fn list(&self, channel: &str) -> Given {
        let world = self.mattermost.world();
        let found = world.channels.get(channel).ok_or(NO_CHANNEL)?;
        if !found.members.contains(&self.user) {
            return Err(NO_PERMISSION);
        }
        let number = |name: &str| self.query.get(name).and_then(|text| text.parse::<usize>().ok());
        let count = number("per_page").unwrap_or(USUAL_PAGE).clamp(1, PAGE);
        let skipped = number("page").unwrap_or_default().saturating_mul(count);
        let time = |post: &Value, name: &str| post[name].as_i64().unwrap_or_default();
        let here = world.posts.iter().filter(|post| post["channel_id"] == channel);
        let is_there = |post: &&Value| post["delete_at"] == 0;
        let made = |id: &String| world.get(id).map(|post| time(post, "create_at"));
        // Oldest first, as they are kept.
        let since = self.query.get("since").map_or(Ok(0), |since| since.parse::<i64>());
        let since = since.map_err(|_| BAD_URL)?;
        let listed: Vec<&Value> = if since > 0 {
            any_thousand(here.filter(|post| time(post, "update_at") > since).collect())
        } else if let Some(after) = self.query.get("after") {
            let after = made(after)?;
            let later = here.filter(|post| time(post, "create_at") > after).filter(is_there);
            later.skip(skipped).take(count).collect()
        } else if let Some(before) = self.query.get("before") {
            let before = made(before)?;
            let earlier = here.filter(|post| time(post, "create_at") < before).filter(is_there);
            let mut page: Vec<_> = earlier.rev().skip(skipped).take(count).collect();
            page.reverse();
            page
        } else {
            let mut page: Vec<_> = here.filter(is_there).rev().skip(skipped).take(count).collect();
            page.reverse();
            page
        };
        Ok((200, as_list(&world, &listed)))
    }

    /// A thread: its root and the replies that are there.
    pub(super) fn thread(&self, id: &str) -> Given {
        let world = self.mattermost.world();
        let post = world.get(id)?;
        let root = post["root_id"].as_str().filter(|root| !root.is_empty()).unwrap_or(id);
        let is_of_it = |post: &&Value| post["id"] == root || post["root_id"] == root;
        let mut thread: Vec<_> =
            world.posts.iter().filter(is_of_it).filter(|post| post["delete_at"] == 0).collect();
        // From the root on; all of it where no page is asked for.
        let page: usize = match self.query.get("perPage") {
            Some(page) => page.parse().map_err(|_| BAD_URL)?,
            None => 0,
        };
        if page > PAGE {
            return Err(BAD_URL);
        }
        let has_next = page > 0 && thread.len() > page;
        if has_next {
            thread.truncate(page);
        }
        let mut list = as_list(&world, &thread);
        list["has_next"] = has_next.into();
        Ok((200, list))
    }
}

/// A thousand posts of more: no order says which ones on a real server, and that of the ids here.
fn any_thousand(mut posts: Vec<&Value>) -> Vec<&Value> {
    if posts.len() > BY_TIME {
        let mut ids: Vec<_> = posts.iter().filter_map(|post| post["id"].as_str()).collect();
        ids.sort_unstable();
        let last = ids.get(BY_TIME).copied().unwrap_or_default();
        posts.retain(|post| post["id"].as_str().is_some_and(|id| id < last));
    }
    posts
}

/// A list as it goes over the wire, of posts that are listed oldest first. The roots of replies come
/// along, and are not listed.
pub(super) fn as_list(world: &World, listed: &[&Value]) -> Value {
    let order: Vec<_> = listed.iter().rev().map(|post| post["id"].clone()).collect();
    let roots = listed.iter().filter_map(|post| world.get(post["root_id"].as_str()?).ok());
    let posts: Map<String, Value> = roots
        .chain(listed.iter().copied())
        .map(|post| (post["id"].as_str().unwrap_or_default().to_owned(), listed_as(post)))
        .collect();
    json!({"order": order, "posts": posts, "next_post_id": "", "prev_post_id": ""})
}

/// A deleted post has lost its words.
fn listed_as(post: &Value) -> Value {
    let mut post = shown(post);
    if post["delete_at"] != 0 {
        post["message"] = "".into();
        post["metadata"] = json!({});
        post["props"] = json!({"deleteBy": post["user_id"]});
    }
    post
}
