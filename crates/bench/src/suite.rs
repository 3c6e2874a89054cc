//! Goes through everything that is to be measured, round after round.

use std::path::Path;

use run::Backend;

use crate::{
    BenchError,
    data_files::DataFiles,
    peer::{Peer, Python, Script},
    process,
    program::{Program, Trained},
    reading,
    results::{Measurement, Quantity, Results},
    starting::{self, Cargo, Starts},
    studying,
    trainer::Trainer,
    training::{Case, epoch_seconds},
};

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Seconds of an epoch, by batch size.
    Training,
    /// Seconds of a study.
    Study,
    /// Seconds in which a CSV is read.
    Csv,
    /// Seconds until the first step.
    Start,
}

/// Watches how the measuring goes.
pub trait Observer: Sync {
    /// So many steps are to come.
    fn begin(&self, steps: usize);
    /// This is done next.
    fn step(&self, what: &str);
    /// Something that somebody should know.
    fn warn(&self, text: &str);
    /// Whether to stop.
    fn is_stopped(&self) -> bool;
}

/// What is to be measured, and with what.
pub struct Suite<'a> {
    /// What is to be measured.
    pub parts: Vec<Part>,
    /// How often.
    pub rounds: usize,
    /// How many runs of the study, or processes of a peer, there are at a time.
    pub jobs: usize,
    /// The digits.
    pub data: DataFiles,
    /// The trainers: first the one that others are compared with.
    pub trainers: Vec<Trainer>,
    /// The Python with peers.
    pub python: Option<Python>,
    /// Makes commands of cargo.
    pub cargo: Cargo<'a>,
    /// Where `cargo xtask train` keeps what it has parsed.
    pub cache: &'a Path,
    /// The machine in words.
    pub machine: String,
    /// Who watches.
    pub observer: &'a dyn Observer,
}

/// The peers that train. They stay, so that they load their libraries and data once.
type Peers = Vec<(Script, Peer)>;

