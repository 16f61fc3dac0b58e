#![doc = include_str!("../README.md")]

mod base_url;
mod client;
mod json;
mod payload;
mod secret;
#[cfg(feature = "server")]
mod server;

pub use base_url::BaseUrl;
pub use chatgate_core::redact;
pub use client::{Frame, MemorySocket, MemoryTransport, Request, Response, Socket, Transport};
#[cfg(feature = "client")]
pub use client::{HttpTransport, HttpTransportBuilder, Roots};
pub use json::{MAX_JSON_DEPTH, check_json};
pub use payload::{FormFields, soft, without_credentials};
pub use secret::Secret;
#[cfg(feature = "server")]
pub use server::{Guard, Server, ServerLimits, router};
