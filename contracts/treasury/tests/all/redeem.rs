use cosmwasm_std::Uint128;
use mars_testing::Actor::{Attacker, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{decimal, refused, Mars, Redeem};
use mars_types::treasury::{ExecuteMsg, SwitchUnchecked};
use mars_types::{Bps, RefusalCode};

use super::{MILLION, ONE, THOUSAND};

/// 1 M USDM in the minter's hands, an epoch later: budgets of 10,000 and 100,000 USDM.
fn a_million_out(xms_price: &str) -> Mars {
    let mut mars = Mars::builder().xms_price(xms_price).build();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.next_epoch();
    mars
}

#[test]
fn t05_ten_thousand_usdm_at_20_cents() {
    let mut mars = a_million_out("0.2");
    let reserve = 100 * MILLION;
    let receipt = mars.redeem(Minter, 10_000 * ONE).unwrap();
    assert_eq!(receipt.price, Some(decimal("0.2")));
    assert_eq!(receipt.xms.u128(), 49_850_000_000);
    assert_eq!(receipt.fee.u128(), 150_000_000);
    // The fee stays in the reserve.
    assert_eq!(receipt.reserve.u128(), reserve - 49_850_000_000);
    assert_eq!((receipt.epoch_budget.u128(), receipt.day_budget.u128()), (0, 90 * THOUSAND));
    assert_eq!(mars.solvency().redeemed.u128(), 10_000 * ONE);
    mars.assert_invariants();
}

#[test]
fn t05_one_micro_usdm() {
    let mut mars = a_million_out("0.2");
    assert_eq!(mars.redeem(Minter, 1).unwrap().xms.u128(), 4);
    let mut mars = a_million_out("1.5");
    refused(mars.redeem(Minter, 1), RefusalCode::TooSmall, 1, "more");
}

#[test]
fn xms_is_paid_at_the_high_of_the_band() {
    let mut mars = a_million_out("0.25");
    mars.set_band(Xms, ["0.248", "0.25", "0.252"]);
    let receipt = mars.redeem(Minter, 1_000 * ONE).unwrap();
    assert_eq!(receipt.price, Some(decimal("0.252")));
    // 1,000 × 0.997 ÷ 0.252.
    assert_eq!(receipt.xms.u128(), 3_956_349_206);
}

#[test]
fn the_epoch_budget_refills_within_180_seconds() {
    let mut mars = a_million_out("0.25");
    refused(mars.redeem(Minter, 10_000 * ONE + 1), RefusalCode::EpochBudget, 10_000 * ONE + 1, 10_000 * ONE);
    mars.redeem(Minter, 10_000 * ONE).unwrap();
    refused(mars.redeem(Minter, 1_000), RefusalCode::EpochBudget, 1_000, 0);
    mars.advance_fresh(18);
    refused(mars.redeem(Minter, 1_000 * ONE + 1), RefusalCode::EpochBudget, 1_000 * ONE + 1, 1_000 * ONE);
    mars.redeem(Minter, 1_000 * ONE).unwrap();
    // The next closing fixes 1 % of what is left: 989,000.
    mars.next_epoch();
    refused(mars.redeem(Minter, 9_890 * ONE + 1), RefusalCode::EpochBudget, 9_890 * ONE + 1, 9_000 * ONE);
    mars.next_epoch();
    refused(mars.redeem(Minter, 9_890 * ONE + 1), RefusalCode::EpochBudget, 9_890 * ONE + 1, 9_890 * ONE);
    mars.redeem(Minter, 9_890 * ONE).unwrap();
}

#[test]
fn the_day_budget_ends_before_the_epochs_do() {
    let mut mars = Mars::builder().params(|params| params.epoch_budget.of_user_owned = Bps(1_000)).build();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.next_epoch();
    mars.redeem(Minter, 100 * THOUSAND).unwrap();
    mars.next_epoch();
    // The epoch has 90,000 again, the day what came back in 180 s: 100,000 × 180 ÷ 86,400.
    let left = 208_333_333;
    refused(mars.redeem(Minter, 90 * THOUSAND), RefusalCode::DayBudget, 90 * THOUSAND, left);
    mars.redeem(Minter, left).unwrap();
    mars.assert_invariants();
}

#[test]
fn there_is_no_budget_before_the_first_closing_with_usdm() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 100 * ONE).unwrap();
    refused(mars.redeem(Minter, ONE), RefusalCode::EpochBudget, ONE, 0);
    mars.next_epoch();
    mars.redeem(Minter, ONE).unwrap();
    refused(mars.redeem(Minter, 1_000), RefusalCode::EpochBudget, 1_000, 0);
}

