//! Liquidity of the treasury: slices, what they are worth, and taking them back.

use cosmwasm_std::{Decimal, Uint128};
use mars_testing::Actor::{Attacker, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::Token::{Btc, Busd, Usdc, Xms};
use mars_testing::{hop, refused, Mars, Mint, Redeem, USDM_USDC, XMS_USDC};
use mars_types::oracle::{self, SourceUnchecked};
use mars_types::treasury::{ExecuteMsg, Level, PositionKind, SolvencyResponse, SwitchUnchecked};
use mars_types::{Asset, AssetUnchecked, Bps, Refusal, RefusalCode};

use super::{MILLION, ONE, THOUSAND};

/// Pools that are half an hour old, 1.5 M USDM in the hands of users, and both positions listed. A slice is 3,750 at most.
pub fn with_pools() -> Mars {
    let mut mars = Mars::builder()
        .params(|params| {
            params.ceiling.floor = (10 * MILLION).into();
            params.mint_limit.floor = (10 * MILLION).into();
        })
        .build();
    mars.open_pools();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.advance_fresh(1_800);
    mars.register_position(USDM_USDC, PositionKind::Usdm).unwrap();
    mars.register_position(XMS_USDC, PositionKind::Xms).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars
}

/// Spends USDC day by day, as fast as any limit lets it, until that much is left.
pub fn spend_down(mars: &mut Mars, rest: u128) {
    mars.update_params(|params| params.spend_limit = Bps(2_500)).unwrap();
    loop {
        let SolvencyResponse { external_low, spend_left, .. } = mars.solvency();
        let spend = ExecuteMsg::Spend {
            asset: mars.unchecked(Usdc),
            amount: spend_left.min(external_low - Uint128::new(rest)),
            recipient: Stranger.addr().into_string(),
        };
        mars.tell_treasury(Owner, &spend).unwrap();
        if mars.solvency().external_low.u128() == rest {
            return;
        }
        mars.advance_fresh(86_400);
    }
}

fn remove(mars: &mut Mars, pool: u32, lp: u128) -> Result<(), Refusal> {
    let msg = ExecuteMsg::Remove { pool, lp: Uint128::new(lp), deadline: mars.now() };
    mars.tell_treasury(Owner, &msg).map(drop)
}

fn usdm(mars: &Mars) -> Asset {
    Asset::Cw20(mars.usdm.clone())
}

#[test]
fn a_slice_beside_usdm() {
    let mut mars = with_pools();
    let before = mars.solvency();
    let receipt = mars.allocate(Keeper, USDM_USDC, 3_750 * ONE).unwrap();
    assert_eq!(receipt.usdm.u128(), 3_750 * ONE);
    assert_eq!(receipt.amounts, [Uint128::new(3_750 * ONE); 2]);
    // Assets equal users' USDM to the cent, so there is no surplus to reward anyone from.
    assert_eq!(receipt.reward.u128(), 0);
    mars.assert_invariants();
    // Nobody owns more, and the treasury is worth what it was.
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let after = mars.solvency();
    assert_eq!(after.usdm_supply, before.usdm_supply + receipt.usdm);
    let near = |one: Uint128, other: Uint128| one.abs_diff(other).u128() <= 10;
    assert!(near(after.user_owned, before.user_owned), "{} {}", after.user_owned, before.user_owned);
    assert!(near(after.external_low, before.external_low));
    assert!(near(after.treasury_owned_cap, receipt.usdm) && near(after.treasury_owned_now, receipt.usdm));
    assert_eq!(mars.position(USDM_USDC).position.minted, receipt.usdm);
    assert!(near(mars.epoch().user_owned, before.user_owned));
}

#[test]
fn the_cap_leaves_it_out_within_the_epoch_too() {
    let mut mars = with_pools();
    let room = mars.epoch().room;
    mars.allocate(Keeper, USDM_USDC, 3_750 * ONE).unwrap();
    assert_eq!(mars.epoch().room, room);
    let lp = mars.position(USDM_USDC).position.lp.u128();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let room = mars.epoch().room;
    remove(&mut mars, USDM_USDC, lp).unwrap();
    assert!(mars.epoch().room.abs_diff(room).u128() <= 10);
}

#[test]
fn a_slice_is_a_quarter_per_cent_of_users_usdm_an_epoch() {
    let mut mars = with_pools();
    let most = 3_750 * ONE;
    refused(mars.allocate(Keeper, USDM_USDC, most + 1), RefusalCode::SliceLimit, most + 1, most);
    mars.allocate(Keeper, USDM_USDC, 3_000 * ONE).unwrap();
    refused(mars.allocate(Keeper, USDM_USDC, 750 * ONE + 1), RefusalCode::SliceLimit, most + 1, most);
    mars.allocate(Keeper, USDM_USDC, 750 * ONE).unwrap();
    // Each pool has its own.
    mars.allocate(Keeper, XMS_USDC, most).unwrap();
    mars.next_epoch();
    mars.allocate(Keeper, USDM_USDC, 3_000 * ONE).unwrap();
}

#[test]
fn a_slice_beside_xms_comes_out_of_the_reserve() {
    let mut mars = with_pools();
    let (reserve, circulating) = (mars.solvency().reserve, mars.epoch().circulating);
    let receipt = mars.allocate(Keeper, XMS_USDC, 3_000 * ONE).unwrap();
    assert_eq!(receipt.amounts, [12_000 * ONE, 3_000 * ONE].map(Uint128::new));
    assert_eq!(receipt.usdm.u128(), 0);
    assert_eq!(mars.solvency().reserve, reserve - receipt.amounts[0]);
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    // The treasury's share of the pool circulates as little as the reserve.
    assert!(mars.epoch().circulating.abs_diff(circulating).u128() <= 10);
    mars.assert_invariants();
}

#[test]
fn t23_a_trade_moves_no_fair_value() {
    let mut mars = with_pools();
    mars.allocate(Keeper, XMS_USDC, 3_750 * ONE).unwrap();
    mars.advance_fresh(1);
    let before = (mars.position(XMS_USDC).fair, mars.solvency().external_low);
    let (usdc, xms) = (mars.asset(Usdc), mars.asset(Xms));
    mars.swap(Attacker, &usdc, 500 * THOUSAND, &[hop(XMS_USDC, &xms)]).unwrap();
    assert_eq!((mars.position(XMS_USDC).fair, mars.solvency().external_low), before);
    mars.advance_fresh(1);
    // A second later the average has moved by a second's worth of a high price, and the fee has stayed in the pool.
    let after = mars.position(XMS_USDC).fair;
    assert!(after[1] >= before.0[1] && after[1].u128() < before.0[1].u128() * 1_003 / 1_000);
}

#[test]
fn the_price_of_the_pool_must_be_the_oracles_before_and_in_the_block() {
    let mut mars = with_pools();
    let (usdc, xms) = (mars.asset(Usdc), mars.asset(Xms));
    let calm = mars.snapshot();
    // In this block: 0.4 % up.
    mars.swap(Attacker, &usdc, 4_000 * ONE, &[hop(XMS_USDC, &xms)]).unwrap();
    let off = |result: Result<_, Refusal>| result.map(drop).unwrap_err().code;
    assert_eq!(off(mars.allocate(Attacker, XMS_USDC, ONE)), RefusalCode::PoolPrice);
    // At the end of the last.
    mars.advance_fresh(1);
    assert_eq!(off(mars.allocate(Attacker, XMS_USDC, ONE)), RefusalCode::PoolPrice);
    mars.restore(&calm);
    mars.swap(Attacker, &usdc, 2_000 * ONE, &[hop(XMS_USDC, &xms)]).unwrap();
    mars.allocate(Attacker, XMS_USDC, ONE).unwrap();
    // A dollar of USDC is worth less than a dollar of USDM.
    mars.restore(&calm);
    mars.move_price(Usdc, "0.996");
    assert_eq!(off(mars.allocate(Attacker, USDM_USDC, ONE)), RefusalCode::PoolPrice);
}

#[test]
fn a_quarter_of_users_usdm_at_most() {
    let mut mars = Mars::builder().params(|params| params.ceiling.floor = (10 * MILLION).into()).build();
    mars.open_pools();
    mars.advance_fresh(1_800);
    mars.register_position(USDM_USDC, PositionKind::Usdm).unwrap();
    // 500,000 are out: 125,000 in slices of 1,250.
    for _ in 0..100 {
        mars.next_epoch();
        let most = mars.epoch().user_owned.u128() / 400;
        mars.poke(Keeper).unwrap();
        mars.allocate(Keeper, USDM_USDC, most.min(1_250 * ONE) - 2).unwrap();
    }
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let refusal = mars.allocate(Keeper, USDM_USDC, 1_240 * ONE).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::PositionCap);
    mars.assert_invariants();
}

