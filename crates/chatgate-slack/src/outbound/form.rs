//! Forms: opened by the trigger that a command or click has brought.

use chatgate_core::{Error, Receipt, Rendered, ReplyHandle, Result};

use crate::api::Form;
use crate::inbound::{TRIGGER, TRIGGER_IN_MODAL};
use crate::state::State;

/// Opens a modal; on top of the one that its trigger came from.
pub(super) async fn open(
    state: &State,
    form: &Rendered,
    via: Option<&ReplyHandle>,
) -> Result<Receipt> {
    let Some(via) = via else {
        return Err(Error::not_found("a form opens only right after a command or a click"));
    };
    let method = match via.kind.as_str() {
        TRIGGER => "views.open",
        TRIGGER_IN_MODAL => "views.push",
        _ => return Err(Error::invalid_input("a way back opens no form")),
    };
    if !via.is_live(state.now()) {
        return Err(Error::not_found("the command or click is too long ago to open a form"));
    }
    let fields: Form<'_> =
        vec![("trigger_id", via.expose().into()), ("view", form.payload.get().into())];
    state.api.act(method, fields).await?;
    Ok(Receipt::Done)
}
