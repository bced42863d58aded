use std::fmt::{Display, Formatter, Result as FmtResult};

use bnum::types::U256;

use crate::MathError;

/// `floor(a × b ÷ d)`, exact.
///
/// Errors: `DivisionByZero` when `d` is 0, `Overflow` when the result does not fit.
pub fn mul_div_floor(a: u128, b: u128, d: u128) -> Result<u128, MathError> {
    ratio_floor(&[a, b], &[d])
}

/// `ceil(a × b ÷ d)`, exact.
///
/// Errors: `DivisionByZero` when `d` is 0, `Overflow` when the result does not fit.
pub fn mul_div_ceil(a: u128, b: u128, d: u128) -> Result<u128, MathError> {
    ratio_ceil(&[a, b], &[d])
}

/// `floor(Π numerator ÷ Π denominator)`.
///
/// A numerator past 256 bits is an `Overflow`. That is never a false alarm while the denominator fits 128 bits, for
/// then the quotient is past 128 bits too; a formula with a larger denominator must keep its numerator to two factors.
pub(crate) fn ratio_floor(numerator: &[u128], denominator: &[u128]) -> Result<u128, MathError> {
    divide(numerator, denominator).map(|(quotient, _)| quotient)
}

/// `ceil(Π numerator ÷ Π denominator)`, with the limits of [`ratio_floor`].
pub(crate) fn ratio_ceil(numerator: &[u128], denominator: &[u128]) -> Result<u128, MathError> {
    let (quotient, exact) = divide(numerator, denominator)?;
    if exact {
        return Ok(quotient);
    }
    quotient.checked_add(1).ok_or_else(|| MathError::overflow(Ratio { numerator, denominator }))
}

/// Is `Π left` greater than `Π right`? Two factors a side always fit.
pub(crate) fn product_exceeds(left: [u128; 2], right: [u128; 2]) -> Result<bool, MathError> {
    match (product(&left), product(&right)) {
        (Some(left), Some(right)) => Ok(left > right),
        _ => Ok(wide_product(&left)? > wide_product(&right)?),
    }
}

/// The product in 256 bits. Two factors always fit.
fn wide_product(factors: &[u128]) -> Result<U256, MathError> {
    factors
        .iter()
        .try_fold(U256::ONE, |product, factor| product.checked_mul(U256::from(*factor)))
        .ok_or_else(|| MathError::overflow(Product(factors)))
}

/// The floored quotient, and whether it is exact.
fn divide(numerator: &[u128], denominator: &[u128]) -> Result<(u128, bool), MathError> {
    let ratio = Ratio { numerator, denominator };
    // Nearly every amount of the protocol stays within 128 bits, where a division costs a fraction.
    if let (Some(dividend), Some(divisor)) = (product(numerator), product(denominator)) {
        let quotient = dividend.checked_div(divisor).ok_or_else(|| MathError::division_by_zero(ratio))?;
        return Ok((quotient, quotient.checked_mul(divisor) == Some(dividend)));
    }
    let dividend = wide_product(numerator)?;
    let divisor = wide_product(denominator)?;
    let quotient = dividend.checked_div(divisor).ok_or_else(|| MathError::division_by_zero(ratio))?;
    let exact = quotient.checked_mul(divisor) == Some(dividend);
    let quotient = u128::try_from(quotient).map_err(|_| MathError::overflow(ratio))?;
    Ok((quotient, exact))
}

fn product(factors: &[u128]) -> Option<u128> {
    factors.iter().try_fold(1u128, |product, factor| product.checked_mul(*factor))
}

struct Product<'a>(&'a [u128]);

impl Display for Product<'_> {
    fn fmt(&self, f: &mut Formatter) -> FmtResult {
        let mut separator = "";
        for factor in self.0 {
            write!(f, "{separator}{factor}")?;
            separator = " * ";
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Ratio<'a> {
    numerator: &'a [u128],
    denominator: &'a [u128],
}

impl Display for Ratio<'_> {
    fn fmt(&self, f: &mut Formatter) -> FmtResult {
        Product(self.numerator).fmt(f)?;
        self.denominator.iter().try_for_each(|divisor| write!(f, " / {divisor}"))
    }
}
