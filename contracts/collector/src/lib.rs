//! Turns the protocol's fees into XMS, a little at a time, and streams it to stakers.
//!
//! Whoever runs it chooses the moment and nothing else: the route of an asset, how much of it, and the least that comes out
//! follow from the owner's settings and from averages of prices. What has no route, or none that is safe now, is kept.
//! What is here is what the token or bank says: a gift is given to stakers, and changes no price, share or cap.
//!
//! How to stop it: the guardian or the owner pauses `convert` or `distribute`. What still works then: the other one,
//! receiving fees, the owner's withdrawals and all queries.

#![deny(clippy::arithmetic_side_effects)]

pub mod contract;
pub mod convert;
pub mod distribute;
pub mod error;
pub mod fair;
pub mod query;
pub mod settings;
pub mod state;
