//! Text of others, said on every platform: it is seen, it does nothing, and it does not look like the
//! program's own words.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "only some of it is needed here")]
#[path = "mattermost/reader.rs"]
mod reader;
#[allow(dead_code, reason = "only some of it is needed here")]
#[path = "teams/shown.rs"]
mod shown;

use std::sync::Arc;

use chatgate_core::{
    Capabilities, Content, Dialect, Limits, LinkHosts, Surface, Target, Untrusted,
};
use chatgate_render::{
    AdaptiveCards, AnsiTerminal, BlockKit, Html, MattermostPosts, PlainText, html, mattermost,
    slack, teams,
};
use serde_json::Value;

/// What would be a mention, a link, a picture, a button or the end of its block, somewhere.
const HOSTILE: [&str; 14] = [
    "<!channel> <!here|here> <!everyone>",
    "@all @channel @here @everyone",
    "<@U0ALICE> <#C0OPS|ops> <!subteam^S0SRE>",
    "<at>Dana Ops</at> <at id=\"0\">all</at>",
    "<https://evil.test|Approve>",
    "[Approve](https://evil.test)",
    "![logo](https://evil.test/pixel.png?data=1)",
    "a `code` ``` b\n```\nout of the fence",
    "\n# Approved by Bob\n> quoted\n- item",
    "| a | b |\n|---|---|\n| c | d |",
    "</p></blockquote><script>alert(1)</script>",
    "{{DATE(2026-11-24T00:00:00Z)}} ${expression}",
    "\u{1b}]8;;https://evil.test\u{7}Approve\u{1b}]8;;\u{7}\u{1b}[2J",
    "\u{202e}drawkcab",
];

fn dialects() -> Vec<(&'static str, Box<dyn Dialect>, Capabilities)> {
    let terminal = || Capabilities::all().limits(Limits::new().columns(80));
    vec![
        ("slack", Box::new(BlockKit::new()), slack::capabilities()),
        ("teams", Box::new(AdaptiveCards::new()), teams::capabilities()),
        ("mattermost", Box::new(MattermostPosts::new()), mattermost::capabilities()),
        ("html", Box::new(Html::fragment()), html::capabilities()),
        ("ansi", Box::new(AnsiTerminal::new()), terminal()),
        ("text", Box::new(PlainText::new()), terminal()),
    ]
}

/// What each platform is sent for a content, part by part.
fn said(content: &Content) -> Vec<(&'static str, Vec<Value>)> {
    let said = |(name, dialect, can): (&'static str, Box<dyn Dialect>, Capabilities)| {
        let fitted = dialect.message(content, &Target::new(Surface::Post, Arc::new(can)));
        (name, fitted.parts.iter().map(|part| part.read().unwrap()).collect())
    };
    dialects().into_iter().map(said).collect()
}

/// Everything in a payload that has one of these types.
fn typed<'a>(payload: &'a Value, wanted: &[&str], found: &mut Vec<&'a Value>) {
    match payload {
        Value::Array(items) => items.iter().for_each(|item| typed(item, wanted, found)),
        Value::Object(fields) => {
            if wanted.iter().any(|wanted| payload["type"] == **wanted) {
                found.push(payload);
            }
            fields.values().for_each(|inner| typed(inner, wanted, found));
        }
        _ => {}
    }
}

