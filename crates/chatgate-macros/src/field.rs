//! One field of a form: its `#[field(…)]` and what it is emitted as.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, ExprUnary, Ident, Index, Lit, LitStr, Path, Result, Type, UnOp};

use crate::docs::Docs;
use crate::keys;
use crate::name::{kebab, label};

/// One field of the struct.
pub(crate) enum Field {
    /// Filled in by a person.
    Asked(Box<Asked>),
    /// What the form carries to its submission.
    Carried { ident: Ident, ty: Box<Type>, span: Span },
}

/// A field that a person fills in.
pub(crate) struct Asked {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) name: String,
    pub(crate) span: Span,
    label: String,
    hint: Option<String>,
    placeholder: Option<LitStr>,
    default: Option<Expr>,
    pub(crate) min: Option<Bound>,
    pub(crate) max: Option<Bound>,
    pub(crate) required: Option<Span>,
    pub(crate) email: Option<Span>,
    pub(crate) many_lines: Option<Span>,
    pub(crate) look: Option<Ident>,
    pub(crate) choices: Option<Path>,
}

/// The least or the most of something.
#[derive(Clone, Copy)]
pub(crate) struct Bound {
    number: Number,
    pub(crate) span: Span,
}

#[derive(Clone, Copy)]
enum Number {
    Whole(i64),
    Fraction(f64),
}

impl Field {
    pub(crate) fn of(field: &syn::Field) -> Result<Self> {
        let Some(ident) = field.ident.clone() else {
            return Err(Error::new_spanned(field, "a form is a struct with named fields"));
        };
        let docs = Docs::of(&field.attrs);
        let mut name = kebab(&ident);
        let mut own_label = (!docs.about.is_empty()).then_some(docs.about);
        let mut asked = Asked {
            span: ident.span(),
            ident,
            ty: field.ty.clone(),
            name: String::new(),
            label: String::new(),
            hint: docs.details,
            placeholder: None,
            default: None,
            min: None,
            max: None,
            required: None,
            email: None,
            many_lines: None,
            look: None,
            choices: None,
        };
        let mut state = None;
        let mut other = false;
        keys::each(&field.attrs, "field", |meta| {
            let key = keys::key(&meta);
            let at = meta.path.span();
            match key.as_str() {
                "state" => state = Some(at),
                "name" => name = keys::word(&meta)?.value(),
                "label" => own_label = Some(keys::text(&meta)?.value()),
                "hint" => asked.hint = Some(keys::text(&meta)?.value()),
                "placeholder" => asked.placeholder = Some(keys::text(&meta)?),
                "default" => asked.default = Some(default(&meta)?),
                "min" => asked.min = Some(Bound::of(&meta)?),
                "max" => asked.max = Some(Bound::of(&meta)?),
                "required" => asked.required = Some(at),
                "email" => asked.email = Some(at),
                "lines" => asked.many_lines = lines(&meta)?.then_some(at),
                "radio" | "menu" if asked.look.is_some() => {
                    return Err(meta.error("either `radio` or `menu`"));
                }
                "radio" => asked.look = Some(Ident::new("Radio", at)),
                "menu" => asked.look = Some(Ident::new("Menu", at)),
                "choices" => asked.choices = Some(keys::path(&meta)?),
                _ => {
                    return Err(meta.error(
                        "unknown key: `#[field(…)]` takes name, label, hint, placeholder, default, \
                         required, min, max, lines, email, radio, menu, choices, state",
                    ));
                }
            }
            other |= key != "state";
            Ok(())
        })?;
        if let Some(span) = state {
            if other {
                return Err(Error::new(span, "`state` is carried, not asked: it stands alone"));
            }
            return Ok(Self::Carried { ident: asked.ident, ty: Box::new(asked.ty), span });
        }
        asked.label = own_label.unwrap_or_else(|| label(&name));
        asked.name = name;
        Ok(Self::Asked(Box::new(asked)))
    }

    pub(crate) fn asked(&self) -> Option<&Asked> {
        match self {
            Self::Asked(asked) => Some(asked),
            Self::Carried { .. } => None,
        }
    }

    pub(crate) fn carried(&self) -> Option<(&Ident, &Type)> {
        match self {
            Self::Asked(_) => None,
            Self::Carried { ident, ty, .. } => Some((ident, ty)),
        }
    }
}

