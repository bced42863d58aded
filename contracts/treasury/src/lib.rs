//! Issues USDM against assets, within what XMS can carry, and redeems it for XMS.
//!
//! A redemption that cannot be paid at once may wait in a queue. When the reserve has not been worth the queue for a day,
//! or USDM is off its peg for a day, recovery begins: USDM is then exchanged for the assets themselves, pro rata.
//!
//! How to stop it: the guardian or the owner pauses `mint`, `redeem`, `settle`, `allocate` or one asset. What still works
//! then: every switch that is not paused, `FundReserve`, `Poke`, `Cancel`, `ClaimBasket` in recovery, and all queries.
//! Nothing moves assets out of the treasury but a redemption (XMS only), the basket in recovery, a slice into a pool at the
//! oracle's price, and the owner's `WithdrawReserve`, `Deposit`, `Spend` and `CallDao`, each within its bound.

#![deny(clippy::arithmetic_side_effects)]

pub mod allocate;
pub mod assets;
pub mod basket;
pub mod cancel;
pub mod circulating;
pub mod contract;
pub mod deposit;
pub mod epoch;
pub mod error;
pub mod limits;
pub mod mint;
pub mod pause;
pub mod payout;
pub mod plan;
pub mod pool_price;
pub mod positions;
pub mod prices;
pub mod provide;
pub mod query;
pub mod queue;
pub mod recovery;
pub mod redeem;
pub mod remove;
pub mod reserve;
pub mod settle;
pub mod spend;
pub mod spend_limit;
pub mod state;
pub mod terms;
