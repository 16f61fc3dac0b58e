//! Buttons, menus and pickers.

use std::borrow::Cow;

use chatgate_core::{
    ActionValue, Button, Choice, Element, Feature, LossKind, Menu, MenuSource, Pick, Picker,
    PickerKind, Style,
};
use unicode_segmentation::UnicodeSegmentation;
use url::Url;

use super::atom::{Kind, Seat};
use super::build::Builder;
use super::click::{BUTTON_SEAL_CHARS, ids};
use super::inline::fits_button;
use super::limits::{
    CONFIRM_LABEL_UNITS, CONFIRM_TEXT_UNITS, CONFIRM_TITLE_UNITS, LABEL_UNITS, OPTIONS,
    PLACEHOLDER_UNITS, SECTION_UNITS,
};
use super::measure::{Size, units};
use super::span::Span;
use super::wire::{Confirm, Control, Filter, Group, Opt, Options, Text};
use crate::inlines::{Look, SayInlines as _};
use crate::link::hides;
use crate::{sanitise, sanitise_line};

/// What stands where an author wrote nothing: Slack refuses empty text.
pub(super) const NOTHING: &str = "…";

impl<'a> Builder<'a, '_> {
    pub(super) fn elements(&mut self, elements: &'a [Element]) {
        for element in elements {
            match element {
                Element::Button(button) => self.button(button),
                Element::Link { label, url } => self.link_button(label, url),
                Element::Menu(menu) => self.menu(menu),
                Element::Picker(picker) => self.picker(picker),
                Element::Overflow(buttons) => {
                    // An option carries 75 characters, and a seal is longer.
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
        let label = sanitise_line(&button.label);
        let seal = button.action.seal.as_deref();
        let fits = seal.is_none_or(|seal| units(seal) <= BUTTON_SEAL_CHARS);
        if !self.usable(&button.action, fits) {
            return self.as_text(label, None);
        }
        let confirm = button.confirm.as_ref().map(|confirm| {
            Box::new(Confirm {
                title: self.plain(sanitise_line(&confirm.title), CONFIRM_TITLE_UNITS),
                text: self.plain(sanitise(&confirm.text), CONFIRM_TEXT_UNITS),
                confirm: self.plain(sanitise_line(&confirm.yes), CONFIRM_LABEL_UNITS),
                deny: self.plain(sanitise_line(&confirm.no), CONFIRM_LABEL_UNITS),
                style: (button.style == Style::Danger).then_some("danger"),
            })
        });
        let control = Control::Button {
            action_id: self.next().to_string(),
            text: self.plain(label.clone(), LABEL_UNITS),
            value: seal,
            url: None,
            style: match button.style {
                Style::Primary => Some("primary"),
                Style::Danger => Some("danger"),
                _ => None,
            },
            confirm,
        };
        if !self.control(control, label.clone(), Seat::Row, None) {
            self.as_text(label, None);
        }
    }

    fn link_button(&mut self, label: &'a str, url: &'a Url) {
        let label = sanitise_line(label);
        let opens = matches!(url.scheme(), "http" | "https") && fits_button(url.as_str());
        if !self.can_act() || !opens || hides(&label, url) {
            self.losses.add(LossKind::Actions, "a link is shown as text");
            let mut spans = vec![Span::text("• ")];
            self.add_link(url, vec![Span::text(label)], Look::default(), &mut spans);
            return self.text(spans);
        }
        let control = Control::Button {
            action_id: self.next().to_string(),
            text: self.plain(label.clone(), LABEL_UNITS),
            value: None,
            url: Some(url.as_str()),
            style: None,
            confirm: None,
        };
        if !self.control(control, label.clone(), Seat::Row, None) {
            self.as_text(label, None);
        }
    }

    fn menu(&mut self, menu: &'a Menu) {
        let label = sanitise_line(&menu.label);
        let choices = match &menu.source {
            MenuSource::Choices(choices) => Some(choices.as_slice()),
            _ => None,
        };
        let number = self.controls + 1;
        let ids = ids(number, menu.action.seal.as_deref());
        let is_empty = choices.is_some_and(<[_]>::is_empty);
        if !self.usable(&menu.action, ids.is_some() && !is_empty) {
            return self.as_text(label, choices);
        }
        let Some((action_id, block_id)) = ids else { return };
        let placeholder = self.placeholder(&label, menu.pick);
        let is_many = menu.pick == Pick::Many;
        let filter = Filter::CHANNELS;
        let control = match (&menu.source, is_many) {
            (MenuSource::Users, false) => Control::UsersSelect { action_id, placeholder },
            (MenuSource::Users, true) => Control::MultiUsersSelect { action_id, placeholder },
            (MenuSource::Channels, false) => {
                Control::ConversationsSelect { action_id, placeholder, filter }
            }
            (MenuSource::Channels, true) => {
                Control::MultiConversationsSelect { action_id, placeholder, filter }
            }
            (MenuSource::Choices(choices), is_many) => {
                let options = self.options(choices);
                if is_many {
                    Control::MultiStaticSelect { action_id, placeholder, options }
                } else {
                    Control::StaticSelect { action_id, placeholder, options }
                }
            }
            _ => {
                self.losses.add(LossKind::Unknown, "an unknown menu is shown by its label");
                return self.as_text(label, None);
            }
        };
        self.next();
        let seat = if is_many { Seat::Beside } else { Seat::Row };
        if !self.control(control, label.clone(), seat, block_id) {
            self.as_text(label, choices);
        }
    }

    fn picker(&mut self, picker: &'a Picker) {
        let label = sanitise_line(&picker.label);
        let ids = ids(self.controls + 1, picker.action.seal.as_deref());
        if !self.usable(&picker.action, ids.is_some()) {
            return self.as_text(label, None);
        }
        let Some((action_id, block_id)) = ids else { return };
        let placeholder = self.placeholder(&label, Pick::One);
        let control = match picker.kind {
            PickerKind::Date => Control::Datepicker { action_id, placeholder },
            PickerKind::Time => Control::Timepicker { action_id, placeholder },
            PickerKind::DateTime => {
                // It has no placeholder, so what it is for must stand above it.
                self.text(vec![Span::bold(label.clone())]);
                Control::Datetimepicker { action_id }
            }
            _ => {
                self.losses.add(LossKind::Unknown, "an unknown picker is shown by its label");
                return self.as_text(label, None);
            }
        };
        self.next();
        if !self.control(control, label.clone(), Seat::Row, block_id) {
            self.as_text(label, None);
        }
    }

    /// Adds an element, unless it is larger than a part.
    fn control(
        &mut self,
        control: Control<'a>,
        label: Cow<'a, str>,
        seat: Seat,
        block_id: Option<String>,
    ) -> bool {
        let label = match seat {
            Seat::Beside => self.literal(label, SECTION_UNITS),
            Seat::Row => label,
        };
        let bytes = serde_json::to_vec(&control).map_or(usize::MAX, |json| json.len());
        let id_bytes = block_id.as_ref().map_or(0, |id| id.len() + 16);
        let mut size = Size::element(control.units(), bytes.saturating_add(id_bytes + 1));
        if seat == Seat::Beside {
            size += Size::of(&label, 100);
        }
        size.actions = 1;
        if !self.room.takes(size) {
            self.losses.add(LossKind::Actions, "too large for the place: shown as text");
            return false;
        }
        self.flush();
        self.push(Kind::Control { control: Box::new(control), label, seat, block_id }, size);
        true
    }

    fn options(&mut self, choices: &'a [Choice]) -> Options<'a> {
        let mut all = Vec::with_capacity(choices.len());
        for (index, choice) in choices.iter().enumerate() {
            let text = self.plain(sanitise_line(&choice.label), LABEL_UNITS);
            let hint = choice.hint.as_deref().map(sanitise_line);
            let hint = hint.filter(|hint| !hint.trim().is_empty());
            let description = hint.map(|hint| self.plain(hint, LABEL_UNITS));
            all.push(Opt { text, value: index.to_string(), description });
        }
        if all.len() <= OPTIONS {
            return Options::Options(all);
        }
        let mut groups = Vec::new();
        let mut first = 1;
        let mut all = all.into_iter().peekable();
        while all.peek().is_some() {
            let options: Vec<_> = all.by_ref().take(OPTIONS).collect();
            let last = first + options.len() - 1;
            groups.push(Group { label: Text::plain(format!("{first}–{last}")), options });
            first = last + 1;
        }
        Options::OptionGroups(groups)
    }

    /// What stands in a menu before anything is chosen. Where the label stands beside it too,
    /// nothing is lost when it is cut here.
    fn placeholder(&mut self, label: &Cow<'a, str>, pick: Pick) -> Text<'a> {
        match shortened(label, PLACEHOLDER_UNITS) {
            Some(short) if pick == Pick::Many => Text::plain(short),
            _ => self.plain(label.clone(), PLACEHOLDER_UNITS),
        }
    }

    fn plain(&mut self, text: Cow<'a, str>, most: usize) -> Text<'a> {
        Text::plain(self.literal(text, most))
    }

    /// Text that is neither empty nor too long.
    fn literal(&mut self, text: Cow<'a, str>, most: usize) -> Cow<'a, str> {
        if text.trim().is_empty() {
            return NOTHING.into();
        }
        match shortened(&text, most) {
            Some(short) => {
                self.losses.add(LossKind::Cut, "a label too long for Slack is cut");
                short.into()
            }
            None => text,
        }
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
    }

    fn usable(&mut self, action: &ActionValue, fits: bool) -> bool {
        if !self.can_act() {
            self.losses.add(LossKind::Actions, "shown as text that cannot be used");
            return false;
        }
        let chars = action.seal.as_deref().map_or(0, |seal| seal.chars().count());
        if !fits || chars > self.room.seal {
            self.losses.add(LossKind::Actions, "too large for the place: shown as text");
            return false;
        }
        true
    }

    fn can_act(&self) -> bool {
        self.can(Feature::Actions) && self.room.part.actions > 0
    }

    fn next(&mut self) -> usize {
        self.controls += 1;
        self.controls
    }
}

/// The text cut between clusters, with a mark; `None` where it is not too long.
pub(super) fn shortened(text: &str, most: usize) -> Option<String> {
    if units(text) <= most {
        return None;
    }
    let room = most.saturating_sub(1);
    let mut taken = 0;
    let kept = text.graphemes(true).take_while(|cluster| {
        taken += units(cluster);
        taken <= room
    });
    let mut short: String = kept.collect();
    short.push('…');
    Some(short)
}
