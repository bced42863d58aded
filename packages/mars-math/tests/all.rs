//! One binary: exact vectors, properties against exact rationals, refusals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "all/ceiling.rs"]
mod ceiling;
#[path = "all/exact.rs"]
mod exact;
#[path = "all/refusals.rs"]
mod refusals;
#[path = "all/rules.rs"]
mod rules;
#[path = "all/vectors.rs"]
mod vectors;
