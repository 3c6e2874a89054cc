//! A canvas for outliers.

use crate::ImageSize;

/// The longer side of the box that holds the ink, as a fraction of the shorter side of the image:
/// 20 of 28 pixels, as in MNIST.
pub(super) const BOX: f32 = 20.0 / 28.0;
/// The least ink that is no background.
const INK: f32 = 0.08;

/// Ink from 0 to 1, row by row. There is at least one pixel.
#[derive(Clone)]
pub(super) struct Canvas {
    width: usize,
    height: usize,
    ink: Vec<f32>,
}

impl Canvas {
    pub(super) fn blank(width: usize, height: usize) -> Self {
        Self { width, height, ink: vec![0.0; width * height] }
    }

    /// The ink of an image whose full ink has this value.
    pub(super) fn of(image: &[u8], size: ImageSize, full: u8) -> Self {
        let ink = image.iter().map(|pixel| f32::from(*pixel) / f32::from(full)).collect();
        Self { width: size.width(), height: size.height(), ink }
    }

    /// A canvas of this size with the ink that a function has for the middle of each pixel, x and y
    /// from 0 to 1.
    pub(super) fn from_fn(size: ImageSize, ink: impl Fn(f32, f32) -> f32) -> Self {
        let mut canvas = Self::blank(size.width(), size.height());
        for (place, pixel) in canvas.ink.iter_mut().enumerate() {
            let x = (place % size.width()) as f32 + 0.5;
            let y = (place / size.width()) as f32 + 0.5;
            *pixel = ink(x / size.width() as f32, y / size.height() as f32);
        }
        canvas
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// The ink of a pixel; none outside.
    pub(super) fn get(&self, x: isize, y: isize) -> f32 {
        let is_inside =
            (0..self.width as isize).contains(&x) && (0..self.height as isize).contains(&y);
        if is_inside { self.ink[y as usize * self.width + x as usize] } else { 0.0 }
    }

    /// Adds ink to a pixel, if it is on the canvas and has less.
    pub(super) fn add(&mut self, x: isize, y: isize, ink: f32) {
        if (0..self.width as isize).contains(&x) && (0..self.height as isize).contains(&y) {
            let pixel = &mut self.ink[y as usize * self.width + x as usize];
            *pixel = pixel.max(ink);
        }
    }

    /// Adds the ink of another canvas, whose left upper corner comes to a place.
    pub(super) fn add_all(&mut self, other: &Self, left: isize, top: isize) {
        for y in 0..other.height as isize {
            for x in 0..other.width as isize {
                self.add(left + x, top + y, other.get(x, y));
            }
        }
    }

    /// The part from this place on, of this size; background where it is beyond the canvas.
    pub(super) fn part(&self, left: isize, top: isize, width: usize, height: usize) -> Self {
        let mut part = Self::blank(width, height);
        part.add_all(self, -left, -top);
        part
    }

    /// Turned by a quarter, this many times.
    pub(super) fn turned(&self, quarters: u8) -> Self {
        (0..quarters).fold(self.clone(), |canvas, _| {
            let mut turned = Self::blank(canvas.height, canvas.width);
            for y in 0..canvas.height as isize {
                for x in 0..canvas.width as isize {
                    turned.add(canvas.height as isize - 1 - y, x, canvas.get(x, y));
                }
            }
            turned
        })
    }

    /// The box around the ink; a blank pixel if there is none.
    pub(super) fn trimmed(&self) -> Self {
        let has_ink = |x: usize, y: usize| self.ink[y * self.width + x] > INK;
        let columns = || (0..self.width).filter(|x| (0..self.height).any(|y| has_ink(*x, y)));
        let rows = || (0..self.height).filter(|y| (0..self.width).any(|x| has_ink(x, *y)));
        let ends = (columns().next(), columns().next_back(), rows().next(), rows().next_back());
        let (Some(left), Some(right), Some(top), Some(bottom)) = ends else {
            return Self::blank(1, 1);
        };
        self.part(left as isize, top as isize, right - left + 1, bottom - top + 1)
    }

    /// The ink in an image of this size, as digits stand in MNIST: its longer side fills the box,
    /// and its centre of mass is in the middle.
    pub(super) fn placed(&self, size: ImageSize) -> Self {
        let ink = self.trimmed();
        let side = BOX * size.width().min(size.height()) as f32;
        let scale = side / ink.width.max(ink.height) as f32;
        let scaled = |length: usize| ((length as f32 * scale).round() as usize).max(1);
        let ink = ink.resized(scaled(ink.width), scaled(ink.height));
        let (x, y) = ink.centre();
        let corner = |length: usize, centre: f32| (length as f32 / 2.0 - centre).round() as isize;
        ink.part(-corner(size.width(), x), -corner(size.height(), y), size.width(), size.height())
    }

    /// The same picture with another number of pixels: each is the mean of bilinear samples, as
    /// close to each other as pixels are here.
    fn resized(&self, width: usize, height: usize) -> Self {
        let steps = [(self.width, width), (self.height, height)].map(|(from, to)| {
            let samples = from.div_ceil(to);
            (from as f32 / (to * samples) as f32, samples)
        });
        let [(across, columns), (down, rows)] = steps;
        let mut resized = Self::blank(width, height);
        for y in 0..height * rows {
            for x in 0..width * columns {
                let at = |place: usize, step: f32| (place as f32 + 0.5) * step - 0.5;
                let ink = self.between(at(x, across), at(y, down));
                resized.ink[y / rows * width + x / columns] += ink / (rows * columns) as f32;
            }
        }
        resized
    }

    /// The ink between pixels, whose middles have whole numbers; that of the border beyond it.
    fn between(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x.floor() as isize, y.floor() as isize);
        let (right, below) = (x.fract(), y.fract());
        let row = |y| self.get(left, y) * (1.0 - right) + self.get(left + 1, y) * right;
        row(top) * (1.0 - below) + row(top + 1) * below
    }

    /// The centre of mass, in pixels from the left upper corner; the middle, if there is no ink.
    fn centre(&self) -> (f32, f32) {
        let mass: f32 = self.ink.iter().sum();
        if mass <= 0.0 {
            return (self.width as f32 / 2.0, self.height as f32 / 2.0);
        }
        let moment = |along: &dyn Fn(usize) -> usize| {
            let moments = self.ink.iter().enumerate().map(|(i, ink)| ink * (along(i) as f32 + 0.5));
            moments.sum::<f32>() / mass
        };
        (moment(&|place| place % self.width), moment(&|place| place / self.width))
    }

    /// The pixels, where full ink has this value.
    pub(super) fn bytes(&self, full: u8) -> Vec<u8> {
        self.ink.iter().map(|ink| (ink.clamp(0.0, 1.0) * f32::from(full)).round() as u8).collect()
    }
}
