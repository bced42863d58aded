//! Feeds one decoder with inputs that libFuzzer makes: `scripts/fuzz` builds and runs it.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mars_node::fuzz::{self, Target, abort, target};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("MARS_NODE_FUZZ").unwrap_or_default();
    target(&name).unwrap_or_else(|| abort(&format!("MARS_NODE_FUZZ={name} names no target")))
});

// The chain is made before the first input, whose time is measured.
fuzz_target!(init: { fuzz::prepare(); }, |input: &[u8]| TARGET(input));
