//! The real binary: what it prints, where, and how it ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should panic"
)]

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const CARD: &str = r#"{"blocks": [
  {"status": {"level": "success", "text": [{"text": "api is live"}]}},
  {"detail": {"summary": [{"text": "more"}], "blocks": [{"paragraph": [{"text": "words"}]}]}}
]}"#;

const FORM: &str = r#"{"route": "form:scale", "title": "Scale", "fields": [
  {"name": "to", "label": "To", "kind": {"number": {"min": 1.0}}, "required": true}
]}"#;

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatgate"));
    command.args(args).env_remove("NO_COLOR");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn chatgate(args: &[&str], input: &str) -> Output {
    let mut child = command(args).spawn().unwrap();
    // Whoever wants no input does not read it.
    let _not_read = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// What it prints where all goes well, and what it says besides.
fn printed(args: &[&str], input: &str) -> (String, String) {
    let output = chatgate(args, input);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    (String::from_utf8(output.stdout).unwrap(), said)
}

/// What it says where something is wrong with what it was given.
fn refused(args: &[&str], input: &str) -> String {
    let output = chatgate(args, input);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: ") && !said.contains('\x1b'), "{said:?}");
    said
}

/// A file of this name, good for one test.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("chatgate-cli");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_message_becomes_the_payload_of_each_platform() {
    let json = |to| {
        let (printed, _) = printed(&["render", "--to", to, "-"], "# Deploy\n\napi is **live**");
        serde_json::from_str::<Value>(&printed).unwrap()
    };
    assert_eq!(json("slack")["blocks"][0]["type"], "header");
    assert_eq!(json("teams")["attachments"][0]["content"]["type"], "AdaptiveCard");
    assert!(json("mattermost")["message"].as_str().unwrap().contains("api is **live**"));
}

#[test]
fn text_is_printed_as_it_is() {
    let text = |to| printed(&["render", "--to", to, "-"], "api is **live**").0;
    assert_eq!(text("text"), "api is live\n");
    assert_eq!(text("ansi"), "api is \x1b[1mlive\x1b[0m\n");
    let html = text("html");
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains("api is <b>live</b>"));
}

#[test]
fn what_is_lost_is_said_on_standard_error() {
    let (_, said) = printed(&["render", "--to", "slack", "-"], CARD);
    assert_eq!(said, "loss: detail: shown unfolded\n");
    let (_, said) = printed(&["render", "--to", "slack", "-"], "hello");
    assert_eq!(said, "");
}

#[test]
fn a_message_too_long_is_an_array() {
    let long = "All of this is one paragraph. ".repeat(2_000);
    let (printed, said) = printed(&["render", "--to", "slack", "-"], &long);
    assert!(serde_json::from_str::<Vec<Value>>(&printed).unwrap().len() > 2);
    assert!(said.contains("loss: length: sent in"), "{said}");
}

#[test]
fn a_webhook_has_an_envelope_of_its_own() {
    let args = ["render", "--to", "teams", "--as", "webhook", "-"];
    let payload: Value = serde_json::from_str(&printed(&args, "hello").0).unwrap();
    assert_eq!(payload["type"], "message");
    for to in ["ansi", "html", "text"] {
        let said = refused(&["render", "--to", to, "--as", "webhook", "-"], "hello");
        assert_eq!(said, format!("error: {to} has no webhooks\n"));
    }
}

#[test]
fn a_form_becomes_a_modal_unasked() {
    for args in
        [&["render", "--to", "slack", "-"][..], &["render", "--to", "slack", "--as", "modal", "-"]]
    {
        let view: Value = serde_json::from_str(&printed(args, FORM).0).unwrap();
        assert_eq!(view["type"], "modal");
    }
    let (html, said) = printed(&["render", "--to", "html", "-"], FORM);
    assert!(html.contains("<h2 dir=\"auto\">Scale</h2>"));
    assert_eq!(said, "loss: form: shown, and cannot be filled in\n");
}

#[test]
fn a_surface_that_does_not_fit_is_refused() {
    let said = refused(&["render", "--to", "slack", "--as", "message", "-"], FORM);
    assert_eq!(said, "error: -: this is a form; --as modal shows it\n");
    let said = refused(&["render", "--to", "slack", "--as", "modal", "-"], "hello");
    assert!(said.contains("--as message shows it"), "{said}");
    let said = refused(&["render", "--to", "text", "-"], FORM);
    assert!(said.contains("--to html draws it"), "{said}");
}

