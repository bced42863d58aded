//! Emission and buy-backs: begun, spread, and not spent while nobody stakes.

use mars_testing::Actor::{Attacker, Keeper, Minter, Owner};
use mars_testing::{attribute, event, refused, Mars, EMISSION};
use mars_types::circulating::NonCirculatingResponse;
use mars_types::staking::{ConfigResponse, Cw20HookMsg, Emission, ExecuteMsg, QueryMsg};
use mars_types::RefusalCode;

use super::{DAY, ONE};

fn non_circulating(mars: &Mars) -> u128 {
    mars.ask_staking::<NonCirculatingResponse>(&QueryMsg::NonCirculating {}).amount.u128()
}

#[test]
fn an_emission_begins_when_it_is_funded_to_the_unit() {
    let mut mars = Mars::deploy();
    let total = EMISSION.total.u128();
    mars.stake(Minter, 100 * ONE).unwrap();
    mars.advance(DAY);
    assert_eq!((mars.owed(Minter), non_circulating(&mars)), (0, 0), "a plan is no budget");
    for amount in [total - 1, total + 1] {
        let sent = mars.send_to_staking(Keeper, amount, &Cw20HookMsg::FundEmission {});
        refused(sent, RefusalCode::InvalidInput, amount, total);
    }
    let response = mars.send_to_staking(Keeper, total, &Cw20HookMsg::FundEmission {}).unwrap();
    let streamed = event(&response, "mars_stream");
    assert_eq!(attribute(streamed, "stream"), "emission");
    assert_eq!(attribute(streamed, "total"), "461501000000");
    let again = mars.send_to_staking(Keeper, total, &Cw20HookMsg::FundEmission {});
    refused(again, RefusalCode::NotFound, total, "a planned emission");
    assert_eq!(mars.ask_staking::<ConfigResponse>(&QueryMsg::Config {}).planned, None);
    assert_eq!(non_circulating(&mars), total);
    mars.advance(90 * DAY);
    assert_eq!(mars.owed(Minter), total / 2);
    assert_eq!(non_circulating(&mars), total / 2, "what is only unclaimed circulates");
}

#[test]
fn a_second_emission_adds_what_is_left_of_the_first() {
    let mut mars = Mars::deploy();
    mars.fund_emission();
    mars.stake(Minter, 100 * ONE).unwrap();
    mars.advance(90 * DAY);
    let next = Emission { total: 1_000_000u128.into(), duration: 10 * DAY };
    mars.tell_staking(Owner, &ExecuteMsg::PlanEmission { emission: Some(next) }).unwrap();
    mars.send_to_staking(Owner, 1_000_000, &Cw20HookMsg::FundEmission {}).unwrap();
    let emission = mars.pool().emission;
    assert_eq!(emission.total.u128(), EMISSION.total.u128() / 2 + 1_000_000);
    assert_eq!((emission.duration, emission.elapsed), (10 * DAY, 0));
    mars.advance(10 * DAY);
    assert_eq!(mars.owed(Minter), EMISSION.total.u128() + 1_000_000);
    mars.assert_invariants();
}

#[test]
fn emission_and_buy_back_wait_while_nobody_stakes() {
    let mut mars = Mars::deploy();
    mars.fund_emission();
    mars.buy_back(Owner, 86_400).unwrap();
    mars.advance(30 * DAY);
    assert_eq!(mars.pool().emission.elapsed, 0);
    mars.stake(Minter, 100 * ONE).unwrap();
    assert_eq!(mars.owed(Minter), 0);
    mars.advance(DAY);
    let a_day = EMISSION.total.u128() / 180;
    assert_eq!(mars.owed(Minter), a_day + 86_400);
    mars.unstake(Minter, 100 * ONE).unwrap();
    mars.advance(30 * DAY);
    assert_eq!(mars.pool().emission.elapsed, DAY, "the end has shifted");
    assert_eq!(mars.owed(Minter), a_day + 86_400);
    mars.assert_invariants();
}

/// R61: new rate = (left + new) ÷ 86,400 s.
#[test]
fn a_second_buy_back_adds_its_remainder() {
    let mut mars = Mars::deploy();
    mars.stake(Minter, 100 * ONE).unwrap();
    mars.buy_back(Owner, 86_400 * 100).unwrap();
    mars.advance(DAY / 4);
    assert_eq!(mars.owed(Minter), 21_600 * 100);
    mars.buy_back(Owner, 86_400 * 25).unwrap();
    let stream = mars.pool().buy_back;
    assert_eq!((stream.total.u128(), stream.elapsed, stream.duration), (86_400 * 100, 0, DAY));
    mars.advance(1);
    assert_eq!(mars.owed(Minter), 21_600 * 100 + 100);
    mars.advance(2 * DAY);
    assert_eq!(mars.owed(Minter), 86_400 * 125);
    mars.assert_invariants();
}

/// Dust every hour would hold the stream back for ever.
#[test]
fn nobody_but_collector_and_owner_streams_a_buy_back() {
    let mut mars = Mars::deploy();
    refused(mars.buy_back(Attacker, 1), RefusalCode::Unauthorized, Attacker.addr(), "collector");
    let collector = Some(Keeper.addr().into_string());
    mars.tell_staking(Owner, &ExecuteMsg::SetCollector { collector }).unwrap();
    mars.buy_back(Keeper, 1).unwrap();
    mars.buy_back(Owner, 1).unwrap();
    refused(mars.buy_back(Keeper, 0), RefusalCode::TooSmall, 0, "more");
    mars.tell_staking(Owner, &ExecuteMsg::SetCollector { collector: None }).unwrap();
    refused(mars.buy_back(Keeper, 1), RefusalCode::Unauthorized, Keeper.addr(), "collector");
}
