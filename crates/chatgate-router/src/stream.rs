//! A message that grows while it is written.

use std::fmt;

use async_trait::async_trait;
use chatgate_core::{Content, Result};

use crate::Sent;

/// What stands behind a [`Stream`]. The gateway implements it.
#[async_trait]
pub trait Streaming: fmt::Debug + Send + 'static {
    /// As [`Stream::push`].
    async fn push(&mut self, text: &str) -> Result<()>;

    /// As [`Stream::finish`].
    async fn finish(self: Box<Self>, content: Content) -> Result<Sent>;
}

/// A message that grows while it is written: [`crate::Context::stream`].
///
/// What is pushed is shown as soon as the platform lets it: the first piece at once, the rest once a
/// second or less often, each time with all that was pushed so far. Such a sight of the unfinished text is a
/// courtesy: one that fails is logged, and the next one follows. What [`Stream::finish`] says is
/// queued like any other message. Where a message cannot be changed, nothing is shown before that.
///
/// A stream that is dropped leaves what was pushed as it is.
#[derive(Debug)]
pub struct Stream {
    streaming: Box<dyn Streaming>,
}

impl Stream {
    pub(crate) fn new(streaming: Box<dyn Streaming>) -> Self {
        Self { streaming }
    }

    /// Adds to the end of the text.
    ///
    /// # Errors
    /// What [`crate::Context::say`] says, when it is the first piece; in strict mode `unsupported` where
    /// a message cannot be changed.
    pub async fn push(&mut self, text: &str) -> Result<()> {
        self.streaming.push(text).await
    }

    /// Shows this in the place of all that was pushed, and ends the stream.
    ///
    /// # Errors
    /// As [`crate::Context::edit`].
    pub async fn finish(self, content: impl Into<Content>) -> Result<Sent> {
        self.streaming.finish(content.into()).await
    }
}
