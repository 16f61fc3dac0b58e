//! Holds `docs/security.md` to what there is: its tests, and its reasons.

use std::path::{Path, PathBuf};

use chatgate_core::ReasonCode;

const PAGE: &str = include_str!("../docs/security.md");

/// What becomes of text that is not refused.
const SHOWN: &str = "shown as text";

/// One attack of the page's tables.
#[derive(Debug)]
struct Row {
    number: String,
    tests: Vec<String>,
    is_refused: bool,
    reasons: Vec<String>,
}

fn rows() -> Vec<Row> {
    let table = PAGE.lines().filter(|line| line.starts_with("| T"));
    let row = |line: &str| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, _, tests, outcome] = cells[..] else { panic!("not four cells: {line}") };
        let is_refused = outcome != SHOWN;
        let reasons = quoted(outcome);
        Row { number: number.to_owned(), tests: quoted(tests), is_refused, reasons }
    };
    table.map(row).collect()
}

/// What stands between back ticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The file that a test stands in, and its function.
fn place(test: &str) -> Option<(PathBuf, &str)> {
    let (file, function) = test.rsplit_once("::")?;
    let (package, module) = file.split_once("::")?;
    let module = format!("{}.rs", module.replace("::", "/"));
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = match package {
        "slack" | "mattermost" | "teams" | "path" => here.join(package),
        // The tests of a crate, beside its sources.
        package if package.contains('/') => here.join(format!("../crates/chatgate-{package}")),
        package => here.join(format!("../crates/chatgate-{package}/src")),
    };
    Some((sources.join(module), function))
}

/// Whether there is such a function, and it is a test.
fn exists(test: &str) -> bool {
    let Some((file, function)) = place(test) else { return false };
    let Ok(source) = std::fs::read_to_string(file) else { return false };
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let (name, name_of_async) = (format!("fn {function}("), format!("async fn {function}("));
    lines.windows(2).any(|pair| {
        let is_test = pair[0].starts_with("#[test") || pair[0].starts_with("#[tokio::test");
        is_test && (pair[1].starts_with(&name) || pair[1].starts_with(&name_of_async))
    })
}

#[test]
fn every_attack_has_tests_that_exist() {
    for row in rows() {
        assert!(!row.tests.is_empty(), "{row:?}");
        for test in &row.tests {
            assert!(exists(test), "{}: there is no test {test}", row.number);
        }
    }
}

#[test]
fn every_attack_has_reasons_that_exist() {
    for row in rows() {
        assert_ne!(row.reasons.is_empty(), row.is_refused, "{row:?}");
        for reason in &row.reasons {
            let known = ReasonCode::ALL.iter().any(|code| code.as_str() == reason);
            assert!(known, "{}: there is no reason {reason}", row.number);
        }
    }
}

#[test]
fn the_attacks_over_http_by_typing_and_by_what_is_said_are_all_there() {
    let numbers: Vec<_> = rows().into_iter().map(|row| row.number).collect();
    let refused = [
        "T14", "T15", "T21", "T23", "T24", "T26", "T27", "T28", "T29", "T30", "T31", "T34", "T35",
        "T36", "T37", "T41", "T46",
    ];
    let shown = ["T42", "T43", "T44", "T45", "T47", "T50"];
    assert_eq!(numbers, [&refused[..], &shown].concat());
}

#[test]
fn what_does_not_exist_is_noticed() {
    assert!(!exists("slack::refused::nobody_wrote_this"));
    assert!(!exists("slack::nowhere::a_forged_signature_is_refused"));
    // A function, and no test.
    assert!(!exists("slack::refused::is_refused"));
}
