//! What is true of made-up runs, computed once more from their histories: other formulas, no code
//! of the report or of its statistics.

use std::collections::HashMap;

use report::analysis::{Experiment, Level};
use run::{Keep, Outcome};
use study::Completed;

/// Random numbers: SplitMix64 (Steele et al. 2014), and by Box and Muller normal ones.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.uniform() * count as f64) as usize
    }
}

/// The two-sided p of Student's t by integration of its density, with t = √ν tan θ: the density is
/// then cos(θ)^(ν − 1), and the tail from θ to π/2.
fn two_sided(t: f64, freedom: f64) -> f64 {
    let (start, end) = ((t.abs() / freedom.sqrt()).atan(), std::f64::consts::FRAC_PI_2);
    area(start, end, freedom) / area(0.0, end, freedom)
}

/// Simpson's rule for cos(θ)^(ν − 1).
fn area(from: f64, to: f64, freedom: f64) -> f64 {
    const STEPS: usize = 400;
    let width = (to - from) / STEPS as f64;
    let height = |step: usize| (from + step as f64 * width).cos().max(0.0).powf(freedom - 1.0);
    let weight = |step: usize| match step {
        0 | STEPS => 1.0,
        odd if odd % 2 == 1 => 4.0,
        _ => 2.0,
    };
    (0..=STEPS).map(|step| weight(step) * height(step)).sum::<f64>() * width / 3.0
}

/// The t that a two-sided p belongs to, by bisection.
fn quantile(p: f64, freedom: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1e6);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if two_sided(middle, freedom) > p { low = middle } else { high = middle }
    }
    low
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// By the formula with the sum of squares of pairs.
fn variance(values: &[f64]) -> f64 {
    let pairs = values
        .iter()
        .enumerate()
        .flat_map(|(place, a)| values[..place].iter().map(move |b| (a - b) * (a - b)));
    let count = values.len() as f64;
    pairs.sum::<f64>() / (count * (count - 1.0))
}

/// What is true of a level.
pub struct OfLevel {
    pub label: String,
    pub is_compared: bool,
    /// Its losses, as a report begins them.
    pub losses: String,
    pub improves: bool,
    pub overfits: bool,
    endpoints: Vec<f64>,
    factor: Option<f64>,
    rate: Option<(f64, String)>,
    reached: HashMap<u32, f64>,
}

/// The kinds of headlines.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    None,
    One,
    Names,
    Kept,
    Tied,
    Untested,
    Best,
    NotBest,
    Close,
}

/// What is true of an experiment.
pub struct Truth {
    pub levels: Vec<OfLevel>,
    /// The places of the compared levels, the highest mean first.
    pub family: Vec<usize>,
    factors: &'static [&'static str],
}

