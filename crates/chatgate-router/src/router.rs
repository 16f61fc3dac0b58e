//! The builder: what a program declares, and what runs for it.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use chatgate_core::{CommandSpec, Effect, Error, FormSpec, Result, Submission};

use crate::call::Call;
use crate::guard::Guard;
use crate::listener::Starts;
use crate::scope::Scope;
use crate::{
    Captures, Command, Context, ExtractAll, Handler, Hook, IntoReply, Listener, Listens, Prepared,
    Reply, Routes, Source, Sources, build,
};

/// Everything that a program handles: commands, actions, forms and listeners, each with its handler.
///
/// A handler is an async function. Its first argument says what it handles, the further ones are taken
/// from the run ([`crate::Extract`]), and what it returns is said ([`IntoReply`]).
///
/// `S` is the program's state; handlers take it, or a part of it, as [`crate::State`].
///
/// ```
/// use chatgate_router::{Context, Mention, Router, State};
///
/// #[derive(Clone)]
/// struct App { greeting: String }
///
/// async fn greet(_: Mention, cx: Context, State(app): State<App>) -> String {
///     format!("{}, {}", app.greeting, cx.actor().user)
/// }
///
/// let routes = Router::new().on(greet).build(App { greeting: "Hello".into() })?;
/// assert_eq!(routes.specs().listeners[0].route, "on:mention");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
///
/// # How an event finds its handler
///
/// A slash command, and a message that speaks to the bot by name or directly:
///
/// 1. `help`, alone or with the command that it is about; `cancel`, alone.
/// 2. The command whose name or alias is the first word; below a group, the next word likewise.
/// 3. Listeners to a pattern that matches, all of them, in the order in which they were registered.
/// 4. Listeners to [`crate::Mention`] or [`crate::DirectMessage`], all of them.
/// 5. None of these: an unknown command; or help, when nothing was said at all.
///
/// A message in a thread that is subscribed to never runs a command: patterns, then
/// [`crate::ThreadMessage`]. Any other message: patterns that hear all, then [`crate::Overheard`].
/// Every other event runs all listeners to its type. Several listeners are several runs, each one
/// gated by itself.
pub struct Router<S> {
    pub(crate) commands: Vec<Node<S>>,
    pub(crate) others: Vec<Other<S>>,
    pub(crate) scope: Scope<S>,
}

/// A command, or a group of them below a word.
pub(crate) enum Node<S> {
    Command(Declared<S>),
    Group { name: String, about: String, commands: Vec<Node<S>> },
}

/// A command with its handler.
pub(crate) struct Declared<S> {
    pub(crate) spec: &'static CommandSpec,
    pub(crate) call: Call<S>,
    pub(crate) sources: Vec<Source<S>>,
    pub(crate) scope: Scope<S>,
}

/// An action, form or listener with its handler.
pub(crate) struct Other<S> {
    pub(crate) what: What,
    pub(crate) call: Call<S>,
    pub(crate) sources: Vec<Source<S>>,
    pub(crate) scope: Scope<S>,
    /// The words below which its router was nested, outermost first.
    pub(crate) below: Vec<String>,
}

pub(crate) enum What {
    Form(FormSpec),
    Listener { starts: Starts, effect: Option<Effect>, name: Option<String> },
}