#[test]
fn the_extension_says_what_a_file_is() {
    let braces = file("braces.md", "{not JSON}");
    let (text, _) = printed(&["render", "--to", "text", braces.to_str().unwrap()], "");
    assert_eq!(text, "{not JSON}\n");
    let card = file("card.json", CARD);
    let (text, _) = printed(&["render", "--to", "text", card.to_str().unwrap()], "");
    assert!(text.starts_with("✔ api is live\n"), "{text}");
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let said = refused(&["render", "--to", "slack", "no-such-file.md"], "");
    assert!(said.starts_with("error: no-such-file.md: "), "{said}");
    let said =
        refused(&["render", "--to", "slack", "-"], "{\"blocks\": [\n  {\"paragraph\" []}\n]}");
    assert_eq!(said, "error: standard input:2:16: expected `:`\n");
    let wrong = file("wrong.json", "[1]");
    let said = refused(&["render", "--to", "slack", wrong.to_str().unwrap()], "");
    assert!(said.contains("neither a content"), "{said}");
    let said = refused(&["render", "--to", "slack", "-"], "{\"fields\": [], \"title\": \"x\"}");
    assert!(said.contains("missing field `route`"), "{said}");
    let deep = format!("{{\"blocks\": {}", "[".repeat(100_000));
    assert!(refused(&["render", "--to", "slack", "-"], &deep).contains("recursion limit"));
    let binary = file("binary.md", "");
    std::fs::write(&binary, b"ab\xff").unwrap();
    let said = refused(&["render", "--to", "slack", binary.to_str().unwrap()], "");
    assert!(said.contains("byte 2 is no UTF-8 text"), "{said}");
}

#[test]
fn a_name_in_an_error_steers_no_terminal() {
    let said = refused(&["render", "--to", "slack", "no\x1b[31mfile"], "");
    assert!(said.contains("no␛[31mfile"), "{said:?}");
}

#[test]
fn an_unknown_platform_is_refused_with_the_nearest() {
    let said = refused(&["render", "--to", "slak", "-"], "");
    assert!(said.contains("'slack'") && said.contains("similar"), "{said}");
    assert!(refused(&["render", "--to", "slack", "--as", "popup", "-"], "").contains("modal"));
    assert!(refused(&["rendr"], "").contains("'render'"));
}

#[test]
fn help_and_version_are_printed() {
    let (help, _) = printed(&["--help"], "");
    assert!(help.contains("render") && help.contains("capabilities"), "{help}");
    let (help, _) = printed(&["render", "--help"], "");
    for words in
        ["--to <PLATFORM>", "slack", "standard input", "Exit codes", "chatgate render --to"]
    {
        assert!(help.contains(words), "{words}: {help}");
    }
    assert_eq!(printed(&["--version"], "").0, format!("chatgate {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn who_stops_reading_hears_nothing() {
    let mut child = command(&["render", "--to", "html", "-"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    drop(child.stdout.take());
    stdin.write_all("long text ".repeat(100_000).as_bytes()).unwrap();
    drop(stdin);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

#[test]
fn abilities_are_printed_for_people_and_programs() {
    let (text, _) = printed(&["capabilities"], "");
    assert!(text.contains("# slack") && text.contains("incoming webhook"), "{text}");
    let (json, _) = printed(&["capabilities", "--json"], "");
    let all: Vec<Value> = serde_json::from_str(&json).unwrap();
    let bot = all.iter().find(|way| way["platform"] == "slack" && way["way"] == "bot").unwrap();
    assert_eq!(bot["features"]["edit"], "yes");
    assert_eq!(bot["limits"]["blocks"], 50);
}

#[test]
fn the_page_of_abilities_is_current() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/capabilities.md");
    let recorded = std::fs::read_to_string(page).unwrap_or_default();
    let (printed, _) = printed(&["capabilities", "--markdown"], "");
    let how = "cargo run -p chatgate-cli -- capabilities --markdown > docs/capabilities.md";
    assert!(recorded == printed, "docs/capabilities.md is out of date: {how}");
}
