//! Sharing out XMS: all to stakers, or as the owner has it.

use mars_testing::Actor::{Attacker, Keeper, Minter, Owner, Trader};
use mars_testing::{refused, Token};
use mars_types::collector::{ConfigResponse, ExecuteMsg, QueryMsg};
use mars_types::{staking, Bps, RefusalCode};

use super::{collecting, HOUR, ONE};

#[test]
fn everything_goes_to_stakers() {
    let mut mars = collecting();
    let collector = mars.collector.clone();
    mars.stake(Minter, 100 * ONE).unwrap();
    mars.give(Trader, &collector, Token::Xms, 86_400 * ONE);
    let receipt = mars.distribute(Keeper).unwrap();
    assert_eq!((receipt.to_stakers.u128(), receipt.burned.u128()), (86_400 * ONE, 0));
    mars.advance(HOUR);
    assert_eq!(mars.owed(Minter), 3_600 * ONE);
    mars.give(Trader, &collector, Token::Xms, ONE);
    let next = mars.now() + 19 * HOUR;
    refused(mars.distribute(Attacker), RefusalCode::TooEarly, mars.now(), next);
    mars.advance(19 * HOUR);
    mars.distribute(Attacker).unwrap();
    mars.assert_invariants();
}

#[test]
fn a_split_is_floored_and_the_rest_goes_to_stakers() {
    let mut mars = collecting();
    let collector = mars.collector.clone();
    mars.set_collector_params(|params| {
        params.burn = Bps(2_500);
        params.retain = Bps(1_000);
    });
    mars.give(Trader, &collector, Token::Xms, 1_003);
    let receipt = mars.distribute(Keeper).unwrap();
    assert_eq!(
        [receipt.burned, receipt.retained, receipt.to_stakers].map(|amount| amount.u128()),
        [250, 100, 653]
    );
    mars.advance(20 * HOUR);
    // What is retained is not shared out again.
    refused(mars.distribute(Keeper), RefusalCode::TooSmall, 0, "more");
    let config: ConfigResponse = mars.ask_collector(&QueryMsg::Config {});
    assert_eq!(config.retained.u128(), 100);
    let withdraw = |amount: u128, mars: &mars_testing::Mars| ExecuteMsg::Withdraw {
        asset: mars.unchecked(Token::Xms),
        amount: amount.into(),
        recipient: Trader.addr().into_string(),
    };
    let too_much = withdraw(101, &mars);
    refused(mars.tell_collector(Owner, &too_much), RefusalCode::Balance, 101, 100);
    let before = mars.xms_of(Trader);
    let all = withdraw(100, &mars);
    mars.tell_collector(Owner, &all).unwrap();
    assert_eq!(mars.xms_of(Trader), before + 100);
    mars.assert_invariants();
}

#[test]
fn nothing_is_shared_out_while_staking_knows_another_collector() {
    let mut mars = collecting();
    let collector = mars.collector.clone();
    mars.give(Trader, &collector, Token::Xms, ONE);
    mars.tell_staking(Owner, &staking::ExecuteMsg::SetCollector { collector: None }).unwrap();
    refused(mars.distribute(Keeper), RefusalCode::Unauthorized, &collector, "collector of staking");
    // What is all burned asks nobody.
    mars.set_collector_params(|params| params.burn = Bps::ONE);
    assert_eq!(mars.distribute(Keeper).unwrap().burned.u128(), ONE);
    mars.assert_invariants();
}
