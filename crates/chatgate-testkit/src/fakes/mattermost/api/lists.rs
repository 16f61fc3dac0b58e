//! Lists of posts: by page, after and before a post, and since a time.

use serde_json::{Map, Value, json};

use super::{Call, Given, NO_CHANNEL, NO_PERMISSION};
use crate::fakes::mattermost::world::shown;

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
        let listed: Vec<&Value> = if let Some(since) = self.query.get("since") {
            let since: i64 = since.parse().unwrap_or_default();
            here.filter(|post| time(post, "update_at") > since).take(BY_TIME).collect()
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
        Ok((200, as_list(listed)))
    }

    /// A thread: its root and all replies.
    pub(super) fn thread(&self, id: &str) -> Given {
        let world = self.mattermost.world();
        let post = world.get(id)?;
        let root = post["root_id"].as_str().filter(|root| !root.is_empty()).unwrap_or(id);
        let is_of_it = |post: &&Value| post["id"] == root || post["root_id"] == root;
        // From the root on; all of it where no page is asked for.
        let page = self.query.get("perPage").and_then(|text| text.parse().ok());
        let page = page.filter(|page| *page > 0).unwrap_or(usize::MAX);
        Ok((200, as_list(world.posts.iter().filter(is_of_it).take(page).collect())))
    }
}

/// A list as it goes over the wire, of posts that are listed oldest first.
fn as_list(listed: Vec<&Value>) -> Value {
    let order: Vec<_> = listed.iter().rev().map(|post| post["id"].clone()).collect();
    let posts: Map<String, Value> = listed
        .into_iter()
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
