//! Typed async client of a Cosmos chain: keys, signing, queries, and deployment of the protocol.
//!
//! Nothing here prints or asks: every function returns a typed result, and [`Error::kind`] says what sort of
//! trouble an error is, so that a command line can turn it into an exit code and an app into a message.

pub mod amount;
pub mod atomic_file;
pub mod chain;
pub mod deploy;
mod error;
pub mod keyring;
pub mod message;
pub mod network;
pub mod proposal;
pub mod route;
pub mod tx;
pub mod wasm;

pub use cosmrs::proto;
pub use cosmrs::{AccountId, Any};
pub use error::{Error, Kind, Refused, Result};
