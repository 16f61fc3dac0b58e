//! Each mistake in a handler has a compiler message of its own.

use std::process::Command;

/// The messages are the compiler's own words, so they are compared on one version of it only.
const RUSTC: &str = include_str!("ui/RUSTC");

#[test]
fn every_mistake_in_a_handler_has_its_own_message() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let output = Command::new(rustc).arg("-V").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    let wanted = format!("rustc {}.", RUSTC.trim());
    if !version.starts_with(&wanted) {
        eprintln!("NOT RUN: the messages were recorded with {wanted}x, this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
