//! Mintage control: what a closing fixes, and when.

use cosmwasm_std::Uint128;
use cw20::Cw20ExecuteMsg;
use mars_testing::Actor::{Attacker, Keeper, Minter, Owner};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{attribute, decimal, event, message, refused, Mars};
use mars_types::treasury::{CapTerm, ExecuteMsg};
use mars_types::{Bps, RefusalCode};

use super::grown::ceiling_of_100_million;
use super::{MILLION, ONE, THOUSAND};

#[test]
fn the_first_touch_of_an_epoch_closes_the_one_before() {
    let mut mars = Mars::deploy();
    let response = mars.poke(Keeper).unwrap();
    let closed = event(&response, "mars_epoch");
    assert_eq!(attribute(closed, "epoch"), mars.epoch_now().to_string());
    assert_eq!(attribute(closed, "circulating"), (900 * MILLION).to_string());
    assert_eq!(attribute(closed, "raw"), (90 * MILLION).to_string());
    assert_eq!(attribute(closed, "ceiling"), (1_020 * THOUSAND).to_string());
    assert_eq!(attribute(closed, "cap_user"), (1_020 * THOUSAND).to_string());
    assert_eq!(attribute(closed, "user_owned"), "0");

    // The second touch of the same epoch changes nothing.
    mars.advance(179);
    let before = mars.epoch();
    let response = mars.poke(Keeper).unwrap();
    assert!(response.events.iter().all(|event| event.ty != "wasm-mars_epoch"));
    assert_eq!(mars.epoch(), before);
    assert_eq!(mars.now() - before.closed_at, 179);
}

#[test]
fn an_epoch_is_180_seconds_of_block_time() {
    let mut mars = Mars::deploy();
    mars.poke(Keeper).unwrap();
    mars.advance_fresh(179);
    assert_eq!(mars.epoch().ceiling.u128(), 1_020 * THOUSAND);
    mars.advance_fresh(1);
    assert_eq!(mars.epoch().ceiling.u128(), 1_040_400 * ONE);
    assert_eq!(mars.epoch().closed_at, mars.now());
}

#[test]
fn a_mint_and_a_redemption_are_touches_too() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 100 * THOUSAND).unwrap();
    mars.next_epoch();
    mars.redeem(Minter, 10 * ONE).unwrap();
    let closed_at = mars.now();
    mars.advance_fresh(60);
    assert_eq!(mars.epoch().closed_at, closed_at);
    // Funding the reserve is none.
    mars.next_epoch();
    mars.fund_reserve(Owner, ONE).unwrap();
    mars.advance_fresh(60);
    assert_eq!(mars.epoch().closed_at, mars.now());
}

#[test]
fn t09_the_price_term() {
    let mut mars = Mars::builder().reserve(0).xms_price("0.25").build();
    let epoch = mars.epoch();
    assert_eq!(epoch.circulating.u128(), 1_000 * MILLION);
    assert_eq!(epoch.xms_price, Some(decimal("0.25")));
    assert_eq!(epoch.price_term.unwrap().u128(), 100 * MILLION);
    assert_eq!(epoch.raw.unwrap().u128(), 100 * MILLION);
    assert_eq!(epoch.depth, None);
    mars.move_price(Xms, "0.275");
    assert_eq!(mars.epoch().raw.unwrap().u128(), 110 * MILLION);
}

#[test]
fn t09_room_is_what_user_owned_usdm_leaves() {
    let mut mars = ceiling_of_100_million();
    mars.mint(Minter, Usdc, 45 * MILLION).unwrap();
    let epoch = mars.epoch();
    assert_eq!(epoch.cap_user.u128(), 100 * MILLION);
    assert_eq!(epoch.room.u128(), 55 * MILLION);
    assert_eq!(epoch.binding, CapTerm::Price);
    mars.assert_invariants();
}

#[test]
fn t10_the_price_term_of_a_smaller_circulation() {
    let mut mars = Mars::builder().reserve(0).xms_price("0.5").build();
    let holder = mars.deploy_holder(700 * MILLION);
    let add = vec![holder.into_string()];
    mars.tell_treasury(Owner, &ExecuteMsg::UpdateNonCirculating { add, remove: vec![] }).unwrap();
    let epoch = mars.epoch();
    assert_eq!(epoch.circulating.u128(), 300 * MILLION);
    assert_eq!(epoch.price_term.unwrap().u128(), 60 * MILLION);
    // Without a pool, depth binds nothing (R80).
    assert_eq!(epoch.raw.unwrap().u128(), 60 * MILLION);
}

#[test]
fn t11_the_ceiling_rises_two_percent_an_epoch() {
    let mut mars = Mars::builder().reserve(0).xms_price("0.15").build();
    assert_eq!(mars.epoch().raw.unwrap().u128(), 60 * MILLION);
    for ceiling in [1_020_000, 1_040_400, 1_061_208] {
        mars.poke(Keeper).unwrap();
        let epoch = mars.epoch();
        assert_eq!(epoch.ceiling.u128(), ceiling * ONE);
        assert_eq!(epoch.cap_user.u128(), ceiling * ONE);
        assert_eq!(epoch.binding, CapTerm::Ceiling);
        mars.next_epoch();
    }
}

