//! `println!` and `eprintln!` without panics: a closed pipe, as after `| head`, or a full disk
//! behind `>` does not end a training.

/// Prints a line to standard output, and ignores errors.
#[macro_export]
macro_rules! outln {
    ($($argument:tt)*) => {{
        use ::std::io::Write as _;
        let _ = ::std::writeln!(::std::io::stdout(), $($argument)*);
    }};
}

/// Prints a line to standard error, and ignores errors.
#[macro_export]
macro_rules! errln {
    ($($argument:tt)*) => {{
        use ::std::io::Write as _;
        let _ = ::std::writeln!(::std::io::stderr(), $($argument)*);
    }};
}
