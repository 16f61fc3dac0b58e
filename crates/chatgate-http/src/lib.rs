#![doc = include_str!("../README.md")]

mod base_url;
mod client;
mod secret;

pub use base_url::BaseUrl;
pub use client::{Frame, MemoryTransport, Request, Response, Socket, Transport};
pub use secret::Secret;
