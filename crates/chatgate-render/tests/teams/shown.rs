//! What a person sees of a message, by another's reader of Markdown and a small one of HTML.

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

/// What is seen of a message, in the order in which it stands there.
pub(crate) fn shown(message: &Value) -> String {
    let mut out = String::new();
    if let Some(text) = message.get("text").and_then(Value::as_str) {
        match message.get("textFormat") {
            Some(_) => out.push_str(&of_html(text)),
            None => out.push_str(text),
        }
    }
    see(&message["attachments"], &mut out);
    out
}

fn see(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| see(item, out)),
        Value::Object(object) => {
            let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
            let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
            match kind {
                "TextBlock" => out.push_str(&of_markdown(text("text"))),
                "TextRun" => out.push_str(text("text")),
                "RichTextBlock" => {
                    for run in object.get("inlines").and_then(Value::as_array).into_iter().flatten()
                    {
                        match run {
                            Value::String(text) => out.push_str(text),
                            run => see(run, out),
                        }
                    }
                }
                "Image" => out.push_str(text("altText")),
                kind if kind.starts_with("Action.") => out.push_str(text("title")),
                kind if kind.starts_with("Input.") => {
                    out.push_str(text("label"));
                    for choice in
                        object.get("choices").and_then(Value::as_array).into_iter().flatten()
                    {
                        out.push_str(choice["title"].as_str().unwrap_or_default());
                    }
                }
                "CodeBlock" => out.push_str(text("codeSnippet")),
                "FactSet" => {
                    for fact in object.get("facts").and_then(Value::as_array).into_iter().flatten()
                    {
                        for key in ["title", "value"] {
                            out.push_str(&of_markdown(fact[key].as_str().unwrap_or_default()));
                            out.push(' ');
                        }
                    }
                }
                _ => {}
            }
            for key in ["content", "body", "items", "columns", "rows", "cells", "actions"] {
                see(object.get(key).unwrap_or(&Value::Null), out);
            }
            out.push('\n');
        }
        _ => {}
    }
}

/// The words of Markdown; what is live in it stands in [`live`].
pub(crate) fn of_markdown(text: &str) -> String {
    let text = text.replace("<at>", "").replace("</at>", "");
    let mut out = String::new();
    for event in Parser::new(&text) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                out.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => out.push('\n'),
            _ => {}
        }
    }
    out
}

/// What of Markdown is more than text: its tags, and the addresses of its links.
pub(crate) fn live(text: &str) -> Vec<String> {
    let text = text.replace("<at>", "").replace("</at>", "");
    // No client of Teams is known to read `^`.
    let options = Options::all() - Options::ENABLE_SUPERSCRIPT;
    let parser = Parser::new_ext(&text, options);
    let tags = parser.filter_map(|event| match event {
        Event::Start(Tag::Paragraph) => None,
        Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.into_string()),
        Event::Start(tag) => Some(format!("{tag:?}")),
        Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => Some(text.into_string()),
        _ => None,
    });
    tags.collect()
}

/// The words of the HTML of text messages.
pub(crate) fn of_html(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        out.push_str(if rest[at..].starts_with("<at") || rest[at..].starts_with("</at") {
            ""
        } else {
            "\n"
        });
        rest = &rest[end..];
    }
    out.push_str(rest);
    let out = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    out.replace("&nbsp;", " ").replace("&amp;", "&")
}