impl Asked {
    /// Its declaration.
    pub(crate) fn declare(&self, p: &TokenStream, index: usize) -> TokenStream {
        let Self { ty, label, .. } = self;
        let (at, index) = (ty.span(), Index::from(index));
        let mut field = quote!(ANSWERS.#index.field(#label));
        if self.email.is_some() {
            field = quote_spanned!(at=> #p::email::<#ty>(#field));
        }
        if self.many_lines.is_some() {
            field = quote_spanned!(at=> #p::many_lines::<#ty>(#field));
        }
        if self.choices.is_some() {
            field = quote_spanned!(at=> #p::listed::<#ty>(#field));
        }
        if let Some(look) = &self.look {
            let look = quote!(#p::chatgate_core::ChoiceLook::#look);
            field = quote_spanned!(at=> #p::looking::<#ty>(#field, #look));
        }
        if self.required.is_some() {
            field = quote_spanned!(at=> #p::at_least_one::<#ty>(#field));
        }
        if self.min.is_some() || self.max.is_some() {
            field = self.bounded(p, &field);
        }
        let hint = self.hint.as_ref().map(|hint| quote!(.hint(#hint)));
        let placeholder = self.placeholder.as_ref().map(|text| quote!(.placeholder(#text)));
        let default = self
            .default
            .as_ref()
            .map(|value| quote!(.default_value(#p::serde_json::json!(#value))));
        quote!(#field #hint #placeholder #default)
    }

    /// What its type does with answers.
    pub(crate) fn answer(&self, p: &TokenStream) -> TokenStream {
        let Self { name, ty, .. } = self;
        quote_spanned!(ty.span()=> #p::answer::<#ty>(#name))
    }

    fn bounded(&self, p: &TokenStream, field: &TokenStream) -> TokenStream {
        let ty = &self.ty;
        let whole = |bound: Option<Bound>| match bound {
            None => Some(quote!(::core::option::Option::None)),
            Some(Bound { number: Number::Whole(number), .. }) => {
                Some(quote!(::core::option::Option::Some(#number)))
            }
            Some(_) => None,
        };
        if let (Some(min), Some(max)) = (whole(self.min), whole(self.max)) {
            return quote_spanned!(ty.span()=> #p::bounded_answer::<#ty>(#field, #min, #max));
        }
        let fraction = |bound: Option<Bound>| match bound {
            None => quote!(::core::option::Option::None),
            Some(bound) => {
                let number = bound.as_float();
                quote!(::core::option::Option::Some(#number))
            }
        };
        let (min, max) = (fraction(self.min), fraction(self.max));
        quote_spanned!(ty.span()=> #p::bounded_by_fraction::<#ty>(#field, #min, #max))
    }

    /// The function that lists what it can be.
    pub(crate) fn source(&self, p: &TokenStream, route: &str) -> Option<TokenStream> {
        let (name, path) = (&self.name, self.choices.as_ref()?);
        Some(quote!(#p::Source::new(#route, #name, #p::SourceKind::choices(#path))))
    }

    /// True when it is text, as far as a macro can see.
    pub(crate) fn is_text(&self) -> bool {
        is_a(&self.ty, "String")
    }
}

/// True when the last word of the type, or of what its `Option` holds, is this one.
fn is_a(ty: &Type, name: &str) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    match &last.arguments {
        syn::PathArguments::AngleBracketed(inner) if last.ident == "Option" => inner
            .args
            .iter()
            .any(|arg| matches!(arg, syn::GenericArgument::Type(ty) if is_a(ty, name))),
        _ => last.ident == name,
    }
}

impl Bound {
    fn of(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        let value: Expr = meta.value()?.parse()?;
        let span = value.span();
        let number = Number::of(&value);
        let number = number.ok_or_else(|| Error::new(span, "a bound is a number of 64 bits"))?;
        Ok(Self { number, span })
    }

    pub(crate) fn as_float(self) -> f64 {
        match self.number {
            #[allow(clippy::cast_precision_loss, reason = "forms bound numbers by floats")]
            Number::Whole(number) => number as f64,
            Number::Fraction(number) => number,
        }
    }
}

impl Number {
    fn of(value: &Expr) -> Option<Self> {
        match value {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
                number.base10_parse().ok().map(Self::Whole)
            }
            Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => {
                number.base10_parse().ok().map(Self::Fraction)
            }
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match Self::of(expr)? {
                Self::Whole(number) => Some(Self::Whole(-number)),
                Self::Fraction(number) => Some(Self::Fraction(-number)),
            },
            _ => None,
        }
    }
}

/// A literal, or several in brackets.
fn default(meta: &ParseNestedMeta<'_>) -> Result<Expr> {
    let value: Expr = meta.value()?.parse()?;
    let is_literal = |value: &Expr| match value {
        Expr::Lit(ExprLit { lit: Lit::Str(_) | Lit::Bool(_), .. }) => true,
        value => Number::of(value).is_some(),
    };
    let fits = match &value {
        Expr::Array(array) => array.elems.iter().all(is_literal),
        value => is_literal(value),
    };
    let text = "a default is a text, a number, true, false, or several in brackets";
    fits.then_some(value.clone()).ok_or_else(|| Error::new(value.span(), text))
}

/// Whether a text has many lines.
fn lines(meta: &ParseNestedMeta<'_>) -> Result<bool> {
    let lines = keys::text(meta)?;
    match lines.value().as_str() {
        "many" => Ok(true),
        "one" => Ok(false),
        _ => Err(Error::new(lines.span(), "lines are \"one\" or \"many\"")),
    }
}
