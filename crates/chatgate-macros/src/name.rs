//! Names in kebab-case, and as labels.

use syn::Ident;

/// `EuWest2`, `eu_west2` and `r#type` as `eu-west2` and `type`.
pub(crate) fn kebab(ident: &Ident) -> String {
    let name = ident.to_string();
    let chars: Vec<char> = name.trim_start_matches("r#").trim_matches('_').chars().collect();
    let mut out = String::new();
    for (index, &c) in chars.iter().enumerate() {
        if c == '_' {
            out.push('-');
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| chars.get(before));
        let after = chars.get(index + 1);
        // A capital begins a word after a small letter, and before one: HTTPServer is http-server.
        let begins = c.is_uppercase()
            && before.is_some_and(|before| {
                (before.is_lowercase() || before.is_numeric())
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if begins {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// A name in kebab-case as a label: `wait-for` becomes `Wait for`.
pub(crate) fn label(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    #[test]
    fn words_are_parted_by_dashes() {
        for (name, expected) in [
            ("Deploy", "deploy"),
            ("EuWest2", "eu-west2"),
            ("HTTPServer", "http-server"),
            ("wait_for", "wait-for"),
            ("V2Api", "v2-api"),
            ("_dry", "dry"),
        ] {
            assert_eq!(kebab(&Ident::new(name, Span::call_site())), expected);
        }
        assert_eq!(kebab(&Ident::new_raw("type", Span::call_site())), "type");
    }
}