#[test]
fn t12_a_dip_costs_one_epoch() {
    let mut mars = ceiling_of_100_million();
    for (price, ceiling, cap) in [
        ("0.125", 98 * MILLION, 50 * MILLION),
        ("0.25", 99_960 * THOUSAND, 99_960 * THOUSAND),
        ("0.25", 100 * MILLION, 100 * MILLION),
    ] {
        mars.fix_price(Xms, price);
        mars.next_epoch();
        mars.poke(Keeper).unwrap();
        let epoch = mars.epoch();
        assert_eq!((epoch.ceiling.u128(), epoch.cap_user.u128()), (ceiling, cap));
    }
}

#[test]
fn t13_growth_counts_epochs_and_stops_at_the_day() {
    let mut mars = ceiling_of_100_million();
    mars.fix_price(Xms, "0.5");
    assert_eq!(mars.now() % 86_400, 86_400 - 180);
    let evening = mars.snapshot();
    for (epochs, millions) in [(1, 102), (5, 110), (12, 124), (400, 124)] {
        mars.restore(&evening);
        mars.advance_fresh(epochs * 180);
        mars.poke(Keeper).unwrap();
        let epoch = mars.epoch();
        assert_eq!(epoch.raw.unwrap().u128(), 200 * MILLION);
        assert_eq!(epoch.ceiling.u128(), millions * MILLION, "{epochs} epochs");
    }
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    assert_eq!(mars.epoch().ceiling.u128(), 125 * MILLION);
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    assert_eq!(mars.epoch().ceiling.u128(), 125 * MILLION);
    // A new day, a new base.
    mars.next_day();
    mars.poke(Keeper).unwrap();
    assert_eq!(mars.epoch().ceiling.u128(), 155 * MILLION);
}

#[test]
fn t14_nothing_circulating_is_a_cap_of_nothing() {
    let mut mars = Mars::builder().reserve(0).build();
    let holder = mars.deploy_holder(1_000 * MILLION);
    let add = vec![holder.to_string()];
    mars.tell_treasury(Owner, &ExecuteMsg::UpdateNonCirculating { add, remove: vec![] }).unwrap();
    mars.poke(Keeper).unwrap();
    let epoch = mars.epoch();
    assert_eq!((epoch.cap_user.u128(), epoch.ceiling.u128()), (0, MILLION));
    refused(mars.mint(Minter, Usdc, ONE), RefusalCode::SupplyCap, ONE, 0);
    // 20 M XMS at $0.25 carry 2 M.
    mars.set_holder(&holder, Some(980 * MILLION));
    mars.next_epoch();
    let epoch = mars.epoch();
    assert_eq!(epoch.raw.unwrap().u128(), 2 * MILLION);
    assert_eq!((epoch.cap_user.u128(), epoch.ceiling.u128()), (1_020 * THOUSAND, 1_020 * THOUSAND));
}

#[test]
fn t15_the_budgets_of_forty_million() {
    let mut mars = ceiling_of_100_million();
    mars.mint(Minter, Usdc, 40 * MILLION).unwrap();
    assert_eq!(mars.epoch().epoch_budget.capacity.u128(), 0);
    mars.next_epoch();
    let epoch = mars.epoch();
    assert_eq!(epoch.epoch_budget.capacity.u128(), 400 * THOUSAND);
    assert_eq!(epoch.epoch_budget.level.u128(), 400 * THOUSAND);
    assert_eq!(epoch.day_budget.capacity.u128(), 4 * MILLION);
    assert_eq!(epoch.day_budget.level.u128(), 4 * MILLION);
}

#[test]
fn t16_a_budget_of_a_day_refills_by_the_second() {
    let mut mars = Mars::builder()
        .params(|params| {
            params.ceiling.floor = Uint128::new(10 * MILLION);
            params.mint_limit =
                mars_types::treasury::MintLimit { rate: Bps(0), floor: Uint128::new(10 * MILLION) };
            params.epoch_budget.of_user_owned = Bps(1_000);
        })
        .build();
    mars.mint(Minter, Usdc, 10 * MILLION).unwrap();
    mars.next_epoch();
    mars.redeem(Minter, MILLION).unwrap();
    assert_eq!(mars.epoch().day_budget.level.u128(), 0);
    // U is 9 M now; the capacity stays as the closing fixed it.
    assert_eq!(mars.epoch().day_budget.capacity.u128(), MILLION);
    let emptied = mars.snapshot();
    for (seconds, level) in [(180, 2_083_333_333), (3_600, 41_666_666_666)] {
        mars.restore(&emptied);
        mars.advance_fresh(seconds);
        assert_eq!(mars.epoch().day_budget.level.u128(), level);
        assert_eq!(mars.epoch().day_budget.capacity.u128(), 900 * THOUSAND);
        mars.poke(Keeper).unwrap();
        assert_eq!(mars.epoch().day_budget.level.u128(), level);
    }
}

