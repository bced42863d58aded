//! Attack: a pool of a token that does not keep to the rules of cw20, which anyone may open. What it does is refused, or hurts nobody
//! outside of that pool.

use cosmwasm_std::{Addr, CosmosMsg, Uint128};
use cw20::Cw20ExecuteMsg;
use mars_testing::Actor::{self, Attacker, Keeper, Owner, Trader};
use mars_testing::Token::{Busd, Usdc, Xms};
use mars_testing::{Mars, Quirk, Trade, USDM_USDC, XMS_USDC, hop, message};
use mars_types::swap::{Cw20HookMsg, ExecuteMsg, NewPool, SwapReceipt};
use mars_types::{Asset, Bps, Refusal, RefusalCode, Simulation, collector};

use super::{MILLION, ONE, broken};

/// The odd token with USDC, and with BUSD.
const ODD_USDC: u32 = 3;
const ODD_BUSD: u32 = 4;

/// Both pools with a million on each side, by the trader, and fees owed in each asset. The token is still good.
fn open() -> (Mars, Addr, Asset) {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let odd = mars.deploy_odd(6, 100 * MILLION);
    let asset = Asset::Cw20(odd.clone());
    for (pool, other) in [(ODD_USDC, Usdc), (ODD_BUSD, Busd)] {
        let other = mars.asset(other);
        assert_eq!(mars.create_pool(&[asset.clone(), other.clone()]), pool);
        mars.provide(Trader, pool, &[MILLION, MILLION]).unwrap();
        mars.swap(Trader, &asset, 1_000 * ONE, &[hop(pool, &other)]).unwrap();
        mars.swap(Trader, &other, 1_000 * ONE, &[hop(pool, &asset)]).unwrap();
    }
    mars.advance_fresh(60);
    (mars, odd, asset)
}

fn simulated(mars: &Mars, trade: &Trade) -> SwapReceipt {
    mars.ask_swap::<Simulation<SwapReceipt>>(&mars.simulation(trade)).receipt.unwrap()
}

/// All messages or none, and that none.
fn sticks(mars: &mut Mars, who: Actor, messages: Vec<CosmosMsg>) {
    let refusal = mars.assert_unchanged(|mars| mars.transact(who, messages)).unwrap_err();
    assert_eq!((refusal.code, refusal.message.as_str()), (RefusalCode::Chain, "the odd token sticks"));
}

#[test]
fn a_token_that_does_not_move_keeps_nothing_else_in() {
    let (mut mars, odd, asset) = open();
    mars.set_quirk(&odd, &Quirk::Sticks);
    let (usdc, busd, xms) = (mars.asset(Usdc), mars.asset(Busd), mars.asset(Xms));
    for (offer, ask) in [(&usdc, &asset), (&asset, &usdc)] {
        let trade = Trade::of(offer.clone(), ONE, vec![hop(ODD_USDC, ask)]);
        let swap = mars.swap_message(&trade);
        sticks(&mut mars, Trader, vec![swap]);
    }
    let messages = mars.provide_messages(ODD_USDC, &[ONE, ONE], 0, mars.now());
    sticks(&mut mars, Trader, messages);
    let lp_token = mars.swap_pool(ODD_USDC).lp_token;
    let lp = mars.lp_of(Trader, ODD_USDC) / 2;
    let both = Cw20HookMsg::Withdraw {
        pool: ODD_USDC,
        min_outs: vec![Uint128::zero(); 2],
        deadline: mars.now(),
        recipient: None,
    };
    let send = mars.send_to_swap(&lp_token, lp, &both);
    sticks(&mut mars, Trader, vec![send]);
    // Who leaves with half takes the other asset: half of it, and for the other side half of the rest less 0.3 %.
    let out = mars.withdraw_one(Trader, ODD_USDC, lp, &usdc).unwrap().amounts;
    assert_eq!((out[0].u128(), out[1].u128() / ONE), (0, 749_252));
    // On the way from one asset to another it need not move.
    let route = vec![hop(ODD_USDC, &asset), hop(ODD_BUSD, &busd)];
    mars.swap(Trader, &usdc, ONE, &route).unwrap();
    mars.swap(Trader, &usdc, ONE, &[hop(XMS_USDC, &xms)]).unwrap();
    // Fees of other pools are collected without it.
    let collect = |pools: Vec<u32>| ExecuteMsg::CollectFees { pools };
    let messages = vec![message(&mars.swap, &collect(vec![XMS_USDC, ODD_USDC]), vec![])];
    sticks(&mut mars, Keeper, messages);
    mars.tell_swap(Keeper, &collect(vec![XMS_USDC, USDM_USDC])).unwrap();
    mars.assert_invariants();
    // And its own, once it moves.
    mars.set_quirk(&odd, &Quirk::None);
    mars.tell_swap(Keeper, &collect(vec![ODD_USDC, ODD_BUSD])).unwrap();
    assert_eq!(mars.swap_pool(ODD_USDC).fees_owed, [Uint128::zero(); 2]);
    mars.assert_invariants();
}

