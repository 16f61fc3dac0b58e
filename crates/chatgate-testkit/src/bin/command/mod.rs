//! What the programs of the fakes share: reading the command line, the line that says it is ready, the
//! end.

use std::io::{self, Write as _};
use std::process::ExitCode;

/// Gives the value of an option: what stands behind its `=`, or else the next argument.
pub(crate) type Value<'a> = &'a mut dyn FnMut() -> Result<String, String>;

/// Sets an option of this name.
pub(crate) type Set<C> = fn(C, &str, Value<'_>) -> Result<C, String>;

/// Runs a fake until SIGTERM or Ctrl-C. A wrong command line ends with 2.
pub(crate) fn run<C, F>(
    (name, help): (&str, &str),
    (config, set): (C, Set<C>),
    start: impl AsyncFnOnce(C) -> io::Result<F>,
    ready_line: impl Fn(&F) -> String,
) -> ExitCode {
    let config = match configured(config, set, std::env::args().skip(1)) {
        Ok(Some(config)) => config,
        Ok(None) => {
            print!("{help}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("{name}: {error}\n\n{help}");
            return ExitCode::from(2);
        }
    };
    let serve = async {
        let fake = start(config).await?;
        let mut out = io::stdout();
        writeln!(out, "{}", ready_line(&fake))?;
        out.flush()?;
        stopped().await
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(serve)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A port to listen on.
pub(crate) fn port(value: &str) -> Result<u16, String> {
    value.parse().map_err(|error| format!("--port: {error}"))
}

/// What is said of an option that there is not.
pub(crate) fn unknown<C>(name: &str) -> Result<C, String> {
    Err(format!("unknown argument {name}"))
}

/// `None` is a wish for help.
fn configured<C>(
    mut config: C,
    set: Set<C>,
    mut arguments: impl Iterator<Item = String>,
) -> Result<Option<C>, String> {
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        if matches!(name, "--help" | "-h") {
            return Ok(None);
        }
        let mut value = || {
            let value = inline.clone().or_else(|| arguments.next());
            value.ok_or_else(|| format!("{name} needs a value"))
        };
        config = set(config, name, &mut value)?;
    }
    Ok(Some(config))
}

#[cfg(unix)]
async fn stopped() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut term = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = term.recv() => Ok(()),
        done = tokio::signal::ctrl_c() => done,
    }
}

#[cfg(not(unix))]
async fn stopped() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