impl Truth {
    pub fn of(experiment: &Experiment, factors: &'static [&'static str]) -> Self {
        let levels: Vec<OfLevel> =
            experiment.levels.iter().map(|level| of_level(level, factors)).collect();
        let of = |place: &usize| mean(&levels[*place].endpoints);
        let mut family: Vec<usize> =
            (0..levels.len()).filter(|place| levels[*place].is_compared).collect();
        family.sort_by(|a, b| of(b).total_cmp(&of(a)));
        // With a learning rate beside another factor, the best rate of each value of the other.
        if factors.len() == 2 && factors.contains(&"learning_rate") {
            let mut seen = Vec::new();
            family.retain(|place| {
                let (_, other) = levels[*place].rate.clone().unwrap();
                let is_new = !seen.contains(&other);
                seen.push(other);
                is_new
            });
        }
        Self { levels, family, factors }
    }

    /// The difference of two compared levels: its mean, standard error and degrees of freedom.
    fn welch(&self, one: usize, other: usize) -> (f64, f64, f64) {
        let floor = 1.0f64 / 12_000.0;
        let part = |place: usize| {
            let values = &self.levels[place].endpoints;
            variance(values).max(floor * floor) / values.len() as f64
        };
        let (a, b) = (part(one), part(other));
        let count = |place: usize| self.levels[place].endpoints.len() as f64 - 1.0;
        let freedom = (a + b).powi(2) / (a * a / count(one) + b * b / count(other));
        let means = [one, other].map(|place| mean(&self.levels[place].endpoints));
        (means[0] - means[1], (a + b).sqrt(), freedom)
    }

    fn p(&self, one: usize, other: usize) -> f64 {
        let (difference, error, freedom) = self.welch(one, other);
        two_sided(difference / error, freedom)
    }

    /// Every pair of the family.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let places = 0..self.family.len();
        places
            .clone()
            .flat_map(|a| (a + 1..self.family.len()).map(move |b| (a, b)))
            .map(|(a, b)| (self.family[a], self.family[b]))
            .collect()
    }

    /// Holm's procedure as he describes it.
    fn clear(&self) -> Vec<(usize, usize)> {
        let mut tests: Vec<(f64, (usize, usize))> =
            self.pairs().into_iter().map(|(a, b)| (self.p(a, b), (a, b))).collect();
        tests.sort_by(|a, b| a.0.total_cmp(&b.0));
        let count = tests.len();
        let clear = tests.iter().enumerate();
        clear
            .take_while(|(rank, (p, _))| *p <= 0.05 / (count - rank) as f64)
            .map(|(_, (_, pair))| *pair)
            .collect()
    }

    fn seeds(&self) -> usize {
        self.family.iter().map(|place| self.levels[*place].endpoints.len()).min().unwrap_or(0)
    }

    /// The cell of a level: its difference from the highest, interval and verdict.
    pub fn difference(&self, place: usize) -> String {
        if !self.family.contains(&place) {
            return "–".to_owned();
        }
        let top = self.family[0];
        if place == top {
            return "highest".to_owned();
        }
        let signed = |points: f64| match (points * 1e4).round() / 100.0 {
            0.0 => "0.00".to_owned(),
            points if points > 0.0 => format!("+{points:.2}"),
            points => format!("−{:.2}", -points),
        };
        let (difference, error, freedom) = self.welch(place, top);
        if self.seeds() < 2 {
            return signed(difference);
        }
        let margin = quantile(0.05 / self.pairs().len() as f64, freedom) * error;
        let is_clear = self.clear().contains(&(top, place));
        let sign = match (is_clear, self.p(place, top) <= 0.05) {
            (true, _) => "▼",
            (false, true) => "?",
            (false, false) => "≈",
        };
        if is_clear && difference + margin > 0.0 {
            return format!("{} ({} to 0.00) ▼", signed(difference), signed(difference - margin));
        }
        format!("{} ± {:.2} {sign}", signed(difference), margin * 100.0)
    }

    pub fn kind(&self) -> Kind {
        let Some(top) = self.family.first() else { return Kind::None };
        let rest = &self.family[1..];
        if rest.is_empty() {
            return Kind::One;
        }
        match self.factors {
            ["split_seed"] => return Kind::Names,
            ["keep"] => return Kind::Kept,
            _ => {}
        }
        let gap = mean(&self.levels[*top].endpoints) - mean(&self.levels[rest[0]].endpoints);
        if gap < 1e-9 {
            return Kind::Tied;
        }
        if self.seeds() < 2 {
            return Kind::Untested;
        }
        let clear = self.clear();
        if !rest.iter().all(|place| clear.contains(&(*top, *place))) {
            return Kind::Close;
        }
        let improves = self.family.iter().any(|place| self.levels[*place].improves);
        match improves || self.is_at_edge(*top) {
            true => Kind::NotBest,
            false => Kind::Best,
        }
    }

    /// Whether the learning rate of a level is an end of those tried with it; a study that does not
    /// vary it has tuned none.
    fn is_at_edge(&self, top: usize) -> bool {
        let Some((rate, other)) = &self.levels[top].rate else { return true };
        let rates: Vec<f64> = self
            .levels
            .iter()
            .filter_map(|level| level.rate.as_ref())
            .filter(|(_, one)| one == other)
            .map(|(rate, _)| *rate)
            .collect();
        rates.iter().all(|one| one <= rate) || rates.iter().all(|one| one >= rate)
    }

    /// The updates of each level to the highest milestone that a compared level reached.
    pub fn reached(&self) -> Option<Vec<String>> {
        let milestone = [97, 95, 90].into_iter().find(|milestone| {
            self.levels.iter().any(|level| level.reached.contains_key(milestone))
        })?;
        let cell = |level: &OfLevel| match level.reached.get(&milestone) {
            Some(updates) => host::text::thousands(*updates),
            None => "–".to_owned(),
        };
        Some(self.levels.iter().map(cell).collect())
    }

    /// The slope of accuracies over the logarithm of the factor, and its p: by least squares on the
    /// means, with the variance of each mean by itself.
    pub fn trend(&self) -> (f64, f64) {
        let point = |place: &usize| {
            let level = &self.levels[*place];
            (level.factor.unwrap().log2(), &level.endpoints)
        };
        let points: Vec<(f64, &Vec<f64>)> = self.family.iter().map(point).collect();
        let middle = mean(&points.iter().map(|(x, _)| *x).collect::<Vec<_>>());
        let squares: f64 = points.iter().map(|(x, _)| (x - middle) * (x - middle)).sum();
        let (mut slope, mut all, mut parts) = (0.0, 0.0, 0.0);
        for (x, values) in points {
            let weight = (x - middle) / squares;
            slope += weight * mean(values);
            let floor = 1.0f64 / 12_000.0;
            let part = weight * weight * variance(values).max(floor * floor) / values.len() as f64;
            all += part;
            parts += part * part / (values.len() as f64 - 1.0);
        }
        (slope, two_sided(slope / all.sqrt(), all * all / parts))
    }
}

