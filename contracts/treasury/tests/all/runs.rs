//! Two bad days, start to end: everybody redeems while XMS halves, and a peg that breaks and is held down. Real pools price
//! XMS and USDM.

use mars_testing::Actor::{Attacker, Keeper, Minter, Owner, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Actor, Mars, Redeem, USDM_USDC, XMS_USDC};
use mars_types::oracle::{self, PoolRules, SourceUnchecked};
use mars_types::treasury::{ExecuteMsg, PositionKind, RecoveryCause};
use mars_types::{Asset, RefusalCode};

use super::{MILLION, ONE, THOUSAND};

const HOLDERS: [Actor; 3] = [Minter, Trader, Attacker];
const DAY: u64 = 86_400;

/// XMS/USDC prices XMS, `usdm_pool` prices USDM; both are a day old.
pub fn priced_by_pools(mars: &mut Mars, usdm_pool: u32) {
    mars.advance_fresh(DAY);
    mars.silence(Xms);
    let xms = mars.unchecked(Xms);
    let usdm = Asset::Cw20(mars.usdm.clone()).into();
    for (asset, pool) in [(xms, XMS_USDC), (usdm, usdm_pool)] {
        let swap = mars.swap.to_string();
        let source = SourceUnchecked::Twap { swap, pools: vec![pool], rules: PoolRules::default() };
        mars.tell_oracle(Owner, &oracle::ExecuteMsg::SetSource { asset, source }).unwrap();
    }
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
}

fn spread(mars: &mut Mars, each: u128) {
    for holder in [Trader, Attacker] {
        mars.give_usdm(Minter, holder, each);
    }
}

#[test]
fn thirty_per_cent_is_submitted_within_an_hour_while_xms_halves() {
    let mut mars = Mars::builder()
        .params(|params| {
            params.ceiling.floor = (10 * MILLION).into();
            params.mint_limit.floor = (10 * MILLION).into();
            // So that depth alone binds: the cap is the pool's 2 M.
            params.depth_multiple = 1;
        })
        .build();
    mars.open_pools();
    mars.mint(Minter, Usdc, 1_300 * THOUSAND).unwrap();
    spread(&mut mars, 400 * THOUSAND);
    priced_by_pools(&mut mars, USDM_USDC);
    mars.register_position(XMS_USDC, PositionKind::Xms).unwrap();
    mars.allocate(Keeper, XMS_USDC, 4_000 * ONE).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let (usdc, xms) = (mars.asset(Usdc), mars.asset(Xms));
    let start = mars.solvency();
    let beside = |mars: &Mars| mars.position(XMS_USDC).fair[1].u128();
    let (beside_start, usdm_start) = (beside(&mars), start.user_owned.u128());

    let mut last_id = None;
    let mut follow = |settled: &[mars_types::treasury::Settlement]| {
        for claim in settled {
            assert!(last_id.is_none_or(|last| last <= claim.id), "claims are paid in order of id");
            last_id = Some(claim.id);
        }
    };
    // 30 % in twenty slices of three minutes, and 3.4 M XMS sold.
    for slice in 0..20 {
        mars.swap(Trader, &xms, 170 * THOUSAND, &[hop(XMS_USDC, &usdc)]).unwrap();
        mars.next_epoch();
        let redeem = Redeem::of(usdm_start * 3 / 10 / 20).or_queue();
        follow(&mars.redeem_with(HOLDERS[slice % 3], redeem).unwrap().settled);
        mars.assert_invariants();
    }
    let spot = mars.base_price(XMS_USDC, &[]).spot.low.to_string();
    assert!(spot.starts_with("0.12"), "{spot}");
    // It stays there. Keepers settle; nobody can mint while users own more than the cap.
    let mut refused = 0;
    for _ in 0..40 {
        mars.next_epoch();
        if let Ok(receipt) = mars.settle(Keeper, 30) {
            follow(&receipt.claims);
        }
        let epoch = mars.epoch();
        if epoch.cap_user < epoch.user_owned {
            assert_eq!(mars.mint(Minter, Usdc, ONE).unwrap_err().code, RefusalCode::SupplyCap);
            refused += 1;
        }
        mars.assert_invariants();
    }
    assert!(refused > 20, "{refused}");
    let end = mars.solvency();
    assert!(end.redeemed.u128() > 100 * THOUSAND, "{}", end.redeemed);
    // Assets per USDM have not fallen by more than the treasury's own loss beside XMS.
    let loss = beside_start - beside(&mars);
    let left = end.external_low.full_mul(start.user_owned);
    let right = (start.external_low - cosmwasm_std::Uint128::new(loss)).full_mul(end.user_owned);
    assert!(left >= right, "{end:?}");
    let queue = mars.redemption_queue();
    assert_eq!(
        queue.submitted,
        queue.paid + queue.cancelled + queue.returned + queue.claimed + queue.waiting
    );

    // XMS comes back, and minting with it, with no call of an admin.
    while mars.base_price(XMS_USDC, &[]).spot.low < mars_testing::decimal("0.25") {
        mars.swap(Attacker, &usdc, 50 * THOUSAND, &[hop(XMS_USDC, &xms)]).unwrap();
        mars.advance_fresh(1);
    }
    for _ in 0..485 {
        mars.next_epoch();
        mars.poke(Keeper).unwrap();
    }
    mars.mint(Minter, Usdc, ONE).unwrap();
    mars.assert_invariants();
}

