//! `println!` and `eprintln!` for programs that have more to do than to print: a closed pipe, as
//! after `| head`, or a full disk behind `>` ends no training.

/// Prints a line to standard output, if it takes one.
#[macro_export]
macro_rules! outln {
    ($($argument:tt)*) => {{
        use ::std::io::Write as _;
        let _ = ::std::writeln!(::std::io::stdout(), $($argument)*);
    }};
}

/// Prints a line to standard error, if it takes one.
#[macro_export]
macro_rules! errln {
    ($($argument:tt)*) => {{
        use ::std::io::Write as _;
        let _ = ::std::writeln!(::std::io::stderr(), $($argument)*);
    }};
}
