//! The checksum of a file.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use sha2::{Digest, Sha256};

/// SHA-256, in hexadecimal.
pub(super) fn sha256(path: &Path) -> io::Result<String> {
    digest::<Sha256>(path).map(hex::encode)
}

/// Any checksum.
pub(super) fn digest<D: Digest>(path: &Path) -> io::Result<Vec<u8>> {
    let (mut file, mut hash, mut buffer) = (File::open(path)?, D::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.finalize().to_vec()),
            count => hash.update(&buffer[..count]),
        }
    }
}
