//! The ceiling of the supply: where each of its bounds takes over, and that no order of closings passes them.

use mars_math::*;
use num_bigint::BigInt;
use proptest::prelude::*;

use crate::exact::number;

const RULES: CeilingRules =
    CeilingRules { floor: 1_000_000, step_bps: 200, max_epochs: 12, day_growth_bps: 12_500 };

fn ceiling(value: u128, day_base: u128) -> Ceiling {
    Ceiling { value, day: 9, day_base }
}

fn closed_value(ceiling: Ceiling, raw: u128, epochs: u64) -> u128 {
    ceiling.close(Some(raw), epochs, 9, &RULES).unwrap().value
}

#[test]
fn a_move_is_floored_up_and_down() {
    // 2 % of 2,000,049 is 40,000.98.
    assert_eq!(closed_value(ceiling(2_000_049, 2_000_049), u128::MAX, 1), 2_040_049);
    assert_eq!(closed_value(ceiling(2_000_049, 2_000_049), 0, 1), 1_960_049);
}

#[test]
fn a_move_ends_at_raw() {
    let at = ceiling(2_000_000, 2_000_000);
    assert_eq!(closed_value(at, 2_010_000, 1), 2_010_000);
    assert_eq!(closed_value(at, 1_990_000, 1), 1_990_000);
    assert_eq!(closed_value(at, 2_000_000, 12), 2_000_000);
}

#[test]
fn epochs_move_linearly_and_none_moves_nothing() {
    let at = ceiling(2_000_000, 2_000_000);
    assert_eq!(closed_value(at, u128::MAX, 0), 2_000_000);
    assert_eq!(closed_value(at, u128::MAX, 3), 2_120_000);
    assert_eq!(closed_value(at, 0, 12), 1_520_000);
    assert_eq!(closed_value(at, 0, 13), 1_520_000);
}

#[test]
fn the_floor_holds_a_fall_and_lifts_what_is_below_it() {
    assert_eq!(closed_value(ceiling(1_010_000, 1_010_000), 0, 12), 1_000_000);
    assert_eq!(closed_value(ceiling(500_000, 500_000), 0, 1), 1_000_000);
}

#[test]
fn the_first_closing_of_a_day_sets_the_base_before_it_moves() {
    let evening = ceiling(2_400_000, 2_000_000);
    let morning = evening.close(Some(u128::MAX), 1, 10, &RULES).unwrap();
    assert_eq!(morning, Ceiling { value: 2_448_000, day: 10, day_base: 2_400_000 });
    let later = morning.close(Some(u128::MAX), 12, 10, &RULES).unwrap();
    assert_eq!(later, Ceiling { value: 3_000_000, day: 10, day_base: 2_400_000 });
}

#[test]
fn an_earlier_day_does_not_roll_the_base() {
    let closed = ceiling(2_400_000, 2_000_000).close(Some(u128::MAX), 12, 8, &RULES).unwrap();
    assert_eq!(closed, Ceiling { value: 2_500_000, day: 9, day_base: 2_000_000 });
}

#[test]
fn without_a_price_only_the_day_rolls() {
    let at = ceiling(2_400_000, 2_000_000);
    assert_eq!(at.close(None, 12, 9, &RULES), Ok(at));
    assert_eq!(
        at.close(None, 12, 10, &RULES),
        Ok(Ceiling { value: 2_400_000, day: 10, day_base: 2_400_000 })
    );
}

#[test]
fn a_value_above_the_limit_of_its_day_is_held_to_it() {
    assert_eq!(closed_value(ceiling(4_000_000, 2_000_000), u128::MAX, 1), 2_500_000);
}

#[test]
fn the_limit_of_a_day_is_floored() {
    // 1.25 × 2,000,003 is 2,500,003.75.
    assert_eq!(closed_value(ceiling(2_490_000, 2_000_003), u128::MAX, 1), 2_500_003);
}

#[test]
fn a_step_that_does_not_fit_is_refused() {
    let error = ceiling(u128::MAX, 1).close(Some(1), 12, 9, &CeilingRules { step_bps: 1_000, ..RULES });
    assert_eq!(error, Err(MathError::Overflow { formula: format!("{} * 1000 * 12 / 10000", u128::MAX) }));
}

proptest! {
    #[test]
    fn a_closing_keeps_every_bound(
        value in RULES.floor..=u128::MAX / 2,
        raw in number(),
        epochs in 0..=40u64,
    ) {
        let before = ceiling(value, value);
        let after = closed_value(before, raw, epochs);
        prop_assert!(after >= RULES.floor);
        let moved = BigInt::from(after.abs_diff(value)) * 10_000;
        prop_assert!(moved <= BigInt::from(value) * 200 * epochs.min(12));
        if raw >= value {
            prop_assert!(value <= after && after <= raw);
        } else {
            prop_assert!(raw.max(RULES.floor) <= after && after <= value);
        }
    }

    #[test]
    fn a_higher_raw_never_lowers_the_ceiling(
        value in RULES.floor..=u128::MAX / 2,
        a in number(),
        b in number(),
        epochs in 0..=40u64,
    ) {
        let at = ceiling(value, value);
        prop_assert!(closed_value(at, a.min(b), epochs) <= closed_value(at, a.max(b), epochs));
    }

    #[test]
    fn no_day_of_closings_passes_five_quarters_of_its_first_value(
        start in RULES.floor..=1u128 << 100,
        closings in prop::collection::vec((prop::option::of(number()), 0..=40u64, 0..=1u64), 1..60),
    ) {
        let mut at = ceiling(start, start);
        let mut base = start;
        for (raw, epochs, days) in closings {
            if days > 0 {
                base = at.value;
            }
            at = at.close(raw, epochs, at.day + days, &RULES).unwrap();
            prop_assert!(at.value * 4 <= base * 5);
            prop_assert_eq!(at.day_base, base);
        }
    }
}
