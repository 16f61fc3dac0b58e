//! What a loss took, by REST: new posts, edits and deletions (mattermost.md §2.5).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{
    Backoff, ClockExt as _, Cursor, Error, Event, EventKind, Platform, Result, Retry, SystemRng,
};
use chatgate_http::soft;
use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::sync::watch;

use super::channels::{Channel, Facts, Shared};
use super::position::Position;
use crate::api::id;
use crate::inbound::fetched;

/// The most posts of a page (mattermost.md §3.1).
const PAGE: usize = 200;
/// The most posts of a list by time (mattermost.md §2.5).
const BY_TIME: usize = 1_000;
/// How many pages are looked through for a point in time.
const MOST_PAGES: usize = 50;
/// How often an answer may make no sense.
const NONSENSE: usize = 3;
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How far the whole server had been read when everything was last read up: where a channel begins of
/// which nothing has been delivered yet.
const SERVER: &str = "server";

/// A channel that we are in.
#[derive(Debug, Deserialize)]
struct Joined {
    id: String,
    #[serde(rename = "type", default, deserialize_with = "soft")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    team_id: Option<String>,
}

impl Joined {
    fn facts(&self) -> Facts {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Facts { kind: text(&self.kind), team: text(&self.team_id) }
    }
}

/// A list of posts.
#[derive(Debug, Default, Deserialize)]
struct Posts {
    #[serde(default, deserialize_with = "soft")]
    order: Option<Vec<String>>,
    #[serde(default, deserialize_with = "soft")]
    posts: Option<HashMap<String, Box<RawValue>>>,
}

/// What places a post among others.
#[derive(Debug, Deserialize)]
struct Head {
    id: String,
    create_at: i64,
    #[serde(default, deserialize_with = "soft")]
    edit_at: Option<i64>,
    #[serde(default, deserialize_with = "soft")]
    delete_at: Option<i64>,
}

type Post = (Head, Box<RawValue>);

impl Head {
    fn is_there(&self) -> bool {
        self.delete_at.unwrap_or_default() == 0
    }
}

/// Reads up every channel, then marks how far that was.
pub(super) async fn everywhere(shared: &Arc<Shared>, loss: usize) {
    // What is said from this instant on comes by the socket, or is missed anew.
    let before = shared.server_now().await.as_millis().saturating_sub(1);
    let joined: Vec<Joined> = match patiently(shared, "users/me/channels").await {
        Ok(joined) => joined,
        Err(error) => {
            tracing::error!(adapter = %shared.state.id, %error, "channels could not be listed");
            return;
        }
    };
    // Whoever holds the other end has not read up yet.
    let (done, told) = watch::channel(());
    for channel in joined {
        let facts = channel.facts();
        shared.read_up(&channel.id, facts, told.clone());
    }
    drop(told);
    done.closed().await;
    mark(shared, loss, before).await;
}

/// Keeps how far everything has been read.
async fn mark(shared: &Shared, loss: usize, read: i64) {
    if !shared.is_furthest(read) {
        return;
    }
    let (state, now) = (&shared.state, shared.inbox.clock().now());
    let key = format!("read-up/{}/{loss}", now.as_millis());
    let kind = EventKind::Other { name: "read_up".to_owned() };
    let (adapter, workspace) = (state.id.clone(), state.workspace.clone());
    let event = Event::new(Platform::mattermost(), adapter, workspace, key, now, kind);
    let cursor = Cursor::new(SERVER, read.to_string());
    let _ = shared.inbox.deliver_with_cursor(event, cursor).await;
}

/// Reads up one channel: new posts first, in their order, then what became of older ones.
pub(super) async fn in_channel(shared: &Shared, channel: &Channel) {
    let from = match shared.position(channel).await {
        Some(position) => position,
        None => match shared.inbox.cursor(SERVER).await {
            // The first start of all: what was said before it was not said to us.
            Ok(None) => return,
            Ok(Some(since)) => {
                let since = since.parse().unwrap_or_default();
                Position { created: since, changed: since, ..Position::default() }
            }
            Err(error) => {
                tracing::error!(adapter = %shared.state.id, %error, "a position could not be read");
                return;
            }
        },
    };
    if let Err(error) = read_up(shared, channel, from).await {
        // We may have left the channel.
        tracing::warn!(adapter = %shared.state.id, %error, "a channel could not be read up");
    }
}

