use crate::MathError;
use crate::bps::BPS;
use crate::muldiv::{mul_div_floor, ratio_floor};

/// One unit of reward for each unit of stake, as the reward index counts it.
///
/// With a stake of all XMS the index still moves by a thousandth of a unit of reward.
pub const INDEX_ONE: u128 = 1_000_000_000_000_000_000;
/// The year of the reported yield: twice the 180 days of the first emission (T27).
pub const YEAR_OF_360_DAYS: u64 = 360 * 86_400;

/// `floor(reward × 10^18 ÷ staked)`: by how much the index grows when `reward` is shared out over `staked`.
///
/// Errors: `DivisionByZero` when nothing is staked, `Overflow`.
pub fn index_growth_floor(reward: u128, staked: u128) -> Result<u128, MathError> {
    mul_div_floor(reward, INDEX_ONE, staked)
}

/// `floor(stake × growth ÷ 10^18)`: what a stake has earned while the index grew by `growth`. Over all stakes together
/// never more than was shared out.
///
/// Errors: `Overflow`.
pub fn accrued_floor(stake: u128, growth: u128) -> Result<u128, MathError> {
    mul_div_floor(stake, growth, INDEX_ONE)
}

/// `floor(total × elapsed ÷ duration)`: what a linear stream has given after `elapsed` seconds (R73); all of it from
/// `duration` on.
///
/// Errors: none but for a duration of 0, which is `DivisionByZero`.
pub fn streamed_floor(total: u128, elapsed: u64, duration: u64) -> Result<u128, MathError> {
    mul_div_floor(total, elapsed.min(duration).into(), duration.into())
}

/// `floor(total × 360 d ÷ duration ÷ staked)` in basis points: the yearly yield of a stream over a year of 360 days,
/// without compounding.
///
/// Errors: `DivisionByZero` when nothing is staked or the duration is 0, `Overflow`.
pub fn apr_bps_floor(total: u128, duration: u64, staked: u128) -> Result<u128, MathError> {
    ratio_floor(&[total, YEAR_OF_360_DAYS.into(), BPS], &[duration.into(), staked])
}
