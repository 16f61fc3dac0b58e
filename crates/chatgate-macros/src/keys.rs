//! The keys inside attributes: `#[command(…)]`, `#[choice(…)]`, `#[action(…)]`.

use proc_macro2::{Ident, Span};
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Expr, ExprArray, ExprLit, Lit, LitStr, Path, Result, Type};

/// What an attribute of a command says, on a type or a variant.
#[derive(Default)]
pub(crate) struct CommandKeys {
    pub(crate) name: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) effect: Option<Effect>,
    pub(crate) examples: Vec<LitStr>,
    pub(crate) hidden: bool,
    pub(crate) serial: bool,
    pub(crate) state: Option<Type>,
    pub(crate) krate: Option<Path>,
}

/// What running a route does to the world, as core names it.
#[derive(Clone)]
pub(crate) struct Effect {
    pub(crate) ident: Ident,
    pub(crate) span: Span,
}

/// Where an attribute stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Type,
    Variant,
}

impl CommandKeys {
    pub(crate) fn of(attrs: &[Attribute], on: On) -> Result<Self> {
        let mut keys = Self::default();
        each(attrs, "command", |meta| {
            match key(&meta).as_str() {
                "name" => keys.name = Some(word(&meta)?),
                "alias" => keys.aliases.push(word(&meta)?),
                "aliases" => keys.aliases.extend(texts(&meta)?),
                "effect" => keys.effect = Some(effect(&meta)?),
                "example" => keys.examples.push(text(&meta)?),
                "examples" => keys.examples.extend(texts(&meta)?),
                "hidden" => keys.hidden = true,
                "serial" => keys.serial = true,
                "state" if on == On::Type => keys.state = Some(meta.value()?.parse()?),
                "crate" if on == On::Type => keys.krate = Some(path(&meta)?),
                "state" | "crate" => {
                    return Err(meta.error("`state` and `crate` stand on the enum itself"));
                }
                _ => {
                    return Err(meta.error(
                        "unknown key: `#[command(…)]` takes name, alias, aliases, effect, \
                         example, examples, hidden, serial, state, crate",
                    ));
                }
            }
            Ok(())
        })?;
        Ok(keys)
    }
}

/// Calls `read` for each key of the attributes of a name.
pub(crate) fn each(
    attrs: &[Attribute],
    name: &str,
    mut read: impl FnMut(ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        attr.parse_nested_meta(&mut read)?;
    }
    Ok(())
}

/// The key's name; empty for a path of several words.
pub(crate) fn key(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map(ToString::to_string).unwrap_or_default()
}

pub(crate) fn text(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    meta.value()?.parse()
}

/// A text that is typed as one word.
pub(crate) fn word(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    let text = text(meta)?;
    check_word(&text)?;
    Ok(text)
}

fn check_word(text: &LitStr) -> Result<()> {
    let value = text.value();
    let stray = |c: char| c.is_whitespace() || matches!(c, '.' | '"' | '`' | '\\' | '=');
    if value.is_empty() || value.starts_with('-') || value.contains(stray) {
        return Err(Error::new(text.span(), "this cannot be typed as one word"));
    }
    Ok(())
}

/// Words in brackets: `["a", "b"]`.
pub(crate) fn texts(meta: &ParseNestedMeta<'_>) -> Result<Vec<LitStr>> {
    let array: ExprArray = meta.value()?.parse()?;
    let text = |element| match element {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text),
        other => Err(Error::new_spanned(other, "expected a string")),
    };
    array.elems.into_iter().map(text).collect()
}

/// A path, in quotes or not.
pub(crate) fn path(meta: &ParseNestedMeta<'_>) -> Result<Path> {
    let value = meta.value()?;
    if value.peek(LitStr) {
        return value.parse::<LitStr>()?.parse();
    }
    value.parse()
}

pub(crate) fn effect(meta: &ParseNestedMeta<'_>) -> Result<Effect> {
    let text = text(meta)?;
    let name = match text.value().as_str() {
        "read" => "Read",
        "idempotent" => "Idempotent",
        "write" => "Write",
        _ => {
            return Err(Error::new(
                text.span(),
                "an effect is \"read\", \"idempotent\" or \"write\"",
            ));
        }
    };
    Ok(Effect { ident: Ident::new(name, text.span()), span: text.span() })
}
