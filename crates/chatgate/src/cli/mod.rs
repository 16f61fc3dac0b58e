//! A command line for a program that is a gateway: `run`, which is the default, `spec`,
//! `manifest` and `doctor`.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use chatgate::{Gateway, Result};
//!
//! fn gateway() -> Result<Gateway<()>> {
//!     let token = std::env::var("OPS_TOKEN").unwrap_or_default(); // whatever may fail, with `?`
//!     # let _ = token;
//!     Ok(Gateway::new(()))
//! }
//!
//! #[tokio::main]
//! async fn main() -> ExitCode {
//!     chatgate::cli::main(gateway()).await
//! }
//! ```
//!
//! [`main`] takes a [`Gateway`], or a `Result` of one: what went wrong is then told like every other
//! mistake. In a `main` that returns a `Result` itself, the last line is
//! `Ok(chatgate::cli::main(gateway).await)`.
//!
//! | command | what it does |
//! |---|---|
//! | `run` | serves chat until SIGTERM or Ctrl-C, then drains and writes the [`Report`] to standard error; a second signal ends it at once |
//! | `doctor mattermost`, `doctor teams` | looks for what keeps the program from working there, and says what to do about it (features `mattermost`, `teams`) |
//! | `manifest mattermost` | prints the slash commands as Mattermost registers them; `--apply` registers them (feature `mattermost`) |
//! | `spec` | prints every route, argument and effect as JSON, with a JSON Schema for each command; connects to nothing |
//!
//! The exit code is 0 when all went well, 1 after a failure, 2 after a mistake on the command line.
//! Errors are written to standard error, a line each, with the next step below them.

mod args;
#[cfg(any(feature = "mattermost", feature = "teams"))]
mod doctor;
#[cfg(feature = "mattermost")]
mod manifest;
mod problem;
mod serve;
mod spec;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::{Error, Gateway, Report, Result};
use args::{Asked, Command};
use problem::Problem;

/// Reads the process's arguments and does what they ask: see the [module](self).
pub async fn main<G: IntoGateway>(gateway: G) -> ExitCode {
    Cli::new(gateway).main().await
}

/// The command line with its options; [`main`] is the one without any.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// #[tokio::main]
/// async fn main() -> ExitCode {
///     let gateway = chatgate::Gateway::new(());
///     chatgate::cli::Cli::new(gateway).version(env!("CARGO_PKG_VERSION")).main().await
/// }
/// ```
pub struct Cli<S> {
    gateway: Result<Gateway<S>>,
    version: Option<String>,
}

/// A gateway, or the reason why there is none.
pub trait IntoGateway {
    /// The program's state.
    type State: Clone + Send + Sync + 'static;

    /// The gateway.
    ///
    /// # Errors
    /// Whatever kept the program from putting it together.
    fn into_gateway(self) -> Result<Gateway<Self::State>>;
}

impl<S: Clone + Send + Sync + 'static> IntoGateway for Gateway<S> {
    type State = S;

    fn into_gateway(self) -> Result<Self> {
        Ok(self)
    }
}

impl<S: Clone + Send + Sync + 'static, E: Into<Error>> IntoGateway for Result<Gateway<S>, E> {
    type State = S;

    fn into_gateway(self) -> Result<Gateway<S>> {
        self.map_err(Into::into)
    }
}

impl<S: Clone + Send + Sync + 'static> Cli<S> {
    /// A command line for a gateway.
    pub fn new(gateway: impl IntoGateway<State = S>) -> Self {
        Self { gateway: gateway.into_gateway(), version: None }
    }

    /// The program's own version, for `--version`; that of chatgate stands behind it.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Reads the process's arguments and does what they ask.
    pub async fn main(self) -> ExitCode {
        self.run(std::env::args_os()).await
    }

    /// Does what these arguments ask; the first is the program's name.
    pub async fn run<T: Into<OsString>>(self, args: impl IntoIterator<Item = T>) -> ExitCode {
        let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
        match self.run_asked(&args).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => problem.tell(),
        }
    }

    async fn run_asked(self, args: &[OsString]) -> Result<(), Problem> {
        let command = match args::read(args, self.version.as_deref())? {
            Asked::Text(text) => return Ok(print(&text)?),
            Asked::Command(command) => command,
        };
        let ready = self.gateway.and_then(Gateway::build);
        let ready = ready.map_err(|error| command.cannot_begin(error))?;
        match command {
            Command::Run => {
                if let Some(report) = serve::until_stopped(ready).await? {
                    tell_report(&report);
                }
                Ok(())
            }
            #[cfg(feature = "mattermost")]
            Command::Doctor { platform: args::DoctorPlatform::Mattermost } => {
                doctor::of_mattermost(&ready.specs()).await
            }
            #[cfg(feature = "teams")]
            Command::Doctor { platform: args::DoctorPlatform::Teams } => doctor::of_teams().await,
            #[cfg(feature = "mattermost")]
            Command::Manifest { platform: args::ManifestPlatform::Mattermost, apply: false } => {
                Ok(print(&manifest::of_mattermost(&ready.specs())?)?)
            }
            #[cfg(feature = "mattermost")]
            Command::Manifest { platform: args::ManifestPlatform::Mattermost, apply: true } => {
                Ok(print(&manifest::apply_to_mattermost(&ready.specs()).await?)?)
            }
            Command::Spec { command: None } => Ok(print(&spec::all(&ready.specs())?)?),
            Command::Spec { command: Some(name) } => Ok(print(&spec::one(&ready.specs(), &name)?)?),
        }
    }
}

/// Where an administrator of Mattermost lends their token.
#[cfg(feature = "mattermost")]
const ADMIN_TOKEN: &str = "MATTERMOST_ADMIN_TOKEN";

/// What is set there; empty where nothing is.
#[cfg(feature = "mattermost")]
fn administrator_token() -> String {
    std::env::var(ADMIN_TOKEN).map(|token| token.trim().to_owned()).unwrap_or_default()
}

/// A reader that has left (`| head`) has read enough.
fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Nobody may be left to read it.
fn tell_report(report: &Report) {
    let _ = writeln!(io::stderr(), "{report}");
}

impl<S> fmt::Debug for Cli<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cli")
            .field("gateway", &self.gateway)
            .field("version", &self.version)
            .finish()
    }
}
