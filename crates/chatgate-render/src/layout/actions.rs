//! Buttons, menus and pickers: numbered in the text, described in the payload.

use chatgate_core::{
    ActionValue, Button, Choice, Confirm, Element, Feature, LossKind, Menu, MenuSource, Picker,
    PickerKind, Style,
};

use super::canvas::{Border, Canvas};
use super::inlines::add_link;
use super::line::{Color, Line, Look};
use crate::{TerminalAction, TerminalActionKind, sanitise, sanitise_line};

impl Canvas<'_> {
    /// Writes elements a line each.
    pub(super) fn elements(&mut self, elements: &[Element]) {
        for element in elements {
            self.begin_line();
            match element {
                Element::Button(button) => self.button(button),
                Element::Link { label, url } => {
                    let mut line = Line::default();
                    let look = Look::default();
                    let label = Line::of(&sanitise_line(label), look.underline());
                    add_link(&label, url, look, &mut line);
                    self.write(&line);
                }
                Element::Menu(menu) => self.menu(menu),
                Element::Picker(picker) => self.picker(picker),
                Element::Overflow(buttons) => {
                    for button in buttons {
                        self.begin_line();
                        self.button(button);
                    }
                }
                other => {
                    self.losses.add(LossKind::Unknown, "an unknown element is shown by its label");
                    let label = format!("• {}", sanitise_line(other.label()));
                    self.write(&Line::plain(&label));
                }
            }
        }
    }

    fn button(&mut self, button: &Button) {
        let mut action = action(&button.label, &button.action, TerminalActionKind::Button);
        action.style = button.style;
        action.confirm = button.confirm.as_ref().map(confirm);
        let look = match button.style {
            Style::Primary => Look::default().bold(),
            Style::Danger => Look::default().color(Color::Red),
            _ => Look::default(),
        };
        self.numbered(action, look, "");
    }

    fn menu(&mut self, menu: &Menu) {
        let (kind, choices) = match &menu.source {
            MenuSource::Choices(choices) => (TerminalActionKind::Choices, choices.as_slice()),
            MenuSource::Users => (TerminalActionKind::Users, [].as_slice()),
            MenuSource::Channels => (TerminalActionKind::Channels, [].as_slice()),
            _ => (TerminalActionKind::Other, [].as_slice()),
        };
        let what = match kind {
            TerminalActionKind::Users => " (a person)",
            TerminalActionKind::Channels => " (a channel)",
            _ => "",
        };
        let mut action = action(&menu.label, &menu.action, kind);
        action.choices = choices.iter().map(safe_choice).collect();
        action.pick = menu.pick;
        let choices = action.choices.clone();
        self.numbered(action, Look::default(), what);
        self.choices(&choices);
    }

    fn picker(&mut self, picker: &Picker) {
        let (kind, what) = match picker.kind {
            PickerKind::Date => (TerminalActionKind::Date, " (YYYY-MM-DD)"),
            PickerKind::Time => (TerminalActionKind::Time, " (HH:MM)"),
            PickerKind::DateTime => (TerminalActionKind::DateTime, " (YYYY-MM-DDTHH:MMZ)"),
            _ => (TerminalActionKind::Other, ""),
        };
        self.numbered(action(&picker.label, &picker.action, kind), Look::default(), what);
    }

    /// Writes an action with its number; only its label where it cannot be used.
    fn numbered(&mut self, mut action: TerminalAction, look: Look, what: &str) {
        let label = format!("{}{what}", action.label);
        action.number = self.actions.len() + 1;
        let (mark, index) = if self.usable(&action) {
            self.actions.push(action);
            let number = self.actions.len();
            (format!("[{number}] "), Some(number - 1))
        } else {
            ("• ".to_owned(), None)
        };
        let first = Line::of(&mark, Look::default().color(Color::Cyan));
        let rest = Line::spaces(first.width());
        self.indented(first, rest, |canvas| canvas.write_action(&Line::of(&label, look), index));
    }

    fn usable(&mut self, action: &TerminalAction) -> bool {
        if !self.can(Feature::Actions) || self.limits().actions == Some(0) {
            self.losses.add(LossKind::Actions, "shown as text that cannot be used");
            return false;
        }
        let chars = action.seal.as_deref().map_or(0, |seal| seal.chars().count());
        let bytes = serde_json::to_vec(action).map_or(usize::MAX, |json| json.len());
        if self.limits().action_value_chars.is_some_and(|limit| chars > limit)
            || bytes > self.action_bytes
        {
            self.losses.add(LossKind::Actions, "too large for the place: shown as text");
            return false;
        }
        true
    }

    fn choices(&mut self, choices: &[Choice]) {
        let digits = choices.len().to_string().len();
        for (index, choice) in choices.iter().enumerate() {
            let first = Line::of(&format!("    {:>digits$}. ", index + 1), Look::default().dim());
            let mut text = Line::plain(&choice.label);
            if let Some(hint) = &choice.hint {
                text.push(&format!(" – {hint}"), Look::default().dim());
            }
            let rest = Line::spaces(first.width());
            self.indented(first, rest, |canvas| {
                for wrapped in super::wrap::wrap(&text, canvas.columns()) {
                    canvas.push(&wrapped.line, Border::Word);
                }
            });
        }
    }
}

fn action(label: &str, value: &ActionValue, kind: TerminalActionKind) -> TerminalAction {
    let mut action = TerminalAction::new(sanitise_line(label), kind);
    action.seal.clone_from(&value.seal);
    action
}

/// A choice with its words made safe; its value stays what it is, for the program.
pub(crate) fn safe_choice(choice: &Choice) -> Choice {
    let mut safe = choice.clone();
    safe.label = sanitise_line(&choice.label).into_owned();
    safe.hint = choice.hint.as_deref().map(|hint| sanitise_line(hint).into_owned());
    safe
}

fn confirm(confirm: &Confirm) -> Confirm {
    let mut safe = Confirm::new(sanitise_line(&confirm.title), sanitise(&confirm.text));
    safe.yes = sanitise_line(&confirm.yes).into_owned();
    safe.no = sanitise_line(&confirm.no).into_owned();
    safe
}
