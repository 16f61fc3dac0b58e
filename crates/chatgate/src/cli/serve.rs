//! Running until a signal comes.

use tokio::sync::oneshot;

use crate::{Error, ErrorKind, ReadyGateway, Report, Result};

/// Runs until SIGTERM or Ctrl-C, and then drains; the report is there when a signal ended it or when
/// something is left. A second signal does not wait for the drain.
pub(super) async fn until_stopped(gateway: ReadyGateway) -> Result<Option<Report>> {
    let mut signals = Signals::new()?;
    let (ask, asked) = oneshot::channel::<()>();
    let served = gateway.run_until(async {
        let _ = asked.await;
    });
    let mut served = Box::pin(served);
    tokio::select! {
        report = &mut served => return Ok(Some(report?).filter(is_worth_telling)),
        () = signals.next() => {}
    }
    let _ = ask.send(());
    tokio::select! {
        report = served => report.map(Some),
        () = signals.next() => Err(Error::new(ErrorKind::ShuttingDown)
            .with_context("a second signal ended it before everything was done")),
    }
}

fn is_worth_telling(report: &Report) -> bool {
    *report != Report::default()
}

/// SIGTERM and Ctrl-C; where there is no SIGTERM, Ctrl-C.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    #[allow(clippy::unnecessary_wraps, reason = "as on unix")]
    fn new() -> Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    #[allow(clippy::unused_self, reason = "as on unix")]
    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
