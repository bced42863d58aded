//! A guardian that vetoes everything can be replaced, and cannot stop that.

use mars_testing::Actor::{Guardian, Keeper, Minter, Trader};
use mars_testing::{refused, Bill};
use mars_types::governance::ExecuteMsg;
use mars_types::{staking, GuardianUnchecked, RefusalCode};

use super::{dao, DAY};

#[test]
fn a_proposal_that_only_replaces_guardians_is_beyond_veto() {
    let mut mars = dao();
    let (dao, staking, treasury) = (mars.governance.clone(), mars.staking.clone(), mars.treasury.clone());
    let guardian =
        Some(GuardianUnchecked { address: Keeper.addr().into_string(), sunset: mars.now() + 90 * DAY });
    let own = mars.call(&dao, &ExecuteMsg::SetGuardian { guardian: guardian.clone() });
    let others = mars.call(&staking, &staking::ExecuteMsg::SetGuardian { guardian });
    let id = mars.propose(Trader, Bill::of(vec![own.clone(), others.clone()])).unwrap();
    assert!(mars.proposal(id).heavy, "a guardian is not replaced by 2.5 %");
    refused(mars.veto(Guardian, id), RefusalCode::BeyondVeto, id, "other proposals");
    mars.until_vote(id);
    mars.vote(Trader, id, mars_types::governance::Choice::For).unwrap();
    mars.until_decided(id);
    mars.queue(id).unwrap();
    mars.until_ready(id);
    refused(mars.veto(Guardian, id), RefusalCode::BeyondVeto, id, "other proposals");
    mars.execute(id).unwrap();
    let next = mars.propose(Minter, Bill::text()).unwrap();
    refused(mars.veto(Guardian, next), RefusalCode::Unauthorized, Guardian.addr(), "guardian");
    mars.veto(Keeper, next).unwrap();

    // Anything else in the same proposal, and it is not beyond the veto.
    let poke = mars.call(&treasury, &mars_types::treasury::ExecuteMsg::Poke {});
    for messages in [vec![own.clone(), poke.clone()], vec![poke], vec![]] {
        assert!(!mars.weight(&messages).beyond_veto);
    }
    assert!(mars.weight(&[own, others]).beyond_veto);
}

/// A contract of nobody with a message of that name, or coins beside it, is no replacement of a guardian.
#[test]
fn a_name_alone_does_not_put_a_message_beyond_veto() {
    let mars = dao();
    let set = staking::ExecuteMsg::SetGuardian { guardian: None };
    let foreign = mars.call(&mars.xms, &set);
    let paid = mars_testing::message(&mars.staking, &set, vec![cosmwasm_std::coin(1, "uusdc")]);
    for message in [foreign, paid] {
        let weight = mars.weight(std::slice::from_ref(&message));
        assert!(weight.heavy && !weight.beyond_veto, "{message:?}");
    }
}
