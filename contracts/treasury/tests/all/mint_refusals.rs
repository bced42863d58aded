//! Every refusal of a mint with its value and limit, in the order of R10; and none of them leaves a trace.

use cosmwasm_std::{coins, Coin, Uint128};
use mars_testing::Actor::{Guardian, Minter, Owner};
use mars_testing::Token::{Btc, Busd, Defi, Eth, Gold, Usdc, Xms};
use mars_testing::{message, refused, Mars, Mint};
use mars_types::treasury::{
    Cw20HookMsg, ExecuteMsg, MintReceipt, MintRequirement, QueryMsg, RedeemReceipt, SwitchUnchecked,
};
use mars_types::{RefusalCode, Simulation};

use super::{MILLION, ONE, THOUSAND};

fn plain(deadline: u64) -> ExecuteMsg {
    ExecuteMsg::Mint { min_out: Uint128::zero(), deadline, recipient: None }
}

#[test]
fn the_first_failing_check_gives_the_code() {
    let mut mars = Mars::deploy();
    let asset = mars.unchecked(Usdc);
    let list = |listed| ExecuteMsg::UpdateAsset { asset: asset.clone(), cap: None, listed: Some(listed) };
    let late = mars.now() - 1;
    let mint = Mint::of(mars.asset(Usdc), 2 * MILLION).min_out(3 * MILLION);
    let overdue = mint.clone().deadline(late);
    // Everything is wrong at once; then one thing after the other is put right.
    for switch in [SwitchUnchecked::Mint, SwitchUnchecked::Asset(asset.clone())] {
        mars.tell_treasury(Owner, &ExecuteMsg::Pause { switch }).unwrap();
    }
    mars.tell_treasury(Owner, &list(false)).unwrap();
    mars.tell_treasury(
        Owner,
        &ExecuteMsg::UpdateAsset {
            asset: asset.clone(),
            cap: Some(Uint128::new(2 * MILLION - 1)),
            listed: None,
        },
    )
    .unwrap();
    mars.update_params(|params| {
        params.class_limit.stable = mars_types::Bps(9_999);
        params.bootstrap_floor = Uint128::zero();
    })
    .unwrap();
    mars.remove_price(Xms);
    mars.remove_price(Usdc);

    refused(mars.mint_with(Minter, overdue.clone()), RefusalCode::Paused, "mint", "owner");
    let switch = SwitchUnchecked::Mint;
    mars.tell_treasury(Owner, &ExecuteMsg::Unpause { switch }).unwrap();
    refused(mars.mint_with(Minter, overdue.clone()), RefusalCode::Paused, "native:uusdc", "owner");
    let switch = SwitchUnchecked::Asset(asset.clone());
    mars.tell_treasury(Owner, &ExecuteMsg::Unpause { switch }).unwrap();
    refused(mars.mint_with(Minter, overdue.clone()), RefusalCode::NotListed, "native:uusdc", "listed assets");
    mars.tell_treasury(Owner, &list(true)).unwrap();
    refused(mars.mint_with(Minter, overdue), RefusalCode::DeadlinePassed, mars.now(), late);
    let refusal = mars.mint_with(Minter, mint.clone()).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NoPrice);
    assert!(refusal.message.contains("uusdc"), "{refusal}");
    mars.restore_feeders(Usdc, "0.99");
    refused(mars.mint_with(Minter, mint.clone()), RefusalCode::BelowStableGate, "0.99", "0.995");
    mars.restore_feeders(Usdc, "1");
    refused(mars.mint_with(Minter, mint.clone()), RefusalCode::ClassLimit, 2 * MILLION, 0);
    mars.update_params(|params| params.class_limit.stable = mars_types::Bps::ONE).unwrap();
    refused(mars.mint_with(Minter, mint.clone()), RefusalCode::AssetCap, 2 * MILLION, 2 * MILLION - 1);
    let cap =
        ExecuteMsg::UpdateAsset { asset: asset.clone(), cap: Some(Uint128::new(2 * MILLION)), listed: None };
    mars.tell_treasury(Owner, &cap).unwrap();
    refused(mars.mint_with(Minter, mint.clone()), RefusalCode::MintLimit, 2 * MILLION, MILLION);
    mars.update_params(|params| params.mint_limit.floor = Uint128::new(10 * MILLION)).unwrap();
    mars.advance_fresh(86_400);
    let mint = mint.deadline(mars.now());
    let refusal = mars.mint_with(Minter, mint.clone()).unwrap_err();
    // Without an XMS price nothing was ever closed into a cap; the limit of the day is a floor and still full.
    assert_eq!(refusal.code, RefusalCode::NoPrice);
    assert!(refusal.message.contains(mars.xms.as_str()), "{refusal}");
    mars.restore_feeders(Xms, "0.25");
    mars.next_epoch();
    let cap = mars.epoch().cap_user.u128();
    let mint = mint.deadline(mars.now());
    refused(mars.mint_with(Minter, mint.clone()), RefusalCode::SupplyCap, 2 * MILLION, cap);
    let less = Mint { amount: Uint128::new(MILLION), ..mint };
    refused(mars.mint_with(Minter, less.clone()), RefusalCode::MinOut, MILLION, 3 * MILLION);
    mars.mint_with(Minter, less.min_out(MILLION)).unwrap();
}

