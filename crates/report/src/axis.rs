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
    /// The bounds of its range.
    pub limits: Limits,
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

/// The bounds of the range of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Limits {
    /// All values.
    #[default]
    All,
    /// The values within these bounds.
    Within(f64, f64),
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
    pub(crate) fn range(&self, values: &mut dyn Iterator<Item = f64>, air: f64) -> (f64, f64) {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        let (least, most) = match self.limits {
            Limits::All => (f64::NEG_INFINITY, f64::INFINITY),
            Limits::Within(least, most) => (least, most),
        };
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

    /// The ticks in a range, about `most` at most.
    pub(crate) fn ticks(&self, (low, high): (f64, f64), most: usize) -> Vec<Tick> {
        let mut step = round_step((high - low) / most as f64);
        match &self.ticks {
            Ticks::At(ticks) => return ticks.clone(),
            Ticks::Whole => step = step.max(1.0),
            Ticks::Round => {}
        }
        let decimals = (-step.log10().floor()).clamp(0.0, 8.0) as usize;
        let first = (low / step).ceil() as i64;
        let last = (high / step).floor() as i64;
        let tick = |number: i64| {
            let at = number as f64 * step;
            Tick { at, label: format!("{at:.decimals$}") }
        };
        (first..=last).map(tick).collect()
    }
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
        let axis = Axis { limits: Limits::Within(0.0, 1.0), ..Axis::linear("loss") };
        let range = |values: &[f64]| axis.range(&mut values.iter().copied(), 0.1);
        assert_eq!(range(&[0.25, 0.75]), (0.2, 0.8));
        assert_eq!(range(&[0.25, 1.01]), (0.175, 1.0));
        assert_eq!(range(&[-1.0, 0.5]), (0.0, 0.55));
        assert_eq!(range(&[-1.0, 2.0]), (0.0, 1.0));
    }
}
