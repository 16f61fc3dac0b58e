//! The page that shows it.

use std::fs;
use std::path::PathBuf;

use super::seen::Scene;

/// From here on the page is ours; what stands before is drawn by `./gallery`.
const MARK: &str = "<!-- The story: CHATGATE_UPDATE=1 cargo test -p opsbot --test story -->\n";

const INTRODUCTION: &str = "
## A whole story, side by side

[opsbot](../examples/opsbot) in Slack and in Mattermost: the same handlers, the same people, the same day. Each cell is what the
platform's server had at that moment, read back from it line by line; buttons stand in brackets. The words are the same on
both, and a test says so.
";

/// The page shows it, or is made to.
pub(crate) fn check(slack: &[Scene], mattermost: &[Scene]) {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/gallery.md"));
    let page = fs::read_to_string(&path).unwrap();
    let drawn = page.split_once(MARK).map_or(page.as_str(), |(drawn, _)| drawn);
    let due =
        format!("{}\n{MARK}{}", drawn.trim_end().to_owned() + "\n", section(slack, mattermost));
    if std::env::var_os("CHATGATE_UPDATE").is_some() {
        fs::write(&path, &due).unwrap();
    }
    let is_new = fs::read_to_string(&path).unwrap() == due;
    assert!(is_new, "docs/gallery.md is out of date: see its last section\n{due}");
}

fn section(slack: &[Scene], mattermost: &[Scene]) -> String {
    let scenes = slack.iter().zip(mattermost).map(|(slack, mattermost)| {
        let (left, right) = (cell(&slack.lines), cell(&mattermost.lines));
        format!(
            "\n### {}\n\n| Slack | Mattermost |\n|---|---|\n| {left} | {right} |\n",
            slack.title
        )
    });
    INTRODUCTION.to_owned() + &scenes.collect::<String>()
}

/// Lines in a cell, as they are: nothing of them is Markdown.
fn cell(lines: &[String]) -> String {
    let lines = lines.iter().map(|line| {
        let line = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let line = emoji(&line).replace('|', "&#124;");
        line.replace('*', "&#42;").replace('_', "&#95;").replace('[', "&#91;").replace(']', "&#93;")
    });
    lines.collect::<Vec<_>>().join("<br>")
}

/// The signs of a status as clients show them.
fn emoji(line: &str) -> String {
    line.replace(":white_check_mark:", "✅").replace(":x:", "❌").replace(":warning:", "⚠️")
}
