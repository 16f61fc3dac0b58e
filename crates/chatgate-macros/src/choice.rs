//! `#[derive(Choice)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Path, Result, Variant};

use crate::docs::Docs;
use crate::name::kebab;
use crate::{emit, keys, rules};

/// One variant.
struct Variety {
    ident: Ident,
    value: String,
    label: Option<LitStr>,
    aliases: Vec<LitStr>,
    hint: Option<String>,
}

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new(input.ident.span(), "choices are an enum"));
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "choices have no generic parameters"));
    }
    if data.variants.is_empty() {
        return Err(Error::new(input.ident.span(), "there must be something to choose"));
    }
    let krate = on_enum(input)?;
    let options: Vec<_> = data.variants.iter().map(Variety::of).collect::<Result<_>>()?;
    let words: Vec<_> = options.iter().flat_map(Variety::words).collect();
    let words = words.iter().map(|(word, span)| (word.as_str(), *span));
    rules::check_distinct(words, "choices")?;

    let p = emit::private(krate.as_ref());
    let name = &input.ident;
    let choices: Vec<_> = options.iter().map(|option| option.choice(&p)).collect();
    let reads = options.iter().map(|Variety { ident, value, aliases, .. }| {
        quote!(::core::option::Option::Some(#value #(| #aliases)*) => {
            ::core::result::Result::Ok(Self::#ident)
        })
    });
    // What a form offers comes back as it was offered.
    let answers = options.iter().map(|Variety { ident, value, .. }| {
        quote!(::core::option::Option::Some(#value) => ::core::result::Result::Ok(Self::#ident),)
    });
    let writes = options.iter().map(|Variety { ident, value, .. }| quote!(Self::#ident => #value));
    Ok(quote! {
        #[automatically_derived]
        impl #name {
            /// The choice's value.
            #[must_use]
            pub const fn as_str(&self) -> &'static str {
                match self {
                    #(#writes,)*
                }
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        #[automatically_derived]
        impl #p::FromArg for #name {
            fn kind() -> #p::chatgate_core::ArgKind {
                #p::chatgate_core::ArgKind::Choice(::std::vec![#(#choices),*])
            }

            fn from_arg(
                value: ::core::option::Option<&#p::serde_json::Value>,
            ) -> #p::chatgate_core::Result<Self> {
                match value.and_then(#p::serde_json::Value::as_str) {
                    #(#reads)*
                    _ => ::core::result::Result::Err(
                        #p::chatgate_core::Error::malformed("is none of the choices"),
                    ),
                }
            }
        }

        #[automatically_derived]
        impl #p::FieldValue for #name {
            fn kind() -> #p::chatgate_core::FieldKind {
                #p::choice_kind(::std::vec![#(#choices),*])
            }

            fn from_answer(
                answer: ::core::option::Option<&#p::serde_json::Value>,
            ) -> ::core::result::Result<Self, ::std::string::String> {
                match answer.and_then(#p::serde_json::Value::as_str) {
                    #(#answers)*
                    _ => ::core::result::Result::Err(#p::no_choice(answer)),
                }
            }

            fn to_answer(&self) -> ::core::option::Option<#p::serde_json::Value> {
                ::core::option::Option::Some(self.as_str().into())
            }
        }

        #[automatically_derived]
        impl #p::FieldChoice for #name {}
    })
}

fn on_enum(input: &DeriveInput) -> Result<Option<Path>> {
    let mut krate = None;
    keys::each(&input.attrs, "choice", |meta| {
        match keys::key(&meta).as_str() {
            "crate" => krate = Some(keys::path(&meta)?),
            _ => return Err(meta.error("unknown key: on the enum `#[choice(…)]` takes crate")),
        }
        Ok(())
    })?;
    Ok(krate)
}

impl Variety {
    fn of(variant: &Variant) -> Result<Self> {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(&variant.fields, "a choice has no fields"));
        }
        let docs = Docs::of(&variant.attrs);
        let mut option = Self {
            ident: variant.ident.clone(),
            value: kebab(&variant.ident),
            label: None,
            aliases: Vec::new(),
            hint: (!docs.about.is_empty()).then_some(docs.about),
        };
        keys::each(&variant.attrs, "choice", |meta| {
            match keys::key(&meta).as_str() {
                "name" => option.value = keys::word(&meta)?.value(),
                "label" => option.label = Some(keys::text(&meta)?),
                "alias" => option.aliases.push(keys::word(&meta)?),
                "aliases" => option.aliases.extend(keys::texts(&meta)?),
                "hint" => option.hint = Some(keys::text(&meta)?.value()),
                _ => {
                    return Err(meta.error(
                        "unknown key: `#[choice(…)]` takes name, label, alias, aliases, hint",
                    ));
                }
            }
            Ok(())
        })?;
        Ok(option)
    }

    fn words(&self) -> Vec<(String, proc_macro2::Span)> {
        let value = (self.value.clone(), self.ident.span());
        let aliases = self.aliases.iter().map(|alias| (alias.value(), alias.span()));
        std::iter::once(value).chain(aliases).collect()
    }

    fn choice(&self, p: &TokenStream) -> TokenStream {
        let Self { value, label, aliases, hint, .. } = self;
        let choice = match label {
            Some(label) => quote!(#p::chatgate_core::Choice::labelled(#label, #value)),
            None => quote!(#p::chatgate_core::Choice::new(#value)),
        };
        let hint = hint.as_ref().map(|hint| quote!(.hint(#hint)));
        quote!(#choice #(.alias(#aliases))* #hint)
    }
}