#[test]
fn attached_coins_are_exactly_one_coin() {
    let mut mars = Mars::deploy();
    let (treasury, deadline) = (mars.treasury.clone(), mars.now());
    let coin = |amount: u128, denom: &str| Coin::new(amount, denom);
    for funds in [vec![], vec![coin(5, "ubusd"), coin(5, "uusdc")]] {
        let mint = message(&treasury, &plain(deadline), funds.clone());
        let refusal = mars.assert_unchanged(|mars| mars.transact(Minter, vec![mint])).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::WrongFunds, "{refusal}");
        for coin in &funds {
            assert!(refusal.value.contains(&coin.to_string()), "{refusal}");
        }
    }
}

#[test]
fn a_coin_that_is_not_registered_is_not_listed() {
    let mut mars = Mars::deploy();
    let unregistered = mars_types::Asset::Native("umars".into());
    let simulated: Simulation<MintReceipt> = mars.ask_treasury(&QueryMsg::SimulateMint {
        asset: unregistered.into(),
        amount: Uint128::one(),
        min_out: None,
        deadline: None,
    });
    refused(
        simulated.receipt.ok_or_else(|| simulated.refusal.unwrap()),
        RefusalCode::NotListed,
        "native:umars",
        "listed assets",
    );
    // XMS is priced but not registered.
    let asset = format!("cw20:{}", mars.xms);
    refused(mars.mint(Minter, Xms, ONE), RefusalCode::NotListed, asset, "listed assets");
}

#[test]
fn a_pause_by_the_guardian_names_its_end() {
    let mut mars = Mars::deploy();
    let until = mars.now() + 14 * 86_400;
    let switch = SwitchUnchecked::Mint;
    mars.tell_treasury(Guardian, &ExecuteMsg::Pause { switch }).unwrap();
    refused(mars.mint(Minter, Usdc, ONE), RefusalCode::Paused, "mint", until);
}

#[test]
fn a_late_mint_names_both_times() {
    let mut mars = Mars::deploy();
    mars.advance_fresh(100);
    let now = mars.now();
    for token in [Usdc, Gold] {
        let mint = Mint::of(mars.asset(token), ONE).deadline(now - 1);
        refused(mars.mint_with(Minter, mint), RefusalCode::DeadlinePassed, now, now - 1);
    }
}

#[test]
fn below_the_bootstrap_floor_only_level_one_is_taken() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 100 * THOUSAND - 1).unwrap();
    for token in [Btc, Gold, Eth, Defi] {
        refused(
            mars.mint(Minter, token, token.units(1)),
            RefusalCode::BootstrapLevelOne,
            100 * THOUSAND - 1,
            100 * THOUSAND,
        );
    }
    mars.mint(Minter, Usdc, 1).unwrap();
    for token in [Gold, Eth, Defi] {
        mars.mint(Minter, token, token.units(1)).unwrap();
    }
}

