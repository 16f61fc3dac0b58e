//! Workspace-level tests: the whole path in `path/`, a bot in Slack in `slack/`, benchmarks in
//! `benches/`, every page of the documentation as a doc test, and what `docs/security.md` says.

#[cfg(test)]
mod security;

/// Makes doc tests of a page.
macro_rules! pages {
    ($($name:ident: $page:literal,)*) => {
        $(#[cfg(doctest)] #[doc = include_str!($page)] struct $name;)*
    };
}

pages! {
    Readme: "../README.md",
    GettingStarted: "../docs/getting-started.md",
    Handlers: "../docs/handlers.md",
    CommandLanguage: "../docs/command-language.md",
    Testing: "../docs/testing.md",
    WritingAnAdapter: "../docs/writing-an-adapter.md",
    Architecture: "../docs/architecture.md",
    Mattermost: "../docs/mattermost.md",
    Slack: "../docs/slack.md",
    Teams: "../docs/teams.md",
    Fakes: "../docs/fakes.md",
}