fn of_level(level: &Level, factors: &[&str]) -> OfLevel {
    let fates: Vec<&str> = level.trials.iter().map(fate).collect();
    let count = |fate: &str| fates.iter().filter(|one| **one == fate).count();
    let planned = level.planned;
    let losses = ["diverged", "collapsed", "never learned"].map(|fate| (count(fate), fate));
    let crashed = (planned - level.trials.len(), "without a result");
    let losses: Vec<String> = losses
        .into_iter()
        .chain([crashed])
        .filter(|(count, _)| *count > 0)
        .map(|(count, cause)| format!("{count} of {planned} {cause}"))
        .collect();
    let is_compared = losses.is_empty() && !level.trials.is_empty();
    let most = |is: fn(&Completed) -> bool| {
        2 * level.trials.iter().filter(|trial| is(trial)).count() > level.trials.len()
    };
    let number = |place: usize| {
        let value = &level.values[place];
        value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
    };
    let rate = factors.iter().position(|factor| *factor == "learning_rate").map(|place| {
        let other = level.values.iter().enumerate().filter(|(one, _)| *one != place);
        (number(place).unwrap(), format!("{:?}", other.collect::<Vec<_>>()))
    });
    let milestones = [90u32, 95, 97].into_iter().filter_map(|milestone| {
        let of = |trial: &Completed| {
            let bound = f64::from(milestone) / 100.0;
            let epoch =
                trial.history.epochs().iter().find(|epoch| epoch.valid.accuracy() >= bound)?.epoch;
            let rows = trial.summary.train_rows as f64;
            Some(epoch as f64 * (rows / trial.config.batch_size as f64).ceil())
        };
        let each: Option<Vec<f64>> = level.trials.iter().map(of).collect();
        Some((milestone, mean(&each.filter(|_| is_compared)?)))
    });
    OfLevel {
        label: level.label.clone(),
        is_compared,
        losses: losses.join("; "),
        improves: most(improves),
        overfits: most(overfits),
        endpoints: {
            let last = if factors.contains(&"epochs") { 1 } else { 3 };
            level.trials.iter().filter_map(|trial| endpoint(trial, last)).collect()
        },
        factor: number(0),
        rate,
        reached: milestones.collect(),
    }
}

fn accuracies(trial: &Completed) -> Vec<f64> {
    trial.history.epochs().iter().map(|epoch| epoch.valid.accuracy()).collect()
}

fn endpoint(trial: &Completed, count: usize) -> Option<f64> {
    let mut last = accuracies(trial);
    if trial.config.keep == Keep::Best {
        return last.into_iter().reduce(f64::max);
    }
    last.reverse();
    last.truncate(count);
    (!last.is_empty()).then(|| mean(&last))
}

fn improves(trial: &Completed) -> bool {
    let epochs = trial.history.epochs();
    let fifth = epochs.len().div_ceil(5);
    let is_cut = trial.config.patience.is_some() && epochs.len() < trial.config.epochs;
    if is_cut || epochs.len() <= fifth {
        return false;
    }
    let (last, before) = (&epochs[epochs.len() - 1].valid, &epochs[epochs.len() - 1 - fifth].valid);
    last.loss() < 0.95 * before.loss() || last.accuracy() - before.accuracy() > 0.005
}

fn overfits(trial: &Completed) -> bool {
    let epochs = trial.history.epochs();
    let mut lowest = 0;
    for (place, epoch) in epochs.iter().enumerate() {
        if epoch.valid.loss() < epochs[lowest].valid.loss() {
            lowest = place;
        }
    }
    let Some(last) = epochs.last() else { return false };
    trial.config.keep == Keep::Last
        && last.valid.loss() > 1.05 * epochs[lowest].valid.loss()
        && last.fitted().loss() < 0.95 * epochs[lowest].fitted().loss()
}

fn fate(trial: &Completed) -> &'static str {
    if trial.summary.outcome != Outcome::Finished {
        return "diverged";
    }
    let chance = trial.summary.largest_class.unwrap_or(0.1);
    let bound = 0.9 * chance + 0.1;
    let all = accuracies(trial);
    let kept = trial.summary.kept_epoch.map(|epoch| all[epoch - 1]).unwrap_or(f64::NAN);
    if kept >= bound {
        "learned"
    } else if all.iter().any(|accuracy| *accuracy >= bound) {
        "collapsed"
    } else if improves(trial) {
        "slow"
    } else {
        "never learned"
    }
}
