//! Answers with the types that the server says: JSON without a charset.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use http_body_util::Full;
use serde_json::Value;

pub(super) fn json(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    typed(status, "application/json", body.to_string())
}

pub(super) fn text(status: StatusCode, body: &str) -> Response<Full<Bytes>> {
    typed(status, "text/plain", body.to_owned())
}

fn typed(status: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}
