//! The encoding of a text.

use std::io::{self, Read};

/// The encoding of a text, as far as it matters: all others are read like UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16 { is_little: bool },
}

/// Text as UTF-8: what the encoding makes of these bytes.
pub(super) fn decoded(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => bytes.to_vec(),
        Encoding::Utf16 { is_little } => {
            let mut text = Vec::new();
            let _ = Utf16::new(bytes, is_little).read_to_end(&mut text);
            text
        }
    }
}

/// Decodes UTF-16, without the mark.
pub(super) struct Utf16<R> {
    inner: R,
    is_little: bool,
    /// Decoded bytes that did not fit.
    pending: Vec<u8>,
}

impl<R: Read> Utf16<R> {
    pub(super) fn new(inner: R, is_little: bool) -> Self {
        Self { inner, is_little, pending: Vec::new() }
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.pending.is_empty() {
            // A block of whole pairs of units.
            let mut block = Vec::with_capacity(1 << 14);
            if (&mut self.inner).take(1 << 14).read_to_end(&mut block)? == 0 {
                return Ok(0);
            }
            let units = block.chunks(2).map(|pair| {
                let pair = [pair[0], pair.get(1).copied().unwrap_or_default()];
                if self.is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
            });
            for unit in char::decode_utf16(units) {
                let decoded = unit.unwrap_or(char::REPLACEMENT_CHARACTER);
                if decoded != '\u{feff}' {
                    self.pending.extend(decoded.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
        }
        let count = bytes.len().min(self.pending.len());
        bytes[..count].copy_from_slice(&self.pending[..count]);
        self.pending.drain(..count);
        Ok(count)
    }
}
