//! JSON written straight from borrowed text, and how long text is in it.

mod escape;
mod raw;

pub(crate) use escape::{char_bytes, text_bytes, write_escaped, write_text};
pub(crate) use raw::raw;
