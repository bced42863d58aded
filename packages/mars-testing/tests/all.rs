//! What is said of the whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod all {
    mod audit;
    mod messages;
    mod releases;
    mod simulation;
}
