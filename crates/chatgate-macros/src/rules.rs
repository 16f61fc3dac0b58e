//! What the arguments of one command and the fields of one form must keep to, each mistake told where
//! it stands.

use std::collections::HashMap;

use proc_macro2::Span;
use syn::{Error, Ident, Result};

use crate::arg::{Arg, Writing};
use crate::field::{Asked, Field};

/// Checks the arguments of one command, and tells all mistakes at once.
pub(crate) fn check(args: &[Arg], effect: &Ident, has_state: bool) -> Result<()> {
    let mut mistakes = Mistakes::default();
    for arg in args {
        mistakes.alone(arg, effect, has_state);
    }
    mistakes.names(args);
    mistakes.order(args);
    mistakes.into_result()
}

/// Checks the fields of one form, and tells all mistakes at once.
pub(crate) fn check_form(fields: &[Field], has_state: bool, form: Span) -> Result<()> {
    let mut mistakes = Mistakes::default();
    let asked: Vec<_> = fields.iter().filter_map(Field::asked).collect();
    for field in &asked {
        mistakes.field(field, has_state);
    }
    mistakes.distinct(asked.iter().map(|field| (field.name.as_str(), field.span)), "fields");
    if asked.is_empty() {
        mistakes.say(form, "a form asks for at least one field");
    }
    let carried = fields.iter().filter_map(|field| match field {
        Field::Carried { span, .. } => Some(*span),
        Field::Asked(_) => None,
    });
    for span in carried.skip(1) {
        mistakes.say(span, "a form carries one state: put what it carries into one type");
    }
    mistakes.into_result()
}

/// Checks that names of one kind differ.
pub(crate) fn check_distinct<'a>(
    names: impl IntoIterator<Item = (&'a str, Span)>,
    what: &str,
) -> Result<()> {
    let mut mistakes = Mistakes::default();
    mistakes.distinct(names, what);
    mistakes.into_result()
}

#[derive(Default)]
struct Mistakes(Option<Error>);

impl Mistakes {
    fn say(&mut self, span: Span, text: &str) {
        let error = Error::new(span, text);
        match &mut self.0 {
            Some(all) => all.combine(error),
            all => *all = Some(error),
        }
    }

    fn into_result(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }

    fn alone(&mut self, arg: &Arg, effect: &Ident, has_state: bool) {
        if arg.target && effect == "Write" {
            if let Some(default) = &arg.default {
                let text = "what a `write` command acts on has no default: it must always be given";
                self.say(default.span(), text);
            } else if arg.is_a("Option") {
                let text = "what a `write` command acts on must always be given: it is no `Option`";
                self.say(arg.span, text);
            }
        }
        for path in [&arg.choices, &arg.resolve].into_iter().flatten() {
            if !has_state {
                let text = "`choices` and `resolve` need `#[command(state = …)]` on the type";
                let span = path.segments.last().map_or(arg.span, |segment| segment.ident.span());
                self.say(span, text);
            }
        }
        if arg.writing.is_some() && arg.choices.is_some() {
            self.say(arg.span, "an argument with `choices` is a word");
        }
        if arg.writing == Some(Writing::Rest) && (arg.is_flag() || arg.is_a("Vec")) {
            self.say(arg.span, "`rest` takes everything: it is neither a flag nor a `Vec`");
        }
        if !arg.aliases.is_empty() && !arg.is_flag() {
            self.say(arg.span, "`alias` is for flags: add `long`");
        }
        if arg.default.is_some() && (arg.required || arg.is_a("Option")) {
            self.say(
                arg.span,
                "with a `default` it is always there: neither `required` nor `Option`",
            );
        }
        if arg.required && (arg.is_a("Option") || arg.is_a("bool")) {
            self.say(
                arg.span,
                "`required` is for a `Vec`; other types are, unless they are `Option`",
            );
        }
        if let (Some(min), Some(max)) = (arg.min, arg.max)
            && min > max
        {
            self.say(arg.span, "`min` is larger than `max`");
        }
    }

    fn field(&mut self, field: &Asked, has_state: bool) {
        let Asked { min, max, email, many_lines, look, choices, .. } = field;
        if let Some(path) = choices {
            let span = path.segments.last().map_or(field.span, |segment| segment.ident.span());
            if !has_state {
                self.say(span, "`choices` needs `#[form(state = …)]` on the type");
            }
            let bounded = min.or(*max).map(|bound| bound.span);
            let look = look.as_ref().map(Ident::span);
            for span in [*email, *many_lines, bounded, look].into_iter().flatten() {
                self.say(span, "what `choices` lists says all that this field can be");
            }
        }
        if let (Some(_), Some(span)) = (email, many_lines) {
            self.say(*span, "an e-mail address has one line");
        }
        if let (Some(_), Some(bound)) = (email, min.or(*max)) {
            self.say(bound.span, "`min` and `max` are for numbers and text, not e-mail addresses");
        }
        if let (Some(min), Some(max)) = (min, max)
            && min.as_float() > max.as_float()
        {
            self.say(field.span, "`min` is larger than `max`");
        }
        for bound in [min, max].into_iter().flatten() {
            if field.is_text() && bound.as_float() < 0.0 {
                self.say(bound.span, "text cannot have fewer than no characters");
            }
        }
    }

    fn names(&mut self, args: &[Arg]) {
        self.distinct(args.iter().map(|arg| (arg.name.as_str(), arg.span)), "arguments");
        let longs = args.iter().filter_map(|arg| Some((arg.long.clone()?, arg.span)));
        let aliases = args
            .iter()
            .flat_map(|arg| arg.aliases.iter().map(|alias| (alias.value(), alias.span())));
        let shorts = args.iter().filter_map(|arg| Some((arg.short?.to_string(), arg.span)));
        let flags: Vec<_> = longs.chain(aliases).chain(shorts).collect();
        self.distinct(flags.iter().map(|(name, span)| (name.as_str(), *span)), "flags");
    }

    fn distinct<'a>(&mut self, names: impl IntoIterator<Item = (&'a str, Span)>, what: &str) {
        let mut seen = HashMap::new();
        for (name, span) in names {
            if seen.insert(name, span).is_some() {
                self.say(span, &format!("two {what} are named `{name}`"));
            }
        }
    }

    fn order(&mut self, args: &[Arg]) {
        let positional: Vec<_> = args.iter().filter(|arg| !arg.is_flag()).collect();
        for pair in positional.windows(2) {
            let [arg, after] = pair else { continue };
            // Code blocks stand below the line.
            let below = matches!(after.writing, Some(Writing::Code | Writing::Json));
            if arg.writing == Some(Writing::Rest) && !below {
                self.say(arg.span, "`rest` takes everything: no positional argument can follow");
            } else if arg.is_a("Vec") && !below {
                self.say(arg.span, "a positional `Vec` takes all words: no other can follow");
            } else if arg.is_optional() && !after.is_optional() {
                self.say(
                    after.span,
                    "a required positional argument cannot follow an optional one",
                );
            }
        }
    }
}
