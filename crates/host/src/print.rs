//! `println!` and `eprintln!` for programs that have more to do than to print: that nobody reads
//! any more, as after `| head`, or that the disk behind `>` is full, ends no training.

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
