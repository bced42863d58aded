#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod all {
    mod access;
    mod drift_attack;
    mod feed;
    mod freshness;
    mod lifecycle;
    mod outage;
    mod pause;
    mod pools;
    mod properties;
    mod queries;
    mod roles;
    mod setup;
    mod source;
}
