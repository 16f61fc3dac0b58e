//! A strict Block Kit: what a message or a view may be made of, and what is alive in it.

mod check;
mod elements;
mod kinds;
mod live;
mod names;
mod rich;
mod schema;
#[cfg(test)]
mod tests;

pub(super) use check::check;
pub(super) use live::alive;
pub(super) use names::{Found, find_element, name_all, state, stateful};

/// Where blocks stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    Modal,
    Home,
}
