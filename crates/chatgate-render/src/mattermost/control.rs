//! Buttons, menus and pickers.

use std::borrow::Cow;

use chatgate_core::{
    ActionValue, Button, Choice, Element, Feature, LossKind, Menu, MenuSource, Pick, Picker, Style,
};

use super::atom::{Join, Kind};
use super::build::Builder;
use super::click::INTEGRATION_URL;
use super::escape::label;
use super::limits::ACTION_URL_BYTES;
use super::size::Size;
use super::span::Span;
use super::wire::{self, Action, Context, Integration};
use crate::inlines::{Look, SayInlines as _};
use crate::sanitise_line;

/// What stands where an author wrote nothing.
pub(super) const NOTHING: &str = "…";

impl<'a> Builder<'a, '_> {
    /// Elements in a row below the text; links stand in the text, above them.
    pub(super) fn elements(&mut self, elements: &'a [Element]) {
        let mut links: Vec<Span<'a>> = Vec::new();
        for element in elements {
            if let Element::Link { label, url } = element {
                self.losses.add(LossKind::Actions, "a link is shown as text");
                if !links.is_empty() {
                    links.push(Span::text(" · "));
                }
                let label = vec![Span::text(sanitise_line(label))];
                self.add_link(url, label, Look::default(), &mut links);
            }
        }
        self.text(links);
        for element in elements {
            match element {
                Element::Link { .. } => {}
                Element::Button(button) => self.button(button),
                Element::Menu(menu) => self.menu(menu),
                Element::Picker(picker) => self.picker(picker),
                Element::Overflow(buttons) => {
                    self.losses.add(LossKind::Detail, "rarely used actions are shown as buttons");
                    buttons.iter().for_each(|button| self.button(button));
                }
                other => {
                    self.losses.add(LossKind::Unknown, "an unknown element is shown by its label");
                    self.as_text(sanitise_line(other.label()), None);
                }
            }
        }
    }

    fn button(&mut self, button: &'a Button) {
        let name = sanitise_line(&button.label);
        let tooltip = button.confirm.as_ref().map(|confirm| {
            let text = format!("{} – {}", confirm.title, confirm.text);
            label(&sanitise_line(&text))
        });
        let style = match button.style {
            Style::Primary => Some("primary"),
            Style::Danger => Some("danger"),
            _ => None,
        };
        let action = Action { style, tooltip, ..self.action("button", &name, &button.action) };
        let asks = action.tooltip.is_some();
        if self.use_action(action, &button.action, name, None) && asks {
            self.losses.add(LossKind::Actions, "a question before a button is only its tooltip");
        }
    }

    fn menu(&mut self, menu: &'a Menu) {
        let name = sanitise_line(&menu.label);
        let mut action = self.action("select", &name, &menu.action);
        let mut choices = None;
        match &menu.source {
            MenuSource::Users => action.data_source = Some("users"),
            MenuSource::Channels => action.data_source = Some("channels"),
            MenuSource::Choices(all) => {
                choices = Some(all.as_slice());
                action.options = all.iter().enumerate().map(option).collect();
            }
            _ => {
                self.losses.add(LossKind::Unknown, "an unknown menu is shown by its label");
                return self.as_text(name, None);
            }
        }
        if choices.is_some_and(<[_]>::is_empty) {
            self.losses.add(LossKind::Actions, "shown as text that cannot be used");
            return self.as_text(name, choices);
        }
        let hints = choices.unwrap_or_default().iter().any(|choice| choice.hint.is_some());
        if self.use_action(action, &menu.action, name, choices) {
            if menu.pick == Pick::Many {
                self.losses.add(LossKind::Actions, "one can be chosen at a time");
            }
            if hints {
                self.losses.add(LossKind::Style, "hints stand behind their choices");
            }
        }
    }

    fn picker(&mut self, picker: &'a Picker) {
        self.losses.add(LossKind::Actions, "shown as text that cannot be used");
        self.as_text(sanitise_line(&picker.label), None);
    }

    fn action(&self, kind: &'static str, name: &str, value: &'a ActionValue) -> Action<'a> {
        let seal = value.seal.as_deref().map(Cow::Borrowed);
        Action {
            id: format!("a{}", self.actions + 1),
            name: some(name),
            kind,
            style: None,
            tooltip: None,
            data_source: None,
            options: Vec::new(),
            integration: Integration { url: INTEGRATION_URL, context: Context { seal } },
        }
    }

    /// Adds an action, or its words where it cannot be used.
    fn use_action(
        &mut self,
        action: Action<'a>,
        value: &ActionValue,
        name: Cow<'a, str>,
        choices: Option<&'a [Choice]>,
    ) -> bool {
        if !self.can(Feature::Actions) || self.room.part.actions == 0 {
            self.losses.add(LossKind::Actions, "shown as text that cannot be used");
            self.as_text(name, choices);
            return false;
        }
        let seal = value.seal.as_deref().map_or(0, |seal| seal.chars().count());
        let bytes = serde_json::to_vec(&action).map_or(usize::MAX, |json| json.len());
        let chars = action.options.iter().map(|option| option.text.chars().count()).sum::<usize>()
            + action.name.chars().count();
        let size =
            Size { chars, bytes: bytes.saturating_add(ACTION_URL_BYTES), actions: 1, blocks: 0 };
        if seal > self.room.seal || !self.takes(size) {
            self.losses.add(LossKind::Actions, "too large for the place: shown as text");
            self.as_text(name, choices);
            return false;
        }
        self.actions += 1;
        self.push(Kind::Action(Box::new(action)), size, false);
        self.remember(&[Span::text(name)]);
        true
    }

    /// An element that cannot be used.
    fn as_text(&mut self, label: Cow<'a, str>, choices: Option<&'a [Choice]>) {
        let mut text = format!("• {label}");
        let labels = choices.unwrap_or_default().iter().map(|choice| sanitise_line(&choice.label));
        for (index, label) in labels.enumerate() {
            text.push_str(if index == 0 { ": " } else { ", " });
            text.push_str(&label);
        }
        self.text(vec![Span::text(text)]);
        self.join = Join::Line;
    }
}

/// A choice; its value is its position.
fn option((index, choice): (usize, &Choice)) -> wire::Choice {
    let text = match choice.hint.as_deref().filter(|hint| !hint.trim().is_empty()) {
        Some(hint) => sanitise_line(&format!("{} – {hint}", choice.label)).into_owned(),
        None => sanitise_line(&choice.label).into_owned(),
    };
    let text = if text.trim().is_empty() { NOTHING.to_owned() } else { text };
    wire::Choice { text, value: index.to_string() }
}

fn some(text: &str) -> String {
    if text.trim().is_empty() { NOTHING.to_owned() } else { label(text) }
}
