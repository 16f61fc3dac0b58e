//! What came, channel by channel: each in its own order, and none waiting for another one.

use std::cell::Cell;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chatgate_core::{ClockExt as _, Cursor, Delivered, Event, EventKind, Inbox, Timestamp};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::missed;
use super::position::Position;
use crate::inbound::{Decoded, Decoder, Frame, named_in};
use crate::outbound::people_named;
use crate::state::State;

/// How many frames of one channel wait, and how many of all. What comes above that is fetched later,
/// as what a loss took is.
const WAITING: usize = 256;
const ALL_WAITING: usize = 4_096;
/// How many lists are asked for at once.
const ASKED_AT_ONCE: usize = 4;
/// How long to wait while the gateway has too much to do. Mattermost sends nothing twice.
const BUSY_FOR: Duration = Duration::from_millis(250);

/// All channels. What still waits when this is dropped is fetched after the next start.
pub(super) struct Channels(Arc<Shared>);

/// What the channels share.
pub(super) struct Shared {
    pub(super) state: Arc<State>,
    pub(super) inbox: Inbox,
    pub(super) asking: Semaphore,
    /// How far the server's clock is ahead of ours, in milliseconds, once it has said so.
    ahead: watch::Sender<Option<i64>>,
    channels: Mutex<HashMap<String, Arc<Channel>>>,
    /// How often everything had to be read up.
    losses: AtomicUsize,
    /// Up to when everything has been read.
    furthest: AtomicI64,
    waiting: AtomicUsize,
    tasks: Mutex<JoinSet<()>>,
}

/// One channel. What happened in none has one too, with no name.
pub(super) struct Channel {
    pub(super) id: String,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Item>,
    is_moving: bool,
    /// Up to which loss the channel has been read up.
    read_up: usize,
    /// Whether frames were left out since.
    is_behind: bool,
    facts: Option<Facts>,
    position: Option<Position>,
}

/// What a channel is, which a fetched post does not say.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// `D` for a direct one.
    pub(super) kind: String,
    pub(super) team: String,
}

enum Item {
    Frame {
        text: String,
        connection: String,
    },
    /// Nothing but to read up; who waits for that is told by dropping it.
    ReadUp(#[expect(dead_code, reason = "dropping it tells")] watch::Receiver<()>),
}

impl Channels {
    pub(super) fn new(state: Arc<State>, inbox: Inbox) -> Self {
        Self(Arc::new(Shared {
            state,
            inbox,
            asking: Semaphore::new(ASKED_AT_ONCE),
            ahead: watch::Sender::new(None),
            channels: Mutex::default(),
            losses: AtomicUsize::new(0),
            furthest: AtomicI64::new(i64::MIN),
            waiting: AtomicUsize::new(0),
            tasks: Mutex::new(JoinSet::new()),
        }))
    }

    /// Events were lost: every channel is read up before it goes on.
    pub(super) fn missed(&self) {
        let loss = self.0.losses.fetch_add(1, Ordering::Relaxed) + 1;
        let shared = self.0.clone();
        lock(&self.0.tasks).spawn(async move { missed::everywhere(&shared, loss).await });
    }

    /// A frame of a channel came.
    pub(super) fn put(&self, channel: &str, text: String, connection: &str) {
        let item = Item::Frame { text, connection: connection.to_owned() };
        self.0.put(channel, item);
    }

    /// The server said what time it is.
    pub(super) fn server_says(&self, time: Timestamp) {
        let now = self.0.inbox.clock().now();
        self.0.ahead.send_replace(Some(time.as_millis().saturating_sub(now.as_millis())));
    }
}

impl Drop for Channels {
    fn drop(&mut self) {
        lock(&self.0.tasks).abort_all();
    }
}

impl Shared {
    /// True when everything has never been read so far before.
    pub(super) fn is_furthest(&self, read: i64) -> bool {
        self.furthest.fetch_max(read, Ordering::Relaxed) < read
    }

    /// Lets a channel be read up though nothing comes from it.
    pub(super) fn read_up(self: &Arc<Self>, id: &str, facts: Facts, told: watch::Receiver<()>) {
        self.channel(id).learn(facts);
        self.put(id, Item::ReadUp(told));
    }

    /// The time by the server's clock, once that is known.
    pub(super) async fn server_now(&self) -> Timestamp {
        let mut ahead = self.ahead.subscribe();
        let ahead = ahead.wait_for(Option::is_some).await.ok().and_then(|ahead| *ahead);
        let now = self.inbox.clock().now().as_millis();
        Timestamp::from_millis(now.saturating_add(ahead.unwrap_or_default()))
    }

    fn channel(&self, id: &str) -> Arc<Channel> {
        let mut channels = lock(&self.channels);
        if let Some(channel) = channels.get(id) {
            return channel.clone();
        }
        let queue = Mutex::new(Queue::default());
        let channel = Arc::new(Channel { id: id.to_owned(), queue });
        channels.insert(id.to_owned(), channel.clone());
        channel
    }

    fn put(self: &Arc<Self>, id: &str, item: Item) {
        let channel = self.channel(id);
        let mut queue = lock(&channel.queue);
        let is_full = queue.waiting.len() >= WAITING
            || (!queue.waiting.is_empty() && self.waiting.load(Ordering::Relaxed) >= ALL_WAITING);
        if is_full && matches!(item, Item::Frame { .. }) {
            if !queue.is_behind {
                tracing::warn!(adapter = %self.state.id, channel = id, "too much at once: read up later");
            }
            queue.is_behind = true;
            return;
        }
        queue.waiting.push_back(item);
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if queue.is_moving {
            return;
        }
        queue.is_moving = true;
        drop(queue);
        let shared = self.clone();
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move { shared.move_on(&channel).await });
    }

