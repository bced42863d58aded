//! Liquidity in and out, to the unit.

use cosmwasm_std::{coin, Uint128};
use mars_testing::Actor::{Owner, Stranger, Trader};
use mars_testing::Token::{Busd, Usdc, Xms};
use mars_testing::{message, refused, Mars, USDM_USDC, XMS_USDC};
use mars_types::swap::{Cw20HookMsg, ExecuteMsg};
use mars_types::{Asset, Bps, RefusalCode};

use super::{MILLION, ONE};

fn open() -> Mars {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars
}

#[test]
fn the_first_liquidity_locks_a_thousand_units_for_ever() {
    let mars = open();
    // √(8·10^12 × 2·10^12) = 4·10^12.
    assert_eq!(mars.swap_pool(XMS_USDC).lp_supply.u128(), 4 * MILLION);
    assert_eq!(mars.lp_of(Owner, XMS_USDC), 4 * MILLION - 1_000);
    assert_eq!(mars.lp_of(&mars.swap, XMS_USDC), 1_000);
    // D of half a million twice, with 6 decimals.
    assert_eq!(mars.swap_pool(USDM_USDC).lp_supply.u128(), MILLION);
    assert_eq!(mars.lp_of(Owner, USDM_USDC), MILLION - 1_000);
    mars.assert_invariants();
}

#[test]
fn in_proportion_no_fee_is_paid() {
    let mut mars = open();
    let receipt = mars.provide(Trader, XMS_USDC, &[800 * ONE, 200 * ONE]).unwrap();
    assert_eq!((receipt.lp.u128(), receipt.locked.u128()), (400 * ONE, 0));
    assert!(receipt.fees.iter().all(Uint128::is_zero));
    mars.assert_invariants();
}

#[test]
fn one_side_alone_pays_the_imbalance_fee() {
    let mut mars = open();
    let receipt = mars.provide(Trader, XMS_USDC, &[24 * MILLION, 0]).unwrap();
    // 32 M × 2 M: the root is twice as large, the balanced amounts are 16 M and 4 M; 15 bp of 16 M and of 2 M.
    assert_eq!(receipt.fees.iter().map(|fee| fee.u128()).collect::<Vec<_>>(), [24_000 * ONE, 3_000 * ONE]);
    assert_eq!(receipt.protocol_fees[0].u128(), 4_000 * ONE);
    assert_eq!(receipt.protocol_fees[1].u128(), 500 * ONE);
    // √(31.976 M × 1.997 M) − 4 M.
    assert_eq!(receipt.lp.u128(), 3_990_999_436_866);
    mars.assert_invariants();
}

#[test]
fn a_cw20_side_alone_needs_no_allowance() {
    let mut mars = open();
    let start = mars.snapshot();
    let drawn = mars.provide(Trader, XMS_USDC, &[1_000 * ONE, 0]).unwrap();
    mars.restore(&start);
    let (min_lp, deadline) = (drawn.lp, mars.now());
    let hook = Cw20HookMsg::Provide { pool: XMS_USDC, min_lp, deadline, recipient: None };
    let send = mars.send_to_swap(&mars.xms, 1_000 * ONE, &hook);
    mars.transact(Trader, vec![send]).unwrap();
    assert_eq!(mars.lp_of(Trader, XMS_USDC), drawn.lp.u128());
    mars.assert_invariants();
}

#[test]
fn lp_tokens_may_go_to_another_account() {
    let mut mars = open();
    let provide = ExecuteMsg::Provide {
        pool: XMS_USDC,
        amounts: vec![Uint128::zero(), Uint128::new(100 * ONE)],
        min_lp: Uint128::one(),
        deadline: mars.now(),
        recipient: Some(Stranger.addr().into_string()),
    };
    let call = message(&mars.swap, &provide, vec![coin(100 * ONE, "uusdc")]);
    mars.transact(Trader, vec![call]).unwrap();
    assert!(mars.lp_of(Stranger, XMS_USDC) > 0);
    assert_eq!(mars.lp_of(Trader, XMS_USDC), 0);
}

