//! A whole CosmWasm chain in one process: it executes transactions as wasmd 0.61.14 (Cosmos SDK 0.53) does, on the
//! same virtual machine, with the same gas, events and errors, and it leaves consensus out. It knows nothing of any
//! particular protocol.
//!
//! # Layout
//! - [`Chain`] is the writer: it checks transactions ([`Chain::check_tx`]), makes blocks
//!   ([`Chain::produce_block`]), takes and restores snapshots, and lets a developer edit the state.
//! - [`Reader`] is a view for everyone else: blocks, transactions, searches, and one query router by gRPC path
//!   ([`Reader::query`]). Readers are cheap to clone and never wait for the writer.
//! - [`Node`] owns a chain on a thread of its own: a mempool, mining on demand or by the clock, time travel, and
//!   subscriptions. Doors (RPC, gRPC, REST) are written on top of it.
//! - [`app`] routes messages to the modules [`auth`], [`bank`], [`authz`], [`feegrant`] and [`wasm`], which keep their
//!   state in [`store`] and pay [`gas`] for it.
//!
//! # Example
//! ```
//! use mars_node::{Chain, Genesis, Memory, Retention};
//!
//! let genesis = Genesis::new("testing", "cosmos", "ustake");
//! let code = tempfile::tempdir().unwrap();
//! let mut chain = Chain::new(genesis, code.path(), Box::new(Memory), Retention::default()).unwrap();
//! let time = chain.reader().time().0 + 1_000_000_000;
//! let block = chain.produce_block(vec![], time).unwrap();
//! assert_eq!(block.height(), 1);
//! ```

pub mod address;
pub mod amino;
pub mod app;
pub mod auth;
pub mod authz;
pub mod backend;
pub mod bank;
pub mod block;
pub mod chain;
pub mod coin;
pub mod context;
pub mod dev;
pub mod door;
pub mod error;
pub mod event;
pub mod expiry;
pub mod faucet;
pub mod feegrant;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
pub mod gas;
pub mod genesis;
pub mod gojson;
mod gotext;
pub mod grpc;
pub mod index;
pub mod interface;
pub mod metrics;
pub mod node;
pub mod postings;
pub mod proto;
pub mod query;
pub mod rest;
pub mod rpc;
pub mod store;
pub mod time;
pub mod tx;
pub mod wasm;

pub use app::{App, TxResult};
pub use backend::{Backend, BackendError, Disk, DiskError, Made, Memory, Stored};
pub use block::Block;
pub use chain::{Chain, ChainError, Found, Included, Reader, Retention, Snapshot};
pub use coin::Coin;
pub use dev::{Controls, Dev, DevError};
pub use error::{AbciError, Error};
pub use event::{Attribute, Event};
pub use genesis::{Genesis, GenesisAccount, GenesisMetadata};
pub use index::{Query, QueryError};
pub use node::{Broadcast, ClockSource, Mining, Node, NodeError, Settings};