    /// Delivers what waits in a channel, until nothing does.
    async fn move_on(&self, channel: &Channel) {
        while let Some((item, must_read_up)) = self.next(channel) {
            if must_read_up {
                missed::in_channel(self, channel).await;
            }
            if let Item::Frame { text, connection } = item {
                self.deliver(channel, &text, &connection).await;
            }
        }
    }

    fn next(&self, channel: &Channel) -> Option<(Item, bool)> {
        let mut queue = lock(&channel.queue);
        let Some(item) = queue.waiting.pop_front() else {
            queue.is_moving = false;
            return None;
        };
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let losses = self.losses.load(Ordering::Relaxed);
        let must_read_up = (queue.read_up < losses || queue.is_behind) && !channel.id.is_empty();
        queue.read_up = losses;
        queue.is_behind = false;
        Some((item, must_read_up))
    }

    /// Decodes a frame and records what it is, as often as it takes.
    pub(super) async fn deliver(&self, channel: &Channel, text: &str, connection: &str) {
        let people = self.people_in(text).await;
        let Some(mut event) = self.decode(text, connection, &people) else { return };
        self.notice(&event);
        if matches!(event.kind, EventKind::Message(_)) {
            let waited = self.server_now().await.since(event.at);
            event = event.waited(Duration::from_secs(waited.as_secs()));
        }
        let cursor = self.pass(channel, &event).await;
        loop {
            let delivered = match &cursor {
                Some(cursor) => self.inbox.deliver_with_cursor(event.clone(), cursor.clone()).await,
                None => self.inbox.deliver(event.clone()).await,
            };
            if delivered != Delivered::Busy {
                return;
            }
            self.inbox.clock().sleep(BUSY_FOR).await;
        }
    }

    /// Forgets what has changed: a channel that became shared, a person who became a guest.
    fn notice(&self, event: &Event) {
        let EventKind::Other { name } = &event.kind else { return };
        let directory = &self.state.directory;
        match name.as_str() {
            "user_updated" | "user_role_updated" | "user_activation_status_change" => {
                let Ok(raw) = event.raw::<serde_json::Value>() else { return };
                let (data, user) = (&raw["data"], &raw["data"]["user"]);
                let id = user["id"].as_str().or(data["user_id"].as_str());
                directory.forget_person(id.unwrap_or_default(), user["username"].as_str());
            }
            "channel_updated" | "channel_converted" | "channel_deleted" | "channel_restored" => {
                if let Some(place) = &event.place {
                    directory.forget_place(place.conversation.as_str());
                }
            }
            _ => {}
        }
    }

    /// The people whom a post to us names, with their ids.
    async fn people_in(&self, text: &str) -> Vec<(String, String)> {
        let Some(me) = self.state.me() else { return Vec::new() };
        // Most posts speak to nobody: they are not read twice.
        let speaks_to_us = text.to_ascii_lowercase().contains(&me.username);
        if !speaks_to_us && !text.contains(r#""channel_type":"D""#) {
            return Vec::new();
        }
        let Some(frame) = Frame::read(text) else { return Vec::new() };
        let names = named_in(&frame, &me.username);
        if names.is_empty() {
            return Vec::new();
        }
        match people_named(&self.state, names).await {
            Ok(people) => people,
            Err(error) => {
                // The command says which name it does not know.
                tracing::warn!(adapter = %self.state.id, %error, "names could not be looked up");
                Vec::new()
            }
        }
    }

    fn decode(&self, text: &str, connection: &str, people: &[(String, String)]) -> Option<Event> {
        let (state, me) = (&self.state, self.state.me());
        let decoder = Decoder {
            adapter: &state.id,
            workspace: &state.workspace,
            me: me.as_deref(),
            people,
            trigger_lasts: state.trigger_lasts(),
            base: &state.api.base,
            seals: self.inbox.seals(),
            now: self.inbox.clock().now(),
            dropped: &Cell::new(None),
        };
        match decoder.frame(text, connection) {
            Decoded::Event(event) => Some(*event),
            Decoded::Nothing(why) => {
                tracing::trace!(adapter = %state.id, why, "no event");
                None
            }
            Decoded::BadSeal => None,
        }
    }

    /// Where the channel stands once this event is recorded.
    async fn pass(&self, channel: &Channel, event: &Event) -> Option<Cursor> {
        let mut position = self.position(channel).await.unwrap_or_default();
        if !position.pass(event) {
            return None;
        }
        let cursor = Cursor::new(channel.cursor(), position.text());
        lock(&channel.queue).position = Some(position);
        Some(cursor)
    }

    /// How far a channel has been read; `None` where nothing of it has ever been delivered.
    pub(super) async fn position(&self, channel: &Channel) -> Option<Position> {
        if let Some(position) = channel.known_position() {
            return Some(position);
        }
        let kept = match self.inbox.cursor(&channel.cursor()).await {
            Ok(kept) => Position::read(&kept?)?,
            Err(error) => {
                tracing::error!(adapter = %self.state.id, %error, "a position could not be read");
                return None;
            }
        };
        lock(&channel.queue).position = Some(kept.clone());
        Some(kept)
    }
}

impl Channel {
    fn cursor(&self) -> String {
        format!("channel/{}", self.id)
    }

    fn known_position(&self) -> Option<Position> {
        lock(&self.queue).position.clone()
    }

    /// What it is, if that is known.
    pub(super) fn facts(&self) -> Option<Facts> {
        lock(&self.queue).facts.clone()
    }

    pub(super) fn learn(&self, facts: Facts) {
        lock(&self.queue).facts = Some(facts);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