#[test]
fn what_it_answers_changes_no_price_and_no_trade() {
    let (mut mars, odd, asset) = open();
    let usdc = mars.asset(Usdc);
    let trade = Trade::of(usdc, 1_000 * ONE, vec![hop(ODD_USDC, &asset)]);
    let told =
        |mars: &Mars| (simulated(mars, &trade), mars.observe(ODD_USDC, &[60]), mars.swap_pool(ODD_USDC));
    let (good, start) = (told(&mars), mars.snapshot());
    for (quirk, unknown) in Quirk::ANSWERS {
        mars.restore(&start);
        mars.set_quirk(&odd, &quirk);
        assert_eq!(told(&mars), good, "{quirk:?}");
        let swap = mars.swap_message(&trade);
        mars.transact(Trader, vec![swap]).unwrap();
        let names: Vec<String> = broken(&mars.swap_invariants()).into_iter().map(|(name, ..)| name).collect();
        let law = format!("reserves_of_{asset}_are_held");
        assert_eq!(names, if unknown { vec![law] } else { vec![] }, "{quirk:?}");
        let (receipt, _, before) = &good;
        let left = before.reserves[0] - receipt.ask.amount - receipt.hops[0].protocol_fee;
        assert_eq!(mars.swap_pool(ODD_USDC).reserves[0], left, "{quirk:?}");
        mars.set_quirk(&odd, &Quirk::None);
        mars.assert_invariants();
    }
}

#[test]
fn no_pool_is_opened_for_what_nobody_understands_or_has_too_many_decimals() {
    let mut mars = Mars::deploy();
    let odd = mars.deploy_odd(6, MILLION);
    let usdc = mars.asset(Usdc);
    let create = |mars: &mut Mars| -> Result<(), Refusal> {
        let assets = vec![Asset::Cw20(odd.clone()).into(), usdc.clone().into()];
        let create = ExecuteMsg::CreatePool { pool: NewPool::ConstantProduct {}, assets };
        mars.assert_unchanged(|mars| mars.tell_swap(Attacker, &create)).map(drop)
    };
    for quirk in [Quirk::IsMute, Quirk::Babbles, Quirk::HasDecimals(19), Quirk::HasDecimals(255)] {
        mars.set_quirk(&odd, &quirk);
        assert_eq!(create(&mut mars).unwrap_err().code, RefusalCode::InvalidInput, "{quirk:?}");
    }
}

#[test]
fn who_brings_nothing_takes_no_more_than_that_pool_holds() {
    for quirk in [Quirk::Idles, Quirk::Taxes(Bps(10_000))] {
        let (mut mars, odd, asset) = open();
        let others = [XMS_USDC, USDM_USDC, ODD_BUSD].map(|pool| mars.swap_pool(pool));
        let held = mars.reserves(ODD_USDC)[1] + mars.swap_pool(ODD_USDC).fees_owed[1].u128();
        mars.set_quirk(&odd, &quirk);
        let had = mars.balance(Attacker, Usdc);
        let usdc = mars.asset(Usdc);
        for amount in [ONE, MILLION, 99 * MILLION] {
            let trade = Trade::of(asset.clone(), amount, vec![hop(ODD_USDC, &usdc)]);
            let swap = mars.swap_message(&trade);
            mars.transact(Attacker, vec![swap]).unwrap();
        }
        let taken = mars.balance(Attacker, Usdc) - had;
        let left = mars.reserves(ODD_USDC)[1] + mars.swap_pool(ODD_USDC).fees_owed[1].u128();
        assert_eq!(taken + left, held, "{quirk:?}");
        assert_eq!([XMS_USDC, USDM_USDC, ODD_BUSD].map(|pool| mars.swap_pool(pool)), others, "{quirk:?}");
        let names: Vec<String> = broken(&mars.swap_invariants()).into_iter().map(|(name, ..)| name).collect();
        assert_eq!(names, [format!("reserves_of_{asset}_are_held")], "{quirk:?}");
    }
}

