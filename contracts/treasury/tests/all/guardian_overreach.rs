//! Attack: a stolen guardian key. It may stop things for a while; it may take, raise and keep nothing.

use cosmwasm_std::Uint128;
use cw_ownable::Action;
use mars_testing::Actor::{Attacker, Guardian, Keeper, Minter, Owner, Stranger};
use mars_testing::Token::{Busd, Usdc, Xms};
use mars_testing::{hop, refused, Mars, Redeem, Token, USDM_USDC, XMS_USDC};
use mars_types::treasury::{
    AssetCap, Budget, ExecuteMsg, LowerLimits, Params, SolvencyResponse, SwitchUnchecked,
};
use mars_types::{oracle, swap, Asset, Bps, GuardianUnchecked, RefusalCode};

use super::runs::priced_by_pools;
use super::{ONE, THOUSAND};

const DAY: u64 = 86_400;

fn running() -> Mars {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars
}

fn pause(mars: &mut Mars, switch: SwitchUnchecked) -> Result<(), mars_types::Refusal> {
    mars.tell_treasury(Guardian, &ExecuteMsg::Pause { switch }).map(|_| ())
}

#[test]
fn it_moves_no_funds_and_changes_no_rule() {
    let mut mars = running();
    let me = || Guardian.addr().into_string();
    let mut generous = Params::default();
    generous.mint_limit.rate = Bps::ONE;
    for msg in [
        ExecuteMsg::WithdrawReserve { amount: Uint128::one(), recipient: me() },
        ExecuteMsg::UpdateParams { params: generous },
        ExecuteMsg::DeclareRecovery {},
        ExecuteMsg::EndRecovery {},
        ExecuteMsg::UpdateAsset { asset: mars.unchecked(Busd), cap: None, listed: Some(false) },
        ExecuteMsg::UpdateNonCirculating { add: vec![], remove: vec![] },
        ExecuteMsg::Unpause { switch: SwitchUnchecked::Mint },
        ExecuteMsg::ConfirmPause { switch: SwitchUnchecked::Mint },
        ExecuteMsg::SetGuardian {
            guardian: Some(GuardianUnchecked { address: me(), sunset: mars.now() + 9_000 * DAY }),
        },
        ExecuteMsg::UpdateOwnership(Action::TransferOwnership { new_owner: me(), expiry: None }),
        ExecuteMsg::UpdateOwnership(Action::RenounceOwnership),
    ] {
        let refusal = mars.assert_unchanged(|mars| mars.tell_treasury(Guardian, &msg)).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::Unauthorized, "{msg:?}");
    }
}

#[test]
fn the_worst_it_can_do_leaves_every_claim_as_it_is() {
    let mut mars = running();
    mars.give_usdm(Minter, Attacker, 100 * THOUSAND);
    let balances = |mars: &Mars| {
        [Owner, Guardian, Minter, Attacker, Stranger]
            .map(|who| (mars.usdm_of(who), mars.xms_of(who), mars.balance(who, Usdc)))
    };
    let (before, solvency, epoch) = (balances(&mars), mars.solvency(), mars.epoch());
    for switch in [
        SwitchUnchecked::Mint,
        SwitchUnchecked::Redeem,
        SwitchUnchecked::Settle,
        SwitchUnchecked::Asset(mars.unchecked(Usdc)),
    ] {
        pause(&mut mars, switch).unwrap();
    }
    let limits = LowerLimits {
        mint_rate: Some(Bps(0)),
        mint_floor: Some(Uint128::zero()),
        epoch_budget: Some(Budget { of_user_owned: Bps(50), of_depth: Bps(125) }),
        day_budget: Some(Budget { of_user_owned: Bps(500), of_depth: Bps(1_250) }),
        spend_limit: Some(Bps(0)),
        asset_caps: vec![AssetCap { asset: mars.unchecked(Usdc), cap: Uint128::zero() }],
    };
    mars.tell_treasury(Guardian, &ExecuteMsg::LowerLimits { limits }).unwrap();
    assert_eq!(balances(&mars), before);
    assert_eq!(mars.solvency(), SolvencyResponse { spend_left: Uint128::zero(), ..solvency });
    let after = mars.epoch();
    assert_eq!((after.cap_user, after.ceiling, after.room), (epoch.cap_user, epoch.ceiling, epoch.room));
    assert!(after.mint_limit.level <= epoch.mint_limit.level);
    assert!(after.epoch_budget.level <= epoch.epoch_budget.level);
    assert!(after.day_budget.level <= epoch.day_budget.level);
    // Three days later there is redemption again, at half its budget and with no help from the owner.
    mars.advance_fresh(3 * DAY);
    mars.redeem(Minter, 2_500 * ONE).unwrap();
    refused(mars.redeem(Minter, 1_000), RefusalCode::EpochBudget, 1_000, 0);
    mars.assert_invariants();
}

#[test]
fn redemption_is_stopped_for_three_days_of_any_ten() {
    let mut mars = running();
    for token in Token::COLLATERAL {
        mars.silence(token);
    }
    let mut stopped = 0;
    for _ in 0..30 * 6 {
        let _ = pause(&mut mars, SwitchUnchecked::Redeem);
        if mars.redeem(Minter, ONE).is_err_and(|refusal| refusal.code == RefusalCode::Paused) {
            stopped += 1;
        }
        mars.advance_fresh(4 * 3_600);
    }
    assert_eq!(stopped, 3 * 18);
}

