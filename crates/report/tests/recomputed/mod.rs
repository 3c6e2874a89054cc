//! What is true of made-up accuracies, computed once more: other formulas, no code of the report.

#![allow(dead_code, reason = "no test needs all of it")]

/// Random numbers: SplitMix64 (Steele et al. 2014), and by Box and Muller normal ones.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// The distribution function of Student's t, in closed form for 2 and 4 degrees of freedom.
fn student(t: f64, freedom: usize) -> f64 {
    match freedom {
        2 => 0.5 + t / (2.0 * (2.0 + t * t).sqrt()),
        4 => {
            let s = 1.0 + t * t / 4.0;
            0.5 + 0.375 * t / s.sqrt() * (1.0 - t * t / (12.0 * s))
        }
        _ => panic!("no closed form for {freedom} degrees of freedom"),
    }
}

/// t(0.975) from a table.
fn quantile(freedom: usize) -> f64 {
    [12.706_205, 4.302_653, 3.182_446, 2.776_445][freedom - 1]
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// By the formula with the sum of squares.
fn deviation(values: &[f64]) -> f64 {
    let (count, squares) =
        (values.len() as f64, values.iter().map(|value| value * value).sum::<f64>());
    ((squares - count * mean(values).powi(2)).max(0.0) / (count - 1.0)).sqrt()
}

/// Mean and interval, as sentences have them.
pub fn interval(values: &[f64]) -> String {
    let points = (mean(values) * 1e4).round() / 100.0;
    let sign = if points > 0.0 {
        "+"
    } else if points < 0.0 {
        "−"
    } else {
        ""
    };
    let margin = quantile(values.len() - 1) * deviation(values) / (values.len() as f64).sqrt();
    format!("{sign}{:.2} ± {:.2} points", points.abs(), margin * 100.0)
}

/// What is true of levels.
pub struct Truth {
    levels: Vec<Vec<f64>>,
    /// In points.
    pub means: Vec<(f64, f64)>,
    /// Places, the highest mean first.
    pub ranked: Vec<usize>,
    clear: Vec<(usize, usize)>,
    same: Vec<(usize, usize)>,
}

impl Truth {
    pub fn of(levels: &[(f64, Vec<f64>)]) -> Self {
        let levels: Vec<Vec<f64>> = levels.iter().map(|(_, values)| values.clone()).collect();
        let means: Vec<(f64, f64)> =
            levels.iter().map(|values| (mean(values) * 100.0, deviation(values) * 100.0)).collect();
        let mut ranked: Vec<usize> = (0..levels.len()).collect();
        ranked.sort_by(|a, b| mean(&levels[*b]).total_cmp(&mean(&levels[*a])));
        let (mut none, mut more) = (Vec::new(), Vec::new());
        for one in 0..levels.len() {
            for other in 0..one {
                let differences: Vec<f64> =
                    levels[one].iter().zip(&levels[other]).map(|(a, b)| a - b).collect();
                let (freedom, mean) = (differences.len() - 1, mean(&differences));
                let error = deviation(&differences) / (differences.len() as f64).sqrt();
                let pair = (one, other);
                if error < 1e-9 {
                    none.push((1.0, pair));
                    more.push((1.0, pair));
                    continue;
                }
                none.push((2.0 * student(-mean.abs() / error, freedom), pair));
                let below = student((mean - 0.002) / error, freedom);
                let above = student((-mean - 0.002) / error, freedom);
                more.push((below.max(above), pair));
            }
        }
        let (clear, same) = (rejected(none, 0.05), rejected(more, 0.025));
        Self { levels, means, ranked, clear, same }
    }

    pub fn is_clear(&self, one: usize, other: usize) -> bool {
        self.clear.contains(&(one.max(other), one.min(other)))
    }

    pub fn is_same(&self, one: usize, other: usize) -> bool {
        self.same.contains(&(one.max(other), one.min(other)))
    }

    pub fn all_same(&self) -> bool {
        self.same.len() == self.levels.len() * (self.levels.len() - 1) / 2
    }

    pub fn difference(&self, one: usize, other: usize) -> String {
        interval(
            &self.levels[one]
                .iter()
                .zip(&self.levels[other])
                .map(|(a, b)| a - b)
                .collect::<Vec<_>>(),
        )
    }
}

/// Holm's procedure as he describes it: from the smallest p on, while p is at most α over the
/// number of those left.
fn rejected(mut tests: Vec<(f64, (usize, usize))>, alpha: f64) -> Vec<(usize, usize)> {
    tests.sort_by(|a, b| a.0.total_cmp(&b.0));
    let count = tests.len();
    let holds =
        |(rank, (p, _)): &(usize, &(f64, (usize, usize)))| *p <= alpha / (count - rank) as f64;
    tests.iter().enumerate().take_while(holds).map(|(_, (_, pair))| *pair).collect()
}
