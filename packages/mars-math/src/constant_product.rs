use bnum::types::U256;

use crate::MathError;
use crate::muldiv::{mul_div_ceil, mul_div_floor};
use crate::wide;

/// What leaves a pool of `x` and `y` for `amount` of x, before the fee: `floor(y × amount ÷ (x + amount))`.
///
/// Errors: `Overflow` when the new reserve of x does not fit, `DivisionByZero` for an empty pool.
pub(crate) fn out_floor(x: u128, y: u128, amount: u128) -> Result<u128, MathError> {
    let after = x.checked_add(amount).ok_or_else(|| MathError::overflow(format_args!("{x} + {amount}")))?;
    mul_div_floor(y, amount, after)
}

/// The least amount of x for which `out` of y leaves: `ceil(x × out ÷ (y − out))`.
///
/// Errors: `Overflow` when the pool does not hold `out`, `DivisionByZero` when it would be emptied.
pub(crate) fn in_ceil(x: u128, y: u128, out: u128) -> Result<u128, MathError> {
    let after = y.checked_sub(out).ok_or_else(|| MathError::overflow(format_args!("{y} - {out}")))?;
    mul_div_ceil(x, out, after)
}

/// `√(x × y)`, floored and ceiled. It is of degree one, as D is.
pub(crate) fn invariant(x: u128, y: u128) -> Result<(u128, u128), MathError> {
    let formula = "the root of a constant product";
    // Two factors of 128 bits always fit 256.
    let product = U256::from(x).saturating_mul(U256::from(y));
    let floor = wide::sqrt_floor(product);
    let exact = floor.checked_mul(floor) == Some(product);
    let ceil = if exact { floor } else { wide::add(floor, U256::ONE, formula)? };
    Ok((wide::narrow(floor, formula)?, wide::narrow(ceil, formula)?))
}
