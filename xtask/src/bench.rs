//! `cargo xtask bench`: how fast this workspace is on this machine, beside PyTorch and JAX if they
//! are there.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context;
use bench::{
    BenchError, Observer, Part, Suite, data_files::DataFiles, peer::Python, text, trainer::Trainer,
};
use clap::ValueEnum;
use host::{
    folder::refuse_foreign,
    progress::{self, ProgressBar},
    text::duration,
    write_whole,
};
use run::Backend;

use crate::{
    cargo, interrupt, network, program,
    usage::UsageError,
    workspace::{self, Here},
};

/// What is written.
const FILES: [&str; 2] = ["results.txt", "results.csv"];

/// The flags of `bench`.
#[derive(Debug, clap::Args)]
pub struct BenchFlags {
    /// What to measure [default: everything]
    #[arg(value_enum)]
    parts: Vec<PartName>,
    /// A Python with torch, jax and pandas: measures them as well, in turns with our own
    #[arg(long, value_name = "PYTHON")]
    peers: Option<PathBuf>,
    /// Rounds of measurement, of which the results are the medians
    #[arg(
        long, value_name = "N", default_value_t = 3,
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    rounds: u16,
    /// Measure this backend as well as flex
    #[arg(long, value_enum, value_name = "B", default_value_t)]
    backend: Backend,
    /// Where the results go; those of before are replaced
    #[arg(long, value_name = "DIR", default_value = "runs/bench")]
    out: PathBuf,
}

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PartName {
    /// Training by batch size: plain, with dropout, with layer norm
    Training,
    /// A study of 12 runs
    Study,
    /// Reading a CSV
    Csv,
    /// The way to the first step
    Start,
}

impl PartName {
    fn part(self) -> Part {
        match self {
            Self::Training => Part::Training,
            Self::Study => Part::Study,
            Self::Csv => Part::Csv,
            Self::Start => Part::Start,
        }
    }
}

/// Measures, and gives the exit code.
///
/// # Errors
/// A trainer does not compile, a program failed, or the disk did.
pub fn bench(flags: BenchFlags) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let out = here.path(&flags.out);
    refuse_foreign(&out, &FILES)?;
    let python = flags.peers.as_deref().map(|python| found(python, &here)).transpose()?;
    let mut backends = vec![flags.backend];
    backends.extend((flags.backend != Backend::Flex).then_some(Backend::Flex));
    let place = network::temporary()?;
    let trainer = |backend: &Backend| {
        let path = program::trainer(*backend, 1, false)?;
        let folder = place.path().join(backend.name());
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        anyhow::Ok(Trainer { backend: *backend, path, core: None, folder, provenance: None })
    };
    let trainers = backends.iter().map(trainer).collect::<Result<_, _>>()?;
    let data = DataFiles::unpack(place.path())?;
    let named: Vec<PartName> =
        if flags.parts.is_empty() { PartName::value_variants().to_vec() } else { flags.parts };
    let progress = Progress::default();
    let suite = Suite {
        parts: named.into_iter().map(PartName::part).collect(),
        rounds: flags.rounds.into(),
        jobs: num_cpus::get_physical(),
        python: python.map(|path| Python {
            path,
            data: data.folder.clone(),
            gpu: flags.backend.is_gpu(),
        }),
        data,
        trainers,
        cargo: &|arguments| cargo::command(arguments),
        cache: &workspace::cache(),
        machine: machine(),
        observer: &progress,
    };
    let measured = suite.run();
    drop(progress);
    match measured {
        // What is ended together with us says that it has failed.
        _ if interrupt::asked() => Ok(interrupt::EXIT_CODE),
        Err(BenchError::Stopped) => Ok(interrupt::EXIT_CODE),
        Err(error) => Err(error.into()),
        Ok(results) => {
            let text = text::of(&results);
            write(&out, [text.as_bytes(), &results.to_csv()?])?;
            let path = here.show(&out);
            host::outln!("{text}\nwritten   {}/{}", path.display(), FILES.join(", "));
            Ok(0)
        }
    }
}

/// A name alone is looked for where programs are; a path is seen from where the user stands.
fn found(python: &Path, here: &Here) -> Result<PathBuf, UsageError> {
    if python.components().count() == 1 {
        return Ok(python.to_owned());
    }
    let path = here.path(python);
    let missing = || UsageError(format!("--peers {}: no such program", python.display()));
    path.is_file().then_some(path).ok_or_else(missing)
}

fn write(out: &Path, contents: [&[u8]; 2]) -> anyhow::Result<()> {
    fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    for (name, content) in FILES.into_iter().zip(contents) {
        write_whole(&out.join(name), content)?;
    }
    Ok(())
}

/// The machine in words. Which processor it is, the trainers say.
fn machine() -> String {
    let cores = num_cpus::get_physical();
    let vectors = if cfg!(target_arch = "x86_64") { vectors_of_x86() } else { "" };
    format!("{} {}, {cores} cores{vectors}", std::env::consts::OS, std::env::consts::ARCH)
}

#[cfg(target_arch = "x86_64")]
fn vectors_of_x86() -> &'static str {
    if is_x86_feature_detected!("avx512f") {
        ", AVX-512"
    } else if is_x86_feature_detected!("avx2") {
        ", AVX2"
    } else {
        ", neither AVX2 nor AVX-512"
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn vectors_of_x86() -> &'static str {
    ""
}

/// Shows how far the measuring is: a bar on a terminal, elsewhere a line a step.
#[derive(Default)]
struct Progress(Mutex<Option<Started>>);

struct Started {
    bar: Option<ProgressBar>,
    at: Instant,
    /// Steps begun, and steps in all.
    begun: usize,
    steps: usize,
}

impl Observer for Progress {
    fn begin(&self, steps: usize) {
        let bar = progress::bar(Some(steps as u64), "{pos} of {len}  {msg}");
        if let Some(bar) = &bar {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        let started = Started { bar, at: Instant::now(), begun: 0, steps };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(started);
    }

    fn step(&self, what: &str) {
        let mut started = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Started { bar, at, begun, steps }) = &mut *started else { return };
        let seconds = at.elapsed().as_secs_f64();
        let left = (*begun > 0).then(|| seconds / *begun as f64 * (*steps - *begun) as f64);
        let left = left.map_or_else(String::new, |left| format!("   {} left", duration(left)));
        match bar {
            Some(bar) => {
                bar.set_position(*begun as u64);
                bar.set_message(format!("{what}{left}"));
            }
            None => host::errln!("{} of {steps}  {what}{left}", *begun + 1),
        }
        *begun += 1;
    }

    fn warn(&self, text: &str) {
        host::errln!("warning: {text}");
    }

    fn is_stopped(&self) -> bool {
        interrupt::asked()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(Started { bar: Some(bar), .. }) =
            &*self.0.lock().unwrap_or_else(PoisonError::into_inner)
        {
            bar.finish_and_clear();
        }
    }
}
