//! `chatgate capabilities`.

use chatgate_core::{
    Capabilities, Content, Dialect, Feature, Limits, Support, Surface, Table, Target,
};
use chatgate_render::{PlainText, TerminalMessage};
use serde_json::{Map, Value, json};

use crate::arguments;
use crate::platform::{Way, ways};
use crate::problem::Problem;

pub(crate) fn said(ask: &arguments::Capabilities) -> Result<String, Problem> {
    if ask.json {
        let all: Vec<_> = ways().iter().map(as_json).collect();
        let json = serde_json::to_string_pretty(&all);
        return json.map(|json| json + "\n").map_err(|error| Problem::input(error.to_string()));
    }
    if ask.markdown {
        return Ok(page());
    }
    text()
}

/// A limit's name in JSON, its words, and how much it is.
fn limits(limits: &Limits) -> [(&'static str, &'static str, Option<u64>); 9] {
    let number = |limit: Option<usize>| limit.and_then(|limit| u64::try_from(limit).ok());
    [
        ("text_chars", "characters of text", number(limits.text_chars)),
        ("blocks", "blocks", number(limits.blocks)),
        ("payload_bytes", "bytes of a payload", number(limits.payload_bytes)),
        ("actions", "actions", number(limits.actions)),
        ("action_value_chars", "characters of a button's seal", number(limits.action_value_chars)),
        ("menu_value_chars", "characters of a menu's seal", number(limits.menu_value_chars)),
        ("file_bytes", "bytes of a file", limits.file_bytes),
        (
            "edit_window_secs",
            "seconds until it is too late to edit",
            limits.edit_window.map(|window| window.as_secs()),
        ),
        ("columns", "columns of a line", number(limits.columns)),
    ]
}

fn as_json(way: &Way) -> Value {
    let features: Map<String, Value> = Feature::ALL
        .iter()
        .map(|&feature| (feature.as_str().to_owned(), json!(way.capabilities.support(feature))))
        .collect();
    let limits: Map<String, Value> = limits(&way.capabilities.limits)
        .iter()
        .filter_map(|(name, _, most)| most.map(|most| ((*name).to_owned(), json!(most))))
        .collect();
    json!({"platform": way.platform, "way": way.name, "features": features, "limits": limits})
}

/// The ways to each platform.
fn platforms() -> Vec<Vec<Way>> {
    let mut platforms: Vec<Vec<Way>> = Vec::new();
    for way in ways() {
        match platforms.last_mut() {
            Some(last) if last.iter().all(|other| other.platform == way.platform) => last.push(way),
            _ => platforms.push(vec![way]),
        }
    }
    platforms
}

/// A row for each feature, and for each limit that one of the ways has.
fn rows(ways: &[Way]) -> Vec<Vec<String>> {
    let feature = |feature: Feature| {
        let cells = ways.iter().map(|way| support(&way.capabilities, feature).to_owned());
        [feature.as_str().replace('_', " ")].into_iter().chain(cells).collect()
    };
    let mut rows: Vec<Vec<String>> = Feature::ALL.into_iter().map(feature).collect();
    let all: Vec<_> = ways.iter().map(|way| limits(&way.capabilities.limits)).collect();
    for (index, (_, words, _)) in limits(&Limits::new()).iter().enumerate() {
        let most: Vec<_> =
            all.iter().map(|limits| limits.get(index).and_then(|(_, _, most)| *most)).collect();
        if most.iter().any(Option::is_some) {
            let cells = most.iter().map(|most| most.map_or("–".to_owned(), grouped));
            rows.push([format!("{words}, at most")].into_iter().chain(cells).collect());
        }
    }
    rows
}

fn support(capabilities: &Capabilities, feature: Feature) -> &'static str {
    match capabilities.support(feature) {
        Support::Yes => "yes",
        Support::No => "–",
        _ => "perhaps",
    }
}

/// `16383` as `16,383`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Tables for people.
fn text() -> Result<String, Problem> {
    let mut content = Content::new();
    for ways in platforms() {
        let heads = [""].into_iter().chain(ways.iter().map(|way| way.name));
        let table = rows(&ways).into_iter().fold(Table::new(heads), Table::row);
        let platform = ways.first().map_or("", |way| way.platform);
        content = content.heading(1, platform).table(table);
    }
    // Wide enough for every table: whoever asks can scroll.
    let wide = Capabilities::all().limits(Limits::new().columns(200));
    let fitted = PlainText::new().message(&content, &Target::new(Surface::Post, wide.into()));
    let parts =
        fitted.parts.iter().map(|part| part.read().map(|said: TerminalMessage| said.text + "\n"));
    parts.collect::<Result<_, _>>().map_err(|error| Problem::input(error.to_string()))
}

/// The page `docs/capabilities.md`.
fn page() -> String {
    let mut out = String::from(PAGE);
    for ways in platforms() {
        let platform = ways.first().map_or("", |way| way.platform);
        let names = ways.iter().map(|way| way.name).collect::<Vec<_>>().join(" | ");
        out += &format!("\n## {platform}\n\n| | {names} |\n|---|{}\n", "---|".repeat(ways.len()));
        for row in rows(&ways) {
            out += &format!("| {} |\n", row.join(" | "));
        }
    }
    out
}

const PAGE: &str = "\
# What each platform can do

By the way that leads there. What a place cannot do is done otherwise where that is possible, and reported as a loss;
where it is not, it is `Unsupported` before anything is sent. *Perhaps*: nobody knows until it is tried. Limits are those
that chatgate keeps to; a message that is longer is sent in several parts.

This page is what `chatgate capabilities --markdown` prints, and `chatgate capabilities --json` says the same for programs.
";
