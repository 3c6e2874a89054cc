//! Downloads digits from Kaggle: `cargo xtask data kaggle` and `cargo xtask train --data kaggle`
//! build and start it.

use std::{cell::Cell, env, process::ExitCode, time::Duration};

use clap::Parser;
use host::{
    Stop, flags,
    progress::{self, ProgressBar},
    stop,
};
use kaggle::{
    KaggleFlags,
    download::{self, Address, Credentials, DownloadError, Request, Watch},
};

/// Downloads digits from Kaggle into kaggle/.
#[derive(Parser)]
#[command(name = "kaggle", version)]
struct Arguments {
    #[command(flatten)]
    flags: KaggleFlags,
}

const USAGE: u8 = 2;

fn main() -> ExitCode {
    let Arguments { flags } = match flags::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code.into(),
    };
    let (code, message) = match run(&flags) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Error::Usage(message)) => (USAGE, message),
        Err(Error::Credentials(message)) => (1, message),
        Err(Error::Download(error @ DownloadError::Stopped)) => {
            (stop::EXIT_CODE, error.to_string())
        }
        Err(Error::Download(error)) => (1, error.to_string()),
    };
    host::errln!("error: {message}");
    code.into()
}

/// Why the download failed.
enum Error {
    /// Invalid flags or variables.
    Usage(String),
    /// A damaged file of credentials.
    Credentials(String),
    Download(DownloadError),
}

fn run(flags: &KaggleFlags) -> Result<(), Error> {
    let source = flags.source().map_err(Error::Usage)?;
    let address = Address::new(env::var("KAGGLE_API_ENDPOINT").ok()).map_err(Error::Usage)?;
    let home = env::home_dir().unwrap_or_default();
    let credentials =
        Credentials::find(|name| env::var_os(name), &home).map_err(Error::Credentials)?;
    if let Some(warning) = credentials.warning() {
        host::errln!("warning: {warning}");
    }
    let timeout = Duration::from_secs(flags.timeout);
    let request =
        Request { source: &source, address: &address, credentials: &credentials, timeout };
    let view = View::new(Stop::on_signals(|| {}, || {}));
    let downloaded = download::download(&request, &flags.out, &view).map_err(Error::Download)?;
    drop(view);
    for file in &downloaded.files {
        host::outln!(
            "{} {}",
            if downloaded.were_there { "exists:    " } else { "downloaded:" },
            file.display()
        );
    }
    Ok(())
}

/// The progress of a download: a bar on a terminal, elsewhere a few lines.
struct View {
    bar: Option<ProgressBar>,
    /// The number of printed lines.
    parts: Cell<u64>,
    stop: Stop,
}

/// The largest number of lines, at equal parts of the download.
const PARTS: u64 = 10;

impl View {
    fn new(stop: Stop) -> Self {
        let text = "{bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";
        Self { bar: progress::bar(None, text), parts: Cell::new(0), stop }
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
                host::outln!("{done} of {all} bytes");
            }
            (None, _) => {}
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_asked()
    }
}

impl Drop for View {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