impl<S: Send + Sync + 'static> Router<S> {
    /// Handles nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { commands: Vec::new(), others: Vec::new(), scope: Scope::default() }
    }

    /// Handles a command, or a family of subcommands: the handler's first argument.
    #[must_use]
    pub fn command<H, C, Rest>(mut self, handler: H) -> Self
    where
        H: Handler<C, Rest>,
        C: Command + Sources<S> + 'static,
        Rest: ExtractAll<S> + 'static,
        H::Future: Future + Send + 'static,
        <H::Future as Future>::Output: IntoReply,
    {
        let first = |prepared: &Prepared, _: &Context| C::from_args(&prepared.command_args()?);
        self.commands.push(Node::Command(Declared {
            spec: C::spec(),
            call: Call::new(handler, first),
            sources: C::sources(),
            scope: Scope::default(),
        }));
        self
    }

    /// Handles an action, a typed form or an event: the handler's first argument. An event's handler
    /// is a listener; it counts as one that writes: see [`Listener`] for another effect or a name.
    #[must_use]
    pub fn on<H, First, Rest>(self, handler: H) -> Self
    where
        H: Handler<First, Rest>,
        First: Listens<S>,
        Rest: ExtractAll<S> + 'static,
        H::Future: Future + Send + 'static,
        <H::Future as Future>::Output: IntoReply,
    {
        self.listen(Listener::new(handler))
    }

    /// Handles messages that speak to the bot and match a pattern: see [`Listener::matching`].
    #[must_use]
    pub fn message<H, Rest>(self, pattern: &str, handler: H) -> Self
    where
        H: Handler<Captures, Rest>,
        Rest: ExtractAll<S> + 'static,
        H::Future: Future + Send + 'static,
        <H::Future as Future>::Output: IntoReply,
    {
        self.listen(Listener::matching(pattern, handler))
    }

    /// Adds a listener with its name and effect.
    #[must_use]
    pub fn listen(mut self, listener: Listener<S>) -> Self {
        let Listener { starts, call, sources, effect, name } = listener;
        self.add(What::Listener { starts, effect, name }, call, sources);
        self
    }

    /// Handles the submission of a form that the program made by hand: the route of the form is that
    /// of `spec`. A form that a type derives goes to [`Router::on`]; one that asks for a command's
    /// arguments needs no handler.
    #[must_use]
    pub fn form<H, Rest>(mut self, spec: FormSpec, handler: H) -> Self
    where
        H: Handler<Submission, Rest>,
        Rest: ExtractAll<S> + 'static,
        H::Future: Future + Send + 'static,
        <H::Future as Future>::Output: IntoReply,
    {
        let call = Call::new(handler, |prepared, _| prepared.submission());
        self.add(What::Form(spec), call, Vec::new());
        self
    }

    /// Puts the commands of another router below a word; its actions, forms and listeners are taken
    /// over as they are. An action or form of the other router that inherits the permission of a
    /// command means its own router's first.
    ///
    /// The guards and layers of the other router stay around its handlers, inside those of this one.
    #[must_use]
    pub fn nest(
        mut self,
        name: impl Into<String>,
        about: impl Into<String>,
        mut router: Self,
    ) -> Self {
        router.put_inside_own_scope();
        let name = name.into();
        self.others.extend(router.others.into_iter().map(|mut other| {
            other.below.insert(0, name.clone());
            other
        }));
        self.commands.push(Node::Group { name, about: about.into(), commands: router.commands });
        self
    }

    /// Takes over everything of another router, at the same level.
    ///
    /// The guards and layers of the other router stay around its handlers, inside those of this one.
    #[must_use]
    pub fn merge(mut self, mut router: Self) -> Self {
        router.put_inside_own_scope();
        self.commands.append(&mut router.commands);
        self.others.append(&mut router.others);
        self
    }

    /// Asks a guard before every handler of this router and of those nested in it, whether they were
    /// added before or after: an async function of a [`Context`] and extractors that returns
    /// `Result<()>`. It is asked after policy has allowed the run. Any error is a denial, and
    /// [`Error::message`] tells the person why.
    ///
    /// ```
    /// use chatgate_core::{Error, Result};
    /// use chatgate_router::{Context, Router};
    ///
    /// async fn not_in_public(cx: Context) -> Result<()> {
    ///     match cx.event().direct {
    ///         true => Ok(()),
    ///         false => Err(Error::message("Please ask me that in a direct message.")),
    ///     }
    /// }
    ///
    /// let router: Router<()> = Router::new().guard(not_in_public);
    /// ```
    #[must_use]
    pub fn guard<H, Rest>(mut self, guard: H) -> Self
    where
        H: Handler<Context, Rest>,
        H::Future: Future<Output = Result<()>> + Send + 'static,
        Rest: ExtractAll<S> + 'static,
    {
        self.scope.guards.push(Guard::new(guard));
        self
    }

    /// Wraps every run of this router and of those nested in it, whether they were added before or
    /// after. The first layer is the outermost; guards are asked inside all layers.
    #[must_use]
    pub fn layer(mut self, hook: impl Hook) -> Self {
        self.scope.hooks.push(Arc::new(hook));
        self
    }

    /// Puts the errors of this router's handlers into words. Of nested routers the innermost that has
    /// words is asked; without any, the gateway says its own.
    #[must_use]
    pub fn on_error(
        mut self,
        reply: impl Fn(&Error, &Context) -> Reply + Send + Sync + 'static,
    ) -> Self {
        self.scope.on_error = Some(Arc::new(reply));
        self
    }

    /// Puts everything together, with the program's state.
    ///
    /// # Errors
    /// `configuration`, with one line of context for every mistake: a route registered twice, a name
    /// or alias that collides or that chatgate itself owns, an action that inherits from a command
    /// that is not there, a pattern that is none.
    pub fn build(mut self, state: S) -> Result<Routes> {
        self.put_inside_own_scope();
        build::routes(self, Arc::new(state))
    }

    fn add(&mut self, what: What, call: Call<S>, sources: Vec<Source<S>>) {
        let (scope, below) = (Scope::default(), Vec::new());
        self.others.push(Other { what, call, sources, scope, below });
    }

    fn put_inside_own_scope(&mut self) {
        let outer = std::mem::take(&mut self.scope);
        self.commands.iter_mut().for_each(|node| node.put_inside(&outer));
        self.others.iter_mut().for_each(|other| other.scope.put_inside(&outer));
    }
}

impl<S> Node<S> {
    fn put_inside(&mut self, outer: &Scope<S>) {
        match self {
            Self::Command(declared) => declared.scope.put_inside(outer),
            Self::Group { commands, .. } => {
                commands.iter_mut().for_each(|node| node.put_inside(outer));
            }
        }
    }
}

impl<S: Send + Sync + 'static> Default for Router<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Router<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("commands", &self.commands.len())
            .field("others", &self.others.len())
            .finish_non_exhaustive()
    }
}
