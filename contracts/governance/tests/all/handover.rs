//! How a deployment gives the protocol to the DAO.

use cw_ownable::{Action, Ownership};
use mars_testing::Actor::{Owner, Stranger};
use mars_testing::{refused, Mars};
use mars_types::governance::ExecuteMsg;
use mars_types::{oracle, staking, treasury, RefusalCode};

#[test]
fn the_dao_accepts_what_was_offered_and_nothing_else() {
    let mut mars = Mars::deploy();
    let staking = mars.staking.clone();
    let accept = ExecuteMsg::AcceptOwnership { contract: staking.to_string() };
    let refusal = mars.tell_governance(Stranger, &accept).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NotFound, "nothing was offered: {refusal}");
    let offer = Action::TransferOwnership { new_owner: mars.governance.to_string(), expiry: None };
    mars.tell_staking(Owner, &staking::ExecuteMsg::UpdateOwnership(offer)).unwrap();
    mars.tell_governance(Stranger, &accept).unwrap();
    let ownership: Ownership<String> = mars.ask_staking(&staking::QueryMsg::Ownership {});
    assert_eq!(ownership.owner, Some(mars.governance.to_string()));
    let pause = staking::ExecuteMsg::Pause { switch: staking::Switch::Stake };
    refused(mars.tell_staking(Owner, &pause), RefusalCode::Unauthorized, Owner.addr(), "owner or guardian");
}

#[test]
fn after_it_the_dao_owns_every_contract() {
    let mut mars = Mars::deploy();
    mars.hand_over();
    let owners = [
        mars.ask_treasury::<Ownership<String>>(&treasury::QueryMsg::Ownership {}),
        mars.ask_oracle::<Ownership<String>>(&oracle::QueryMsg::Ownership {}),
        mars.ask_staking::<Ownership<String>>(&staking::QueryMsg::Ownership {}),
    ];
    for ownership in owners {
        assert_eq!(ownership.owner, Some(mars.governance.to_string()));
        assert_eq!(ownership.pending_owner, None);
    }
}
