//! An app as small as can be: it records what arrives, and answers what it was told to.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A request that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
}

impl Arrived {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The event in the envelope.
    pub(crate) fn event(&self) -> serde_json::Value {
        serde_json::from_str::<serde_json::Value>(&self.body).unwrap()["event"].take()
    }

    /// A field of the form.
    pub(crate) fn field(&self, name: &str) -> String {
        let mut pairs = form_urlencoded::parse(self.body.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap()
    }

    /// The interaction.
    pub(crate) fn payload(&self) -> serde_json::Value {
        serde_json::from_str(&self.field("payload")).unwrap()
    }
}

/// How the app answers.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
}

impl Answer {
    pub(crate) fn status(status: u16) -> Self {
        Self { status, body: String::new(), headers: Vec::new() }
    }

    pub(crate) fn saying(body: impl ToString) -> Self {
        Self { body: body.to_string(), ..Self::status(200) }
    }
}

/// An app and the fake Slack that it is installed in.
pub(crate) struct App {
    pub(crate) slack: FakeSlack,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    answers: Arc<Mutex<Vec<Answer>>>,
    _server: JoinSet<()>,
}

impl App {
    pub(crate) async fn start(config: SlackConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/slack/events", listener.local_addr().unwrap());
        let slack = FakeSlack::start(config.with_listen_url(url)).await.unwrap();
        let (arrived, answers) = (Arc::default(), Arc::default());
        let mut server = JoinSet::new();
        server.spawn(serve(listener, Arc::clone(&arrived), Arc::clone(&answers)));
        Self { slack, arrived, answers, _server: server }
    }

    /// Answers the next requests so; all others with an empty 200.
    pub(crate) fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }

    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    /// The types of the events that arrived.
    pub(crate) fn event_types(&self) -> Vec<String> {
        let kind = |one: &Arrived| one.event()["type"].as_str().unwrap().to_owned();
        self.arrived().iter().map(kind).collect()
    }

    pub(crate) fn last(&self) -> Arrived {
        self.arrived().pop().unwrap()
    }
}

async fn serve(
    listener: TcpListener,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    answers: Arc<Mutex<Vec<Answer>>>,
) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (arrived, answers) = (Arc::clone(&arrived), Arc::clone(&answers));
        connections.spawn(async move {
            let service = service_fn(|request: http::Request<hyper::body::Incoming>| {
                let (arrived, answers) = (Arc::clone(&arrived), Arc::clone(&answers));
                async move {
                    let (head, body) = request.into_parts();
                    let body = body.collect().await?.to_bytes();
                    let body = String::from_utf8(body.to_vec()).unwrap();
                    arrived.lock().unwrap().push(Arrived { headers: head.headers, body });
                    let mut answers = answers.lock().unwrap();
                    let answer = match answers.is_empty() {
                        true => Answer::status(200),
                        false => answers.remove(0),
                    };
                    let mut response = http::Response::builder().status(answer.status);
                    for (name, value) in answer.headers {
                        response = response.header(name, value);
                    }
                    let body = Full::new(Bytes::from(answer.body));
                    Ok::<_, hyper::Error>(response.body(body).unwrap())
                }
            });
            let io = TokioIo::new(stream);
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
        });
    }
}

/// Posts; the status and the body, or that the connection broke.
pub(crate) async fn post(
    url: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Result<(http::response::Parts, String), hyper::Error> {
    let uri: http::Uri = url.parse().unwrap();
    let authority = uri.authority().unwrap().clone();
    let stream = TcpStream::connect(authority.as_str()).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let mut driver = JoinSet::new();
    driver.spawn(async move {
        let _ = connection.await;
    });
    let path = uri.path_and_query().unwrap().as_str();
    let mut request = http::Request::post(path).header("host", authority.as_str());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = sender.send_request(request.body(Full::new(Bytes::from(body))).unwrap()).await?;
    let (head, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok((head, String::from_utf8(body.to_vec()).unwrap()))
}