#[test]
fn fifteen_per_cent_beside_xms_at_most() {
    let mut mars = with_pools();
    // Nearly all of the money goes, so 15 % of the rest is soon reached.
    spend_down(&mut mars, 20 * THOUSAND);
    mars.allocate(Keeper, XMS_USDC, 3_000 * ONE).unwrap();
    refused(mars.allocate(Keeper, XMS_USDC, 750 * ONE), RefusalCode::PositionCap, 3_750 * ONE, 3_000 * ONE);
}

#[test]
fn the_keeper_is_paid_out_of_surplus_once_an_epoch() {
    let mut mars = with_pools();
    // The fee of a mint is surplus: 60 USDM of a BTC.
    mars.mint(Minter, Btc, 100_000_000).unwrap();
    // 0.02 % of 3,000.
    assert_eq!(mars.allocate(Keeper, USDM_USDC, 3_000 * ONE).unwrap().reward.u128(), 600_000);
    assert_eq!(mars.allocate(Keeper, XMS_USDC, 3_000 * ONE).unwrap().reward.u128(), 0);
    mars.next_epoch();
    assert_eq!(mars.allocate(Keeper, XMS_USDC, 3_000 * ONE).unwrap().reward.u128(), 600_000);
    mars.assert_invariants();
}

#[test]
fn no_xms_leaves_the_reserve_while_anybody_waits() {
    let mut mars = with_pools();
    mars.remove_price(Xms);
    mars.redeem_with(Minter, Redeem::of(20 * ONE).or_queue()).unwrap();
    mars.fix_price(Xms, "0.25");
    refused(mars.allocate(Keeper, XMS_USDC, ONE), RefusalCode::QueueAhead, 20 * ONE, "an empty queue");
    mars.allocate(Keeper, USDM_USDC, ONE).unwrap();
}

