//! A convolution with ReLU and max pooling, in one operation.
//!
//! The pooling takes the largest of four neighbouring values, so these are computed together: a
//! weight is loaded once for the four, and only the largest leaves the registers, with a mark of
//! which it was. On the way back, a gradient belongs to that one value, or to none if the ReLU made
//! it 0: both products, for the weights and for the image, are sums over a quarter of the places at
//! most.
//!
//! Images have their channels last here. A row of a patch is then one piece of memory, whatever the
//! number of channels.

mod backward;
mod forward;
mod layout;

use burn::backend::{
    Flex,
    autodiff::{
        checkpoint::base::Checkpointer,
        grads::Gradients,
        ops::{Backward, Ops},
    },
};

use crate::flex::{self, Floats};

/// Filters that are computed together, for four places each: as many sums as AVX2's registers hold
/// beside the weights and a pixel.
const PANEL: usize = 16;
/// Values of a row of a patch that are computed together on the way back.
const LANES: usize = 8;
/// The mark of a value that the ReLU made 0; others are marked by the place of the largest of four,
/// from 0 to 3.
const OFF: u8 = 4;

/// The marks of a panel of filters at one place.
type Marks = [u8; PANEL];

/// The sizes of a convolution.
#[derive(Debug, Clone, Copy)]
struct Shape {
    images: usize,
    channels: usize,
    height: usize,
    width: usize,
    filters: usize,
    /// Rows and columns of a filter.
    kernel: usize,
    /// Zeros on each side of an image.
    padding: usize,
}

impl Shape {
    fn of(x: &Floats, weight: &Floats, padding: usize) -> Self {
        let [images, channels, height, width] = x.layout().shape().dims();
        let [filters, _, kernel, _] = weight.layout().shape().dims();
        Self { images, channels, height, width, filters, kernel, padding }
    }

    /// Rows and columns with the padding.
    fn padded(&self) -> [usize; 2] {
        [self.height, self.width].map(|side| side + 2 * self.padding)
    }

    /// Rows and columns behind the pooling.
    fn pooled(&self) -> [usize; 2] {
        self.padded().map(|side| (side + 1).saturating_sub(self.kernel) / 2)
    }

    /// Places behind the pooling.
    fn places(&self) -> usize {
        self.pooled().iter().product()
    }

    /// Values of a row of a patch.
    fn row(&self) -> usize {
        self.kernel * self.channels
    }

    /// The same, filled up to whole vectors.
    fn lanes(&self) -> usize {
        self.row().next_multiple_of(LANES)
    }

    /// Values of a row of an image.
    fn stride(&self) -> usize {
        self.padded()[1] * self.channels
    }

    /// Values of an image, and as many behind it as a vector may reach beyond.
    fn image(&self) -> usize {
        self.padded()[0] * self.stride() + LANES
    }

    /// Panels of filters.
    fn panels(&self) -> usize {
        self.filters.div_ceil(PANEL)
    }
}

/// What the way back needs.
#[derive(Debug, Clone)]
pub(crate) struct Convolved {
    shape: Shape,
    /// The images, channels last.
    x: Vec<f32>,
    weight: Floats,
    /// By image, panel and place.
    marks: Vec<Marks>,
}

/// The outputs, `[batch, filters, rows, columns]`, of images `[batch, channels, height, width]`,
/// weights `[filters, channels, kernel, kernel]` and biases `[filters]`.
pub(crate) fn forward(
    x: &Floats,
    weight: &Floats,
    bias: &Floats,
    padding: usize,
) -> (Floats, Convolved) {
    let (x, weight, bias) = (flex::contiguous(x), flex::contiguous(weight), flex::contiguous(bias));
    let shape = Shape::of(&x, &weight, padding);
    let x = layout::channels_last(&shape, x.storage());
    let panels = layout::panels(&shape, weight.storage());
    let (output, marks) = forward::pooled(shape, &x, &panels, bias.storage());
    let [rows, columns] = shape.pooled();
    let output = flex::floats(output, [shape.images, shape.filters, rows, columns]);
    (output, Convolved { shape, x, weight, marks })
}

/// The gradients of the images, weights and biases.
#[derive(Debug)]
pub(crate) struct ConvolutionBackward;

impl Backward<Flex, 3> for ConvolutionBackward {
    type State = Convolved;

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let output = flex::contiguous(&gradients.consume::<Flex>(&ops.node));
        let Convolved { shape, x, weight, marks } = ops.state;
        let [of_x, of_weight, of_bias] = ops.parents;
        let weights = layout::rows(&shape, flex::contiguous(&weight).storage());
        let of = backward::gradients(shape, &x, &weights, &marks, output.storage(), of_x.is_some());
        let Shape { images, channels, height, width, filters, kernel, .. } = shape;
        if let Some(parent) = of_weight {
            let weight = layout::from_rows(&shape, &of.weights);
            let shape = [filters, channels, kernel, kernel];
            gradients.register::<Flex>(parent.id, flex::floats(weight, shape));
        }
        if let Some(parent) = of_bias {
            gradients.register::<Flex>(parent.id, flex::floats(of.bias, [filters]));
        }
        if let (Some(parent), Some(x)) = (of_x, of.x) {
            let x = layout::channels_first(&shape, &x);
            gradients
                .register::<Flex>(parent.id, flex::floats(x, [images, channels, height, width]));
        }
    }
}

/// `sums + pixel · weights`, fused.
#[inline(always)]
fn add<const N: usize>(sums: &mut [f32; N], weights: &[f32; N], pixel: f32) {
    for (sum, weight) in sums.iter_mut().zip(weights) {
        *sum = pixel.mul_add(*weight, *sum);
    }
}
