//! A listener, with its name and effect.

use std::future::Future;

use chatgate_core::{ActionSpec, Effect};
use regex_lite::{Regex, RegexBuilder};

use crate::call::Call;
use crate::listens::{Registered, Trigger};
use crate::typed_form::Typed;
use crate::{Captures, ExtractAll, Handler, IntoReply, Listens, Source};

/// A handler of an event or of messages that match a pattern, where it is to have a name or an effect
/// of its own.
///
/// A listener that says nothing else writes, and is named after what it hears: `on:mention`, the
/// second one `on:mention/2`.
///
/// ```
/// use chatgate_core::Effect;
/// use chatgate_router::{Captures, Listener, ReactionAdded, Router};
///
/// async fn count(_: ReactionAdded) {}
/// async fn look_up(found: Captures) -> Option<String> {
///     Some(format!("https://bugs.example.com/{}", found.get(1)?))
/// }
///
/// let router: Router<()> = Router::new()
///     .listen(Listener::new(count).named("count").effect(Effect::Idempotent))
///     .listen(Listener::matching(r"(?i)\bbug (\d+)", look_up).effect(Effect::Read).hears_all());
/// ```
pub struct Listener<S> {
    pub(crate) starts: Starts,
    pub(crate) call: Call<S>,
    pub(crate) sources: Vec<Source<S>>,
    pub(crate) effect: Option<Effect>,
    pub(crate) name: Option<String>,
}

/// What starts a listener.
#[derive(Clone, Debug)]
pub(crate) enum Starts {
    Action(&'static ActionSpec),
    Form(Typed),
    Event(Trigger),
    Pattern(Pattern),
    /// A pattern that is none, and why.
    BadPattern(String),
}

/// Which messages start a listener.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) regex: Regex,
    pub(crate) hears: Hears,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hears {
    WhatSpeaksToTheBot,
    Everything,
}

/// 64 KiB: ten times what any sensible pattern compiles to; its default is 10 MiB.
const MAX_PATTERN_BYTES: usize = 64 * 1024;

impl<S: 'static> Listener<S> {
    /// Listens to what the handler's first argument names.
    pub fn new<H, First, Rest>(handler: H) -> Self
    where
        H: Handler<First, Rest>,
        First: Listens<S>,
        Rest: ExtractAll<S> + 'static,
        H::Future: Future + Send + 'static,
        <H::Future as Future>::Output: IntoReply,
    {
        let starts = match First::registration().0 {
            Registered::Action(spec) => Starts::Action(spec),
            Registered::Form(form) => Starts::Form(form),
            Registered::Event(trigger) => Starts::Event(trigger),
        };
        let (call, sources) = (Call::new(handler, First::hear), First::sources());
        Self { starts, call, sources, effect: None, name: None }
    }

    /// Listens to messages that speak to the bot (mentions, direct messages, messages in threads that
    /// are subscribed to) and match a pattern.
    ///
    /// The pattern is a regular expression of the crate `regex-lite`. It may match anywhere: write
    /// `^` and `$` where it may not. It is matched with the message's plain text, without the mention
    /// of the bot at its start. A pattern that is none is reported when the router is built.
    pub fn matching<H, Rest>(pattern: &str, handler: H) -> Self
    where
        H: Handler<Captures, Rest>,
        Rest: ExtractAll<S> + 'static,
        H::Future: Future + Send + 'static,
        <H::Future as Future>::Output: IntoReply,
    {
        match RegexBuilder::new(pattern).size_limit(MAX_PATTERN_BYTES).build() {
            Ok(regex) => {
                let first = regex.clone();
                Self {
                    starts: Starts::Pattern(Pattern { regex, hears: Hears::WhatSpeaksToTheBot }),
                    call: Call::new(handler, move |_, cx| Captures::of(&first, &cx.event().kind)),
                    sources: Vec::new(),
                    effect: None,
                    name: None,
                }
            }
            Err(error) => Self {
                starts: Starts::BadPattern(format!("the pattern {pattern:?}: {error}")),
                call: Call::new(handler, |_, _| {
                    Err(chatgate_core::Error::internal("a listener without a pattern"))
                }),
                sources: Vec::new(),
                effect: None,
                name: None,
            },
        }
    }

    /// Says what running it does to the world.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }

    /// Names it: its route is `on:mention/NAME`, where `mention` is what it hears.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Lets the pattern match messages that do not speak to the bot, too.
    #[must_use]
    pub fn hears_all(mut self) -> Self {
        if let Starts::Pattern(pattern) = &mut self.starts {
            pattern.hears = Hears::Everything;
        }
        self
    }
}

impl<S> std::fmt::Debug for Listener<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener")
            .field("starts", &self.starts)
            .field("effect", &self.effect)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
