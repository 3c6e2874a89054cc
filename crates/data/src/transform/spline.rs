//! Smooth random functions of the pixels.

use rand_chacha::{ChaCha8Rng, rand_core::Rng};

use crate::ImageSize;

/// A random function of the pixels: a quadratic B-spline over a grid of nodes, with independent
/// uniform numbers at the nodes. It is continuous, and so is its first derivative.
///
/// It is as smooth as white noise after a Gaussian of 4 pixels, whose values correlate by 0.37 at
/// a distance of 8 pixels, and by 0.02 at 16. Here, these correlations are 0.39 and 0.02.
#[derive(Debug, Clone)]
pub(super) struct Spline {
    /// The function along each row of nodes.
    rows: Vec<f32>,
    /// Values in a row: those of whole steps.
    width: usize,
}

/// Pixels from a node to the next one.
pub(super) const STEP: usize = 8;

/// The weights of the three nearest nodes, for each pixel of a step around the middle one.
const WEIGHTS: [[f32; 3]; STEP] = {
    let mut weights = [[0.0; 3]; STEP];
    let mut pixel = 0;
    while pixel < STEP {
        let place = (pixel as f32 + 0.5) / STEP as f32;
        let rest = 1.0 - place;
        weights[pixel] = [rest * rest / 2.0, 0.5 + place * rest, place * place / 2.0];
        pixel += 1;
    }
    weights
};

/// The largest value at a node of a function that deviates by 1: √3 for uniform numbers, and the
/// squared weights of a pixel have a sum of 0.55 in the mean, across as well as down.
const MOST: f32 = 3.149;

impl Spline {
    /// A function drawn at random, with a mean of 0 and this standard deviation.
    #[inline(always)]
    pub(super) fn draw(size: ImageSize, deviation: f32, random: &mut ChaCha8Rng) -> Self {
        let (width, height) =
            (size.width().next_multiple_of(STEP), size.height().next_multiple_of(STEP));
        // One node for each step, and one more at each end.
        let (columns, nodes) = (width / STEP + 2, height / STEP + 2);
        let mut bytes = vec![0; 2 * columns * nodes];
        random.fill_bytes(&mut bytes);
        let middle = f32::from(u16::MAX) / 2.0;
        let unit = deviation * MOST / middle;
        let value = |bytes: &[u8; 2]| (f32::from(u16::from_le_bytes(*bytes)) - middle) * unit;
        let values: Vec<f32> = bytes.as_chunks().0.iter().map(value).collect();
        let mut rows = vec![0.0; nodes * width];
        for (nodes, row) in values.chunks_exact(columns).zip(rows.chunks_exact_mut(width)) {
            for (near, step) in nodes.windows(3).zip(row.chunks_exact_mut(STEP)) {
                for (value, weights) in step.iter_mut().zip(&WEIGHTS) {
                    *value = weights[0] * near[0] + weights[1] * near[1] + weights[2] * near[2];
                }
            }
        }
        Self { rows, width }
    }

    /// The three rows of nodes nearest to a row of pixels, and their weights there.
    #[inline(always)]
    pub(super) fn near(&self, row: usize) -> ([&[f32]; 3], [f32; 3]) {
        let nodes = |node: usize| &self.rows[(row / STEP + node) * self.width..][..self.width];
        ([nodes(0), nodes(1), nodes(2)], WEIGHTS[row % STEP])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    const SIZE: (usize, usize) = (36, 29);

    /// The values of the pixels, row by row.
    fn values(seed: u64, deviation: f32) -> Vec<Vec<f32>> {
        let size = ImageSize::new(SIZE.0, SIZE.1).unwrap();
        let spline = Spline::draw(size, deviation, &mut ChaCha8Rng::seed_from_u64(seed));
        let row = |row: usize| {
            let ([upper, middle, lower], weights) = spline.near(row);
            let value =
                |x: usize| weights[0] * upper[x] + weights[1] * middle[x] + weights[2] * lower[x];
            (0..SIZE.0).map(value).collect()
        };
        (0..SIZE.1).map(row).collect()
    }

    fn transposed(rows: &[Vec<f32>]) -> Vec<Vec<f32>> {
        (0..SIZE.0).map(|x| rows.iter().map(|row| row[x]).collect()).collect()
    }

    /// The mean product of two values at this distance, across and down.
    fn covariance(of: &[Vec<f32>], distance: usize) -> f32 {
        let products = |rows: &[Vec<f32>]| -> Vec<f32> {
            let row = |row: &Vec<f32>| -> Vec<f32> {
                row.iter().zip(&row[distance..]).map(|(one, other)| one * other).collect()
            };
            rows.iter().flat_map(row).collect()
        };
        let all = [products(of), products(&transposed(of))].concat();
        all.iter().sum::<f32>() / all.len() as f32
    }

    #[test]
    fn the_first_derivative_has_no_jump_and_no_value_is_beyond_the_largest() {
        // A line between two nodes would bend by up to four times the largest value over a step,
        // all at one pixel. The spline bends evenly: by a step's share at each pixel.
        let bound = 4.0 * MOST / (STEP * STEP) as f32;
        for seed in 0..200 {
            let rows = values(seed, 1.0);
            for line in rows.iter().chain(&transposed(&rows)) {
                for near in line.windows(3) {
                    let bend = (near[0] - 2.0 * near[1] + near[2]).abs();
                    assert!(bend < 1.001 * bound, "seed {seed}: {bend}");
                    assert!(near[0].abs() <= MOST);
                }
            }
        }
    }

    #[test]
    fn deviation_and_correlations_are_those_of_noise_after_a_gaussian_of_4_pixels() {
        const SEEDS: u64 = 4000;
        let mean = |distance: usize| {
            let sum: f32 = (0..SEEDS).map(|seed| covariance(&values(seed, 1.4), distance)).sum();
            sum / SEEDS as f32
        };
        let variance = mean(0);
        assert!((1.37..1.43).contains(&variance.sqrt()), "{}", variance.sqrt());
        for distance in [1, 2, 4, 8, 12, 16] {
            let gaussian = (-(distance as f32 / 8.0).powi(2)).exp();
            let correlation = mean(distance) / variance;
            assert!((correlation - gaussian).abs() < 0.04, "{distance}: {correlation}");
        }
    }
}
