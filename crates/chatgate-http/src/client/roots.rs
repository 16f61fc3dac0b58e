//! Root certificates of an organisation's own.

use std::fmt;
use std::path::Path;

use chatgate_core::{Error, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// The most bytes of a file of certificates: the roots of a whole machine are some 200 kB.
const FILE_BYTES: u64 = 4 * 1024 * 1024;

/// Root certificates that are trusted besides those of the machine.
///
/// ```no_run
/// use std::sync::Arc;
/// use chatgate_core::{Clock, Result};
/// use chatgate_http::{HttpTransport, Roots};
///
/// fn transport(clock: Arc<dyn Clock>) -> Result<HttpTransport> {
///     HttpTransport::builder(clock).roots(Roots::file("/etc/ssl/corp.pem")?).build()
/// }
/// ```
#[derive(Clone, Default)]
pub struct Roots(pub(super) Vec<CertificateDer<'static>>);

impl Roots {
    /// The certificates of a PEM text; what else is in it is passed over.
    ///
    /// # Errors
    /// `configuration` when there is none in it, or one makes no sense.
    pub fn pem(text: &[u8]) -> Result<Self> {
        let read: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
        match read {
            Ok(roots) if !roots.is_empty() => Ok(Self(roots)),
            Ok(_) => Err(Error::configuration("there is no certificate (PEM)")),
            Err(error) => Err(Error::configuration(format!("a certificate (PEM): {error}"))),
        }
    }

    /// The certificates of a PEM file of at most 4 MiB.
    ///
    /// # Errors
    /// As [`Roots::pem`], and when the file cannot be read.
    pub fn file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let wrong = |why: String| Error::configuration(format!("{}: {why}", path.display()));
        let size = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
        if size > FILE_BYTES {
            return Err(wrong("too large for a file of certificates".to_owned()));
        }
        let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
        Self::pem(&text).map_err(|error| wrong(error.context().join(": ")))
    }

    /// These and those of `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roots({})", self.0.len())
    }
}
