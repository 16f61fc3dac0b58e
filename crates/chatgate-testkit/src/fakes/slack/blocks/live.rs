//! Finds what is alive in blocks: mentions and links.

use serde_json::Value;

use crate::fakes::slack::mrkdwn::Live;

/// Adds what is alive in `blocks`.
pub(in crate::fakes::slack) fn alive(blocks: &[Value], live: &mut Live) {
    for block in blocks {
        walk(block, live);
    }
}

fn walk(value: &Value, live: &mut Live) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, live)),
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
            match text("type") {
                "plain_text" | "raw_text" | "text" => return,
                "mrkdwn" => {
                    let mut found = Live::default();
                    found.scan(text("text"));
                    if fields.get("verbatim") == Some(&Value::Bool(true)) {
                        // Nothing is linked that is not written as a link.
                        found.links.retain(|url| text("text").contains(&format!("<{url}")));
                    }
                    live.mentions.append(&mut found.mentions);
                    live.links.append(&mut found.links);
                    return;
                }
                "markdown" => return markdown(text("text"), live),
                "user" => live.mention(format!("<@{}>", text("user_id"))),
                "usergroup" => live.mention(format!("<!subteam^{}>", text("usergroup_id"))),
                "channel" => live.mention(format!("<#{}>", text("channel_id"))),
                "broadcast" => live.mention(format!("<!{}>", text("range"))),
                "link" | "button" | "url" | "date" if !text("url").is_empty() => {
                    live.links.push(text("url").to_owned());
                }
                _ => {}
            }
            fields.values().for_each(|inner| walk(inner, live));
        }
        _ => {}
    }
}

/// Markdown has entities too, and links of its own: `[label](url)`.
fn markdown(text: &str, live: &mut Live) {
    live.scan(text);
    for (at, _) in text.match_indices("](") {
        let rest = &text[at + 2..];
        let url = rest.split([')', ' ', '\n']).next().unwrap_or_default();
        if !url.starts_with("http") && url.contains(':') {
            live.links.push(url.to_owned());
        }
    }
}
