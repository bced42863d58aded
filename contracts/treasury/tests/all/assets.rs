//! The registry of assets, the five levels, and what each may be of the whole.

use cosmwasm_std::Uint128;
use mars_testing::Actor::{Attacker, Minter, Owner, Trader};
use mars_testing::Token::{Btc, Busd, Defi, Eth, Gold, Usdc, Xms};
use mars_testing::{attribute, event, refused, Mars, Token};
use mars_types::treasury::{ExecuteMsg, Level, MAX_ASSETS};
use mars_types::{AssetUnchecked, Bps, Refusal, RefusalCode};

use super::{MILLION, ONE, THOUSAND};

fn register(
    mars: &mut Mars,
    asset: AssetUnchecked,
    level: Level,
    decimals: u8,
) -> Result<cw_multi_test::AppResponse, Refusal> {
    let msg = ExecuteMsg::RegisterAsset { asset, level, decimals, cap: Uint128::new(u128::MAX) };
    mars.tell_treasury(Owner, &msg)
}

fn list(mars: &mut Mars, token: Token, listed: bool) {
    let msg = ExecuteMsg::UpdateAsset { asset: mars.unchecked(token), cap: None, listed: Some(listed) };
    mars.tell_treasury(Owner, &msg).unwrap();
}

#[test]
fn assets_are_listed_in_order_of_registration() {
    let mut mars = Mars::deploy();
    let response = mars.register(Xms, 5).unwrap();
    let listed = event(&response, "mars_asset");
    assert_eq!(attribute(listed, "asset"), format!("cw20:{}", mars.xms));
    assert_eq!(attribute(listed, "level"), "5");
    assert_eq!(attribute(listed, "cap"), "5");
    let entries = mars.assets();
    let tokens = [Usdc, Busd, Btc, Gold, Eth, Defi, Xms];
    assert_eq!(entries.len(), tokens.len());
    for (entry, token) in entries.iter().zip(tokens) {
        assert_eq!(entry.asset, mars.asset(token));
        assert_eq!((entry.level, entry.decimals), (token.level(), token.decimals()));
        assert!(entry.listed && entry.held.is_zero());
    }
}

#[test]
fn an_asset_is_registered_once_for_good() {
    let mut mars = Mars::deploy();
    refused(
        register(&mut mars, AssetUnchecked::native("uusdc"), Level::DeFi, 18),
        RefusalCode::AlreadyListed,
        "native:uusdc",
        "once",
    );
    // Delisting is no way to give it other decimals.
    list(&mut mars, Usdc, false);
    refused(
        register(&mut mars, AssetUnchecked::native("uusdc"), Level::Stable, 0),
        RefusalCode::AlreadyListed,
        "native:uusdc",
        "once",
    );
}

#[test]
fn what_may_not_be_an_asset() {
    let mut mars = Mars::deploy();
    let usdm = AssetUnchecked::cw20(mars.usdm.to_string());
    let xms = mars.unchecked(Xms);
    let fresh = mars.deploy_cw20(Owner, "FRESH", 6, 0);
    let fresh = AssetUnchecked::cw20(fresh.to_string());
    for level in [Level::Stable, Level::Xms] {
        let refusal = register(&mut mars, usdm.clone(), level, 6).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::InvalidInput, "{refusal}");
    }
    for level in Level::EXTERNAL {
        refused(
            register(&mut mars, xms.clone(), level, 6),
            RefusalCode::InvalidInput,
            level.number(),
            "5 for XMS, 1 to 4 for anything else",
        );
    }
    for other in [AssetUnchecked::native("umars"), fresh.clone()] {
        refused(
            register(&mut mars, other, Level::Xms, 6),
            RefusalCode::InvalidInput,
            5,
            "5 for XMS, 1 to 4 for anything else",
        );
    }
    refused(
        register(&mut mars, AssetUnchecked::native("umars"), Level::DeFi, 19),
        RefusalCode::InvalidInput,
        19,
        "0 to 18",
    );
    refused(
        register(&mut mars, fresh.clone(), Level::DeFi, 18),
        RefusalCode::InvalidInput,
        18,
        "6 as the token says",
    );
    for nonsense in ["", "x", "1uusdc", "ibc/27394FB0", "u usdc"] {
        let refusal = register(&mut mars, AssetUnchecked::native(nonsense), Level::Stable, 6).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::InvalidInput, "{nonsense}: {refusal}");
    }
    // An account without code is no token.
    let account = AssetUnchecked::cw20(Attacker.addr().into_string());
    assert!(register(&mut mars, account, Level::Stable, 6).is_err());
    register(&mut mars, fresh, Level::DeFi, 6).unwrap();
    let ibc = format!("ibc/{}", "27394FB092D2ECCD56123C74F36E4C1F926001CEADA9CA97EA622B25F41E5EB2");
    register(&mut mars, AssetUnchecked::native(ibc), Level::LayerOne, 0).unwrap();
}

