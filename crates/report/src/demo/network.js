// A network: a list of layers, and its weights from the bytes of a safetensors file. OPERATIONS computes each kind of layer.

// What is added to the variance in a layer norm.
const EPSILON = 1e-5;

// The tensors of the file by name, each with its shape and its values.
function tensorsOf(bytes) {
  const view = new DataView(bytes.buffer);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  delete header.__metadata__;
  const tensors = {};
  for (const [name, { shape, data_offsets: [from, to] }] of Object.entries(header)) {
    const value = (_, index) => view.getFloat32(start + from + 4 * index, true);
    tensors[name] = { shape, values: Float32Array.from({ length: (to - from) / 4 }, value) };
  }
  return tensors;
}

// The layers, each with its operation, and its weight and bias, if it has any: its place names them.
function layersOf(layers, tensors) {
  return layers.map((layer, place) => ({
    ...layer,
    compute: OPERATIONS[layer.kind],
    weight: tensors[`${place}.weight`]?.values,
    bias: tensors[`${place}.bias`]?.values,
  }));
}

// x Wᵀ + b
function linear(x, { weight, bias }) {
  return Array.from(bias, (sum, output) => {
    const row = output * x.length;
    for (let input = 0; input < x.length; input++) sum += weight[row + input] * x[input];
    return sum;
  });
}

// Each filter slides over an image, a row of values by channel, row and column, with zeros around it.
function convolution(x, { channels, height, width, filters, kernel, padding, weight, bias }) {
  const rows = height + 2 * padding - kernel + 1, columns = width + 2 * padding - kernel + 1;
  const sums = new Array(filters * rows * columns);
  // Inside of the image, the first place of a filter that begins at `start`, and the place behind its last one.
  const inside = (start, side) => [Math.max(0, -start), Math.min(kernel, side - start)];
  for (let filter = 0; filter < filters; filter++) {
    for (let row = 0; row < rows; row++) {
      const [top, bottom] = inside(row - padding, height);
      for (let column = 0; column < columns; column++) {
        const [left, right] = inside(column - padding, width);
        let sum = bias[filter];
        for (let channel = 0; channel < channels; channel++) {
          for (let down = top; down < bottom; down++) {
            const seen = (channel * height + row - padding + down) * width + column - padding;
            const weights = ((filter * channels + channel) * kernel + down) * kernel;
            for (let across = left; across < right; across++) sum += weight[weights + across] * x[seen + across];
          }
        }
        sums[(filter * rows + row) * columns + column] = sum;
      }
    }
  }
  return sums;
}

// The largest of each 2x2 values; an odd last row or column is left out.
function maxPool(x, { channels, height, width }) {
  const rows = Math.floor(height / 2), columns = Math.floor(width / 2);
  return Array.from({ length: channels * rows * columns }, (_, index) => {
    const column = index % columns, row = Math.floor(index / columns) % rows;
    const first = (Math.floor(index / (rows * columns)) * height + 2 * row) * width + 2 * column;
    return Math.max(x[first], x[first + 1], x[first + width], x[first + width + 1]);
  });
}

function layerNorm(x, { weight, bias }) {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const deviation = Math.sqrt(variance + EPSILON);
  return x.map((value, index) => (value - mean) / deviation * weight[index] + bias[index]);
}

const relu = x => x.map(value => Math.max(value, 0));

const unchanged = x => x;

// What each layer computes, by its kind. Images are rows of values from the start, and dropout acts in training alone.
const OPERATIONS = { convolution, maxPool, flatten: unchanged, linear, layerNorm, relu, dropout: unchanged };

function softmax(logits) {
  // The largest is taken off, so that no exponential overflows.
  const largest = logits.reduce((a, b) => Math.max(a, b));
  const powers = logits.map(logit => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map(power => power / sum);
}

// The calibrated probability of each class, of pixels from 0 (paper) to 1 (ink).
function probabilitiesOf({ layers, temperature }, pixels) {
  const logits = layers.reduce((x, layer) => layer.compute(x, layer), pixels);
  return softmax(Array.from(logits, logit => logit / temperature));
}
