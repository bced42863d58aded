//! New pools: who may, what it costs, and where decimals come from.

use cosmwasm_std::{coin, Uint128};
use cw20::{Cw20ExecuteMsg, Cw20QueryMsg, TokenInfoResponse};
use mars_testing::Actor::{Keeper, Owner, Stranger, Trader};
use mars_testing::Token::{Btc, Busd, Eth, Usdc, Xms};
use mars_testing::{attribute, event, message, refused, Mars};
use mars_types::swap::{CreationFee, ExecuteMsg, NewPool, PoolKind, Ramp};
use mars_types::{Asset, AssetUnchecked, Bps, RefusalCode};

use super::ONE;

fn create(assets: &[Asset]) -> ExecuteMsg {
    let assets = assets.iter().cloned().map(Into::into).collect();
    ExecuteMsg::CreatePool { pool: NewPool::ConstantProduct {}, assets }
}

#[test]
fn anyone_creates_constant_product_pools() {
    let mut mars = Mars::deploy();
    let [eth, usdc] = [Eth, Usdc].map(|token| mars.asset(token));
    let msg = create(&[eth.clone(), usdc.clone()]);
    let response = mars.tell_swap(Stranger, &msg).unwrap();
    let created = event(&response, "mars_pool");
    assert_eq!(attribute(created, "pool"), "1");
    assert_eq!(attribute(created, "kind"), "constant_product");
    assert_eq!(attribute(created, "assets"), "native:aeth,native:uusdc");
    assert_eq!(attribute(created, "creator"), Stranger.addr().as_str());
    let pool = mars.swap_pool(1);
    assert_eq!(attribute(created, "lp_token"), pool.lp_token.as_str());
    assert_eq!(pool.assets.iter().map(|entry| entry.decimals).collect::<Vec<_>>(), [18, 6]);
    assert_eq!((pool.fee.total, pool.fee.protocol), (Bps(30), Bps(5)));
    assert_eq!((pool.lp_supply, pool.opened), (Uint128::zero(), None));
    let token: TokenInfoResponse =
        mars.app.wrap().query_wasm_smart(&pool.lp_token, &Cw20QueryMsg::TokenInfo {}).unwrap();
    assert_eq!((token.name.as_str(), token.symbol.as_str(), token.decimals), ("Mars LP 1", "MLP-1", 6));
    mars.assert_invariants();
}

#[test]
fn each_list_of_assets_exists_once_in_each_order_and_kind() {
    let mut mars = Mars::deploy();
    let [busd, usdc] = [Busd, Usdc].map(|token| mars.asset(token));
    assert_eq!(mars.create_pool(&[busd.clone(), usdc.clone()]), 1);
    let msg = create(&[busd.clone(), usdc.clone()]);
    let result = mars.assert_unchanged(|mars| mars.tell_swap(Stranger, &msg));
    refused(result, RefusalCode::Duplicate, 1, "once");
    // Whoever made the price of USDC in BUSD observable has not taken the other way from anyone.
    assert_eq!(mars.create_pool(&[usdc.clone(), busd.clone()]), 2);
    assert_eq!(mars.create_stable(100, &[busd, usdc]), 3);
}

