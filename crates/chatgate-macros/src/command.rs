//! `#[derive(Command)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Result};

use crate::emit;
use crate::tree::{self, Holds, Node, Tree, Twig};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let (node, effect, tree) = tree::read(input)?;
    let p = emit::private(node.keys.krate.as_ref());
    let ident = &input.ident;
    let (spec, read) = match &tree {
        Tree::Leaf(args) => {
            let fields = args.iter().map(|arg| arg.take(&p));
            let spec = emit::spec(&p, &node, &effect, args);
            (spec, from_args(&p, &quote!(::core::result::Result::Ok(Self { #(#fields),* }))))
        }
        Tree::Branch(twigs) => {
            let mut spec = emit::spec(&p, &node, &effect, &[]);
            for twig in twigs {
                spec = twig_spec(&p, &spec, twig);
            }
            (spec, from_args_at(&p, twigs))
        }
    };
    let sources = sources(&p, ident, &node, &tree);
    Ok(quote! {
        #[automatically_derived]
        impl #p::Command for #ident {
            fn spec() -> &'static #p::chatgate_core::CommandSpec {
                static SPEC: #p::OnceLock<#p::chatgate_core::CommandSpec> = #p::OnceLock::new();
                SPEC.get_or_init(|| #spec)
            }

            #read
        }

        #sources
    })
}

fn from_args(p: &TokenStream, body: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unused_variables)]
        fn from_args(args: &#p::Args) -> #p::chatgate_core::Result<Self> {
            #body
        }
    }
}

/// A parent's declaration with one more subcommand.
fn twig_spec(p: &TokenStream, parent: &TokenStream, twig: &Twig) -> TokenStream {
    let Twig { node, effect, holds, .. } = twig;
    match holds {
        Holds::Args { args, .. } => {
            let spec = emit::spec(p, node, effect, args);
            quote!(#parent.subcommand(#spec))
        }
        Holds::Command(ty) => {
            let (name, about) = (&node.name, &node.docs.about);
            let about = (!about.is_empty())
                .then(|| quote!(spec.about = ::std::string::String::from(#about);));
            let details = node.docs.details.as_ref().map(
                |details| quote!(spec.details = ::core::option::Option::Some(#details.into());),
            );
            let aliases = &node.keys.aliases;
            let hidden = node.keys.hidden.then(|| quote!(spec.hidden = true;));
            quote! {
                #p::below::<#ty>(#parent, #name, |spec| {
                    let _ = &spec;
                    #about
                    #details
                    #(spec.aliases.push(#aliases.into());)*
                    #hidden
                })
            }
        }
    }
}

fn from_args_at(p: &TokenStream, twigs: &[Twig]) -> TokenStream {
    let arms = twigs.iter().map(|twig| {
        let (ident, name) = (&twig.ident, &twig.node.name);
        match &twig.holds {
            Holds::Args { unit: true, .. } => {
                quote!((#name, "") => ::core::result::Result::Ok(Self::#ident))
            }
            Holds::Args { args, .. } => {
                let fields = args.iter().map(|arg| arg.take(p));
                quote!((#name, "") => ::core::result::Result::Ok(Self::#ident { #(#fields),* }))
            }
            Holds::Command(ty) => quote! {
                (#name, path) => <#ty as #p::Command>::from_args_at(path, args).map(Self::#ident)
            },
        }
    });
    let here = from_args(
        p,
        &quote! {
            let path = #p::path_below(<Self as #p::Command>::spec(), args)?;
            <Self as #p::Command>::from_args_at(path, args)
        },
    );
    quote! {
        #here

        fn from_args_at(path: &str, args: &#p::Args) -> #p::chatgate_core::Result<Self> {
            match path.split_once('.').unwrap_or((path, "")) {
                #(#arms,)*
                _ => ::core::result::Result::Err(#p::not_below(args)),
            }
        }
    }
}

/// The functions behind the arguments: over the state that is named, else over any that the commands
/// below take.
fn sources(p: &TokenStream, ident: &syn::Ident, node: &Node, tree: &Tree) -> TokenStream {
    let mut own = Vec::new();
    let mut below = Vec::new();
    match tree {
        Tree::Leaf(args) => own = emit::sources(p, &node.name, args),
        Tree::Branch(twigs) => {
            for twig in twigs {
                let route = format!("{}.{}", node.name, twig.node.name);
                match &twig.holds {
                    Holds::Args { args, .. } => own.extend(emit::sources(p, &route, args)),
                    Holds::Command(ty) => below.push((ty, route)),
                }
            }
        }
    }
    let (generics, state) = match &node.keys.state {
        Some(state) => (quote!(), quote!(#state)),
        None => (quote!(<S>), quote!(S)),
    };
    let bounds = below.iter().map(|(ty, _)| quote!(#ty: #p::Sources<#state>));
    let extend = below
        .iter()
        .map(|(ty, route)| quote!(all.extend(#p::sources_below::<#state, #ty>(#route));));
    let body = (!own.is_empty() || !below.is_empty()).then(|| {
        quote! {
            fn sources() -> ::std::vec::Vec<#p::Source<#state>> {
                #[allow(unused_mut)]
                let mut all = ::std::vec![#(#own),*];
                #(#extend)*
                all
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #generics #p::Sources<#state> for #ident where #(#bounds),* {
            #body
        }
    }
}