/// Whatever in a payload notifies, leads somewhere, is fetched or can be used.
fn live(platform: &str, payload: &Value) -> Vec<String> {
    let text = payload.to_string();
    let has = |signs: &[&str]| {
        let found = signs.iter().filter(|sign| text.contains(**sign));
        found.map(|sign| (*sign).to_owned()).collect::<Vec<_>>()
    };
    let of_types = |types: &[&str]| {
        let mut found = Vec::new();
        typed(payload, types, &mut found);
        found.into_iter().map(Value::to_string).collect::<Vec<_>>()
    };
    match platform {
        "slack" => {
            let people = ["user", "usergroup", "channel", "broadcast"];
            let mut live = of_types(&people);
            live.extend(of_types(&["link", "image", "button"]));
            live.extend(has(&["\"unfurl_links\":true", "\"unfurl_media\":true"]));
            // What is read as markup is escaped.
            let markup = payload["text"].as_str().unwrap_or_default();
            live.extend(markup.contains(['<', '>']).then(|| markup.to_owned()));
            live
        }
        "teams" => {
            let mut live = has(&["selectAction", "\"entities\"", "<a ", "<img", "<at"]);
            live.extend(of_types(&["Image", "Action.OpenUrl", "Action.Submit", "Action.Execute"]));
            let mut blocks = Vec::new();
            typed(payload, &["TextBlock"], &mut blocks);
            let texts = blocks.into_iter().filter_map(|block| block["text"].as_str());
            live.extend(texts.flat_map(shown::live).filter(|live| live != "Strong"));
            live
        }
        "mattermost" => {
            let read = reader::read(payload["message"].as_str().unwrap_or_default());
            let mut live = has(&["\"integration\"", "image_url", "thumb_url"]);
            live.extend(read.runs.iter().filter_map(|run| run.link.clone()));
            let text = read.runs.iter().filter(|run| !run.code);
            live.extend(text.flat_map(|run| reader::live(&run.text)));
            let acts = |tag: &String| tag.starts_with("Image") || tag.starts_with("Html");
            live.extend(read.markup.into_iter().filter(acts));
            live
        }
        "html" => has(&["<a", "<img", "<script>", "<form", "<button"]),
        // The only escape codes are the dialect's own colours.
        "ansi" => has(&["\\u001b]", "\\u001b[2J", "\u{202e}"]),
        _ => has(&["\\u001b", "\u{202e}"]),
    }
}

/// What is wrong with a content of others on any platform.
fn faults(content: &Content) -> Vec<String> {
    let fault = |(platform, parts): (&str, Vec<Value>)| {
        let live: Vec<_> = parts.iter().flat_map(|part| live(platform, part)).collect();
        (!live.is_empty()).then(|| format!("{platform}: {live:?}"))
    };
    said(content).into_iter().filter_map(fault).collect()
}

#[test]
fn nothing_of_others_notifies_leads_anywhere_or_is_fetched() {
    for text in HOSTILE {
        let none = LinkHosts::default();
        for content in [
            Content::untrusted("CI", text),
            Content::untrusted_markdown("CI", text, &none),
            Untrusted::new("CI").fields([(text, text)]),
            Untrusted::new("CI").content(&Content::typed(text)),
        ] {
            assert_eq!(faults(&content), Vec::<String>::new(), "{text:?}");
        }
    }
}

#[test]
fn what_is_live_is_noticed() {
    let url = "https://ci.test/1".parse().unwrap();
    let content = Content::new().link("run", url);
    let platforms: Vec<_> = said(&content)
        .iter()
        .filter(|(platform, parts)| !live(platform, &parts[0]).is_empty())
        .map(|(platform, _)| *platform)
        .collect();
    assert_eq!(platforms, ["slack", "teams", "mattermost", "html"]);
}

#[test]
fn what_looks_like_an_approval_stands_below_the_name_of_who_says_it() {
    for (platform, parts) in said(&Content::untrusted("Alertmanager", "✅ Approved by Bob")) {
        let text = parts[0].to_string();
        let (label, words) = (text.find("Alertmanager"), text.find("Approved by Bob"));
        assert!(label.is_some() && label < words, "{platform}: {text}");
    }
}

#[test]
fn a_megabyte_and_ten_thousand_fields_are_short() {
    let alert = "disk is full ".repeat(80_000);
    let fields = (0..10_000).map(|number| (format!("key-{number}"), "value".to_owned()));
    for content in [
        Content::untrusted("CI", &alert),
        Content::untrusted_markdown("CI", &alert, &LinkHosts::default()),
        Untrusted::new("CI").fields(fields),
    ] {
        for (platform, parts) in said(&content) {
            assert!(parts.len() <= 4, "{platform}: {}", parts.len());
            let marker = "more characters are not shown";
            assert!(parts.iter().any(|part| part.to_string().contains(marker)), "{platform}");
        }
    }
}

#[test]
fn a_megabyte_of_the_programs_own_is_parted_and_nothing_of_it_is_lost() {
    let words = "disk is full ";
    let report = Content::from(words.repeat(80_000));
    for (platform, parts) in said(&report) {
        let seen: usize = parts.iter().map(|part| part.to_string().matches("disk").count()).sum();
        // The text beside blocks says the beginning again.
        assert!(seen >= 80_000, "{platform}: {seen} in {} parts", parts.len());
    }
}
