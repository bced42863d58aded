//! One binary: exact vectors, properties against exact rationals, refusals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "all/ceiling.rs"]
mod ceiling;
#[path = "all/exact.rs"]
mod exact;
#[path = "all/pools.rs"]
mod pools;
#[path = "all/pools_exact.rs"]
mod pools_exact;
#[path = "all/refusals.rs"]
mod refusals;
#[path = "all/rules.rs"]
mod rules;
#[path = "all/twap.rs"]
mod twap;
#[path = "all/vectors.rs"]
mod vectors;
