//! A server that bounds what a connection may cost.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use chatgate_core::{Clock, ClockExt as _, Error, ErrorKind, Result};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower_service::Service as _;

use super::Guard;
use super::watch::{Overdue, Overseer, Patience, Watch, Watched};

// When the system has no descriptor left, asking again at once helps nobody.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// What a connection may cost; the defaults fit webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerLimits {
    /// How long the head of a request may take to arrive, also the first one of a connection: 5 s.
    pub head_timeout: Duration,
    /// How long a connection may be idle between requests, or not read its answers: 60 s.
    pub idle_timeout: Duration,
    /// The most connections that are served at once: 1,024. When one more comes, idle ones are closed
    /// to make room; while none is idle it waits, and all after it wait in the system's queue.
    pub max_connections: usize,
    /// The most bytes of a request's head: 16 KiB. More is answered with 431, and so are more than 100
    /// headers.
    pub max_head: usize,
    /// How long running requests may take to finish once the server is asked to stop: 10 s.
    pub drain: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            head_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(60),
            max_connections: 1_024,
            max_head: 16 * 1024,
            drain: Duration::from_secs(10),
        }
    }
}

/// Serves a router over HTTP/1.1 on a socket of its own. TLS is for whatever stands before it.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    limits: ServerLimits,
}

impl Server {
    /// Takes an address to listen on; port 0 takes a free one.
    ///
    /// # Errors
    /// `configuration` when the address cannot be had.
    pub async fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        let failed = |error| Error::from_source(ErrorKind::Configuration, error);
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        Self::from_listener(listener)
    }

    /// Serves on a socket that listens already.
    ///
    /// # Errors
    /// `configuration` when the socket has no address.
    pub fn from_listener(listener: TcpListener) -> Result<Self> {
        let failed = |error| Error::from_source(ErrorKind::Configuration, error);
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address, limits: ServerLimits::default() })
    }

    /// Sets what a connection may cost.
    #[must_use]
    pub fn limits(mut self, limits: ServerLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the future is ready; then takes no connection any more, closes idle ones, lets
    /// running requests finish as long as the limits say, and cuts the rest.
    ///
    /// The guard tells of what is refused before there is a path, with an empty one: `head_timeout`
    /// for a connection that was cut, `connections_full` each time that new ones have to wait.
    pub async fn serve(self, router: Router, guard: Guard, shutdown: impl Future<Output = ()>) {
        let (pressure, _) = watch::channel(());
        let slots = Arc::new(Semaphore::new(self.limits.max_connections.max(1)));
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        // Made ready once: per request it is only cloned.
        let router: Router = router.with_state(());
        loop {
            while connections.try_join_next().is_some() {}
            let accepted = tokio::select! {
                biased;
                () = &mut shutdown => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    let slot = tokio::select! {
                        biased;
                        () = &mut shutdown => break,
                        slot = take_slot(&slots, &pressure, &guard) => slot,
                    };
                    let connection = Connection {
                        stream,
                        router: router.clone(),
                        guard: guard.clone(),
                        limits: self.limits,
                        pressure: pressure.subscribe(),
                    };
                    connections.spawn(connection.serve(slot));
                }
                // A peer that gave up again is its own affair; no descriptors left is ours.
                Err(error) if is_of_peer(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "no connection can be accepted");
                    guard.clock().sleep(ACCEPT_AGAIN).await;
                }
            }
        }
        drop(self.listener);
        pressure.send_replace(());
        tokio::select! {
            biased;
            () = all(&mut connections) => {}
            () = guard.clock().sleep(self.limits.drain) => {
                let left = connections.len();
                tracing::warn!(left, "connections cut at shutdown");
            }
        }
        connections.shutdown().await;
    }
}

fn is_of_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn all(connections: &mut JoinSet<()>) {
    while connections.join_next().await.is_some() {}
}

/// A place for one more connection, which is there already. When there is none, idle connections are asked to go.
async fn take_slot(
    slots: &Arc<Semaphore>,
    pressure: &watch::Sender<()>,
    guard: &Guard,
) -> Option<OwnedSemaphorePermit> {
    if let Ok(slot) = slots.clone().try_acquire_owned() {
        return Some(slot);
    }
    guard.reject("", "connections_full");
    pressure.send_replace(());
    // The semaphore is never closed.
    slots.clone().acquire_owned().await.ok()
}

struct Connection {
    stream: TcpStream,
    router: Router,
    guard: Guard,
    limits: ServerLimits,
    pressure: watch::Receiver<()>,
}

impl Connection {
    /// Serves one connection to its end.
    async fn serve(mut self, _slot: Option<OwnedSemaphorePermit>) {
        let _ = self.stream.set_nodelay(true);
        let clock: Arc<dyn Clock> = self.guard.clock().clone();
        let watch = Arc::new(Watch::new(clock));
        let patience = Patience { head: self.limits.head_timeout, idle: self.limits.idle_timeout };
        let mut overseer = Overseer::new(watch.clone(), patience);
        let stream = TokioIo::new(Watched { stream: self.stream, watch: watch.clone() });
        let router = self.router;
        let service = service_fn(move |request| {
            watch.busy();
            let watch = watch.clone();
            let answering = router.clone().call(request);
            async move {
                let answer = answering.await;
                watch.idle();
                answer
            }
        });
        let connection = http1::Builder::new()
            .max_header_size(self.limits.max_head)
            .max_buf_size(self.limits.max_head.max(MIN_BUFFER))
            .serve_connection(stream, service);
        let mut connection = pin!(connection);
        let mut is_leaving = false;
        loop {
            tokio::select! {
                biased;
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "connection broke");
                    }
                    return;
                }
                overdue = &mut overseer => {
                    if overdue == Overdue::Head {
                        self.guard.reject("", "head_timeout");
                    }
                    return;
                }
                _ = self.pressure.changed(), if !is_leaving => {
                    is_leaving = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

// The least that the protocol's implementation takes.
const MIN_BUFFER: usize = 16 * 1024;

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
