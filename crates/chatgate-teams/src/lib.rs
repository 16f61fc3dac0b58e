#![doc = include_str!("../README.md")]

mod abilities;
mod adapter;
mod config;
mod dialect;
mod doctor;
mod limits;
mod outgoing;
mod state;
mod workflows;

pub use adapter::Teams;
pub use config::TeamsBuilder;
pub use doctor::Doctor;
