//! Who acts and before whom, where the delivery did not say all of it.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{
    Actor, Adapter, Description, Error, Event, Operation, Receipt, Result, Standing, Subject,
};

use crate::call::call;
use crate::engine::Engine;

// Longer than any request waits for an answer: a slow platform delays a command, it does not refuse it.
const LOOK_UP_FOR: Duration = Duration::from_secs(10);

/// Completes an event: the actor's standing, and whether the place is shared with others. The adapter
/// answers from what it has cached where it can. What cannot be found out stays unknown, and is refused
/// by the hard rules.
pub(super) async fn complete(engine: &Engine, event: &Arc<Event>) -> Arc<Event> {
    let unknown = event.actor.as_ref().filter(|actor| actor.standing == Standing::Unknown);
    let place = event.place.as_ref().filter(|_| event.externally_shared.is_none());
    if unknown.is_none() && place.is_none() {
        return event.clone();
    }
    let adapter = match engine.adapter(&event.adapter) {
        Ok(adapter) => adapter,
        Err(error) => {
            tracing::error!(%error, "who acts could not be looked up");
            return event.clone();
        }
    };
    let (actor, shared) = tokio::join!(
        async {
            match unknown {
                Some(actor) => actor_of(engine, adapter, event, actor).await.map(Some),
                None => Ok(None),
            }
        },
        async {
            let Some(place) = place else { return Ok::<_, Error>(None) };
            let place = describe(engine, adapter, Subject::Place(place.clone())).await?;
            Ok(place.externally_shared)
        },
    );
    let mut event = (**event).clone();
    match actor {
        Ok(actor) => event.actor = actor.or(event.actor),
        Err(error) => tracing::error!(%error, "who acts could not be looked up"),
    }
    match shared {
        Ok(shared) => event.externally_shared = event.externally_shared.or(shared),
        Err(error) => tracing::error!(%error, "who is here could not be looked up"),
    }
    Arc::new(event)
}

async fn actor_of(
    engine: &Engine,
    adapter: &Arc<dyn Adapter>,
    event: &Event,
    actor: &Actor,
) -> Result<Actor> {
    let place = event.place_or_stand_in();
    let subject = Subject::User { place, user: actor.user.clone() };
    let found = describe(engine, adapter, subject).await?.actor;
    // Another person than the one who acted decides nothing.
    found
        .filter(|found| found.user == actor.user)
        .ok_or_else(|| Error::internal("a description without its actor"))
}

/// Whether the place to which a seal has brought an event back is shared with others: a modal's event
/// knows of nobody besides its person, and the place may have become shared since it was opened there.
pub(super) async fn shared_now(engine: &Engine, event: &Event) -> Option<bool> {
    let (place, claimed) = (event.place.clone()?, event.externally_shared);
    if place.direct_user().is_some() {
        return claimed;
    }
    let described = match engine.adapter(&event.adapter) {
        Ok(adapter) => describe(engine, adapter, Subject::Place(place)).await,
        Err(error) => Err(error),
    };
    match described {
        Ok(place) => place.externally_shared.or(claimed),
        // An adapter that cannot look places up says what it knows with each event.
        Err(error) if error.is_unsupported() => claimed,
        Err(error) => {
            tracing::error!(%error, "who is here could not be looked up");
            None
        }
    }
}

pub(crate) async fn describe(
    engine: &Engine,
    adapter: &Arc<dyn Adapter>,
    subject: Subject,
) -> Result<Description> {
    let until = engine.now() + LOOK_UP_FOR;
    match call(&**adapter, Operation::Describe(subject), &*engine.clock, until).await? {
        Receipt::Described(description) => Ok(description),
        other => Err(Error::internal(format!("unexpected receipt {other:?}"))),
    }
}
