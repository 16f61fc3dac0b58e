//! Forms: opened by the trigger that a command or click has brought.

use chatgate_core::{Error, Receipt, Rendered, ReplyHandle, Result};
use http::Method;
use serde_json::json;

use crate::inbound::TRIGGER;
use crate::state::State;

/// Opens a dialog. It comes back to our own address, though its person may have it sent elsewhere.
pub(super) async fn open(
    state: &State,
    form: &Rendered,
    via: Option<&ReplyHandle>,
) -> Result<Receipt> {
    let Some(via) = via else {
        return Err(Error::not_found("a form opens only right after a command or a click"));
    };
    if via.kind != TRIGGER {
        return Err(Error::invalid_input("a way back opens no form"));
    }
    if !via.is_live(state.now()) {
        return Err(Error::not_found("the command or click is too long ago to open a form"));
    }
    let Some(url) = state.dialog_url() else {
        return Err(Error::configuration("CHATGATE_PUBLIC_URL is not set: forms need it"));
    };
    let body = json!({"trigger_id": via.expose(), "url": url.as_str(), "dialog": form.payload});
    let body = body.to_string().into();
    state.api.answer(Method::POST, "actions/dialogs/open", Some(body)).await?;
    Ok(Receipt::Done)
}
