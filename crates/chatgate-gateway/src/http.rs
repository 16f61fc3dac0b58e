//! The endpoints over HTTP: on a socket of the gateway's own, or in the program's own axum server.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use chatgate_core::{AdapterId, Error, InboxBackend as _, Result, Shutdown};
use chatgate_http::{Guard, Server, router};
use tokio::task::JoinHandle;

use crate::builder::Gateway;
use crate::engine::Engine;
use crate::inbox::Backend;
use crate::ready::ReadyGateway;

impl<S: Clone + Send + Sync + 'static> Gateway<S> {
    /// Serves the endpoints of all adapters, with `/healthz` and `/readyz`, at an address such as
    /// `127.0.0.1:3000` while the gateway runs. Port 0 picks one: [`crate::Running::local_addr`].
    ///
    /// TLS ends before it: at the load balancer or reverse proxy that the platform reaches.
    #[must_use]
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.listen = Some(address.into());
        self
    }

    /// The routes for the program's own axum server, and the gateway to run beside it.
    ///
    /// # Errors
    /// As [`Gateway::build`] and [`ReadyGateway::into_parts`].
    pub fn into_parts(self) -> Result<(axum::Router, ReadyGateway)> {
        self.build()?.into_parts()
    }
}

impl ReadyGateway {
    /// The routes for the program's own axum server, and the gateway to run beside it. Bodies, content
    /// types and methods are checked as [`Gateway::listen`] does; slow headers, idle connections and
    /// their number are that server's affair.
    ///
    /// # Errors
    /// `configuration` when two adapters have an endpoint at the same path.
    pub fn into_parts(self) -> Result<(axum::Router, Self)> {
        let routes = routes(&self)?;
        Ok((routes, self))
    }
}

fn routes(gateway: &ReadyGateway) -> Result<axum::Router> {
    let endpoints = gateway.endpoints();
    router(endpoints, guard(gateway))
}

/// What is refused before an adapter sees it is refused in that adapter's name.
fn guard(gateway: &ReadyGateway) -> Guard {
    let engine = gateway.engine().clone();
    let mut owners = HashMap::<String, AdapterId>::new();
    for (id, adapter) in &engine.adapters {
        for endpoint in adapter.endpoints(&gateway.inbox(id)) {
            owners.insert(endpoint.path, id.clone());
        }
    }
    let backend = Backend(engine.clone());
    Guard::new(engine.clock.clone()).on_rejected(move |path, reason| match owners.get(path) {
        Some(adapter) => backend.reject(adapter, reason.into()),
        None => tracing::debug!(path, reason, "request refused"),
    })
}

/// The gateway's own server.
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) at: SocketAddr,
    /// Ends when every request that was under way has its answer.
    pub(crate) ended: JoinHandle<()>,
}

/// Binds the address that the gateway was given and serves there until shutdown.
pub(crate) async fn serve(gateway: &ReadyGateway, shutdown: Shutdown) -> Result<Option<Serving>> {
    let Some(address) = gateway.listens_at() else { return Ok(None) };
    let routes = routes(gateway)?;
    let server = Server::bind(address).await.map_err(|error| cannot_listen(&error, address))?;
    let at = server.local_addr();
    let guard = guard(gateway);
    let engine: &Arc<Engine> = gateway.engine();
    let ended = engine.tasks.spawn(async move {
        server.serve(routes, guard, async move { shutdown.asked().await }).await;
    });
    tracing::info!(%at, "listening");
    Ok(Some(Serving { at, ended }))
}

fn cannot_listen(error: &Error, address: &str) -> Error {
    Error::configuration(format!("cannot listen at {address}: {error}"))
        .with_context("give another address, or stop what listens there")
}
