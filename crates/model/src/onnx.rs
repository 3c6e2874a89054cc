//! A network as ONNX: as much of the format as the layers need.
//!
//! The messages and the numbers of their fields are those of
//! [`onnx.proto`](https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

use prost::Message;
use safetensors::SafeTensors;

use crate::{Calibration, ImageFormat, Layers, Metadata, NotWeightsError};

/// The first version of the operators that has layer norms, and the version of the format that came
/// with it.
const OPERATORS: i64 = 17;
const FORMAT: i64 = 8;
/// 32-bit floating point.
const FLOAT: i32 = 1;

/// The ONNX file of the network in these bytes of a safetensors file. It takes `pixels` from 0
/// (paper) to 1 (ink), of shape `[batch, inputs]`, or for a convolutional network `[batch, 1,
/// height, width]`, and gives `logits` and calibrated `probabilities`, both of shape `[batch,
/// classes]`.
///
/// # Errors
/// The bytes are no safetensors, or hold another kind of network.
pub fn from_safetensors(safetensors: &[u8]) -> Result<Vec<u8>, NotWeightsError> {
    let layers = Layers::read(safetensors)?;
    let tensors = SafeTensors::deserialize(safetensors)?;
    let mut initializer: Vec<Tensor> = tensors
        .iter()
        .map(|(name, view)| Tensor {
            dims: view.shape().iter().map(|side| *side as i64).collect(),
            data_type: FLOAT,
            name: name.to_owned(),
            raw_data: view.data().to_vec(),
        })
        .collect();
    initializer.sort_by(|a, b| a.name.cmp(&b.name));
    let Metadata { images, calibration } = Metadata::read(safetensors)?;
    initializer.extend(calibration.as_ref().map(temperature));
    let graph = Graph {
        node: nodes(&layers, calibration.is_some()),
        name: "network".to_owned(),
        initializer,
        input: vec![values("pixels", &layers.input())],
        output: ["logits", "probabilities"].map(|name| values(name, &[layers.classes()])).to_vec(),
    };
    let operators = OperatorSet { domain: String::new(), version: OPERATORS };
    let producer_name = "digits".to_owned();
    let properties = images.iter().flat_map(properties_of_images);
    Ok(Model {
        metadata_props: properties.chain(calibration.as_ref().map(threshold)).collect(),
        ir_version: FORMAT,
        producer_name,
        graph: Some(graph),
        opset_import: vec![operators],
    }
    .encode_to_vec())
}

/// The properties of a model that say for which images it is.
fn properties_of_images(format: &ImageFormat) -> [Property; 4] {
    [
        Property::new("classes", serde_json::to_string(&format.classes).unwrap_or_default()),
        Property::new("image", format!("{}x{}", format.width, format.height)),
        Property::new("pixel_max", format.pixel_max.to_string()),
        Property::new("is_dark_on_light", format.is_dark_on_light.to_string()),
    ]
}

/// The property with the lowest probability of an answer: the graph answers below it, too.
fn threshold(calibration: &Calibration) -> Property {
    Property::new("threshold", calibration.threshold.to_string())
}

/// The name of the divisor of the logits before the softmax.
const TEMPERATURE: &str = "temperature";

fn temperature(calibration: &Calibration) -> Tensor {
    Tensor {
        dims: Vec::new(),
        data_type: FLOAT,
        name: TEMPERATURE.to_owned(),
        raw_data: (calibration.temperature as f32).to_le_bytes().to_vec(),
    }
}

/// One node a layer that computes something, the division by the temperature if there is one, and
/// the softmax. Each takes the output of the one before.
fn nodes(layers: &Layers, has_temperature: bool) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let last = layers.iter().last().map(|(place, _)| place);
    for (place, layer) in layers.iter() {
        let Some(operator) = layer.operator() else { continue };
        let output = if Some(place) == last {
            "logits".to_owned()
        } else {
            format!("{}_{place}", operator.name)
        };
        let weights = layer.shapes().map(|_| [format!("{place}.weight"), format!("{place}.bias")]);
        let input = [before(&nodes)].into_iter().chain(weights.into_iter().flatten()).collect();
        nodes.push(Node::new(operator.kind, input, output, operator.attributes));
    }
    if has_temperature {
        let input = vec![before(&nodes), TEMPERATURE.to_owned()];
        nodes.push(Node::new("Div", input, "calibrated_logits".to_owned(), Vec::new()));
    }
    nodes.push(Node::new("Softmax", vec![before(&nodes)], "probabilities".to_owned(), Vec::new()));
    nodes
}

