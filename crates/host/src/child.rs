//! The end of a child process.

use std::process::ExitStatus;

/// The exit code of this program after a child with this status: that of the child, or as in shells
/// 128 and the number of the signal that killed it.
pub fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| Some(128 + signal(status)?));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// The signal that killed a child, and what it probably means; none if the child ended by itself.
pub fn killed(status: ExitStatus) -> Option<String> {
    let signal = signal(status)?;
    let cause = match name(signal) {
        "SIGKILL" => ": the memory may be full, or a limit of the system is reached",
        "SIGQUIT" => r", as by Ctrl-\ on a terminal",
        "SIGXFSZ" => ": a file is larger than allowed (ulimit -f)",
        "SIGXCPU" => ": it took more processor time than allowed (ulimit -t)",
        "SIGSEGV" | "SIGBUS" | "SIGILL" | "SIGFPE" | "SIGABRT" => ", as after a fault of a program",
        _ => "",
    };
    Some(format!("killed by signal {signal} ({}){cause}", name(signal)))
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(unix)]
fn name(signal: i32) -> &'static str {
    signal_hook::low_level::signal_name(signal).unwrap_or("unknown")
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

#[cfg(not(unix))]
fn name(_: i32) -> &'static str {
    "unknown"
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use std::process::Command;

    use super::*;

    #[test]
    fn a_child_that_was_killed_says_by_what() {
        let status = |script| Command::new("sh").args(["-c", script]).status().unwrap();
        assert_eq!((code(status("exit 3")), killed(status("exit 3"))), (3, None));
        assert_eq!(code(status("kill -9 $$")), 137);
        assert_eq!(
            killed(status("kill -9 $$")).unwrap(),
            "killed by signal 9 (SIGKILL): the memory may be full, or a limit of the system is \
             reached"
        );
        assert_eq!(killed(status("kill -15 $$")).unwrap(), "killed by signal 15 (SIGTERM)");
        assert_eq!(
            killed(status("kill -3 $$")).unwrap(),
            r"killed by signal 3 (SIGQUIT), as by Ctrl-\ on a terminal"
        );
    }
}
