//! A command, written by hand, for the cases beside this folder.

pub struct Deploy;

impl chatgate_router::Command for Deploy {
    fn spec() -> &'static chatgate_core::CommandSpec {
        static SPEC: std::sync::LazyLock<chatgate_core::CommandSpec> =
            std::sync::LazyLock::new(|| chatgate_core::CommandSpec::new("deploy", "Roll out"));
        &SPEC
    }

    fn from_args(_: &chatgate_router::Args) -> chatgate_core::Result<Self> {
        Ok(Self)
    }
}

impl<S> chatgate_router::Sources<S> for Deploy {}
