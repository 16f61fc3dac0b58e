#![doc = include_str!("../README.md")]

mod base_url;
mod client;
mod json;
mod secret;

pub use base_url::BaseUrl;
pub use client::{Frame, MemoryTransport, Request, Response, Socket, Transport};
pub use json::{MAX_JSON_DEPTH, check_json};
pub use secret::Secret;
