//! Attack: mint and redeem in one transaction, and keep the difference.

use cosmwasm_std::{Decimal, Uint128};
use mars_testing::Actor::{Attacker, Keeper, Minter};
use mars_testing::Token::{Busd, Gold, Usdc, Xms};
use mars_testing::{attribute, event, Mars, Mint, Redeem};
use mars_types::RefusalCode;
use proptest::prelude::*;

use super::{MILLION, ONE, THOUSAND};

/// A running treasury with budgets of 9,000 USDM an epoch, XMS between two prices.
fn running() -> Mars {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 900 * THOUSAND).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars
}

/// Mints and redeems all of it in one transaction; µUSD at low that went in, XMS that came out.
fn round_trip(mars: &mut Mars, token: mars_testing::Token, amount: u128) -> Option<(u128, u128)> {
    let mint = Mint::of(mars.asset(token), amount);
    let quote: mars_types::Simulation<mars_types::treasury::MintReceipt> =
        mars.ask_treasury(&mars_types::treasury::QueryMsg::SimulateMint {
            asset: mars.unchecked(token),
            amount: amount.into(),
            min_out: None,
            deadline: None,
        });
    let receipt = quote.receipt?;
    let spent = if token == Xms { amount } else { 0 };
    let before = mars.xms_of(Attacker) - spent;
    let messages = vec![mars.mint_message(&mint), mars.redeem_message(&Redeem::of(receipt.usdm.u128()))];
    let response = mars.transact(Attacker, messages).ok()?;
    assert_eq!(attribute(event(&response, "mars_mint"), "usdm"), receipt.usdm.to_string());
    assert_eq!(attribute(event(&response, "mars_redeem"), "usdm"), receipt.usdm.to_string());
    assert_eq!(mars.usdm_of(Attacker), 0);
    Some((receipt.value.u128(), mars.xms_of(Attacker) - before))
}

/// µUSD, ceiled.
fn worth(xms: u128, price: Decimal) -> u128 {
    Uint128::new(xms).mul_ceil(price).u128()
}

#[test]
fn it_costs_the_fees() {
    let mut mars = running();
    let (value, xms) = round_trip(&mut mars, Usdc, 9_000 * ONE).unwrap();
    assert_eq!(value, 9_000 * ONE);
    assert_eq!(xms, 35_892 * ONE);
    assert_eq!(worth(xms, Decimal::percent(25)), 8_973 * ONE);
    mars.next_epoch();
    let (value, xms) = round_trip(&mut mars, Gold, Gold.units(1)).unwrap();
    assert_eq!(value, 2_000 * ONE);
    // 0.1 % and 0.3 %.
    assert_eq!(xms, 7_968_024_000);
    mars.assert_invariants();
}

#[test]
fn a_refused_redemption_undoes_the_mint() {
    let mut mars = running();
    let mint = Mint::of(mars.asset(Usdc), 9_001 * ONE);
    let messages = vec![mars.mint_message(&mint), mars.redeem_message(&Redeem::of(9_001 * ONE))];
    let result = mars.assert_unchanged(|mars| mars.transact(Attacker, messages));
    assert_eq!(result.unwrap_err().code, RefusalCode::EpochBudget);
}

#[test]
fn the_way_round_with_xms_gives_less_xms() {
    let mut mars = running();
    mars.register(Xms, MILLION * MILLION).unwrap();
    mars.redeem(Minter, 5_000 * ONE).unwrap();
    let (value, out) = round_trip(&mut mars, Xms, 10_000 * ONE).unwrap();
    assert_eq!(value, 2_500 * ONE);
    // 0.5 % and 0.3 %.
    assert_eq!(out, 9_920_150_000);
    mars.assert_invariants();
}

#[test]
fn a_disagreement_of_the_feeders_is_paid_by_the_caller() {
    let mut mars = running();
    mars.set_band(Xms, ["0.246", "0.25", "0.254"]);
    mars.set_band(Busd, ["0.996", "1", "1.004"]);
    let (value, xms) = round_trip(&mut mars, Busd, 1_000 * ONE).unwrap();
    assert_eq!(value, 996 * ONE);
    // Paid at 0.254 and not at 0.246.
    assert_eq!(xms, 996 * ONE * 997 / 254);
    mars.assert_invariants();
}

/// A band of three reports within 2 % of `price`.
fn band(price: Decimal, low: u64, high: u64) -> [String; 3] {
    let at = |bps: u64| (price * Decimal::bps(bps)).to_string();
    [at(10_000 - low), price.to_string(), at(10_000 + high)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// In one block, what comes out is never worth more than what went in, even at the most generous price.
    #[test]
    fn never_profits_at_any_band(
        xms in 1u64..100_000,
        gold in 1u64..1_000_000,
        widths in [0u64..=200, 0u64..=200, 0u64..=200, 0u64..=200],
        trips in proptest::collection::vec((0usize..3, 1u64..5_000_000_000), 1..5),
    ) {
        let xms = Decimal::from_ratio(xms, 10_000u64);
        let gold = Decimal::from_ratio(gold, 100u64);
        let mut mars = running();
        mars.jump_price(Xms, &xms.to_string());
        mars.jump_price(Gold, &gold.to_string());
        let xms_band = band(xms, widths[0], widths[1]);
        let gold_band = band(gold, widths[2], widths[3]);
        mars.set_band(Xms, xms_band.each_ref().map(String::as_str));
        mars.set_band(Gold, gold_band.each_ref().map(String::as_str));
        let high = mars.price(Xms).unwrap().band.high;
        for (token, micro_dollars) in trips {
            let token = [Usdc, Busd, Gold][token];
            let units = match token {
                Gold => Uint128::new(Gold.units(1)).multiply_ratio(micro_dollars, gold.atomics() / Uint128::new(1_000_000_000_000)),
                _ => Uint128::from(micro_dollars),
            };
            if let Some((value, out)) = round_trip(&mut mars, token, units.u128()) {
                prop_assert!(worth(out, high) <= value, "{value} in, {out} XMS out at {high}");
            }
        }
        mars.assert_invariants();
    }
}
