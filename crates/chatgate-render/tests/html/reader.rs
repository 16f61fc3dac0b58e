//! A reader of HTML that knows only what this dialect may write, and is stricter than any browser:
//! every tag closed where it was opened, every attribute one that was allowed, every entity known.

/// Elements and the attributes that each may have, with what may stand in them.
const ALLOWED: [(&str, &[&str]); 38] = [
    ("a", &["href", "rel"]),
    ("b", &[]),
    ("blockquote", &[]),
    ("body", &[]),
    ("br", &[]),
    ("code", &[]),
    ("details", &["class"]),
    ("div", &["class"]),
    ("figcaption", &[]),
    ("figure", &[]),
    ("h1", &["dir"]),
    ("h2", &["dir"]),
    ("h3", &["dir"]),
    ("h4", &["dir"]),
    ("h5", &["dir"]),
    ("h6", &["dir"]),
    ("head", &[]),
    ("hr", &[]),
    ("html", &[]),
    ("i", &[]),
    ("img", &["src", "alt"]),
    ("li", &["class", "dir"]),
    ("meta", &["charset", "name", "content", "http-equiv"]),
    ("ol", &["start"]),
    ("p", &["class", "dir"]),
    ("pre", &["dir"]),
    ("s", &[]),
    ("span", &["class"]),
    ("style", &[]),
    ("summary", &["dir"]),
    ("table", &["class"]),
    ("td", &["class", "dir"]),
    ("th", &["class", "dir"]),
    ("time", &["datetime"]),
    ("title", &[]),
    ("tr", &[]),
    ("ul", &[]),
    ("!DOCTYPE", &["html"]),
];

const VOID: [&str; 5] = ["br", "hr", "img", "meta", "!DOCTYPE"];

/// What a person sees, and the attributes of all elements in order.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// Line ends for `<br>` and after what stands on lines of its own.
    pub(crate) text: String,
    pub(crate) attributes: Vec<(String, String, String)>,
}

impl Read {
    pub(crate) fn values(&self, tag: &str, attribute: &str) -> Vec<&str> {
        let wanted = |(a, b, _): &&(String, String, String)| a == tag && b == attribute;
        self.attributes.iter().filter(wanted).map(|(_, _, value)| value.as_str()).collect()
    }
}

/// Reads a page; fails on all that this dialect does not write.
pub(crate) fn read(html: &str) -> Result<Read, String> {
    let mut read = Read::default();
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let Some(tag) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            let is_seen = !open.iter().any(|tag| tag == "head" || tag == "style");
            if is_seen {
                read.text += &entities(text)?;
            }
            rest = after;
            continue;
        };
        let end = tag.find('>').ok_or("a tag that does not end")?;
        let (inside, after) = (&tag[..end], &tag[end + 1..]);
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            let opened = open.pop().ok_or_else(|| format!("</{name}> closes nothing"))?;
            if opened != name {
                return Err(format!("</{name}> closes <{opened}>"));
            }
            if !matches!(name, "a" | "b" | "i" | "s" | "code" | "span" | "style" | "time") {
                read.text.push('\n');
            }
            continue;
        }
        let name = inside.split(' ').next().unwrap_or_default();
        let (_, allowed) = ALLOWED
            .iter()
            .find(|(tag, _)| *tag == name)
            .ok_or_else(|| format!("nobody may write <{name}>"))?;
        attributes(name, &inside[name.len()..], allowed, &mut read)?;
        if name == "br" {
            read.text.push('\n');
        }
        if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    if open.is_empty() { Ok(read) } else { Err(format!("never closed: {open:?}")) }
}

/// ` name="value"`, as often as there are such.
fn attributes(tag: &str, mut rest: &str, allowed: &[&str], read: &mut Read) -> Result<(), String> {
    if tag == "!DOCTYPE" {
        return if rest == " html" { Ok(()) } else { Err(format!("a doctype of {rest}")) };
    }
    while !rest.is_empty() {
        let (name, after) = rest
            .strip_prefix(' ')
            .and_then(|rest| rest.split_once("=\""))
            .ok_or_else(|| format!("<{tag}{rest}> has a malformed attribute"))?;
        let (value, after) = after.split_once('"').ok_or("an attribute that does not end")?;
        if !allowed.contains(&name) {
            return Err(format!("<{tag}> may not have {name}"));
        }
        if value.contains(['<', '>']) {
            return Err(format!("{name} of <{tag}> has a tag in it"));
        }
        // Only the dialect itself writes a policy, with quotes in it.
        let value = if tag == "meta" { value.to_owned() } else { entities(value)? };
        read.attributes.push((tag.to_owned(), name.to_owned(), value));
        rest = after;
    }
    Ok(())
}

fn entities(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out += &rest[..at];
        let (name, after) = rest[at + 1..].split_once(';').ok_or("an entity that does not end")?;
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            other => return Err(format!("nobody knows &{other};")),
        });
        rest = after;
    }
    if rest.contains(['>', '"', '\'']) {
        return Err(format!("not escaped: {rest:?}"));
    }
    Ok(out + rest)
}

#[test]
fn the_reader_refuses_what_is_no_html_of_ours() {
    for wrong in [
        "<script>x</script>",
        "<p onclick=\"x\">x</p>",
        "<p><b>x</p></b>",
        "<p>x",
        "x</p>",
        "<p>&nbsp;</p>",
        "<p class=x>x</p>",
        "<p>a > b</p>",
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    assert_eq!(
        read("<p dir=\"auto\">1 &lt; 2<br>3</p>").map(|read| read.text),
        Ok("1 < 2\n3\n".into())
    );
}
