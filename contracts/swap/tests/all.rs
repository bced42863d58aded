//! The swap contract against the bench of the whole protocol. Files named after an attack hold attacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod all {
    /// One whole token with 6 decimals.
    pub const ONE: u128 = 1_000_000;
    pub const MILLION: u128 = 1_000_000 * ONE;

    mod access;
    mod amplification_ramp_attack;
    mod collect;
    mod create;
    mod donation_moves_nothing;
    mod dust_drain;
    mod fake_lp_token;
    mod fee_edit;
    mod fee_on_transfer_token;
    mod first_depositor_inflation;
    mod forged_hook;
    mod limits;
    mod liquidity;
    mod lp_token_in_a_pool;
    mod migrate;
    mod observe;
    mod odd_decimals;
    mod pauses;
    mod properties;
    mod provide_instead_of_swap;
    mod queries;
    mod ramp;
    mod read_only_reentrancy;
    mod route_cycles;
    mod same_block_price;
    mod sandwich;
    mod storage_cost;
    mod swap;
    mod swap_refusals;
}
