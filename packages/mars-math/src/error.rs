use std::fmt::Display;

use thiserror::Error;

/// Why a formula has no answer. The text is the formula with its operands.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
pub enum MathError {
    /// The result is negative or past `u128::MAX`.
    #[error("{formula} is outside of 0 to 2^128 - 1")]
    Overflow { formula: String },
    /// The divisor is zero.
    #[error("{formula} divides by zero")]
    DivisionByZero { formula: String },
    /// Newton did not come to rest.
    #[error("{formula} was not found within 255 rounds")]
    NotConverged { formula: String },
    /// A pool has no asset at this place.
    #[error("the pool has no asset at place {index}")]
    NoAsset { index: usize },
}

impl MathError {
    pub(crate) fn overflow(formula: impl Display) -> Self {
        Self::Overflow { formula: formula.to_string() }
    }

    pub(crate) fn division_by_zero(formula: impl Display) -> Self {
        Self::DivisionByZero { formula: formula.to_string() }
    }

    pub(crate) fn not_converged(formula: impl Display) -> Self {
        Self::NotConverged { formula: formula.to_string() }
    }
}
