//! The one outbound client.

#[cfg(feature = "client")]
mod failure;
mod memory;
#[cfg(feature = "client")]
mod public;
#[cfg(feature = "client")]
mod real;
mod request;
#[cfg(feature = "client")]
mod roots;
mod transport;
#[cfg(feature = "client")]
mod websocket;

pub use memory::{MemorySocket, MemoryTransport};
#[cfg(feature = "client")]
pub use real::{HttpTransport, HttpTransportBuilder};
pub use request::{Request, Response};
#[cfg(feature = "client")]
pub use roots::Roots;
pub use transport::{Frame, Socket, Transport};
