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

function layerNorm(x, { weight, bias }) {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const deviation = Math.sqrt(variance + EPSILON);
  return x.map((value, index) => (value - mean) / deviation * weight[index] + bias[index]);
}

const relu = x => x.map(value => Math.max(value, 0));

const unchanged = x => x;

// What each layer computes, by its kind. The image is a row of pixels from the start, and dropout acts in training alone.
const OPERATIONS = { flatten: unchanged, linear, layerNorm, relu, dropout: unchanged };

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
