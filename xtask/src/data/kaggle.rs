//! `cargo xtask data kaggle`.

use std::{
    cell::Cell,
    env,
    io::IsTerminal,
    path::{Path, PathBuf},
    time::Duration,
};

use data::kaggle::{self, Address, Credentials, Downloaded, Request, Source, Watch, source};
use indicatif::{ProgressBar, ProgressStyle};

use super::FOLDER;
use crate::interrupt;

/// What `--data` is called when it is Kaggle's.
const NAME: &str = "kaggle";

/// Something impossible was asked for.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

/// The flags of `data kaggle`.
#[derive(Debug, clap::Args)]
pub struct Kaggle {
    /// A competition
    #[arg(long, value_name = "NAME", default_value = source::DIGITS, conflicts_with = "dataset")]
    competition: String,
    /// A data set, in place of a competition
    #[arg(long, value_name = "OWNER/SLUG")]
    dataset: Option<String>,
    /// A file of it [default: train.csv of a competition, everything of a data set]
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
    /// Give up when nothing arrives for so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    /// The folder in which kaggle/ is made
    #[arg(long, value_name = "DIR", default_value = FOLDER)]
    out: PathBuf,
}

/// Where `--data kaggle` is; none if that is not what `data` asks for.
pub fn train_file(data: Option<&Path>) -> Option<PathBuf> {
    (data == Some(Path::new(NAME)) && !Path::new(NAME).exists())
        .then(|| [FOLDER, "kaggle", source::DIGITS, source::DIGITS_TRAIN].iter().collect())
}

impl Default for Kaggle {
    fn default() -> Self {
        Self { competition: source::DIGITS.to_owned(), dataset: None, file: None, timeout: 30, out: FOLDER.into() }
    }
}

impl Kaggle {
    /// The same with its folder taken from `here`.
    pub fn relative_to(mut self, here: &Path) -> Self {
        if self.out != Path::new(FOLDER) {
            self.out = here.join(self.out);
        }
        self
    }

    /// Downloads, unless it is there already.
    ///
    /// # Errors
    /// See [`kaggle::Failure`].
    pub fn download(&self) -> anyhow::Result<Downloaded> {
        let file = self.file.as_deref();
        let source = match &self.dataset {
            Some(name) => Source::dataset(name, file),
            None => Source::competition(&self.competition, file),
        };
        let source = source.map_err(Refused)?;
        let endpoint = env::var("KAGGLE_API_ENDPOINT").ok();
        let address = Address::new(endpoint).map_err(Refused)?;
        let home = env::home_dir().unwrap_or_default();
        let credentials = Credentials::find(|name| env::var_os(name), &home).map_err(anyhow::Error::msg)?;
        if let Some(warning) = credentials.warning() {
            eprintln!("warning: {warning}");
        }
        let patience = Duration::from_secs(self.timeout);
        let request =
            Request { source: &source, address: &address, credentials: &credentials, data: self.out.clone(), patience };
        let view = View::new();
        let downloaded = kaggle::download(&request, &view)?;
        drop(view);
        for file in &downloaded.files {
            println!("{} {}", if downloaded.were_there { "is there:  " } else { "downloaded:" }, file.display());
        }
        Ok(downloaded)
    }
}

/// A bar on a terminal, elsewhere a line now and then.
struct View {
    bar: Option<ProgressBar>,
    told: Cell<u64>,
}

/// A line for each of so many parts of a download.
const PARTS: u64 = 10;

impl View {
    fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::no_length();
            let template = "{bar:24.cyan/blue} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";
            // A template that does not parse leaves the plain style, which is a bar as well.
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("━╸─"));
            }
            bar
        });
        Self { bar, told: Cell::new(0) }
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
            (None, Some(all)) if done * PARTS / all.max(1) > self.told.get() => {
                self.told.set(done * PARTS / all.max(1));
                println!("{done} of {all} bytes");
            }
            (None, _) => {}
        }
    }

    fn is_stopped(&self) -> bool {
        interrupt::asked()
    }
}

impl Drop for View {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
