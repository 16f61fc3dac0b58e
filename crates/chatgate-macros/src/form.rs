//! `#[derive(Form)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Fields, Index, LitStr, Path, Result, Type};

use crate::docs::Docs;
use crate::field::{Asked, Field};
use crate::keys::{self, Effect};
use crate::name::{kebab, label};
use crate::{emit, rules};

#[derive(Default)]
struct Keys {
    name: Option<LitStr>,
    title: Option<LitStr>,
    intro: Option<LitStr>,
    submit: Option<LitStr>,
    cancel: Option<LitStr>,
    effect: Option<Effect>,
    of: Option<LitStr>,
    state: Option<Type>,
    krate: Option<Path>,
}

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let keys = Keys::of(input)?;
    let fields = fields(input)?;
    rules::check_form(&fields, keys.state.is_some(), input.ident.span())?;

    let p = emit::private(keys.krate.as_ref());
    let ident = &input.ident;
    let core = quote!(#p::chatgate_core);
    let name = keys.name.as_ref().map_or_else(|| kebab(ident), LitStr::value);
    let (spec, blank) = (keys.spec(&core, &name), keys.blank(&p, input, &name, &fields));
    let asked: Vec<_> = fields.iter().filter_map(Field::asked).collect();
    let checks = (0..asked.len()).map(|index| {
        let index = Index::from(index);
        quote!(ANSWERS.#index.check(&mut errors, values);)
    });
    let fills = asked.iter().enumerate().map(|(index, Asked { ident, .. })| {
        let index = Index::from(index);
        quote!(ANSWERS.#index.fill_in(&mut form, &self.#ident);)
    });
    let takes = takes(&p, &fields);
    let names = names(ident, &asked);
    let carried = fields.iter().find_map(Field::carried);
    let state = carried.map_or_else(|| quote!(()), |(_, ty)| quote_spanned!(ty.span()=> #ty));
    let opened = match carried {
        Some((field, _)) => quote!(<Self as #p::TypedForm>::with_state(&self.#field)),
        None => quote!(<Self as #p::TypedForm>::form()),
    };
    let listens = listens(&p, ident, &keys, &name, &asked);
    let types = asked.iter().map(|asked| &asked.ty);
    let answers = asked.iter().map(|asked| asked.answer(&p));
    Ok(quote! {
        const _: () = {
        const ANSWERS: (#(#p::Answer<#types>,)*) = (#(#answers,)*);

        #[automatically_derived]
        impl #p::TypedForm for #ident {
            type State = #state;

            fn spec() -> &'static #core::FormSpec {
                static SPEC: #p::OnceLock<#core::FormSpec> = #p::OnceLock::new();
                SPEC.get_or_init(|| #spec)
            }

            fn blank() -> &'static #core::Form {
                static FORM: #p::OnceLock<#core::Form> = #p::OnceLock::new();
                FORM.get_or_init(|| #blank)
            }

            fn check(
                values: &#p::serde_json::Map<::std::string::String, #p::serde_json::Value>,
            ) -> #core::FieldErrors {
                let mut errors = #core::FieldErrors::new();
                #(#checks)*
                errors
            }

            #[allow(unused_mut)]
            fn from_submission(mut submission: #core::Submission) -> #core::Result<Self> {
                ::core::result::Result::Ok(Self { #(#takes),* })
            }

            fn filled_in(&self) -> #core::Form {
                let mut form = #opened;
                #(#fills)*
                form
            }
        }

        #listens
        };

        #names
    })
}

/// The fields of the struct, made from a submission.
fn takes(p: &TokenStream, fields: &[Field]) -> Vec<TokenStream> {
    let mut answers = 0..;
    let take = |field: &Field| match field {
        Field::Asked(asked) => {
            let (ident, index) = (&asked.ident, answers.next().map(Index::from));
            quote!(#ident: ANSWERS.#index.take(&submission)?)
        }
        Field::Carried { ident, .. } => {
            quote!(#ident: #p::take_state::<Self>(&mut submission)?)
        }
    };
    fields.iter().map(take).collect()
}

/// A constant for the name of each field, so that a mistyped one does not compile.
fn names(ident: &syn::Ident, asked: &[&Asked]) -> TokenStream {
    let names = asked.iter().map(|Asked { ident, name, .. }| {
        let constant = ident.to_string().trim_start_matches("r#").to_uppercase();
        let constant = format_ident!("{constant}", span = ident.span());
        let docs = format!("The name of the field `{name}`.");
        quote!(#[doc = #docs] pub const #constant: &'static str = #name;)
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code, non_upper_case_globals)]
        impl #ident {
            #(#names)*
        }
    }
}

/// What `Router::on` needs: over the state that is named, else over any.
fn listens(
    p: &TokenStream,
    ident: &syn::Ident,
    keys: &Keys,
    name: &str,
    asked: &[&Asked],
) -> TokenStream {
    let (generics, state) = match &keys.state {
        Some(state) => (quote!(), quote!(#state)),
        None => (quote!(<S>), quote!(S)),
    };
    let route = format!("form:{name}");
    let sources: Vec<_> = asked.iter().filter_map(|asked| asked.source(p, &route)).collect();
    let sources = (!sources.is_empty()).then(|| {
        quote! {
            fn sources() -> ::std::vec::Vec<#p::Source<#state>> {
                ::std::vec![#(#sources),*]
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #generics #p::Listens<#state> for #ident {
            fn registration() -> #p::Registration {
                #p::registration::<Self>()
            }

            fn hear(
                prepared: &#p::Prepared,
                _: &#p::Context,
            ) -> #p::chatgate_core::Result<Self> {
                #p::hear(prepared)
            }

            #sources
        }
    }
}

fn fields(input: &DeriveInput) -> Result<Vec<Field>> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "a form has no generic parameters"));
    }
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.ident.span(), "a form is a struct with named fields"));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(Error::new(input.ident.span(), "a form is a struct with named fields"));
    };
    named.named.iter().map(Field::of).collect()
}

impl Keys {
    fn of(input: &DeriveInput) -> Result<Self> {
        let mut keys = Self::default();
        keys::each(&input.attrs, "form", |meta| {
            match keys::key(&meta).as_str() {
                "name" => keys.name = Some(keys::word(&meta)?),
                "title" => keys.title = Some(keys::text(&meta)?),
                "intro" => keys.intro = Some(keys::text(&meta)?),
                "submit" => keys.submit = Some(keys::text(&meta)?),
                "cancel" => keys.cancel = Some(keys::text(&meta)?),
                "effect" => keys.effect = Some(keys::effect(&meta)?),
                "of" => keys.of = Some(keys::text(&meta)?),
                "state" => keys.state = Some(meta.value()?.parse()?),
                "crate" => keys.krate = Some(keys::path(&meta)?),
                _ => {
                    return Err(meta.error(
                        "unknown key: `#[form(…)]` takes name, title, intro, submit, cancel, \
                         effect, of, state, crate",
                    ));
                }
            }
            Ok(())
        })?;
        Ok(keys)
    }

    fn spec(&self, core: &TokenStream, name: &str) -> TokenStream {
        let effect =
            self.effect.as_ref().map(|Effect { ident, .. }| quote!(.effect(#core::Effect::#ident)));
        let of = self.of.as_ref().map(|of| quote!(.of(#of)));
        quote!(#core::FormSpec::new(#name) #effect #of)
    }

    fn blank(
        &self,
        p: &TokenStream,
        input: &DeriveInput,
        name: &str,
        fields: &[Field],
    ) -> TokenStream {
        let docs = Docs::of(&input.attrs);
        let title = match (&self.title, docs.about) {
            (Some(title), _) => title.value(),
            (None, about) if about.is_empty() => label(&kebab(&input.ident)),
            (None, about) => about,
        };
        let intro = self.intro.as_ref().map(LitStr::value).or(docs.details);
        let intro = intro.map(|intro| quote!(.intro(#intro)));
        let submit = self.submit.as_ref().map(|label| quote!(.submit(#label)));
        let cancel = self.cancel.as_ref().map(|label| quote!(.cancel(#label)));
        let asked = fields.iter().filter_map(Field::asked).enumerate();
        let fields = asked.map(|(index, asked)| asked.declare(p, index));
        quote! {
            #p::chatgate_core::Form::new(#name, #title) #intro #submit #cancel #(.field(#fields))*
        }
    }
}
