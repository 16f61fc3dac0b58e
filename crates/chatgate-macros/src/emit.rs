//! Pieces of generated code that several derives share.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Path;

use crate::arg::Arg;
use crate::tree::Node;

/// Where generated code finds everything: the `__private` module of chatgate.
pub(crate) fn private(krate: Option<&Path>) -> TokenStream {
    match krate {
        Some(krate) => quote!(#krate::__private),
        None => quote!(::chatgate::__private),
    }
}

/// The declaration of a command: its own words and its arguments.
pub(crate) fn spec(p: &TokenStream, node: &Node, effect: &Ident, args: &[Arg]) -> TokenStream {
    let (name, about) = (&node.name, &node.docs.about);
    let details = node.docs.details.as_ref().map(|details| quote!(.details(#details)));
    let (aliases, examples) = (&node.keys.aliases, &node.keys.examples);
    let hidden = node.keys.hidden.then(|| quote!(.hidden()));
    let serial = node.keys.serial.then(|| quote!(.serial()));
    let args = args.iter().map(|arg| arg.spec(p, arg.target && effect == "Write"));
    quote! {
        #p::chatgate_core::CommandSpec::new(#name, #about)
            #details
            #(.alias(#aliases))*
            .effect(#p::chatgate_core::Effect::#effect)
            #hidden
            #serial
            #(.example(#examples))*
            #(.arg(#args))*
    }
}

/// The functions behind arguments, as elements of a list.
pub(crate) fn sources(p: &TokenStream, route: &str, args: &[Arg]) -> Vec<TokenStream> {
    let of = |arg: &Arg| {
        let name = &arg.name;
        let choices = arg.choices.as_ref().map(|path| quote!(#p::SourceKind::choices(#path)));
        let resolve = arg.resolve.as_ref().map(|path| quote!(#p::SourceKind::resolve(#path)));
        let kinds = choices.into_iter().chain(resolve);
        kinds.map(|kind| quote!(#p::Source::new(#route, #name, #kind))).collect::<Vec<_>>()
    };
    args.iter().flat_map(of).collect()
}
