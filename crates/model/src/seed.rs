//! Seeds from seeds.

/// One seed from several numbers, such as the seed of a run and a place in it: a function of these
/// alone, so that no generator has a state to save. (The mixing is SplitMix64's: Steele, Lea, Flood
/// 2014, <https://doi.org/10.1145/2660193.2660195>.)
pub fn mixed(parts: &[u64]) -> u64 {
    parts.iter().fold(0, |state: u64, part| {
        let z = (state ^ part).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}
