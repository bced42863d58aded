//! Fixed-point maths of the protocol with the rounding direction in the name; no chain types.
//!
//! Every amount is a `u128` of the smallest unit: µUSD, µUSDM and µXMS have 6 decimals, an asset has its own
//! decimals, a price is USD per whole token with 18 decimals, a ratio is in basis points. A formula is one exact
//! fraction of integers, rounded once: products that pass 128 bits are taken in 256.
//!
//! Nothing here panics. A function fails when its exact result does not fit 128 bits, when it would divide by zero,
//! or when a parameter makes no sense (a fee above 100 %).
#![deny(clippy::arithmetic_side_effects)]

mod bps;
mod bucket;
mod cap;
mod constant_product;
mod curve;
mod error;
mod exchange;
mod fair;
mod liquidity;
mod mint;
mod muldiv;
mod pool_fee;
mod price;
mod redeem;
mod reward;
mod share;
mod stable;
mod twap;
mod wide;

pub use bps::{BPS, bps_of_ceil, bps_of_floor, ratio_bps_floor};
pub use bucket::{redemption_budget, refill_floor};
pub use cap::{Ceiling, CeilingRules, price_term_floor, raw_cap, room};
pub use curve::{Curve, POOL_PRICE_RANGE, Pool};
pub use error::MathError;
pub use exchange::{base_of_quote_floor, quote_of_base_floor};
pub use fair::FairPool;
pub use liquidity::{Liquidity, withdraw_floor};
pub use mint::{Minted, mint_floor, mint_required_ceil};
pub use muldiv::{mul_div_ceil, mul_div_floor};
pub use pool_fee::{Charged, PoolFee};
pub use price::{MIN_PRICE, PRICE_ONE, deviates, median, value_ceil, value_floor};
pub use redeem::{redeem_floor, redeemable_floor, redemption_price, stress};
pub use reward::{
    INDEX_ONE, YEAR_OF_360_DAYS, accrued_floor, apr_bps_floor, index_growth_floor, streamed_floor,
};
pub use share::{coverage_bps_floor, share_room_floor, within_share};
pub use stable::{AMPLIFICATION_SCALE, pool_share_bps_ceil};
pub use twap::{Average, Point, average, held_to_last, point_between};
