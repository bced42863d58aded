//! Redemptions that wait: joining, being paid in order, leaving.

use cosmwasm_std::Uint128;
use mars_testing::Actor::{Attacker, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{decimal, refused, Mars, Redeem, Script};
use mars_types::oracle::Market;
use mars_types::treasury::{ClaimsResponse, ExecuteMsg, QueryMsg, Queue, Settlement, SwitchUnchecked};
use mars_types::{Bps, PriceBand, RefusalCode};

use super::{MILLION, ONE, THOUSAND};

const DAY: u64 = 86_400;

/// 2 M USDM out, budgets of 10 % both an epoch and a day, XMS at $0.40.
fn two_million_out(reserve: u128) -> Mars {
    let mut mars = Mars::builder()
        .xms_price("0.4")
        .reserve(reserve)
        .params(|params| {
            params.ceiling.floor = (10 * MILLION).into();
            params.mint_limit.floor = (10 * MILLION).into();
            params.epoch_budget.of_user_owned = Bps(1_000);
        })
        .build();
    mars.mint(Minter, Usdc, 2 * MILLION).unwrap();
    mars.give_usdm(Minter, Trader, 200 * THOUSAND);
    mars.give_usdm(Minter, Attacker, 200 * THOUSAND);
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars
}

/// The claims wait because XMS has no price for a moment; no time passes.
fn queued(mars: &mut Mars, claims: &[(mars_testing::Actor, u128)]) {
    mars.remove_price(Xms);
    for (who, usdm) in claims {
        let receipt = mars.redeem_with(*who, Redeem::of(*usdm).or_queue()).unwrap();
        assert_eq!((receipt.usdm.u128(), receipt.price, receipt.queued.u128()), (0, None, *usdm));
    }
    mars.fix_price(Xms, "0.4");
}

fn settlement(id: u64, owner: mars_testing::Actor, burned: u128, paid: u128, remaining: u128) -> Settlement {
    let [burned, paid, returned, remaining] = [burned, paid, 0, remaining].map(Uint128::new);
    Settlement { id, owner: owner.addr(), burned, paid, returned, remaining }
}

#[test]
fn t17_a_budget_pays_the_head_and_a_part_of_the_next() {
    let mut mars = two_million_out(5 * MILLION);
    queued(&mut mars, &[(Minter, 150 * THOUSAND), (Trader, 80 * THOUSAND), (Attacker, 10 * THOUSAND)]);
    let receipt = mars.settle(Keeper, 30).unwrap();
    assert_eq!(
        receipt.claims,
        [
            settlement(0, Minter, 150 * THOUSAND, 373_875 * ONE, 0),
            settlement(1, Trader, 50 * THOUSAND, 124_625 * ONE, 30 * THOUSAND),
        ]
    );
    assert_eq!(receipt.reserve.u128(), 4_501_500 * ONE);
    assert_eq!((receipt.epoch_budget.u128(), receipt.waiting.u128()), (0, 40 * THOUSAND));
    assert_eq!(mars.waiting_claim(2).unwrap().usdm.u128(), 10 * THOUSAND);
    mars.assert_invariants();
    // The rest is paid from the same place.
    mars.next_epoch();
    mars.next_epoch();
    mars.next_day();
    let receipt = mars.settle(Keeper, 30).unwrap();
    let ids: Vec<u64> = receipt.claims.iter().map(|settled| settled.id).collect();
    assert_eq!(ids, [1, 2]);
    let expected = Queue {
        head: 3,
        next: 3,
        submitted: (240 * THOUSAND).into(),
        paid: (240 * THOUSAND).into(),
        ..Queue::default()
    };
    assert_eq!(mars.redemption_queue(), expected);
    assert_eq!(mars.solvency().redeemed.u128(), 240 * THOUSAND);
    mars.assert_invariants();
}

#[test]
fn t18_a_reserve_that_ends_pays_a_part() {
    let mut mars = two_million_out(100 * THOUSAND);
    queued(&mut mars, &[(Minter, 150 * THOUSAND), (Trader, 80 * THOUSAND)]);
    let receipt = mars.settle(Keeper, 30).unwrap();
    let a = settlement(0, Minter, 40_120_361_083, 99_999_999_999, 109_879_638_917);
    assert_eq!(receipt.claims, [a]);
    assert_eq!(receipt.reserve.u128(), 1);
    mars.assert_invariants();
    // With one micro-XMS nothing more is paid, and nobody is passed over.
    assert_eq!(mars.settle(Keeper, 30).unwrap().claims, []);
    mars.fund_reserve(Owner, MILLION).unwrap();
    assert_eq!(mars.settle(Keeper, 30).unwrap().claims[0].id, 0);
}

#[test]
fn t19_cancelling_costs_the_redemption_fee_for_seven_days() {
    let mut mars = two_million_out(100 * MILLION);
    queued(&mut mars, &[(Trader, 10 * THOUSAND), (Trader, 10 * THOUSAND)]);
    let receipt = mars.cancel_claim(Trader, 0).unwrap();
    assert_eq!((receipt.returned.u128(), receipt.fee.u128()), (9_970 * ONE, 30 * ONE));
    mars.advance_fresh(7 * DAY - 1);
    let eve = mars.snapshot();
    assert_eq!(mars.cancel_claim(Trader, 1).unwrap().fee.u128(), 30 * ONE);
    mars.restore(&eve);
    mars.advance_fresh(1);
    assert_eq!(mars.waiting_claim(1).unwrap().free_from, mars.now());
    assert_eq!(mars.cancel_claim(Trader, 1).unwrap().returned.u128(), 10 * THOUSAND);
    assert_eq!(mars.redemption_queue().waiting.u128(), 0);
    mars.assert_invariants();
}

#[test]
fn the_fee_of_cancelling_is_rounded_up() {
    let mut mars = two_million_out(100 * MILLION);
    // 0.3 % of 10.000001 is 0.03000000.
    queued(&mut mars, &[(Trader, 10 * ONE + 1)]);
    assert_eq!(mars.cancel_claim(Trader, 0).unwrap().fee.u128(), 30_001);
}

#[test]
fn cancelling_is_free_while_settling_is_paused_or_xms_has_no_price() {
    let mut mars = two_million_out(100 * MILLION);
    queued(&mut mars, &[(Trader, 10 * THOUSAND), (Trader, 10 * THOUSAND)]);
    let start = mars.snapshot();
    mars.tell_treasury(Owner, &ExecuteMsg::Pause { switch: SwitchUnchecked::Settle }).unwrap();
    assert_eq!(mars.cancel_claim(Trader, 0).unwrap().fee.u128(), 0);
    mars.restore(&start);
    mars.remove_price(Xms);
    assert_eq!(mars.cancel_claim(Trader, 0).unwrap().fee.u128(), 0);
    mars.restore(&start);
    // A pause of redemption is not one of settling.
    mars.tell_treasury(Owner, &ExecuteMsg::Pause { switch: SwitchUnchecked::Redeem }).unwrap();
    assert_eq!(mars.cancel_claim(Trader, 0).unwrap().fee.u128(), 30 * ONE);
    mars.settle(Keeper, 5).unwrap();
}

#[test]
fn only_the_owner_cancels_and_only_once() {
    let mut mars = two_million_out(100 * MILLION);
    queued(&mut mars, &[(Trader, 10 * THOUSAND), (Minter, 10 * THOUSAND)]);
    for stranger in [Owner, Minter, Attacker] {
        refused(
            mars.cancel_claim(stranger, 0),
            RefusalCode::Unauthorized,
            stranger.addr(),
            "owner of the claim",
        );
    }
    mars.cancel_claim(Trader, 0).unwrap();
    refused(mars.cancel_claim(Trader, 0), RefusalCode::NotFound, 0, "an entry that exists");
    refused(mars.cancel_claim(Trader, 2), RefusalCode::NotFound, 2, "an entry that exists");
}

#[test]
fn a_claim_belongs_to_the_recipient() {
    let mut mars = two_million_out(100 * MILLION);
    mars.remove_price(Xms);
    mars.redeem_with(Minter, Redeem::of(20 * ONE).recipient(Stranger).or_queue()).unwrap();
    assert_eq!(mars.waiting_claim(0).unwrap().owner, Stranger.addr());
    assert_eq!(mars.cancel_claim(Minter, 0).unwrap_err().code, RefusalCode::Unauthorized);
    mars.cancel_claim(Stranger, 0).unwrap();
    assert_eq!(mars.usdm_of(Stranger), 20 * ONE);
}

#[test]
fn what_the_budget_does_not_cover_waits_or_all_is_refused() {
    let mut mars = two_million_out(100 * MILLION);
    let redeem = Redeem::of(300 * THOUSAND);
    refused(
        mars.redeem_with(Minter, redeem.clone()),
        RefusalCode::EpochBudget,
        300 * THOUSAND,
        200 * THOUSAND,
    );
    let receipt = mars.redeem_with(Minter, redeem.or_queue()).unwrap();
    assert_eq!((receipt.usdm.u128(), receipt.queued.u128()), (200 * THOUSAND, 100 * THOUSAND));
    assert_eq!((receipt.xms.u128(), receipt.claim), (498_500 * ONE, Some(0)));
    mars.assert_invariants();
}

#[test]
fn what_the_reserve_does_not_cover_waits() {
    let mut mars = two_million_out(100 * THOUSAND);
    let receipt = mars.redeem_with(Minter, Redeem::of(150 * THOUSAND).or_queue()).unwrap();
    assert_eq!((receipt.usdm.u128(), receipt.xms.u128()), (40_120_361_083, 99_999_999_999));
    let mut mars = two_million_out(0);
    let receipt = mars.redeem_with(Minter, Redeem::of(150 * THOUSAND).or_queue()).unwrap();
    assert_eq!((receipt.usdm.u128(), receipt.queued.u128()), (0, 150 * THOUSAND));
}

#[test]
fn min_out_binds_the_part_that_is_paid_at_once_pro_rata_and_rounded_up() {
    let mut mars = two_million_out(100 * MILLION);
    let redeem = Redeem::of(300 * THOUSAND).or_queue();
    // 200 of 300 thousand are paid with 498,500 XMS: at 747,750 for the whole exactly enough.
    let enough = 747_750 * ONE;
    refused(
        mars.redeem_with(Minter, redeem.clone().min_out(enough + 1)),
        RefusalCode::MinOut,
        498_500 * ONE,
        498_500 * ONE + 1,
    );
    mars.redeem_with(Minter, redeem.min_out(enough)).unwrap();
    // Of nothing paid nothing is asked.
    mars.redeem_with(Minter, Redeem::of(20 * ONE).or_queue().min_out(u128::MAX)).unwrap();
}

#[test]
fn a_claim_is_ten_usdm_at_least() {
    let mut mars = two_million_out(100 * MILLION);
    mars.remove_price(Xms);
    let least = 10 * ONE;
    refused(
        mars.redeem_with(Minter, Redeem::of(least - 1).or_queue()),
        RefusalCode::ClaimMinimum,
        least - 1,
        least,
    );
    mars.redeem_with(Minter, Redeem::of(least).or_queue()).unwrap();
    mars.cancel_claim(Minter, 0).unwrap();
    // Nor may a smaller rest wait.
    mars.fix_price(Xms, "0.4");
    let rest = mars.redeem_with(Minter, Redeem::of(200 * THOUSAND + 1).or_queue());
    refused(rest, RefusalCode::ClaimMinimum, 1, least);
}

#[test]
fn while_others_wait_the_budget_is_theirs() {
    let mut mars = two_million_out(100 * MILLION);
    queued(&mut mars, &[(Minter, 300 * THOUSAND)]);
    refused(mars.redeem(Trader, 20 * ONE), RefusalCode::QueueAhead, 100 * THOUSAND, "an empty queue");
    let receipt = mars.redeem_with(Trader, Redeem::of(20 * ONE).or_queue()).unwrap();
    // The head is paid first, by this very call.
    assert_eq!(receipt.settled, [settlement(0, Minter, 200 * THOUSAND, 498_500 * ONE, 100 * THOUSAND)]);
    assert_eq!((receipt.usdm.u128(), receipt.claim), (0, Some(1)));
    mars.assert_invariants();
}

#[test]
fn a_redemption_settles_five_before_it_and_is_then_paid() {
    let mut mars = two_million_out(100 * MILLION);
    let claims = [(Minter, 10 * ONE), (Trader, 10 * ONE)].repeat(3);
    queued(&mut mars, &claims);
    let start = mars.snapshot();
    let receipt = mars.redeem_with(Attacker, Redeem::of(20 * ONE).or_queue()).unwrap();
    assert_eq!((receipt.settled.len(), receipt.usdm.u128()), (5, 0));
    mars.restore(&start);
    mars.cancel_claim(Trader, 5).unwrap();
    let receipt = mars.redeem(Attacker, 20 * ONE).unwrap();
    assert_eq!((receipt.settled.len(), receipt.usdm.u128()), (5, 20 * ONE));
    mars.assert_invariants();
}

#[test]
fn a_hole_counts_to_the_limit() {
    let mut mars = two_million_out(100 * MILLION);
    queued(&mut mars, &[(Trader, 10 * ONE), (Trader, 10 * ONE), (Minter, 10 * ONE)]);
    mars.cancel_claim(Trader, 0).unwrap();
    mars.cancel_claim(Trader, 1).unwrap();
    assert_eq!(mars.settle(Keeper, 2).unwrap().claims, []);
    assert_eq!(mars.settle(Keeper, 1).unwrap().claims.len(), 1);
}

#[test]
fn the_limit_of_a_settlement_is_bounded() {
    let mut mars = two_million_out(100 * MILLION);
    for limit in [0, 31, u32::MAX] {
        refused(mars.settle(Keeper, limit), RefusalCode::InvalidInput, limit, "1 to 30");
    }
    assert_eq!(mars.settle(Keeper, 30).unwrap().claims, []);
}

#[test]
fn a_remainder_that_would_be_paid_nothing_goes_back() {
    let mut mars = two_million_out(100 * MILLION);
    queued(&mut mars, &[(Trader, 10 * ONE), (Minter, 50 * ONE)]);
    // At $3,000,000 a claim of 10 USDM is worth 3.3 micro-XMS; at $30,000,000 nothing.
    mars.fix_price(Xms, "30000000");
    let before = mars.usdm_of(Trader);
    let receipt = mars.settle(Keeper, 1).unwrap();
    assert_eq!((receipt.claims[0].returned.u128(), receipt.claims[0].burned.u128()), (10 * ONE, 0));
    assert_eq!(mars.usdm_of(Trader), before + 10 * ONE);
    assert_eq!(mars.redemption_queue().returned.u128(), 10 * ONE);
    mars.assert_invariants();
}

#[test]
fn under_stress_nothing_is_paid_and_all_may_wait() {
    let mut mars = two_million_out(100 * MILLION);
    let calm = Market::of_band(PriceBand::exact(decimal("0.4")));
    let stress = Market { stress: true, ..calm };
    mars.script_market(stress);
    let code = |result: Result<_, mars_types::Refusal>| result.map(drop).unwrap_err().code;
    assert_eq!(code(mars.redeem(Minter, 20 * ONE)), RefusalCode::Stress);
    let receipt = mars.redeem_with(Minter, Redeem::of(20 * ONE).or_queue()).unwrap();
    assert_eq!(receipt.queued.u128(), 20 * ONE);
    refused(mars.settle(Keeper, 1), RefusalCode::Stress, "more than 5 %", "5 %");
    mars.script_market(Script::default());
    assert_eq!(mars.settle(Keeper, 1).unwrap_err().code, RefusalCode::NoPrice);
    mars.script_market(calm);
    assert_eq!(mars.settle(Keeper, 1).unwrap().claims.len(), 1);
}

#[test]
fn settling_has_a_switch_of_its_own() {
    let mut mars = two_million_out(100 * MILLION);
    queued(&mut mars, &[(Trader, 10 * ONE)]);
    mars.tell_treasury(Owner, &ExecuteMsg::Pause { switch: SwitchUnchecked::Settle }).unwrap();
    refused(mars.settle(Keeper, 1), RefusalCode::Paused, "settle", "owner");
    // The head keeps its right, so nobody is paid directly either.
    assert_eq!(mars.redeem(Minter, ONE).unwrap_err().code, RefusalCode::QueueAhead);
    mars.cancel_claim(Trader, 0).unwrap();
    mars.redeem(Minter, ONE).unwrap();
}

#[test]
fn the_reserve_is_locked_while_anybody_waits() {
    let mut mars = two_million_out(100 * MILLION);
    queued(&mut mars, &[(Trader, 10 * ONE)]);
    let withdraw =
        ExecuteMsg::WithdrawReserve { amount: Uint128::one(), recipient: Owner.addr().into_string() };
    refused(mars.tell_treasury(Owner, &withdraw), RefusalCode::ReserveLocked, 10 * ONE, "an empty queue");
    mars.cancel_claim(Trader, 0).unwrap();
    mars.tell_treasury(Owner, &withdraw).unwrap();
}

#[test]
fn waiting_usdm_is_user_owned() {
    let mut mars = two_million_out(100 * MILLION);
    let before = mars.solvency();
    queued(&mut mars, &[(Trader, 100 * THOUSAND)]);
    let after = mars.solvency();
    assert_eq!((after.user_owned, after.coverage), (before.user_owned, before.coverage));
    assert_eq!(after.queue.u128(), 100 * THOUSAND);
}

#[test]
fn lists_are_paginated_and_by_owner() {
    let mut mars = two_million_out(100 * MILLION);
    let claims: Vec<_> =
        (0..25).map(|at| (if at % 2 == 0 { Minter } else { Trader }, (10 + at) * ONE)).collect();
    queued(&mut mars, &claims);
    let ids = |mars: &Mars, owner: Option<mars_testing::Actor>, start_after, limit| -> Vec<u64> {
        let owner = owner.map(|owner| owner.addr().into_string());
        let answer: ClaimsResponse = mars.ask_treasury(&QueryMsg::Claims { owner, start_after, limit });
        answer.claims.into_iter().map(|claim| claim.id).collect()
    };
    assert_eq!(ids(&mars, None, None, None), (0..10).collect::<Vec<_>>());
    assert_eq!(ids(&mars, None, Some(9), Some(30)), (10..25).collect::<Vec<_>>());
    assert_eq!(ids(&mars, Some(Trader), None, Some(3)), [1, 3, 5]);
    assert_eq!(ids(&mars, Some(Trader), Some(5), Some(2)), [7, 9]);
    assert_eq!(ids(&mars, Some(Stranger), None, None), Vec::<u64>::new());
    mars.cancel_claim(Trader, 3).unwrap();
    assert_eq!(ids(&mars, Some(Trader), None, Some(2)), [1, 5]);
}

#[test]
fn a_refused_settlement_or_cancellation_changes_nothing() {
    let mut mars = two_million_out(100 * MILLION);
    queued(&mut mars, &[(Trader, 10 * ONE)]);
    mars.remove_price(Xms);
    mars.next_epoch();
    let result = mars.assert_unchanged(|mars| mars.settle(Keeper, 1));
    assert_eq!(result.unwrap_err().code, RefusalCode::NoPrice);
    let result = mars.assert_unchanged(|mars| mars.cancel_claim(Attacker, 0));
    assert_eq!(result.unwrap_err().code, RefusalCode::Unauthorized);
}
