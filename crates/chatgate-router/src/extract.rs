//! What a handler can ask for besides what it handles.

use chatgate_core::{Actor, Place, Principal, Result};

use crate::{Context, FromRef, State};

/// Something that a handler can take as a further argument: it is made from the run and from the
/// program's state.
///
/// ```
/// use chatgate_router::{Context, Extract};
///
/// /// The language that the person is answered in.
/// struct Language(&'static str);
///
/// impl<S> Extract<S> for Language {
///     fn extract(cx: &Context, _: &S) -> chatgate_core::Result<Self> {
///         Ok(Self(if cx.principal().groups.contains("de") { "de" } else { "en" }))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a handler's argument",
    label = "an argument after the first is a Context, State, Actor, Principal, Place, Selected, or implements `Extract`"
)]
pub trait Extract<S>: Sized {
    /// Makes it.
    ///
    /// # Errors
    /// Whatever keeps it from being made; the handler then does not run, and this is its error.
    fn extract(cx: &Context, state: &S) -> Result<Self>;
}

impl<S> Extract<S> for Context {
    fn extract(cx: &Context, _: &S) -> Result<Self> {
        Ok(cx.clone())
    }
}

impl<S> Extract<S> for Actor {
    fn extract(cx: &Context, _: &S) -> Result<Self> {
        Ok(cx.actor().clone())
    }
}

impl<S> Extract<S> for Principal {
    fn extract(cx: &Context, _: &S) -> Result<Self> {
        Ok(cx.principal().clone())
    }
}

impl<S> Extract<S> for Place {
    fn extract(cx: &Context, _: &S) -> Result<Self> {
        Ok(cx.place().clone())
    }
}

impl<S, T: FromRef<S>> Extract<S> for State<T> {
    fn extract(_: &Context, state: &S) -> Result<Self> {
        Ok(Self(T::from_ref(state)))
    }
}

/// No state of any program. That a type is a part of this one, too, keeps the compiler from taking it
/// for the whole state before the program has named its own: so a part that the state does not have is
/// told as such.
#[doc(hidden)]
#[derive(Debug)]
#[non_exhaustive]
#[allow(unnameable_types, reason = "nobody has a use for its name")]
pub struct NoState<T>(std::convert::Infallible, std::marker::PhantomData<T>);

impl<T> FromRef<NoState<T>> for T {
    fn from_ref(state: &NoState<T>) -> T {
        match state.0 {}
    }
}

/// All further arguments of a handler. It is implemented for tuples of [`Extract`]; there is no need
/// to implement it.
pub trait ExtractAll<S>: Sized {
    /// Makes them, in order.
    ///
    /// # Errors
    /// Of the first that cannot be made.
    fn extract_all(cx: &Context, state: &S) -> Result<Self>;
}

macro_rules! tuples {
    ($($($extracted:ident)*;)*) => {$(
        impl<S, $($extracted: Extract<S>,)*> ExtractAll<S> for ($($extracted,)*) {
            #[allow(unused_variables, clippy::unused_unit, reason = "there may be none")]
            fn extract_all(cx: &Context, state: &S) -> Result<Self> {
                Ok(($($extracted::extract(cx, state)?,)*))
            }
        }
    )*};
}

tuples! {
    ;
    E1;
    E1 E2;
    E1 E2 E3;
    E1 E2 E3 E4;
    E1 E2 E3 E4 E5;
    E1 E2 E3 E4 E5 E6;
    E1 E2 E3 E4 E5 E6 E7;
    E1 E2 E3 E4 E5 E6 E7 E8;
}
