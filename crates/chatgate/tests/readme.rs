//! The first program of the README is the one that can be started.

#[test]
fn the_readmes_program_is_the_quickstart() {
    let readme = include_str!("../README.md");
    let program = include_str!("../../../examples/quickstart/src/main.rs");
    let (_, program) = program.split_once("use chatgate::").unwrap();
    assert!(readme.contains(&format!("```no_run\nuse chatgate::{program}```")));
}
