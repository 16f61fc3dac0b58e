//! What keeps a program from working at a platform, as lines on standard output.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::sync::Arc;

use super::problem::Problem;
use crate::{Clock, Finding, FindingLevel, SystemClock};

/// Looks at Mattermost; fails when something is wrong.
#[cfg(feature = "mattermost")]
pub(super) async fn of_mattermost(specs: &crate::Specs) -> Result<(), Problem> {
    let adapter = crate::Mattermost::from_env().map_err(Problem::CannotLook)?;
    let doctor = adapter.doctor(specs).with_administrator_token(super::administrator_token());
    tell(&doctor.examine(&clock()).await.map_err(Problem::CannotLook)?)
}

/// Looks at Teams; fails when something is wrong.
#[cfg(feature = "teams")]
pub(super) async fn of_teams() -> Result<(), Problem> {
    let adapter = crate::Teams::from_env().map_err(Problem::CannotLook)?;
    let public_url = std::env::var("CHATGATE_PUBLIC_URL").unwrap_or_default();
    let doctor = adapter.doctor().with_public_url(public_url);
    tell(&doctor.examine(&clock()).await.map_err(Problem::CannotLook)?)
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

fn tell(findings: &[Finding]) -> Result<(), Problem> {
    super::print(&shown(findings, Look::of_stdout()))?;
    match findings.iter().map(Finding::level).max() {
        Some(FindingLevel::Error) => Err(Problem::Found),
        _ => Ok(()),
    }
}

/// How findings look.
#[derive(Clone, Copy)]
enum Look {
    Plain,
    Coloured,
}

impl Look {
    /// Colours are for a terminal, and for those who want them (<https://no-color.org>).
    fn of_stdout() -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if io::stdout().is_terminal() && !unwanted { Self::Coloured } else { Self::Plain }
    }
}

/// A line each, the next step below, and how many there are of each level.
fn shown(findings: &[Finding], look: Look) -> String {
    let mut text = String::new();
    for finding in findings {
        let _ = writeln!(text, "{}  {}", word(finding.level(), look), finding.what());
        if let Some(next) = finding.next_step() {
            let _ = writeln!(text, "       next: {next}");
        }
    }
    let count = |level| findings.iter().filter(|finding| finding.level() == level).count();
    let (errors, warnings) = (count(FindingLevel::Error), count(FindingLevel::Warning));
    let _ = writeln!(text, "{}, {}", counted(errors, "error"), counted(warnings, "warning"));
    text
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// The level in a column of its own.
fn word(level: FindingLevel, look: Look) -> String {
    let word = format!("{:5}", level.as_str());
    let colour = match (look, level) {
        (Look::Plain, _) => return word,
        (Look::Coloured, FindingLevel::Error) => 31,
        (Look::Coloured, FindingLevel::Warning) => 33,
        (Look::Coloured, _) => 32,
    };
    format!("\u{1b}[{colour}m{word}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_aligned_with_the_next_step_below_and_counted() {
        let findings = [
            Finding::ok("the clocks agree"),
            Finding::warning("no address", "set it"),
            Finding::error("no token", "make one"),
        ];
        assert_eq!(
            shown(&findings, Look::Plain),
            "ok     the clocks agree\n\
             warn   no address\n       next: set it\n\
             error  no token\n       next: make one\n\
             1 error, 1 warning\n"
        );
    }

    #[test]
    fn colours_are_on_the_level_alone() {
        let told = shown(&[Finding::ok("fine")], Look::Coloured);
        assert_eq!(told, "\u{1b}[32mok   \u{1b}[0m  fine\n0 errors, 0 warnings\n");
    }
}
