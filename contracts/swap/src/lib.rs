//! Mars Swap: constant-product and StableSwap pools in one contract, with prices over time.
//!
//! How to stop it: the owner, the guardian or the pauser pauses `swap` or `provide` of one pool; the owner quarantines an
//! asset of a stable pool by lowering its share limit. What still works then: withdrawing the share of every asset, always;
//! collecting fees, which go to the fee collector alone; every other pool, and all queries.

#![deny(clippy::arithmetic_side_effects)]

pub mod collect;
pub mod contract;
pub mod create;
pub mod error;
pub mod market;
pub mod observe;
pub mod order;
pub mod pause;
pub mod payment;
pub mod provide;
pub mod query;
pub mod rings;
pub mod settings;
pub mod state;
pub mod trade;
pub mod withdraw;