async fn read_up(shared: &Shared, channel: &Channel, from: Position) -> Result<()> {
    id(&channel.id)?;
    if channel.facts().is_none() {
        let joined: Joined = patiently(shared, &format!("channels/{}", channel.id)).await?;
        channel.learn(joined.facts());
    }
    let changed = changed(shared, channel, &from).await?;
    let mut brought = HashSet::new();
    let (after, since) = if changed.is_whole {
        // Of the same instant as the last one, or written out of order: no page has them.
        for (head, raw) in changed.posts.iter().filter(|(head, _)| head.is_there()) {
            if head.create_at > from.created_since() && head.create_at <= from.created {
                bring(shared, channel, "posted", raw).await;
            }
        }
        (from.after().to_owned(), from.created)
    } else {
        // Some of those would be missing, and others overtake them: pages begin further back instead.
        (further_back(shared, channel, &from).await?, from.created_since())
    };
    if after.is_empty() || !by_page(shared, channel, after, &mut brought).await? {
        by_time(shared, channel, since, &mut brought).await?;
    }
    for (head, raw) in &changed.posts {
        let was_there = head.create_at <= from.created;
        match head.is_there() {
            // What was deleted before it was read was never said to us.
            false if was_there => bring(shared, channel, "post_deleted", raw).await,
            false => {}
            true if was_there && head.edit_at.unwrap_or_default() > from.changed_since() => {
                bring(shared, channel, "post_edited", raw).await;
            }
            true if !was_there && !brought.contains(&head.id) => {
                bring(shared, channel, "posted", raw).await;
            }
            true => {}
        }
    }
    Ok(())
}

/// What was made or changed since, and some before.
struct Changed {
    posts: Vec<Post>,
    /// Whether nothing was left out.
    is_whole: bool,
}

/// A server gives a thousand at most, and says nothing of which (mattermost.md §2.5): of more, some
/// changes are never told, and no new posts lost.
async fn changed(shared: &Shared, channel: &Channel, from: &Position) -> Result<Changed> {
    // No list is by the time 0.
    let since = from.created_since().min(from.changed_since()).max(1);
    let mut changed =
        match posts(shared, &format!("channels/{}/posts?since={since}", channel.id)).await {
            Err(error) if error.is_malformed() => {
                // Of a list that is too long to be read, pages still have the new posts.
                tracing::warn!(adapter = %shared.state.id, %error, "changes are not told");
                Changed { posts: Vec::new(), is_whole: false }
            }
            posts => {
                let posts = posts?;
                Changed { is_whole: posts.len() < BY_TIME, posts }
            }
        };
    changed.posts.retain(|(head, _)| {
        let changed = head.edit_at.max(head.delete_at).unwrap_or_default();
        head.create_at > from.created_since() || changed > from.changed_since()
    });
    Ok(changed)
}

/// The post after which is everything that may be new, also what was written late; what comes twice is
/// known by its key. Empty where that is all there is.
async fn further_back(shared: &Shared, channel: &Channel, from: &Position) -> Result<String> {
    let mut oldest = from.after().to_owned();
    if oldest.is_empty() {
        return Ok(oldest);
    }
    for page in 0..MOST_PAGES {
        let (id, before) = (&channel.id, from.after());
        let route = format!("channels/{id}/posts?before={before}&page={page}&per_page={PAGE}");
        let page = match posts(shared, &route).await {
            Ok(page) => page,
            Err(error) if error.is_not_found() || error.is_invalid_input() => break,
            Err(error) => return Err(error),
        };
        let mut newest_first = page.iter().rev();
        if let Some((known, _)) =
            newest_first.find(|(head, _)| head.create_at <= from.created_since())
        {
            return Ok(known.id.clone());
        }
        if page.len() < PAGE {
            return Ok(String::new());
        }
        if let Some((head, _)) = page.first() {
            oldest.clone_from(&head.id);
        }
    }
    Ok(oldest)
}