#[test]
fn there_are_at_most_twenty() {
    let mut mars = Mars::deploy();
    for number in mars.assets().len()..MAX_ASSETS {
        register(&mut mars, AssetUnchecked::native(format!("coin{number}")), Level::DeFi, 6).unwrap();
    }
    refused(
        register(&mut mars, AssetUnchecked::native("onemore"), Level::DeFi, 6),
        RefusalCode::TooMany,
        21,
        20,
    );
    // Twenty assets, fourteen of them without a price: everything still works.
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.mint(Minter, Defi, Defi.units(1)).unwrap();
    mars.assert_invariants();
}

#[test]
fn an_unknown_asset_cannot_be_updated() {
    let mut mars = Mars::deploy();
    let asset = AssetUnchecked::native("umars");
    let msg = ExecuteMsg::UpdateAsset { asset, cap: None, listed: None };
    refused(mars.tell_treasury(Owner, &msg), RefusalCode::NotFound, "native:umars", "an entry that exists");
}

#[test]
fn what_is_delisted_still_counts() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Busd, 700 * THOUSAND).unwrap();
    mars.mint(Minter, Gold, Gold.units(100)).unwrap();
    list(&mut mars, Busd, false);
    assert_eq!(mars.solvency().external_low.u128(), 900 * THOUSAND);
    assert_eq!(mars.held(Busd), 700 * THOUSAND);
    refused(mars.mint(Minter, Busd, 1), RefusalCode::NotListed, "native:ubusd", "listed assets");
    // It is part of the whole for the shares of the others: (200,000 + x) ÷ (900,000 + x) ≤ 30 %.
    let room = 100 * THOUSAND;
    refused(mars.mint(Minter, Btc, 200_000_000), RefusalCode::ClassLimit, 120 * THOUSAND, room);
    list(&mut mars, Busd, true);
    mars.mint(Minter, Busd, 1).unwrap();
}

#[test]
fn a_class_is_all_of_its_assets() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 700 * THOUSAND).unwrap();
    mars.mint(Minter, Gold, Gold.units(75)).unwrap();
    // 150,000 of gold leave 150,000 for Bitcoin: 2.5.
    refused(
        mars.mint(Minter, Btc, 250_000_001),
        RefusalCode::ClassLimit,
        150 * THOUSAND + 600,
        150 * THOUSAND,
    );
    mars.mint(Minter, Btc, 250_000_000).unwrap();
    assert_eq!(mars.solvency().external.gold.u128(), 300 * THOUSAND);
    refused(mars.mint(Minter, Gold, Gold.units(1)), RefusalCode::ClassLimit, 2_000 * ONE, 0);
}

#[test]
fn every_class_ends_at_its_own_share() {
    for (token, most) in [(Gold, 270_000), (Eth, 210_000), (Defi, 70_000)] {
        let mut mars = Mars::builder().price(token, "1").build();
        mars.mint(Minter, Usdc, 630 * THOUSAND).unwrap();
        let result = mars.mint(Minter, token, token.units(most + 1));
        refused(result, RefusalCode::ClassLimit, (most + 1) * ONE, most * ONE);
        mars.mint(Minter, token, token.units(most)).unwrap();
        mars.assert_invariants();
    }
}

