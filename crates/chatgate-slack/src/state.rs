//! What the adapter's parts share.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use bytes::Bytes;
use chatgate_core::{AdapterId, Clock, Event, Inbox, Phrases, ReplyHandle, Result, Timestamp};
use tokio::sync::{Notify, mpsc};

use crate::answer::private_text;
use crate::api::Api;
use crate::directory::Directory;
use crate::inbound::Admitted;
use crate::install::Install;
use crate::signature::Signer;

/// How many private words may wait for their way out; more are left unsaid.
const WAITING_WORDS: usize = 64;

/// What the adapter's parts share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) id: AdapterId,
    pub(crate) signer: Signer,
    pub(crate) api: Api,
    pub(crate) admitted: Admitted,
    pub(crate) phrases: Phrases,
    pub(crate) events_path: String,
    pub(crate) directory: Directory,
    /// Wakes the connection, so that it looks whether the token still works.
    pub(crate) look: Notify,
    clock: OnceLock<Arc<dyn Clock>>,
    install: RwLock<Option<Arc<Install>>>,
    words: mpsc::Sender<Words>,
    pub(crate) waiting: tokio::sync::Mutex<mpsc::Receiver<Words>>,
}

/// Something to say to the person alone, besides the acknowledgement.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) way: ReplyHandle,
    pub(crate) body: Bytes,
}

impl State {
    pub(crate) fn new(
        id: AdapterId,
        signer: Signer,
        api: Api,
        admitted: Admitted,
        phrases: Phrases,
        events_path: String,
    ) -> Self {
        let (words, waiting) = mpsc::channel(WAITING_WORDS);
        Self {
            id,
            signer,
            api,
            admitted,
            phrases,
            events_path,
            directory: Directory::default(),
            look: Notify::new(),
            clock: OnceLock::new(),
            install: RwLock::new(None),
            words,
            waiting: tokio::sync::Mutex::new(waiting),
        }
    }

    /// Takes the gateway's clock.
    pub(crate) fn begin(&self, inbox: &Inbox) -> Result<()> {
        let _ = self.clock.set(inbox.clock().clone());
        self.api.begin(inbox.clock())
    }

    /// The time by the gateway's clock; before there is one, the epoch.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.get().map_or(Timestamp::EPOCH, |clock| clock.now())
    }

    /// Who we are, once Slack has told us.
    pub(crate) fn install(&self) -> Option<Arc<Install>> {
        self.install.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_install(&self, install: Arc<Install>) {
        *self.install.write().unwrap_or_else(PoisonError::into_inner) = Some(install);
    }

    /// Tells the person alone, if there is a way and room for it.
    pub(crate) fn tell(&self, way: Option<ReplyHandle>, text: &str) {
        let Some(way) = way else { return };
        if self.words.try_send(Words { way, body: private_text(text) }).is_err() {
            tracing::warn!(adapter = %self.id, "too many private words wait: one is left unsaid");
        }
    }

    /// Adds what is known of an event's place to what its delivery says.
    pub(crate) fn complete(&self, event: &mut Event) {
        let Some(place) = &event.place else { return };
        let Some(known) = self.directory.place(place.conversation.as_str(), self.now()) else {
            return;
        };
        event.externally_shared = event.externally_shared.or(known.externally_shared);
        event.direct |= known.direct == Some(true);
    }
}
