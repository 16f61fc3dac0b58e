//! The way from the server to this program.

use std::net::{Ipv4Addr, Ipv6Addr};

use chatgate_core::Finding;
use chatgate_http::{Request, Response};
use http::header::WWW_AUTHENTICATE;
use http::{Method, StatusCode};
use url::{Host, Url};

use super::settings;
use crate::api::Api;
use crate::state::State;

/// Whether this program can be reached where the server is told to reach it.
pub(super) async fn look(state: &State, administrator: Option<&Api>, findings: &mut Vec<Finding>) {
    let Some(url) = state.command_url() else {
        findings.push(Finding::warning(
            "CHATGATE_PUBLIC_URL is not set: there are no slash commands, buttons and forms",
            "set it to the address under which the server reaches this program",
        ));
        return;
    };
    let shown = url.origin().ascii_serialization();
    findings.push(match knock(state, &url).await {
        Ok(response) if is_ours(&response) => {
            Finding::ok(format!("CHATGATE_PUBLIC_URL leads to this program ({shown})"))
        }
        Ok(response) => Finding::error(
            format!(
                "what answers at CHATGATE_PUBLIC_URL is not this program ({shown} says {})",
                response.status.as_u16()
            ),
            format!("start the program, and let what stands before it pass on {}", url.path()),
        ),
        Err(error) => Finding::error(
            format!("CHATGATE_PUBLIC_URL cannot be reached from here ({shown}: {error})"),
            "start the program, and let what stands before it pass on requests to it",
        ),
    });
    if is_internal(&url) {
        findings.push(allowed(&url, administrator).await);
    }
}

/// A command without a token.
async fn knock(state: &State, url: &Url) -> chatgate_core::Result<Response> {
    let request = Request::new(Method::POST, url.clone()).form([]);
    state.api.transport()?.send(request).await
}

/// How this adapter refuses a command without a token. A proxy that asks for a password says so.
fn is_ours(response: &Response) -> bool {
    response.status == StatusCode::UNAUTHORIZED
        && response.body.is_empty()
        && !response.headers.contains_key(WWW_AUTHENTICATE)
}

/// Whether the server may call an address that is written as a private one (mattermost.md §6.4).
async fn allowed(url: &Url, administrator: Option<&Api>) -> Finding {
    let host = url.host_str().unwrap_or_default();
    let next = format!(
        "System Console, Environment, Developer: add {host} to Allow untrusted internal connections"
    );
    let settings = match administrator {
        Some(administrator) => settings(administrator).await,
        None => {
            return Finding::warning(
                format!("the server calls {host}, a private address, only where it is allowed to"),
                format!("{next}; with MATTERMOST_ADMIN_TOKEN set it is looked at"),
            );
        }
    };
    match settings {
        Ok(settings) if is_listed(url, &settings.service.allowed_internal) => {
            Finding::ok(format!("the server may call {host}, a private address"))
        }
        Ok(_) => Finding::error(
            format!(
                "the server may not call {host}, a private address: no command or click arrives"
            ),
            next,
        ),
        Err(error) => Finding::warning(
            format!(
                "whether the server may call {host}, a private address, cannot be seen ({error})"
            ),
            next,
        ),
    }
}

fn is_internal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => {
            ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()
        }
        Some(Host::Ipv6(ip)) => {
            ip.is_unique_local() || ip.is_loopback() || ip.is_unicast_link_local()
        }
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Whether one of the entries, a host name, an address or a network, is about this host.
fn is_listed(url: &Url, allowed: &str) -> bool {
    let entries = allowed.split(|c: char| c.is_whitespace() || c == ',');
    entries.filter(|entry| !entry.is_empty()).any(|entry| match url.host() {
        Some(Host::Ipv4(ip)) => {
            entry.parse() == Ok(ip) || in_network(entry, ip.to_bits().into(), 32)
        }
        Some(Host::Ipv6(ip)) => entry.parse() == Ok(ip) || in_network(entry, ip.to_bits(), 128),
        Some(Host::Domain(name)) => entry.eq_ignore_ascii_case(name),
        None => false,
    })
}

/// Whether an address of so many bits is in a network, `10.0.0.0/8`.
fn in_network(entry: &str, address: u128, bits: u32) -> bool {
    let Some((network, length)) = entry.split_once('/') else { return false };
    let network = match bits {
        32 => network.parse::<Ipv4Addr>().map(|ip| u128::from(ip.to_bits())),
        _ => network.parse::<Ipv6Addr>().map(|ip| ip.to_bits()),
    };
    let (Ok(network), Ok(length)) = (network, length.parse::<u32>()) else { return false };
    let Some(rest) = bits.checked_sub(length) else { return false };
    // A shift by all bits of the number is none.
    let head = |address: u128| address.checked_shr(rest).unwrap_or_default();
    head(network) == head(address)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::*;

    fn url(host: &str) -> Url {
        format!("https://{host}/mattermost/command").parse().unwrap()
    }

    #[test]
    fn only_a_bare_refusal_is_ours() {
        let answer = |status, body: &'static str, header: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(value) = header {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(value));
            }
            is_ours(&Response::new(status, headers, body))
        };
        assert!(answer(StatusCode::UNAUTHORIZED, "", None));
        assert!(!answer(StatusCode::UNAUTHORIZED, "", Some("Basic")));
        assert!(!answer(StatusCode::UNAUTHORIZED, "<html>", None));
        assert!(!answer(StatusCode::OK, "", None));
        assert!(!answer(StatusCode::NOT_FOUND, "", None));
    }

    #[test]
    fn an_address_is_allowed_by_its_name_or_its_network() {
        for (host, allowed, is) in [
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "localhost", false),
            ("localhost", "example.com LocalHost", true),
            ("10.1.2.3", "192.168.0.0/16,10.0.0.0/8", true),
            ("10.1.2.3", "10.1.2.0/30", true),
            ("10.1.2.4", "10.1.2.0/30", false),
            ("10.1.2.3", "0.0.0.0/0", true),
            ("10.1.2.3", "10.0.0.0/33 10.0.0.0/x /8 ::/0", false),
            ("[::1]", "::1/128", true),
            ("[fd00::1]", "fd00::/8", true),
            ("[fd00::1]", "::/0", true),
            ("[fd00::1]", "", false),
        ] {
            assert_eq!(is_listed(&url(host), allowed), is, "{host} by {allowed:?}");
        }
    }

    #[test]
    fn private_addresses_are_known_by_how_they_are_written() {
        for host in ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.1.1", "[::1]", "localhost"] {
            assert!(is_internal(&url(host)), "{host}");
        }
        for host in ["8.8.8.8", "bot.example.com", "[2001:4860::1]"] {
            assert!(!is_internal(&url(host)), "{host}");
        }
    }
}
