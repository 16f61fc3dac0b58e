//! How the server says no.

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;
use serde_json::json;

use super::reply;

/// A refusal: status and id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal(pub(super) u16, pub(super) &'static str);

pub(super) const NO_SESSION: Refusal = Refusal(401, "api.context.session_expired.app_error");
pub(super) const NO_PERMISSION: Refusal = Refusal(403, "api.context.permissions.app_error");
pub(super) const BAD_BODY: Refusal = Refusal(400, "api.context.invalid_body_param.app_error");
pub(super) const BAD_URL: Refusal = Refusal(400, "api.context.invalid_url_param.app_error");
pub(super) const NO_POST: Refusal = Refusal(404, "app.post.get.app_error");
pub(super) const NO_CHANNEL: Refusal = Refusal(404, "app.channel.get.existing.app_error");
pub(super) const NO_TEAM: Refusal = Refusal(404, "app.team.get.find.app_error");
pub(super) const NO_FILE: Refusal = Refusal(404, "api.file.get_file_info.app_error");
pub(super) const NO_ROUTE: Refusal = Refusal(404, "api.context.404.app_error");
pub(super) const NO_USER: Refusal = Refusal(404, "app.user.missing_account.const");
pub(super) const NO_ACTION: Refusal = Refusal(404, "api.post.do_action.action_id.app_error");

impl Refusal {
    pub(super) fn response(self) -> Response<Full<Bytes>> {
        let Self(status, id) = self;
        let body = json!({
            "id": id, "message": "It was refused.", "detailed_error": "",
            "request_id": "q3tg6w1rfbfqpj4fwrcj4jxbch", "status_code": status,
        });
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // JSON, and not said to be so, as a real server does it.
        match id == NO_ROUTE.1 {
            true => reply::text(status, &body.to_string()),
            false => reply::json(status, &body),
        }
    }
}
