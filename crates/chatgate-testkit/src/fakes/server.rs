//! The HTTP server of a fake: it reads requests whole, and can cut a connection instead of answering.

use std::future::{Future, poll_fn};
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};

use super::tasks::Tasks;

/// The largest body that is read. Uploads are the largest there are.
const BODY: usize = 64 * 1024 * 1024;

/// A request, read whole.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Arrived {
    /// A header as text; empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What comes back.
pub(crate) enum Reply {
    Answer(Response<Full<Bytes>>),
    /// The connection is reset.
    Reset,
    /// The connection is taken over after this answer: it becomes a WebSocket.
    Become(Response<Full<Bytes>>, Takeover),
}

/// What goes on with a connection, and the bytes that were read of it already.
pub(crate) type Takeover =
    Box<dyn FnOnce(TcpStream, Bytes) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// What becomes of a connection once its last answer is written.
#[derive(Default)]
enum End {
    #[default]
    Orderly,
    Reset,
    TakenOver(Takeover),
}

/// JSON with status 200.
pub(crate) fn json(value: &Value) -> Response<Full<Bytes>> {
    json_with(StatusCode::OK, value)
}

/// JSON with another status.
pub(crate) fn json_with(status: StatusCode, value: &Value) -> Response<Full<Bytes>> {
    whole(status, "application/json; charset=utf-8", value.to_string())
}

/// Plain text.
pub(crate) fn text(status: StatusCode, words: &str) -> Response<Full<Bytes>> {
    whole(status, "text/plain; charset=utf-8", words.to_owned())
}

fn whole(status: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}

/// What answers the requests of a fake.
pub(crate) trait Site: Send + Sync + 'static {
    fn tasks(&self) -> &Tasks;
    fn answer(self: Arc<Self>, arrived: Arrived) -> impl Future<Output = Reply> + Send;
}

/// Listens on the loopback interface; port 0 picks one.
pub(crate) async fn listen(port: u16) -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until the tasks of the site are stopped.
pub(crate) async fn serve<S: Site>(site: Arc<S>, listener: TcpListener) {
    loop {
        // Out of file descriptors, say: the next one may succeed.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        site.tasks().start(connection(Arc::clone(&site), stream));
    }
}

async fn connection<S: Site>(site: Arc<S>, stream: TcpStream) {
    let end = Arc::new(Mutex::new(End::Orderly));
    let set = |end: &Mutex<End>, to: End| *end.lock().unwrap_or_else(PoisonError::into_inner) = to;
    let service = service_fn(|request| {
        let (site, end) = (Arc::clone(&site), Arc::clone(&end));
        Box::pin(async move {
            match respond(site, request).await {
                Reply::Answer(response) => Ok(response),
                Reply::Become(response, takeover) => {
                    set(&end, End::TakenOver(takeover));
                    Ok(response)
                }
                Reply::Reset => {
                    set(&end, End::Reset);
                    Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
                }
            }
        })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let _ = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let end = std::mem::take(&mut *end.lock().unwrap_or_else(PoisonError::into_inner));
    match end {
        End::Orderly => {}
        // A real reset (RST), which a client cannot take for an orderly end.
        End::Reset => {
            let _ = connection.into_parts().io.into_inner().set_zero_linger();
        }
        End::TakenOver(takeover) => {
            let parts = connection.into_parts();
            takeover(parts.io.into_inner(), parts.read_buf).await;
        }
    }
}

async fn respond<S: Site>(site: Arc<S>, request: Request<Incoming>) -> Reply {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY).collect().await else {
        return Reply::Answer(text(StatusCode::PAYLOAD_TOO_LARGE, "too large"));
    };
    let arrived = Arrived {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body: body.to_bytes(),
    };
    site.answer(arrived).await
}
