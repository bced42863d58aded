#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod all {
    mod allowance;
    mod allowance_revival;
    mod lifecycle;
    mod properties;
    mod queries;
    mod setup;
    mod storage_cost;
    mod supply;
    mod transfer;
}