#[test]
fn a_dust_mint_takes_the_full_start_of_the_budgets_away() {
    let mut mars = Mars::deploy();
    mars.mint(Attacker, Usdc, 1_000).unwrap();
    mars.next_epoch();
    mars.poke(Attacker).unwrap();
    mars.mint(Minter, Usdc, 864 * THOUSAND).unwrap();
    mars.next_epoch();
    let (day, left) = (mars.epoch().day_budget.capacity.u128(), mars.epoch().day_budget.level.u128());
    assert_eq!((day, left), (86_400 * ONE + 100, 100));
    mars.poke(Attacker).unwrap();
    // One dollar a second; the epoch alone would allow 8,640.
    mars.next_epoch();
    refused(mars.redeem(Minter, 181 * ONE), RefusalCode::DayBudget, 181 * ONE, 180 * ONE + 100);
    mars.redeem(Minter, 180 * ONE).unwrap();
}

#[test]
fn new_usdm_widens_a_budget_only_by_faster_refill() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 100 * THOUSAND).unwrap();
    mars.next_epoch();
    mars.redeem(Minter, 1_000 * ONE).unwrap();
    mars.mint(Minter, Usdc, 801 * THOUSAND).unwrap();
    mars.next_epoch();
    // U is 900,000: capacity 9,000. The old one refilled whole, to its own 1,000.
    let budget = mars.epoch().epoch_budget;
    assert_eq!((budget.capacity.u128(), budget.level.u128()), (9_000 * ONE, 1_000 * ONE));
}

#[test]
fn a_reserve_that_is_short_refuses_the_whole() {
    let mut mars = Mars::builder().reserve(3_988 * ONE).build();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.next_epoch();
    // 1,000.000001 × 0.997 ÷ 0.25 is 3,988.000003.
    refused(mars.redeem(Minter, 1_000 * ONE + 1), RefusalCode::ReserveShort, 3_988 * ONE + 3, 3_988 * ONE);
    mars.redeem(Minter, 1_000 * ONE).unwrap();
    assert_eq!(mars.solvency().reserve.u128(), 0);
    assert_eq!(mars.redeem(Minter, ONE).unwrap_err().code, RefusalCode::ReserveShort);
    mars.fund_reserve(Trader, 4 * ONE).unwrap();
    mars.redeem(Minter, ONE).unwrap();
    mars.assert_invariants();
}

#[test]
fn anyone_may_fund_the_reserve_and_nobody_gets_a_claim() {
    let mut mars = Mars::builder().reserve(0).build();
    mars.fund_reserve(Attacker, 5 * ONE).unwrap();
    assert_eq!(mars.solvency().reserve.u128(), 5 * ONE);
    assert_eq!(mars.usdm_supply(), 0);
    mars.assert_invariants();
}

#[test]
fn without_a_price_nothing_is_redeemed() {
    let mut mars = a_million_out("0.25");
    mars.redeem(Minter, ONE).unwrap();
    mars.silence(Xms);
    mars.advance_fresh(121);
    let refusal = mars.redeem(Minter, ONE).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NoPrice);
    assert!(refusal.message.contains(mars.xms.as_str()), "{refusal}");
}

#[test]
fn a_redemption_never_fails_because_xms_is_nearly_worthless() {
    let mut mars = a_million_out("0.25");
    mars.fix_price(Xms, "0.000000000001");
    // A micro-USDM buys a million XMS now; the reserve has a hundred million.
    let receipt = mars.redeem(Minter, 10).unwrap();
    assert_eq!(receipt.xms.u128(), 9_970_000_000_000);
    let refusal = mars.redeem(Minter, ONE).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::ReserveShort);
    mars.assert_invariants();
}

#[test]
fn min_out_and_deadline_bind() {
    let mut mars = a_million_out("0.25");
    let out = 3_988 * ONE;
    let redeem = Redeem::of(1_000 * ONE);
    refused(mars.redeem_with(Minter, redeem.clone().min_out(out + 1)), RefusalCode::MinOut, out, out + 1);
    let now = mars.now();
    refused(
        mars.redeem_with(Minter, redeem.clone().deadline(now - 1)),
        RefusalCode::DeadlinePassed,
        now,
        now - 1,
    );
    mars.redeem_with(Minter, redeem.min_out(out).deadline(now)).unwrap();
}

#[test]
fn a_redemption_may_be_paid_to_another_account_but_not_to_the_treasury() {
    let mut mars = a_million_out("0.25");
    mars.redeem_with(Minter, Redeem::of(ONE).recipient(Stranger)).unwrap();
    assert_eq!(mars.xms_of(Stranger), 3_988_000);
    let treasury = mars.treasury.clone();
    let message = mars.redeem_message(&Redeem::of(ONE).recipient(treasury));
    let refusal = mars.transact(Minter, vec![message]).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::InvalidInput);
}

