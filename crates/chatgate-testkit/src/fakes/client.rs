//! The HTTP client of a fake: one plain-HTTP request to a program on this machine.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};

/// The largest answer that is read.
const ANSWER: usize = 4 * 1024 * 1024;

/// What a program answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Posts `body`; an error is that no connection was had, or no answer on it.
pub(crate) async fn post(
    url: &str,
    headers: &[(&'static str, String)],
    body: Bytes,
) -> Result<Answered, String> {
    exchange(Method::POST, url, headers, body).await
}

/// Asks without a body.
pub(crate) async fn get(url: &str, headers: &[(&'static str, String)]) -> Result<Answered, String> {
    exchange(Method::GET, url, headers, Bytes::new()).await
}

async fn exchange(
    method: Method,
    url: &str,
    headers: &[(&'static str, String)],
    body: Bytes,
) -> Result<Answered, String> {
    let uri: Uri = url.parse().map_err(|error| format!("{url}: {error}"))?;
    let stream = connect(&uri).await?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, uri.authority().map_or("", |authority| authority.as_str()))
        .header(header::USER_AGENT, "fake (+chatgate-testkit)");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let request = request.body(Full::new(body)).map_err(|error| error.to_string())?;
    let exchange = async {
        let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, ANSWER).collect().await.map_err(|error| error.to_string())?;
        Ok(Answered { status: head.status.as_u16(), headers: head.headers, body: body.to_bytes() })
    };
    tokio::pin!(exchange);
    // The connection does the work; the exchange is what it works for.
    tokio::select! {
        answered = &mut exchange => answered,
        ended = connection => match ended {
            Ok(()) => exchange.await,
            Err(error) => Err(error.to_string()),
        },
    }
}

/// A fake reaches nothing but this machine, whatever URL it is given.
async fn connect(uri: &Uri) -> Result<TcpStream, String> {
    if uri.scheme_str() != Some("http") {
        return Err(format!("{uri}: a fake delivers over plain http only"));
    }
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let port = uri.port_u16().unwrap_or(80);
    let found = lookup_host((host, port)).await.map_err(|error| format!("{host}: {error}"))?;
    let loopback: Vec<SocketAddr> = found.filter(|address| address.ip().is_loopback()).collect();
    if loopback.is_empty() {
        return Err(format!("{host}: a fake delivers to this machine only"));
    }
    TcpStream::connect(loopback.as_slice()).await.map_err(|error| error.to_string())
}
