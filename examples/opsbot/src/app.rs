//! The bot's state, and everything that it handles.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chatgate::{FromRef, Router, Timestamp};

use crate::incidents::Incidents;
use crate::news::News;
use crate::services::Services;
use crate::{deploy, incident, status, whoami};

/// What the handlers work with. Cheap to clone: all clones are the same state.
#[derive(Clone, Debug)]
pub(crate) struct App {
    services: Services,
    incidents: Incidents,
    news: News,
}

impl App {
    /// The services as they run when the bot starts, and no incidents.
    pub(crate) fn new(now: Timestamp) -> Self {
        let services = Services::made_up(now);
        Self { services, incidents: Incidents::default(), news: News::default() }
    }

    /// Tells how incidents go.
    pub(crate) fn with_news(self, news: News) -> Self {
        Self { news, ..self }
    }
}

impl FromRef<App> for Services {
    fn from_ref(app: &App) -> Self {
        app.services.clone()
    }
}

impl FromRef<App> for Incidents {
    fn from_ref(app: &App) -> Self {
        app.incidents.clone()
    }
}

impl FromRef<App> for News {
    fn from_ref(app: &App) -> Self {
        app.news.clone()
    }
}

/// Everything that the bot handles.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .command(status::status)
        .command(deploy::deploy)
        .command(deploy::rollback)
        .command(incident::incident)
        .on(incident::report)
        .on(incident::acknowledge)
        .on(incident::resolve)
        .command(whoami::whoami)
}

/// What is behind the locks is whole after every statement, so a panic elsewhere spoils nothing.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
