use cosmwasm_std::{Addr, Timestamp};
use cw_ownable::{Action, Expiration, Ownership};
use mars_types::oracle::{ConfigResponse, ExecuteMsg, QueryMsg};
use mars_types::{events, Guardian, GuardianUnchecked, RefusalCode as Code};

use super::setup::{assert_event, assert_refused, fixed, uusdc, Oracle, START, SUNSET};

fn guardian(address: impl ToString, sunset: u64) -> ExecuteMsg {
    ExecuteMsg::SetGuardian { guardian: Some(GuardianUnchecked { address: address.to_string(), sunset }) }
}

fn offer(address: impl ToString, expiry: Option<Expiration>) -> ExecuteMsg {
    ExecuteMsg::UpdateOwnership(Action::TransferOwnership { new_owner: address.to_string(), expiry })
}

const ACCEPT: ExecuteMsg = ExecuteMsg::UpdateOwnership(Action::AcceptOwnership);

fn ownership(oracle: &Oracle) -> (Option<Addr>, Option<Addr>) {
    let answer: Ownership<Addr> = oracle.query(QueryMsg::Ownership {});
    (answer.owner, answer.pending_owner)
}

#[test]
fn ownership_passes_in_two_steps() {
    let mut oracle = Oracle::empty();
    let (owner, heir) = (oracle.owner.clone(), oracle.stranger.clone());
    let response = oracle.owner_does(offer(&heir, None)).unwrap();
    let event = events::OwnershipChanged { owner: owner.to_string(), pending_owner: heir.to_string() };
    assert_event(&response, &oracle.address, event);
    assert_eq!(ownership(&oracle), (Some(owner.clone()), Some(heir.clone())));
    // Until the heir accepts, the owner owns.
    oracle.owner_does(ExecuteMsg::SetSource { asset: uusdc(), source: fixed("1") }).unwrap();
    let response = oracle.execute(&heir, ACCEPT).unwrap();
    let event = events::OwnershipChanged { owner: heir.to_string(), pending_owner: "none".into() };
    assert_event(&response, &oracle.address, event);
    assert_eq!(ownership(&oracle), (Some(heir.clone()), None));
    let outcome = oracle.owner_does(ExecuteMsg::Pause { asset: uusdc() });
    assert_refused(outcome, Code::Unauthorized, owner, "owner or guardian");
    oracle.execute(&heir, ExecuteMsg::Pause { asset: uusdc() }).unwrap();
}

#[test]
fn only_the_one_it_was_offered_to_accepts_and_only_in_time() {
    let mut oracle = Oracle::empty();
    let (owner, heir, guardian) = (oracle.owner.clone(), oracle.stranger.clone(), oracle.guardian.clone());
    assert_refused(oracle.execute(&heir, ACCEPT), Code::NotFound, &heir, "an offer that holds");
    let expiry = Some(Expiration::AtTime(Timestamp::from_seconds(START + 60)));
    oracle.owner_does(offer(&heir, expiry)).unwrap();
    for sender in [&owner, &guardian] {
        assert_refused(oracle.execute(sender, ACCEPT), Code::Unauthorized, sender, "pending owner");
    }
    oracle.wait(60);
    let late = oracle.execute(&heir, ACCEPT);
    assert_refused(late, Code::NotFound, &heir, "an offer that holds");
    assert_eq!(ownership(&oracle).0, Some(owner));
}

#[test]
fn an_offer_to_no_address_is_refused_and_so_is_renouncing() {
    let mut oracle = Oracle::empty();
    let stranger = oracle.stranger.clone();
    let refused = oracle.owner_does(offer(stranger.to_string().to_uppercase(), None)).unwrap_err();
    assert!(refused.to_string().starts_with("invalid_input: new_owner is out of bounds"), "{refused}");
    let renounce = ExecuteMsg::UpdateOwnership(Action::RenounceOwnership);
    let limit = "transfer or accept";
    assert_refused(oracle.owner_does(renounce.clone()), Code::InvalidInput, "renounce", limit);
    assert_refused(oracle.execute(&stranger, renounce), Code::Unauthorized, &stranger, "owner");
    assert_eq!(ownership(&oracle), (Some(oracle.owner.clone()), None));
}

#[test]
fn the_owner_replaces_and_removes_the_guardian() {
    let mut oracle = Oracle::empty();
    oracle.owner_does(ExecuteMsg::SetSource { asset: uusdc(), source: fixed("1") }).unwrap();
    let (old, new) = (oracle.guardian.clone(), oracle.stranger.clone());
    let response = oracle.owner_does(guardian(&new, SUNSET)).unwrap();
    assert_event(
        &response,
        &oracle.address,
        events::GuardianSet { guardian: new.to_string(), sunset: SUNSET },
    );
    let config: ConfigResponse = oracle.query(QueryMsg::Config {});
    assert_eq!(config.guardian, Some(Guardian { address: new.clone(), sunset: SUNSET }));
    assert_eq!(config.usdm, oracle.usdm);
    let pause = ExecuteMsg::Pause { asset: uusdc() };
    let role = "owner or guardian";
    assert_refused(oracle.execute(&old, pause.clone()), Code::Unauthorized, &old, role);
    oracle.execute(&new, pause.clone()).unwrap();

    let response = oracle.owner_does(ExecuteMsg::SetGuardian { guardian: None }).unwrap();
    assert_event(&response, &oracle.address, events::GuardianSet { guardian: "none".into(), sunset: START });
    let config: ConfigResponse = oracle.query(QueryMsg::Config {});
    assert_eq!(config.guardian, None);
    assert_refused(oracle.execute(&new, pause), Code::Unauthorized, &new, role);
}

#[test]
fn the_sunset_moves_earlier_only_and_stays_in_the_future() {
    let mut oracle = Oracle::empty();
    let address = oracle.guardian.clone();
    let later = oracle.owner_does(guardian(&address, SUNSET + 1));
    assert_refused(later, Code::InvalidInput, SUNSET + 1, format!("not after {SUNSET}"));
    let past = oracle.owner_does(guardian(&address, START));
    assert_refused(past, Code::InvalidInput, START, format!("after {START}"));
    oracle.owner_does(guardian(&address, SUNSET - 1)).unwrap();
    let back = oracle.owner_does(guardian(&address, SUNSET));
    assert_refused(back, Code::InvalidInput, SUNSET, format!("not after {}", SUNSET - 1));
    // Having none for a moment is no way around it.
    oracle.owner_does(ExecuteMsg::SetGuardian { guardian: None }).unwrap();
    let again = oracle.owner_does(guardian(&address, SUNSET));
    assert_refused(again, Code::InvalidInput, SUNSET, format!("not after {}", SUNSET - 1));
    oracle.owner_does(guardian(&address, SUNSET - 1)).unwrap();
}