#[test]
fn stable_pools_are_the_owners() {
    let mut mars = Mars::deploy();
    let assets: Vec<AssetUnchecked> = [Busd, Usdc].map(|token| mars.unchecked(token)).into();
    let stable = |amplification, assets: &[AssetUnchecked]| ExecuteMsg::CreatePool {
        pool: NewPool::Stable { amplification },
        assets: assets.to_vec(),
    };
    let result = mars.tell_swap(Trader, &stable(100, &assets));
    refused(result, RefusalCode::Unauthorized, Trader.addr(), "owner");
    for amplification in [0, 10_001] {
        let result = mars.tell_swap(Owner, &stable(amplification, &assets));
        refused(result, RefusalCode::InvalidInput, amplification, "1 to 10000");
    }
    mars.tell_swap(Owner, &stable(10_000, &assets)).unwrap();
    let now = mars.now();
    let expected = Ramp { from: 1_000_000, to: 1_000_000, start: now, end: now };
    match mars.swap_pool(1).kind {
        PoolKind::Stable { amplification, ramp, share_limits } => {
            assert_eq!(amplification.to_string(), "10000");
            assert_eq!((ramp, share_limits), (expected, vec![Bps(9_500); 2]));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn assets_of_a_pool() {
    let mut mars = Mars::deploy();
    let [btc, usdc, busd, eth] = [Btc, Usdc, Busd, Eth].map(|token| mars.asset(token));
    let mut refuses = |assets: &[Asset], code, value: &str, limit: &str| {
        let msg = create(assets);
        let result = mars.assert_unchanged(|mars| mars.tell_swap(Owner, &msg));
        refused(result, code, value, limit);
    };
    refuses(std::slice::from_ref(&btc), RefusalCode::InvalidInput, "1", "2 to 2");
    refuses(&[btc.clone(), usdc.clone(), busd.clone()], RefusalCode::InvalidInput, "3", "2 to 2");
    refuses(&[btc.clone(), btc.clone()], RefusalCode::Duplicate, "native:sats", "once");
    let unknown = Asset::Native("unknown".into());
    let limit = "registered coins and cw20 tokens";
    refuses(&[btc.clone(), unknown], RefusalCode::NotListed, "unknown", limit);
    let nobody = Asset::Cw20(Stranger.addr());
    let limit = "a cw20 token that tells its decimals";
    refuses(&[btc.clone(), nobody.clone()], RefusalCode::InvalidInput, &nobody.to_string(), limit);

    let four = [btc, usdc, busd, eth];
    assert_eq!(mars.create_stable(100, &four), 1);
    let odd = mars.deploy_cw20(Owner, "ODD", 18, 0);
    let five: Vec<AssetUnchecked> = four.iter().cloned().chain([Asset::Cw20(odd)]).map(Into::into).collect();
    let msg = ExecuteMsg::CreatePool { pool: NewPool::Stable { amplification: 100 }, assets: five };
    refused(mars.tell_swap(Owner, &msg), RefusalCode::InvalidInput, 5, "2 to 4");
}

#[test]
fn more_than_18_decimals() {
    let mut mars = Mars::deploy();
    let fine = mars.deploy_cw20(Owner, "FINE", 18, 0);
    mars.create_pool(&[Asset::Cw20(fine), mars.asset(Usdc)]);
    let msg = ExecuteMsg::RegisterNative { denom: "ufine".into(), decimals: 19 };
    refused(mars.tell_swap(Owner, &msg), RefusalCode::InvalidInput, 19, "0 to 18");
}

#[test]
fn decimals_of_a_coin_are_registered_once() {
    let mut mars = Mars::deploy();
    let msg = ExecuteMsg::RegisterNative { denom: "uusdc".into(), decimals: 18 };
    refused(mars.tell_swap(Owner, &msg), RefusalCode::AlreadyListed, "uusdc", "once");
    let msg = ExecuteMsg::RegisterNative { denom: "1".into(), decimals: 6 };
    assert_eq!(mars.tell_swap(Owner, &msg).unwrap_err().code, RefusalCode::InvalidInput);
}

#[test]
fn a_creation_fee_in_coins() {
    let mut mars = Mars::deploy();
    let [btc, usdc] = [Btc, Usdc].map(|token| mars.asset(token));
    let fee = |amount| ExecuteMsg::SetCreationFee {
        fee: Some(CreationFee { asset: AssetUnchecked::native("uusdc"), amount: Uint128::new(amount) }),
    };
    let most = 10_000 * ONE;
    for amount in [0, most + 1] {
        let result = mars.tell_swap(Owner, &fee(amount));
        refused(result, RefusalCode::InvalidInput, amount, format!("1 to {most}"));
    }
    mars.tell_swap(Owner, &fee(100 * ONE)).unwrap();
    let msg = create(&[btc.clone(), usdc.clone()]);
    for funds in [vec![], vec![coin(100 * ONE - 1, "uusdc")]] {
        let call = message(&mars.swap, &msg, funds);
        let result = mars.assert_unchanged(|mars| mars.transact(Trader, vec![call]));
        assert_eq!(result.unwrap_err().code, RefusalCode::WrongFunds);
    }
    let had = mars.balance(Keeper, Usdc);
    let call = message(&mars.swap, &msg, vec![coin(100 * ONE, "uusdc")]);
    mars.transact(Trader, vec![call]).unwrap();
    assert_eq!(mars.balance(Keeper, Usdc), had + 100 * ONE);
    // The owner pays none, and must not attach any.
    let msg = create(&[usdc, btc]);
    let call = message(&mars.swap, &msg, vec![coin(100 * ONE, "uusdc")]);
    assert_eq!(mars.transact(Owner, vec![call]).unwrap_err().code, RefusalCode::WrongFunds);
    mars.tell_swap(Owner, &msg).unwrap();
    mars.assert_invariants();
}

#[test]
fn a_creation_fee_in_tokens_is_taken_by_allowance() {
    let mut mars = Mars::deploy();
    let [btc, usdc] = [Btc, Usdc].map(|token| mars.asset(token));
    let fee = Some(CreationFee { asset: mars.unchecked(Xms), amount: Uint128::new(50 * ONE) });
    mars.tell_swap(Owner, &ExecuteMsg::SetCreationFee { fee }).unwrap();
    let msg = create(&[btc, usdc]);
    let result = mars.assert_unchanged(|mars| mars.tell_swap(Trader, &msg));
    assert_eq!(result.unwrap_err().code, RefusalCode::Allowance);
    let had = mars.xms_of(Keeper);
    let allow = Cw20ExecuteMsg::IncreaseAllowance {
        spender: mars.swap.to_string(),
        amount: Uint128::new(50 * ONE),
        expires: None,
    };
    let calls = vec![message(&mars.xms, &allow, vec![]), message(&mars.swap, &msg, vec![])];
    mars.transact(Trader, calls).unwrap();
    assert_eq!(mars.xms_of(Keeper), had + 50 * ONE);
    mars.tell_swap(Owner, &ExecuteMsg::SetCreationFee { fee: None }).unwrap();
    let msg = create(&[mars.asset(Usdc), mars.asset(Btc)]);
    mars.tell_swap(Stranger, &msg).unwrap();
}

#[test]
fn a_code_that_does_not_exist_cannot_be_the_lp_token() {
    let mut mars = Mars::deploy();
    let msg = ExecuteMsg::UpdateConfig { fee_collector: None, lp_code_id: Some(999) };
    refused(mars.tell_swap(Owner, &msg), RefusalCode::InvalidInput, 999, "a code of this chain");
}
