//! What an event has found.

use std::sync::Arc;

use chatgate_core::CommandSpec;

use crate::{Line, Matched};

/// To whom a message speaks. For anything that is no message it does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Heard {
    /// To the bot: it is a mention or a direct message.
    Command,
    /// To a thread that is subscribed to.
    Thread,
    /// To others.
    Ambient,
}

/// What an event has found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Found {
    /// A command.
    Command(Matched),
    /// Someone asks for help, about everything or about the command of these words.
    Help {
        /// The words after `help`.
        topic: Vec<String>,
    },
    /// Someone wants to leave a question.
    Cancel,
    /// Words that name no command.
    Unknown {
        /// What was written.
        line: Line,
    },
    /// A group of commands, without the word that says which, or with one that names none.
    Incomplete {
        /// The group.
        spec: Arc<CommandSpec>,
        /// What was written.
        line: Line,
        /// How many words name the group.
        skip: usize,
    },
    /// An action.
    Action(Matched),
    /// The submission of a form of the program's own.
    Form(Matched),
    /// The submission of a form that asked for a command's arguments: it runs the command.
    FilledIn(Matched),
    /// Listeners; each is a run of its own.
    Listeners(Vec<Matched>),
    /// Nobody listens.
    Nothing,
}