/// What computes a layer.
pub(crate) struct Operator {
    /// Its name in ONNX.
    pub kind: &'static str,
    /// The first part of its output's name.
    pub name: &'static str,
    /// Its settings.
    pub attributes: Vec<Attribute>,
}

/// The output of the last node; before the first one, the pixels.
fn before(nodes: &[Node]) -> String {
    nodes.last().map_or("pixels", |node| &node.output[0]).to_owned()
}

/// Values of this shape for each image of a batch.
fn values(name: &str, shape: &[usize]) -> ValueInfo {
    let batch = Size::Named("batch".to_owned());
    let sizes = shape.iter().map(|size| Size::Fixed(*size as i64));
    let dim = [batch].into_iter().chain(sizes).map(|size| Dimension { size: Some(size) }).collect();
    let tensor_type = TensorType { elem_type: FLOAT, shape: Some(Shape { dim }) };
    ValueInfo { name: name.to_owned(), kind: Some(Type { tensor_type: Some(tensor_type) }) }
}

#[derive(Clone, PartialEq, Message)]
struct Model {
    #[prost(int64, tag = "1")]
    ir_version: i64,
    #[prost(string, tag = "2")]
    producer_name: String,
    #[prost(message, optional, tag = "7")]
    graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    opset_import: Vec<OperatorSet>,
    #[prost(message, repeated, tag = "14")]
    metadata_props: Vec<Property>,
}

#[derive(Clone, PartialEq, Message)]
struct Property {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(string, tag = "2")]
    value: String,
}

impl Property {
    fn new(key: &str, value: String) -> Self {
        Self { key: key.to_owned(), value }
    }
}

#[derive(Clone, PartialEq, Message)]
struct OperatorSet {
    #[prost(string, tag = "1")]
    domain: String,
    #[prost(int64, tag = "2")]
    version: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Graph {
    #[prost(message, repeated, tag = "1")]
    node: Vec<Node>,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(message, repeated, tag = "5")]
    initializer: Vec<Tensor>,
    #[prost(message, repeated, tag = "11")]
    input: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    output: Vec<ValueInfo>,
}

#[derive(Clone, PartialEq, Message)]
struct Node {
    #[prost(string, repeated, tag = "1")]
    input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    output: Vec<String>,
    #[prost(string, tag = "3")]
    name: String,
    #[prost(string, tag = "4")]
    op_type: String,
    #[prost(message, repeated, tag = "5")]
    attribute: Vec<Attribute>,
}

impl Node {
    fn new(operator: &str, input: Vec<String>, output: String, attribute: Vec<Attribute>) -> Self {
        let (name, output) = (output.clone(), vec![output]);
        Self { input, output, name, op_type: operator.to_owned(), attribute }
    }
}

/// A setting of an operator: a number, a whole number, or several of these.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Attribute {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(float, tag = "2")]
    pub f: f32,
    #[prost(int64, tag = "3")]
    pub i: i64,
    #[prost(int64, repeated, tag = "8")]
    pub ints: Vec<i64>,
    /// Which of them it is: 1, 2 or 7.
    #[prost(int32, tag = "20")]
    pub kind: i32,
}

impl Attribute {
    pub fn number(name: &str, f: f32) -> Self {
        Self { name: name.to_owned(), f, kind: 1, ..Self::default() }
    }

    pub fn whole(name: &str, i: i64) -> Self {
        Self { name: name.to_owned(), i, kind: 2, ..Self::default() }
    }

    pub fn list(name: &str, ints: &[i64]) -> Self {
        Self { name: name.to_owned(), ints: ints.to_vec(), kind: 7, ..Self::default() }
    }
}

#[derive(Clone, PartialEq, Message)]
struct Tensor {
    #[prost(int64, repeated, tag = "1")]
    dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    data_type: i32,
    #[prost(string, tag = "8")]
    name: String,
    #[prost(bytes = "vec", tag = "9")]
    raw_data: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct ValueInfo {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "2")]
    kind: Option<Type>,
}

#[derive(Clone, PartialEq, Message)]
struct Type {
    #[prost(message, optional, tag = "1")]
    tensor_type: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
struct TensorType {
    #[prost(int32, tag = "1")]
    elem_type: i32,
    #[prost(message, optional, tag = "2")]
    shape: Option<Shape>,
}

#[derive(Clone, PartialEq, Message)]
struct Shape {
    #[prost(message, repeated, tag = "1")]
    dim: Vec<Dimension>,
}

#[derive(Clone, PartialEq, Message)]
struct Dimension {
    #[prost(oneof = "Size", tags = "1, 2")]
    size: Option<Size>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum Size {
    #[prost(int64, tag = "1")]
    Fixed(i64),
    #[prost(string, tag = "2")]
    Named(String),
}
