#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "all/chain.rs"]
mod chain;
#[path = "all/differential.rs"]
mod differential;
#[path = "all/node.rs"]
mod node;
