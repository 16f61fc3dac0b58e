//! The endpoints: where the platform comes in, and nobody else.

use bytes::Bytes;
use chatgate_core::{Endpoint, Inbox};
use chatgate_router::Router;
use http::{Method, Request};

use super::AdapterUnderTest;
use super::lives::gateway;

/// The endpoints are the same when they are asked for again: what was registered at the platform stays
/// good.
pub async fn its_endpoints_stay_where_they_are(subject: &dyn AdapterUnderTest) {
    let inbox = inbox(subject);
    let listed = || -> Vec<String> {
        let endpoints = subject.adapter().endpoints(&inbox).into_iter();
        endpoints.map(|endpoint| format!("{:?} {}", endpoint.methods, endpoint.path)).collect()
    };
    assert_eq!(listed(), listed());
}

/// Each endpoint is at a path, answers some method, and none takes another one's requests.
pub async fn its_endpoints_do_not_overlap(subject: &dyn AdapterUnderTest) {
    let mut taken = Vec::new();
    for endpoint in subject.adapter().endpoints(&inbox(subject)) {
        assert!(endpoint.path.starts_with('/'), "{} is no path", endpoint.path);
        assert!(!endpoint.methods.is_empty(), "{} answers nothing", endpoint.path);
        for method in endpoint.methods {
            let door = (method, endpoint.path.clone());
            assert!(!taken.contains(&door), "{door:?} is there twice");
            taken.push(door);
        }
    }
}

/// A request that nobody vouches for is refused, by every endpoint and method.
pub async fn a_request_of_a_stranger_is_refused(subject: &dyn AdapterUnderTest) {
    refuses(subject, &[b"{}", b"", b"text=deploy&user_id=U1", br#"{"text":"deploy"}"#]).await;
}

/// What makes no sense is refused, and breaks nothing.
pub async fn a_request_that_makes_no_sense_is_refused(subject: &dyn AdapterUnderTest) {
    let deep = "[".repeat(10_000);
    refuses(subject, &[b"\xff\xfe\x00", b"{\"a\":", deep.as_bytes(), b"%%%=%zz&&&=="]).await;
}

async fn refuses(subject: &dyn AdapterUnderTest, bodies: &[&[u8]]) {
    for endpoint in subject.adapter().endpoints(&inbox(subject)) {
        for method in endpoint.methods.clone() {
            for body in bodies {
                let status = status(&endpoint, &method, body).await;
                assert!(
                    status.is_client_error(),
                    "{method} {} answers {status} to a stranger",
                    endpoint.path
                );
            }
        }
    }
}

async fn status(endpoint: &Endpoint, method: &Method, body: &[u8]) -> http::StatusCode {
    let request = Request::builder().method(method).uri(&endpoint.path);
    let request = match endpoint.content_types.first() {
        Some(kind) => request.header("content-type", kind),
        None => request,
    };
    let request = request.body(Bytes::copy_from_slice(body)).expect("a request");
    endpoint.call(request).await.status()
}

fn inbox(subject: &dyn AdapterUnderTest) -> Inbox {
    gateway(subject, Router::new()).inbox(subject.adapter().id())
}
