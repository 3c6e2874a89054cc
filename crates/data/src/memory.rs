//! The memory that images take, which `data check` foretells.

use crate::{ImageSet, source::Packing};

/// What every reader takes beside the images: buffers, blocks that wait for their checksum, the
/// decoder of gzip.
const BUFFERS: usize = 6 << 20;
/// The same of a label: two bytes, in lists that double and are then sorted.
pub(crate) const PER_LABEL: usize = 8;
/// The same of an id, without its text: a string, in a list that doubles.
const PER_ID: usize = 100;
/// What a training takes for a row: its class, its places in the split, in the file and in the
/// order of an epoch, on the host and on the device.
const PER_ROW_OF_TRAINING: usize = 40;
/// The largest dictionary of XZ and LZMA: that of `xz -9`.
pub(crate) const DICTIONARY: usize = 64 << 20;
/// The largest window of Zstandard that the decoder accepts, twice: it moves it as a whole.
const WINDOWS: usize = 256 << 20;

/// The memory that the images of a file take, in bytes. A program with its code and its other data
/// comes on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// While the file is read, at most.
    pub reading: usize,
    /// While a network is trained on all of them. A graphics card has a copy of them.
    pub training: usize,
}

impl Memory {
    /// The memory of a set in a file of this packing and this number of unpacked bytes.
    pub(crate) fn of(set: &ImageSet, packing: Packing, unpacked: u64) -> Self {
        let unpacked = usize::try_from(unpacked).unwrap_or(usize::MAX);
        let decoder = match packing {
            Packing::Plain | Packing::Gzip | Packing::Zip => 0,
            Packing::Xz | Packing::ZipLzma => DICTIONARY.min(unpacked),
            Packing::Zstd => WINDOWS.min(unpacked.saturating_mul(2)),
        };
        Self {
            reading: BUFFERS + decoder + set.memory.max(set.held()),
            training: set.images.memory() + set.rows() * PER_ROW_OF_TRAINING,
        }
    }
}

impl ImageSet {
    /// The bytes that the set takes when it has just been read, and is written into the cache.
    pub(crate) fn held(&self) -> usize {
        let ids = self.ids.iter().flat_map(|ids| &ids.of_rows);
        // The text of an id is once more in the cached description, which doubles as it grows.
        let ids = ids.map(|id| PER_ID + 4 * id.len()).sum::<usize>();
        let labels = self.labels.as_ref().map_or(0, |labels| labels.of_rows().len() * PER_LABEL);
        self.images.memory() + labels + ids
    }
}
