//! A gateway that is put together: running it, stopping it.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chatgate_core::{
    AdapterId, Batch, Endpoint, Error, Expect, Health, Inbox, Key, Result, ShutdownTrigger, Specs,
    Timestamp,
};
use tokio::task::{JoinHandle, JoinSet};

use crate::chat::Chat;
use crate::engine::Engine;
use crate::inbox::{self, Backend};
use crate::{health, outbox};

/// A gateway that is put together and not running yet.
#[derive(Debug)]
pub struct ReadyGateway {
    engine: Arc<Engine>,
    #[cfg(feature = "http")]
    listen: Option<String>,
    /// Whether anyone has taken the endpoints, to serve them.
    served: AtomicBool,
}

/// What shutdown left behind. All of it is in the store: a durable one goes on at the next start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Runs that were cut off.
    pub runs_left: usize,
    /// Messages and other operations that were not sent.
    pub messages_left: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::default() {
            return f.write_str("drained: nothing is left");
        }
        let Self { runs_left, messages_left } = self;
        write!(f, "drained: {runs_left} runs and {messages_left} messages are left")
    }
}

impl ReadyGateway {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Self {
            engine,
            #[cfg(feature = "http")]
            listen: None,
            served: AtomicBool::new(false),
        }
    }

    #[cfg(feature = "http")]
    pub(crate) fn listening_at(mut self, address: Option<String>) -> Self {
        self.listen = address;
        self
    }

    #[cfg(feature = "http")]
    pub(crate) fn listens_at(&self) -> Option<&str> {
        self.listen.as_deref()
    }

    #[cfg(feature = "http")]
    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// A handle that speaks first. What it says before the gateway runs waits in the store.
    #[must_use]
    pub fn chat(&self) -> Chat {
        Chat::new(self.engine.clone())
    }

    /// What the program declares.
    #[must_use]
    pub fn specs(&self) -> Arc<Specs> {
        self.engine.routes.specs()
    }

    /// The HTTP endpoints of all adapters, with `/healthz` and `/readyz`.
    #[must_use]
    pub fn endpoints(&self) -> Vec<Endpoint> {
        self.served.store(true, Ordering::Relaxed);
        let mut endpoints = health::endpoints(&self.engine);
        for (id, adapter) in &self.engine.adapters {
            endpoints.extend(adapter.endpoints(&self.inbox(id)));
        }
        endpoints
    }

    /// The inbox of an adapter: for a server of one's own in front of its endpoints, and for tests.
    #[must_use]
    pub fn inbox(&self, adapter: &AdapterId) -> Inbox {
        Inbox::new(adapter.clone(), Arc::new(Backend(self.engine.clone())))
    }

    /// Runs until SIGTERM or Ctrl-C, or until every adapter has ended; then drains: takes nothing in any
    /// more, and waits for runs and messages as long as the limits say.
    ///
    /// # Errors
    /// That of the first adapter that can never work; what the store says at the start.
    pub async fn run(self) -> Result<Report> {
        let signal = signal()?;
        self.run_until(signal).await
    }

    /// Runs until the future is ready, or until every adapter has ended; then drains as
    /// [`ReadyGateway::run`] does. Does not listen to signals.
    ///
    /// # Errors
    /// As [`ReadyGateway::run`].
    pub async fn run_until(self, shutdown: impl Future<Output = ()> + Send) -> Result<Report> {
        let mut running = self.start().await?;
        tokio::select! {
            () = shutdown => {}
            () = running.ended() => {}
        }
        running.stop().await
    }

    /// Starts it, without waiting for its end.
    ///
    /// # Errors
    /// What the store says.
    pub async fn start(self) -> Result<Running> {
        let engine = self.engine.clone();
        if engine.adapters.is_empty() {
            let missing = "the gateway has no adapter: Gateway::adapter adds one";
            return Err(Error::configuration(missing));
        }
        let _ = engine.born.set(birth(&engine).await?);
        let (trigger, shutdown) = ShutdownTrigger::new();
        #[cfg(feature = "http")]
        let serving = crate::http::serve(&self, shutdown.clone()).await?;
        self.warn_of_unserved();
        let mut adapters = JoinSet::new();
        for (id, adapter) in &engine.adapters {
            let (id, adapter) = (id.clone(), adapter.clone());
            let run = (self.inbox(&id), shutdown.clone());
            adapters.spawn(engine.tasks.track_future(async move {
                let ended = adapter.run(run.0, run.1).await;
                (id, ended)
            }));
        }
        let tasks = vec![
            engine.tasks.spawn(outbox::run(engine.clone(), shutdown.clone())),
            engine.tasks.spawn(inbox::claim_left(engine.clone(), shutdown)),
            engine.tasks.spawn(inbox::renew_holds(engine.clone())),
        ];
        tracing::info!(node = %engine.node, adapters = engine.adapters.len(), "running");
        Ok(Running {
            ready: self,
            trigger,
            adapters,
            tasks,
            failed: None,
            #[cfg(feature = "http")]
            serving,
        })
    }

    /// A platform that comes by HTTP and finds nobody is a mistake that nothing else would show.
    fn warn_of_unserved(&self) {
        if self.served.load(Ordering::Relaxed) {
            return;
        }
        for (id, adapter) in &self.engine.adapters {
            if !adapter.endpoints(&self.inbox(id)).is_empty() {
                tracing::warn!(
                    adapter = %id,
                    "nothing serves its endpoints: Gateway::listen or Gateway::into_parts does"
                );
            }
        }
    }
}

