//! What arrives from a platform, read leniently and kept without its credentials.

mod credentials;
mod form;
mod soft;

pub use credentials::without_credentials;
pub use form::FormFields;
pub use soft::soft;
