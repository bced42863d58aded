//! Averages over time.

use mars_math::*;
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

#[test]
fn a_price_moves_by_a_tenth_of_the_last_one_at_most() {
    assert_eq!(held_to_last(5_000, None), 5_000);
    assert_eq!(held_to_last(1_101, Some(1_000)), 1_100);
    assert_eq!(held_to_last(1_100, Some(1_000)), 1_100);
    assert_eq!(held_to_last(899, Some(1_000)), 900);
    assert_eq!(held_to_last(900, Some(1_000)), 900);
    // A tenth of 9 is nothing, so it moves by one.
    assert_eq!(held_to_last(100, Some(9)), 10);
    assert_eq!(held_to_last(1, Some(9)), 8);
    assert_eq!(held_to_last(u128::MAX, Some(u128::MAX)), u128::MAX);
}

#[test]
fn sums_grow_with_time_and_fit_a_century() {
    let point = Point { time: 100, cumulative: 7 };
    assert_eq!(point.later(3, 110), Ok(Point { time: 110, cumulative: 37 }));
    assert_eq!(point.later(3, 100), Ok(point));
    assert_eq!(point.later(3, 50), Ok(point), "time that ran backwards");
    let (_, most) = POOL_PRICE_RANGE;
    assert!(Point { time: 0, cumulative: 0 }.later(most, 100 * 365 * 86_400).is_ok());
    assert!(Point { time: 0, cumulative: u128::MAX }.later(1, 1).is_err());
}

#[test]
fn averages_floor_and_ceil() {
    let (start, end) = (Point { time: 100, cumulative: 1_000 }, Point { time: 107, cumulative: 1_010 });
    // 10 ÷ 7 = 1.43 a second: 1,004.29 after three.
    assert_eq!(point_between(start, end, 103), Ok(Average { floor: 1_004, ceil: 1_005 }));
    assert_eq!(point_between(start, end, 107), Ok(Average { floor: 1_010, ceil: 1_010 }));
    let sum = Average { floor: 1_004, ceil: 1_005 };
    assert_eq!(average(sum, 1_010, 4), Ok(Average { floor: 1, ceil: 2 }));
    assert!(point_between(start, end, 99).is_err());
    assert!(point_between(start, end, 108).is_err());
    assert!(matches!(point_between(start, start, 100), Err(MathError::DivisionByZero { .. })));
    assert!(matches!(average(sum, 1_010, 0), Err(MathError::DivisionByZero { .. })));
    assert!(average(sum, 1_003, 4).is_err());
}

proptest! {
    /// The band of an average holds the exact one, and is as narrow as two roundings.
    #[test]
    fn an_average_lies_between_its_bounds(
        cumulative in 0..1u128 << 100,
        grown in 0..1u128 << 100,
        length in 1..100_000u64,
        part in 0..100_000u64,
        after in 0..1u128 << 100,
        seconds in 1..100_000u64,
    ) {
        let earlier = Point { time: 1_000, cumulative };
        let later = Point { time: 1_000 + length, cumulative: cumulative + grown };
        let start = point_between(earlier, later, 1_000 + part % (length + 1)).unwrap();
        let end = later.cumulative + after;
        let band = average(start, end, seconds).unwrap();
        let ratio = |n: u128, d: u64| BigRational::new(BigInt::from(n), BigInt::from(d));
        let exact_start = ratio(cumulative, 1) + ratio(grown, length) * ratio((part % (length + 1)).into(), 1);
        let exact = (ratio(end, 1) - exact_start) / ratio(seconds.into(), 1);
        prop_assert!(ratio(band.floor, 1) <= exact && exact <= ratio(band.ceil, 1));
        prop_assert!(band.ceil - band.floor <= 2);
    }
}