#[test]
fn a_stable_class_may_have_a_limit_too() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.mint(Minter, Gold, Gold.units(50)).unwrap();
    mars.update_params(|params| params.class_limit.stable = Bps(8_000)).unwrap();
    refused(mars.mint(Minter, Usdc, 1), RefusalCode::ClassLimit, 1, 0);
    mars.mint(Minter, Gold, Gold.units(10)).unwrap();
    mars.mint(Minter, Usdc, 80 * THOUSAND).unwrap();
}

#[test]
fn a_limit_of_the_stable_class_leaves_an_empty_treasury_open() {
    let mut mars = Mars::builder().params(|params| params.class_limit.stable = Bps(8_000)).build();
    mars.mint(Minter, Usdc, 99_999 * ONE).unwrap();
    // Still below the floor: stablecoins are taken whatever their share.
    mars.mint(Minter, Usdc, 100 * ONE).unwrap();
    // Above it the share holds again: 20,000 of gold are not yet a fifth, 30,000 are more.
    refused(mars.mint(Minter, Usdc, ONE), RefusalCode::ClassLimit, ONE, 0);
    mars.mint(Minter, Gold, Gold.units(10)).unwrap();
    refused(mars.mint(Minter, Usdc, ONE), RefusalCode::ClassLimit, ONE, 0);
    mars.mint(Minter, Gold, Gold.units(5)).unwrap();
    // 100,099 are held, and 120,000 are four fifths beside 30,000.
    refused(
        mars.mint(Minter, Usdc, 19_901 * ONE + 1),
        RefusalCode::ClassLimit,
        19_901 * ONE + 1,
        19_901 * ONE,
    );
    mars.mint(Minter, Usdc, 19_901 * ONE).unwrap();
}

#[test]
fn a_class_that_grew_by_its_price_is_only_closed() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.mint(Minter, Gold, Gold.units(80)).unwrap();
    mars.jump_price(Gold, "4000");
    // 320,000 of 720,000 is 44 %: nothing is sold, the other classes are open.
    refused(mars.mint(Minter, Btc, 1_000), RefusalCode::ClassLimit, 600_000, 0);
    assert_eq!(mars.held(Gold), Gold.units(80));
    mars.mint(Minter, Eth, Eth.units(1)).unwrap();
    mars.mint(Minter, Usdc, ONE).unwrap();
}

#[test]
fn an_asset_without_a_price_closes_its_own_class_only() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.mint(Minter, Gold, Gold.units(20)).unwrap();
    mars.remove_price(Gold);
    for token in [Gold, Btc] {
        let refusal = mars.mint(Minter, token, token.units(1)).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::NoPrice, "{refusal}");
        assert!(refusal.message.contains(mars.gold.as_str()), "{refusal}");
    }
    mars.mint(Minter, Usdc, ONE).unwrap();
    // The others are measured without it, which is stricter: x ÷ (400,001 + x) ≤ 25 %.
    let room: u128 = 133_333_666_666;
    let refusal = mars.mint(Minter, Eth, Eth.units(44) + Eth.units(1) / 2).unwrap_err();
    assert_eq!((refusal.code, refusal.limit), (RefusalCode::ClassLimit, room.to_string()));
    mars.mint(Minter, Eth, Eth.units(44)).unwrap();
}

#[test]
fn an_unpriced_asset_that_is_not_held_closes_nothing() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.remove_price(Gold);
    mars.mint(Minter, Btc, 1_000_000).unwrap();
}

