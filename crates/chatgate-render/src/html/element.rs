//! Buttons, menus and pickers: drawn, and good for nothing.

use chatgate_core::{
    Button, Choice, Element, LossKind, Menu, MenuSource, Picker, PickerKind, Style,
};

use super::write::Writer;

impl Writer<'_> {
    pub(super) fn elements(&mut self, elements: &[Element]) {
        self.tagged("div", "actions", |writer| {
            for element in elements {
                writer.element(element);
            }
        });
    }

    fn element(&mut self, element: &Element) {
        if !matches!(element, Element::Link { .. }) {
            self.losses.add(LossKind::Actions, "drawn, and cannot be used");
        }
        match element {
            Element::Button(button) => self.button(button),
            Element::Link { label, url } => {
                self.tagged("span", "button", |writer| {
                    writer.link(url, |writer| writer.lines(label), label);
                });
            }
            Element::Menu(menu) => self.menu(menu),
            Element::Picker(picker) => self.picker(picker),
            Element::Overflow(buttons) => buttons.iter().for_each(|button| self.button(button)),
            other => {
                self.losses.add(LossKind::Unknown, "an unknown element is shown by its label");
                self.tagged("span", "button", |writer| writer.lines(other.label()));
            }
        }
    }

    fn button(&mut self, button: &Button) {
        let class = match button.style {
            Style::Primary => "button primary",
            Style::Danger => "button danger",
            _ => "button",
        };
        self.tagged("span", class, |writer| writer.lines(&button.label));
    }

    fn menu(&mut self, menu: &Menu) {
        let choices = match &menu.source {
            MenuSource::Choices(choices) => choices.as_slice(),
            _ => &[],
        };
        if choices.is_empty() {
            return self
                .tagged("span", "menu", |writer| writer.lines(&format!("{} ▾", menu.label)));
        }
        self.tagged("details", "menu", |writer| {
            writer.tagged("summary", "", |writer| writer.lines(&menu.label));
            writer.choices(choices, |_| "");
        });
    }

    /// Choices below each other, each behind a sign if there is one for it.
    pub(super) fn choices(&mut self, choices: &[Choice], sign: impl Fn(&Choice) -> &'static str) {
        self.tagged("ul", "", |writer| {
            for choice in choices {
                let sign = sign(choice);
                let class = if sign.is_empty() { "" } else { "task" };
                writer.tagged("li", class, |writer| {
                    if !sign.is_empty() {
                        writer.sign(sign);
                    }
                    writer.lines(&choice.label);
                    if let Some(hint) = &choice.hint {
                        writer.text(" – ");
                        writer.lines(hint);
                    }
                });
            }
        });
    }

    fn picker(&mut self, picker: &Picker) {
        let sign = match picker.kind {
            PickerKind::Time => "🕒",
            _ => "📅",
        };
        self.tagged("span", "menu", |writer| writer.lines(&format!("{sign} {}", picker.label)));
    }
}
