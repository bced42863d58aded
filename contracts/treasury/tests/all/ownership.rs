//! Ownership changes hands in two steps and is never given up.

use cosmwasm_std::{Addr, Timestamp};
use cw_ownable::{Action, Expiration, Ownership};
use mars_testing::Actor::{Attacker, Owner, Stranger, Trader};
use mars_testing::{attribute, event, refused, Actor, Mars};
use mars_types::treasury::{ExecuteMsg, QueryMsg, SwitchUnchecked};
use mars_types::{Refusal, RefusalCode};

fn act(mars: &mut Mars, who: Actor, action: Action) -> Result<cw_multi_test::AppResponse, Refusal> {
    mars.tell_treasury(who, &ExecuteMsg::UpdateOwnership(action))
}

fn offer(to: Actor, expiry: Option<Expiration>) -> Action {
    Action::TransferOwnership { new_owner: to.addr().into_string(), expiry }
}

fn ownership(mars: &Mars) -> Ownership<Addr> {
    mars.ask_treasury(&QueryMsg::Ownership {})
}

#[test]
fn an_offer_changes_nothing_until_it_is_accepted() {
    let mut mars = Mars::deploy();
    let response = act(&mut mars, Owner, offer(Trader, None)).unwrap();
    let changed = event(&response, "mars_ownership");
    assert_eq!(attribute(changed, "owner"), Owner.addr().as_str());
    assert_eq!(attribute(changed, "pending_owner"), Trader.addr().as_str());
    let pause = ExecuteMsg::Pause { switch: SwitchUnchecked::Mint };
    let unpause = ExecuteMsg::Unpause { switch: SwitchUnchecked::Mint };
    assert_eq!(mars.tell_treasury(Trader, &pause).unwrap_err().code, RefusalCode::Unauthorized);
    mars.tell_treasury(Owner, &pause).unwrap();

    refused(
        act(&mut mars, Attacker, Action::AcceptOwnership),
        RefusalCode::Unauthorized,
        Attacker.addr(),
        "pending owner",
    );
    act(&mut mars, Trader, Action::AcceptOwnership).unwrap();
    assert_eq!(ownership(&mars).owner, Some(Trader.addr()));
    assert_eq!(ownership(&mars).pending_owner, None);
    assert_eq!(mars.tell_treasury(Owner, &unpause).unwrap_err().code, RefusalCode::Unauthorized);
    mars.tell_treasury(Trader, &unpause).unwrap();
}

#[test]
fn an_offer_may_expire() {
    let mut mars = Mars::deploy();
    let expiry = Expiration::AtTime(Timestamp::from_seconds(mars.now() + 100));
    act(&mut mars, Owner, offer(Trader, Some(expiry))).unwrap();
    mars.advance(100);
    let refusal = act(&mut mars, Trader, Action::AcceptOwnership).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NotFound, "{refusal}");
    assert_eq!(ownership(&mars).owner, Some(Owner.addr()));
    // Made anew, it is accepted in time.
    let expiry = Expiration::AtTime(Timestamp::from_seconds(mars.now() + 100));
    act(&mut mars, Owner, offer(Trader, Some(expiry))).unwrap();
    mars.advance(99);
    act(&mut mars, Trader, Action::AcceptOwnership).unwrap();
}

#[test]
fn a_later_offer_replaces_an_earlier_one() {
    let mut mars = Mars::deploy();
    act(&mut mars, Owner, offer(Attacker, None)).unwrap();
    act(&mut mars, Owner, offer(Trader, None)).unwrap();
    let refusal = act(&mut mars, Attacker, Action::AcceptOwnership).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::Unauthorized);
    act(&mut mars, Trader, Action::AcceptOwnership).unwrap();
}

#[test]
fn without_an_offer_there_is_nothing_to_accept() {
    let mut mars = Mars::deploy();
    for role in [Owner, Stranger] {
        let refusal = act(&mut mars, role, Action::AcceptOwnership).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::NotFound, "{refusal}");
    }
}

#[test]
fn nobody_renounces() {
    let mut mars = Mars::deploy();
    refused(
        act(&mut mars, Owner, Action::RenounceOwnership),
        RefusalCode::InvalidInput,
        "renounce",
        "transfer or accept",
    );
    refused(
        act(&mut mars, Stranger, Action::RenounceOwnership),
        RefusalCode::Unauthorized,
        Stranger.addr(),
        "owner",
    );
    assert_eq!(ownership(&mars).owner, Some(Owner.addr()));
}

#[test]
fn a_stranger_offers_nothing() {
    let mut mars = Mars::deploy();
    refused(
        act(&mut mars, Stranger, offer(Stranger, None)),
        RefusalCode::Unauthorized,
        Stranger.addr(),
        "owner",
    );
}
