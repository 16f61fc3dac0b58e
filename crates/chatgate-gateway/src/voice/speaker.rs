//! The verbs that a handler has.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chatgate_core::{
    Batch, Change, Content, EntryId, Error, Expect, Feature, FileRef, Form, Loss, MessageRef,
    Operation, PastMessage, Place, Priority, Receipt, Result, SharedFile,
};
use chatgate_router::{Asked, Reply, Say, Sent, Speaker, Streaming, Strict};

use super::Voice;
use super::answer::InBand;
use super::stream::Streamed;
use super::way::Spare;
use crate::fit::Private;
use crate::inbox;
use crate::say::{self, Manner};

// One request for earlier messages reads at most so many (Slack's and Mattermost's largest page).
const HISTORY: usize = 200;

#[async_trait]
impl Speaker for Voice {
    async fn say(&self, say: Say) -> Result<Sent> {
        let way_back = self.way_back(&say.place, &say.audience, Spare::TheAnswer).await;
        if way_back.is_none()
            && let Some(sent) = self.collect(&say)
        {
            return Ok(sent);
        }
        let quoted = self.quoted();
        let manner =
            Manner { via: way_back.as_ref(), private: Private::Must, quoting: quoted.as_deref() };
        let (sent, batch) = say::prepare(&self.engine, &say, manner, Batch::new()).await?;
        self.engine.commit(batch).await?;
        self.went_by(way_back.as_ref(), &say.place, &sent);
        self.has_said_in(&say.place);
        Ok(sent)
    }

    async fn edit(&self, sent: &Sent, content: Content, strict: Strict) -> Result<Sent> {
        if strict == Strict::Yes && self.is_by_handle(sent) {
            return Err(Error::unsupported("edit"));
        }
        let later = self.edit_by_handle(sent, &content);
        match later.or_else(|| self.edit_collected(sent, &content)) {
            Some(sent) => Ok(sent),
            None => say::edit(&self.engine, sent, content, strict, Priority::Status).await,
        }
    }

    fn stream(self: Arc<Self>, say: Say) -> Box<dyn Streaming> {
        Box::new(Streamed::new(self, say))
    }

    async fn delete(&self, sent: &Sent) -> Result<()> {
        if self.is_by_handle(sent) {
            return Err(Error::unsupported("delete"));
        }
        say::delete(&self.engine, sent, Priority::Answer).await
    }

    async fn answer(&self, reply: Reply) -> Result<Vec<Loss>> {
        let reply = self.with_collected(reply);
        let losses = match self.answer_in_band(Batch::new(), reply).await? {
            InBand::Answered(losses) => losses,
            InBand::NotPossible(reply) | InBand::TooLate(reply) => {
                let (sent, batch) = self.outgoing(reply, Batch::new()).await?;
                self.engine.commit(batch).await?;
                sent.losses
            }
        };
        self.moved.notify_one();
        Ok(losses)
    }

    async fn form(&self, form: Form, strict: Strict) -> Result<Asked> {
        self.open_form(form, strict).await
    }

    async fn ask(&self, form: Form) -> Result<Asked> {
        self.ask_questions(form).await
    }

    async fn home(&self, home: Place, content: Content) -> Result<Vec<Loss>> {
        let (losses, batch) = say::home(&self.engine, home, &content).await?;
        self.engine.commit(batch).await?;
        Ok(losses)
    }

    async fn upload(&self, place: Place, name: String, bytes: Bytes) -> Result<FileRef> {
        say::require(&self.engine, &place, Feature::Upload, "upload")?;
        let can = self.engine.adapter(&place.adapter)?.capabilities(&place, None);
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if can.limits.file_bytes.is_some_and(|limit| size > limit) {
            let context = format!("{size} bytes are more than the platform takes");
            return Err(Error::unsupported("upload").with_context(context));
        }
        let (file, (entry, upload)) = say::upload(&self.engine, place, name, bytes);
        let batch = say::queue(&self.engine, Batch::new(), upload, entry, None, Priority::Answer)?;
        self.engine.commit(batch).await?;
        Ok(file)
    }

    async fn download(&self, place: Place, file: &SharedFile, max_bytes: usize) -> Result<Bytes> {
        say::require(&self.engine, &place, Feature::Download, "download")?;
        let most = u64::try_from(max_bytes).unwrap_or(u64::MAX);
        let too_large = || {
            let context = format!("the file has more than {max_bytes} bytes");
            Error::invalid_input(context).with_operation("download")
        };
        if file.bytes.is_some_and(|bytes| bytes > most) {
            return Err(too_large());
        }
        let adapter = self.engine.adapter(&place.adapter)?;
        let download = Operation::Download { place, file: file.id.clone(), max_bytes };
        match self.engine.call(&**adapter, download).await {
            Ok(Receipt::Downloaded(bytes)) if bytes.len() > max_bytes => Err(too_large()),
            Ok(Receipt::Downloaded(bytes)) => Ok(bytes),
            Err(error) if error.code() == Some("answer_too_large") => Err(too_large()),
            Err(error) => Err(error),
            Ok(_) => Err(Error::internal("no file in its receipt").with_operation("download")),
        }
    }

    async fn react(
        &self,
        message: MessageRef,
        place: Place,
        emoji: String,
        change: Change,
    ) -> Result<()> {
        say::require(&self.engine, &place, Feature::Reactions, "react")?;
        let react = Operation::React { place, message, emoji, change };
        let entry = EntryId::generate(&*self.engine.clock, &*self.engine.rng);
        let batch = say::queue(&self.engine, Batch::new(), react, entry, None, Priority::Status)?;
        self.engine.commit(batch).await?;
        Ok(())
    }

    async fn pin(&self, message: MessageRef, place: Place, change: Change) -> Result<()> {
        say::require(&self.engine, &place, Feature::Pins, "pin")?;
        let pin = Operation::Pin { place, message, change };
        let entry = EntryId::generate(&*self.engine.clock, &*self.engine.rng);
        let batch = say::queue(&self.engine, Batch::new(), pin, entry, None, Priority::Status)?;
        self.engine.commit(batch).await?;
        Ok(())
    }

    async fn typing(&self, place: Place) {
        let Ok(adapter) = self.engine.adapter(&place.adapter) else { return };
        if !adapter.capabilities(&place, None).can(Feature::Typing) {
            return;
        }
        if let Err(error) = self.engine.call(&**adapter, Operation::Typing { place }).await {
            tracing::debug!(%error, "typing was not shown");
        }
    }

    async fn history(&self, place: Place, limit: usize) -> Result<Vec<PastMessage>> {
        say::require(&self.engine, &place, Feature::History, "history")?;
        let adapter = self.engine.adapter(&place.adapter)?;
        let history = Operation::History { place, before: None, limit: limit.min(HISTORY) };
        match self.engine.call(&**adapter, history).await? {
            Receipt::History(messages) => Ok(messages),
            _ => Err(Error::internal("no history in its receipt").with_operation("history")),
        }
    }

    async fn subscribe(&self, place: Place, change: Change) -> Result<()> {
        if place.thread.is_none() {
            return Err(Error::invalid_input("only a thread can be subscribed to: cx.thread()"));
        }
        let key = inbox::thread_key(&place);
        let batch = match change {
            Change::Removed => Batch::new().delete(key, Expect::Any),
            // As long as our own message ids are kept.
            _ => Batch::new().put_until(
                key,
                "1",
                Expect::Any,
                self.engine.now() + chatgate_core::SEAL_LIFETIME,
            ),
        };
        self.engine.store.commit(batch).await?;
        Ok(())
    }
}
