//! Why something was refused: one stable word each.

use std::borrow::Cow;
use std::fmt;

/// Declares the codes with their words.
macro_rules! reason_codes {
    ($($(#[$meta:meta])* $name:ident => $word:literal,)*) => {
        /// Why chatgate itself refused something, as a stable word: in audit records, logs and counters,
        /// and asserted by tests. Policies and adapters of others have words of their own.
        ///
        /// ```
        /// use chatgate_core::ReasonCode;
        /// assert_eq!(ReasonCode::BadSignature.as_str(), "bad_signature");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ReasonCode {
            $($(#[$meta])* $name,)*
        }

        impl ReasonCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as its word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

reason_codes! {
    // A request that never became an event.
    /// It carries no signature.
    MissingSignature => "missing_signature",
    /// It is not signed by who it says.
    BadSignature => "bad_signature",
    /// It was signed too long ago, or in the future.
    StaleTimestamp => "stale_timestamp",
    /// Its body is larger than any that a platform sends.
    BodyTooLarge => "body_too_large",
    /// Its body came too slowly.
    BodyTimeout => "body_timeout",
    /// Its body is compressed.
    EncodedBody => "encoded_body",
    /// Its body is of a type that the endpoint does not take.
    UnsupportedMediaType => "unsupported_media_type",
    /// Its method is one that the endpoint does not have.
    MethodNotAllowed => "method_not_allowed",
    /// Its JSON is none.
    JsonMalformed => "json_malformed",
    /// Its JSON is nested too deeply.
    JsonTooDeep => "json_too_deep",
    /// Its JSON names a key twice.
    JsonDuplicateKey => "json_duplicate_key",
    /// It is no form and no JSON that can be read.
    Unreadable => "unreadable",
    /// It names an address that is not the platform's.
    ForeignUrl => "foreign_url",
    /// A button or form carries what was not sealed here, or was changed.
    BadSeal => "bad_seal",

    // Who may not run anything, whatever a policy says.
    /// A bot, a webhook, a workflow.
    Integration => "integration",
    /// A guest of the workspace.
    Guest => "guest",
    /// Someone of another organisation.
    ExternalUser => "external_user",
    /// Nobody knows who.
    Anonymous => "anonymous",
    /// People of other organisations are in the place.
    ExternallyShared => "externally_shared",
    /// Whether they are could not be found out.
    SharingUnknown => "sharing_unknown",
    /// Who it is could not be found out.
    StandingUnknown => "standing_unknown",
    /// Who it is in the organisation could not be found out.
    IdentityError => "identity_error",

    // What policy says, or keeps it from saying.
    /// Nobody has added a policy.
    NoPolicy => "no_policy",
    /// No rule allows it.
    DefaultDeny => "default_deny",
    /// The policy failed.
    PolicyError => "policy_error",
    /// A second person would have to approve, and nobody can be asked.
    ApprovalUnavailable => "approval_unavailable",

    // What was asked for.
    /// There is no such command.
    UnknownCommand => "unknown_command",
    /// There is no such action or form any more.
    UnknownRoute => "unknown_route",
    /// A button or form is too old.
    Expired => "expired",
    /// A button or form is for someone else, or was shown elsewhere.
    NotForYou => "not_for_you",
    /// A button was used before.
    AlreadyUsed => "already_used",
    /// A command was long under way, and its author is asked.
    Late => "late",
    /// A command was so long under way that nobody is asked.
    TooLate => "too_late",
    /// A slash command of ours leads to another program.
    TriggerHijacked => "trigger_hijacked",

    // What was typed.
    /// A value that the argument does not take.
    BadArgument => "bad_argument",
    /// A value that is none of the choices.
    UnknownChoice => "unknown_choice",
    /// A flag that the command does not have.
    UnknownFlag => "unknown_flag",
    /// A flag twice.
    RepeatedFlag => "repeated_flag",
    /// A flag without its value.
    MissingValue => "missing_value",
    /// An argument is missing.
    MissingArgument => "missing_argument",
    /// More words than the command takes.
    TooManyWords => "too_many_words",
    /// Something below the command's line, or after it, that no argument takes.
    TrailingInput => "trailing_input",
    /// A quote that does not end.
    UnclosedQuote => "unclosed_quote",
    /// A line that is too long.
    LineTooLong => "line_too_long",
    /// What exists could not be listed.
    CannotCheck => "cannot_check",
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq<&str> for ReasonCode {
    fn eq(&self, word: &&str) -> bool {
        self.as_str() == *word
    }
}

impl From<ReasonCode> for Cow<'static, str> {
    fn from(code: ReasonCode) -> Self {
        Self::Borrowed(code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_a_word_of_its_own() {
        let words: BTreeSet<_> = ReasonCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), ReasonCode::ALL.len());
        let is_word = |word: &&str| word.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
        assert!(words.iter().all(is_word), "{words:?}");
    }
}