#[test]
fn the_first_failing_check_gives_the_code() {
    let mut mars = Mars::builder().reserve(ONE).build();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let switch = SwitchUnchecked::Redeem;
    mars.tell_treasury(Owner, &ExecuteMsg::Pause { switch: switch.clone() }).unwrap();
    mars.remove_price(Xms);
    let now = mars.now();
    let redeem = Redeem::of(200 * THOUSAND).min_out(u128::MAX);
    let overdue = redeem.clone().deadline(now - 1);
    refused(mars.redeem_with(Minter, overdue.clone()), RefusalCode::Paused, "redeem", "owner");
    mars.tell_treasury(Owner, &ExecuteMsg::Unpause { switch }).unwrap();
    refused(mars.redeem_with(Minter, overdue), RefusalCode::DeadlinePassed, now, now - 1);
    let refusal = mars.redeem_with(Minter, redeem.clone()).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NoPrice);
    mars.fix_price(Xms, "0.25");
    refused(
        mars.redeem_with(Minter, redeem.clone()),
        RefusalCode::EpochBudget,
        200 * THOUSAND,
        10 * THOUSAND,
    );
    mars.update_params(|params| params.epoch_budget.of_user_owned = Bps(1_000)).unwrap();
    mars.next_epoch();
    mars.next_epoch();
    let less = Redeem { usdm: Uint128::new(100 * THOUSAND), ..redeem };
    let refusal = mars.redeem_with(Minter, less.clone()).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::ReserveShort);
    mars.fund_reserve(Owner, 100 * MILLION).unwrap();
    refused(mars.redeem_with(Minter, less.clone()), RefusalCode::MinOut, 398_800 * ONE, u128::MAX);
    mars.redeem_with(Minter, less.min_out(398_800 * ONE)).unwrap();
}

#[test]
fn a_refused_redemption_leaves_no_trace() {
    let mut mars = a_million_out("0.25");
    mars.next_epoch();
    let result = mars.assert_unchanged(|mars| mars.redeem(Minter, 500 * THOUSAND));
    assert_eq!(result.unwrap_err().code, RefusalCode::EpochBudget);
    assert_eq!(mars.usdm_of(Minter), MILLION);
}

#[test]
fn the_owner_withdraws_only_what_half_of_the_usdm_does_not_need() {
    let mut mars = a_million_out("0.25");
    let withdraw = |amount: u128| ExecuteMsg::WithdrawReserve {
        amount: Uint128::new(amount),
        recipient: Stranger.addr().into_string(),
    };
    // 500,000 USD are 2 M XMS at 0.25: 98 M of the 100 M are free.
    refused(
        mars.tell_treasury(Owner, &withdraw(98 * MILLION + 4)),
        RefusalCode::ReserveLocked,
        500 * THOUSAND - 1,
        500 * THOUSAND,
    );
    refused(
        mars.tell_treasury(Owner, &withdraw(100 * MILLION + 1)),
        RefusalCode::ReserveShort,
        100 * MILLION + 1,
        100 * MILLION,
    );
    refused(mars.tell_treasury(Owner, &withdraw(0)), RefusalCode::TooSmall, 0, "more");
    // To the treasury itself it would leave the ledger for nobody.
    let treasury = mars.treasury.to_string();
    let to_itself = ExecuteMsg::WithdrawReserve { amount: Uint128::one(), recipient: treasury.clone() };
    refused(
        mars.tell_treasury(Owner, &to_itself),
        RefusalCode::InvalidInput,
        treasury,
        "anyone but the treasury",
    );
    mars.tell_treasury(Owner, &withdraw(98 * MILLION)).unwrap();
    assert_eq!(mars.xms_of(Stranger), 98 * MILLION);
    assert_eq!(mars.solvency().reserve.u128(), 2 * MILLION);
    mars.assert_invariants();
    // Valued at low, and not at all without a price.
    mars.fund_reserve(Owner, MILLION).unwrap();
    mars.set_band(Xms, ["0.245", "0.25", "0.255"]);
    refused(
        mars.tell_treasury(Owner, &withdraw(MILLION)),
        RefusalCode::ReserveLocked,
        490 * THOUSAND,
        500 * THOUSAND,
    );
    mars.remove_price(Xms);
    assert_eq!(mars.tell_treasury(Owner, &withdraw(1)).unwrap_err().code, RefusalCode::NoPrice);
}

#[test]
fn without_usdm_the_whole_reserve_is_free_even_without_a_price() {
    let mut mars = Mars::deploy();
    mars.remove_price(Xms);
    let msg = ExecuteMsg::WithdrawReserve {
        amount: Uint128::new(100 * MILLION),
        recipient: Owner.addr().into_string(),
    };
    mars.tell_treasury(Owner, &msg).unwrap();
    assert_eq!(mars.solvency().reserve.u128(), 0);
}

#[test]
fn half_of_an_odd_supply_is_rounded_up() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 3).unwrap();
    let withdraw = |left: u128| ExecuteMsg::WithdrawReserve {
        amount: Uint128::new(100 * MILLION - left),
        recipient: Owner.addr().into_string(),
    };
    // Four micro-XMS are one micro-dollar, and half of three is two.
    refused(mars.tell_treasury(Owner, &withdraw(7)), RefusalCode::ReserveLocked, 1, 2);
    mars.tell_treasury(Owner, &withdraw(8)).unwrap();
}