#[test]
fn a_stable_pool_takes_any_proportion() {
    let mut mars = open();
    mars.mint(Trader, Usdc, 100_000 * ONE).unwrap();
    let balanced = mars.provide(Trader, USDM_USDC, &[50_000 * ONE, 50_000 * ONE]).unwrap();
    assert_eq!(balanced.lp.u128(), 100_000 * ONE - 1, "D is known to a unit of 18 decimals");
    let one = mars.provide(Trader, USDM_USDC, &[0, 50_000 * ONE]).unwrap();
    assert!(one.fees.iter().all(|fee| !fee.is_zero()));
    assert!(one.lp.u128() < 50_000 * ONE && one.lp.u128() > 49_900 * ONE, "{one:?}");
    mars.assert_invariants();
}

#[test]
fn withdrawal_pays_the_share_of_every_asset() {
    let mut mars = open();
    let lp = mars.provide(Trader, XMS_USDC, &[800 * ONE, 200 * ONE]).unwrap().lp.u128();
    let receipt = mars.withdraw(Trader, XMS_USDC, lp).unwrap();
    assert_eq!(receipt.amounts, [Uint128::new(800 * ONE), Uint128::new(200 * ONE)]);
    assert_eq!(mars.swap_pool(XMS_USDC).lp_supply.u128(), 4 * MILLION);
    mars.assert_invariants();
}

#[test]
fn everybody_can_leave() {
    let mut mars = open();
    let lp = mars.lp_of(Owner, XMS_USDC);
    mars.withdraw(Owner, XMS_USDC, lp).unwrap();
    // The locked thousand of 4·10^12 units keeps its share.
    assert_eq!(mars.reserves(XMS_USDC), [2_000, 500]);
    mars.swap(Trader, &mars.asset(Xms), 1_000, &[mars_testing::hop(XMS_USDC, &mars.asset(Usdc))]).unwrap();
    mars.provide(Trader, XMS_USDC, &[8 * MILLION, 2 * MILLION]).unwrap();
    mars.assert_invariants();
}

#[test]
fn one_asset_of_either_kind_of_pool() {
    let mut mars = open();
    let (usdc, usdm) = (mars.asset(Usdc), Asset::Cw20(mars.usdm.clone()));
    let receipt = mars.withdraw_one(Owner, XMS_USDC, 400_000 * ONE, &usdc).unwrap();
    assert_eq!(receipt.amounts[1].u128(), 379_460 * ONE);
    assert_eq!(receipt.protocol_fees[1].u128(), 90 * ONE);
    let receipt = mars.withdraw_one(Owner, USDM_USDC, 100_000 * ONE, &usdm).unwrap();
    // Half of the math's vector, whose pool is twice as large.
    assert_eq!(receipt.amounts[0].u128(), 99_924_417_046);
    mars.assert_invariants();
}

#[test]
fn refusals_of_provide() {
    let mut mars = open();
    let balance = mars.lp_of(Trader, XMS_USDC);
    let mut refuses = |amounts: &[u128], min_lp, code, value: String, limit: &str| {
        // The allowances of the same transaction are undone with it.
        let result = mars.assert_unchanged(|mars| mars.provide_with(Trader, XMS_USDC, amounts, min_lp));
        refused(result, code, value, limit);
    };
    refuses(&[ONE], 0, RefusalCode::InvalidInput, "1".into(), "2");
    refuses(&[0, 0], 0, RefusalCode::TooSmall, "0".into(), "more");
    refuses(&[1, 0], 0, RefusalCode::TooSmall, "1".into(), "more");
    let more = (400 * ONE + 1).to_string();
    refuses(&[800 * ONE, 200 * ONE], 400 * ONE + 1, RefusalCode::MinOut, (400 * ONE).to_string(), &more);
    assert_eq!(mars.lp_of(Trader, XMS_USDC), balance);
}

/// Of a pool that all have left but for what is locked, 350 dollars of one side would be all fee of the other.
#[test]
fn nothing_is_made_where_the_imbalance_fee_takes_all_of_an_asset() {
    let mut mars = open();
    mars.withdraw(Owner, USDM_USDC, MILLION - 1_000).unwrap();
    let anything = ExecuteMsg::SetShareLimits { pool: USDM_USDC, limits: vec![Bps::ONE; 2] };
    mars.tell_swap(Owner, &anything).unwrap();
    let lopsided = mars.assert_unchanged(|mars| mars.provide(Owner, USDM_USDC, &[0, 350 * ONE]));
    refused(lopsided, RefusalCode::TooSmall, 350 * ONE, "more");
    let balanced = mars.provide(Owner, USDM_USDC, &[350 * ONE, 350 * ONE]).unwrap();
    assert_eq!(balanced.lp.u128(), 700 * ONE - 1);
    mars.assert_invariants();
}

