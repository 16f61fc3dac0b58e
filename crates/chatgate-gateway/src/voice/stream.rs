//! A message that grows while it is written: a post, then edits of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chatgate_core::{
    Audience, Content, Error, Feature, Loss, LossKind, Priority, RateLimit, Result, Timestamp,
};
use chatgate_router::{Say, Sent, Speaker as _, Streaming, Strict};
use tokio::sync::Notify;

use super::Voice;
use super::way::Spare;
use crate::say;
use crate::sync::lock;

/// How often at most a message is changed as it grows.
const EVERY: Duration = Duration::from_secs(1);

/// A stream of a run.
#[derive(Debug)]
pub(super) struct Streamed {
    voice: Arc<Voice>,
    /// Where and to whom.
    say: Say,
    shown: Shown,
}

/// How far the message is shown.
#[derive(Debug)]
enum Shown {
    NotYet,
    /// A message here cannot be changed.
    AtTheEnd,
    AsItGrows(Arc<Growing>),
}

/// A message that was posted and grows.
#[derive(Debug)]
struct Growing {
    voice: Arc<Voice>,
    /// All that was pushed.
    text: Mutex<String>,
    /// Told when more was pushed, or nothing more will be.
    moved: Notify,
    /// Nothing more will be pushed.
    over: AtomicBool,
    /// So long each sight of it stays.
    every: Duration,
    last: tokio::sync::Mutex<Last>,
}

/// What was last queued.
#[derive(Debug)]
struct Last {
    sent: Sent,
    at: Timestamp,
    /// How many bytes of the text it shows.
    bytes: usize,
    /// It shows what the stream was finished with.
    is_whole: bool,
}

impl Streamed {
    pub(super) fn new(voice: Arc<Voice>, say: Say) -> Self {
        Self { voice, say, shown: Shown::NotYet }
    }

    /// Shows the first piece, where it can be changed afterwards.
    async fn begin(&self, text: &str) -> Result<Shown> {
        if !self.grows().await? {
            return match self.say.strict {
                Strict::No => Ok(Shown::AtTheEnd),
                _ => Err(Error::unsupported("stream")),
            };
        }
        let mut first = self.say.clone();
        first.content = text.into();
        let sent = self.voice.say(first).await?;
        let (at, bytes) = (self.voice.engine.now(), text.len());
        let growing = Arc::new(Growing {
            voice: self.voice.clone(),
            text: Mutex::new(text.to_owned()),
            moved: Notify::new(),
            over: AtomicBool::new(false),
            every: self.every()?,
            last: tokio::sync::Mutex::new(Last { sent, at, bytes, is_whole: false }),
        });
        self.voice.engine.tasks.spawn(growing.clone().keep_up());
        Ok(Shown::AsItGrows(growing))
    }

    /// Half of what the platform allows is left to everyone else (Slack: fifty edits a minute).
    fn every(&self) -> Result<Duration> {
        let place = &self.say.place;
        let can = self.voice.engine.adapter(&place.adapter)?.capabilities(place, None);
        let counts = |rate: &&RateLimit| {
            rate.operations.is_empty() || rate.operations.iter().any(|name| name == "edit")
        };
        let rates = can.limits.rates.iter().filter(counts);
        Ok(rates.map(|rate| 2 * rate.every).max().unwrap_or_default().max(EVERY))
    }

    /// Whether a message here can be changed as often as needed. What one person sees cannot on every
    /// platform, and what goes by a reply handle has too few uses.
    async fn grows(&self) -> Result<bool> {
        let place = &self.say.place;
        let way_back = self.voice.way_back(place, &self.say.audience, Spare::TheAnswer).await;
        let can = self.voice.engine.adapter(&place.adapter)?.capabilities(place, None);
        Ok(way_back.is_none()
            && self.say.audience == Audience::Everyone
            && can.can(Feature::Post)
            && can.can(Feature::Edit))
    }
}

#[async_trait]
impl Streaming for Streamed {
    async fn push(&mut self, text: &str) -> Result<()> {
        match &self.shown {
            // A message cannot be empty.
            Shown::NotYet if text.trim().is_empty() => {}
            Shown::NotYet => self.shown = self.begin(text).await?,
            Shown::AtTheEnd => {}
            Shown::AsItGrows(growing) => growing.push(text),
        }
        Ok(())
    }

    async fn finish(self: Box<Self>, content: Content) -> Result<Sent> {
        if let Shown::AsItGrows(growing) = &self.shown {
            return growing.finish(content, self.say.strict).await;
        }
        let mut whole = self.say.clone();
        whole.content = content;
        let mut sent = self.voice.say(whole).await?;
        if matches!(self.shown, Shown::AtTheEnd) {
            sent.losses.push(Loss::new(LossKind::Edit, "shown when it was whole"));
        }
        Ok(sent)
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        if let Shown::AsItGrows(growing) = &self.shown {
            growing.over.store(true, Ordering::Release);
            growing.moved.notify_one();
        }
    }
}

impl Growing {
    fn push(&self, text: &str) {
        lock(&self.text).push_str(text);
        self.moved.notify_one();
    }

    async fn finish(&self, content: Content, strict: Strict) -> Result<Sent> {
        let mut last = self.last.lock().await;
        let engine = &self.voice.engine;
        let sent = say::edit(engine, &last.sent, content, strict, Priority::Answer).await?;
        last.is_whole = true;
        Ok(sent)
    }

    /// Shows what was pushed, until nothing more will be.
    async fn keep_up(self: Arc<Self>) {
        let engine = &self.voice.engine;
        loop {
            let next = async {
                self.moved.notified().await;
                let at = self.last.lock().await.at;
                engine.clock.sleep_until(at + self.every).await;
            };
            tokio::select! {
                () = next => {}
                () = engine.status.is_cut_off() => return,
            }
            let is_over = self.over.load(Ordering::Acquire);
            let mut last = self.last.lock().await;
            if last.is_whole {
                return;
            }
            if let Err(error) = self.show(&mut last).await {
                tracing::info!(%error, "a message could not be shown as it grows");
            }
            last.at = engine.now();
            if is_over {
                return;
            }
        }
    }

    async fn show(&self, last: &mut Last) -> Result<()> {
        let engine = &self.voice.engine;
        let text = lock(&self.text).clone();
        // A message that can no longer be changed would be said anew, again and again.
        if text.len() == last.bytes || !say::is_editable(engine, &last.sent).await? {
            return Ok(());
        }
        let bytes = text.len();
        last.sent =
            say::edit(engine, &last.sent, text.into(), Strict::No, Priority::Status).await?;
        last.bytes = bytes;
        Ok(())
    }
}
