//! Single rules at their edges, where a vector or a property would not land.

use mars_math::*;

#[test]
fn floor_and_ceil_part_only_on_a_remainder() {
    assert_eq!((mul_div_floor(7, 3, 4), mul_div_ceil(7, 3, 4)), (Ok(5), Ok(6)));
    assert_eq!((mul_div_floor(8, 3, 4), mul_div_ceil(8, 3, 4)), (Ok(6), Ok(6)));
    assert_eq!((mul_div_floor(0, 3, 4), mul_div_ceil(0, 3, 4)), (Ok(0), Ok(0)));
    let max = u128::MAX;
    assert_eq!((mul_div_floor(max, max, max), mul_div_ceil(max, max, max)), (Ok(max), Ok(max)));
    assert_eq!((mul_div_floor(max, 2, 3), mul_div_ceil(max, 2, 3)), (Ok(max / 3 * 2), Ok(max / 3 * 2)));
    assert_eq!(
        (mul_div_floor(max, 3, 4), mul_div_ceil(max, 3, 4)),
        (Ok(max / 4 * 3 + 2), Ok(max / 4 * 3 + 3))
    );
}

#[test]
fn value_at_the_least_price_and_the_most_decimals() {
    // 10^18 whole tokens at 10^-12 USD are 10^6 USD.
    assert_eq!(value_floor(PRICE_ONE, MIN_PRICE, 0), Ok(1_000_000_000_000));
    assert_eq!(value_floor(PRICE_ONE - 1, PRICE_ONE, 18), Ok(999_999));
    assert_eq!(value_ceil(PRICE_ONE - 1, PRICE_ONE, 18), Ok(1_000_000));
    assert_eq!(value_ceil(1, 1, 18), Ok(1));
}

#[test]
fn median_of_odd_even_none_and_extremes() {
    assert_eq!(median(&[]), None);
    assert_eq!(median(&[5]), Some(5));
    assert_eq!(median(&[9, 1, 5]), Some(5));
    assert_eq!(median(&[4, 9, 1, 5]), Some(4));
    assert_eq!(median(&[u128::MAX, u128::MAX - 1]), Some(u128::MAX - 1));
}

#[test]
fn a_lifted_day_average_is_ceiled() {
    assert_eq!(redemption_price(0, 0, 1, 5), Ok(2));
    assert_eq!(redemption_price(0, 0, 20, 50), Ok(21));
    assert_eq!(redemption_price(0, 0, 20, 20), Ok(20));
    assert_eq!(redemption_price(0, 0, 20, 5), Ok(20));
    assert_eq!(redemption_price(0, 23, 20, 50), Ok(23));
    assert_eq!(redemption_price(29, 23, 20, 50), Ok(29));
}

#[test]
fn room_is_never_negative() {
    assert_eq!((room(5, 3), room(3, 3), room(3, 5)), (2, 0, 0));
}

#[test]
fn a_bucket_fills_in_one_window_and_no_further() {
    assert_eq!(refill_floor(0, 999, 179, 180), Ok(993));
    assert_eq!(refill_floor(0, 999, 180, 180), Ok(999));
    assert_eq!(refill_floor(0, u128::MAX, u64::MAX, 180), Ok(u128::MAX));
    assert_eq!(refill_floor(990, 999, 90, 180), Ok(999));
    assert_eq!(refill_floor(50, 100, 0, 180), Ok(50));
}

#[test]
fn a_smaller_capacity_cuts_the_level() {
    assert_eq!(refill_floor(100, 40, 0, 180), Ok(40));
}

#[test]
fn budgets_are_floored_and_the_lower_binds() {
    assert_eq!(redemption_budget(199, None, 100, 250), Ok(1));
    assert_eq!(redemption_budget(1_000, Some(79), 100, 250), Ok(1));
    assert_eq!(redemption_budget(199, Some(1_000), 100, 250), Ok(1));
    assert_eq!(redemption_budget(0, Some(1_000), 100, 250), Ok(0));
}

#[test]
fn shares_of_an_empty_whole() {
    assert_eq!(within_share(0, 0, 3_000), Ok(true));
    assert_eq!(within_share(1, 0, 10_000), Ok(false));
    assert_eq!(share_room_floor(0, 0, 3_000), Ok(0));
}

#[test]
fn a_share_exactly_at_its_limit_passes_and_has_no_room() {
    assert_eq!(within_share(3_000, 10_000, 3_000), Ok(true));
    assert_eq!(within_share(3_001, 10_000, 3_000), Ok(false));
    assert_eq!(share_room_floor(3_000, 10_000, 3_000), Ok(0));
    assert_eq!(share_room_floor(9_000, 10_000, 3_000), Ok(0));
}

#[test]
fn a_limit_of_the_whole_leaves_unlimited_room() {
    assert_eq!(share_room_floor(10, 10, BPS), Ok(u128::MAX));
    assert_eq!(share_room_floor(0, 0, BPS), Ok(u128::MAX));
    assert_eq!(share_room_floor(0, 10, BPS + 1), Ok(u128::MAX));
    assert_eq!(share_room_floor(11, 10, BPS), Ok(0));
}

/// 100 USDC at $0.25 an XMS, with 6 decimals each, and the same between 18 and 6 decimals.
#[test]
fn amounts_are_exchanged_at_a_price_and_floored() {
    let quarter = PRICE_ONE / 4;
    assert_eq!(quote_of_base_floor(400_000_000, quarter, [6, 6]), Ok(100_000_000));
    assert_eq!(base_of_quote_floor(100_000_000, quarter, [6, 6]), Ok(400_000_000));
    assert_eq!(quote_of_base_floor(4 * PRICE_ONE, quarter, [18, 6]), Ok(1_000_000));
    assert_eq!(base_of_quote_floor(1_000_000, quarter, [18, 6]), Ok(4 * PRICE_ONE));
    assert_eq!(quote_of_base_floor(3, quarter, [6, 6]), Ok(0));
    assert!(matches!(base_of_quote_floor(1, 0, [6, 6]), Err(MathError::DivisionByZero { .. })));
    assert!(matches!(quote_of_base_floor(u128::MAX, 2 * PRICE_ONE, [6, 6]), Err(MathError::Overflow { .. })));
}