#[test]
fn what_stops_a_slice() {
    let mut mars = with_pools();
    let start = mars.snapshot();
    let pause = ExecuteMsg::Pause { switch: SwitchUnchecked::Allocate };
    mars.tell_treasury(Owner, &pause).unwrap();
    refused(mars.allocate(Keeper, USDM_USDC, ONE), RefusalCode::Paused, "allocate", "owner");
    mars.restore(&start);
    let close = ExecuteMsg::UpdatePosition { pool: USDM_USDC, cap: None, exit_only: Some(true) };
    mars.tell_treasury(Owner, &close).unwrap();
    refused(mars.allocate(Keeper, USDM_USDC, ONE), RefusalCode::ExitOnly, USDM_USDC, "exit only");
    mars.restore(&start);
    let cap = ExecuteMsg::UpdatePosition { pool: USDM_USDC, cap: Some(ONE.into()), exit_only: None };
    mars.tell_treasury(Owner, &cap).unwrap();
    mars.allocate(Keeper, USDM_USDC, ONE).unwrap();
    refused(mars.allocate(Keeper, USDM_USDC, 1), RefusalCode::PositionCap, ONE + 1, ONE);
    mars.restore(&start);
    refused(mars.allocate(Keeper, USDM_USDC, 0), RefusalCode::TooSmall, 0, "more");
    let late = ExecuteMsg::Allocate { pool: USDM_USDC, amount: ONE.into(), deadline: mars.now() - 1 };
    assert_eq!(mars.tell_treasury(Keeper, &late).unwrap_err().code, RefusalCode::DeadlinePassed);
    let unknown = ExecuteMsg::Allocate { pool: 9, amount: ONE.into(), deadline: mars.now() };
    assert_eq!(mars.tell_treasury(Keeper, &unknown).unwrap_err().code, RefusalCode::NotFound);
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
    assert_eq!(mars.allocate(Keeper, USDM_USDC, ONE).unwrap_err().code, RefusalCode::Recovery);
}

