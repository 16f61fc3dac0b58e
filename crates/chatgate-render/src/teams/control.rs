//! Buttons, menus and pickers.

use chatgate_core::{
    ActionValue, Button, Choice, Element, LossKind, Menu, MenuSource, Pick, Picker, PickerKind,
    Style,
};
use unicode_segmentation::UnicodeSegmentation;
use url::Url;

use super::build::{Builder, Gap};
use super::click::{Input, data, input_id};
use super::inline::opens;
use super::json::{quote, quoted};
use super::limits::{CHOICES, LABEL_CHARS, ROW_ACTIONS, SEAL_CHARS, SEARCHED};
use super::line::{Tone, runs};
use super::sheet::{Border, Piece};
use super::size::Size;
use super::span::Span;
use crate::inlines::{Look, SayInlines as _};
use crate::link::{address, hides};
use crate::{sanitise, sanitise_line};

/// What stands where an author wrote nothing: Teams shows no button without a title.
const NOTHING: &str = "…";

/// A row of buttons that is not yet complete, with what they unfold.
#[derive(Default)]
struct Row {
    buttons: Vec<Piece>,
    folded: Vec<Piece>,
}

/// Where a button stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seat {
    Row,
    /// Behind the `…` of the row.
    Overflow,
}

impl<'a> Builder<'a, '_> {
    pub(super) fn actions(&mut self, elements: &'a [Element]) {
        let mut row = Row::default();
        for element in elements {
            match element {
                Element::Button(button) => self.button(button, Seat::Row, &mut row),
                Element::Link { label, url } => self.link_button(label, url, &mut row),
                Element::Overflow(buttons) => {
                    for button in buttons {
                        self.button(button, Seat::Overflow, &mut row);
                    }
                }
                Element::Menu(menu) => {
                    self.end_row(&mut row);
                    self.menu(menu);
                }
                Element::Picker(picker) => {
                    self.end_row(&mut row);
                    self.picker(picker);
                }
                other => {
                    self.end_row(&mut row);
                    self.loss(LossKind::Unknown, "an unknown element is shown by its label");
                    self.as_text(&sanitise_line(other.label()), None);
                }
            }
        }
        self.end_row(&mut row);
        self.sheet.clear_border();
    }

    fn button(&mut self, button: &'a Button, seat: Seat, row: &mut Row) {
        let label = sanitise_line(&button.label);
        if !self.usable(&button.action) {
            self.end_row(row);
            return self.as_text(&label, None);
        }
        let title = self.title(&label);
        let style = style(button.style);
        let mode = if seat == Seat::Overflow { ",\"mode\":\"secondary\"" } else { "" };
        let mut folded = None;
        let json = if let Some(confirm) = &button.confirm {
            let id = quoted(&self.id());
            let yes = self.title(&sanitise_line(&confirm.yes));
            let no = self.title(&sanitise_line(&confirm.no));
            let execute = self.execute(&yes, style, &button.action, "none");
            let question = sanitise_line(&confirm.title);
            let text = sanitise(&confirm.text);
            let mut items = String::new();
            for (text, look) in [(question.as_ref(), Look::BOLD), (text.as_ref(), Look::default())]
            {
                for line in text.split('\n').filter(|line| !line.trim().is_empty()) {
                    items.push_str(&format!(
                        "{{\"type\":\"RichTextBlock\",\"inlines\":[{}]}},",
                        runs(line, look)
                    ));
                }
            }
            let shown = [&question, &text, &yes.into(), &no.clone().into()]
                .map(|text| text.chars().count())
                .iter()
                .sum();
            let json = format!(
                "{{\"type\":\"Container\",\"id\":{id},\"isVisible\":false,\"style\":\"emphasis\",\
                 \"items\":[{items}{{\"type\":\"ActionSet\",\"actions\":[{execute},\
                 {{\"type\":\"Action.ToggleVisibility\",\"title\":{},\"targetElements\":[{id}]}}]}}]}}",
                quoted(&no)
            );
            let shows = Size { blocks: 1, ..Size::default() }.with_chars(shown);
            folded = Some(Piece { json, shows, mentions: Vec::new() });
            format!(
                "{{\"type\":\"Action.ToggleVisibility\",\"title\":{}{style}{mode},\
                 \"targetElements\":[{id}]}}",
                quoted(&title)
            )
        } else {
            self.execute(&title, &format!("{style}{mode}"), &button.action, "none")
        };
        let mut piece = Piece::of(json, &title);
        piece.shows.actions = 1;
        self.add_button(piece, folded, &label, row);
    }

    fn link_button(&mut self, label: &'a str, url: &'a Url, row: &mut Row) {
        let label = sanitise_line(label);
        if !opens(url) || hides(&label, url) {
            self.end_row(row);
            self.loss(LossKind::Actions, "a link is shown as text");
            let mut spans = vec![Span::text("• ")];
            self.inlines.add_link(url, vec![Span::text(label)], Look::default(), &mut spans);
            return self.lines(spans, Tone::Usual);
        }
        let title = self.title(&label);
        let mut json =
            format!("{{\"type\":\"Action.OpenUrl\",\"title\":{},\"url\":", quoted(&title));
        quote(&address(url), &mut json);
        json.push('}');
        self.add_button(Piece::of(json, &title), None, &label, row);
    }

    /// Adds a button to the row; a row that is full is ended before.
    fn add_button(&mut self, button: Piece, folded: Option<Piece>, label: &str, row: &mut Row) {
        let alone = Row { buttons: vec![button], folded: folded.into_iter().collect() };
        if !self.sheet.takes(
            &alone.piece("{\"type\":\"ActionSet\",\"separator\":true,\"spacing\":\"Medium\""),
        ) {
            self.end_row(row);
            self.loss(LossKind::Actions, "too large for the place: shown as text");
            return self.as_text(label, None);
        }
        let is_full = row.buttons.len() >= ROW_ACTIONS || !self.takes_both(row, &alone);
        if is_full {
            self.end_row(row);
        }
        row.buttons.extend(alone.buttons);
        row.folded.extend(alone.folded);
    }

    fn takes_both(&self, row: &Row, more: &Row) -> bool {
        let size = |row: &Row| {
            let pieces = row.buttons.iter().chain(&row.folded);
            pieces.fold(Size::default(), |size, piece| size + Size::json(&piece.json) + piece.shows)
        };
        let around = Size { bytes: 100, units: 100, blocks: 1, ..Size::default() };
        (size(row) + size(more) + around).fits(self.sheet.left())
    }

    fn end_row(&mut self, row: &mut Row) {
        let row = std::mem::take(row);
        if !row.buttons.is_empty() {
            let tag = self.tag("ActionSet");
            self.sheet.push(row.piece(&tag));
            self.sheet.border(Border::Line);
        }
    }

    fn menu(&mut self, menu: &'a Menu) {
        let label = sanitise_line(&menu.label);
        let choices = match &menu.source {
            MenuSource::Choices(choices) => Some(choices.as_slice()),
            _ => None,
        };
        if choices.is_some_and(|choices| choices.is_empty() || choices.len() > CHOICES) {
            self.loss(
                LossKind::Actions,
                "a menu without choices, or with too many, is shown as text",
            );
            return self.as_text(&label, choices);
        }
        if !self.usable(&menu.action) {
            return self.as_text(&label, choices);
        }
        let many = if menu.pick == Pick::Many { ",\"isMultiSelect\":true" } else { "" };
        let mut shown = String::new();
        let (kind, choices_json) = match &menu.source {
            MenuSource::Choices(choices) => {
                let is_searched = choices.len() > SEARCHED && many.is_empty();
                let style = if is_searched { "filtered" } else { "compact" };
                let choices = self.choices(choices, &mut shown);
                (Input::Choices, format!("\"style\":\"{style}\"{many},\"choices\":[{choices}]"))
            }
            MenuSource::Users => (Input::Users, format!("{PEOPLE}{many}")),
            _ => {
                self.loss(LossKind::Actions, "Teams has no such menu: shown as text");
                return self.as_text(&label, None);
            }
        };
        let title = self.title(&label);
        let input = format!(
            "{{\"type\":\"Input.ChoiceSet\",\"id\":{},\"label\":{},{choices_json}}}",
            quoted(&input_id(self.elements + 1, kind)),
            quoted(&title)
        );
        if !self.inputs(&[input], &menu.action, &(shown + &title)) {
            self.as_text(&label, choices);
        }
    }

    fn choices(&mut self, choices: &'a [Choice], shown: &mut String) -> String {
        let mut out = String::new();
        for (index, choice) in choices.iter().enumerate() {
            let mut title = self.title(&sanitise_line(&choice.label));
            if let Some(hint) = choice.hint.as_deref().filter(|hint| !hint.trim().is_empty()) {
                title.push_str(" – ");
                title.push_str(&self.title(&sanitise_line(hint)));
            }
            out.push_str(if index > 0 { "," } else { "" });
            out.push_str(&format!("{{\"title\":{},\"value\":\"{index}\"}}", quoted(&title)));
            shown.push_str(&title);
        }
        out
    }

    fn picker(&mut self, picker: &'a Picker) {
        let label = sanitise_line(&picker.label);
        if !self.usable(&picker.action) {
            return self.as_text(&label, None);
        }
        let kinds: &[_] = match picker.kind {
            PickerKind::Date => &[("Input.Date", Input::Date)],
            PickerKind::Time => &[("Input.Time", Input::Time)],
            PickerKind::DateTime => &[("Input.Date", Input::Date), ("Input.Time", Input::Time)],
            _ => {
                self.loss(LossKind::Unknown, "an unknown picker is shown by its label");
                return self.as_text(&label, None);
            }
        };
        let title = self.title(&label);
        // The second stands beside the first, and screen readers need a label for it too.
        let labels = [title.as_str(), "\u{a0}"];
        let inputs: Vec<_> = kinds
            .iter()
            .zip(labels)
            .map(|((kind, input), label)| {
                let id = quoted(&input_id(self.elements + 1, *input));
                format!("{{\"type\":\"{kind}\",\"id\":{id},\"label\":{}}}", quoted(label))
            })
            .collect();
        let shown: String = labels.into_iter().take(kinds.len()).collect();
        if !self.inputs(&inputs, &picker.action, &shown) {
            self.as_text(&label, None);
        }
    }

    /// Adds inputs and the button that sends what they hold, if they fit.
    fn inputs(&mut self, inputs: &[String], action: &ActionValue, shown: &str) -> bool {
        let columns: Vec<_> = inputs
            .iter()
            .map(|input| {
                format!("{{\"type\":\"Column\",\"width\":\"stretch\",\"items\":[{input}]}}")
            })
            .collect();
        let execute = self.execute("OK", "", action, "auto");
        let gap = self.gap;
        let tag = self.tag("ColumnSet");
        let json = format!(
            "{tag},\"columns\":[{},{{\"type\":\"Column\",\"width\":\"auto\",\
             \"verticalContentAlignment\":\"Bottom\",\"items\":[\
             {{\"type\":\"ActionSet\",\"actions\":[{execute}]}}]}}]}}",
            columns.join(",")
        );
        let shows = Size { actions: 1, ..Size::default() };
        let fits = self.element(json, shows.with_chars(shown.chars().count() + 2));
        if fits {
            self.sheet.border(Border::Line);
        } else {
            self.gap = gap;
            self.loss(LossKind::Actions, "too large for the place: shown as text");
        }
        fits
    }

    /// A button that brings back its seal, and what the inputs hold where it takes them.
    fn execute(&mut self, title: &str, look: &str, action: &ActionValue, inputs: &str) -> String {
        self.elements += 1;
        format!(
            "{{\"type\":\"Action.Execute\",\"title\":{}{look},\"verb\":\"chatgate\",\
             \"associatedInputs\":\"{inputs}\",\"data\":{}}}",
            quoted(title),
            data(self.elements, action.seal.as_deref())
        )
    }

    fn usable(&mut self, action: &ActionValue) -> bool {
        let limits = &self.inlines.capabilities.limits;
        if !self.options.acts || limits.actions == Some(0) {
            self.loss(LossKind::Actions, "shown as text that cannot be used");
            return false;
        }
        let chars = action.seal.as_deref().map_or(0, |seal| seal.chars().count());
        if chars > limits.action_value_chars.unwrap_or(SEAL_CHARS).min(SEAL_CHARS) {
            self.loss(LossKind::Actions, "too large for the place: shown as text");
            return false;
        }
        true
    }

    /// An element that cannot be used.
    fn as_text(&mut self, label: &str, choices: Option<&[Choice]>) {
        let mut text = format!("• {label}");
        for (index, choice) in choices.unwrap_or_default().iter().enumerate() {
            text.push_str(if index == 0 { ": " } else { ", " });
            text.push_str(&sanitise_line(&choice.label));
        }
        self.lines(vec![Span::text(text)], Tone::Usual);
        self.gap_unless_line(Gap::None);
    }

    /// A label that is neither empty nor too long.
    pub(super) fn title(&mut self, text: &str) -> String {
        if text.trim().is_empty() {
            return NOTHING.to_owned();
        }
        if text.chars().count() <= LABEL_CHARS {
            return text.to_owned();
        }
        self.loss(LossKind::Cut, "a label too long for Teams is cut");
        let mut short = String::new();
        let mut chars = 1;
        for cluster in text.graphemes(true) {
            chars += cluster.chars().count();
            if chars > LABEL_CHARS {
                break;
            }
            short.push_str(cluster);
        }
        short + NOTHING
    }
}

/// A menu of the people of the organisation, searched by Teams itself.
pub(super) const PEOPLE: &str = "\"style\":\"filtered\",\"choices\":[],\"choices.data\":\
    {\"type\":\"Data.Query\",\"dataset\":\"graph.microsoft.com/users\"}";

impl Row {
    fn piece(&self, tag: &str) -> Piece {
        let mut piece = Piece { json: format!("{tag},\"actions\":["), ..Piece::default() };
        for (index, button) in self.buttons.iter().enumerate() {
            piece.json.push_str(if index > 0 { "," } else { "" });
            piece.json.push_str(&button.json);
            piece.shows += button.shows;
        }
        piece.json.push_str("]}");
        for folded in &self.folded {
            piece.json.push(',');
            piece.json.push_str(&folded.json);
            piece.shows += folded.shows;
        }
        piece
    }
}

fn style(style: Style) -> &'static str {
    match style {
        Style::Primary => ",\"style\":\"positive\"",
        Style::Danger => ",\"style\":\"destructive\"",
        _ => "",
    }
}
