//! The protocol's part of the fees, out of the pools and to the fee collector alone.

use cosmwasm_std::Uint128;
use mars_testing::Actor::{Attacker, Keeper, Minter, Owner, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, refused, Mars, USDM_USDC, XMS_USDC};
use mars_types::swap::{ExecuteMsg, Fee};
use mars_types::{Asset, Bps, RefusalCode};

use super::ONE;

#[test]
fn anyone_sends_the_fees_to_the_collector() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let ([xms, usdc], usdm) = ([Xms, Usdc].map(|token| mars.asset(token)), Asset::Cw20(mars.usdm.clone()));
    mars.swap(Trader, &xms, 1_000 * ONE, &[hop(XMS_USDC, &usdc)]).unwrap();
    mars.swap(Trader, &usdc, 1_000 * ONE, &[hop(XMS_USDC, &xms)]).unwrap();
    mars.swap(Trader, &usdc, 1_000 * ONE, &[hop(USDM_USDC, &usdm)]).unwrap();
    let owed = [XMS_USDC, USDM_USDC].map(|pool| mars.swap_pool(pool).fees_owed);
    let held = |mars: &Mars| (mars.xms_of(Keeper), mars.balance(Keeper, Usdc), mars.usdm_of(Keeper));
    let before = held(&mars);
    let reserves = mars.reserves(XMS_USDC);
    let pools = vec![XMS_USDC, USDM_USDC, XMS_USDC];
    mars.tell_swap(Attacker, &ExecuteMsg::CollectFees { pools }).unwrap();
    let after = held(&mars);
    assert_eq!(after.0 - before.0, owed[0][0].u128());
    assert_eq!(after.1 - before.1, (owed[0][1] + owed[1][1]).u128());
    assert_eq!(after.2 - before.2, owed[1][0].u128());
    assert!([XMS_USDC, USDM_USDC].iter().all(|pool| mars
        .swap_pool(*pool)
        .fees_owed
        .iter()
        .all(Uint128::is_zero)));
    assert_eq!(mars.reserves(XMS_USDC), reserves, "fees were in no reserve");
    // Nothing owed is no error, and nothing happens.
    let again = ExecuteMsg::CollectFees { pools: vec![XMS_USDC] };
    mars.assert_unchanged(|mars| mars.tell_swap(Attacker, &again)).unwrap();
    mars.assert_invariants();
}

#[test]
fn a_new_collector_gets_what_is_owed() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.swap(Trader, &mars.asset(Xms), 1_000 * ONE, &[hop(XMS_USDC, &mars.asset(Usdc))]).unwrap();
    let fee_collector = Some(Minter.addr().into_string());
    mars.tell_swap(Owner, &ExecuteMsg::UpdateConfig { fee_collector, lp_code_id: None }).unwrap();
    let had = mars.balance(Minter, Usdc);
    mars.tell_swap(Keeper, &ExecuteMsg::CollectFees { pools: vec![XMS_USDC] }).unwrap();
    assert_eq!(mars.balance(Minter, Usdc), had + 124_984);
}

#[test]
fn refusals() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let result = mars.tell_swap(Keeper, &ExecuteMsg::CollectFees { pools: vec![3] });
    refused(result, RefusalCode::NotFound, 3, "an entry that exists");
    let result = mars.tell_swap(Keeper, &ExecuteMsg::CollectFees { pools: vec![1; 21] });
    refused(result, RefusalCode::TooMany, 21, 20);
    mars.tell_swap(Keeper, &ExecuteMsg::CollectFees { pools: vec![1; 20] }).unwrap();
}

#[test]
fn a_fee_may_be_set_within_its_bounds() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let set = |total, protocol| ExecuteMsg::SetFee {
        pool: XMS_USDC,
        fee: Fee { total: Bps(total), protocol: Bps(protocol) },
    };
    for total in [0, 101] {
        let result = mars.tell_swap(Owner, &set(total, 0));
        refused(result, RefusalCode::InvalidInput, format!("{total} bp"), "1 bp to 100 bp");
    }
    refused(mars.tell_swap(Owner, &set(100, 51)), RefusalCode::InvalidInput, "51 bp", "0 bp to 50 bp");
    mars.tell_swap(Owner, &set(100, 50)).unwrap();
    let receipt =
        mars.swap(Trader, &mars.asset(Xms), 1_000 * ONE, &[hop(XMS_USDC, &mars.asset(Usdc))]).unwrap();
    assert_eq!(receipt.hops[0].fee.u128(), 2_499_688, "1 % of 249,968,753");
    assert_eq!(receipt.hops[0].protocol_fee.u128(), 1_249_844);
}
