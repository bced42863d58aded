//! XMS, the governance token: a cw20 token of which all there ever is was minted at instantiation.
//!
//! How it differs from cw20-base: see [`mars_cw20`].
#![deny(clippy::arithmetic_side_effects)]

pub mod contract;
