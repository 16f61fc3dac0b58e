//! Any other call of the REST API, with the program's own arguments.

use chatgate_core::{Error, Receipt, Result};
use http::Method;
use serde_json::Value;

use crate::state::State;

/// Calls `GET users/me/teams`, `POST channels`, …: the method, and the route below `api/v4/`.
pub(super) async fn call(state: &State, named: &str, body: &Value) -> Result<Receipt> {
    let wrong = || Error::invalid_input("a call of Mattermost's is named as GET users/me is");
    let (method, route) = named.split_once(' ').ok_or_else(wrong)?;
    let method = match method {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "DELETE" => Method::DELETE,
        _ => return Err(wrong()),
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-.?&=%,".contains(&byte);
    let goes_up = route.split('/').any(|part| !part.is_empty() && part.bytes().all(|c| c == b'.'));
    if route.is_empty() || route.starts_with('/') || !route.bytes().all(is_plain) || goes_up {
        return Err(wrong());
    }
    let body = (!body.is_null() && method != Method::GET).then(|| body.to_string().into());
    let answer = state.api.answer(method, route, body).await?;
    let answer = match answer.body.is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(&answer.body)
            .map_err(|_| Error::malformed("Mattermost's answer makes no sense"))?,
    };
    Ok(Receipt::Native(answer))
}
