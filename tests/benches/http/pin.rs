//! One process, one core.

/// Keeps this process on one core, where the system can do that and has so many.
#[cfg(target_os = "linux")]
pub(crate) fn to_core(core: usize) {
    let mut set = nix::sched::CpuSet::new();
    let pinned = set
        .set(core)
        .and_then(|()| nix::sched::sched_setaffinity(nix::unistd::Pid::from_raw(0), &set));
    if let Err(error) = pinned {
        eprintln!("not pinned to core {core}: {error}");
    }
}

/// Elsewhere nothing is pinned.
#[cfg(not(target_os = "linux"))]
pub(crate) fn to_core(_: usize) {}