#[test]
fn with_the_price_of_xms_as_a_second_switch_it_is_six_days_of_any_ten() {
    let mut mars = running();
    for token in Token::COLLATERAL {
        mars.silence(token);
    }
    let price = oracle::ExecuteMsg::Pause { asset: mars.unchecked(Xms) };
    let mut stopped = 0;
    for _ in 0..30 * 6 {
        // Never both at once: that would waste one.
        if mars.redeem(Minter, ONE).is_ok() && pause(&mut mars, SwitchUnchecked::Redeem).is_err() {
            let _ = mars.tell_oracle(Guardian, &price);
        }
        if mars.redeem(Minter, ONE).is_err() {
            stopped += 1;
        }
        mars.advance_fresh(4 * 3_600);
    }
    assert_eq!(stopped, 6 * 18);
}

#[test]
fn it_cannot_pause_what_it_does_not_see() {
    let mut mars = running();
    let xms = mars.unchecked(Xms);
    refused(
        pause(&mut mars, SwitchUnchecked::Asset(xms.clone())),
        RefusalCode::NotFound,
        format!("cw20:{}", mars.xms),
        "an entry that exists",
    );
}

#[test]
fn its_sunset_only_comes_nearer() {
    let mut mars = Mars::builder().guardian_for(100 * DAY).build();
    let sunset = mars_testing::START + 100 * DAY;
    let set = |mars: &mut Mars, guardian: Option<u64>| {
        let guardian =
            guardian.map(|sunset| GuardianUnchecked { address: Stranger.addr().into_string(), sunset });
        mars.tell_treasury(Owner, &ExecuteMsg::SetGuardian { guardian })
    };
    refused(
        set(&mut mars, Some(sunset + 1)),
        RefusalCode::InvalidInput,
        sunset + 1,
        format!("not after {sunset}"),
    );
    let now = mars.now();
    refused(set(&mut mars, Some(now)), RefusalCode::InvalidInput, now, format!("after {now}"));
    set(&mut mars, Some(sunset - DAY)).unwrap();
    assert_eq!(mars.config().guardian.unwrap().address, Stranger.addr());
    // The one before has no power any more.
    let refusal = pause(&mut mars, SwitchUnchecked::Mint).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::Unauthorized);
    let mint = ExecuteMsg::Pause { switch: SwitchUnchecked::Mint };
    mars.tell_treasury(Stranger, &mint).unwrap();
    // Having none for a moment is no way to a later one.
    set(&mut mars, None).unwrap();
    assert_eq!(mars.config().guardian, None);
    refused(
        set(&mut mars, Some(sunset)),
        RefusalCode::InvalidInput,
        sunset,
        format!("not after {}", sunset - DAY),
    );
    set(&mut mars, Some(sunset - DAY)).unwrap();
}

#[test]
fn a_new_guardian_does_not_lift_the_old_ones_pause() {
    let mut mars = running();
    pause(&mut mars, SwitchUnchecked::Mint).unwrap();
    mars.tell_treasury(Owner, &ExecuteMsg::SetGuardian { guardian: None }).unwrap();
    assert_eq!(mars.mint(Minter, Usdc, ONE).unwrap_err().code, RefusalCode::Paused);
    mars.tell_treasury(Owner, &ExecuteMsg::Unpause { switch: SwitchUnchecked::Mint }).unwrap();
    mars.mint(Minter, Usdc, ONE).unwrap();
}

#[test]
fn a_price_that_it_paused_begins_no_recovery() {
    let mut mars = running();
    mars.give_usdm(Minter, Attacker, 10 * ONE);
    let price = oracle::ExecuteMsg::Pause { asset: mars.unchecked(Xms) };
    mars.tell_oracle(Guardian, &price).unwrap();
    mars.redeem_with(Attacker, Redeem::of(10 * ONE).or_queue()).unwrap();
    for _ in 0..3 * 96 {
        mars.poke(Keeper).unwrap();
        assert_eq!(mars.recovery().running, None);
        mars.advance_fresh(900);
    }
    mars.settle(Keeper, 1).unwrap();
    mars.redeem(Minter, ONE).unwrap();
    mars.assert_invariants();
}

#[test]
fn a_pool_that_it_paused_off_the_peg_begins_no_recovery() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.mint(Attacker, Usdc, 440 * THOUSAND).unwrap();
    priced_by_pools(&mut mars, USDM_USDC);
    let (usdc, usdm) = (mars.asset(Usdc), Asset::Cw20(mars.usdm.clone()));
    mars.swap(Attacker, &usdm, 440 * THOUSAND, &[hop(USDM_USDC, &usdc)]).unwrap();
    for switch in [swap::Switch::Swap(USDM_USDC), swap::Switch::Provide(USDM_USDC)] {
        mars.tell_swap(Guardian, &swap::ExecuteMsg::Pause { switch }).unwrap();
    }
    for _ in 0..2 * 96 {
        mars.advance_fresh(900);
        mars.poke(Keeper).unwrap();
        assert_eq!(mars.recovery().running, None);
    }
    mars.assert_invariants();
}

#[test]
fn a_pool_that_it_paused_at_a_low_price_pays_nobody() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.mint(Attacker, Usdc, 400 * THOUSAND).unwrap();
    priced_by_pools(&mut mars, USDM_USDC);
    let (usdc, xms) = (mars.asset(Usdc), mars.asset(Xms));
    // Nobody can buy XMS back up, and half an hour later the averages have followed.
    for _ in 0..7 {
        mars.swap(Attacker, &xms, 500 * THOUSAND, &[hop(XMS_USDC, &usdc)]).unwrap();
        mars.advance_fresh(5);
    }
    mars.tell_swap(Guardian, &swap::ExecuteMsg::Pause { switch: swap::Switch::Swap(XMS_USDC) }).unwrap();
    mars.advance_fresh(1_800);
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    assert_eq!(mars.redeem(Attacker, 10 * ONE).unwrap_err().code, RefusalCode::NoPrice);
    mars.assert_invariants();
}