#[test]
fn the_first_liquidity_needs_every_asset_and_more_than_the_lock() {
    let mut mars = open();
    let [busd, usdc] = [Busd, Usdc].map(|token| mars.asset(token));
    let pool = mars.create_pool(&[busd, usdc]);
    let result = mars.provide(Trader, pool, &[ONE, 0]);
    refused(result, RefusalCode::InvalidInput, "0 at place 1", "all assets");
    refused(mars.provide(Trader, pool, &[1_000, 1_000]), RefusalCode::TooSmall, 1_000, "more");
    let receipt = mars.provide(Trader, pool, &[1_001, 1_001]).unwrap();
    assert_eq!((receipt.lp.u128(), receipt.locked.u128()), (1, 1_000));
    mars.assert_invariants();
}

#[test]
fn what_is_attached_must_be_what_is_said() {
    let mut mars = open();
    let provide = ExecuteMsg::Provide {
        pool: XMS_USDC,
        amounts: vec![Uint128::zero(), Uint128::new(100)],
        min_lp: Uint128::zero(),
        deadline: mars.now(),
        recipient: None,
    };
    let cases = [
        vec![],
        vec![coin(99, "uusdc")],
        vec![coin(101, "uusdc")],
        vec![coin(100, "sats")],
        vec![coin(1, "sats"), coin(100, "uusdc")],
    ];
    for funds in cases {
        let call = message(&mars.swap, &provide, funds);
        let result = mars.assert_unchanged(|mars| mars.transact(Trader, vec![call]));
        let refusal = result.unwrap_err();
        assert_eq!(refusal.code, RefusalCode::WrongFunds, "{refusal}");
        assert_eq!(refusal.limit, "exactly the native amounts of the message");
    }
}

#[test]
fn refusals_of_withdrawals() {
    let mut mars = open();
    let usdc = mars.asset(Usdc);
    refused(mars.withdraw(Owner, XMS_USDC, 0), RefusalCode::TooSmall, 0, "more");
    // A unit of LP is worth two of XMS and half a one of USDC.
    mars.withdraw(Owner, XMS_USDC, 1).unwrap();
    refused(mars.withdraw_one(Owner, USDM_USDC, 0, &usdc), RefusalCode::TooSmall, 0, "more");
    let xms = mars.asset(Xms);
    let result = mars.withdraw_one(Owner, USDM_USDC, ONE, &xms);
    refused(result, RefusalCode::NotInPool, &xms, "another asset of pool 2");

    let (pool, lp) = (mars.swap_pool(XMS_USDC), Uint128::new(400 * ONE));
    let deadline = mars.now();
    let mut refuses = |hook: Cw20HookMsg, code, value: &str, limit: &str| {
        let send = mars.send_to_swap(&pool.lp_token, lp.u128(), &hook);
        let result = mars.assert_unchanged(|mars| mars.transact(Owner, vec![send]));
        refused(result, code, value, limit);
    };
    let withdraw = |min_outs: &[u128], deadline| Cw20HookMsg::Withdraw {
        pool: XMS_USDC,
        min_outs: min_outs.iter().copied().map(Uint128::new).collect(),
        deadline,
        recipient: None,
    };
    let (out, more) = ((200 * ONE).to_string(), (200 * ONE + 1).to_string());
    refuses(withdraw(&[0, 200 * ONE + 1], deadline), RefusalCode::MinOut, &out, &more);
    refuses(withdraw(&[0], deadline), RefusalCode::InvalidInput, "1", "2");
    let (now, late) = (deadline.to_string(), (deadline - 1).to_string());
    refuses(withdraw(&[0, 0], deadline - 1), RefusalCode::DeadlinePassed, &now, &late);
    let one = Cw20HookMsg::WithdrawOne {
        pool: XMS_USDC,
        asset: usdc.into(),
        min_out: Uint128::new(400 * ONE),
        deadline,
        recipient: None,
    };
    refuses(one, RefusalCode::MinOut, "399380060", &(400 * ONE).to_string());
}
