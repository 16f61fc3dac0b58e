//! The one error of chatgate: what kind, where it arose, whether trying again may help.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::AdapterId;

/// What a fallible call gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller gave something that cannot be right.
    InvalidInput,
    /// The program is put together wrongly: a route registered twice, an unknown policy key.
    Configuration,
    /// The platform or place cannot do this.
    Unsupported,
    /// Policy or the platform does not allow it.
    Denied,
    /// Credentials are missing, wrong or revoked.
    Unauthenticated,
    /// What was asked for is not there.
    NotFound,
    /// Someone else changed it first.
    Conflict,
    /// The hold under which this was written has ended.
    Fenced,
    /// Full: later, or never for this one.
    Busy,
    /// The platform asks to wait.
    RateLimited,
    /// It took too long.
    Timeout,
    /// The peer cannot be reached or failed.
    Unavailable,
    /// Stored or received bytes that make no sense.
    Malformed,
    /// The gateway is stopping.
    ShuttingDown,
    /// The user's handler failed.
    Handler,
    /// A defect of chatgate itself.
    Internal,
}

impl ErrorKind {
    /// The kind as a stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Configuration => "configuration",
            Self::Unsupported => "unsupported",
            Self::Denied => "denied",
            Self::Unauthenticated => "unauthenticated",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Fenced => "fenced",
            Self::Busy => "busy",
            Self::RateLimited => "rate_limited",
            Self::Timeout => "timeout",
            Self::Unavailable => "unavailable",
            Self::Malformed => "malformed",
            Self::ShuttingDown => "shutting_down",
            Self::Handler => "handler",
            Self::Internal => "internal",
        }
    }
}

/// Whether trying again may help, and whether it is safe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retry {
    /// It would fail again.
    #[default]
    Never,
    /// Nothing has happened yet; trying again is safe, after this long.
    After(Duration),
    /// Nothing has happened yet; trying again is safe, with a back-off.
    Safe,
    /// It may or may not have happened: only reconciling, or an idempotent call, makes it safe.
    Ambiguous,
}

/// What went wrong. `Display` is one line, `Debug` a report. It never carries a secret: whoever makes
/// one puts in redacted text only.
///
/// ```
/// use chatgate_core::Error;
/// let error = Error::unsupported("edit").with_context("the place is a webhook");
/// assert!(error.is_unsupported());
/// assert_eq!(error.to_string(), "edit: unsupported: the place is a webhook");
/// ```
#[derive(Clone)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: Option<&'static str>,
    adapter: Option<AdapterId>,
    code: Option<String>,
    retry: Retry,
    context: Vec<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of a kind, with the retry class that fits most errors of it.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        let retry = match kind {
            ErrorKind::Busy | ErrorKind::RateLimited | ErrorKind::Unavailable => Retry::Safe,
            ErrorKind::Timeout => Retry::Ambiguous,
            _ => Retry::Never,
        };
        let inner = Inner {
            kind,
            operation: None,
            adapter: None,
            code: None,
            retry,
            context: Vec::new(),
            source: None,
        };
        Self { inner: Box::new(inner) }
    }

    /// The caller gave something that cannot be right.
    pub fn invalid_input(context: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput).with_context(context)
    }

    /// The program is put together wrongly.
    pub fn configuration(context: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration).with_context(context)
    }

    /// The platform or place cannot do `operation`.
    #[must_use]
    pub fn unsupported(operation: &'static str) -> Self {
        Self::new(ErrorKind::Unsupported).with_operation(operation)
    }

    /// Stored or received bytes that make no sense.
    pub fn malformed(context: impl Into<String>) -> Self {
        Self::new(ErrorKind::Malformed).with_context(context)
    }

    /// What was asked for is not there.
    pub fn not_found(context: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound).with_context(context)
    }

    /// A defect of chatgate itself.
    pub fn internal(context: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal).with_context(context)
    }

    /// A handler's own words for what went wrong; they are shown to the person.
    pub fn message(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Handler).with_context(text)
    }

    /// Wraps an error of the program or another crate.
    pub fn from_source(
        kind: ErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let mut error = Self::new(kind);
        error.inner.source = Some(Arc::from(source.into()));
        error
    }

    /// Names what was being done.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static str) -> Self {
        self.inner.operation = Some(operation);
        self
    }

    /// Names the adapter it arose in.
    #[must_use]
    pub fn with_adapter(mut self, adapter: AdapterId) -> Self {
        self.inner.adapter = Some(adapter);
        self
    }

    /// Gives the platform's own code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.inner.code = Some(code.into());
        self
    }

    /// Says whether trying again may help.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.inner.retry = retry;
        self
    }

    /// Adds a line that explains it; the first one is what a person reads first.
    #[must_use]
    pub fn with_context(mut self, context: impl Into<String>) -> Self {
        self.inner.context.push(context.into());
        self
    }

    /// What went wrong, in one word.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Whether trying again may help.
    #[must_use]
    pub fn retry(&self) -> Retry {
        self.inner.retry
    }

    /// What was being done.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.inner.operation
    }

    /// The adapter it arose in.
    #[must_use]
    pub fn adapter(&self) -> Option<&AdapterId> {
        self.inner.adapter.as_ref()
    }

    /// The platform's own code.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.inner.code.as_deref()
    }

    /// The lines that explain it.
    #[must_use]
    pub fn context(&self) -> &[String] {
        &self.inner.context
    }

    /// What a handler wants the person to read: its own words when it made the error with
    /// [`Error::message`].
    #[must_use]
    pub fn for_person(&self) -> Option<&str> {
        match self.kind() {
            ErrorKind::Handler => self.inner.context.first().map(String::as_str),
            _ => None,
        }
    }
}

