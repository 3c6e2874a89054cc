//! Protocol buffers, as far as event files need them.

/// A message, field by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Message(pub(super) Vec<u8>);

/// How a value is written, as the key of its field says it.
const VARINT: u64 = 0;
const EIGHT_BYTES: u64 = 1;
const BYTES: u64 = 2;
const FOUR_BYTES: u64 = 5;

impl Message {
    pub(super) fn integer(self, field: u64, value: u64) -> Self {
        self.varint(field << 3 | VARINT).varint(value)
    }

    pub(super) fn double(self, field: u64, value: f64) -> Self {
        self.varint(field << 3 | EIGHT_BYTES).raw(&value.to_le_bytes())
    }

    pub(super) fn float(self, field: u64, value: f32) -> Self {
        self.varint(field << 3 | FOUR_BYTES).raw(&value.to_le_bytes())
    }

    pub(super) fn text(self, field: u64, text: &str) -> Self {
        self.bytes(field, text.as_bytes())
    }

    pub(super) fn message(self, field: u64, message: &Self) -> Self {
        self.bytes(field, &message.0)
    }

    fn bytes(self, field: u64, bytes: &[u8]) -> Self {
        self.varint(field << 3 | BYTES).varint(bytes.len() as u64).raw(bytes)
    }

    /// Seven bits a byte, the lowest first; the eighth bit says that more follow.
    fn varint(mut self, mut value: u64) -> Self {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
        self
    }

    fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }
}
