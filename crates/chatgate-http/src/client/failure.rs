//! What a failed exchange means for whoever wants to try again.

use std::error::Error as StdError;

use chatgate_core::{Error, ErrorKind, Retry};

use super::public::NotPublic;
use crate::redact;

/// What went wrong while sending, or while waiting for the head of the answer.
pub(super) fn of_sending(error: &reqwest::Error) -> Error {
    if has_cause::<NotPublic>(error) {
        return not_public();
    }
    if error.is_builder() {
        return Error::invalid_input("a request that cannot be sent");
    }
    let failed = Error::new(ErrorKind::Unavailable).with_context(told(error));
    if error.is_connect() {
        // The name, the connection or its encryption: the request has not left.
        let code = if error.is_dns() { "dns" } else { "connect" };
        return failed.with_code(code).with_retry(Retry::Safe);
    }
    failed.with_retry(Retry::Ambiguous)
}

/// What went wrong while the answer was read: the peer has had the request.
pub(super) fn of_reading(error: &reqwest::Error) -> Error {
    Error::new(ErrorKind::Unavailable)
        .with_code("answer_cut")
        .with_context(told(error))
        .with_retry(Retry::Ambiguous)
}

/// The answer is larger than the request allows.
pub(super) fn too_large(limit: usize) -> Error {
    Error::malformed(format!("the answer is larger than {limit} bytes"))
        .with_code("answer_too_large")
        .with_retry(Retry::Ambiguous)
}

/// The address is not one that a payload may name.
pub(super) fn not_public() -> Error {
    Error::new(ErrorKind::Denied).with_code("private_address")
}

fn has_cause<E: StdError + 'static>(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.is::<E>())
}

/// The causes in words. The error's own words name the address, so only what is below it is told,
/// and that is redacted too.
fn told(error: &reqwest::Error) -> String {
    let causes: Vec<String> = causes(error).map(ToString::to_string).collect();
    if causes.is_empty() {
        return "the exchange failed".to_owned();
    }
    redact(&causes.join(": ")).into_owned()
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let first: Option<&(dyn StdError + 'static)> = error.source();
    std::iter::successors(first, |cause: &&(dyn StdError + 'static)| (*cause).source())
}
