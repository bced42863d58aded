//! Staking against the bench of the whole protocol. Files named after an attack hold attacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod all {
    /// One XMS.
    pub const ONE: u128 = 1_000_000;
    pub const DAY: u64 = 86_400;

    mod access;
    mod delegation;
    mod exit_while_paused;
    mod lifecycle;
    mod power;
    mod principal_as_reward;
    mod properties;
    mod reward_sniping;
    mod rewards;
    mod stake;
    mod storage_cost;
    mod streams;
    mod thousand_unbondings;
    mod unbond;
}