#[test]
fn crossing_the_bootstrap_floor_needs_level_one() {
    let mut mars = Mars::builder().price(Gold, "1").build();
    mars.mint(Minter, Usdc, 99_999 * ONE).unwrap();
    refused(
        mars.mint(Minter, Gold, Gold.units(10)),
        RefusalCode::BootstrapLevelOne,
        99_999 * ONE,
        100 * THOUSAND,
    );
    // Falling below the floor by price closes the others again.
    mars.mint(Minter, Usdc, ONE).unwrap();
    mars.mint(Minter, Gold, Gold.units(10)).unwrap();
    mars.set_price(Usdc, "0.999");
    refused(
        mars.mint(Minter, Gold, Gold.units(10)),
        RefusalCode::BootstrapLevelOne,
        99_910 * ONE,
        100 * THOUSAND,
    );
}

#[test]
fn a_class_that_may_be_everything_still_waits_for_the_bootstrap_floor() {
    let mut mars = Mars::builder().params(|params| params.class_limit.gold = Bps::ONE).build();
    refused(mars.mint(Minter, Gold, Gold.units(1)), RefusalCode::BootstrapLevelOne, 0, 100 * THOUSAND);
}

/// 500,000 USDC and 100,000 of gold that has doubled: 700,000 behind 599,900 USDM.
fn with_surplus() -> Mars {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.mint(Minter, Gold, Gold.units(50)).unwrap();
    mars.jump_price(Gold, "4000");
    mars.register(Xms, MILLION * MILLION).unwrap();
    assert_eq!(mars.solvency().external_low.u128(), 700 * THOUSAND);
    mars
}

#[test]
fn xms_is_taken_out_of_surplus_up_to_five_percent() {
    let mut mars = with_surplus();
    // value ÷ (700,000 + value) ≤ 5 %: 36,842.105263. Four micro-XMS are one micro-dollar.
    let room = 36_842_105_263;
    refused(mars.mint(Trader, Xms, 4 * (room + 1)), RefusalCode::ClassLimit, room + 1, room);
    let receipt = mars.mint(Trader, Xms, 4 * room).unwrap();
    assert_eq!(receipt.value.u128(), room);
    assert_eq!(receipt.usdm.u128(), room * 9_950 / 10_000);
    let solvency = mars.solvency();
    // It joins the reserve and is not external.
    assert_eq!(solvency.reserve.u128(), 100 * MILLION + 4 * room);
    assert_eq!(solvency.external.xms.u128(), room);
    assert_eq!(solvency.external_low.u128(), 700 * THOUSAND);
    assert_eq!(mars.held(Xms), 4 * room);
    assert_eq!(mars.mint(Trader, Xms, 40).unwrap_err().code, RefusalCode::ClassLimit);
    mars.assert_invariants();
}

#[test]
fn xms_may_take_the_surplus_to_its_last_micro_dollar() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 900 * THOUSAND).unwrap();
    mars.register(Xms, MILLION * MILLION).unwrap();
    mars.next_epoch();
    mars.redeem(Minter, 995 * ONE).unwrap();
    let start = mars.snapshot();
    // $1,000 less 0.5 %.
    assert_eq!(mars.mint(Minter, Xms, 4_000 * ONE).unwrap().usdm.u128(), 995 * ONE);
    mars.restore(&start);
    let more = mars.mint(Minter, Xms, 4_000 * ONE + 8);
    refused(more, RefusalCode::CoverageShort, 900 * THOUSAND + 1, 900 * THOUSAND);
}

#[test]
fn xms_mints_nothing_that_external_assets_do_not_cover() {
    let mut mars = with_surplus();
    mars.jump_price(Gold, "2000");
    // 100 of surplus are the fees of the gold.
    let external = 600 * THOUSAND;
    let surplus = 100 * ONE;
    let just = surplus * 10_000 / 9_950 * 4;
    let more = just + 40;
    let usdm = (more / 4) * 9_950 / 10_000;
    refused(mars.mint(Trader, Xms, more), RefusalCode::CoverageShort, 599_900 * ONE + usdm, external);
    mars.mint(Trader, Xms, just).unwrap();
    assert!(mars.solvency().user_owned.u128() <= external);
    assert_eq!(mars.mint(Trader, Xms, 1_000).unwrap_err().code, RefusalCode::CoverageShort);
}