/// When the store was first used.
async fn birth(engine: &Engine) -> Result<Timestamp> {
    let key = Key::new("gateway", "born");
    let born = engine.now().as_millis().to_string();
    match engine.store.commit(Batch::new().put(key.clone(), born, Expect::Absent)).await {
        Ok(_) => return Ok(engine.now()),
        Err(error) if error.is_conflict() => {}
        Err(error) => return Err(error),
    }
    let record = engine.store.get(&key).await?;
    let millis = record.and_then(|record| std::str::from_utf8(&record.value).ok()?.parse().ok());
    millis
        .map(Timestamp::from_millis)
        .ok_or_else(|| Error::malformed("the record of the store's birth"))
}

/// A running gateway.
#[derive(Debug)]
pub struct Running {
    ready: ReadyGateway,
    trigger: ShutdownTrigger,
    adapters: JoinSet<(AdapterId, Result<()>)>,
    tasks: Vec<JoinHandle<()>>,
    failed: Option<Error>,
    #[cfg(feature = "http")]
    serving: Option<crate::http::Serving>,
}

impl Running {
    /// A handle that speaks first.
    #[must_use]
    pub fn chat(&self) -> Chat {
        self.ready.chat()
    }

    /// The HTTP endpoints of all adapters, with `/healthz` and `/readyz`.
    #[must_use]
    pub fn endpoints(&self) -> Vec<Endpoint> {
        self.ready.endpoints()
    }

    /// The inbox of an adapter.
    #[must_use]
    pub fn inbox(&self, adapter: &AdapterId) -> Inbox {
        self.ready.inbox(adapter)
    }

    /// Where it listens, when it does: [`crate::Gateway::listen`].
    #[cfg(feature = "http")]
    #[must_use]
    pub fn local_addr(&self) -> Option<std::net::SocketAddr> {
        self.serving.as_ref().map(|serving| serving.at)
    }

    /// A number that changes with everything that begins or ends: a test that sees it stand still
    /// knows that all is waiting.
    #[must_use]
    pub fn activity(&self) -> u64 {
        self.ready.engine.status.work().changes
    }

    /// True when no event waits or runs and no operation waits or is sent.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let work = self.ready.engine.status.work();
        work.events == 0 && work.operations == 0
    }

    /// Waits until every adapter has ended.
    pub async fn ended(&mut self) {
        let engine = &self.ready.engine;
        while let Some(ended) = self.adapters.join_next().await {
            match ended {
                Ok((id, Ok(()))) => engine.status.set_health(&id, Health::Ended),
                Ok((id, Err(error))) => {
                    tracing::error!(adapter = %id, %error, "an adapter cannot work");
                    engine.status.set_health(&id, Health::Down(error.to_string()));
                    self.failed.get_or_insert(error);
                }
                Err(error) => {
                    tracing::error!(%error, "an adapter ended badly");
                    let error = Error::internal(format!("an adapter ended badly: {error}"));
                    self.failed.get_or_insert(error);
                }
            }
        }
    }

    /// Takes nothing in any more, waits for runs and messages as long as the limits say, and ends.
    ///
    /// # Errors
    /// That of the first adapter that could never work.
    pub async fn stop(mut self) -> Result<Report> {
        let engine = self.ready.engine.clone();
        engine.status.change(|work| work.closed = true);
        self.trigger.ask();
        let mut work = engine.status.watch();
        let deadline = engine.now() + engine.limits.drain;
        let drained = async {
            self.ended().await;
            #[cfg(feature = "http")]
            if let Some(serving) = &mut self.serving {
                let _ = (&mut serving.ended).await;
            }
            let _ = work.wait_for(|work| work.events == 0 && work.operations == 0).await;
        };
        tokio::select! {
            () = drained => {}
            () = engine.clock.sleep_until(deadline) => {}
        }
        let left = engine.status.work();
        let report = Report { runs_left: left.events, messages_left: left.operations };
        engine.status.cut_off();
        self.adapters.abort_all();
        self.tasks.iter().for_each(JoinHandle::abort);
        engine.tasks.close();
        if report == Report::default() {
            tracing::info!("{report}");
        } else {
            tracing::warn!("{report}");
        }
        match self.failed.take() {
            Some(error) => Err(error),
            None => Ok(report),
        }
    }
}

/// Ready on SIGTERM or Ctrl-C.
#[cfg(unix)]
fn signal() -> Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    })
}

/// Ready on Ctrl-C.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on unix")]
fn signal() -> Result<impl Future<Output = ()> + Send> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

impl Drop for Running {
    fn drop(&mut self) {
        self.trigger.ask();
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}
