//! Slack's text: which parts of it are alive, how it is kept, and how typed text becomes rich text.

use serde_json::{Value, json};

/// What one `<…>` is.
#[derive(Debug, PartialEq)]
pub(super) enum Entity<'a> {
    User(&'a str),
    Channel(&'a str),
    Group(&'a str),
    Broadcast(&'a str),
    Date,
    Link(&'a str, Option<&'a str>),
}

/// Reads what stands between `<` and `>`; `None` when it means nothing.
pub(super) fn entity(inner: &str) -> Option<Entity<'_>> {
    let (target, label) = match inner.split_once('|') {
        Some((target, label)) => (target, Some(label)),
        None => (inner, None),
    };
    let id = |id: &str, first: &str| id.starts_with(|c| first.contains(c)) && is_id(id);
    if let Some(user) = target.strip_prefix('@') {
        return id(user, "UW").then_some(Entity::User(user));
    }
    if let Some(channel) = target.strip_prefix('#') {
        return id(channel, "CGD").then_some(Entity::Channel(channel));
    }
    if let Some(special) = target.strip_prefix('!') {
        return match special {
            "here" | "channel" | "everyone" => Some(Entity::Broadcast(special)),
            _ if special.starts_with("date^") => Some(Entity::Date),
            _ => special.strip_prefix("subteam^").map(Entity::Group),
        };
    }
    let scheme = target.split_once(':')?.0;
    let known = matches!(scheme, "http" | "https" | "mailto" | "tel" | "slack" | "ftp");
    (known && !target.contains(char::is_whitespace)).then_some(Entity::Link(target, label))
}

fn is_id(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// What is alive in a payload.
#[derive(Debug, Default)]
pub(super) struct Live {
    pub(super) mentions: Vec<String>,
    pub(super) links: Vec<String>,
}

impl Live {
    pub(super) fn mention(&mut self, mention: String) {
        self.mentions.push(mention);
    }

    /// Finds what is alive in markup. Code spans count too: Slack resolves entities before them.
    pub(super) fn scan(&mut self, text: &str) {
        for piece in pieces(text) {
            match piece {
                Piece::Entity(_, Entity::Link(url, _)) => self.links.push(url.to_owned()),
                Piece::Entity(_, Entity::Date) => {}
                Piece::Entity(raw, _) => {
                    let named = raw.split('|').next().unwrap_or(raw).trim_end_matches('>');
                    self.mention(format!("{named}>"));
                }
                Piece::Plain(plain) => {
                    self.links.extend(bare_urls(plain).map(|(_, url)| url.to_owned()));
                }
            }
        }
    }

    /// Finds what `link_names` or `parse=full` bring to life.
    pub(super) fn scan_names(&mut self, text: &str, handles: &[String]) {
        for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '@' | '-' | '_'))) {
            let Some(name) = word.strip_prefix('@') else { continue };
            match name {
                "here" | "channel" | "everyone" => self.mention(format!("<!{name}>")),
                _ if handles.iter().any(|handle| handle == name) => self.mention(word.to_owned()),
                _ => {}
            }
        }
    }
}

/// A part of a text.
enum Piece<'a> {
    Plain(&'a str),
    Entity(&'a str, Entity<'a>),
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(open) = rest[from..].find('<').map(|at| at + from) {
            let Some(close) = rest[open..].find('>').map(|at| at + open) else { break };
            let Some(found) = entity(&rest[open + 1..close]) else {
                from = open + 1;
                continue;
            };
            if open > 0 {
                let plain = &rest[..open];
                rest = &rest[open..];
                return Some(Piece::Plain(plain));
            }
            let raw = &rest[..=close];
            rest = &rest[close + 1..];
            return Some(Piece::Entity(raw, found));
        }
        Some(Piece::Plain(std::mem::take(&mut rest)))
    })
}

/// The bare URLs of a text that has no entities, with where they begin.
fn bare_urls(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &text[from..];
            let start =
                [rest.find("http://"), rest.find("https://")].into_iter().flatten().min()?;
            let url = &rest[start..];
            let end = url.find(|c: char| c.is_whitespace() || "<>|\"`".contains(c));
            let url =
                url[..end.unwrap_or(url.len())].trim_end_matches(['.', ',', ')', ']', '*', '_']);
            let at = from + start;
            from = at + url.len().max(1);
            if url.len() > "https://".len() {
                return Some((at, url));
            }
        }
    })
}