#[test]
fn a_broken_peg_that_is_held_down() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    spread(&mut mars, 100 * THOUSAND);
    let (usdm, usdc) = (Asset::Cw20(mars.usdm.clone()), mars.asset(Usdc));
    let pool = mars.create_pool(&[usdm.clone(), usdc.clone()]);
    mars.provide(Minter, pool, &[150 * THOUSAND, 150 * THOUSAND]).unwrap();
    priced_by_pools(&mut mars, pool);
    mars.register_position(pool, PositionKind::Usdm).unwrap();
    mars.allocate(Keeper, pool, 2_000 * ONE).unwrap();

    // Sold down to 0.80, and held: every 15 minutes somebody pokes.
    mars.swap(Attacker, &usdm, 18_200 * ONE, &[hop(pool, &usdc)]).unwrap();
    mars.next_epoch();
    let spot = mars.base_price(pool, &[]).spot.low;
    assert!(spot < mars_testing::decimal("0.81") && spot > mars_testing::decimal("0.79"), "{spot}");
    let mut closings = 0;
    while mars.recovery().running.is_none() {
        mars.advance_fresh(900);
        mars.poke(Keeper).unwrap();
        closings += 1;
        assert!(closings < 110, "{:?}", mars.recovery());
    }
    assert!(closings >= 96);
    assert_eq!(mars.recovery().running.unwrap().cause, RecoveryCause::Depeg);
    assert_eq!(mars.mint(Minter, Usdc, ONE).unwrap_err().code, RefusalCode::Recovery);

    // The treasury takes its liquidity back, and then every holder gets the same for a USDM, whatever the order.
    assert_eq!(mars.claim_basket(Minter, ONE).unwrap_err().code, RefusalCode::Unwinding);
    mars.tell_treasury(Keeper, &ExecuteMsg::Unwind { pool }).unwrap();
    let orders = [[Minter, Trader, Attacker], [Attacker, Minter, Trader], [Trader, Attacker, Minter]];
    let open = mars.snapshot();
    let mut seen = vec![];
    for order in orders {
        mars.restore(&open);
        for (holder, amount) in order.into_iter().zip([10 * THOUSAND, 40 * THOUSAND, 1_000 * ONE]) {
            let receipt = mars.claim_basket(holder, amount).unwrap();
            let paid = receipt.paid[0].amount.u128();
            // In millionths of a USDC for a million USDM.
            seen.push(paid * MILLION / amount);
        }
        mars.assert_invariants();
    }
    let (least, most) = (seen.iter().min().unwrap(), seen.iter().max().unwrap());
    assert!(most - least <= 1_000 && *most <= MILLION && *least >= MILLION * 99 / 100, "{seen:?}");

    // Who buys below gets the basket for it, until there is nothing to gain: the peg is back.
    mars.restore(&open);
    while mars.base_price(pool, &[]).spot.low < mars_testing::decimal("0.998") {
        let bought = mars.swap(Trader, &usdc, 500 * ONE, &[hop(pool, &usdm)]).unwrap().ask.amount;
        let receipt = mars.claim_basket(Trader, bought.u128()).unwrap();
        assert!(receipt.paid[0].amount.u128() <= bought.u128());
        mars.advance_fresh(1);
    }
    let mut closings = 0;
    while mars.recovery().running.is_some() {
        mars.advance_fresh(900);
        mars.poke(Keeper).unwrap();
        closings += 1;
        assert!(closings < 110, "{:?}", mars.recovery());
    }
    assert!(closings >= 96);
    mars.mint(Minter, Usdc, ONE).unwrap();
    mars.assert_invariants();
}
