//! The one outbound client.

mod memory;
mod request;
mod transport;

pub use memory::MemoryTransport;
pub use request::{Request, Response};
pub use transport::{Frame, Socket, Transport};
