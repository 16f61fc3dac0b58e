//! `/healthz` and `/readyz`.

use std::sync::Arc;

use bytes::Bytes;
use chatgate_core::{Endpoint, Health, Key};
use http::{Method, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::engine::Engine;

/// `/healthz` says that the process answers; `/readyz` that it can work: every adapter is connected (or
/// has ended by its own will) and the store can be read.
pub(crate) fn endpoints(engine: &Arc<Engine>) -> Vec<Endpoint> {
    let ready = engine.clone();
    vec![
        Endpoint::new(Method::GET, "/healthz", |_| async {
            respond(StatusCode::OK, &json!({"status": "ok"}))
        }),
        Endpoint::new(Method::GET, "/readyz", move |_| {
            let engine = ready.clone();
            async move { readiness(&engine).await }
        }),
    ]
}

async fn readiness(engine: &Engine) -> Response<Bytes> {
    let store = engine.store.get(&Key::new("gateway", "born")).await.is_ok();
    let mut ready = store && !engine.status.work().closed;
    let mut adapters = serde_json::Map::new();
    for (id, health) in engine.status.health() {
        let state = match health {
            Health::Ready => "ready".into(),
            Health::Ended => "ended".into(),
            other => {
                ready = false;
                match other {
                    Health::Down(reason) => format!("down: {reason}"),
                    _ => "starting".into(),
                }
            }
        };
        adapters.insert(id.to_string(), Value::String(state));
    }
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = if ready { "ready" } else { "not ready" };
    respond(status, &json!({"status": word, "store": store, "adapters": adapters}))
}

fn respond(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
