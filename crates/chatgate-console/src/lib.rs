#![doc = include_str!("../README.md")]

mod adapter;
mod answers;
mod board;
mod clicks;
mod complete;
mod config;
mod delivery;
mod editor;
mod events;
mod questions;
mod screen;
mod session;
mod source;
mod terminal;

pub use config::Console;
