//! The treasury votes in another DAO. The bench's MarsDAO stands for that one: the treasury still belongs to the deployer.

use cosmwasm_std::to_json_binary;
use mars_testing::Actor::{Attacker, Guardian, Keeper, Minter, Owner, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{refused, Bill, Mars};
use mars_types::governance::{self, Choice};
use mars_types::treasury::ExecuteMsg;
use mars_types::RefusalCode;

use super::MILLION;

/// A DAO in which others have lent the treasury the votes of 20 M XMS, and a proposal that is being voted on.
fn another_dao() -> (Mars, u64) {
    let mut mars = Mars::deploy();
    mars.stake(Trader, 100 * MILLION).unwrap();
    mars.stake(Keeper, 20 * MILLION).unwrap();
    let treasury = mars.treasury.clone();
    mars.delegate(Keeper, treasury).unwrap();
    mars.advance(5);
    let proposal = mars.propose(Trader, Bill::text()).unwrap();
    mars.until_vote(proposal);
    (mars, proposal)
}

fn vote(mars: &Mars, proposal: u64, choice: Choice) -> ExecuteMsg {
    let msg = to_json_binary(&governance::ExecuteMsg::Vote { proposal, choice }).unwrap();
    ExecuteMsg::CallDao { contract: mars.governance.to_string(), msg }
}

#[test]
fn it_votes_once_with_what_was_lent_to_it_when_its_owner_says_so() {
    let (mut mars, proposal) = another_dao();
    let call = vote(&mars, proposal, Choice::Against);
    for stranger in [Guardian, Keeper, Attacker] {
        let refusal = mars.tell_treasury(stranger, &call).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::Unauthorized, "{stranger:?}");
    }
    mars.tell_treasury(Owner, &call).unwrap();
    let tally = mars.proposal(proposal).tally;
    assert_eq!(tally.against.u128(), 20 * MILLION);
    assert!(tally.votes_for.is_zero() && tally.abstain.is_zero());
    // What the other DAO refuses is refused in its own words, and whoever lent his votes cannot use them a second time.
    assert_eq!(mars.tell_treasury(Owner, &call).unwrap_err().code, RefusalCode::Voted);
    assert_eq!(mars.vote(Keeper, proposal, Choice::For).unwrap_err().code, RefusalCode::NoPower);
    mars.assert_governance();
    mars.assert_invariants();
}

/// A call could move what the treasury owns over there.
#[test]
fn it_does_not_while_xms_is_not_worth_twice_the_assets() {
    let (mut mars, proposal) = another_dao();
    mars.refresh();
    mars.mint(Minter, Usdc, MILLION / 2).unwrap();
    // 900 M XMS circulate: $90,000 beside assets of $500,000.
    mars.fix_price(Xms, "0.0001");
    mars.next_epoch();
    let call = vote(&mars, proposal, Choice::For);
    refused(mars.tell_treasury(Owner, &call), RefusalCode::ControlRatio, 1_800, 20_000);
    mars.fix_price(Xms, "0.25");
    mars.next_epoch();
    mars.tell_treasury(Owner, &call).unwrap();
    assert_eq!(mars.proposal(proposal).tally.votes_for.u128(), 20 * MILLION);
}
