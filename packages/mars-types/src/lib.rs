//! Messages, responses, events and shared types of every contract of the Mars protocol.
//!
//! Contracts meet here and nowhere else. Types that come from outside hold plain strings and are called
//! *unchecked*; one `check` function turns each into its checked form and holds all of its bounds.
//!
//! Units: USDM and XMS amounts are in 10^-6 tokens (`uusdm`, `uxms`), values in 10^-6 US dollars (µUSD), prices in
//! US dollars per whole token with 18 decimals, times in seconds since 1970, ratios in basis points.

pub mod address;
pub mod asset;
pub mod bps;
pub mod bucket;
pub mod circulating;
pub mod collector;
pub mod epoch;
pub mod events;
pub mod governance;
pub mod guardian;
pub mod invariant;
pub mod oracle;
pub mod pause;
pub mod price;
pub mod refusal;
pub mod staking;
pub mod swap;
pub mod token;
pub mod treasury;
pub mod voting;

pub use address::checked_address;
pub use asset::{Asset, AssetAmount, AssetUnchecked};
pub use bps::Bps;
pub use bucket::TokenBucket;
pub use epoch::Epoch;
pub use guardian::{Guardian, GuardianUnchecked};
pub use invariant::{Invariant, InvariantsResponse};
pub use pause::{Pause, PauseSwitch};
pub use price::{Price, PriceBand};
pub use refusal::{InvalidInput, ListError, Refusal, RefusalCode, Simulation};
