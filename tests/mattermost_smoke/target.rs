//! Which server, and where it reaches this program.

use std::net::Ipv4Addr;

use chatgate_http::Secret;
use tokio::net::TcpListener;

/// Where the server reaches this program.
#[derive(Clone, Debug)]
enum Way {
    /// At a port of this machine.
    Loopback,
    /// At an address that somebody has set up, which leads to where the program listens.
    Public { url: String, listen: String },
    /// At an address where nothing is.
    Nowhere,
}

/// A server to look at.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) token: Secret,
    way: Way,
}

impl Target {
    pub(crate) fn new(url: &str, token: &str) -> Self {
        Self { url: url.to_owned(), token: Secret::new(token), way: Way::Loopback }
    }

    /// The server of `MATTERMOST_URL` and `MATTERMOST_ADMIN_TOKEN`.
    pub(crate) fn from_env() -> Option<Self> {
        let variable = |name| std::env::var(name).ok().filter(|text| !text.trim().is_empty());
        let url = variable("MATTERMOST_URL")?;
        let mut target = Self::new(url.trim(), variable("MATTERMOST_ADMIN_TOKEN")?.trim());
        if let Some(url) = variable("CHATGATE_PUBLIC_URL") {
            let listen = variable("CHATGATE_LISTEN").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
            target.way = Way::Public { url: url.trim().to_owned(), listen };
        }
        Some(target)
    }

    /// Names an address to the server at which nothing is.
    pub(crate) fn advertise_unreachable(&mut self) {
        self.way = Way::Nowhere;
    }

    /// Whether somebody has said where the server reaches this program.
    pub(crate) fn is_public(&self) -> bool {
        matches!(self.way, Way::Public { .. })
    }

    /// What listens, and what the server is told of it.
    pub(crate) async fn listen(&self) -> std::io::Result<(TcpListener, String)> {
        let any = (Ipv4Addr::LOCALHOST, 0);
        match &self.way {
            Way::Loopback => {
                let listener = TcpListener::bind(any).await?;
                let url = format!("http://{}", listener.local_addr()?);
                Ok((listener, url))
            }
            Way::Public { url, listen } => Ok((TcpListener::bind(listen).await?, url.clone())),
            Way::Nowhere => {
                let nothing = TcpListener::bind(any).await?.local_addr()?;
                Ok((TcpListener::bind(any).await?, format!("http://{nothing}")))
            }
        }
    }
}
