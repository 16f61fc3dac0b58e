//! The console as an adapter.

use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, Audience, Capabilities, Change, Description, Dialect, Endpoint, Error,
    ErrorKind, Health, Inbox, Limits, MessageRef, Operation, Place, PlatformMessageId, Receipt,
    ReplyHandle, Result, Shutdown, Subject, UserId,
};
use chatgate_render::{sanitise_line, terminal};
use tokio::sync::mpsc::error::TrySendError;

use crate::Console;
use crate::board::Said;
use crate::screen::Output;
use crate::terminal::Modes;

/// Switches bracketed paste off again, which an interrupted line editor leaves on.
const PASTE_OFF: &str = "\x1b[?2004l";

#[async_trait]
impl Adapter for Console {
    fn id(&self) -> &AdapterId {
        &self.id
    }

    fn capabilities(&self, _: &Place, _: Option<&ReplyHandle>) -> Arc<Capabilities> {
        let limits = Limits::new().columns(self.columns());
        Arc::new(terminal::capabilities().limits(limits))
    }

    fn dialect(&self) -> &dyn Dialect {
        self.its_dialect()
    }

    fn endpoints(&self, _: &Inbox) -> Vec<Endpoint> {
        Vec::new()
    }

    /// Runs until the input ends, nobody reads the output any more, or shutdown is asked for. What is
    /// still to be printed then is printed by [`Adapter::call`], which goes on working.
    ///
    /// # Errors
    /// When the input cannot be read, the output cannot be written, or it ran before.
    async fn run(&self, inbox: Inbox, shutdown: Shutdown) -> Result<()> {
        let modes = self.is_edited().then(Modes::save);
        let session = self.session(inbox.clone()).await?;
        let mut session = session.ok_or_else(|| Error::configuration("a console runs once"))?;
        let screen = session.screen.clone();
        inbox.health(Health::Ready);
        let ended = tokio::select! {
            biased;
            () = shutdown.asked() => None,
            () = screen.closed() => Some(Ok(())),
            ended = session.run() => Some(ended),
        };
        if let Some(modes) = modes {
            drop(modes);
            screen.move_to(Output::stdout()).await;
            if session.is_reading() {
                screen.note(PASTE_OFF).await?;
            }
        }
        match ended {
            None => Ok(()),
            Some(ended) => {
                inbox.health(Health::Ended);
                ended.map_err(|error| error.with_adapter(self.id.clone()))
            }
        }
    }

    async fn call(&self, operation: Operation) -> Result<Receipt> {
        let name = operation.name();
        let told = |error: Error| error.with_operation(name).with_adapter(self.id.clone());
        self.perform(operation).await.map_err(told)
    }
}

impl Console {
    async fn perform(&self, operation: Operation) -> Result<Receipt> {
        match operation {
            Operation::Post { audience, part, key, .. } => {
                self.is_here(&audience)?;
                let id = self.screen()?.post(Said::read(&part)?, Some(key)).await?;
                Ok(Receipt::Posted(id))
            }
            Operation::Edit { message, part, .. } => {
                self.screen()?.edit(its_id(&message)?, Said::read(&part)?).await?;
                Ok(Receipt::Done)
            }
            Operation::Delete { message, .. } => {
                self.screen()?.delete(its_id(&message)?).await?;
                Ok(Receipt::Done)
            }
            Operation::React { emoji, change, .. } => {
                let emoji = sanitise_line(&emoji);
                let note = match change {
                    Change::Removed => format!("(took back :{emoji}:)"),
                    _ => format!("(reacted :{emoji}:)"),
                };
                self.screen()?.note(note).await?;
                Ok(Receipt::Done)
            }
            Operation::OpenForm { user, form, .. } => {
                self.is_here(&Audience::Only(user))?;
                self.forms.try_send(form.read()?).map_err(|error| match error {
                    TrySendError::Full(_) => Error::new(ErrorKind::Busy),
                    TrySendError::Closed(_) => Error::not_found("the input has ended"),
                })?;
                Ok(Receipt::Done)
            }
            Operation::Describe(subject) => Ok(Receipt::Described(describe(subject)?)),
            other => Err(Error::unsupported(other.name())),
        }
    }

    /// There is one person; what is for another is not shown to them.
    fn is_here(&self, audience: &Audience) -> Result<()> {
        match audience {
            Audience::Only(user) if *user != self.user => {
                Err(Error::not_found("only one person is at a terminal, and it is another"))
            }
            _ => Ok(()),
        }
    }
}

fn its_id(message: &MessageRef) -> Result<PlatformMessageId> {
    match message {
        MessageRef::Platform { id, .. } => Ok(id.clone()),
        _ => Err(Error::not_found("a message that was never printed")),
    }
}

/// Everything is called what it is called.
fn describe(subject: Subject) -> Result<Description> {
    let named = |id: &str| Description::new(id, Some(id.to_owned()));
    Ok(match subject {
        Subject::Place(place) => {
            Description::new(place.conversation.as_str(), None).externally_shared(Some(false))
        }
        Subject::User { user, .. } => named(UserId::as_str(&user)),
        Subject::Group { group, .. } => named(group.as_str()),
        _ => return Err(Error::unsupported("describe")),
    })
}
