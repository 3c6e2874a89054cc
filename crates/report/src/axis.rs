//! Axes: their scales, ranges and ticks.

/// An axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    /// Its name, with the unit.
    pub name: String,
    /// Its scale.
    pub scale: Scale,
    /// Its ticks.
    pub ticks: Ticks,
    /// The bounds of the values that it shows; none if it shows all.
    pub limits: Option<(f64, f64)>,
    /// Values, low and high, that it covers besides those of its curves: the axis of charts that
    /// are compared.
    pub covered: Option<(f64, f64)>,
}

/// The scale of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Linear.
    #[default]
    Linear,
    /// Logarithmic; values are positive.
    Log,
}

/// The ticks of an axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Ticks {
    /// At whole numbers.
    Whole,
    /// At round numbers.
    #[default]
    Round,
    /// At these values.
    At(Vec<Tick>),
}

/// A tick and its label.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Its value.
    pub at: f64,
    /// Its label.
    pub label: String,
}

impl Axis {
    /// A linear axis with ticks at whole numbers.
    pub fn whole(name: &str) -> Self {
        Self { ticks: Ticks::Whole, ..Self::linear(name) }
    }

    /// A linear axis with ticks at round numbers.
    pub fn linear(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The range of the axis for these values, from low to high. `air` is the margin at each end,
    /// as a fraction of the range; an end that is cut has none.
    pub(crate) fn range(&self, values: impl Iterator<Item = f64>, air: f64) -> (f64, f64) {
        let covered = self.covered.into_iter().flat_map(|(low, high)| [low, high]);
        let values = values.chain(covered).filter(|value| value.is_finite());
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (f64::min(low, value), f64::max(high, value))
        });
        let (least, most) = self.limits.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        let (is_cut_below, is_cut_above) = (low < least, high > most);
        let (low, high) = (low.max(least), high.min(most).max(low));
        let (low, high) = (self.laid_out(low), self.laid_out(high));
        // Equal values have a margin, too.
        let least = match self.scale {
            Scale::Log => 0.05,
            Scale::Linear => 0.002 * high.abs().max(low.abs()).min(1.0),
        };
        let air = ((high - low) * air).max(least);
        (if is_cut_below { low } else { low - air }, if is_cut_above { high } else { high + air })
    }

    /// The place of a value in a range, from 0 to 1.
    pub(crate) fn part(&self, value: f64, (low, high): (f64, f64)) -> f64 {
        (self.laid_out(value) - low) / (high - low)
    }

    fn laid_out(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => value,
            Scale::Log => value.log10(),
        }
    }

    /// The ticks in a range of laid-out values, about `most` at most.
    pub(crate) fn ticks(&self, (low, high): (f64, f64), most: usize) -> Vec<Tick> {
        let least_step = match &self.ticks {
            Ticks::At(ticks) => return ticks.clone(),
            Ticks::Whole => 1.0,
            Ticks::Round => 0.0,
        };
        match self.scale {
            Scale::Linear => linear_ticks((low, high), most, least_step),
            Scale::Log if high - low < 1.0 => {
                linear_ticks((10f64.powf(low), 10f64.powf(high)), most, least_step)
            }
            Scale::Log => log_ticks((low, high), most, least_step),
        }
    }
}

/// Ticks at the multiples of a round number, which is at least `least_step`.
fn linear_ticks((low, high): (f64, f64), most: usize, least_step: f64) -> Vec<Tick> {
    let step = round_step((high - low) / most as f64).max(least_step);
    let decimals = (-step.log10().floor()).clamp(0.0, 8.0) as usize;
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    let tick = |number: i64| {
        let at = number as f64 * step;
        Tick { at, label: format!("{at:.decimals$}") }
    };
    (first..=last).map(tick).collect()
}

/// Ticks between two logarithms: at 1, 2 and 5 of each decade; of many decades, at powers of 10.
fn log_ticks((low, high): (f64, f64), most: usize, least: f64) -> Vec<Tick> {
    let decades = low.floor() as i32..=high.floor() as i32;
    let round = decades.flat_map(|decade| [1, 2, 5].map(|digit| (digit, decade)));
    // A number from text is exactly as round as the text.
    let number = |(digit, decade)| Some((digit, format!("{digit}e{decade}").parse::<f64>().ok()?));
    let is_shown = |(_, at): &(_, f64)| *at >= least && (low..=high).contains(&at.log10());
    let shown: Vec<(i32, f64)> = round.filter_map(number).filter(is_shown).collect();
    // They lie unevenly: half as many again have room.
    let has_room = shown.len() <= most + most / 2;
    let ticks = shown.into_iter().filter(|(digit, _)| has_room || *digit == 1);
    ticks.map(|(_, at)| Tick { at, label: at.to_string() }).collect()
}

/// The smallest of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … that is at least this large.
fn round_step(least: f64) -> f64 {
    let decade = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .map(|factor| factor * decade)
        .into_iter()
        .find(|step| *step >= least * 0.999)
        .unwrap_or(decade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_air_except_where_it_is_cut() {
        let axis = Axis { limits: Some((0.0, 1.0)), ..Axis::linear("loss") };
        let range = |values: &[f64]| axis.range(values.iter().copied(), 0.1);
        assert_eq!(range(&[0.25, 0.75]), (0.2, 0.8));
        assert_eq!(range(&[0.25, 1.01]), (0.175, 1.0));
        assert_eq!(range(&[-1.0, 0.5]), (0.0, 0.55));
        assert_eq!(range(&[-1.0, 2.0]), (0.0, 1.0));
    }
    #[test]
    fn round_ticks_of_a_logarithmic_axis_lie_at_their_values() {
        let axis = Axis { scale: Scale::Log, ..Axis::linear("ratio") };
        let ticks = |low: f64, high: f64, most| {
            let range = axis.range([low, high].into_iter(), 0.0);
            let ticks = axis.ticks(range, most);
            assert!(ticks.iter().all(|tick| (0.0..=1.0).contains(&axis.part(tick.at, range))));
            ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            ticks(0.00002, 0.02, 12),
            "0.00002 0.00005 0.0001 0.0002 0.0005 0.001 0.002 0.005 0.01 0.02"
        );
        assert_eq!(ticks(0.002, 400.0, 6), "0.01 0.1 1 10 100");
        assert_eq!(ticks(3.0, 5.0, 4), "3 4 5");
        let whole = Axis { ticks: Ticks::Whole, ..axis.clone() };
        let labels = whole.ticks((-1.0, 1.5), 12).into_iter().map(|tick| tick.label);
        assert_eq!(labels.collect::<Vec<_>>(), ["1", "2", "5", "10", "20"]);
    }
}
