//! What the gateway asks for, as calls.

use chatgate_core::{Error, Operation, Receipt, Result};

use crate::state::State;

/// Does one operation.
pub(crate) async fn perform(_state: &State, operation: Operation) -> Result<Receipt> {
    Err(Error::unsupported(operation.name()))
}
