use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

/// The random generator for a `purpose` and an `index` of a run. Each pair has independent numbers.
pub(crate) fn generator(purpose: &[u8; 16], seed: u64, index: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..16].copy_from_slice(purpose);
    key[16..24].copy_from_slice(&seed.to_le_bytes());
    key[24..].copy_from_slice(&index.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}
