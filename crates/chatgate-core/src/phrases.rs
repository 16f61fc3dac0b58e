//! All texts that chatgate itself says, in one value that a program can replace.

/// Declares the texts with their defaults.
macro_rules! phrases {
    ($($(#[$meta:meta])* $name:ident: $default:literal,)*) => {
        /// All texts that chatgate itself says. Words in braces are filled in.
        ///
        /// ```
        /// use chatgate_core::Phrases;
        /// let phrases = Phrases { panicked: "Oh no.".into(), ..Phrases::default() };
        /// assert_eq!(phrases.panicked, "Oh no.");
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(clippy::exhaustive_structs, reason = "a program replaces some and keeps the rest")]
        pub struct Phrases {
            $($(#[$meta])* pub $name: String,)*
        }

        impl Default for Phrases {
            fn default() -> Self {
                Self { $($name: $default.into(),)* }
            }
        }
    };
}

phrases! {
    /// An unknown command, and one that the person may not run: `{command}`.
    not_found: "I don't know `{command}`, or you may not run it.",
    /// The closest command that the person may run: `{command}`.
    did_you_mean: "Did you mean `{command}`?",
    /// Where to find what there is: `{help}`.
    see_help: "`{help}` lists what you can do.",
    /// Denied, where the person knows that the thing exists (a button in front of them).
    denied: "You may not do this.",
    /// Denied because people of other organisations are in the place.
    externally_shared: "People of another organisation are in this conversation, so I take no commands here.",
    /// Denied because it could not be found out who the person is.
    standing_unknown: "I could not find out who you are, so I ran nothing. Please try again in a moment.",
    /// Denied because it could not be found out who else is in the place.
    sharing_unknown: "I could not find out who else is in this conversation, so I ran nothing. Invite me if I am not in it, or try again in a moment.",
    /// Denied because nobody added a policy.
    no_policy: "Nobody has allowed anything here yet: add a policy to the gateway (`Gateway::policy`).",
    /// A second person would have to approve, and there is nobody who asks one.
    approval_unavailable: "This needs someone's approval, and approvals are not set up.",
    /// The inbox is full.
    busy: "I have too much to do right now. Please try again in a moment.",
    /// A handler failed without words of its own: `{run}`.
    failed: "Something went wrong (run {run}).",
    /// A handler panicked: `{run}`.
    panicked: "Something went wrong in the bot itself (run {run}).",
    /// A run that was cut off by a crash: `{route}`.
    unknown_outcome: "`{route}` was interrupted; nobody knows whether it took effect. I will not run it again by myself.",
    /// A button that was used before.
    already_used: "This has already been used.",
    /// A button or form that is too old.
    expired: "This has expired. Please start again.",
    /// A button shown elsewhere, or to others.
    not_for_you: "This is not for you.",
    /// A command that was long under way: `{command}`.
    late: "I could not be reached for a while, and `{command}` has only just come here. Shall I still run it?",
    /// On the button that lets it run.
    run_it: "Run it",
    /// A command that was too long under way: `{command}`.
    too_late: "I could not be reached for a while, and `{command}` is too old by now. I did not run it: write it again if you still want it.",
    /// A form that would not open, with a button that tries again.
    form_waiting: "There is something to fill in:",
    /// On the button that opens a form.
    fill_in: "Fill in",
    /// On the button that submits a form, where the form says nothing else.
    submit: "Submit",
    /// Beside a box that is ticked for yes.
    yes: "Yes",
    /// How a question in a conversation can be left: `{cancel}`.
    ask_hint: "Answer here, or write `{cancel}`.",
    /// The word that leaves a question.
    cancel_word: "cancel",
    /// A question was left.
    cancelled: "Cancelled.",
    /// Above what somebody else wrote: `{source}`.
    untrusted: "From {source}:",
    /// Below what somebody else wrote, where it was cut off: `{hidden}`.
    untrusted_cut: "… {hidden} more characters are not shown.",
    /// How numbered choices are used.
    choose_by_number: "Write a number to choose.",
    /// The same, where only what begins with the bot's name is heard.
    choose_by_name_and_number: "Write my name and a number to choose.",
    /// A command takes longer than the request that brought it can wait.
    still_working: "Still working on it.",
    /// A command was taken, and there is nothing to say in its request.
    taken: "Got it.",
    /// Behind the two, where nothing can be said later.
    no_later_answer: "Nothing more can be said here: I can only answer at once.",
    /// Behind the two, where what follows is posted.
    answer_follows: "Whatever there is to say follows in this channel.",
    /// Under an answer that had no room for all that was to be said.
    answer_cut: "… the rest does not fit into one answer.",
    /// The heading of help.
    help_heading: "Commands",
    /// Nothing can be listed.
    help_empty: "There is nothing that you may run here.",
    /// Where to read more about one command: `{help}`.
    help_more: "`{help} <command>` tells more about one of them.",
    /// A usage error's example.
    example: "For example:",
    /// A usage error's usage line.
    usage: "Usage:",
    /// A flag that the command does not have: `{command}`, `{given}`.
    unknown_flag: "`{command}` has no flag `{given}`.",
    /// A flag that may be given once: `{flag}`.
    repeated_flag: "`{flag}` is given twice.",
    /// A flag without its value: `{flag}`, `{expected}`.
    missing_value: "`{flag}` needs a value: {expected}.",
    /// An argument is missing: `{argument}`, `{expected}`.
    missing_argument: "`{argument}` is missing: {expected}.",
    /// Several arguments are missing: `{arguments}`.
    missing_arguments: "These are missing: {arguments}.",
    /// A word that no argument takes: `{command}`, `{given}`.
    too_many_words: "`{command}` does not take `{given}`.",
    /// A value of another kind: `{argument}`, `{given}`, `{expected}`.
    wrong_kind: "`{argument}` cannot be `{given}`: it takes {expected}.",
    /// A value that is none of the choices: `{argument}`, `{given}`.
    unknown_choice: "`{argument}` cannot be `{given}`.",
    /// What can be chosen: `{choices}`.
    takes_one_of: "It takes one of {choices}.",
    /// A value that could not be looked up just now.
    cannot_check: "That could not be checked just now. Please try again.",
    /// A character that may not stand in an argument: `{argument}`, `{character}`.
    unseen_character: "`{argument}` has a character that cannot be seen: {character}.",
    /// An argument with letters that look alike: `{argument}`, `{first}`, `{second}`.
    mixed_scripts: "`{argument}` mixes {first} and {second} letters, and some of them look alike.",
    /// An address with a user name or password: `{argument}`.
    url_with_password: "`{argument}` may not carry a user name or password.",
    /// What is no JSON: `{argument}`, `{problem}`.
    not_json: "`{argument}` is not JSON: {problem}.",
    /// Text below a command's line: `{command}`.
    trailing_input: "`{command}` takes one line, so nothing was done. This was left over:",
    /// A quote without an end.
    unclosed_quote: "This quote is never closed.",
    /// A line that is too long: `{limit}`.
    line_too_long: "This line is too long: {limit} is the most that I read.",
    /// A command without the name of its subcommand: `{command}`.
    subcommand_missing: "`{command}` needs one of its commands.",
    /// Possibly repeated, before a message that was perhaps sent twice.
    possibly_repeated: "↻ possibly repeated",
}

/// Fills in the words in braces.
///
/// ```
/// assert_eq!(chatgate_core::fill("hi {name}", &[("name", "bob")]), "hi bob");
/// ```
#[must_use]
pub fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(phrase.len());
    let mut rest = phrase;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let tail = &rest[open + 1..];
        let value = tail.find('}').and_then(|close| {
            let (_, value) = values.iter().find(|(name, _)| *name == &tail[..close])?;
            Some((value, close))
        });
        if let Some((value, close)) = value {
            out.push_str(value);
            rest = &tail[close + 1..];
        } else {
            out.push('{');
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}
