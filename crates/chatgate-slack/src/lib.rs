#![doc = include_str!("../README.md")]

mod abilities;
mod adapter;
mod answer;
mod api;
mod config;
mod connection;
mod directory;
mod error;
mod inbound;
mod install;
mod limits;
mod outbound;
mod redact;
mod signature;
mod state;
mod webhook;

pub use adapter::Slack;
pub use config::SlackBuilder;