#[test]
fn without_a_price_the_cap_stays_and_minting_stops() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 100 * THOUSAND).unwrap();
    let before = mars.epoch();
    mars.silence(Xms);
    // The limits of this epoch are fixed: a price that goes stale within it stops nothing.
    mars.advance_fresh(170);
    mars.mint(Minter, Usdc, ONE).unwrap();
    mars.next_epoch();
    let refusal = mars.mint(Minter, Usdc, ONE).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NoPrice);
    assert!(refusal.message.contains(mars.xms.as_str()), "{refusal}");
    mars.poke(Keeper).unwrap();
    let epoch = mars.epoch();
    assert_eq!(epoch.binding, CapTerm::NoPrice);
    assert_eq!((epoch.xms_price, epoch.price_term, epoch.raw), (None, None, None));
    assert_eq!((epoch.ceiling, epoch.cap_user), (before.ceiling, before.cap_user));
    assert_eq!(mars.mint(Minter, Usdc, ONE).unwrap_err().code, RefusalCode::NoPrice);
    // A price that comes back within the epoch waits for the next closing.
    mars.restore_feeders(Xms, "0.25");
    assert_eq!(mars.mint(Minter, Usdc, ONE).unwrap_err().code, RefusalCode::NoPrice);
    mars.next_epoch();
    mars.mint(Minter, Usdc, ONE).unwrap();
}

#[test]
fn a_first_closing_without_a_price_is_a_cap_of_nothing() {
    let mut mars = Mars::deploy();
    mars.remove_price(Xms);
    mars.poke(Keeper).unwrap();
    let epoch = mars.epoch();
    assert_eq!((epoch.cap_user.u128(), epoch.ceiling.u128()), (0, MILLION));
    assert_eq!(mars.mint(Minter, Usdc, ONE).unwrap_err().code, RefusalCode::NoPrice);
}

#[test]
fn skipped_epochs_are_one_closing() {
    let mut mars = Mars::deploy();
    mars.poke(Keeper).unwrap();
    mars.advance_fresh(3 * 180);
    mars.poke(Keeper).unwrap();
    // 2 % × 3 of 1,020,000 at once, not three times two percent.
    assert_eq!(mars.epoch().ceiling.u128(), 1_081_200 * ONE);
}

#[test]
fn the_ceiling_never_passes_what_a_day_allows() {
    let mut mars = Mars::deploy();
    for _ in 0..40 {
        mars.poke(Keeper).unwrap();
        mars.next_epoch();
    }
    assert_eq!(mars.epoch().ceiling.u128(), 1_250 * THOUSAND);
    mars.next_day();
    mars.poke(Keeper).unwrap();
    assert_eq!(mars.epoch().ceiling.u128(), 1_550 * THOUSAND);
}

#[test]
fn when_raw_falls_it_binds_at_once_and_nobody_is_forced() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 900 * THOUSAND).unwrap();
    // 900 M XMS at $0.001 carry 360,000.
    mars.fix_price(Xms, "0.001");
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let epoch = mars.epoch();
    assert_eq!(epoch.cap_user.u128(), 360 * THOUSAND);
    assert_eq!(epoch.user_owned.u128(), 900 * THOUSAND);
    assert_eq!((epoch.room.u128(), epoch.binding), (0, CapTerm::Price));
    refused(mars.mint(Minter, Usdc, 1), RefusalCode::SupplyCap, 900 * THOUSAND + 1, 360 * THOUSAND);
    assert_eq!(mars.usdm_of(Minter), 900 * THOUSAND);
    mars.assert_invariants();
}

#[test]
fn burned_usdm_makes_room_at_once_and_burned_xms_at_the_next_closing() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    let room = mars.epoch().room.u128();
    let burn = |amount: u128| Cw20ExecuteMsg::Burn { amount: Uint128::new(amount) };
    let usdm = mars.usdm.clone();
    mars.transact(Minter, vec![message(&usdm, &burn(200 * THOUSAND), vec![])]).unwrap();
    assert_eq!(mars.epoch().room.u128(), room + 200 * THOUSAND);
    let xms = mars.xms.clone();
    mars.transact(Attacker, vec![message(&xms, &burn(50 * MILLION), vec![])]).unwrap();
    assert_eq!(mars.epoch().circulating.u128(), 900 * MILLION);
    mars.next_epoch();
    assert_eq!(mars.epoch().circulating.u128(), 850 * MILLION);
    mars.assert_invariants();
}

#[test]
fn the_mint_limit_follows_the_cap() {
    let mut mars = ceiling_of_100_million();
    mars.update_params(|params| params.mint_limit.rate = Bps(500)).unwrap();
    // 5 % of 100 M; the smaller capacity cuts the level at once.
    let limit = mars.epoch().mint_limit;
    assert_eq!((limit.capacity.u128(), limit.level.u128()), (5 * MILLION, 5 * MILLION));
    refused(mars.mint(Minter, Usdc, 5 * MILLION + 1), RefusalCode::MintLimit, 5 * MILLION + 1, 5 * MILLION);
    mars.mint(Minter, Usdc, 5 * MILLION).unwrap();
}
