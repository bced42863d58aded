//! USDM, the dollar stablecoin: a cw20 token that the treasury alone mints and every holder may burn.
//!
//! How it differs from cw20-base: see [`mars_cw20`].
#![deny(clippy::arithmetic_side_effects)]

pub mod contract;
