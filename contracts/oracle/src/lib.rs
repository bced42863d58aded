//! Prices of assets as bands, from fixed values, from a median of feeders, from averages of pools, or guarded over several.
//!
//! Each asset has one source. A `Fixed` price is what the owner says. With `Feeders` several parties report on
//! their own account:
//! - A report is fresh while it is at most `max_age` old and within `deviation` of the last accepted median. A median
//!   that is `memory` old or older bounds nothing any more, so prices come back by themselves after an outage or a jump.
//! - At least `min_fresh` fresh reports make a price: low the least, high the greatest, median the middle of them.
//! - When a report leaves `min_fresh` fresh ones, judged by the median before, their median is accepted.
//!
//! Both the feed and the query judge by the last accepted median; where none is in force, the query judges by the
//! median of the reports themselves. So a spread of the feeders wider than the bound fails closed: after an outage a
//! median is accepted out of any three reports, but those far from it do not count in the query, and there is no price
//! until enough feeders agree.
//!
//! Safe while less than half of the fresh feeders lie: then the median lies within the honest reports. A single liar
//! can widen the band by `deviation`, or, where exactly `min_fresh` report, withhold the price; it cannot move it.
//!
//! With `Twap` the deepest registered pool of which the asset is the base tells: low is the least of its averages over 3 and
//! 30 minutes and a day, under stress of spot too, high the highest of spot and averages, both as of the end of the last earlier
//! block, times the band of the pool's quote asset. A pool that is too shallow or too young tells nothing. A pool against USDM tells only where no
//! other may, with USDM at its own average held to 0.95 to 1; below 0.95 it tells nothing. `Guarded` spans the band over
//! several sources and fails when they disagree.
//!
//! How to stop it: `Pause` an asset (owner, or guardian before its sunset). It then has no price: minting with it is
//! refused, everything that needs no price goes on. Feeders may go on reporting, so there is a price when it is lifted.
#![deny(clippy::arithmetic_side_effects)]

pub mod assessment;
pub mod contract;
pub mod error;
pub mod feed;
pub mod feeders;
pub mod invariants;
pub mod pause;
pub mod pools;
pub mod price;
pub mod query;
pub mod source;
pub mod state;

pub use error::ContractError;