#[test]
fn removing_burns_all_usdm_and_lowers_the_ledger_pro_rata() {
    let mut mars = with_pools();
    let minted = mars.allocate(Keeper, USDM_USDC, 3_000 * ONE).unwrap();
    let (held, supply) = (mars.held(Usdc), mars.usdm_supply());
    let lp = minted.lp.u128();
    remove(&mut mars, USDM_USDC, lp / 3).unwrap();
    let position = mars.position(USDM_USDC).position;
    assert_eq!(position.lp.u128(), lp - lp / 3);
    // ceil(f × ledger) is taken off.
    let off = (3_000 * ONE * (lp / 3)).div_ceil(lp);
    assert_eq!(position.minted.u128(), 3_000 * ONE - off);
    assert!(mars.usdm_supply() <= supply - 999 * ONE && mars.held(Usdc) >= held + 999 * ONE);
    mars.assert_invariants();
    remove(&mut mars, USDM_USDC, lp - lp / 3).unwrap();
    assert_eq!(mars.position(USDM_USDC).position.minted.u128(), 0);
    assert_eq!(remove(&mut mars, USDM_USDC, 1).unwrap_err().code, RefusalCode::Balance);
    mars.assert_invariants();
}

#[test]
fn a_pool_that_was_pushed_is_not_left_at_a_loss() {
    let mut mars = with_pools();
    mars.allocate(Keeper, XMS_USDC, 3_000 * ONE).unwrap();
    mars.advance_fresh(1);
    let lp = mars.position(XMS_USDC).position.lp.u128();
    let calm = mars.snapshot();
    let (usdc, xms) = (mars.asset(Usdc), mars.asset(Xms));
    // Pushed a third up, both sides together are worth more at the average: the pusher has paid. So it is when pushed down.
    mars.swap(Attacker, &usdc, 300 * THOUSAND, &[hop(XMS_USDC, &xms)]).unwrap();
    remove(&mut mars, XMS_USDC, lp).unwrap();
    mars.restore(&calm);
    // But when the average itself is old, what comes is worth less than the fair value.
    mars.fix_price(Xms, "0.01");
    mars.swap(Attacker, &xms, 20 * MILLION, &[hop(XMS_USDC, &usdc)]).unwrap();
    assert_eq!(remove(&mut mars, XMS_USDC, lp).unwrap_err().code, RefusalCode::MinOut);
}

#[test]
fn recovery_unwinds_before_the_basket_opens() {
    let mut mars = with_pools();
    mars.allocate(Keeper, USDM_USDC, 3_000 * ONE).unwrap();
    mars.allocate(Keeper, XMS_USDC, 3_000 * ONE).unwrap();
    mars.advance_fresh(1);
    let unwind = |pool| ExecuteMsg::Unwind { pool };
    refused(mars.tell_treasury(Keeper, &unwind(USDM_USDC)), RefusalCode::NoRecovery, "none", "a recovery");
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
    let now = mars.now();
    refused(mars.claim_basket(Minter, ONE), RefusalCode::Unwinding, now, now + 86_400);
    assert!(!mars.recovery().claims_open);
    // No price is needed, and anyone may.
    mars.remove_price(Xms);
    let reserve = mars.solvency().reserve;
    mars.tell_treasury(Stranger, &unwind(USDM_USDC)).unwrap();
    mars.tell_treasury(Stranger, &unwind(XMS_USDC)).unwrap();
    assert!(mars.solvency().reserve > reserve);
    assert_eq!(mars.solvency().treasury_owned_now.u128(), 0);
    refused(mars.tell_treasury(Stranger, &unwind(USDM_USDC)), RefusalCode::TooSmall, 0, "more");
    assert!(mars.recovery().claims_open);
    mars.claim_basket(Minter, ONE).unwrap();
    mars.assert_invariants();
}

