#![doc = include_str!("../README.md")]

mod base_url;
mod client;
mod json;
mod redact;
mod secret;
#[cfg(feature = "server")]
mod server;

pub use base_url::BaseUrl;
pub use client::{Frame, MemorySocket, MemoryTransport, Request, Response, Socket, Transport};
#[cfg(feature = "client")]
pub use client::{HttpTransport, HttpTransportBuilder};
pub use json::{MAX_JSON_DEPTH, check_json};
pub use redact::redact;
pub use secret::Secret;
#[cfg(feature = "server")]
pub use server::{Guard, Server, ServerLimits, router};
