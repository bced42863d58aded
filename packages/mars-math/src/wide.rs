//! 256- and 512-bit arithmetic of the curves. A result that does not fit is an error that names what was computed.

use bnum::cast::As;
use bnum::types::{U256, U512};

use crate::MathError;

pub(crate) fn add(left: U256, right: U256, formula: &str) -> Result<U256, MathError> {
    left.checked_add(right).ok_or_else(|| MathError::overflow(formula))
}

pub(crate) fn sub(left: U256, right: U256, formula: &str) -> Result<U256, MathError> {
    left.checked_sub(right).ok_or_else(|| MathError::overflow(formula))
}

pub(crate) fn mul(left: U256, right: U256, formula: &str) -> Result<U256, MathError> {
    left.checked_mul(right).ok_or_else(|| MathError::overflow(formula))
}

pub(crate) fn div_floor(num: U256, den: U256, formula: &str) -> Result<U256, MathError> {
    num.checked_div(den).ok_or_else(|| MathError::division_by_zero(formula))
}

pub(crate) fn div_ceil(num: U256, den: U256, formula: &str) -> Result<U256, MathError> {
    let floor = div_floor(num, den, formula)?;
    if floor.checked_mul(den) == Some(num) { Ok(floor) } else { add(floor, U256::ONE, formula) }
}

pub(crate) fn narrow(wide: U256, formula: &str) -> Result<u128, MathError> {
    u128::try_from(wide).map_err(|_| MathError::overflow(formula))
}

/// `floor(√square)`.
pub(crate) fn sqrt_floor(square: U256) -> U256 {
    sqrt_floor_512(square.as_::<U512>()).as_::<U256>()
}

/// `floor(√square)`, by Newton from above: every step falls until it stands on the root.
pub(crate) fn sqrt_floor_512(square: U512) -> U512 {
    if square.is_zero() {
        return square;
    }
    // A power of two that is not below the root.
    let mut root = U512::ONE.checked_shl(square.bits().div_ceil(2)).unwrap_or(U512::MAX);
    loop {
        let quotient = square.checked_div(root).unwrap_or_default();
        let next = root.saturating_add(quotient).checked_shr(1).unwrap_or_default();
        if next >= root {
            return root;
        }
        root = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_floored() {
        for n in 0u128..2_000 {
            let root = u128::try_from(sqrt_floor_512(U512::from(n))).unwrap_or(u128::MAX);
            assert!(root * root <= n && (root + 1) * (root + 1) > n, "{n}: {root}");
        }
        assert_eq!(sqrt_floor_512(U512::MAX), (U512::ONE << 256u32) - U512::ONE);
    }
}
