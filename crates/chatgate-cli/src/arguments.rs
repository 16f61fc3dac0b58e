//! What stands on the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::problem::Problem;

/// What is asked for.
#[derive(Debug)]
pub(crate) enum Asked {
    /// Help or the version, ready to be printed.
    Text(String),
    /// Something to do.
    Command(Command),
}

#[derive(Debug, Parser)]
#[command(
    name = "chatgate",
    version,
    about = "Shows what a message becomes on each chat platform, and what each can do.",
    after_help = EXIT_CODES,
    disable_help_subcommand = true,
    arg_required_else_help = true
)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

/// Something to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints what a platform is sent for a message or form
    #[command(long_about = RENDER, after_help = RENDER_EXAMPLES)]
    Render(Render),
    /// Prints what each platform can do, and how much it takes
    #[command(
        long_about = "Prints what each platform can do, and how much it takes, for each way that leads \
        there: a table for people, or --json, or the page docs/capabilities.md with --markdown."
    )]
    Capabilities(Capabilities),
}

#[derive(Debug, Args)]
pub(crate) struct Render {
    /// The platform
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) to: To,
    /// Where it goes; a form is a modal, everything else a message
    #[arg(long = "as", value_name = "SURFACE")]
    pub(crate) shown_as: Option<As>,
    /// How wide a line is for ansi and text
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), default_value_t = 80)]
    pub(crate) columns: u16,
    /// Markdown, or a content or form as JSON; - is standard input
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Capabilities {
    /// Prints JSON
    #[arg(long, conflicts_with = "markdown")]
    pub(crate) json: bool,
    /// Prints the page docs/capabilities.md
    #[arg(long)]
    pub(crate) markdown: bool,
}

/// A platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum To {
    /// Block Kit
    Slack,
    /// Adaptive Cards
    Teams,
    /// Markdown with attachments
    Mattermost,
    /// A terminal with colours
    Ansi,
    /// A page that stands alone
    Html,
    /// A terminal without colours, a log
    Text,
}

/// Where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum As {
    /// A message of the bot
    Message,
    /// A form that opens over the chat
    Modal,
    /// A message by a webhook that only sends
    Webhook,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  all went well
  1  it could not be written
  2  the command line or the file is wrong";

const RENDER: &str = "\
Prints what a platform is sent for a message or form.

FILE is Markdown, or a Content or Form of chatgate as JSON: by its extension (.json, .md), and without \
one JSON when it begins with a brace. What is printed is the payload in the platform's own JSON, an array \
of them when the message is sent in several parts; for ansi, html and text it is the text itself.

What the platform cannot show as it was meant is said on standard error, and is no failure. Buttons and \
forms carry no seal: only a running gateway makes them.";

const RENDER_EXAMPLES: &str = "\
Examples:
  chatgate render --to slack incident.md
  chatgate render --to teams --as webhook report.json
  chatgate render --to html form.json > form.html
  git log -1 --format=%B | chatgate render --to ansi - | less -R

Exit codes:
  0  all went well, losses or not
  1  it could not be written
  2  the command line or the file is wrong";

/// Reads the arguments; the first is the program's name.
pub(crate) fn read(args: &[OsString]) -> Result<Asked, Problem> {
    match Line::try_parse_from(args) {
        Ok(line) => Ok(Asked::Command(line.command)),
        Err(error) if error.use_stderr() => Err(Problem::Usage(error.render().to_string())),
        Err(error) => Ok(Asked::Text(error.render().to_string())),
    }
}
