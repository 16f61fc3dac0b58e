//! The processor time of another process, which does not depend on what else the machine does.

use std::time::Duration;

/// How much a process has taken, in user and system mode; nothing where the system does not tell.
pub(crate) fn of(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"));
    let stat = stat.unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = |index| after_name.split(' ').nth(index).and_then(|it| it.parse::<u64>().ok());
    // utime and stime are the fields 14 and 15 of proc(5), in hundredths of a second.
    let ticks = ticks(11).unwrap_or(0) + ticks(12).unwrap_or(0);
    Duration::from_millis(ticks * 10)
}