/// New posts, page by page from one on; false when that is gone for good.
async fn by_page(
    shared: &Shared,
    channel: &Channel,
    mut last: String,
    brought: &mut HashSet<String>,
) -> Result<bool> {
    loop {
        let route = format!("channels/{}/posts?after={last}&per_page={PAGE}", channel.id);
        let mut page = match posts(shared, &route).await {
            Ok(page) => page,
            Err(error) if error.is_not_found() || error.is_invalid_input() => return Ok(false),
            Err(error) => return Err(error),
        };
        let is_last = page.len() < PAGE;
        if !is_last {
            // The page may have been cut within an instant, and the next one begins after it.
            let newest = page.last().map_or(0, |(head, _)| head.create_at);
            let whole = page.iter().take_while(|(head, _)| head.create_at < newest).count();
            if whole > 0 {
                page.truncate(whole);
            }
        }
        for (head, raw) in page {
            bring(shared, channel, "posted", &raw).await;
            last.clone_from(&head.id);
            brought.insert(head.id);
        }
        if is_last {
            return Ok(true);
        }
    }
}

/// New posts after a point in time, found from the newest page on.
async fn by_time(
    shared: &Shared,
    channel: &Channel,
    since: i64,
    brought: &mut HashSet<String>,
) -> Result<()> {
    let mut pages = Vec::new();
    for page in 0..MOST_PAGES {
        let route = format!("channels/{}/posts?page={page}&per_page={PAGE}", channel.id);
        let posts = posts(shared, &route).await?;
        let is_last =
            posts.len() < PAGE || posts.first().is_none_or(|(head, _)| head.create_at <= since);
        pages.push(posts);
        if is_last {
            break;
        }
    }
    let oldest_first = pages.into_iter().rev().flatten();
    for (head, raw) in oldest_first.filter(|(head, _)| head.create_at > since) {
        bring(shared, channel, "posted", &raw).await;
        brought.insert(head.id);
    }
    Ok(())
}

/// Delivers a post as if the socket had brought it.
async fn bring(shared: &Shared, channel: &Channel, event: &str, raw: &RawValue) {
    let facts = channel.facts().unwrap_or_default();
    let frame = fetched(event, raw, [&channel.id, &facts.kind, &facts.team]);
    shared.deliver(channel, &frame, "").await;
}

/// A list of posts, the oldest first; of one instant, in the order in which the server lists them, as
/// people see them. A plugin may keep some of them back.
async fn posts(shared: &Shared, route: &str) -> Result<Vec<Post>> {
    let list: Posts = patiently(shared, route).await?;
    let mut found = list.posts.unwrap_or_default();
    // The roots of replies come with them, and are not listed.
    let newest_first = list.order.unwrap_or_default();
    let mut posts: Vec<Post> = newest_first
        .iter()
        .rev()
        .filter_map(|id| found.remove(id.as_str()))
        .filter_map(|raw| Some((serde_json::from_str(raw.get()).ok()?, raw)))
        .collect();
    posts.sort_by_key(|(head, _)| head.create_at);
    Ok(posts)
}

/// Asks until there is an answer: what was missed does not get lost by an error that passes.
async fn patiently<T: DeserializeOwned>(shared: &Shared, route: &str) -> Result<T> {
    let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
    let mut nonsense = 0;
    loop {
        let asked = async {
            let _permit = shared.asking.acquire().await;
            shared.state.api.call(Method::GET, route, None).await
        };
        let error: Error = match asked.await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        nonsense += usize::from(error.is_malformed());
        let pause = match error.retry() {
            Retry::After(pause) => pause,
            // A proxy may say what it likes, for a while.
            _ if error.is_malformed() && nonsense < NONSENSE => backoff.next(&SystemRng),
            _ if error.is_unavailable() || error.is_timeout() => backoff.next(&SystemRng),
            _ => {
                if error.is_unauthenticated() {
                    shared.state.look.notify_one();
                }
                return Err(error);
            }
        };
        tracing::debug!(adapter = %shared.state.id, %error, "asked again");
        shared.inbox.clock().sleep(pause).await;
    }
}