impl Suite<'_> {
    /// Measures.
    ///
    /// # Errors
    /// A program failed, the disk did, or the observer asked for a stop.
    pub fn run(mut self) -> Result<Results, BenchError> {
        let core = self.core();
        self.trainers.iter_mut().for_each(|trainer| trainer.core = core);
        let (mut peers, mut pandas) = (self.start_peers()?, self.start_pandas()?);
        self.observer.begin(self.rounds * self.steps(&peers, pandas.is_some()));
        let mut found = Vec::new();
        for round in 1..=self.rounds {
            for part in self.parts.clone() {
                let measured = match part {
                    Part::Training => self.train(round, &mut peers)?,
                    Part::Study => self.study(&peers)?,
                    Part::Csv => self.read_csv(pandas.as_mut())?,
                    Part::Start => self.start()?,
                };
                found
                    .extend(measured.into_iter().map(|measured| Measurement { round, ..measured }));
            }
        }
        let trainers = self
            .trainers
            .iter()
            .filter(|trainer| trainer.provenance.is_some())
            .map(Program::version);
        let programs = trainers
            .chain(peers.iter().map(|(_, peer)| peer.version()))
            .chain(pandas.as_ref().map(Peer::version));
        let Self { ref machine, rounds, jobs, .. } = self;
        Ok(Results {
            machine: machine.clone(),
            programs: programs.collect(),
            rounds,
            jobs,
            measurements: found,
        })
    }

    fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    fn uses_gpu(&self) -> bool {
        self.trainers.iter().any(|trainer| trainer.backend.is_gpu())
    }

    /// Steps of a round.
    fn steps(&self, peers: &Peers, pandas: bool) -> usize {
        let of_part = |part: &Part| match part {
            Part::Training => {
                Case::all(self.uses_gpu()).len() * (self.trainers.len() + peers.len())
            }
            Part::Study => 1 + peers.len(),
            Part::Csv => 1 + usize::from(pandas),
            Part::Start => 1,
        };
        self.parts.iter().map(of_part).sum()
    }

    /// The core for what runs alone: the last, for the first has the system's own work to do.
    fn core(&self) -> Option<usize> {
        process::cores().last().copied().filter(|_| process::can_pin() && !self.uses_gpu())
    }

    fn start_peers(&self) -> Result<Peers, BenchError> {
        let Some(python) = &self.python else { return Ok(Vec::new()) };
        if !self.has(Part::Training) && !self.has(Part::Study) {
            return Ok(Vec::new());
        }
        let (mut peers, mut reason) = (Vec::new(), String::new());
        for script in Script::TRAIN {
            match python.start(script, self.core()) {
                Ok(peer) => peers.push((script, peer)),
                Err(BenchError::Failed { program, reason: said }) => {
                    self.observer.warn(&format!("{program}: {said}"));
                    reason = said;
                }
                Err(error) => return Err(error),
            }
        }
        if peers.is_empty() {
            return Err(BenchError::NoPeers { python: python.path.clone(), reason });
        }
        Ok(peers)
    }

    fn start_pandas(&self) -> Result<Option<Peer>, BenchError> {
        let python = self.python.as_ref().filter(|_| self.has(Part::Csv));
        python.map(|python| python.start(Script::ReadCsv, self.core())).transpose()
    }

    /// Says what comes next, unless it is not to come.
    fn next(&self, what: &str) -> Result<(), BenchError> {
        if self.observer.is_stopped() {
            return Err(BenchError::Stopped);
        }
        self.observer.step(what);
        Ok(())
    }

    fn train(&mut self, round: usize, peers: &mut Peers) -> Result<Vec<Measurement>, BenchError> {
        let mut found = Vec::new();
        for case in Case::all(self.uses_gpu()) {
            for index in 0..self.trainers.len() {
                self.next(&case.with(self.trainers[index].name()))?;
                let trainer = &mut self.trainers[index];
                let trained = trainer.train(&case.config(&self.data, trainer.backend, round)?)?;
                found.extend(of_case(trainer.name(), case, &trained));
            }
            for (_, peer) in peers.iter_mut() {
                self.next(&case.with(peer.name()))?;
                let trained = peer.train(&case.config(&self.data, Backend::default(), round)?)?;
                found.extend(of_case(peer.name(), case, &trained));
            }
        }
        Ok(found)
    }

    fn study(&mut self, peers: &Peers) -> Result<Vec<Measurement>, BenchError> {
        let study = studying::planned(&self.data)?;
        self.next(&format!("a study: {}", self.trainers[0].name()))?;
        let observer = self.observer;
        let trainer = &mut self.trainers[0];
        let seconds = studying::ours(trainer, &study, self.jobs, &|| observer.is_stopped())?;
        let mut found = vec![of_program(Quantity::Study, trainer.name(), seconds, None)];
        for (script, peer) in peers {
            self.next(&format!("a study: {}", peer.name()))?;
            if let Some(python) = &self.python {
                let seconds = studying::peers(python, *script, &study, self.jobs)?;
                found.push(of_program(Quantity::Study, peer.name(), seconds, None));
            }
        }
        Ok(found)
    }

    fn read_csv(&self, pandas: Option<&mut Peer>) -> Result<Vec<Measurement>, BenchError> {
        const OURS: &str = "crates/data";
        self.next(&format!("a CSV: {OURS}"))?;
        let mut found =
            vec![of_program(Quantity::ReadCsv, OURS, reading::seconds(&self.data.train)?, None)];
        if let Some(pandas) = pandas {
            self.next(&format!("a CSV: {}", pandas.name()))?;
            let seconds = pandas.read_csv(&self.data.train)?;
            found.push(of_program(Quantity::ReadCsv, pandas.name(), seconds, None));
        }
        Ok(found)
    }

    fn start(&mut self) -> Result<Vec<Measurement>, BenchError> {
        self.next("the way to the first step")?;
        let Starts { cargo, train, trainer } =
            starting::measure(&mut self.trainers[0], self.cargo, self.cache)?;
        let of = |quantity, value| of_program(quantity, self.trainers[0].name(), value, None);
        Ok(vec![
            of(Quantity::CargoStart, cargo),
            of(Quantity::TrainStart, train),
            of(Quantity::TrainerStart, trainer),
        ])
    }
}

fn of_program(quantity: Quantity, program: &str, value: f64, case: Option<Case>) -> Measurement {
    Measurement { quantity, program: program.to_owned(), case, round: 0, value }
}

fn of_case(program: &str, case: Case, trained: &Trained) -> Vec<Measurement> {
    let of = |quantity, value| of_program(quantity, program, value, Some(case));
    let measured = [
        of(Quantity::Epoch, epoch_seconds(trained)),
        of(Quantity::TestAccuracy, trained.test_accuracy),
    ];
    let memory = trained.peak_memory.map(|bytes| of(Quantity::PeakMemory, bytes as f64 / 1e6));
    measured.into_iter().chain(memory).collect()
}
