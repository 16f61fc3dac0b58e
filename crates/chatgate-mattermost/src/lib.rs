#![doc = include_str!("../README.md")]

mod abilities;
mod adapter;
mod api;
mod config;
mod directory;
mod doctor;
mod error;
mod inbound;
mod incoming;
mod manifest;
mod outbound;
mod socket;
mod state;
mod triggers;
mod webhook;

pub use adapter::Mattermost;
pub use config::MattermostBuilder;
pub use doctor::Doctor;
pub use incoming::{MattermostWebhook, MattermostWebhookBuilder};
pub use manifest::{Applied, Manifest, Outcome, SlashCommand};