/// What it says of two pools together does not fit 128 bits.
#[test]
fn more_of_it_than_there_are_numbers_hides_no_law() {
    let (mut mars, odd, asset) = open();
    mars.set_quirk(&odd, &Quirk::Idles);
    for (pool, other) in [(ODD_USDC, Usdc), (ODD_BUSD, Busd)] {
        let trade = Trade::of(asset.clone(), u128::MAX / 2, vec![hop(pool, &mars.asset(other))]);
        let swap = mars.swap_message(&trade);
        mars.transact(Attacker, vec![swap]).unwrap();
    }
    let names: Vec<String> = broken(&mars.swap_invariants()).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, [format!("reserves_of_{asset}_are_held")]);
}

#[test]
fn a_withdrawal_in_the_middle_of_a_withdrawal_is_the_next_one() {
    let (mut mars, odd, asset) = open();
    mars.provide(Attacker, ODD_USDC, &[300_000 * ONE, 300_000 * ONE]).unwrap();
    let lp_token = mars.swap_pool(ODD_USDC).lp_token;
    let lp = mars.lp_of(Attacker, ODD_USDC);
    let give = Cw20ExecuteMsg::Transfer { recipient: odd.to_string(), amount: (lp / 3).into() };
    mars.transact(Attacker, vec![message(&lp_token, &give, vec![])]).unwrap();
    let usdc = mars.asset(Usdc);
    let one = Cw20HookMsg::WithdrawOne {
        pool: ODD_USDC,
        asset: usdc.into(),
        min_out: Uint128::zero(),
        deadline: mars.now(),
        recipient: None,
    };
    let both = Cw20HookMsg::Withdraw {
        pool: ODD_USDC,
        min_outs: vec![Uint128::zero(); 2],
        deadline: mars.now(),
        recipient: None,
    };
    let outer = mars.send_to_swap(&lp_token, lp / 2, &both);
    let inner = mars.send_to_swap(&lp_token, lp / 3, &one);
    let outcome = |mars: &Mars| {
        let owned = |who: Addr| [mars.balance(&who, Usdc), mars.balance_of(&who, &asset)];
        (owned(Attacker.addr()), owned(odd.clone()), mars.swap_pool(ODD_USDC))
    };
    let start = mars.snapshot();
    mars.transact(Attacker, vec![outer.clone()]).unwrap();
    mars.transact(&odd, vec![inner.clone()]).unwrap();
    let wanted = outcome(&mars);
    mars.restore(&start);
    mars.set_quirk(&odd, &Quirk::Calls(inner));
    mars.transact(Attacker, vec![outer]).unwrap();
    assert_eq!(outcome(&mars), wanted);
    mars.assert_invariants();
}

#[test]
fn fees_in_it_hold_up_no_other_fees() {
    let (mut mars, odd, asset) = open();
    mars.connect_collector();
    let (usdc, xms, collector) = (mars.asset(Usdc), mars.asset(Xms), mars.collector.clone());
    mars.set_route(&asset, vec![hop(ODD_USDC, &usdc), hop(XMS_USDC, &xms)]).unwrap();
    mars.set_route(&usdc, vec![hop(XMS_USDC, &xms)]).unwrap();
    mars.advance_fresh(7_200);
    mars.give(Owner, &collector, Usdc, 1_000 * ONE);
    let give = Cw20ExecuteMsg::Transfer { recipient: collector.to_string(), amount: (1_000 * ONE).into() };
    mars.transact(Owner, vec![message(&odd, &give, vec![])]).unwrap();
    let start = mars.snapshot();
    for quirk in [Quirk::Sticks, Quirk::IsMute, Quirk::Babbles] {
        mars.restore(&start);
        mars.set_quirk(&odd, &quirk);
        let convert = collector::ExecuteMsg::Convert { asset: asset.clone().into() };
        let refusal = mars.assert_unchanged(|mars| mars.tell_collector(Keeper, &convert)).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::Chain, "{quirk:?}");
        mars.convert(Keeper, &usdc).unwrap();
        mars.distribute(Keeper).unwrap();
        mars.set_quirk(&odd, &Quirk::None);
        mars.assert_invariants();
        mars.convert(Keeper, &asset).unwrap();
    }
}
