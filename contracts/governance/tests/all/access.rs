//! Who may send what: every message by every role.

use mars_testing::Actor::{Attacker, Guardian, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::{assert_every_variant, message, refused, Actor, Bill, Mars};
use mars_types::governance::{Choice, ExecuteMsg, Params};
use mars_types::RefusalCode;

use super::dao;

const ROLES: [Actor; 7] = [Owner, Guardian, Trader, Minter, Keeper, Attacker, Stranger];
/// They have enough to propose.
const STAKERS: [Actor; 4] = [Trader, Minter, Keeper, Attacker];

/// Who may, of people. No wildcard: a new message does not compile until someone has decided.
fn allowed(msg: &ExecuteMsg) -> &'static [Actor] {
    match msg {
        ExecuteMsg::Propose { .. } | ExecuteMsg::Vote { .. } => &STAKERS,
        // Tried on proposals that are in the right state.
        ExecuteMsg::Queue { .. } | ExecuteMsg::Execute { .. } => &ROLES,
        ExecuteMsg::Veto { .. } => &[Guardian],
        // The trader proposed it.
        ExecuteMsg::Cancel { .. } => &[Trader],
        ExecuteMsg::AcceptOwnership { .. } => &ROLES,
        ExecuteMsg::UpdateParams { .. }
        | ExecuteMsg::UpdateSources { .. }
        | ExecuteMsg::UpdateContracts { .. }
        | ExecuteMsg::SetGuardian { .. } => &[],
    }
}

fn check(mars: &mut Mars, msg: &ExecuteMsg) {
    let start = mars.snapshot();
    for role in ROLES {
        mars.restore(&start);
        let result = mars.tell_governance(role, msg);
        if allowed(msg).contains(&role) {
            assert!(result.is_ok(), "{role:?} {msg:?}: {}", result.unwrap_err());
        } else {
            let refusal = result.expect_err("a refusal");
            let codes = [RefusalCode::Unauthorized, RefusalCode::PowerShort, RefusalCode::NoPower];
            assert!(codes.contains(&refusal.code), "{role:?} {msg:?}: {refusal}");
        }
    }
    mars.restore(&start);
}

#[test]
fn every_message_by_every_role() {
    let mut mars = dao();
    let proposal = 1;
    let (title, description) = ("T".to_string(), "D".to_string());
    check(&mut mars, &ExecuteMsg::Propose { title, description, messages: vec![], dry_run: None });
    let treasury = mars.treasury.clone();
    let poke = mars.call(&treasury, &mars_types::treasury::ExecuteMsg::Poke {});
    mars.propose(Trader, Bill::of(vec![poke])).unwrap();
    check(&mut mars, &ExecuteMsg::Cancel { proposal });
    check(&mut mars, &ExecuteMsg::Veto { proposal, reason: String::new() });
    mars.until_vote(proposal);
    check(&mut mars, &ExecuteMsg::Vote { proposal, choice: Choice::For });
    mars.vote(Trader, proposal, Choice::For).unwrap();
    mars.until_decided(proposal);
    check(&mut mars, &ExecuteMsg::Queue { proposal });
    mars.queue(proposal).unwrap();
    mars.until_ready(proposal);
    check(&mut mars, &ExecuteMsg::Execute { proposal });
    for msg in [
        ExecuteMsg::UpdateParams { params: Params::default() },
        ExecuteMsg::UpdateSources { add: vec![], remove: vec![] },
        ExecuteMsg::UpdateContracts { add: vec![], remove: vec![] },
        ExecuteMsg::SetGuardian { guardian: None },
    ] {
        check(&mut mars, &msg);
    }
}

#[test]
fn coins_and_unknown_proposals_are_refused() {
    let mut mars = dao();
    let dao = mars.governance.clone();
    let proposal = 1;
    let of_proposals = [
        ExecuteMsg::Vote { proposal, choice: Choice::For },
        ExecuteMsg::Queue { proposal },
        ExecuteMsg::Execute { proposal },
        ExecuteMsg::Cancel { proposal },
    ];
    let (title, description) = ("T".to_string(), "D".to_string());
    let others = [
        ExecuteMsg::Propose { title, description, messages: vec![], dry_run: None },
        ExecuteMsg::Veto { proposal, reason: String::new() },
        ExecuteMsg::AcceptOwnership { contract: mars.treasury.to_string() },
        ExecuteMsg::UpdateParams { params: Params::default() },
        ExecuteMsg::UpdateSources { add: vec![], remove: vec![] },
        ExecuteMsg::UpdateContracts { add: vec![], remove: vec![] },
        ExecuteMsg::SetGuardian { guardian: None },
    ];
    let all: Vec<ExecuteMsg> = of_proposals.iter().cloned().chain(others).collect();
    assert_every_variant(&all, &[]);
    for msg in all {
        let paid = mars.transact(Trader, vec![message(&dao, &msg, cosmwasm_std::coins(1, "uusdc"))]);
        refused(paid, RefusalCode::WrongFunds, "1uusdc", "no coins");
    }
    for msg in of_proposals {
        refused(mars.tell_governance(Trader, &msg), RefusalCode::NotFound, 1, "an entry that exists");
    }
    refused(mars.veto(Guardian, 1), RefusalCode::NotFound, 1, "an entry that exists");
}
