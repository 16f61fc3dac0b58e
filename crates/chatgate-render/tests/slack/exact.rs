//! Exact JSON.
