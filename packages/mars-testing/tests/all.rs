//! What is said of the whole. Files named after an attack hold attacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod all {
    use mars_types::InvariantsResponse;

    /// One USDM, XMS, USDC, or token of 6 decimals.
    pub const ONE: u128 = 1_000_000;
    pub const THOUSAND: u128 = 1_000 * ONE;
    pub const MILLION: u128 = 1_000 * THOUSAND;

    /// The laws that do not hold, with both sides.
    pub fn broken(laws: &InvariantsResponse) -> Vec<(String, String, String)> {
        let broken = laws.invariants.iter().filter(|law| !law.holds).cloned();
        broken.map(|law| (law.name, law.left, law.right)).collect()
    }

    mod audit;
    mod messages;
    mod odd_assets;
    mod odd_pools;
    mod releases;
    mod simulation;
}