#[test]
fn t22_the_share_of_a_class_to_the_micro_dollar() {
    let mut mars = Mars::builder()
        .price(Gold, "1")
        .params(|params| params.mint_limit.floor = Uint128::new(10 * MILLION))
        .build();
    const MICRO: u128 = 1_000_000_000_000;
    mars.mint(Minter, Usdc, 710 * THOUSAND).unwrap();
    mars.mint(Minter, Gold, Gold.units(290_000)).unwrap();
    assert_eq!(mars.solvency().external_low.u128(), MILLION);
    let room = 14_285_714_285;
    refused(mars.mint(Minter, Gold, (room + 1) * MICRO), RefusalCode::ClassLimit, room + 1, room);
    mars.mint(Minter, Gold, room * MICRO).unwrap();
    mars.assert_invariants();
}

#[test]
fn the_cap_of_an_asset_counts_its_own_units() {
    let mut mars = Mars::deploy();
    let cap =
        ExecuteMsg::UpdateAsset { asset: mars.unchecked(Busd), cap: Some(Uint128::new(1_000)), listed: None };
    mars.tell_treasury(Owner, &cap).unwrap();
    mars.mint(Minter, Busd, 400).unwrap();
    refused(mars.mint(Minter, Busd, 601), RefusalCode::AssetCap, 1_001, 1_000);
    mars.mint(Minter, Busd, 600).unwrap();
    refused(mars.mint(Minter, Busd, 1), RefusalCode::AssetCap, 1_001, 1_000);
}

#[test]
fn the_mint_limit_of_a_day_refills_steadily() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 990 * THOUSAND).unwrap();
    refused(
        mars.mint(Minter, Usdc, 10 * THOUSAND + 1),
        RefusalCode::MintLimit,
        10 * THOUSAND + 1,
        10 * THOUSAND,
    );
    mars.mint(Minter, Usdc, 10 * THOUSAND).unwrap();
    mars.advance_fresh(90);
    // 1 M × 90 ÷ 86,400.
    let refill = 1_041_666_666;
    assert_eq!(mars.epoch().mint_limit.level.u128(), refill);
    refused(mars.mint(Minter, Usdc, refill + 1), RefusalCode::MintLimit, refill + 1, refill);
    mars.mint(Minter, Usdc, refill).unwrap();
}

#[test]
fn user_owned_usdm_never_passes_the_cap() {
    let mut mars =
        Mars::builder().params(|params| params.mint_limit.floor = Uint128::new(10 * MILLION)).build();
    mars.mint(Minter, Usdc, 1_000 * THOUSAND).unwrap();
    let cap = 1_020_000 * ONE;
    refused(mars.mint(Minter, Usdc, 20 * THOUSAND + 1), RefusalCode::SupplyCap, cap + 1, cap);
    mars.mint(Minter, Usdc, 20 * THOUSAND).unwrap();
    refused(mars.mint(Minter, Usdc, 1), RefusalCode::SupplyCap, cap + 1, cap);
}

#[test]
fn dust_that_mints_nothing_is_refused() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 200 * THOUSAND).unwrap();
    // A third of a nano-ether is 1 µ$ less the fee: nothing.
    refused(mars.mint(Minter, Eth, 333_333_333), RefusalCode::TooSmall, 333_333_333, "more");
    refused(mars.mint(Minter, Eth, 1), RefusalCode::TooSmall, 1, "more");
    mars.mint(Minter, Eth, 333_666_999_000).unwrap();
}

#[test]
fn min_out_is_the_least_that_is_accepted() {
    let mut mars = Mars::builder().price(Usdc, "0.999").build();
    let mint = Mint::of(mars.asset(Usdc), 1_000 * ONE).min_out(999 * ONE + 1);
    refused(mars.mint_with(Minter, mint), RefusalCode::MinOut, 999 * ONE, 999 * ONE + 1);
}

#[test]
fn an_unknown_hook_is_refused() {
    let mut mars = Mars::deploy();
    for token in [mars.gold.clone(), mars.usdm.clone(), mars.xms.clone()] {
        if token == mars.usdm {
            mars.mint(Minter, Usdc, ONE).unwrap();
        }
        let send = mars.send_message(&token, 1, &"settle");
        let refusal = mars.assert_unchanged(|mars| mars.transact(Minter, vec![send])).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::UnknownHook, "{refusal}");
        // The caller's own words are not repeated: they could read like another refusal.
        assert_eq!(refusal.value, "8 bytes");
    }
}

