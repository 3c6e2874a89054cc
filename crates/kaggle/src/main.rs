//! Downloads digits from Kaggle: `cargo xtask data kaggle` and `cargo xtask train --data kaggle`
//! build and start it.

use std::{
    cell::Cell,
    env,
    io::{self, IsTerminal},
    process::{ExitCode, exit},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use kaggle::{
    KaggleFlags,
    download::{self, Address, Credentials, Failure, Request, Watch},
};
use run::flags;

/// Downloads digits from Kaggle into kaggle/.
#[derive(Parser)]
#[command(name = "kaggle", version)]
struct Arguments {
    #[command(flatten)]
    flags: KaggleFlags,
}

const USAGE: u8 = 2;
const STOPPED: u8 = 130;

static STOP: AtomicBool = AtomicBool::new(false);

fn main() -> ExitCode {
    let Arguments { flags } = match flags::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code.into(),
    };
    let (code, message) = match run(&flags) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Error::Usage(message)) => (USAGE, message),
        Err(Error::Credentials(message)) => (1, message),
        Err(Error::Download(Failure::Stopped)) => (STOPPED, Failure::Stopped.to_string()),
        Err(Error::Download(failure)) => (1, failure.to_string()),
    };
    run::errln!("error: {message}");
    code.into()
}

/// Why there is no file.
enum Error {
    /// Something impossible was asked for.
    Usage(String),
    /// A damaged file of credentials.
    Credentials(String),
    Download(Failure),
}

fn run(flags: &KaggleFlags) -> Result<(), Error> {
    let source = flags.source().map_err(Error::Usage)?;
    let address = Address::new(env::var("KAGGLE_API_ENDPOINT").ok()).map_err(Error::Usage)?;
    let home = env::home_dir().unwrap_or_default();
    let credentials =
        Credentials::find(|name| env::var_os(name), &home).map_err(Error::Credentials)?;
    if let Some(warning) = credentials.warning() {
        run::errln!("warning: {warning}");
    }
    stop_on_ctrl_c();
    let timeout = Duration::from_secs(flags.timeout);
    let request =
        Request { source: &source, address: &address, credentials: &credentials, timeout };
    let view = View::new();
    let downloaded = download::download(&request, &flags.out, &view).map_err(Error::Download)?;
    drop(view);
    for file in &downloaded.files {
        run::outln!(
            "{} {}",
            if downloaded.were_there { "is there:  " } else { "downloaded:" },
            file.display()
        );
    }
    Ok(())
}

/// The first Ctrl-C keeps what has arrived, the second stops at once.
fn stop_on_ctrl_c() {
    let listening = run::signals::on_stop(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            exit(STOPPED.into());
        }
    });
    if let Err(error) = listening {
        run::errln!("warning: Ctrl-C will end this at once: {error}");
    }
}

/// A bar on a terminal, elsewhere a line now and then.
struct View {
    bar: Option<ProgressBar>,
    /// How many parts of the download have had their line.
    parts: Cell<u64>,
}

/// How many lines a download prints at most, one for each part of it.
const PARTS: u64 = 10;

impl View {
    fn new() -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::no_length();
            let template =
                "{bar:24.cyan/blue} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";
            // A template that does not parse leaves the plain style, which is a bar as well.
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("━╸─"));
            }
            bar
        });
        Self { bar, parts: Cell::new(0) }
    }
}

impl Watch for View {
    fn progress(&self, done: u64, all: Option<u64>) {
        match (&self.bar, all) {
            (Some(bar), all) => {
                if let Some(all) = all {
                    bar.set_length(all);
                }
                bar.set_position(done);
            }
            (None, Some(all)) if done * PARTS / all.max(1) > self.parts.get() => {
                self.parts.set(done * PARTS / all.max(1));
                run::outln!("{done} of {all} bytes");
            }
            (None, _) => {}
        }
    }

    fn is_stopped(&self) -> bool {
        STOP.load(Ordering::Relaxed)
    }
}

impl Drop for View {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
