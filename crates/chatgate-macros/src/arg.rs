//! One field of a command: its `#[arg(…)]` and what it is emitted as.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Error, Field, Ident, LitChar, LitInt, LitStr, Path, Result, Token, Type};

use crate::docs::Docs;
use crate::keys;
use crate::name::kebab;

/// One argument.
pub(crate) struct Arg {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) name: String,
    pub(crate) long: Option<String>,
    pub(crate) short: Option<char>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) default: Option<LitStr>,
    pub(crate) required: bool,
    pub(crate) writing: Option<Writing>,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) target: bool,
    pub(crate) choices: Option<Path>,
    pub(crate) resolve: Option<Path>,
    about: String,
    pub(crate) span: Span,
}

/// How an argument is written, where its type does not say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writing {
    Rest,
    Text,
    Code,
    Json,
}

impl Arg {
    pub(crate) fn of(field: &Field) -> Result<Self> {
        let Some(ident) = field.ident.clone() else {
            return Err(Error::new_spanned(field, "an argument needs a name: use named fields"));
        };
        let docs = Docs::of(&field.attrs);
        let mut arg = Self {
            name: kebab(&ident),
            span: ident.span(),
            ident,
            ty: field.ty.clone(),
            long: None,
            short: None,
            aliases: Vec::new(),
            default: None,
            required: false,
            writing: None,
            min: None,
            max: None,
            target: false,
            choices: None,
            resolve: None,
            about: docs.about,
        };
        let mut own_long = false;
        let mut own_short = false;
        keys::each(&field.attrs, "arg", |meta| {
            match keys::key(&meta).as_str() {
                "name" => arg.name = keys::word(&meta)?.value(),
                "long" if meta.input.peek(Token![=]) => {
                    arg.long = Some(keys::word(&meta)?.value());
                }
                "long" => own_long = true,
                "short" if meta.input.peek(Token![=]) => {
                    arg.short = Some(letter(&meta)?);
                }
                "short" => own_short = true,
                "alias" => arg.aliases.push(keys::word(&meta)?),
                "aliases" => arg.aliases.extend(keys::texts(&meta)?),
                "default" => arg.default = Some(keys::text(&meta)?),
                "required" => arg.required = true,
                "rest" => arg.write_as(Writing::Rest, &meta)?,
                "text" => arg.write_as(Writing::Text, &meta)?,
                "code" => arg.write_as(Writing::Code, &meta)?,
                "json" => arg.write_as(Writing::Json, &meta)?,
                "min" => arg.min = Some(integer(&meta)?),
                "max" => arg.max = Some(integer(&meta)?),
                "target" => arg.target = true,
                "choices" => arg.choices = Some(keys::path(&meta)?),
                "resolve" => arg.resolve = Some(keys::path(&meta)?),
                _ => {
                    return Err(meta.error(
                        "unknown key: `#[arg(…)]` takes name, long, short, alias, aliases, \
                         default, required, rest, text, code, json, min, max, target, choices, \
                         resolve",
                    ));
                }
            }
            Ok(())
        })?;
        if own_long {
            arg.long = Some(arg.name.clone());
        }
        if own_short {
            arg.short = arg.name.chars().next();
        }
        Ok(arg)
    }

    fn write_as(&mut self, writing: Writing, meta: &ParseNestedMeta<'_>) -> Result<()> {
        if self.writing.is_some() {
            return Err(meta.error("only one of rest, text, code and json"));
        }
        self.writing = Some(writing);
        Ok(())
    }

    pub(crate) fn is_flag(&self) -> bool {
        self.long.is_some() || self.short.is_some()
    }

    /// True when its type says that it may be left out, as far as a macro can see.
    pub(crate) fn is_optional(&self) -> bool {
        !self.required
            && (self.default.is_some() || ["Option", "Vec", "bool"].iter().any(|ty| self.is_a(ty)))
    }

    /// True when the last word of its type is this one.
    pub(crate) fn is_a(&self, name: &str) -> bool {
        match &self.ty {
            Type::Path(path) => {
                path.path.segments.last().is_some_and(|segment| segment.ident == name)
            }
            _ => false,
        }
    }

    /// Its declaration.
    pub(crate) fn spec(&self, p: &TokenStream, must_be_given: bool) -> TokenStream {
        let Self { name, ty, about, .. } = self;
        let at = ty.span();
        let mut spec = match self.writing {
            Some(Writing::Json) => {
                let optional = self.is_a("Option").then(|| quote!(.optional()));
                quote!(#p::json_arg(#name) #optional)
            }
            writing => {
                let spec = quote_spanned!(at=> #p::arg::<#ty>(#name));
                let kind = match writing {
                    Some(Writing::Rest) => Some(quote!(Rest)),
                    Some(Writing::Text) => Some(quote!(Text)),
                    Some(Writing::Code) => Some(quote!(Code)),
                    _ => self.choices.as_ref().map(|_| quote!(Listed)),
                };
                match kind {
                    Some(kind) => quote_spanned! {at=>
                        #p::written_as::<#ty>(#spec, #p::chatgate_core::ArgKind::#kind)
                    },
                    None => spec,
                }
            }
        };
        if self.min.is_some() || self.max.is_some() {
            let (min, max) = (self.min.unwrap_or(i64::MIN), self.max.unwrap_or(i64::MAX));
            spec = quote_spanned!(at=> #p::bounded::<#ty>(#spec, #min, #max));
        }
        if self.resolve.is_some() {
            spec = quote_spanned!(at=> #p::resolved::<#ty>(#spec));
        }
        let about = (!about.is_empty()).then(|| quote!(.about(#about)));
        let long = self.long.as_ref().map(|long| quote!(.long(#long)));
        let short = self.short.map(|short| quote!(.short(#short)));
        let aliases = &self.aliases;
        let default = self.default.as_ref().map(|text| quote!(.default_value(#text)));
        let target = self.target.then(|| quote!(.target()));
        let required = (self.required || must_be_given).then(|| quote!(.required()));
        quote!(#spec #about #long #short #(.alias(#aliases))* #default #target #required)
    }

    /// Its field, made from the arguments.
    pub(crate) fn take(&self, p: &TokenStream) -> TokenStream {
        let Self { ident, name, ty, .. } = self;
        match self.writing {
            Some(Writing::Json) => quote!(#ident: #p::take_json::<#ty>(args, #name)?),
            _ => quote_spanned!(ty.span()=> #ident: #p::Args::take::<#ty>(args, #name)?),
        }
    }
}

fn letter(meta: &ParseNestedMeta<'_>) -> Result<char> {
    let letter: LitChar = meta.value()?.parse()?;
    match letter.value() {
        c if c.is_alphanumeric() => Ok(c),
        _ => Err(Error::new(letter.span(), "a flag's letter is a letter or digit")),
    }
}

fn integer(meta: &ParseNestedMeta<'_>) -> Result<i64> {
    let value = meta.value()?;
    let negative = value.parse::<Option<Token![-]>>()?.is_some();
    let number: LitInt = value.parse()?;
    let sign = if negative { "-" } else { "" };
    let parsed = format!("{sign}{}", number.base10_digits()).parse();
    parsed.map_err(|_| Error::new(number.span(), "a bound is a whole number of 64 bits"))
}
