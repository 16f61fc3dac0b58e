//! The webhook server: what a request must pass before an adapter sees it.

mod body;
mod guard;
mod listen;
mod watch;

pub use guard::{Guard, router};
pub use listen::{Server, ServerLimits};
