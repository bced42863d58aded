#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod all {
    mod distribution;
    mod lifecycle;
    mod properties;
    mod setup;
    mod supply;
}
