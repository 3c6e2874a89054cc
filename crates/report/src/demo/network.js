// A network that was read from the bytes of a safetensors file, as PyTorch's nn.Sequential lays it out, and what it computes.

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

// The layers that have tensors, in order: linear ones, whose weight is [outputs, inputs], and layer norms, whose scale is [size].
function layersOf(tensors) {
  const places = new Set(Object.keys(tensors).map(name => parseInt(name)));
  const layer = place => {
    const weight = tensors[`${place}.weight`];
    return { isLinear: weight.shape.length === 2, weight: weight.values, bias: tensors[`${place}.bias`].values };
  };
  return [...places].sort((a, b) => a - b).map(layer);
}

// x Wᵀ + b
function linear(x, { weight, bias }) {
  return Array.from(bias, (sum, output) => {
    const row = output * x.length;
    for (let input = 0; input < x.length; input++) sum += weight[row + input] * x[input];
    return sum;
  });
}

function layerNorm(x, { weight, bias }) {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const deviation = Math.sqrt(variance + EPSILON);
  return x.map((value, index) => (value - mean) / deviation * weight[index] + bias[index]);
}

const relu = x => x.map(value => Math.max(value, 0));

function softmax(logits) {
  // The largest is taken off, so that no exponential overflows.
  const largest = logits.reduce((a, b) => Math.max(a, b));
  const powers = logits.map(logit => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map(power => power / sum);
}

// The probability of each class, of pixels from 0 (paper) to 1 (ink).
function probabilitiesOf(layers, pixels) {
  let x = pixels;
  layers.forEach((layer, index) => {
    // A ReLU ends each hidden layer, and so stands before every linear one but the first.
    if (layer.isLinear) x = linear(index === 0 ? x : relu(x), layer);
    else x = layerNorm(x, layer);
  });
  return softmax(x);
}
