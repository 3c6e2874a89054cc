//! The metadata of a safetensors file: what the weights alone do not tell.

use std::collections::BTreeMap;

use safetensors::SafeTensors;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Calibration, ImageFormat, NotWeightsError};

/// The keys of its parts.
const IMAGES: &str = "images";
const CALIBRATION: &str = "calibration";
/// The key and the value that [`to_safetensors`](crate::Network::to_safetensors) writes.
const FORMAT: (&str, &str) = ("format", "pt");

/// What a file says of its network. Files of other programs and of older versions say nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metadata {
    /// The images for which the network was trained.
    pub images: Option<ImageFormat>,
    /// How its logits become probabilities.
    pub calibration: Option<Calibration>,
}

impl Metadata {
    /// The metadata in the bytes of a safetensors file.
    ///
    /// # Errors
    /// The bytes are no safetensors.
    pub fn read(safetensors: &[u8]) -> Result<Self, NotWeightsError> {
        let (_, header) = SafeTensors::read_metadata(safetensors)?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let text = |key: &str| metadata.get(key).map(String::as_str);
        let calibration: Option<Calibration> = text(CALIBRATION).and_then(parsed);
        Ok(Self {
            images: text(IMAGES).and_then(parsed),
            calibration: calibration.filter(Calibration::is_valid),
        })
    }

    /// The bytes of a safetensors file with this metadata. The same metadata gives the same bytes.
    pub fn add_to(&self, safetensors: Vec<u8>) -> Vec<u8> {
        let Self { images, calibration } = self;
        let entries = [
            (CALIBRATION, calibration.as_ref().and_then(text_of)),
            (FORMAT.0, Some(FORMAT.1.to_owned())),
            (IMAGES, images.as_ref().and_then(text_of)),
        ];
        let entries: BTreeMap<&str, String> =
            entries.into_iter().filter_map(|(key, text)| Some((key, text?))).collect();
        with_metadata(&safetensors, &entries).unwrap_or(safetensors)
    }

    /// The same bytes as before [`add_to`](Self::add_to).
    pub fn removed_from(safetensors: &[u8]) -> Option<Vec<u8>> {
        with_metadata(safetensors, &BTreeMap::from([(FORMAT.0, FORMAT.1.to_owned())]))
    }
}

fn parsed<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

fn text_of(part: &impl Serialize) -> Option<String> {
    serde_json::to_string(part).ok()
}

/// A safetensors file with other metadata. Its header is the length of a text of JSON, and that
/// text, filled up with blanks to a multiple of 8 bytes
/// (<https://huggingface.co/docs/safetensors/index#format>).
fn with_metadata(safetensors: &[u8], metadata: &BTreeMap<&str, String>) -> Option<Vec<u8>> {
    let (length, rest) = safetensors.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (header, tensors) = rest.split_at_checked(length)?;
    let header: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(header).ok()?;
    let header = {
        let metadata = text_of(metadata)?;
        let mut entries = vec![format!("\"__metadata__\":{metadata}")];
        let mut others: Vec<_> =
            header.into_iter().filter(|(name, _)| name != "__metadata__").collect();
        others.sort_by_key(|(_, tensor)| tensor["data_offsets"][0].as_u64());
        for (name, tensor) in others {
            entries.push(format!(
                "{}:{{\"dtype\":{},\"shape\":{},\"data_offsets\":{}}}",
                serde_json::to_string(&name).ok()?,
                tensor["dtype"],
                tensor["shape"],
                tensor["data_offsets"]
            ));
        }
        format!("{{{}}}", entries.join(","))
    };
    let mut header = header.into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    let length = (header.len() as u64).to_le_bytes();
    let bytes = [&length[..], &header, tensors].concat();
    Some(bytes)
}

#[cfg(all(test, feature = "burn"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use burn::tensor::Device;

    use super::*;
    use crate::{Mlp, MlpConfig};

    #[test]
    fn metadata_are_read_back_and_change_no_weight() {
        let device = Device::flex();
        let plain = MlpConfig::new().with_hidden(vec![3]).init(&device).to_safetensors().unwrap();
        assert_eq!(Metadata::read(&plain).unwrap(), Metadata::default());
        let images = ImageFormat {
            width: 28,
            height: 28,
            pixel_max: 255,
            brightest: 254,
            classes: ["T-shirt/top", "\"quoted\"", "ä"].map(str::to_owned).into(),
            transpose: true,
            invert: false,
            is_dark_on_light: false,
        };
        let calibration = Some(Calibration { temperature: 1.25, threshold: 0.5 });
        let metadata = Metadata { images: Some(images), calibration };
        let with = metadata.add_to(plain.clone());
        assert_eq!(with, metadata.add_to(plain.clone()));
        assert_eq!(Metadata::read(&with).unwrap(), metadata);
        assert_eq!(Metadata::removed_from(&with).unwrap(), plain);
        let loaded = Mlp::from_safetensors(&with, &device).unwrap();
        assert_eq!(loaded.to_safetensors().unwrap(), plain);
    }

    #[test]
    fn a_calibration_that_cannot_be_is_none() {
        let plain = MlpConfig::new().with_hidden(vec![3]).init(&Device::flex());
        let plain = plain.to_safetensors().unwrap();
        for (temperature, threshold) in [(0.0, 0.5), (-1.0, 0.5), (f64::INFINITY, 0.5), (1.0, 1.5)]
        {
            let calibration = Some(Calibration { temperature, threshold });
            let with = Metadata { images: None, calibration }.add_to(plain.clone());
            assert_eq!(Metadata::read(&with).unwrap(), Metadata::default(), "{calibration:?}");
        }
    }
}
