//! Where requests may go: a configured address, and addresses that arrive in payloads.

use std::net::IpAddr;

use chatgate_core::{Error, Result};
use url::{Host, Origin, Url};

/// The configured address of a platform, and which addresses from payloads belong to it.
///
/// `https` only; plain `http` to a literal loopback address, or to any host after
/// [`BaseUrl::parse_allowing_plain_http`].
///
/// ```
/// use chatgate_http::BaseUrl;
/// let api = BaseUrl::parse("https://slack.com/api/")?;
/// assert_eq!(api.join("chat.postMessage")?.as_str(), "https://slack.com/api/chat.postMessage");
/// assert!(BaseUrl::parse("http://127.0.0.1:9/api/").is_ok());
/// assert!(BaseUrl::parse("http://slack.com/api/").is_err());
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
}

impl BaseUrl {
    /// Reads an address. A path without a closing `/` gets one.
    ///
    /// # Errors
    /// `configuration` when it is no address, has a user or password, is not `https`, and is not plain
    /// `http` to a literal loopback address either.
    pub fn parse(text: &str) -> Result<Self> {
        Self::read(text, false)
    }

    /// The same, and takes plain `http` to any host: what is sent there can be read on the way.
    ///
    /// # Errors
    /// `configuration` when it is no address, has a user or password, or another scheme.
    pub fn parse_allowing_plain_http(text: &str) -> Result<Self> {
        Self::read(text, true)
    }

    fn read(text: &str, plain: bool) -> Result<Self> {
        let wrong = |why: &str| Error::configuration(format!("base address: {why}"));
        let mut url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
        if url.host().is_none() {
            return Err(wrong("it has no host"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("it must not carry a user or password"));
        }
        match url.scheme() {
            "https" => {}
            "http" if plain || is_loopback(&url) => {}
            "http" => {
                return Err(wrong("plain http would show the credentials to everyone on the way"));
            }
            other => return Err(wrong(&format!("{other} is not https"))),
        }
        url.set_query(None);
        url.set_fragment(None);
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(Self { url })
    }

    /// The address itself.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// True when what is sent there is not encrypted.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// An address below it.
    ///
    /// # Errors
    /// `invalid_input` when the result would not be below it.
    pub fn join(&self, path: &str) -> Result<Url> {
        let outside = || Error::invalid_input("an address outside of the platform's");
        let url = self.url.join(path).map_err(|_| outside())?;
        let same = url.origin() == self.url.origin() && url.path().starts_with(self.url.path());
        if same { Ok(url) } else { Err(outside()) }
    }

    /// Reads an address that arrived in a payload. It must be `https` on one of the platform's hosts
    /// (each with its subdomains), or have the scheme, host and port of this address. A WebSocket's
    /// `wss` counts as `https`, its `ws` as `http`.
    ///
    /// # Errors
    /// `denied` with the code `foreign_url` for any other one.
    pub fn admit(&self, text: &str, hosts: &[&str]) -> Result<Url> {
        let foreign = || Error::new(chatgate_core::ErrorKind::Denied).with_code("foreign_url");
        let url = Url::parse(text).map_err(|_| foreign())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(foreign());
        }
        if web_origin(&url) == self.url.origin() {
            return Ok(url);
        }
        let named = match url.host() {
            Some(Host::Domain(host)) => hosts.iter().any(|known| is_below(host, known)),
            _ => false,
        };
        let ordinary = matches!(url.scheme(), "https" | "wss") && url.port().is_none();
        if named && ordinary { Ok(url) } else { Err(foreign()) }
    }
}

/// True for `known` itself and for every host below it.
fn is_below(host: &str, known: &str) -> bool {
    host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The scheme, host and port of an address, that of a WebSocket as the one it is opened over.
pub(crate) fn web_origin(url: &Url) -> Origin {
    let scheme = match url.scheme() {
        "ws" => "http",
        "wss" => "https",
        _ => return url.origin(),
    };
    let host = url.host().map(|host| host.to_owned()).unwrap_or(Host::Domain(String::new()));
    let port = url.port_or_known_default().unwrap_or_default();
    Origin::Tuple(scheme.to_owned(), host, port)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTS: &[&str] = &["slack.com", "slack-gov.com"];

    #[test]
    fn only_addresses_of_the_platform_are_admitted() {
        let base = BaseUrl::parse("https://slack.com/api/").unwrap();
        for good in [
            "https://hooks.slack.com/commands/T/1",
            "https://slack.com/x",
            "wss://wss-primary.slack.com/link/?ticket=1",
        ] {
            assert!(base.admit(good, HOSTS).is_ok(), "{good}");
        }
        for bad in [
            "http://hooks.slack.com/commands",
            "ws://wss-primary.slack.com/link",
            "https://hooks.slack.com:8443/commands",
            "https://user@hooks.slack.com/commands",
            "https://evilslack.com/",
            "https://slack.com.evil.test/",
            "https://169.254.169.254/",
            "https://[::1]/",
            "https://2130706433/",
            "file:///etc/passwd",
            "nonsense",
        ] {
            let error = base.admit(bad, HOSTS).expect_err(bad);
            assert_eq!(error.code(), Some("foreign_url"), "{bad}");
        }
    }

    #[test]
    fn the_configured_host_is_admitted_with_its_own_port_only() {
        let base = BaseUrl::parse("http://127.0.0.1:4000/api").unwrap();
        assert!(base.is_plain());
        assert!(base.admit("http://127.0.0.1:4000/response/1", HOSTS).is_ok());
        assert!(base.admit("http://127.0.0.1:4001/response/1", HOSTS).is_err());
        assert!(base.admit("ws://127.0.0.1:4000/link", HOSTS).is_ok());
        assert!(base.admit("wss://127.0.0.1:4000/link", HOSTS).is_err());
        assert!(base.admit("ws://127.0.0.1:4001/link", HOSTS).is_err());
    }

    #[test]
    fn what_is_joined_stays_below() {
        let base = BaseUrl::parse("https://slack.com/api").unwrap();
        assert_eq!(base.join("auth.test").unwrap().as_str(), "https://slack.com/api/auth.test");
        for outside in ["../admin", "//evil.test/x", "https://evil.test/"] {
            assert!(base.join(outside).is_err(), "{outside}");
        }
    }

    #[test]
    fn plain_http_needs_loopback_or_a_word() {
        assert!(BaseUrl::parse("http://[::1]:80/").is_ok());
        assert!(BaseUrl::parse("http://localhost/").is_err());
        assert!(BaseUrl::parse("http://chat.internal/").is_err());
        assert!(BaseUrl::parse_allowing_plain_http("http://chat.internal/").is_ok());
        assert!(BaseUrl::parse_allowing_plain_http("ftp://chat.internal/").is_err());
        assert!(BaseUrl::parse("https://user:pass@slack.com/").is_err());
    }
}
