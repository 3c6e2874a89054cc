//! The images for which a network was trained, in the metadata of its safetensors file: what the
//! weights alone do not tell.

use std::collections::BTreeMap;

use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};

use crate::NotWeightsError;

/// The images for which a network was trained, and its classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageFormat {
    /// Pixels in a row.
    pub width: usize,
    /// Pixels in a column.
    pub height: usize,
    /// The grey value of full ink.
    pub pixel_max: u8,
    /// The highest grey value in the training file.
    pub brightest: u8,
    /// The names of the classes, in the order of the outputs.
    pub classes: Vec<String>,
    /// Whether rows and columns of the images in the training file were exchanged.
    pub transpose: bool,
    /// Whether the images in the training file were inverted.
    pub invert: bool,
    /// Whether the network has seen dark ink on light paper, after that.
    pub is_dark_on_light: bool,
}

/// The key in the metadata.
const KEY: &str = "images";
/// The metadata that [`to_safetensors`](crate::Network::to_safetensors) writes.
const PLAIN: &str = r#"{"format":"pt"}"#;

impl ImageFormat {
    /// The format in the metadata of a safetensors file; none in a file of another program, or of
    /// an older version.
    ///
    /// # Errors
    /// The bytes are no safetensors.
    pub fn read(safetensors: &[u8]) -> Result<Option<Self>, NotWeightsError> {
        let (_, header) = SafeTensors::read_metadata(safetensors)?;
        let text = header.metadata().as_ref().and_then(|metadata| metadata.get(KEY));
        Ok(text.and_then(|text| serde_json::from_str(text).ok()))
    }

    /// The bytes of a safetensors file with this format in their metadata. The same format gives
    /// the same bytes.
    pub fn add_to(&self, safetensors: Vec<u8>) -> Vec<u8> {
        let text = serde_json::to_string(self).unwrap_or_default();
        let metadata = BTreeMap::from([("format", "pt"), (KEY, text.as_str())]);
        let metadata = serde_json::to_string(&metadata).unwrap_or_default();
        with_metadata(&safetensors, &metadata).unwrap_or(safetensors)
    }

    /// The same bytes as before [`add_to`](Self::add_to).
    pub fn removed_from(safetensors: &[u8]) -> Option<Vec<u8>> {
        with_metadata(safetensors, PLAIN)
    }
}

/// A safetensors file with other metadata. Its header is the length of a text of JSON, and that
/// text, filled up with blanks to a multiple of 8 bytes
/// (<https://huggingface.co/docs/safetensors/index#format>).
fn with_metadata(safetensors: &[u8], metadata: &str) -> Option<Vec<u8>> {
    let (length, rest) = safetensors.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (header, tensors) = rest.split_at_checked(length)?;
    let header: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(header).ok()?;
    let header = {
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
    let padded = header.len().next_multiple_of(8);
    let mut bytes = (padded as u64).to_le_bytes().to_vec();
    bytes.extend(format!("{header:padded$}").as_bytes());
    bytes.extend(tensors);
    Some(bytes)
}

#[cfg(all(test, feature = "burn"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use burn::tensor::Device;

    use super::*;
    use crate::{Mlp, MlpConfig};

    #[test]
    fn a_format_is_read_back_and_changes_no_weight() {
        let device = Device::flex();
        let plain = MlpConfig::new().with_hidden(vec![3]).init(&device).to_safetensors().unwrap();
        assert_eq!(ImageFormat::read(&plain).unwrap(), None);
        let format = ImageFormat {
            width: 28,
            height: 28,
            pixel_max: 255,
            brightest: 254,
            classes: ["T-shirt/top", "\"quoted\"", "ä"].map(str::to_owned).into(),
            transpose: true,
            invert: false,
            is_dark_on_light: false,
        };
        let with = format.add_to(plain.clone());
        assert_eq!(with, format.add_to(plain.clone()));
        assert_eq!(ImageFormat::read(&with).unwrap(), Some(format));
        assert_eq!(ImageFormat::removed_from(&with).unwrap(), plain);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        std::fs::write(&path, &with).unwrap();
        let loaded = Mlp::from_safetensors(&path, &device).unwrap();
        assert_eq!(loaded.to_safetensors().unwrap(), plain);
    }
}
