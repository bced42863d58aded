//! The developer's controls as JSON-RPC methods, beside those of CometBFT.

use std::sync::Arc;

use super::Door;
use super::envelope::Request;
use super::methods::{Answer, Failure};

/// What the names of all these methods begin with.
pub const PREFIX: &str = "dev_";

/// Carries out `request`, unless the controls are off.
///
/// # Errors
/// See [`Failure`].
pub async fn call(door: &Arc<Door>, _request: &Request) -> Answer {
    door.node.require_controls().map_err(Failure::Closed)?;
    Err(Failure::Unknown)
}
