//! What a type declares: one command, or a command with subcommands.

use syn::{Data, DeriveInput, Error, Fields, Ident, Result, Type, Variant};

use crate::arg::Arg;
use crate::docs::Docs;
use crate::keys::{CommandKeys, On};
use crate::name::kebab;
use crate::rules;

/// One command's own words.
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) keys: CommandKeys,
    pub(crate) docs: Docs,
}

/// What a command consists of.
pub(crate) enum Tree {
    /// Its arguments.
    Leaf(Vec<Arg>),
    /// Its subcommands.
    Branch(Vec<Twig>),
}

/// One variant.
pub(crate) struct Twig {
    pub(crate) ident: Ident,
    pub(crate) node: Node,
    pub(crate) effect: Ident,
    pub(crate) holds: Holds,
}

/// What a variant holds.
pub(crate) enum Holds {
    /// Arguments of its own.
    Args { args: Vec<Arg>, unit: bool },
    /// Another command.
    Command(Box<Type>),
}

/// Reads a type.
pub(crate) fn read(input: &DeriveInput) -> Result<(Node, Ident, Tree)> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "a command has no generic parameters"));
    }
    let keys = CommandKeys::of(&input.attrs, On::Type)?;
    let node = Node::new(&input.ident, keys, Docs::of(&input.attrs));
    let effect = match &node.keys.effect {
        Some(effect) => effect.ident.clone(),
        None => Ident::new("Write", input.ident.span()),
    };
    let has_state = node.keys.state.is_some();
    let tree = match &input.data {
        Data::Struct(data) => Tree::Leaf(arguments(&data.fields, &effect, has_state)?),
        Data::Enum(data) if data.variants.is_empty() => {
            return Err(Error::new(input.ident.span(), "a command needs at least one variant"));
        }
        Data::Enum(data) => {
            let variants = data.variants.iter();
            let twigs = variants.map(|variant| Twig::of(variant, &effect, has_state));
            Tree::Branch(twigs.collect::<Result<_>>()?)
        }
        Data::Union(_) => {
            return Err(Error::new(input.ident.span(), "a command is a struct or an enum"));
        }
    };
    if let Tree::Branch(twigs) = &tree {
        if let Some(example) = node.keys.examples.first() {
            return Err(Error::new(example.span(), "examples stand on the variants, which run"));
        }
        let words: Vec<_> = twigs.iter().flat_map(Twig::words).collect();
        let words = words.iter().map(|(word, span)| (word.as_str(), *span));
        rules::check_distinct(words, "subcommands")?;
    }
    Ok((node, effect, tree))
}

impl Node {
    fn new(ident: &Ident, keys: CommandKeys, docs: Docs) -> Self {
        let name = keys.name.as_ref().map_or_else(|| kebab(ident), syn::LitStr::value);
        Self { name, keys, docs }
    }
}

impl Twig {
    fn of(variant: &Variant, effect: &Ident, has_state: bool) -> Result<Self> {
        let keys = CommandKeys::of(&variant.attrs, On::Variant)?;
        let effect = keys.effect.as_ref().map_or_else(|| effect.clone(), |it| it.ident.clone());
        let holds =
            match &variant.fields {
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    let own = "this command is declared on its own type: say it there";
                    if let Some(effect) = &keys.effect {
                        return Err(Error::new(effect.span, own));
                    }
                    if let Some(example) = keys.examples.first() {
                        return Err(Error::new(example.span(), own));
                    }
                    if keys.serial {
                        return Err(Error::new(variant.ident.span(), own));
                    }
                    let field = fields.unnamed.first().map(|field| field.ty.clone());
                    Holds::Command(Box::new(field.ok_or_else(|| {
                        Error::new_spanned(variant, "a variant holds one command")
                    })?))
                }
                fields => Holds::Args {
                    args: arguments(fields, &effect, has_state)?,
                    unit: matches!(fields, Fields::Unit),
                },
            };
        let node = Node::new(&variant.ident, keys, Docs::of(&variant.attrs));
        Ok(Self { ident: variant.ident.clone(), node, effect, holds })
    }

    fn words(&self) -> Vec<(String, proc_macro2::Span)> {
        let name = (self.node.name.clone(), self.ident.span());
        let aliases = self.node.keys.aliases.iter().map(|alias| (alias.value(), alias.span()));
        std::iter::once(name).chain(aliases).collect()
    }
}

fn arguments(fields: &Fields, effect: &Ident, has_state: bool) -> Result<Vec<Arg>> {
    if let Fields::Unnamed(fields) = fields {
        let text = "arguments need names: use named fields, or a variant that holds one command";
        return Err(Error::new_spanned(fields, text));
    }
    let args: Vec<_> = fields.iter().map(Arg::of).collect::<Result<_>>()?;
    rules::check(&args, effect, has_state)?;
    Ok(args)
}
