//! Using a numbered action: what it asks before it runs.

use chatgate_core::{Chosen, Confirm, FieldKind, FormField, Pick};
use chatgate_render::{TerminalActionKind, sanitise_line};

use crate::board::Offered;
use crate::questions::{numbered, position};

/// An action that is being used.
#[derive(Clone, Debug)]
pub(crate) struct Click {
    pub(crate) offered: Offered,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// "Are you sure?"
    Confirm,
    /// "Which one?"
    Choose,
}

/// What comes next.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// It runs, with this.
    Run(Chosen),
    /// Something is asked.
    Ask(String),
    /// The same is asked again; this is wrong.
    Wrong(String),
    /// The person does not want it.
    Leave,
    /// It cannot be used here.
    Unknown,
}

impl Click {
    /// Begins to use an action.
    pub(crate) fn begin(offered: Offered) -> (Self, Next) {
        let mut click = Self { offered, stage: Stage::Confirm };
        let next = match &click.offered.action.confirm {
            Some(confirm) => Next::Ask(question(confirm)),
            None => click.choose(),
        };
        (click, next)
    }

    /// Takes a typed answer.
    pub(crate) fn answer(&mut self, line: &str) -> Next {
        let line = line.trim();
        match (self.stage, &self.offered.action.confirm) {
            (Stage::Confirm, Some(confirm)) => match decided(confirm, line) {
                Some(true) => self.choose(),
                Some(false) => Next::Leave,
                None => Next::Wrong(question(confirm)),
            },
            _ => self.chosen(line),
        }
    }

    fn choose(&mut self) -> Next {
        self.stage = Stage::Choose;
        let action = &self.offered.action;
        let what = match (action.kind, action.pick) {
            (TerminalActionKind::Button, _) => return Next::Run(Chosen::Nothing),
            (TerminalActionKind::Choices, Pick::Many) => "numbers, with commas between",
            (TerminalActionKind::Choices, _) => "a number",
            (TerminalActionKind::Users, Pick::Many) => "people, as @name, with commas between",
            (TerminalActionKind::Users, _) => "a person, as @name",
            (TerminalActionKind::Channels, Pick::Many) => "channels, as #name, with commas between",
            (TerminalActionKind::Channels, _) => "a channel, as #name",
            (TerminalActionKind::Date, _) => "a day, as 2026-11-24",
            (TerminalActionKind::Time, _) => "a time, as 14:30",
            (TerminalActionKind::DateTime, _) => "a time, as 2026-11-24T14:30Z",
            _ => return Next::Unknown,
        };
        Next::Ask(format!("{} ({what}){}", action.label, numbered(&action.choices)))
    }

    fn chosen(&self, line: &str) -> Next {
        let action = &self.offered.action;
        let parts: Vec<&str> = match action.pick {
            Pick::Many => line.split(',').map(str::trim).filter(|part| !part.is_empty()).collect(),
            _ => vec![line],
        };
        match action.kind {
            TerminalActionKind::Choices => {
                let found: Option<Vec<usize>> =
                    parts.iter().map(|part| position(&action.choices, part)).collect();
                match found {
                    Some(found) if !found.is_empty() => Next::Run(Chosen::Choices(found)),
                    _ => Next::Wrong(format!("Not one of the {}.", action.choices.len())),
                }
            }
            TerminalActionKind::Users => ids(&parts, '@'),
            TerminalActionKind::Channels => ids(&parts, '#'),
            TerminalActionKind::Date => picked(FieldKind::Date, line),
            TerminalActionKind::Time => picked(FieldKind::Time, line),
            TerminalActionKind::DateTime => picked(FieldKind::DateTime, line),
            _ => Next::Unknown,
        }
    }
}

fn question(confirm: &Confirm) -> String {
    format!("{}\n{}\n(yes: {} / no: {})", confirm.title, confirm.text, confirm.yes, confirm.no)
}

