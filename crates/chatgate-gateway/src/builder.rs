//! Putting a gateway together.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, OnceLock};

use chatgate_core::{
    Adapter, AllowAll, AuditChain, Clock, Error, ErrorKind, EventId, Identity, Layer, MemoryStore,
    NodeId, OnePerActor, Phrases, Platform, Policy, Result, Rng, SealKey, Seals, Store, SystemRng,
};
use chatgate_router::Router;
use tokio_util::task::TaskTracker;

use crate::clock::SystemClock;
use crate::engine::Engine;
use crate::fit::Names;
use crate::gate::NoPolicy;
use crate::inbox::Lanes;
use crate::limits::GatewayLimits;
use crate::outbox::Outbox;
use crate::pacer::{Pacer, Pacing};
use crate::ready::{ReadyGateway, Report};
use crate::status::Status;

/// A gateway that is being put together: adapters, a store, a policy, a router over the program's
/// state.
///
/// Mistakes are collected: [`Gateway::build`] and [`Gateway::run`] return all of them as one error.
///
/// ```
/// use chatgate_gateway::Gateway;
/// use chatgate_router::Router;
///
/// # fn main() -> chatgate_core::Result<()> {
/// let gateway = Gateway::new(()).router(Router::new()).build()?;
/// assert!(gateway.specs().commands.is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Gateway<S> {
    state: S,
    adapters: Vec<Arc<dyn Adapter>>,
    layers: Vec<Box<dyn Layer>>,
    store: Option<Arc<dyn Store>>,
    policy: Option<Arc<dyn Policy>>,
    allows_all: bool,
    identity: Arc<dyn Identity>,
    router: Router<S>,
    phrases: Phrases,
    keys: Option<Vec<SealKey>>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    limits: GatewayLimits,
    pacing: Pacing,
    node: Option<NodeId>,
    #[cfg(feature = "http")]
    pub(crate) listen: Option<String>,
}

