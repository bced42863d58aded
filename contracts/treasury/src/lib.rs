//! Issues USDM against assets, within what XMS can carry, and redeems it for XMS.
//!
//! How to stop it: the guardian or the owner pauses `mint`, `redeem` or one asset. What still works then: every
//! switch that is not paused, `FundReserve`, `Poke`, and all queries. Nothing moves assets out of the treasury but a
//! redemption (XMS only) and the owner's `WithdrawReserve`.

#![deny(clippy::arithmetic_side_effects)]

pub mod assets;
pub mod circulating;
pub mod contract;
pub mod epoch;
pub mod error;
pub mod limits;
pub mod mint;
pub mod pause;
pub mod prices;
pub mod query;
pub mod redeem;
pub mod reserve;
pub mod state;
pub mod terms;
