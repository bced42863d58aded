//! The treasury against the bench of the whole protocol. Files named after an attack hold attacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod all {
    /// One USDM, XMS, USDC, BUSD, or US dollar.
    pub const ONE: u128 = 1_000_000;
    pub const THOUSAND: u128 = 1_000 * ONE;
    pub const MILLION: u128 = 1_000 * THOUSAND;

    mod absurd_opening;
    mod access;
    mod allocate_sandwich;
    mod assets;
    mod beside_xms_split;
    mod budget_born_empty;
    mod budgets_cut_for_a_block;
    mod cap_pump;
    mod circulating;
    mod depth;
    mod donation_moves_nothing;
    mod drained_by_vote;
    mod epochs;
    mod fake_token_mint;
    mod flash_sequences;
    mod grown;
    mod guardian_overreach;
    mod held_under_stress;
    mod hostile_token;
    mod limits;
    mod migrate;
    mod mint;
    mod mint_refusals;
    mod own_pool_cap_bypass;
    mod ownership;
    mod params;
    mod pauses;
    mod poisoned_claim;
    mod positions;
    mod properties;
    mod queue;
    mod queue_jump;
    mod recovery;
    mod redeem;
    mod round_trip_profit;
    mod roundings;
    mod runs;
    mod same_block_budget_split;
    mod slice_bounds;
    mod solvency;
    mod stale_price_mint;
    mod votes_elsewhere;
}
