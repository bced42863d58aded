//! The bounds of every governed number.

use cosmwasm_std::{Decimal, Uint128};
use mars_testing::Actor::{Keeper, Owner};
use mars_testing::{refused, Mars};
use mars_types::treasury::{ExecuteMsg, Params};
use mars_types::{Bps, Refusal, RefusalCode};

use super::{MILLION, THOUSAND};

fn set(mars: &mut Mars, params: Params) -> Result<cw_multi_test::AppResponse, Refusal> {
    mars.tell_treasury(Owner, &ExecuteMsg::UpdateParams { params })
}

/// A field in basis points, its least and its greatest value.
type Field = (&'static str, fn(&mut Params) -> &mut Bps, u16, u16);

const FIELDS: [Field; 19] = [
    ("mint_fee", |p| &mut p.mint_fee.stable, 0, 100),
    ("mint_fee", |p| &mut p.mint_fee.gold, 0, 100),
    ("mint_fee", |p| &mut p.mint_fee.layer_one, 0, 100),
    ("mint_fee", |p| &mut p.mint_fee.defi, 0, 100),
    ("mint_fee", |p| &mut p.mint_fee.xms, 0, 100),
    ("class_limit", |p| &mut p.class_limit.stable, 0, 10_000),
    ("class_limit", |p| &mut p.class_limit.gold, 0, 10_000),
    ("class_limit", |p| &mut p.class_limit.layer_one, 0, 10_000),
    ("class_limit", |p| &mut p.class_limit.defi, 0, 10_000),
    ("class_limit", |p| &mut p.class_limit.xms, 0, 500),
    ("ceiling.step", |p| &mut p.ceiling.step, 1, 500),
    ("ceiling.day_growth", |p| &mut p.ceiling.day_growth, 10_000, 15_000),
    ("mint_limit.rate", |p| &mut p.mint_limit.rate, 0, 10_000),
    ("redemption_fee", |p| &mut p.redemption_fee, 0, 100),
    ("epoch_budget.of_user_owned", |p| &mut p.epoch_budget.of_user_owned, 50, 1_000),
    ("epoch_budget.of_depth", |p| &mut p.epoch_budget.of_depth, 125, 2_500),
    ("day_budget.of_user_owned", |p| &mut p.day_budget.of_user_owned, 500, 10_000),
    ("day_budget.of_depth", |p| &mut p.day_budget.of_depth, 1_250, 10_000),
    ("spend_limit", |p| &mut p.spend_limit, 0, 2_500),
];

#[test]
fn every_ratio_has_both_bounds() {
    let mut mars = Mars::deploy();
    let start = mars.snapshot();
    for (name, field, least, most) in FIELDS {
        for value in [least, most] {
            mars.restore(&start);
            let mut params = Params::default();
            *field(&mut params) = Bps(value);
            set(&mut mars, params.clone()).unwrap();
            assert_eq!(mars.config().params, params);
        }
        for value in [least.checked_sub(1), most.checked_add(1)].into_iter().flatten() {
            let mut params = Params::default();
            *field(&mut params) = Bps(value);
            let result = set(&mut mars, params);
            let refusal = result.clone().unwrap_err();
            assert!(refusal.message.contains(name), "{refusal}");
            let limit = format!("{} to {}", Bps(least), Bps(most));
            refused(result, RefusalCode::InvalidInput, Bps(value), limit);
        }
    }
}

#[test]
fn every_amount_and_count_has_its_bounds() {
    let mut mars = Mars::deploy();
    let start = mars.snapshot();
    type Change = fn(&mut Params, u128);
    let fields: [(&str, Change, u128, u128); 5] = [
        ("depth_multiple", |p, v| p.depth_multiple = u8::try_from(v).unwrap(), 1, 20),
        ("bootstrap_floor", |p, v| p.bootstrap_floor = Uint128::new(v), 0, 10 * MILLION),
        ("ceiling.floor", |p, v| p.ceiling.floor = Uint128::new(v), 100 * THOUSAND, 10 * MILLION),
        ("ceiling.max_epochs", |p, v| p.ceiling.max_epochs = u8::try_from(v).unwrap(), 1, 12),
        ("mint_limit.floor", |p, v| p.mint_limit.floor = Uint128::new(v), 0, 10 * MILLION),
    ];
    for (name, change, least, most) in fields {
        for value in [least, most] {
            mars.restore(&start);
            let mut params = Params::default();
            change(&mut params, value);
            set(&mut mars, params).unwrap();
        }
        for value in [least.checked_sub(1), most.checked_add(1)].into_iter().flatten() {
            let mut params = Params::default();
            change(&mut params, value);
            let result = set(&mut mars, params);
            assert!(result.clone().unwrap_err().message.contains(name));
            refused(result, RefusalCode::InvalidInput, value, format!("{least} to {most}"));
        }
    }
}

#[test]
fn the_stable_gate_is_between_98_cents_and_a_dollar() {
    let mut mars = Mars::deploy();
    for gate in [Decimal::percent(98), Decimal::one()] {
        mars.update_params(|params| params.stable_gate = gate).unwrap();
    }
    let atom = Decimal::raw(1);
    for gate in [Decimal::percent(98) - atom, Decimal::one() + atom] {
        refused(
            mars.update_params(|params| params.stable_gate = gate),
            RefusalCode::InvalidInput,
            gate,
            "0.98 to 1",
        );
    }
}

#[test]
fn the_support_ratio_rises_by_a_quarter_in_30_days() {
    let mut mars = Mars::deploy();
    let ratio = |mars: &mut Mars, bps: u16| mars.update_params(|params| params.support_ratio = Bps(bps));
    refused(ratio(&mut mars, 27_501), RefusalCode::RatioStep, "27501 bp", "27500 bp");
    let raised = mars.now();
    ratio(&mut mars, 27_500).unwrap();
    mars.advance(30 * 86_400 - 1);
    refused(
        ratio(&mut mars, 27_501),
        RefusalCode::RatioStep,
        "27501 bp",
        format!("27500 bp before {}", raised + 30 * 86_400),
    );
    // Other parameters may change meanwhile, and equal is no rise.
    mars.update_params(|params| params.redemption_fee = Bps(50)).unwrap();
    mars.advance(1);
    ratio(&mut mars, 30_000).unwrap();
    // Down at once, and not up again for another 30 days.
    ratio(&mut mars, 20_000).unwrap();
    refused(
        ratio(&mut mars, 20_001),
        RefusalCode::RatioStep,
        "20001 bp",
        format!("20000 bp before {}", mars.now() + 30 * 86_400),
    );
}

#[test]
fn the_support_ratio_is_between_2_and_6() {
    let mut mars = Mars::deploy();
    for (bps, limit) in [(19_999, "20000 bp to 60000 bp"), (60_001, "20000 bp to 60000 bp")] {
        refused(
            mars.update_params(|params| params.support_ratio = Bps(bps)),
            RefusalCode::InvalidInput,
            Bps(bps),
            limit,
        );
    }
    // All the way up takes fourteen steps.
    for step in 1..=14 {
        mars.update_params(|params| params.support_ratio = Bps(25_000 + step * 2_500)).unwrap();
        mars.advance(30 * 86_400);
    }
    assert_eq!(mars.config().params.support_ratio, Bps(60_000));
}

#[test]
fn the_support_ratio_holds_from_the_next_closing() {
    let mut mars = Mars::deploy();
    mars.poke(Keeper).unwrap();
    assert_eq!(mars.epoch().raw.unwrap().u128(), 90 * MILLION);
    mars.update_params(|params| params.support_ratio = Bps(20_000)).unwrap();
    assert_eq!(mars.epoch().raw.unwrap().u128(), 90 * MILLION);
    mars.next_epoch();
    assert_eq!(mars.epoch().raw.unwrap().u128(), 112_500 * THOUSAND);
}

#[test]
fn the_defaults_are_those_of_the_protocol() {
    let params = Params::default();
    params.check().unwrap();
    assert_eq!(Mars::deploy().config().params, params);
    assert_eq!(params.support_ratio, Bps(25_000));
    assert_eq!(params.depth_multiple, 10);
    let fees = params.mint_fee;
    assert_eq!(
        [fees.stable, fees.gold, fees.layer_one, fees.defi, fees.xms].map(|fee| fee.0),
        [0, 10, 10, 30, 50]
    );
    let limits = params.class_limit;
    assert_eq!(
        [limits.stable, limits.gold, limits.layer_one, limits.defi, limits.xms].map(|limit| limit.0),
        [10_000, 3_000, 2_500, 1_000, 500]
    );
    assert_eq!(params.bootstrap_floor.u128(), 100 * THOUSAND);
    assert_eq!(params.stable_gate, Decimal::permille(995));
    assert_eq!(params.redemption_fee, Bps(30));
}