fn decided(confirm: &Confirm, line: &str) -> Option<bool> {
    let typed = line.to_lowercase();
    let is = |label: &str, words: [&str; 2]| {
        words.contains(&typed.as_str()) || typed == label.to_lowercase()
    };
    match (is(&confirm.yes, ["y", "yes"]), is(&confirm.no, ["n", "no"])) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

fn ids(parts: &[&str], sign: char) -> Next {
    let ids: Vec<String> = parts
        .iter()
        .map(|part| part.trim_start_matches(sign).to_owned())
        .filter(|id| !id.is_empty())
        .collect();
    if ids.is_empty() {
        Next::Wrong("Nobody was named.".into())
    } else {
        Next::Run(Chosen::Ids(ids))
    }
}

/// A day or time is what a form's field of that kind takes.
fn picked(kind: FieldKind, line: &str) -> Next {
    match FormField::new("", "", kind).required().read(line) {
        Ok(_) => Next::Run(Chosen::Picked(line.to_owned())),
        Err(why) => Next::Wrong(format!("That {}.", sanitise_line(&why))),
    }
}

#[cfg(test)]
mod tests {
    use chatgate_core::Choice;
    use chatgate_render::TerminalAction;

    use super::*;

    fn begin(action: TerminalAction) -> (Click, Next) {
        Click::begin(Offered { action, message: "m".into() })
    }

    fn menu(pick: Pick) -> TerminalAction {
        let mut action = TerminalAction::new("Env", TerminalActionKind::Choices);
        action.choices = vec![Choice::new("staging"), Choice::labelled("Production", "prod")];
        action.pick = pick;
        action
    }

    #[test]
    fn a_button_runs_at_once_unless_it_asks_first() {
        let mut button = TerminalAction::new("Ack", TerminalActionKind::Button);
        assert_eq!(begin(button.clone()).1, Next::Run(Chosen::Nothing));
        button.confirm = Some(Confirm::new("Sure?", "It pages."));
        let (mut click, next) = begin(button);
        assert_eq!(next, Next::Ask("Sure?\nIt pages.\n(yes: Yes / no: No)".into()));
        assert!(matches!(click.answer("maybe"), Next::Wrong(_)));
        assert_eq!(click.clone().answer("n"), Next::Leave);
        assert_eq!(click.answer("YES"), Next::Run(Chosen::Nothing));
    }

    #[test]
    fn a_menu_takes_numbers_values_and_labels() {
        let (mut click, next) = begin(menu(Pick::One));
        assert_eq!(next, Next::Ask("Env (a number)\n  1. staging\n  2. Production".into()));
        for typed in ["2", "prod", "production"] {
            assert_eq!(click.answer(typed), Next::Run(Chosen::Choices(vec![1])), "{typed}");
        }
        for typed in ["", "0", "3", "1,2"] {
            assert!(matches!(click.answer(typed), Next::Wrong(_)), "{typed:?}");
        }
    }

    #[test]
    fn a_menu_of_many_takes_several() {
        let (mut click, _) = begin(menu(Pick::Many));
        assert_eq!(click.answer("2, staging"), Next::Run(Chosen::Choices(vec![1, 0])));
        assert!(matches!(click.answer(" , "), Next::Wrong(_)));
    }

    #[test]
    fn people_and_days_are_typed() {
        let (mut click, _) = begin(TerminalAction::new("Who", TerminalActionKind::Users));
        assert_eq!(click.answer("@bob"), Next::Run(Chosen::Ids(vec!["bob".into()])));
        let (mut click, _) = begin(TerminalAction::new("When", TerminalActionKind::Date));
        assert!(matches!(click.answer("2026-02-30"), Next::Wrong(_)));
        assert_eq!(click.answer("2026-02-28"), Next::Run(Chosen::Picked("2026-02-28".into())));
    }

    #[test]
    fn what_a_newer_version_offers_cannot_be_used() {
        assert_eq!(begin(TerminalAction::new("?", TerminalActionKind::Other)).1, Next::Unknown);
    }
}
