//! Limits that the guardian may lower, and only lower.

use cosmwasm_std::Uint128;
use mars_testing::Actor::{Guardian, Minter, Owner};
use mars_testing::Token::{Btc, Busd, Usdc};
use mars_testing::{attribute, event, refused, Mars};
use mars_types::treasury::{AssetCap, Budget, ExecuteMsg, LowerLimits};
use mars_types::{Bps, Refusal, RefusalCode};

use super::{MILLION, ONE, THOUSAND};

fn lower(mars: &mut Mars, limits: LowerLimits) -> Result<cw_multi_test::AppResponse, Refusal> {
    mars.tell_treasury(Guardian, &ExecuteMsg::LowerLimits { limits })
}

fn budget(of_user_owned: u16, of_depth: u16) -> Option<Budget> {
    Some(Budget { of_user_owned: Bps(of_user_owned), of_depth: Bps(of_depth) })
}

#[test]
fn mint_limits_go_down_to_nothing() {
    let mut mars = Mars::deploy();
    let half = LowerLimits {
        mint_rate: Some(Bps(250)),
        mint_floor: Some(Uint128::new(400 * THOUSAND)),
        ..LowerLimits::default()
    };
    let response = lower(&mut mars, half).unwrap();
    assert_eq!(attribute(event(&response, "mars_limits"), "sender"), Guardian.addr().as_str());
    let params = mars.config().params;
    assert_eq!((params.mint_limit.rate, params.mint_limit.floor.u128()), (Bps(250), 400 * THOUSAND));
    // At once, not at the next closing.
    refused(
        mars.mint(Minter, Usdc, 400 * THOUSAND + 1),
        RefusalCode::MintLimit,
        400 * THOUSAND + 1,
        400 * THOUSAND,
    );
    let none =
        LowerLimits { mint_rate: Some(Bps(0)), mint_floor: Some(Uint128::zero()), ..LowerLimits::default() };
    lower(&mut mars, none).unwrap();
    refused(mars.mint(Minter, Usdc, 1), RefusalCode::MintLimit, 1, 0);
    mars.advance_fresh(86_400);
    refused(mars.mint(Minter, Usdc, 1), RefusalCode::MintLimit, 1, 0);
    // The owner alone raises it, and it refills from nothing.
    mars.update_params(|params| params.mint_limit.floor = Uint128::new(MILLION)).unwrap();
    refused(mars.mint(Minter, Usdc, 1), RefusalCode::MintLimit, 1, 0);
    mars.advance_fresh(43_200);
    assert_eq!(mars.epoch().mint_limit.level.u128(), 500 * THOUSAND);
}

#[test]
fn the_spend_limit_goes_down_to_nothing() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 100 * THOUSAND).unwrap();
    let limit = |bps| LowerLimits { spend_limit: Some(Bps(bps)), ..LowerLimits::default() };
    refused(lower(&mut mars, limit(501)), RefusalCode::LimitRaise, "501 bp", "500 bp");
    lower(&mut mars, limit(100)).unwrap();
    assert_eq!(mars.solvency().spend_left.u128(), 1_000 * ONE);
    lower(&mut mars, limit(0)).unwrap();
    mars.advance_fresh(86_400);
    assert_eq!(mars.solvency().spend_left.u128(), 0);
}

#[test]
fn budgets_go_down_to_half_of_their_default_and_no_further() {
    let mut mars = Mars::deploy();
    let half = LowerLimits {
        epoch_budget: budget(50, 125),
        day_budget: budget(500, 1_250),
        ..LowerLimits::default()
    };
    for (epoch_budget, day_budget, value, limit) in [
        (budget(49, 125), None, "49 bp", "50 bp to 1000 bp"),
        (budget(50, 124), None, "124 bp", "125 bp to 2500 bp"),
        (None, budget(499, 1_250), "499 bp", "500 bp to 10000 bp"),
        (None, budget(500, 1_249), "1249 bp", "1250 bp to 10000 bp"),
    ] {
        let limits = LowerLimits { epoch_budget, day_budget, ..LowerLimits::default() };
        refused(lower(&mut mars, limits), RefusalCode::InvalidInput, value, limit);
    }
    mars.mint(Minter, Usdc, 100 * THOUSAND).unwrap();
    mars.next_epoch();
    assert_eq!(mars.epoch().epoch_budget.level.u128(), 1_000 * ONE);
    mars.redeem(Minter, ONE).unwrap();
    lower(&mut mars, half.clone()).unwrap();
    assert_eq!(mars.epoch().epoch_budget.level.u128(), 500 * ONE);
    assert_eq!(mars.epoch().day_budget.level.u128(), 5_000 * ONE);
    // Equal is not a rise.
    lower(&mut mars, half).unwrap();
    mars.redeem(Minter, 500 * ONE).unwrap();
}

