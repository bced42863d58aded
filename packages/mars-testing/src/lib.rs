//! A test bench on cw-multi-test that deploys the whole protocol.
//!
//! ```
//! use mars_testing::{Actor::Minter, Mars, Token::Usdc};
//!
//! let mut mars = Mars::deploy();
//! let receipt = mars.mint(Minter, Usdc, 100_000_000).unwrap();
//! assert_eq!(receipt.usdm.u128(), 100_000_000);
//! mars.assert_invariants();
//! ```
//!
//! The contracts are the real ones, prices come from three feeders through the real oracle, and roles are named.
//! Some laws are checked by every test for free, inside the actions: a call does exactly what its simulation said in
//! the same block, an error of a contract carries a refusal, and no mint passes the cap.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench fails loudly"
)]

mod actions;
mod actors;
mod asserts;
mod collector;
mod contract;
mod deploy;
mod governance;
mod holder;
mod manual;
mod market;
mod meter;
mod odd;
mod prices;
mod queries;
mod releases;
mod staking;
mod storage;
mod swap;
mod tokens;

pub use actions::{Mint, Redeem, attribute, event, message};
pub use actors::{Actor, Who};
pub use asserts::{Snapshot, assert_every_variant, refused};
pub use contract::Contract;
pub use deploy::{Chain, Mars, MarsBuilder, START};
pub use governance::Bill;
pub use manual::{
    Entry, Manual, Role, Stop, Switch, assert_coins_come_with, assert_senders, assert_senders_of_owned,
};
pub use market::Script;
pub use meter::Meter;
pub use odd::Quirk;
pub use prices::decimal;
pub use staking::EMISSION;
pub use storage::SharedStorage;
pub use swap::{Trade, USDM_USDC, XMS_USDC, hop};
pub use tokens::Token;