impl<S: Clone + Send + Sync + 'static> Gateway<S> {
    /// A gateway over the program's state, without adapters yet.
    #[must_use]
    pub fn new(state: S) -> Self {
        Self {
            state,
            adapters: Vec::new(),
            layers: Vec::new(),
            store: None,
            policy: None,
            allows_all: false,
            identity: Arc::new(OnePerActor),
            router: Router::new(),
            phrases: Phrases::default(),
            keys: None,
            clock: Arc::new(SystemClock),
            rng: Arc::new(SystemRng),
            limits: GatewayLimits::default(),
            pacing: Pacing::default(),
            node: None,
            #[cfg(feature = "http")]
            listen: None,
        }
    }

    /// Adds an adapter.
    #[must_use]
    pub fn adapter(mut self, adapter: impl Adapter) -> Self {
        self.adapters.push(Arc::new(adapter));
        self
    }

    /// Wraps every adapter; the first layer is the outermost.
    #[must_use]
    pub fn layer(mut self, layer: impl Layer) -> Self {
        self.layers.push(Box::new(layer));
        self
    }

    /// Keeps everything there. Without one it is kept in memory, and gone when the process ends.
    #[must_use]
    pub fn store(self, store: impl Store) -> Self {
        self.shared_store(Arc::new(store))
    }

    /// Keeps everything in a store that others hold, too.
    #[must_use]
    pub fn shared_store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// Decides who may run what. Without one, only the console's own user is served.
    #[must_use]
    pub fn policy<P: Policy>(mut self, policy: P) -> Self {
        self.allows_all = TypeId::of::<P>() == TypeId::of::<AllowAll>();
        self.policy = Some(Arc::new(policy));
        self
    }

    /// Maps actors to principals. Without one, every actor is a principal of their own.
    #[must_use]
    pub fn identity(mut self, identity: impl Identity) -> Self {
        self.identity = Arc::new(identity);
        self
    }

    /// Handles what arrives. A second router is merged into the first.
    #[must_use]
    pub fn router(mut self, router: Router<S>) -> Self {
        self.router = self.router.merge(router);
        self
    }

    /// Replaces the texts that chatgate itself says.
    #[must_use]
    pub fn phrases(mut self, phrases: Phrases) -> Self {
        self.phrases = phrases;
        self
    }

    /// Seals buttons with these keys, the newest first. Without any, `CHATGATE_SEAL_KEY` is read; where
    /// that is not set, the key is random and buttons end with the process.
    #[must_use]
    pub fn seal_keys(mut self, keys: impl IntoIterator<Item = SealKey>) -> Self {
        self.keys = Some(keys.into_iter().collect());
        self
    }

    /// Takes the time from there.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Takes random numbers from there.
    #[must_use]
    pub fn rng(mut self, rng: Arc<dyn Rng>) -> Self {
        self.rng = rng;
        self
    }

    /// Sets how much it takes on, and how long it waits.
    #[must_use]
    pub fn limits(mut self, limits: GatewayLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how operations are paced.
    #[must_use]
    pub fn pacing(mut self, pacing: Pacing) -> Self {
        self.pacing = pacing;
        self
    }

    /// Names this process in the audit record and in holds. Random when not given.
    #[must_use]
    pub fn node(mut self, node: impl Into<NodeId>) -> Self {
        self.node = Some(node.into());
        self
    }

    /// Puts everything together.
    ///
    /// # Errors
    /// `configuration`, with one line of context for every mistake: an adapter name used twice, a route
    /// registered twice, a seal key that is too short.
    pub fn build(self) -> Result<ReadyGateway> {
        let mut mistakes = Vec::new();
        let mut adapters: HashMap<_, Arc<dyn Adapter>> = HashMap::new();
        for adapter in self.adapters {
            let adapter = self.layers.iter().rev().fold(adapter, |inner, layer| layer.layer(inner));
            let id = adapter.id().clone();
            if adapters.insert(id.clone(), adapter).is_some() {
                mistakes
                    .push(format!("two adapters are named {id}: give one of them another name"));
            }
        }
        let seals = seals(self.keys, &self.rng);
        let routes = self.router.build(self.state);
        for error in [seals.as_ref().err(), routes.as_ref().err()].into_iter().flatten() {
            mistakes.extend(error.context().iter().cloned());
        }
        let (seals, routes) = match (seals, routes) {
            (Ok(seals), Ok(routes)) if mistakes.is_empty() => (seals, routes),
            _ => {
                let error = Error::new(ErrorKind::Configuration);
                return Err(mistakes.into_iter().fold(error, Error::with_context));
            }
        };
        if self.allows_all {
            tracing::warn!(
                "policy: ALLOW ALL. Everyone of the own organisation may run everything"
            );
        }
        if self.pacing == Pacing::Off {
            tracing::warn!("pacing is off: the platforms' documented limits are not kept");
        }
        let policy = self.policy.unwrap_or_else(|| Arc::new(NoPolicy));
        tracing::info!(policy = %policy.describe(), "gate");
        let remote =
            |adapter: &Arc<dyn Adapter>| adapter.id().as_str() != Platform::console().as_str();
        if policy.describe() == NoPolicy.describe() && adapters.values().any(remote) {
            tracing::warn!(
                "no policy: nobody but the console's own user is served. Gateway::policy adds one"
            );
        }
        let store = self.store.unwrap_or_else(|| Arc::new(MemoryStore::new(self.clock.clone())));
        let boot = EventId::generate(&*self.clock, &*self.rng).to_string();
        let node = self.node.unwrap_or_else(|| NodeId::from(format!("node-{boot}")));
        let engine = Engine {
            status: Status::new(adapters.keys().cloned()),
            adapters,
            store,
            policy,
            identity: self.identity,
            routes,
            seals,
            phrases: self.phrases,
            clock: self.clock,
            rng: self.rng,
            holder: NodeId::from(format!("{node}/{boot}")),
            chain: AuditChain::new(node.clone(), boot),
            node,
            born: OnceLock::new(),
            tasks: TaskTracker::new(),
            pacer: Pacer::new(self.pacing),
            names: Names::new(self.limits.names),
            lanes: Lanes::default(),
            outbox: Outbox::new(),
            limits: self.limits,
        };
        let ready = ReadyGateway::new(Arc::new(engine));
        #[cfg(feature = "http")]
        let ready = ready.listening_at(self.listen);
        Ok(ready)
    }

    /// Builds it and runs it until SIGTERM or Ctrl-C, or until every adapter has ended.
    ///
    /// # Errors
    /// As [`Gateway::build`] and [`ReadyGateway::run`].
    pub async fn run(self) -> Result<Report> {
        self.build()?.run().await
    }

    /// Builds it and runs it until the future is ready, or until every adapter has ended. Does not
    /// listen to signals.
    ///
    /// # Errors
    /// As [`Gateway::build`] and [`ReadyGateway::run_until`].
    pub async fn run_until(self, shutdown: impl Future<Output = ()> + Send) -> Result<Report> {
        self.build()?.run_until(shutdown).await
    }
}

/// The seals of the keys that were given, or of the environment's, or of a random one.
fn seals(keys: Option<Vec<SealKey>>, rng: &Arc<dyn Rng>) -> Result<Seals> {
    let keys = match keys {
        Some(keys) => keys,
        None => match std::env::var("CHATGATE_SEAL_KEY") {
            Ok(text) => SealKey::parse_list(&text)?,
            Err(_) => {
                tracing::warn!("CHATGATE_SEAL_KEY is not set: buttons end with this process");
                return Ok(Seals::random(rng.clone()));
            }
        },
    };
    Seals::new(keys, rng.clone())
}

impl<S> fmt::Debug for Gateway<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let adapters: Vec<_> = self.adapters.iter().map(|adapter| adapter.id()).collect();
        f.debug_struct("Gateway")
            .field("adapters", &adapters)
            .field("router", &self.router)
            .finish_non_exhaustive()
    }
}
