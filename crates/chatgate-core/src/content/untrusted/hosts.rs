//! The hosts that text of others may lead to.

use std::collections::BTreeSet;

use url::Url;

use crate::{Error, Result};

/// The hosts that links in text of others may lead to; none by default.
///
/// ```
/// use chatgate_core::LinkHosts;
///
/// let hosts = LinkHosts::new(["grafana.corp.test", "*.wiki.test", "ci.test:8443"])?;
/// let allows = |url: &str| hosts.allows(&url.parse().unwrap());
/// assert!(allows("https://grafana.corp.test/d/1") && allows("https://a.b.wiki.test/"));
/// assert!(allows("https://ci.test:8443/run/1") && !allows("https://ci.test/run/1"));
/// // The host is what counts, not what an address begins with.
/// assert!(!allows("https://grafana.corp.test.evil.test/") && !allows("https://wiki.test@evil.test/"));
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkHosts {
    hosts: BTreeSet<String>,
    /// What is left of `*.corp.test` without its star: `.corp.test`.
    endings: BTreeSet<String>,
}

impl LinkHosts {
    /// These hosts: `corp.test` alone, `*.corp.test` for all below it (not for itself), with
    /// `:8443` behind it where it is not the scheme's own port.
    ///
    /// # Errors
    /// `invalid_input` for what is no host.
    pub fn new<T: AsRef<str>>(hosts: impl IntoIterator<Item = T>) -> Result<Self> {
        let mut this = Self::default();
        for given in hosts {
            let given = given.as_ref();
            let bare = given.strip_prefix("*.").unwrap_or(given);
            let host = Url::parse(&format!("https://{bare}/"))
                .ok()
                .filter(|url| url.path() == "/" && url.query().is_none() && is_bare(url))
                .and_then(|url| host(&url))
                .ok_or_else(|| Error::invalid_input(format!("`{given}` is no host")))?;
            if bare.len() < given.len() {
                this.endings.insert(format!(".{host}"));
            } else {
                this.hosts.insert(host);
            }
        }
        Ok(this)
    }

    /// Whether a link may lead there: over `http` or `https`, to one of the hosts, without a user name
    /// or password in it.
    #[must_use]
    pub fn allows(&self, url: &Url) -> bool {
        if !matches!(url.scheme(), "http" | "https") || !is_bare(url) {
            return false;
        }
        let Some(host) = host(url) else { return false };
        self.hosts.contains(&host)
            || host.match_indices('.').any(|(at, _)| self.endings.contains(&host[at..]))
    }
}

/// The host as it is compared: with its port, if that is not the scheme's own.
fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

fn is_bare(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}