/// Declares a predicate a kind.
macro_rules! predicates {
    ($($(#[$meta:meta])* $name:ident => $kind:ident;)*) => {
        impl Error {
            $($(#[$meta])* #[must_use] pub fn $name(&self) -> bool {
                self.inner.kind == ErrorKind::$kind
            })*
        }
    };
}

predicates! {
    /// The caller gave something that cannot be right.
    is_invalid_input => InvalidInput;
    /// The program is put together wrongly.
    is_configuration => Configuration;
    /// The platform or place cannot do it.
    is_unsupported => Unsupported;
    /// It is not allowed.
    is_denied => Denied;
    /// Credentials are missing, wrong or revoked.
    is_unauthenticated => Unauthenticated;
    /// It is not there.
    is_not_found => NotFound;
    /// Someone else changed it first.
    is_conflict => Conflict;
    /// The hold under which this was written has ended.
    is_fenced => Fenced;
    /// Full.
    is_busy => Busy;
    /// The platform asks to wait.
    is_rate_limited => RateLimited;
    /// It took too long.
    is_timeout => Timeout;
    /// The peer cannot be reached or failed.
    is_unavailable => Unavailable;
    /// Bytes that make no sense.
    is_malformed => Malformed;
    /// The gateway is stopping.
    is_shutting_down => ShuttingDown;
}

impl Error {
    /// It may or may not have happened.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.inner.retry == Retry::Ambiguous
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(adapter) = &self.inner.adapter {
            write!(f, "{adapter}: ")?;
        }
        if let Some(operation) = self.inner.operation {
            write!(f, "{operation}: ")?;
        }
        // A handler's or a caller's words stand for themselves.
        let told = matches!(self.kind(), ErrorKind::Handler | ErrorKind::InvalidInput)
            && !self.inner.context.is_empty();
        if !told {
            write!(f, "{}", self.kind().as_str().replace('_', " "))?;
        }
        if let Some(code) = &self.inner.code {
            write!(f, " ({code})")?;
        }
        for (index, context) in self.inner.context.iter().enumerate() {
            let colon = if told && index == 0 { "" } else { ": " };
            write!(f, "{colon}{}", context.replace('\n', " "))?;
        }
        if let Some(source) = &self.inner.source {
            write!(f, ": {}", source.to_string().replace('\n', " "))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{self}")?;
        writeln!(f, "  kind: {}", self.kind().as_str())?;
        writeln!(f, "  retry: {:?}", self.inner.retry)?;
        let mut source = self.inner.source.as_deref().and_then(|source| source.source());
        while let Some(cause) = source {
            writeln!(f, "  caused by: {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::from_source(ErrorKind::Unavailable, error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::from_source(ErrorKind::Malformed, error)
    }
}