#[test]
fn nothing_is_raised() {
    let mut mars = Mars::deploy();
    let default = LowerLimits::default;
    let cap = mars.entry(Btc).cap.u128();
    let raises = [
        (LowerLimits { mint_rate: Some(Bps(501)), ..default() }, "501 bp".into(), "500 bp".into()),
        (
            LowerLimits { mint_floor: Some(Uint128::new(MILLION + 1)), ..default() },
            (MILLION + 1).to_string(),
            MILLION.to_string(),
        ),
        (LowerLimits { epoch_budget: budget(101, 250), ..default() }, "101 bp".into(), "100 bp".into()),
        (LowerLimits { epoch_budget: budget(100, 251), ..default() }, "251 bp".into(), "250 bp".into()),
        (LowerLimits { day_budget: budget(1_001, 2_500), ..default() }, "1001 bp".into(), "1000 bp".into()),
        (LowerLimits { day_budget: budget(1_000, 2_501), ..default() }, "2501 bp".into(), "2500 bp".into()),
        (
            LowerLimits {
                asset_caps: vec![AssetCap { asset: mars.unchecked(Btc), cap: Uint128::new(cap + 1) }],
                ..default()
            },
            (cap + 1).to_string(),
            cap.to_string(),
        ),
    ];
    for (limits, value, limit) in raises {
        let result = mars.assert_unchanged(|mars| lower(mars, limits));
        refused(result, RefusalCode::LimitRaise, value, limit);
    }
}

#[test]
fn caps_of_assets_go_down_to_nothing() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Busd, 10 * ONE).unwrap();
    let asset_caps = vec![
        AssetCap { asset: mars.unchecked(Busd), cap: Uint128::zero() },
        AssetCap { asset: mars.unchecked(Usdc), cap: Uint128::new(5 * ONE) },
    ];
    lower(&mut mars, LowerLimits { asset_caps, ..LowerLimits::default() }).unwrap();
    refused(mars.mint(Minter, Busd, 1), RefusalCode::AssetCap, 10 * ONE + 1, 0);
    refused(mars.mint(Minter, Usdc, 5 * ONE + 1), RefusalCode::AssetCap, 5 * ONE + 1, 5 * ONE);
    mars.mint(Minter, Usdc, 5 * ONE).unwrap();
    // What is held stays and counts.
    assert_eq!(mars.solvency().external_low.u128(), 15 * ONE);
}

#[test]
fn all_or_nothing() {
    let mut mars = Mars::deploy();
    let limits = LowerLimits {
        mint_rate: Some(Bps(0)),
        asset_caps: vec![
            AssetCap { asset: mars.unchecked(Busd), cap: Uint128::zero() },
            AssetCap { asset: mars_types::AssetUnchecked::native("umars"), cap: Uint128::zero() },
        ],
        ..LowerLimits::default()
    };
    let result = mars.assert_unchanged(|mars| lower(mars, limits));
    refused(result, RefusalCode::NotFound, "native:umars", "an entry that exists");
    assert_eq!(mars.config().params.mint_limit.rate, Bps(500));
}

#[test]
fn the_owner_may_lower_too_and_raises_by_update_params() {
    let mut mars = Mars::deploy();
    let limits = LowerLimits { mint_rate: Some(Bps(1)), ..LowerLimits::default() };
    mars.tell_treasury(Owner, &ExecuteMsg::LowerLimits { limits }).unwrap();
    let limits = LowerLimits { mint_rate: Some(Bps(2)), ..LowerLimits::default() };
    let result = mars.tell_treasury(Owner, &ExecuteMsg::LowerLimits { limits });
    refused(result, RefusalCode::LimitRaise, "2 bp", "1 bp");
    mars.update_params(|params| params.mint_limit.rate = Bps(2)).unwrap();
}

#[test]
fn lowering_closes_no_epoch_and_fills_no_bucket() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 900 * THOUSAND).unwrap();
    mars.next_epoch();
    mars.redeem(Minter, 9_000 * ONE).unwrap();
    let before = mars.epoch();
    lower(&mut mars, LowerLimits::default()).unwrap();
    assert_eq!(mars.epoch(), before);
    assert_eq!(before.epoch_budget.level.u128(), 0);
}
