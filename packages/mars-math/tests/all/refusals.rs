//! Every refusal, with the formula that its text shows.

use mars_math::*;

const MAX: u128 = u128::MAX;

fn overflow<T>(formula: &str) -> Result<T, MathError> {
    Err(MathError::Overflow { formula: formula.to_string() })
}

fn division_by_zero<T>(formula: &str) -> Result<T, MathError> {
    Err(MathError::DivisionByZero { formula: formula.to_string() })
}

#[test]
fn texts_name_the_operands() {
    assert_eq!(
        mul_div_floor(MAX, 2, 1).unwrap_err().to_string(),
        format!("{MAX} * 2 / 1 is outside of 0 to 2^128 - 1")
    );
    assert_eq!(mul_div_floor(7, 2, 0).unwrap_err().to_string(), "7 * 2 / 0 divides by zero");
}

#[test]
fn results_past_128_bits() {
    assert_eq!(mul_div_floor(MAX, MAX, MAX - 1), overflow(&format!("{MAX} * {MAX} / {}", MAX - 1)));
    assert_eq!(bps_of_floor(MAX, 10_001), overflow(&format!("{MAX} * 10001 / 10000")));
    assert_eq!(ratio_bps_floor(MAX, 9_999), overflow(&format!("{MAX} * 10000 / 9999")));
    assert_eq!(value_floor(MAX, PRICE_ONE, 0), overflow(&format!("{MAX} * {PRICE_ONE} / 1000000000000")));
    assert_eq!(raw_cap(1, Some(MAX), 2), overflow(&format!("2 * {MAX}")));
    assert_eq!(share_room_floor(0, MAX, 5_001), overflow(&format!("5001 * {MAX} / 4999")));
    assert_eq!(redemption_price(1, 1, MAX, 1), overflow(&format!("{MAX} * 10500 / 10000")));
    assert_eq!(redeem_floor(MAX, 1, 0), overflow(&format!("{MAX} * 10000 * 100000000000000 / 1")));
    assert_eq!(price_term_floor(MAX, MAX, 1), overflow(&format!("{MAX} * {MAX} / 100000000000000 / 1")));
}

#[test]
fn a_numerator_past_256_bits() {
    assert_eq!(mint_floor(MAX, MAX, 18, 0), overflow(&format!("{MAX} * {MAX} * 10000")));
}

#[test]
fn a_ceiling_one_past_the_last_number() {
    // 2 × MAX + 1 = 2^129 - 1 = 7 × factor, so half of it lies between MAX and MAX + 1.
    let factor = MAX / 7 * 2 + 1;
    assert_eq!(mul_div_floor(7, factor, 2), Ok(MAX));
    assert_eq!(mul_div_ceil(7, factor, 2), overflow(&format!("7 * {factor} / 2")));
}

#[test]
fn divisions_by_zero() {
    assert_eq!(mul_div_ceil(7, 2, 0), division_by_zero("7 * 2 / 0"));
    assert_eq!(mul_div_floor(0, 0, 0), division_by_zero("0 * 0 / 0"));
    assert_eq!(mul_div_floor(MAX, MAX, 0), division_by_zero(&format!("{MAX} * {MAX} / 0")));
    assert_eq!(ratio_bps_floor(7, 0), division_by_zero("7 * 10000 / 0"));
    assert_eq!(deviates(7, 0, 200), division_by_zero("7 / 0"));
    assert_eq!(stress(0, 0), division_by_zero("0 / 0"));
    assert_eq!(redeem_floor(7, 0, 30), division_by_zero("7 * 9970 * 100000000000000 / 0"));
    assert_eq!(price_term_floor(7, 5, 0), division_by_zero("7 * 5 / 100000000000000 / 0"));
    assert_eq!(refill_floor(1, 7, 5, 0), division_by_zero("7 * 0 / 0"));
    assert_eq!(mint_required_ceil(7, 0, 6, 10), division_by_zero("7 * 10000000000000000000000 / 0 / 9990"));
    assert_eq!(mint_required_ceil(7, 5, 6, 10_000), division_by_zero("7 * 10000000000000000000000 / 5 / 0"));
}

#[test]
fn a_fee_above_the_whole() {
    assert_eq!(mint_floor(7, PRICE_ONE, 6, 10_001), overflow("10000 - 10001"));
    assert_eq!(mint_required_ceil(7, PRICE_ONE, 6, 10_001), overflow("10000 - 10001"));
    assert_eq!(redeem_floor(7, PRICE_ONE, 10_001), overflow("10000 - 10001"));
    assert_eq!(mint_floor(7, PRICE_ONE, 6, 10_000), Ok(Minted { usdm: 0, fee: 7 }));
    assert_eq!(redeem_floor(7, PRICE_ONE, 10_000), Ok(0));
}

#[test]
fn more_decimals_than_a_scale_holds() {
    assert_eq!(value_floor(7, PRICE_ONE, 26), Ok(0));
    assert_eq!(value_ceil(7, PRICE_ONE, 27), overflow("10^39"));
    assert_eq!(value_floor(7, PRICE_ONE, u8::MAX), overflow("10^267"));
    assert_eq!(mint_floor(7, PRICE_ONE, 22, 0), Ok(Minted { usdm: 0, fee: 0 }));
    assert_eq!(mint_floor(7, PRICE_ONE, 23, 0), overflow(&format!("{} * 10000", 10u128.pow(35))));
}
