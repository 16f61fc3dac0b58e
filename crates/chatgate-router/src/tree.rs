//! The commands as a tree of words.

use std::collections::HashMap;
use std::sync::Arc;

use chatgate_core::{CommandSpec, RouteId};

use crate::bound::Entry;

/// Some commands, by the words that name them.
#[derive(Default)]
pub(crate) struct Branches {
    /// In the order in which they were declared.
    pub(crate) all: Vec<Arc<Branch>>,
    by_word: HashMap<String, Arc<Branch>>,
}

/// One word of a command.
pub(crate) struct Branch {
    pub(crate) spec: Arc<CommandSpec>,
    pub(crate) below: Branches,
    /// What runs, where no further words follow.
    pub(crate) entry: Option<Arc<Entry>>,
}

impl Branches {
    /// Adds a command; gives back the words that name another one already.
    pub(crate) fn add(&mut self, branch: Arc<Branch>) -> Vec<String> {
        let mut taken = Vec::new();
        for word in std::iter::once(&branch.spec.name).chain(&branch.spec.aliases) {
            if self.by_word.contains_key(word) {
                taken.push(word.clone());
            } else {
                self.by_word.insert(word.clone(), branch.clone());
            }
        }
        self.all.push(branch);
        taken
    }

    /// The command that a word names. A phone's keyboard begins a message with a capital letter, so
    /// case does not matter.
    pub(crate) fn named(&self, word: &str) -> Option<&Arc<Branch>> {
        self.by_word.get(word).or_else(|| self.by_word.get(&word.to_lowercase()))
    }

    /// The command that all these words name.
    pub(crate) fn at(&self, words: &[String]) -> Option<&Arc<Branch>> {
        let (first, rest) = words.split_first()?;
        let branch = self.named(first)?;
        if rest.is_empty() { Some(branch) } else { branch.below.at(rest) }
    }
}

impl Branch {
    /// True when it, or something below it, is visible.
    pub(crate) fn is_visible(&self, visible: &dyn Fn(&RouteId) -> bool) -> bool {
        match &self.entry {
            Some(entry) => visible(&entry.gate.route),
            None => self.below.all.iter().any(|branch| branch.is_visible(visible)),
        }
    }

    /// Its spec, with only those subcommands that are visible and not hidden.
    pub(crate) fn visible_spec(&self, visible: &dyn Fn(&RouteId) -> bool) -> CommandSpec {
        let below = self.below.all.iter();
        let mut spec = (*self.spec).clone();
        spec.subcommands = below
            .filter(|branch| !branch.spec.hidden && branch.is_visible(visible))
            .map(|branch| branch.visible_spec(visible))
            .collect();
        spec
    }
}