#[test]
fn xms_is_credited_at_its_low_and_needs_a_price_and_a_listing() {
    let mut mars = with_surplus();
    mars.set_band(Xms, ["0.246", "0.25", "0.254"]);
    let receipt = mars.mint(Trader, Xms, 100 * ONE).unwrap();
    assert_eq!(receipt.value.u128(), 24_600_000);
    list(&mut mars, Xms, false);
    assert_eq!(mars.mint(Trader, Xms, ONE).unwrap_err().code, RefusalCode::NotListed);
    list(&mut mars, Xms, true);
    mars.remove_price(Xms);
    let refusal = mars.mint(Trader, Xms, ONE).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NoPrice);
    // XMS that is held without a price closes no other class.
    mars.mint(Minter, Eth, Eth.units(1)).unwrap();
}

#[test]
fn xms_is_not_taken_below_the_bootstrap_floor() {
    let mut mars = Mars::deploy();
    mars.register(Xms, MILLION * MILLION).unwrap();
    refused(mars.mint(Trader, Xms, ONE), RefusalCode::BootstrapLevelOne, 0, 100 * THOUSAND);
}

#[test]
fn xms_that_was_minted_with_goes_out_by_redemption() {
    let mut mars = Mars::builder().reserve(0).build();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.mint(Minter, Gold, Gold.units(50)).unwrap();
    mars.jump_price(Gold, "4000");
    mars.register(Xms, MILLION * MILLION).unwrap();
    mars.mint(Trader, Xms, 100_000 * ONE).unwrap();
    assert_eq!(mars.held(Xms), 100_000 * ONE);
    mars.next_epoch();
    mars.redeem(Minter, 1_000 * ONE).unwrap();
    // There was no other XMS to pay with.
    let left = 96_012 * ONE;
    assert_eq!((mars.solvency().reserve.u128(), mars.held(Xms)), (left, left));
    assert_eq!(mars.solvency().external.xms.u128(), left / 4);
    mars.assert_invariants();

    // A gift to the reserve does not bring back what went out, and is paid out first.
    mars.fund_reserve(Owner, 50_000 * ONE).unwrap();
    assert_eq!((mars.solvency().reserve.u128(), mars.held(Xms)), (left + 50_000 * ONE, left));
    mars.next_epoch();
    mars.redeem(Minter, 1_000 * ONE).unwrap();
    assert_eq!((mars.solvency().reserve.u128(), mars.held(Xms)), (142_024 * ONE, left));
    // A mint adds to what is still there.
    mars.mint(Trader, Xms, 1_000 * ONE).unwrap();
    assert_eq!(mars.held(Xms), left + 1_000 * ONE);
    mars.assert_invariants();
}

#[test]
fn xms_that_the_owner_withdrew_does_not_come_back_with_a_gift() {
    let mut mars = with_surplus();
    mars.mint(Trader, Xms, 100_000 * ONE).unwrap();
    // All but 1,300,000 XMS of the reserve, which are worth more than half of the USDM, and then most of the rest.
    let withdraw = |mars: &mut Mars, amount: u128| {
        let recipient = Owner.addr().into_string();
        let amount = Uint128::new(amount);
        mars.tell_treasury(Owner, &ExecuteMsg::WithdrawReserve { amount, recipient }).unwrap();
    };
    withdraw(&mut mars, 98_800_000 * ONE);
    mars.jump_price(Xms, "10");
    withdraw(&mut mars, 1_260_000 * ONE);
    assert_eq!((mars.solvency().reserve.u128(), mars.held(Xms)), (40_000 * ONE, 40_000 * ONE));
    mars.fund_reserve(Owner, 100_000 * ONE).unwrap();
    assert_eq!((mars.solvency().reserve.u128(), mars.held(Xms)), (140_000 * ONE, 40_000 * ONE));
    mars.assert_invariants();
}
