//! Averages over time: a sum of price × seconds, of which two points give the average between them.

use crate::MathError;
use crate::muldiv::{mul_div_ceil, mul_div_floor};

/// How far a price that is accumulated may be from the one before it: a tenth of that.
const STEP: u128 = 10;

/// The sum of price × seconds up to a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Seconds.
    pub time: u64,
    /// Price with 18 decimals × seconds.
    pub cumulative: u128,
}

/// A quotient, floored and ceiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Average {
    pub floor: u128,
    pub ceil: u128,
}

/// The price to accumulate: at most 10 % from the last one that was, yet always free to move by one unit, so that even
/// the smallest price can rise again.
pub fn held_to_last(price: u128, last: Option<u128>) -> u128 {
    let Some(last) = last else {
        return price;
    };
    // STEP is not 0.
    let step = last.checked_div(STEP).unwrap_or_default().max(1);
    price.clamp(last.saturating_sub(step), last.saturating_add(step))
}

impl Point {
    /// The sum at a later time, when `price18` held all the while. Time that ran backwards adds nothing.
    ///
    /// Errors: `Overflow`.
    pub fn later(self, price18: u128, time: u64) -> Result<Self, MathError> {
        let elapsed = u128::from(time.saturating_sub(self.time));
        let cumulative =
            price18.checked_mul(elapsed).and_then(|grown| self.cumulative.checked_add(grown)).ok_or_else(
                || MathError::overflow(format_args!("{} + {price18} * {elapsed}", self.cumulative)),
            )?;
        Ok(Self { time: self.time.max(time), cumulative })
    }
}

/// The sum at `time` between two points, on the straight line from one to the other.
///
/// Errors: `DivisionByZero` for two points at one time, `Overflow` for a sum that falls or a time that is not between.
pub fn point_between(earlier: Point, later: Point, time: u64) -> Result<Average, MathError> {
    let outside = || MathError::overflow(format_args!("{time} - {} of {}", earlier.time, later.time));
    let part = time.checked_sub(earlier.time).filter(|_| time <= later.time).ok_or_else(outside)?;
    let whole = later.time.checked_sub(earlier.time).ok_or_else(outside)?;
    let grown = later.cumulative.checked_sub(earlier.cumulative).ok_or_else(outside)?;
    let at = |grown: u128| earlier.cumulative.checked_add(grown).ok_or_else(outside);
    Ok(Average {
        floor: at(mul_div_floor(grown, part.into(), whole.into())?)?,
        ceil: at(mul_div_ceil(grown, part.into(), whole.into())?)?,
    })
}

/// The average from `start`, known between a floor and a ceil, to `end` over `seconds`: floored and ceiled (R9).
///
/// Errors: `DivisionByZero` for no time, `Overflow` for a sum that falls.
pub fn average(start: Average, end: u128, seconds: u64) -> Result<Average, MathError> {
    let grown = |start: u128| {
        end.checked_sub(start).ok_or_else(|| MathError::overflow(format_args!("{end} - {start}")))
    };
    Ok(Average {
        floor: mul_div_floor(grown(start.ceil)?, 1, seconds.into())?,
        ceil: mul_div_ceil(grown(start.floor)?, 1, seconds.into())?,
    })
}
