//! What the adapter's parts share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use chatgate_core::{AdapterId, Clock, Inbox, Phrases, Result, Timestamp, WorkspaceId};
use chatgate_http::{BaseUrl, Secret};
use chatgate_render::mattermost::POST_CHARS;
use tokio::sync::Notify;
use url::Url;

use crate::api::Api;
use crate::config::Paths;
use crate::directory::Directory;

/// Less than this no server takes (`PostMessageMaxRunesV1` is 4,000); a number that says so is a mistake.
const LEAST_CHARS: usize = 1_000;

/// What the adapter's parts share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) id: AdapterId,
    /// The server: its host, with port and sub-path where it has such.
    pub(crate) workspace: WorkspaceId,
    pub(crate) api: Api,
    /// The tokens of slash commands and outgoing webhooks.
    pub(crate) slash_tokens: Vec<Secret>,
    /// Where Mattermost reaches this program.
    pub(crate) public_url: Option<BaseUrl>,
    pub(crate) paths: Paths,
    pub(crate) phrases: Phrases,
    pub(crate) directory: Directory,
    /// Wakes the connection, so that it looks whether the token still works.
    pub(crate) look: Notify,
    clock: OnceLock<Arc<dyn Clock>>,
    me: RwLock<Option<Arc<Me>>>,
    /// Major and minor version of the server, once it has told us.
    version: RwLock<Option<(u32, u32)>>,
    /// How many characters a post has at most, once the server has told us.
    post_chars: AtomicUsize,
}

/// Who we are on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Me {
    pub(crate) id: String,
    pub(crate) username: String,
}

impl State {
    pub(crate) fn new(
        id: AdapterId,
        api: Api,
        slash_tokens: Vec<Secret>,
        public_url: Option<BaseUrl>,
        paths: Paths,
        phrases: Phrases,
    ) -> Self {
        let workspace = api.workspace();
        Self {
            id,
            workspace,
            api,
            slash_tokens,
            public_url,
            paths,
            phrases,
            directory: Directory::default(),
            look: Notify::new(),
            clock: OnceLock::new(),
            me: RwLock::new(None),
            version: RwLock::new(None),
            post_chars: AtomicUsize::new(POST_CHARS),
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

    /// Who we are, once the server has told us.
    pub(crate) fn me(&self) -> Option<Arc<Me>> {
        self.me.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where actions lead; nowhere without an address under which Mattermost reaches us.
    pub(crate) fn action_url(&self) -> Option<Url> {
        self.public_url.as_ref()?.join(self.paths.action.trim_start_matches('/')).ok()
    }

    /// Where slash commands lead; nowhere without that address either.
    pub(crate) fn command_url(&self) -> Option<Url> {
        self.public_url.as_ref()?.join(self.paths.command.trim_start_matches('/')).ok()
    }

    /// Where dialogs lead; nowhere without that address either.
    pub(crate) fn dialog_url(&self) -> Option<Url> {
        self.public_url.as_ref()?.join(self.paths.dialog.trim_start_matches('/')).ok()
    }

    /// The server's version, once it has told us.
    pub(crate) fn version(&self) -> Option<(u32, u32)> {
        *self.version.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the server's version, as it says it: `11.6.0.…`.
    pub(crate) fn set_version(&self, said: &str) {
        if let Some(version) = version_of(said) {
            *self.version.write().unwrap_or_else(PoisonError::into_inner) = Some(version);
        }
    }

    /// How long what opens a dialog does: 3 s on old servers, 30 s from 11.6 on (mattermost.md §7), of
    /// which the way here has taken some.
    pub(crate) fn trigger_lasts(&self) -> Duration {
        match self.version() {
            Some(version) if version >= (11, 6) => Duration::from_secs(25),
            _ => Duration::from_millis(2_500),
        }
    }

    /// Whether the server shows another form in the place of a submitted one (mattermost.md §7: from
    /// 11.1 on).
    pub(crate) fn takes_next_form(&self) -> bool {
        self.version().is_some_and(|version| version >= (11, 1))
    }

    /// How many characters a post has at most.
    pub(crate) fn post_chars(&self) -> usize {
        self.post_chars.load(Ordering::Relaxed)
    }

    /// Takes the server's `MaxPostSize`. More than usual is not sent in one post: clients and other
    /// servers may not show it.
    pub(crate) fn set_post_chars(&self, chars: usize) {
        self.post_chars.store(chars.clamp(LEAST_CHARS, POST_CHARS), Ordering::Relaxed);
    }

    pub(crate) fn set_me(&self, me: Arc<Me>) {
        *self.me.write().unwrap_or_else(PoisonError::into_inner) = Some(me);
    }
}

/// The first two numbers of a version.
pub(crate) fn version_of(said: &str) -> Option<(u32, u32)> {
    let mut parts = said.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}
