//! Processes that are measured: on a processor core of their own, and with the most memory that
//! they took.

use std::{
    ffi::OsStr,
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// How often a process is looked at. What it took in its last moments may be missed, but a run
/// takes most in its middle.
const POLL: Duration = Duration::from_millis(2);

/// The processor cores on which this process may run, as Linux numbers them; none where that is not
/// known.
pub fn cores() -> Vec<usize> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let list =
        status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap_or_default();
    list.trim().split(',').filter_map(range).flatten().collect()
}

/// `3` or `0-3`.
fn range(text: &str) -> Option<std::ops::RangeInclusive<usize>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

/// Whether processes can be kept on one core: on Linux, `taskset` does it.
pub fn can_pin() -> bool {
    let mut help = Command::new("taskset");
    !cores().is_empty()
        && help.arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// A command that runs on this core alone, or anywhere.
pub fn command(program: impl AsRef<OsStr>, core: Option<usize>) -> Command {
    match core {
        None => Command::new(program),
        Some(core) => {
            let mut command = Command::new("taskset");
            command.arg("--cpu-list").arg(core.to_string()).arg(program);
            command
        }
    }
}

/// The most memory that a process has taken so far, in bytes; nothing where that is not known.
pub fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Waits until a process ends, and gives whether it succeeded, and the most memory that it took.
pub fn watch(child: &mut Child) -> std::io::Result<(bool, Option<u64>)> {
    let mut peak = None;
    loop {
        peak = peak_memory(child.id()).or(peak);
        if let Some(status) = child.try_wait()? {
            return Ok((status.success(), peak));
        }
        thread::sleep(POLL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_listed_one_by_one_or_from_to() {
        let numbers = |list: &str| list.split(',').filter_map(range).flatten().collect::<Vec<_>>();
        assert_eq!(numbers("0-2,5"), [0, 1, 2, 5]);
        assert_eq!(numbers("7"), [7]);
        assert_eq!(numbers(""), [0; 0]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_is_seen_also_of_a_process_that_has_given_it_back() {
        let script = "x = bytearray(80_000_000); del x; import time; time.sleep(0.2)";
        if let Ok(mut child) = Command::new("python3").args(["-c", script]).spawn() {
            let (succeeded, peak) = watch(&mut child).unwrap_or_default();
            assert!(succeeded && peak > Some(80_000_000), "{peak:?}");
        }
    }
}
