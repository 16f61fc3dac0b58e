//! Watches what a connection does, so that one that does nothing can be cut.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use chatgate_core::{Clock, Timestamp};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Waits for a request, or writes the last answer.
const IDLE: u8 = 0;
/// Reads the head of a request.
const HEAD: u8 = 1;
/// A request is being answered.
const BUSY: u8 = 2;

/// What a connection is doing, and since when. One task alone uses it; the atomics only make it fit
/// to be sent with that task.
#[derive(Debug)]
pub(super) struct Watch {
    clock: Arc<dyn Clock>,
    phase: AtomicU8,
    since: AtomicI64,
}

impl Watch {
    /// A new connection owes the head of a request at once.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let since = AtomicI64::new(clock.now().as_millis());
        Self { clock, phase: AtomicU8::new(HEAD), since }
    }

    /// A head is complete.
    pub(super) fn busy(&self) {
        self.phase.store(BUSY, Ordering::Relaxed);
    }

    /// An answer is ready.
    pub(super) fn idle(&self) {
        self.enter(IDLE);
    }

    fn enter(&self, phase: u8) {
        self.since.store(self.clock.now().as_millis(), Ordering::Relaxed);
        self.phase.store(phase, Ordering::Relaxed);
    }

    fn has_read(&self) {
        if self.phase.load(Ordering::Relaxed) == IDLE {
            self.enter(HEAD);
        }
    }

    fn has_written(&self) {
        if self.phase.load(Ordering::Relaxed) == IDLE {
            self.enter(IDLE);
        }
    }

    /// Until when it must have gone on.
    fn deadline(&self, limits: Patience) -> Option<Timestamp> {
        let since = Timestamp::from_millis(self.since.load(Ordering::Relaxed));
        match self.phase.load(Ordering::Relaxed) {
            HEAD => Some(since + limits.head),
            IDLE => Some(since + limits.idle),
            _ => None,
        }
    }
}

/// How long a connection may take for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) head: Duration,
    pub(super) idle: Duration,
}

/// Why a connection was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    Head,
    Idle,
}

type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Ready once the connection is overdue. To be polled after the connection itself, in the same task.
pub(super) struct Overseer {
    watch: Arc<Watch>,
    patience: Patience,
    /// One timer for many requests: it is set anew only to ring earlier, or once it has rung.
    timer: Option<(Timestamp, Sleep)>,
}

impl Overseer {
    pub(super) fn new(watch: Arc<Watch>, patience: Patience) -> Self {
        Self { watch, patience, timer: None }
    }
}

impl Future for Overseer {
    type Output = Overdue;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Overdue> {
        loop {
            let Some(deadline) = self.watch.deadline(self.patience) else { return Poll::Pending };
            match &mut self.timer {
                Some((rings, timer)) if *rings <= deadline => {
                    if timer.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    self.timer = None;
                    if self.watch.clock.now() >= deadline {
                        let head = self.watch.phase.load(Ordering::Relaxed) == HEAD;
                        return Poll::Ready(if head { Overdue::Head } else { Overdue::Idle });
                    }
                }
                _ => {
                    let clock = self.watch.clock.clone();
                    let sleep = Box::pin(async move { clock.sleep_until(deadline).await });
                    self.timer = Some((deadline, sleep));
                }
            }
        }
    }
}

/// A connection whose reads and writes are watched.
pub(super) struct Watched {
    pub(super) stream: TcpStream,
    pub(super) watch: Arc<Watch>,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.watch.has_read();
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if matches!(written, Poll::Ready(Ok(count)) if count > 0) {
            self.watch.has_written();
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        if matches!(written, Poll::Ready(Ok(count)) if count > 0) {
            self.watch.has_written();
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
