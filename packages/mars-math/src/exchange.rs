use crate::MathError;
use crate::fair::pow10;
use crate::muldiv::ratio_floor;
use crate::price::PRICE_ONE;

/// `floor(base × price)`: what `base` (base units of the base) is worth in base units of the quote, at whole quote tokens
/// per whole base token with 18 decimals.
///
/// Errors: `Overflow`.
pub fn quote_of_base_floor(base: u128, price18: u128, decimals: [u8; 2]) -> Result<u128, MathError> {
    let [of_base, of_quote] = decimals;
    ratio_floor(&[base, price18, pow10(of_quote)?], &[PRICE_ONE, pow10(of_base)?])
}

/// `floor(quote ÷ price)`: what `quote` is worth in base units of the base.
///
/// Errors: `Overflow`, and `DivisionByZero` for a price of 0.
pub fn base_of_quote_floor(quote: u128, price18: u128, decimals: [u8; 2]) -> Result<u128, MathError> {
    let [of_base, of_quote] = decimals;
    ratio_floor(&[quote, PRICE_ONE, pow10(of_base)?], &[price18, pow10(of_quote)?])
}
