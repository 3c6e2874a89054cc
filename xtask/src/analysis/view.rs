//! The progress of an analysis: on a terminal the current runs and a bar with the time left,
//! elsewhere a line per run.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use host::{
    progress::{self, MultiProgress, ProgressBar},
    text::{are, counted, duration, numbered},
};
use run::Outcome;
use study::{Monitor, StudyFolder, Trial, scheduler::cost};

use crate::interrupt;

pub struct View<'a> {
    folder: &'a StudyFolder,
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

/// The line of a current run, on a terminal.
struct Line {
    bar: ProgressBar,
    looked: Instant,
}

/// The interval between two updates of the line of a run.
const REFRESH: Duration = Duration::from_millis(250);

#[derive(Default)]
struct State {
    done: usize,
    /// The cost of the runs done by this process, and of those done before.
    trained: f64,
    found: f64,
    /// The current runs, by name.
    running: HashMap<String, Line>,
}

impl<'a> View<'a> {
    pub fn new(folder: &'a StudyFolder, trials: &[Trial]) -> Self {
        let runs = numbered(trials.len(), "run");
        let text = format!("{{pos}} of {{len}} {runs}  {{msg}}");
        let bar = progress::bar(Some(trials.len() as u64), &text);
        let terminal = bar.map(|bar| {
            let lines = MultiProgress::new();
            let bar = lines.add(bar);
            // Nothing in it needs a clock, which would need a thread: the system may allow none.
            bar.tick();
            Terminal { lines, bar }
        });
        let cost = trials.iter().map(cost).sum();
        Self {
            folder,
            terminal,
            state: Mutex::default(),
            started: Instant::now(),
            trials: trials.len(),
            cost,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self, trial: &Trial, how: &str) {
        let mut state = self.state();
        state.running.remove(&trial.name);
        state.done += 1;
        state.trained += cost(trial);
        let left = self.cost - state.found - state.trained;
        let seconds = self.started.elapsed().as_secs_f64() / state.trained * left;
        let left = if state.done == self.trials {
            String::new()
        } else {
            format!("{} left", duration(seconds))
        };
        if let Some(terminal) = &self.terminal {
            terminal.bar.set_message(left.clone());
        }
        let width = self.trials.to_string().len();
        let line =
            format!("{:>width$} of {}  {:<44} {how:<32}", state.done, self.trials, trial.name);
        self.print(&state, if self.terminal.is_some() { line } else { line + &left });
    }

    fn print(&self, state: &State, line: String) {
        match &self.terminal {
            Some(Terminal { bar, .. }) => {
                // Standard output may be a file, even if the bar is on a terminal.
                bar.suspend(|| host::outln!("{}", line.trim_end()));
                bar.set_position(state.done as u64);
            }
            None => host::outln!("{}", line.trim_end()),
        }
    }
}

impl Monitor for View<'_> {
    fn found(&self, trials: &[Trial]) {
        let mut state = self.state();
        state.done += trials.len();
        state.found += trials.iter().map(cost).sum::<f64>();
        if !trials.is_empty() {
            let (done, all) = (trials.len(), counted(self.trials, "run"));
            self.print(&state, format!("{done} of {all} {} already done", are(done)));
        }
    }

    fn running(&self, trial: &Trial) {
        let Some(terminal) = &self.terminal else { return };
        let mut state = self.state();
        let line =
            state.running.entry(trial.name.clone()).or_insert_with(|| Line::new(terminal, trial));
        if line.looked.elapsed() > REFRESH {
            line.look(self.folder, trial);
        }
    }

    fn finished(&self, trial: &Trial) {
        let how = match self.folder.run(&trial.name).read_summary() {
            Ok(Some(summary)) => match (summary.outcome, summary.final_valid_accuracy) {
                (Outcome::Diverged { epoch, step }, _) => {
                    format!("diverged in epoch {epoch}, step {step}")
                }
                (_, Some(accuracy)) => format!("validation accuracy {accuracy:.4}"),
                _ => String::new(),
            },
            _ => String::new(),
        };
        self.ended(trial, &how);
    }

    fn crashed(&self, trial: &Trial) {
        self.ended(trial, "crashed");
    }

    fn message(&self, text: &str) {
        match &self.terminal {
            Some(Terminal { lines, .. }) => lines.suspend(|| host::outln!("{text}")),
            None => host::outln!("{text}"),
        }
    }

    fn is_stopped(&self) -> bool {
        interrupt::asked()
    }
}

impl Line {
    fn new(terminal: &Terminal, trial: &Trial) -> Self {
        let epochs = trial.config.epochs;
        let noun = numbered(epochs, "epoch");
        let text = format!("{{pos:>3}} of {{len}} {noun}  {{prefix:<44}} {{msg}}");
        let bar = progress::small_bar(epochs as u64, &text);
        let bar = terminal.lines.insert_before(&terminal.bar, bar);
        bar.set_prefix(trial.name.clone());
        Self { bar, looked: Instant::now() }
    }

    /// Updates the line from the history of the run.
    fn look(&mut self, folder: &StudyFolder, trial: &Trial) {
        self.looked = Instant::now();
        // There is no history before the end of the first epoch.
        if let Some(last) =
            folder.run(&trial.name).read_history().ok().and_then(|history| history.last().copied())
        {
            self.bar.set_position(last.epoch as u64);
            self.bar.set_message(format!("validation accuracy {:.4}", last.valid.accuracy()));
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        self.state().running.clear();
        if let Some(terminal) = &self.terminal {
            terminal.bar.finish_and_clear();
        }
    }
}
