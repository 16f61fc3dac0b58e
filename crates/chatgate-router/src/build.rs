//! From declarations to routes, with every mistake on the way.

use std::collections::HashMap;
use std::sync::Arc;

use chatgate_core::{
    ActionSpec, ArgKind, CommandSpec, Effect, Error, ErrorKind, FormSpec, ListenerSpec, Result,
    RouteId, Specs,
};

use crate::bound::{Bound, BoundCommand, Entry};
use crate::listener::Starts;
use crate::router::{Declared, Node, Other, What};
use crate::routes::{CANCEL, HELP, Inner};
use crate::tree::{Branch, Branches};
use crate::{RouteGate, RouteKind, Router, Routes, SourceKind, language};

/// The most words that name a command: nobody remembers more.
const MAX_WORDS: usize = 4;

/// Puts everything together, or tells all mistakes.
pub(crate) fn routes<S: Send + Sync + 'static>(router: Router<S>, state: Arc<S>) -> Result<Routes> {
    let mut build = Build {
        state,
        inner: Inner::default(),
        specs: Specs::default(),
        numbers: HashMap::new(),
        mistakes: Vec::new(),
    };
    build.commands(router.commands);
    for other in router.others {
        build.other(other);
    }
    build.finish()
}

struct Build<S> {
    state: Arc<S>,
    inner: Inner,
    specs: Specs,
    /// How many listeners without a name of their own hear the same.
    numbers: HashMap<&'static str, usize>,
    mistakes: Vec<String>,
}

