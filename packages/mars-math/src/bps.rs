use crate::MathError;
use crate::muldiv::{mul_div_ceil, mul_div_floor};

/// One whole in basis points (R5).
pub const BPS: u128 = 10_000;

/// `floor(amount × bps ÷ 10,000)`, in the unit of `amount`.
///
/// Errors: `Overflow`, possible only above 100 %.
pub fn bps_of_floor(amount: u128, bps: u128) -> Result<u128, MathError> {
    mul_div_floor(amount, bps, BPS)
}

/// `ceil(amount × bps ÷ 10,000)`, in the unit of `amount`.
///
/// Errors: `Overflow`, possible only above 100 %.
pub fn bps_of_ceil(amount: u128, bps: u128) -> Result<u128, MathError> {
    mul_div_ceil(amount, bps, BPS)
}

/// `floor(num × 10,000 ÷ den)`: the ratio in basis points.
///
/// Errors: `DivisionByZero` when `den` is 0, `Overflow`.
pub fn ratio_bps_floor(num: u128, den: u128) -> Result<u128, MathError> {
    mul_div_floor(num, BPS, den)
}

/// What a fee leaves of one whole, in basis points.
///
/// Errors: `Overflow` when the fee is above 100 %.
pub(crate) fn after_fee_bps(fee_bps: u128) -> Result<u128, MathError> {
    BPS.checked_sub(fee_bps).ok_or_else(|| MathError::overflow(format_args!("{BPS} - {fee_bps}")))
}