/// The text as Slack keeps it: what means nothing is escaped, bare URLs become links.
pub(super) fn kept(text: &str, link_urls: bool) -> String {
    let plain_is_kept = !text.contains(['<', '>', '&']);
    if plain_is_kept && !(link_urls && text.contains("http")) {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut code = false;
    for piece in pieces(text) {
        match piece {
            Piece::Entity(raw, _) => kept.push_str(raw),
            Piece::Plain(plain) => {
                for (at, part) in plain.split('`').enumerate() {
                    if at > 0 {
                        kept.push('`');
                        code = !code;
                    }
                    keep_plain(&mut kept, part, link_urls && !code);
                }
            }
        }
    }
    kept
}

fn keep_plain(kept: &mut String, plain: &str, link_urls: bool) {
    let mut done = 0;
    if link_urls {
        for (at, url) in bare_urls(plain) {
            escape(kept, &plain[done..at]);
            kept.push('<');
            kept.push_str(url);
            kept.push('>');
            done = at + url.len();
        }
    }
    escape(kept, &plain[done..]);
}

/// Escapes what is not escaped yet.
fn escape(kept: &mut String, plain: &str) {
    let mut rest = plain;
    while let Some(at) = rest.find(['<', '>', '&']) {
        kept.push_str(&rest[..at]);
        let tail = &rest[at..];
        let known = ["&amp;", "&lt;", "&gt;"].into_iter().find(|known| tail.starts_with(known));
        let (escaped, length) = match (known, tail.as_bytes()[0]) {
            (Some(known), _) => (known, known.len()),
            (None, b'<') => ("&lt;", 1),
            (None, b'>') => ("&gt;", 1),
            (None, _) => ("&amp;", 1),
        };
        kept.push_str(escaped);
        rest = &tail[length..];
    }
    kept.push_str(rest);
}

/// Decodes the three entities.
pub(super) fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The `rich_text` block that a person's text has beside it.
pub(super) fn rich_text(text: &str) -> Value {
    let mut elements = Vec::new();
    for (at, part) in text.split("```").enumerate() {
        if at % 2 == 1 {
            let code = unescape(part.trim_matches('\n'));
            let inner = json!([{"type": "text", "text": code}]);
            elements
                .push(json!({"type": "rich_text_preformatted", "elements": inner, "border": 0}));
            continue;
        }
        let mut lines = part.trim_matches('\n').split('\n').peekable();
        while let Some(first) = lines.next() {
            let quote = quoted(first);
            let mut said = quote.unwrap_or(first).to_owned();
            while let Some(next) = lines.next_if(|next| quoted(next).is_some() == quote.is_some()) {
                said.push('\n');
                said.push_str(quoted(next).unwrap_or(next));
            }
            let kind = if quote.is_some() { "rich_text_quote" } else { "rich_text_section" };
            let inner = inline(&said);
            if !inner.is_empty() {
                elements.push(json!({"type": kind, "elements": inner}));
            }
        }
    }
    json!({"type": "rich_text", "block_id": "said1", "elements": elements})
}

fn quoted(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("&gt;")?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

fn inline(text: &str) -> Vec<Value> {
    let mut elements = Vec::new();
    for piece in pieces(text) {
        elements.push(match piece {
            Piece::Plain(plain) => {
                for (at, part) in plain.split('`').enumerate() {
                    if part.is_empty() {
                        continue;
                    }
                    let mut run = json!({"type": "text", "text": unescape(part)});
                    if at % 2 == 1 {
                        run["style"] = json!({"code": true});
                    }
                    elements.push(run);
                }
                continue;
            }
            Piece::Entity(_, Entity::User(id)) => json!({"type": "user", "user_id": id}),
            Piece::Entity(_, Entity::Channel(id)) => json!({"type": "channel", "channel_id": id}),
            Piece::Entity(_, Entity::Broadcast(range)) => {
                json!({"type": "broadcast", "range": range})
            }
            Piece::Entity(_, Entity::Group(id)) => json!({"type": "usergroup", "usergroup_id": id}),
            Piece::Entity(raw, Entity::Date) => json!({"type": "text", "text": raw}),
            Piece::Entity(_, Entity::Link(url, label)) => {
                let mut link = json!({"type": "link", "url": unescape(url)});
                if let Some(label) = label {
                    link["text"] = json!(unescape(label));
                }
                link
            }
        });
    }
    elements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_means_something_is_alive() {
        let mut live = Live::default();
        live.scan("<@U1> <!channel> <#C1|ops> <https://a.b|x> &lt;!here&gt; <nothing> a < b > http://c.d.");
        assert_eq!(live.mentions, ["<@U1>", "<!channel>", "<#C1>"]);
        assert_eq!(live.links, ["https://a.b", "http://c.d"]);
    }

    #[test]
    fn text_is_kept_escaped() {
        assert_eq!(kept("a < b && c", true), "a &lt; b &amp;&amp; c");
        assert_eq!(kept("&lt;!channel&gt;", true), "&lt;!channel&gt;");
        assert_eq!(kept("see http://a.b/c?d=1&e=2.", true), "see <http://a.b/c?d=1&e=2>.");
        assert_eq!(kept("`http://a.b` <@U1>", true), "`http://a.b` <@U1>");
        assert_eq!(kept("see http://a.b", false), "see http://a.b");
    }

    #[test]
    fn names_come_alive_when_asked() {
        let mut live = Live::default();
        live.scan_names("hi @channel and @sre, not @bob", &["sre".to_owned()]);
        assert_eq!(live.mentions, ["<!channel>", "@sre"]);
    }

    #[test]
    fn typed_text_becomes_rich_text() {
        let block = rich_text("<@U0BOT> run `a &amp; b`\n&gt; quoted\n```\ncode\n```");
        assert_eq!(
            block["elements"],
            json!([
                {"type": "rich_text_section", "elements": [
                    {"type": "user", "user_id": "U0BOT"},
                    {"type": "text", "text": " run "},
                    {"type": "text", "text": "a & b", "style": {"code": true}},
                ]},
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
                {"type": "rich_text_preformatted", "border": 0,
                 "elements": [{"type": "text", "text": "code"}]},
            ])
        );
    }
}
