use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

/// The generator for one `purpose` of a run: the same seed gives independent numbers to each
/// purpose and `index`.
pub(crate) fn generator(purpose: &[u8; 16], seed: u64, index: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..16].copy_from_slice(purpose);
    key[16..24].copy_from_slice(&seed.to_le_bytes());
    key[24..].copy_from_slice(&index.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}
