//! Shows how an analysis goes: on a terminal the runs under way and a bar with the time left, elsewhere a line a run.

use std::{
    io::IsTerminal,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use run::{Outcome, StudyFolder, Trial, text::duration};

pub struct View {
    terminal: Option<Terminal>,
    state: Mutex<State>,
    started: Instant,
    trials: usize,
    cost: f64,
}

struct Terminal {
    lines: MultiProgress,
    bar: ProgressBar,
}

/// The line of a run under way, on a terminal.
pub struct Running<'a> {
    trial: &'a Trial,
    line: Option<ProgressBar>,
    looked: Instant,
}

/// How often the line of a run is brought up to date.
const REFRESH: Duration = Duration::from_millis(250);

#[derive(Default)]
struct State {
    done: usize,
    /// Cost of the runs done by this process, and of those found done.
    trained: f64,
    found: f64,
}

impl View {
    pub fn new(trials: &[Trial]) -> Self {
        let terminal = std::io::stderr().is_terminal().then(|| {
            let lines = MultiProgress::new();
            let bar = lines.add(ProgressBar::new(trials.len() as u64));
            // A template that does not parse leaves the plain style, which is a bar as well.
            if let Ok(style) = ProgressStyle::with_template("{bar:24.cyan/blue} {pos} of {len} runs  {msg}") {
                bar.set_style(style.progress_chars("━╸─"));
            }
            bar.enable_steady_tick(REFRESH);
            Terminal { lines, bar }
        });
        let cost = trials.iter().map(Self::cost).sum();
        Self { terminal, state: Mutex::default(), started: Instant::now(), trials: trials.len(), cost }
    }

    /// How long a run takes, in no particular unit: an epoch costs something a sample and something a step.
    pub fn cost(trial: &Trial) -> f64 {
        let samples = trial.config.limit.unwrap_or(60_000) as f64;
        let steps = samples / trial.config.batch_size as f64;
        trial.config.epochs as f64 * (samples + 16.0 * steps)
    }

    /// A run begins.
    pub fn started<'a>(&self, trial: &'a Trial) -> Running<'a> {
        let line = self.terminal.as_ref().map(|terminal| {
            let line = terminal.lines.insert_before(&terminal.bar, ProgressBar::new(trial.config.epochs as u64));
            if let Ok(style) = ProgressStyle::with_template("{bar:12.dim} {pos:>3} of {len} epochs  {prefix:<44} {msg}")
            {
                line.set_style(style.progress_chars("━╸─"));
            }
            line.set_prefix(trial.name.clone());
            line
        });
        Running { trial, line, looked: Instant::now() }
    }

    /// These runs were there already.
    pub fn found(&self, trials: &[Trial]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.done += trials.len();
        state.found += trials.iter().map(Self::cost).sum::<f64>();
        if !trials.is_empty() {
            self.tell(&state, format!("{} of {} runs are there already", trials.len(), self.trials));
        }
    }

    pub fn finished(&self, trial: &Trial, folder: &StudyFolder) {
        let how = match folder.run(&trial.name).read_summary() {
            Ok(Some(summary)) => match (summary.outcome, summary.final_valid_accuracy) {
                (Outcome::Diverged { epoch, step }, _) => format!("diverged in epoch {epoch}, step {step}"),
                (_, Some(accuracy)) => format!("validation accuracy {accuracy:.4}"),
                _ => String::new(),
            },
            _ => String::new(),
        };
        self.ended(trial, &how);
    }

    pub fn crashed(&self, trial: &Trial) {
        self.ended(trial, "crashed");
    }

    fn ended(&self, trial: &Trial, how: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.done += 1;
        state.trained += Self::cost(trial);
        let left = self.cost - state.found - state.trained;
        let seconds = self.started.elapsed().as_secs_f64() / state.trained * left;
        let left = if state.done == self.trials { String::new() } else { format!("{} left", duration(seconds)) };
        if let Some(terminal) = &self.terminal {
            terminal.bar.set_message(left.clone());
        }
        let width = self.trials.to_string().len();
        let line = format!("{:>width$} of {}  {:<44} {how:<32}", state.done, self.trials, trial.name);
        self.tell(&state, if self.terminal.is_some() { line } else { line + &left });
    }

    fn tell(&self, state: &State, line: String) {
        match &self.terminal {
            Some(Terminal { bar, .. }) => {
                bar.println(line.trim_end());
                bar.set_position(state.done as u64);
            }
            None => println!("{}", line.trim_end()),
        }
    }
}

impl Running<'_> {
    /// Looks how far the run is.
    pub fn look(&mut self, folder: &StudyFolder) {
        let Some(line) = self.line.as_ref().filter(|_| self.looked.elapsed() > REFRESH) else { return };
        self.looked = Instant::now();
        // Before its first epoch there is nothing to see.
        if let Some(last) = folder.run(&self.trial.name).read_history().ok().and_then(|history| history.last().copied())
        {
            line.set_position(last.epoch as u64);
            line.set_message(format!("validation accuracy {:.4}", last.valid_accuracy));
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        if let Some(terminal) = &self.terminal {
            terminal.bar.finish_and_clear();
        }
    }
}