impl<S: Send + Sync + 'static> Build<S> {
    fn commands(&mut self, nodes: Vec<Node<S>>) {
        let mut branches = Branches::default();
        for node in nodes {
            let branch = self.node(node, None);
            self.specs.commands.push((*branch.spec).clone());
            self.add(&mut branches, branch);
        }
        self.inner.commands = branches;
    }

    fn node(&mut self, node: Node<S>, parent: Option<&RouteId>) -> Branch {
        match node {
            Node::Command(mut declared) => {
                let mut spec = declared.spec.clone();
                if let Some(parent) = parent {
                    spec.put_below(parent);
                    let words = format!("{} ", parent.as_str().replace('.', " "));
                    put_examples_below(&mut spec, &words);
                }
                self.mistakes.extend(language::mistakes(declared.spec));
                self.sources(&declared);
                let own = declared.spec;
                self.command(&mut declared, own, spec)
            }
            Node::Group { name, about, commands } => {
                let mut spec = CommandSpec::new(name, about);
                if let Some(parent) = parent {
                    spec.put_below(parent);
                }
                self.mistakes.extend(language::mistakes(&spec));
                self.words(&spec);
                if commands.is_empty() {
                    self.mistakes.push(format!("`{}`: a group without commands", spec.path()));
                }
                let mut below = Branches::default();
                for node in commands {
                    let branch = self.node(node, Some(&spec.route));
                    spec.subcommands.push((*branch.spec).clone());
                    self.add(&mut below, branch);
                }
                Branch { spec: Arc::new(spec), below, entry: None }
            }
        }
    }

    /// A command of a handler: `own` is its spec as it was declared, `spec` as it is nested.
    fn command(
        &mut self,
        declared: &mut Declared<S>,
        own: &CommandSpec,
        spec: CommandSpec,
    ) -> Branch {
        self.words(&spec);
        if !spec.subcommands.is_empty() {
            let mut below = Branches::default();
            for (own, sub) in own.subcommands.iter().zip(&spec.subcommands) {
                // Names that collide below one declaration have been told with the declaration.
                below.add(Arc::new(self.command(declared, own, sub.clone())));
            }
            return Branch { spec: Arc::new(spec), below, entry: None };
        }
        let spec = Arc::new(spec);
        let (sources, others): (Vec<_>, _) = std::mem::take(&mut declared.sources)
            .into_iter()
            .partition(|source| source.route == own.route);
        declared.sources = others;
        for arg in &spec.args {
            let has = |resolves: bool| {
                sources.iter().any(|source| {
                    source.arg == arg.name
                        && matches!(source.kind, SourceKind::Resolve(_)) == resolves
                })
            };
            let route = &spec.route;
            if arg.kind == ArgKind::Listed && !has(false) {
                self.mistakes.push(format!("`{route}`: nothing lists what `{}` can be", arg.name));
            }
            if arg.resolved && !has(true) {
                self.mistakes.push(format!("`{route}`: nothing resolves `{}`", arg.name));
            }
        }
        let gate = RouteGate {
            route: spec.route.clone(),
            effect: spec.effect,
            of: None,
            kind: RouteKind::Command,
        };
        self.inner.leaves.push(gate.clone());
        let entry = Arc::new(Entry {
            gate,
            command: Some(BoundCommand { spec: spec.clone(), own_route: own.route.clone() }),
            form: None,
            runner: Arc::new(Bound {
                call: declared.call.clone(),
                scope: declared.scope.clone(),
                sources,
                state: self.state.clone(),
            }),
        });
        // A command that is declared twice is told of by its name.
        self.inner.entries.entry(spec.route.clone()).or_insert_with(|| entry.clone());
        Branch { spec, below: Branches::default(), entry: Some(entry) }
    }

    fn add(&mut self, branches: &mut Branches, branch: Branch) {
        let spec = branch.spec.clone();
        let path = spec.path();
        for word in branches.add(Arc::new(branch)) {
            self.mistakes.push(if word == spec.name {
                format!("`{path}`: registered twice, or the alias of another command")
            } else {
                format!("`{path}`: its alias `{word}` names another command")
            });
        }
    }

    fn words(&mut self, spec: &CommandSpec) {
        let path = spec.path();
        for word in std::iter::once(&spec.name).chain(&spec.aliases) {
            if let Some(mistake) = unfit(word) {
                self.mistakes.push(format!("`{path}`: its name or alias {word:?} {mistake}"));
            }
            if (word == HELP || word == CANCEL) && spec.route == *spec.name {
                self.mistakes.push(format!("`{path}`: `{word}` is chatgate's own word"));
            }
        }
        if spec.route.as_str().split('.').count() > MAX_WORDS {
            self.mistakes.push(format!("`{path}`: nested deeper than {MAX_WORDS} words"));
        }
    }

    /// What lists or resolves an argument that is not there.
    fn sources(&mut self, declared: &Declared<S>) {
        let leaves = declared.spec.leaves();
        for source in &declared.sources {
            let leaf = leaves.iter().find(|leaf| leaf.route == source.route);
            let arg = leaf.and_then(|leaf| leaf.args.iter().find(|arg| arg.name == source.arg));
            if arg.is_none() {
                self.mistakes.push(format!("`{}`: no argument `{}`", source.route, source.arg));
            }
        }
    }

    fn other(&mut self, other: Other<S>) {
        let Other { what, call, sources, scope, below } = other;
        let mut form = None;
        let (starts, gate) = match what {
            What::Form(spec) => (None, self.form(spec, &below)),
            What::Listener { starts: Starts::Action(spec), effect, name } => {
                if effect.is_some() || name.is_some() {
                    let route = &spec.route;
                    self.mistakes
                        .push(format!("`{route}`: an action declares its own name and effect"));
                }
                (None, self.action(spec.clone(), &below))
            }
            What::Listener { starts: Starts::Form(typed), effect, name } => {
                let route = &(typed.spec)().route;
                if effect.is_some() || name.is_some() {
                    self.mistakes
                        .push(format!("`{route}`: a form declares its own name and effect"));
                }
                self.mistakes.extend(typed.mistakes(&sources));
                form = Some(typed);
                (None, self.form((typed.spec)().clone(), &below))
            }
            What::Listener { starts, effect, name } => {
                let gate = self.listener(&starts, effect, name);
                (Some(starts), gate)
            }
        };
        let runner = Bound { call, scope, sources, state: self.state.clone() };
        let route = gate.route.clone();
        let entry = Arc::new(Entry { gate, command: None, form, runner: Arc::new(runner) });
        if self.inner.entries.insert(route.clone(), entry.clone()).is_some() {
            self.mistakes.push(format!("`{route}`: registered twice"));
        }
        match starts {
            Some(Starts::Event(trigger)) => {
                self.inner.listeners.entry(trigger).or_default().push(entry);
            }
            Some(Starts::Pattern(pattern)) => self.inner.patterns.push((pattern, entry)),
            Some(Starts::BadPattern(mistake)) => {
                self.mistakes.push(format!("`{route}`: {mistake}"))
            }
            Some(Starts::Action(_) | Starts::Form(_)) | None => {}
        }
    }

    fn action(&mut self, mut spec: ActionSpec, below: &[String]) -> RouteGate {
        spec.of = spec.of.map(|of| self.inherited(&spec.route, of, below));
        let gate = RouteGate {
            route: spec.route.clone(),
            effect: spec.effect,
            of: spec.of.clone(),
            kind: RouteKind::Action,
        };
        self.specs.actions.push(spec);
        gate
    }

    fn form(&mut self, mut spec: FormSpec, below: &[String]) -> RouteGate {
        spec.of = spec.of.map(|of| self.inherited(&spec.route, of, below));
        let command = spec.route.as_str().strip_prefix("form:").unwrap_or_default();
        if self.inner.entries.contains_key(command) {
            let route = &spec.route;
            self.mistakes
                .push(format!("`{route}`: the form of the command `{command}` has that route"));
        }
        let gate = RouteGate {
            route: spec.route.clone(),
            effect: spec.effect,
            of: spec.of.clone(),
            kind: RouteKind::Form,
        };
        self.specs.forms.push(spec);
        gate
    }

    /// The command whose permission is inherited: of the innermost router that has it.
    fn inherited(&mut self, route: &RouteId, of: RouteId, below: &[String]) -> RouteId {
        for depth in (0..=below.len()).rev() {
            let mut words = below[..depth].to_vec();
            words.push(of.as_str().to_owned());
            let full = RouteId::from(words.join("."));
            let entry = self.inner.entries.get(&full);
            if entry.is_some_and(|entry| entry.gate.kind == RouteKind::Command) {
                return full;
            }
        }
        self.mistakes.push(format!("`{route}`: of `{of}`, which is no command that runs"));
        of
    }

    fn listener(
        &mut self,
        starts: &Starts,
        effect: Option<Effect>,
        name: Option<String>,
    ) -> RouteGate {
        let base = match starts {
            Starts::Event(trigger) => trigger.route(),
            _ => "on:message",
        };
        let route = match name {
            Some(name) => {
                let blank = name.is_empty() || name.contains(char::is_whitespace);
                if let Some(mistake) = unfit(&name).or(blank.then_some("is not one word")) {
                    self.mistakes.push(format!("`{base}`: the name {name:?} {mistake}"));
                }
                format!("{base}/{name}")
            }
            None => {
                let number = self.numbers.entry(base).or_default();
                *number += 1;
                if *number == 1 { base.to_owned() } else { format!("{base}/{number}") }
            }
        };
        let (route, effect) = (RouteId::from(route), effect.unwrap_or_default());
        self.specs.listeners.push(ListenerSpec::new(route.clone(), effect));
        RouteGate { route, effect, of: None, kind: RouteKind::Listener }
    }

    fn finish(mut self) -> Result<Routes> {
        if self.mistakes.is_empty() {
            self.inner.specs = Arc::new(self.specs);
            return Ok(Routes { inner: Arc::new(self.inner) });
        }
        let error = Error::new(ErrorKind::Configuration);
        Err(self.mistakes.into_iter().fold(error, Error::with_context))
    }
}

/// Why a word that can be typed cannot name anything, if it cannot.
fn unfit(word: &str) -> Option<&'static str> {
    if word.contains([':', '/']) {
        Some("has a `:` or `/`")
    } else if word.to_lowercase() != word {
        Some("is not in lower case")
    } else {
        None
    }
}

/// Puts the words of a group before a command's examples, so that they still work.
fn put_examples_below(spec: &mut CommandSpec, words: &str) {
    for example in &mut spec.examples {
        example.insert_str(0, words);
    }
    for below in &mut spec.subcommands {
        put_examples_below(below, words);
    }
}
