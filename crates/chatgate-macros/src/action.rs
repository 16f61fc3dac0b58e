//! `#[derive(Action)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Ident, LitStr, Path, Result};

use crate::name::kebab;
use crate::{emit, keys};

#[derive(Default)]
struct Keys {
    name: Option<LitStr>,
    effect: Option<Ident>,
    uses: Option<Ident>,
    of: Option<LitStr>,
    krate: Option<Path>,
}

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "an action has no generic parameters"));
    }
    let keys = read(input)?;
    let p = emit::private(keys.krate.as_ref());
    let core = quote!(#p::chatgate_core);
    let ident = &input.ident;
    let name = keys.name.map_or_else(|| kebab(ident), |name| name.value());
    let effect = keys.effect.unwrap_or_else(|| Ident::new("Write", ident.span()));
    let uses = keys.uses.unwrap_or_else(|| {
        Ident::new(if effect == "Read" { "Repeat" } else { "Once" }, ident.span())
    });
    let of = keys.of.map(|of| quote!(.of(#of)));
    Ok(quote! {
        #[automatically_derived]
        impl #core::Action for #ident {
            fn spec() -> &'static #core::ActionSpec {
                static SPEC: #p::OnceLock<#core::ActionSpec> = #p::OnceLock::new();
                SPEC.get_or_init(|| {
                    #core::ActionSpec::new(#name)
                        .effect(#core::Effect::#effect)
                        .uses(#core::Uses::#uses)
                        #of
                })
            }

            fn to_value(&self) -> #p::serde_json::Value {
                #p::serde_json::to_value(self).unwrap_or_default()
            }

            fn from_value(value: #p::serde_json::Value) -> #core::Result<Self> {
                #p::serde_json::from_value(value).map_err(|error| {
                    #core::Error::malformed(::std::format!("action {}: {error}", #name))
                })
            }
        }
    })
}

fn read(input: &DeriveInput) -> Result<Keys> {
    let mut keys = Keys::default();
    keys::each(&input.attrs, "action", |meta| {
        let key = keys::key(&meta);
        match key.as_str() {
            "name" => keys.name = Some(keys::word(&meta)?),
            "effect" => keys.effect = Some(keys::effect(&meta)?.ident),
            "once" | "repeat" if keys.uses.is_some() => {
                return Err(meta.error("either `once` or `repeat`"));
            }
            "once" => keys.uses = Some(Ident::new("Once", input.ident.span())),
            "repeat" => keys.uses = Some(Ident::new("Repeat", input.ident.span())),
            "of" => keys.of = Some(keys::text(&meta)?),
            "crate" => keys.krate = Some(keys::path(&meta)?),
            _ => {
                return Err(meta.error(
                    "unknown key: `#[action(…)]` takes name, effect, once, repeat, of, crate",
                ));
            }
        }
        Ok(())
    })?;
    Ok(keys)
}
