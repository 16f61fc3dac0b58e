//! Links that say where they lead.

use std::borrow::Cow;

use url::{Host, Url};

/// An address that no markup can end.
pub(crate) fn address(url: &Url) -> Cow<'_, str> {
    let text = url.as_str();
    if text.contains(['<', '>', '|']) {
        text.replace('<', "%3C").replace('>', "%3E").replace('|', "%7C").into()
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a label looks like an address of another host than the link leads to.
pub(crate) fn hides(label: &str, url: &Url) -> bool {
    label.split(|c: char| c.is_whitespace() || "()[]<>{}|\"".contains(c)).any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && !"/:".contains(c));
        let claimed = if word.contains("://") {
            Url::parse(word).ok().and_then(|claimed| claimed.host_str().map(str::to_owned))
        } else {
            bare_host(word)
        };
        claimed.is_some_and(|host| !is_same(&host, url))
    })
}

/// The host of a word like `www.bank.test` or `bank.test/login`.
fn bare_host(word: &str) -> Option<String> {
    if !word.contains(['.', '。', '．', '｡']) {
        return None;
    }
    let url = Url::parse(&format!("http://{word}")).ok()?;
    match url.host()? {
        // No top-level domain has one letter, but `e.g.` ends so.
        Host::Domain(domain) if domain.rsplit_once('.').is_some_and(|(_, top)| top.len() > 1) => {
            Some(domain.to_owned())
        }
        _ => None,
    }
}

fn is_same(host: &str, url: &Url) -> bool {
    fn bare(host: &str) -> &str {
        host.strip_prefix("www.").unwrap_or(host)
    }
    let leads_to = match url.scheme() {
        "mailto" => url.path().rsplit('@').next(),
        _ => url.host_str(),
    };
    leads_to.is_some_and(|leads_to| bare(leads_to) == bare(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_names_another_host_is_noticed() {
        let url: Url = "https://ci.test/runs/42".parse().expect("an address");
        for label in
            ["Run 42", "ci.test", "https://ci.test/x", "www.ci.test", "v1.4.2", "e.g.", "…"]
        {
            assert!(!hides(label, &url), "{label}");
        }
        for label in [
            "bank.test",
            "see https://bank.test/a",
            "(www.bank.test)",
            "a[b](https://bank.test)",
            "bank。test/ci.test",
        ] {
            assert!(hides(label, &url), "{label}");
        }
        let mail: Url = "mailto:bob@corp.test".parse().expect("an address");
        assert!(!hides("bob@corp.test", &mail));
        assert!(hides("bob@bank.test", &mail));
    }
}
