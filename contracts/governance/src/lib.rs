//! The MarsDAO: proposals that carry messages, decided by staked XMS, carried out after a timelock.
//!
//! It is its own owner: every number and registry of it changes by a proposal alone. It is meant to own every contract
//! of the protocol and to be their wasm admin.
//!
//! How to stop it: there is no switch. The guardian can veto each proposal until it is executed, up to its sunset. What
//! works always: proposing, voting, queueing and executing what passed.

#![deny(clippy::arithmetic_side_effects)]

pub mod ballot;
pub mod contract;
pub mod control;
pub mod error;
pub mod execute;
pub mod power;
pub mod propose;
pub mod query;
pub mod queue;
pub mod settings;
pub mod state;
pub mod stop;
pub mod weight;
