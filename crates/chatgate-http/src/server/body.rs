//! Reads a request's body, never more of it than is allowed, for no longer than is allowed.

use std::pin::pin;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use chatgate_core::{Clock, ClockExt as _};
use http_body::Body as _;
use http_body_util::BodyExt as _;

/// Why a body was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotTaken {
    TooLarge,
    TooSlow,
    /// The peer went away, or broke the protocol.
    Broken,
}

// A client that sends all before it reads anything still gets its answer, up to here.
const DISCARDED: u64 = 128 * 1024 * 1024;

/// Reads all of a body.
pub(super) async fn read(
    body: &mut Body,
    limit: usize,
    clock: &dyn Clock,
    timeout: Duration,
) -> Result<Bytes, NotTaken> {
    let known = body.size_hint().lower();
    if usize::try_from(known).map_or(true, |known| known > limit) {
        return Err(NotTaken::TooLarge);
    }
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    tokio::select! {
        biased;
        read = collect(body, limit) => read,
        () = clock.sleep(timeout) => Err(NotTaken::TooSlow),
    }
}

async fn collect(body: &mut Body, limit: usize) -> Result<Bytes, NotTaken> {
    // Most bodies come in one piece, which is then not copied.
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| NotTaken::Broken)?.into_data() else { continue };
        if first.len() + all.len() + data.len() > limit {
            return Err(NotTaken::TooLarge);
        }
        if first.is_empty() && all.is_empty() {
            first = data;
            continue;
        }
        all.extend_from_slice(&std::mem::take(&mut first));
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// Reads what is left of a refused body and throws it away: a connection that is closed on unread
/// bytes is reset, and the peer never sees why.
pub(super) async fn discard(body: &mut Body, clock: &dyn Clock, timeout: Duration) {
    if body.is_end_stream() {
        return;
    }
    let mut left = DISCARDED;
    let discarding = pin!(async {
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            left = left.saturating_sub(u64::try_from(length).unwrap_or(u64::MAX));
            if left == 0 {
                return;
            }
        }
    });
    tokio::select! {
        biased;
        () = discarding => {}
        () = clock.sleep(timeout) => {}
    }
}
