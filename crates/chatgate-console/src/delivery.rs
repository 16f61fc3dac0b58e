//! Handing an event to the gateway, and what it belongs to.

use std::time::Duration;

use chatgate_core::{ClockExt, Delivered, Event, Inbox, PlatformMessageId};

use crate::questions::Questions;

/// How long to wait before each further try, in milliseconds: about six seconds in all.
const BUSY_WAITS: [u64; 6] = [100, 200, 400, 800, 1_600, 3_200];

/// What an event came from, so that its answer finds back.
#[derive(Debug)]
pub(crate) enum Origin {
    /// A line, or a form that was left.
    Line,
    /// An action of this message.
    Click(PlatformMessageId),
    /// A form that asks what one of its fields can be.
    Options(Questions),
    /// A form that was filled in.
    Form(Questions),
}

/// What became of an event.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) origin: Origin,
    pub(crate) delivered: Delivered,
}

/// Delivers an event and waits for its answer; nobody would deliver it again, so it is tried again
/// while the gateway is busy.
pub(crate) async fn deliver(inbox: Inbox, event: Event, origin: Origin) -> Done {
    let mut delivered = inbox.deliver(event.clone()).await;
    for wait in BUSY_WAITS {
        if delivered != Delivered::Busy {
            break;
        }
        inbox.clock().sleep(Duration::from_millis(wait)).await;
        delivered = inbox.deliver(event.clone()).await;
    }
    Done { origin, delivered }
}
