//! What stands on the command line.

use std::ffi::OsString;
use std::path::Path;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::problem::Problem;
use crate::Error;

/// What is asked for.
#[derive(Debug)]
pub(super) enum Asked {
    /// Help or the version, ready to be printed.
    Text(String),
    /// Something to do.
    Command(Command),
}

#[derive(Debug, Parser)]
#[command(
    about = "A chat bot on chatgate: serves chat, or tells what it can do.",
    after_help = AFTER_HELP,
    disable_help_subcommand = true
)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

/// Something to do.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub(super) enum Command {
    /// Serves chat until SIGTERM or Ctrl-C; this is what happens when no command is given
    #[command(
        long_about = "Serves chat until SIGTERM or Ctrl-C, or until every adapter has ended. Then it \
        takes nothing in any more, waits for what is under way, and says on standard error what is left. A \
        second signal ends it at once."
    )]
    Run,
    /// Looks for what keeps the program from working at a platform, and says what to do about it
    #[cfg(any(feature = "mattermost", feature = "teams"))]
    #[command(
        long_about = "Looks for what keeps the program from working at a platform, and says what to do about \
        it: whether the platform can be reached and takes what the program was given, whether the clocks \
        agree, and whether this program is reached at CHATGATE_PUBLIC_URL. At Mattermost also the server's \
        version and settings, and whether each slash command leads here; at Teams each workflow. It changes \
        nothing. Run it where the program runs, with the same environment, and while it runs.",
        after_help = DOCTOR_HELP
    )]
    Doctor {
        /// The platform
        #[arg(value_enum)]
        platform: DoctorPlatform,
    },
    /// Prints what the program's slash commands are at a platform, or registers them there
    #[cfg(feature = "mattermost")]
    #[command(
        long_about = "Prints the program's slash commands as a platform registers them, with their hints \
        and descriptions, as JSON. With --apply it registers them: at each team that the token's owner is \
        in it makes what is not there, changes what leads to an earlier address of the program, and leaves \
        alone what leads elsewhere. Then it prints the line that sets MATTERMOST_SLASH_TOKENS."
    )]
    Manifest {
        /// The platform
        #[arg(value_enum)]
        platform: ManifestPlatform,
        /// Registers them, with MATTERMOST_ADMIN_TOKEN if that is set, else with MATTERMOST_TOKEN
        #[arg(long)]
        apply: bool,
    },
    /// Prints every route, argument and effect as JSON, with a JSON Schema for each command
    #[command(
        long_about = "Prints every route, argument and effect as JSON, sorted by route, with a JSON \
        Schema for each command. It connects to nothing and needs no credentials but those that the \
        program itself asks for."
    )]
    Spec {
        /// Only this command: its words ("incident ack") or its route (incident.ack)
        #[arg(long, value_name = "NAME")]
        command: Option<String>,
    },
}

impl Command {
    /// What it means that the gateway cannot be put together.
    pub(super) fn cannot_begin(&self, error: Error) -> Problem {
        match self {
            #[cfg(any(feature = "mattermost", feature = "teams"))]
            Self::Doctor { .. } => Problem::CannotLook(error),
            _ => Problem::Failed(error),
        }
    }
}

/// A platform at which a set-up can be looked at.
#[cfg(any(feature = "mattermost", feature = "teams"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum DoctorPlatform {
    /// Mattermost
    #[cfg(feature = "mattermost")]
    Mattermost,
    /// Microsoft Teams
    #[cfg(feature = "teams")]
    Teams,
}

/// A platform that keeps a list of slash commands.
#[cfg(feature = "mattermost")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ManifestPlatform {
    /// Mattermost
    Mattermost,
}

#[cfg(any(feature = "mattermost", feature = "teams"))]
const DOCTOR_HELP: &str = "\
Environment:
  MATTERMOST_ADMIN_TOKEN  Slash commands and settings are seen by this token, where it is set

Exit codes:
  0  nothing is wrong; there may be warnings
  1  something is wrong
  2  it cannot look: variables are missing, or the command line is wrong";

const AFTER_HELP: &str = "\
Environment:
  CHATGATE_SEAL_KEY  Seals buttons and forms; without it they end with the process

Exit codes:
  0  all went well
  1  something failed; standard error says what, and the next step
  2  the command line is wrong";

/// Reads the arguments; the first is the program's name.
pub(super) fn read(args: &[OsString], version: Option<&str>) -> Result<Asked, Problem> {
    let parsed = described(args.first(), version)
        .try_get_matches_from(args)
        .and_then(|matches| Line::from_arg_matches(&matches));
    match parsed {
        Ok(line) => Ok(Asked::Command(line.command.unwrap_or(Command::Run))),
        Err(error) if error.use_stderr() => Err(Problem::Usage(error.render().to_string())),
        Err(error) => Ok(Asked::Text(error.render().to_string())),
    }
}

/// The command line under the program's own name and version.
fn described(program: Option<&OsString>, version: Option<&str>) -> clap::Command {
    let chatgate = concat!("(chatgate ", env!("CARGO_PKG_VERSION"), ")");
    let version = version.map_or_else(|| chatgate.to_owned(), |own| format!("{own} {chatgate}"));
    let name = program
        .and_then(|program| Path::new(program).file_stem())
        .map_or_else(|| "chatgate".into(), |name| name.to_string_lossy().into_owned());
    Line::command().name(name).version(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Asked, Problem> {
        let args: Vec<_> = line.split(' ').map(OsString::from).collect();
        read(&args, Some("1.2.3"))
    }

    fn text(line: &str) -> String {
        match asked(line).unwrap() {
            Asked::Text(text) => text,
            Asked::Command(command) => panic!("{command:?}"),
        }
    }

    fn command(line: &str) -> Command {
        match asked(line).unwrap() {
            Asked::Command(command) => command,
            Asked::Text(text) => panic!("{text}"),
        }
    }

    #[test]
    fn the_definition_is_sound() {
        Line::command().debug_assert();
    }

    #[test]
    fn run_is_what_happens_when_nothing_is_said() {
        assert_eq!(command("/usr/bin/opsbot"), Command::Run);
        assert_eq!(command("opsbot run"), Command::Run);
    }

    #[test]
    fn spec_takes_the_name_of_a_command() {
        let name = Some("incident.ack".to_owned());
        assert_eq!(command("opsbot spec"), Command::Spec { command: None });
        assert_eq!(command("opsbot spec --command incident.ack"), Command::Spec { command: name });
    }

    #[test]
    fn help_and_version_go_by_the_programs_own_name() {
        let help = text("/usr/bin/opsbot --help");
        for part in ["Usage: opsbot", "run ", "spec ", "CHATGATE_SEAL_KEY", "Exit codes"] {
            assert!(help.contains(part), "{part} is not in {help}");
        }
        let version = concat!("opsbot 1.2.3 (chatgate ", env!("CARGO_PKG_VERSION"), ")\n");
        assert_eq!(text("opsbot --version"), version);
    }

    #[test]
    fn a_wrong_line_is_a_usage_problem_with_the_nearest_command() {
        match asked("opsbot spek").unwrap_err() {
            Problem::Usage(text) => assert!(text.contains("'spec'"), "{text}"),
            other => panic!("{other:?}"),
        }
    }
}