#[test]
fn the_basket_opens_after_a_day_whatever_is_left() {
    let mut mars = with_pools();
    mars.allocate(Keeper, USDM_USDC, 3_000 * ONE).unwrap();
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
    mars.advance_fresh(86_399);
    assert_eq!(mars.claim_basket(Minter, ONE).unwrap_err().code, RefusalCode::Unwinding);
    mars.advance_fresh(1);
    let before = mars.claim_basket(Minter, ONE).unwrap();
    // It counts once it is back.
    mars.tell_treasury(Keeper, &ExecuteMsg::Unwind { pool: USDM_USDC }).unwrap();
    let after = mars.claim_basket(Minter, ONE).unwrap();
    assert!(after.external_high > before.external_high);
    mars.assert_invariants();
}

#[test]
fn which_pools_may_be_positions() {
    let mut mars = with_pools();
    let (usdm, usdc, busd, btc, xms) =
        (usdm(&mars), mars.asset(Usdc), mars.asset(Busd), mars.asset(Btc), mars.asset(Xms));
    let code = |result: Result<_, Refusal>| result.map(drop).unwrap_err().code;
    let with_xms = mars.create_pool(&[usdm.clone(), xms]);
    let with_btc = mars.create_pool(&[usdm.clone(), btc]);
    let stables = mars.create_stable(100, &[usdc.clone(), busd.clone()]);
    let plain = mars.create_pool(&[usdc, busd]);
    use PositionKind::{Usdm, Xms as BesideXms, Yield};
    for (pool, kind) in [
        (with_xms, Usdm),
        (with_xms, BesideXms),
        (with_btc, Usdm),
        (stables, Usdm),
        (plain, Yield),
        (plain, BesideXms),
    ] {
        assert_eq!(code(mars.register_position(pool, kind)), RefusalCode::InvalidInput, "{pool} {kind:?}");
    }
    mars.register_position(stables, Yield).unwrap();
    assert_eq!(code(mars.register_position(stables, Yield)), RefusalCode::Duplicate);
}

/// The treasury's stablecoins in a pool of stablecoins.
fn with_yield() -> (Mars, u32) {
    let mut mars = with_pools();
    mars.mint(Minter, Busd, 200 * THOUSAND).unwrap();
    let assets = [mars.asset(Usdc), mars.asset(Busd)];
    let pool = mars.create_stable(100, &assets);
    mars.provide(Trader, pool, &[MILLION, MILLION]).unwrap();
    mars.register_position(pool, PositionKind::Yield).unwrap();
    mars.next_epoch();
    (mars, pool)
}

fn deposit(mars: &mut Mars, pool: u32, each: u128) -> Result<(), Refusal> {
    let msg = ExecuteMsg::Deposit {
        pool,
        amounts: vec![each.into(); 2],
        min_lp: Uint128::zero(),
        deadline: mars.now(),
    };
    mars.tell_treasury(Owner, &msg).map(drop)
}

