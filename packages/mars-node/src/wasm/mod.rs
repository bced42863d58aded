//! Contracts: their code, their calls, and the messages and queries that they send.

mod address;
mod dispatch;
mod encode;
mod gas;
pub mod keeper;
pub mod querier;
mod types;
mod vm;

pub use address::{classic, predictable};
pub use keeper::Salt;
pub use vm::{CAPABILITIES, Trace, Vm, VmError};
