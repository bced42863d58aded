//! Contracts: their code, their calls, and the messages and queries that they send.

mod address;
pub mod authorization;
mod dispatch;
mod encode;
mod gas;
pub mod keeper;
pub mod querier;
pub(crate) mod types;
pub(crate) mod vm;

pub use address::{classic, predictable};
pub use keeper::Salt;
pub use vm::{CAPABILITIES, DebugSink, Vm, VmError};