#[test]
fn the_adapter_counts_a_loss_at_once_and_a_profit_when_it_is_out() {
    let (mut mars, pool) = with_yield();
    let external = mars.solvency().external_low.u128();
    deposit(&mut mars, pool, 100 * THOUSAND).unwrap();
    mars.advance_fresh(1);
    let near = |one: u128, other: u128| one.abs_diff(other) <= 10;
    assert!(near(mars.solvency().external_low.u128(), external));
    // Trades leave their fees in the pool: no profit yet.
    let (usdc, busd) = (mars.asset(Usdc), mars.asset(Busd));
    for _ in 0..4 {
        mars.swap(Trader, &usdc, 500 * THOUSAND, &[hop(pool, &busd)]).unwrap();
        mars.swap(Trader, &busd, 500 * THOUSAND, &[hop(pool, &usdc)]).unwrap();
    }
    mars.advance_fresh(1);
    assert!(mars.solvency().external_low.u128() <= external);
    let lp = mars.position(pool).position.lp.u128();
    let kept = mars.snapshot();
    remove(&mut mars, pool, lp).unwrap();
    let profit = mars.solvency().external_low.u128() - external;
    assert!(profit > ONE, "{profit}");
    mars.assert_invariants();
    // BUSD falls: the loss shows before anything is taken out.
    mars.restore(&kept);
    let fallen = mars.snapshot();
    mars.move_price(Busd, "0.9");
    let even = mars.solvency().external_low.u128();
    assert!(even < external - 9 * THOUSAND);
    // And more of it where BUSD has filled the pool.
    mars.restore(&fallen);
    mars.swap(Trader, &busd, 700 * THOUSAND, &[hop(pool, &usdc)]).unwrap();
    mars.advance_fresh(1);
    mars.move_price(Busd, "0.9");
    assert!(mars.solvency().external_low.u128() < even - 5 * THOUSAND);
}

#[test]
fn the_bounds_of_a_deposit() {
    let (mut mars, pool) = with_yield();
    let code = |result: Result<_, Refusal>| result.unwrap_err().code;
    refused(
        deposit(&mut mars, pool, 200 * THOUSAND + 1),
        RefusalCode::Balance,
        200 * THOUSAND + 1,
        200 * THOUSAND,
    );
    let cap = ExecuteMsg::UpdatePosition { pool, cap: Some((20 * ONE).into()), exit_only: None };
    mars.tell_treasury(Owner, &cap).unwrap();
    deposit(&mut mars, pool, 10 * ONE).unwrap();
    refused(deposit(&mut mars, pool, ONE), RefusalCode::PositionCap, 22 * ONE, 20 * ONE);
    assert_eq!(code(deposit(&mut mars, USDM_USDC, ONE)), RefusalCode::InvalidInput);
    assert_eq!(mars.allocate(Keeper, pool, ONE).unwrap_err().code, RefusalCode::Unauthorized);
    let close = ExecuteMsg::UpdatePosition { pool, cap: None, exit_only: Some(true) };
    mars.tell_treasury(Owner, &close).unwrap();
    assert_eq!(code(deposit(&mut mars, pool, 1)), RefusalCode::ExitOnly);
    // Out it goes all the same.
    let lp = mars.position(pool).position.lp.u128();
    remove(&mut mars, pool, lp).unwrap();
}

/// A token need not take an allowance of nothing, and some take none.
#[test]
fn a_deposit_of_one_side_leaves_the_other_token_alone() {
    let mut mars = with_pools();
    let token = mars.deploy_cw20(Owner, "EUSD", 6, 2 * MILLION);
    let dollar = AssetUnchecked::cw20(token.to_string());
    let source = SourceUnchecked::Fixed { price: Decimal::one() };
    mars.tell_oracle(Owner, &oracle::ExecuteMsg::SetSource { asset: dollar.clone(), source }).unwrap();
    let cap = Uint128::new(MILLION);
    let listed = ExecuteMsg::RegisterAsset { asset: dollar, level: Level::Stable, decimals: 6, cap };
    mars.tell_treasury(Owner, &listed).unwrap();
    mars.mint_with(Minter, Mint::of(Asset::Cw20(token.clone()), 200 * THOUSAND)).unwrap();
    let assets = [mars.asset(Usdc), Asset::Cw20(token.clone())];
    let pool = mars.create_stable(100, &assets);
    mars.provide(Trader, pool, &[MILLION, MILLION]).unwrap();
    mars.register_position(pool, PositionKind::Yield).unwrap();
    mars.next_epoch();
    let allowances = |amounts: [u128; 2], mars: &mut Mars| -> usize {
        let amounts = amounts.map(Uint128::new).to_vec();
        let deposit = ExecuteMsg::Deposit { pool, amounts, min_lp: Uint128::zero(), deadline: mars.now() };
        let response = mars.tell_treasury(Owner, &deposit).unwrap();
        let told = response.events.iter().flat_map(|event| &event.attributes);
        told.filter(|told| told.value == "increase_allowance").count()
    };
    assert_eq!(allowances([10 * THOUSAND, 0], &mut mars), 0);
    assert_eq!(allowances([0, 20 * THOUSAND], &mut mars), 1);
    let cost = mars.position(pool).position.cost;
    assert_eq!(cost, [10 * THOUSAND, 20 * THOUSAND].map(Uint128::new));
}

