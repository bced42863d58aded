//! The command line without a chain: what it parses, what it refuses and how, and keys on disk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "all/amounts.rs"]
mod amounts;
#[path = "all/bench.rs"]
mod bench;
#[path = "all/dev.rs"]
mod dev;
#[path = "all/failures.rs"]
mod failures;
#[path = "all/help.rs"]
mod help;
#[path = "all/keys.rs"]
mod keys;
#[path = "all/messages.rs"]
mod messages;
#[path = "all/start.rs"]
mod start;
#[path = "all/terminal.rs"]
mod terminal;
#[path = "all/wasm.rs"]
mod wasm;
