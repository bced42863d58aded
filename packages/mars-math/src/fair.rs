use bnum::types::U512;

use crate::MathError;
use crate::price::PRICE_ONE;
use crate::wide::sqrt_floor_512;

/// Reserves of a constant-product pool as they would stand at a price: what a trade within a block cannot move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FairPool {
    /// Base units of the base and of the quote asset.
    pub reserves: [u128; 2],
    pub decimals: [u8; 2],
    /// Whole quote tokens per whole base token, 18 decimals.
    pub price18: u128,
}

impl FairPool {
    /// `floor(√(k × P))` in base units of the quote, with P in base units of the quote per base unit of the base.
    ///
    /// Errors: `Overflow` when it does not fit, `DivisionByZero` never (a price of 0 makes 0).
    pub fn quote_floor(self) -> Result<u128, MathError> {
        let [base, quote] = self.decimals;
        self.root([self.price18, pow10(quote)?], [PRICE_ONE, pow10(base)?])
    }

    /// `floor(√(k ÷ P))` in base units of the base.
    ///
    /// Errors: as [`FairPool::quote_floor`], and `DivisionByZero` for a price of 0.
    pub fn base_floor(self) -> Result<u128, MathError> {
        let [base, quote] = self.decimals;
        self.root([PRICE_ONE, pow10(base)?], [self.price18, pow10(quote)?])
    }

    /// `floor(√(x × y × num ÷ den))`: one division inside, floored, which leaves the floored root as it is.
    fn root(self, num: [u128; 2], den: [u128; 2]) -> Result<u128, MathError> {
        let wide = |[a, b]: [u128; 2]| U512::from(a).checked_mul(U512::from(b));
        let [x, y] = self.reserves;
        let formula = || format!("sqrt({x} * {y} * {num:?} / {den:?})");
        let overflow = || MathError::Overflow { formula: formula() };
        let product = wide([x, y]).and_then(|k| k.checked_mul(wide(num)?)).ok_or_else(overflow)?;
        let divisor = wide(den).ok_or_else(overflow)?;
        let radicand =
            product.checked_div(divisor).ok_or_else(|| MathError::DivisionByZero { formula: formula() })?;
        u128::try_from(sqrt_floor_512(radicand)).map_err(|_| overflow())
    }
}

pub(crate) fn pow10(decimals: u8) -> Result<u128, MathError> {
    10u128.checked_pow(decimals.into()).ok_or_else(|| MathError::overflow(format_args!("10^{decimals}")))
}
