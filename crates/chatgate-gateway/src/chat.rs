//! Speaking first: an alert, a cron job, a finished pipeline.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use chatgate_core::{Batch, Content, Feature, FileRef, Loss, Place, Priority, Result};
use chatgate_router::{Say, Sent, Strict};

use crate::engine::Engine;
use crate::say::{self, Manner};

/// Speaks first, through the same fit, outbox and pacing as a handler's reply. Cheap to clone.
#[derive(Clone)]
pub struct Chat {
    engine: Arc<Engine>,
}

impl Chat {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// Says something in a place, to everyone there.
    ///
    /// # Errors
    /// `not_found` when there is no such adapter, `unsupported` when the place cannot be posted to;
    /// what the store says.
    pub async fn say(&self, place: Place, content: impl Into<Content>) -> Result<Sent> {
        self.send(Say::new(place, content)).await
    }

    /// Says something with its audience, urgency and strictness.
    ///
    /// # Errors
    /// As [`Chat::say`]; with [`Say::strict`], every loss is `unsupported`.
    pub async fn send(&self, say: Say) -> Result<Sent> {
        let (sent, batch) = say::prepare(&self.engine, &say, Manner::PLAIN, Batch::new()).await?;
        self.engine.commit(batch).await?;
        Ok(sent)
    }

    /// Changes what was said.
    ///
    /// # Errors
    /// As [`Chat::say`].
    pub async fn edit(&self, sent: &Sent, content: impl Into<Content>) -> Result<Sent> {
        say::edit(&self.engine, sent, content.into(), Strict::No, Priority::Status).await
    }

    /// Changes what was said, with every loss an error.
    ///
    /// # Errors
    /// As [`Chat::say`]; every loss is `unsupported`.
    pub async fn edit_strict(&self, sent: &Sent, content: impl Into<Content>) -> Result<Sent> {
        say::edit(&self.engine, sent, content.into(), Strict::Yes, Priority::Status).await
    }

    /// Deletes what was said.
    ///
    /// # Errors
    /// `unsupported` where messages cannot be deleted.
    pub async fn delete(&self, sent: &Sent) -> Result<()> {
        say::delete(&self.engine, sent, Priority::Answer).await
    }

    /// Fills a person's home page with the bot: [`Place::home`]. What it showed before is gone.
    ///
    /// # Errors
    /// `invalid_input` when the place is no home page, `unsupported` where there are none; what the
    /// store says.
    pub async fn home(&self, home: Place, content: impl Into<Content>) -> Result<Vec<Loss>> {
        let (losses, batch) = say::home(&self.engine, home, &content.into()).await?;
        self.engine.commit(batch).await?;
        Ok(losses)
    }

    /// Uploads a file.
    ///
    /// # Errors
    /// `unsupported` where files cannot be uploaded.
    pub async fn upload(
        &self,
        place: Place,
        name: &str,
        bytes: impl Into<Bytes>,
    ) -> Result<FileRef> {
        say::require(&self.engine, &place, Feature::Upload, "upload")?;
        let (file, (entry, upload)) =
            say::upload(&self.engine, place, name.to_owned(), bytes.into());
        let batch = say::queue(&self.engine, Batch::new(), upload, entry, None, Priority::Answer)?;
        self.engine.commit(batch).await?;
        Ok(file)
    }
}

impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chat").finish_non_exhaustive()
    }
}
