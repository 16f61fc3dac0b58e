#![doc = include_str!("../README.md")]

mod abilities;
mod arguments;
mod platform;
mod problem;
mod render;
mod source;

use std::ffi::OsString;
use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use arguments::{Asked, Command};
use problem::Problem;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            complain(&problem.said(is_coloured()));
            problem.exit_code()
        }
    }
}

fn run(args: &[OsString]) -> Result<(), Problem> {
    match arguments::read(args)? {
        Asked::Text(text) => print(&text),
        Asked::Command(Command::Render(ask)) => {
            let printed = render::render(&ask)?;
            for loss in &printed.losses {
                complain(&problem::loss(loss, is_coloured()));
            }
            print(&printed.text)
        }
        Asked::Command(Command::Capabilities(ask)) => print(&abilities::said(&ask)?),
    }
}

/// Prints all of it; whoever stops reading has read enough.
fn print(text: &str) -> Result<(), Problem> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Problem::Output(error)),
        _ => Ok(()),
    }
}

/// Says it on standard error, or to nobody where that is closed.
fn complain(line: &str) {
    let _nobody_reads_it = writeln!(std::io::stderr().lock(), "{line}");
}

fn is_coloured() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty())
}
