//! What can be a handler: an async function.

/// An async function whose first argument says what it handles, and whose further arguments (up to
/// eight) are taken from the run: see [`crate::Extract`].
///
/// It is implemented for every function of that shape, without further bounds. What the arguments and
/// the returned value must be is told by the method that registers it, so that each mistake has a
/// compiler message of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "a handler is an async function: what it handles first, then at most eight extractors"
)]
pub trait Handler<First, Rest>: Clone + Send + Sync + 'static {
    /// What the function returns.
    type Future;

    /// Calls the function.
    fn call(&self, first: First, rest: Rest) -> Self::Future;
}

macro_rules! handlers {
    ($($($extracted:ident)*;)*) => {$(
        impl<F, Fut, First, $($extracted,)*> Handler<First, ($($extracted,)*)> for F
        where
            F: Fn(First, $($extracted,)*) -> Fut + Clone + Send + Sync + 'static,
        {
            type Future = Fut;

            #[allow(non_snake_case, reason = "the type's name is the variable's")]
            fn call(&self, first: First, ($($extracted,)*): ($($extracted,)*)) -> Fut {
                self(first, $($extracted,)*)
            }
        }
    )*};
}

handlers! {
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
