//! One event's path through all of the house, and what may go wrong on it.

mod actions;
mod answers;
mod bot;
mod delivery;
mod fallbacks;
mod forms;
mod gates;
mod lanes;
mod outbox;
