#![doc = include_str!("../README.md")]

mod audit;
mod builder;
mod call;
mod chat;
mod clock;
mod dialogue;
mod engine;
mod fill_in;
mod fit;
mod gate;
mod health;
#[cfg(feature = "http")]
mod http;
mod inbox;
mod limits;
mod outbox;
mod pacer;
mod ready;
mod say;
mod status;
mod stored;
mod sync;
mod voice;
mod walk;

pub use builder::Gateway;
pub use chat::Chat;
pub use clock::SystemClock;
pub use limits::GatewayLimits;
pub use pacer::Pacing;
pub use ready::{ReadyGateway, Report, Running};
