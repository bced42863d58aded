//! XMS staking: rewards by the second, seven days to leave, and the votes of the MarsDAO.
//!
//! Stake, power and rewards are ledgers: XMS that is sent here without a message changes nothing. Rewards grow by one
//! index for all, so no call costs more when more people stake. A staker's votes are its stake, or a delegate's.
//!
//! How to stop it: the guardian or the owner pauses `stake`. What still works then: unstaking, withdrawing, claiming,
//! delegating, the streams and all queries. Nothing moves XMS out of here but what its stakers withdraw and claim.

#![deny(clippy::arithmetic_side_effects)]

pub mod claim;
pub mod contract;
pub mod delegation;
pub mod error;
pub mod ledger;
pub mod power;
pub mod query;
pub mod settings;
pub mod stake;
pub mod state;
pub mod stream;
pub mod unbond;