#[test]
fn a_hook_for_another_token_is_refused() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 10 * ONE).unwrap();
    let deadline = mars.now();
    let redeem = Cw20HookMsg::Redeem { min_out: Uint128::zero(), deadline, recipient: None, queue: false };
    let mint = Cw20HookMsg::Mint { min_out: Uint128::zero(), deadline, recipient: None };
    let (gold, usdm, xms) = (mars.gold.clone(), mars.usdm.clone(), mars.xms.clone());
    let cases = [
        (&gold, &redeem, RefusalCode::WrongToken, &usdm),
        (&xms, &redeem, RefusalCode::WrongToken, &usdm),
        (&gold, &Cw20HookMsg::FundReserve {}, RefusalCode::WrongToken, &xms),
        (&usdm, &Cw20HookMsg::FundReserve {}, RefusalCode::WrongToken, &xms),
    ];
    for (token, hook, code, expected) in cases {
        let send = mars.send_message(token, 1, hook);
        let result = mars.assert_unchanged(|mars| mars.transact(Minter, vec![send]));
        refused(result, code, token, expected);
    }
    let send = mars.send_message(&usdm, 1, &mint);
    let result = mars.assert_unchanged(|mars| mars.transact(Minter, vec![send]));
    refused(result, RefusalCode::NotListed, format!("cw20:{usdm}"), "listed assets");
}

#[test]
fn a_recipient_is_an_address_of_this_chain() {
    let mut mars = Mars::deploy();
    let treasury = mars.treasury.clone();
    let msg = ExecuteMsg::Mint {
        min_out: Uint128::zero(),
        deadline: mars.now(),
        recipient: Some("cosmos1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu".into()),
    };
    let result = mars.transact(Minter, vec![message(&treasury, &msg, coins(5, "uusdc"))]);
    assert_eq!(result.unwrap_err().code, RefusalCode::InvalidInput);
}

#[test]
fn a_refused_mint_leaves_no_trace() {
    let mut mars = Mars::deploy();
    // The refusal comes after a closing is due: that is rolled back as well.
    mars.next_epoch();
    let result = mars.assert_unchanged(|mars| mars.mint(Minter, Usdc, 2 * MILLION));
    refused(result, RefusalCode::MintLimit, 2 * MILLION, MILLION);
}

#[test]
fn numbers_that_do_not_fit_are_refused_and_not_trapped() {
    let mut mars = Mars::deploy();
    let simulated = |mars: &Mars| {
        let simulated: Simulation<MintReceipt> = mars.ask_treasury(&QueryMsg::SimulateMint {
            asset: mars.unchecked(Usdc),
            amount: Uint128::MAX,
            min_out: None,
            deadline: None,
        });
        simulated.refusal.unwrap().code
    };
    assert_eq!(simulated(&mars), RefusalCode::AssetCap);
    mars.mint(Minter, Usdc, 1).unwrap();
    assert_eq!(simulated(&mars), RefusalCode::Overflow);
    let requirement: MintRequirement =
        mars.ask_treasury(&QueryMsg::RequiredForMint { asset: mars.unchecked(Btc), usdm: Uint128::MAX });
    assert_eq!(requirement.simulation.refusal.unwrap().code, RefusalCode::Overflow);
    let redemption: Simulation<RedeemReceipt> = mars.ask_treasury(&QueryMsg::SimulateRedeem {
        usdm: Uint128::MAX,
        queue: false,
        min_out: None,
        deadline: None,
    });
    assert_eq!(redemption.refusal.unwrap().code, RefusalCode::Overflow);
}

#[test]
fn a_stablecoin_needs_no_price_of_others_while_its_class_may_be_everything() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.mint(Minter, Busd, ONE).unwrap();
    mars.remove_price(Busd);
    mars.mint(Minter, Usdc, ONE).unwrap();
    mars.update_params(|params| params.class_limit.stable = mars_types::Bps(9_999)).unwrap();
    assert_eq!(mars.mint(Minter, Usdc, ONE).unwrap_err().code, RefusalCode::NoPrice);
}
