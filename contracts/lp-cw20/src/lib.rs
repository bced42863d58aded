//! The token of one Mars Swap pool: a cw20 token that the swap contract alone mints.
//!
//! What is sent to the swap contract, with the message that says how to withdraw, is burned on the way. How else it differs
//! from cw20-base: see [`mars_cw20`].
#![deny(clippy::arithmetic_side_effects)]

pub mod contract;