#[test]
fn the_cap_of_an_asset_counts_what_is_placed() {
    let (mut mars, pool) = with_yield();
    deposit(&mut mars, pool, 100 * THOUSAND).unwrap();
    let cap = ExecuteMsg::UpdateAsset {
        asset: mars.unchecked(Busd),
        cap: Some((200 * THOUSAND).into()),
        listed: None,
    };
    mars.tell_treasury(Owner, &cap).unwrap();
    refused(mars.mint(Minter, Busd, 1), RefusalCode::AssetCap, 200 * THOUSAND + 1, 200 * THOUSAND);
}

#[test]
fn nothing_is_spent_below_a_control_ratio_of_two() {
    let mut mars = with_pools();
    let spend = |amount: u128, to: &str| ExecuteMsg::Spend {
        asset: mars_types::AssetUnchecked::native("uusdc"),
        amount: amount.into(),
        recipient: to.into(),
    };
    let to = Stranger.addr().into_string();
    mars.tell_treasury(Owner, &spend(ONE, &to)).unwrap();
    assert_eq!(mars.balance(Stranger, Usdc), ONE);
    // 900 M XMS at $0.0033 are less than twice the 1.5 M of assets.
    mars.fix_price(Xms, "0.0033");
    mars.next_epoch();
    let refusal = mars.tell_treasury(Owner, &spend(ONE, &to)).unwrap_err();
    assert_eq!((refusal.code, refusal.limit.as_str()), (RefusalCode::ControlRatio, "20000"));
    mars.remove_price(Xms);
    mars.next_epoch();
    refused(mars.tell_treasury(Owner, &spend(ONE, &to)), RefusalCode::ControlRatio, "unknown", 20_000);
    mars.fix_price(Xms, "0.25");
    mars.next_epoch();
    assert_eq!(
        mars.tell_treasury(Owner, &spend(2_000 * MILLION, &to)).unwrap_err().code,
        RefusalCode::Balance
    );
    let treasury = mars.treasury.to_string();
    assert_eq!(
        mars.tell_treasury(Owner, &spend(ONE, &treasury)).unwrap_err().code,
        RefusalCode::InvalidInput
    );
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
    assert_eq!(mars.tell_treasury(Owner, &spend(ONE, &to)).unwrap_err().code, RefusalCode::Recovery);
}

#[test]
fn another_dao_may_be_called_but_nothing_that_the_ledgers_speak_of() {
    let mut mars = with_pools();
    let forbidden = [
        mars.usdm.clone(),
        mars.xms.clone(),
        mars.gold.clone(),
        mars.oracle.clone(),
        mars.swap.clone(),
        mars.swap_pool(USDM_USDC).lp_token,
        mars.treasury.clone(),
    ];
    let msg = cosmwasm_std::to_json_binary(&cw20::Cw20ExecuteMsg::Burn { amount: Uint128::one() }).unwrap();
    for contract in forbidden {
        let call = ExecuteMsg::CallDao { contract: contract.to_string(), msg: msg.clone() };
        let refusal = mars.tell_treasury(Owner, &call).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::InvalidInput, "{contract}");
    }
    // The bench's own stand-in for another contract: it takes what it is told.
    let other = mars.deploy_holder(1);
    let msg = cosmwasm_std::Binary::from(br#"{"amount":"7","answers":true}"#.as_slice());
    mars.tell_treasury(Owner, &ExecuteMsg::CallDao { contract: other.to_string(), msg }).unwrap();
}
