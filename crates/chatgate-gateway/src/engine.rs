//! What every stage of the path shares.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use chatgate_core::{
    Adapter, AdapterId, AuditChain, Batch, CardId, Clock, Committed, Error, EventId, Identity,
    MessageId, NodeId, Operation, Phrases, Policy, Receipt, Result, Rng, Seals, Store, Timestamp,
};
use chatgate_router::Routes;
use tokio_util::task::TaskTracker;

use crate::call::call;
use crate::fit::Names;
use crate::inbox::Lanes;
use crate::limits::GatewayLimits;
use crate::outbox::{self, Outbox};
use crate::pacer::Pacer;
use crate::status::Status;

/// What every stage of the path shares.
pub(crate) struct Engine {
    pub(crate) adapters: HashMap<AdapterId, Arc<dyn Adapter>>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) policy: Arc<dyn Policy>,
    pub(crate) identity: Arc<dyn Identity>,
    pub(crate) routes: Routes,
    pub(crate) seals: Seals,
    pub(crate) phrases: Phrases,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Arc<dyn Rng>,
    pub(crate) limits: GatewayLimits,
    pub(crate) node: NodeId,
    /// Who holds lanes: this start of the node. A restart under the same name is another holder, so it
    /// waits for the end of what its predecessor held instead of overtaking it.
    pub(crate) holder: NodeId,
    pub(crate) chain: AuditChain,
    /// When the store was first used: what was sealed before has expired.
    pub(crate) born: OnceLock<Timestamp>,
    pub(crate) tasks: TaskTracker,
    pub(crate) pacer: Pacer,
    pub(crate) names: Names,
    pub(crate) lanes: Lanes,
    pub(crate) outbox: Outbox,
    pub(crate) status: Status,
}

impl Engine {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// When the store was first used; the epoch before the start.
    pub(crate) fn born(&self) -> Timestamp {
        self.born.get().copied().unwrap_or_default()
    }

    pub(crate) fn adapter(&self, id: &AdapterId) -> Result<&Arc<dyn Adapter>> {
        self.adapters
            .get(id)
            .ok_or_else(|| Error::not_found(format!("there is no adapter named {id}")))
    }

    pub(crate) fn new_message(&self) -> MessageId {
        MessageId::generate(&*self.clock, &*self.rng)
    }

    pub(crate) fn new_card(&self) -> CardId {
        CardId::generate(&*self.clock, &*self.rng)
    }

    pub(crate) fn new_event(&self) -> EventId {
        EventId::generate(&*self.clock, &*self.rng)
    }

    /// Calls an adapter, as long as the limits allow.
    pub(crate) async fn call(
        &self,
        adapter: &dyn Adapter,
        operation: Operation,
    ) -> Result<Receipt> {
        call(adapter, operation, &*self.clock, self.now() + self.limits.call).await
    }

    /// Commits a batch; when it queued something to send, the outbox is woken.
    pub(crate) async fn commit(&self, batch: Batch) -> Result<Committed> {
        let rows = Outbox::rows(&batch);
        let committed = self.store.commit(batch).await?;
        outbox::queued(self, rows);
        Ok(committed)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("node", &self.node).finish_non_exhaustive()
    }
}
