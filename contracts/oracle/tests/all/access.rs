//! Who may call what: every message by every role. A call that is allowed may fail for another reason.

use cw_ownable::Action;
use mars_types::oracle::{ExecuteMsg, FeederRules};
use mars_types::{GuardianUnchecked, RefusalCode};

use super::setup::{report, uusdc, Oracle, START, SUNSET};

/// `owner, guardian, feeder, stranger`.
type May = [bool; 4];

/// Every variant of the message, so that a new one cannot be forgotten here.
fn may(msg: &ExecuteMsg) -> May {
    match msg {
        ExecuteMsg::Feed { .. } => [false, false, true, false],
        ExecuteMsg::Pause { .. } => [true, true, false, false],
        ExecuteMsg::SetSource { .. }
        | ExecuteMsg::RemoveSource { .. }
        | ExecuteMsg::ConfirmPause { .. }
        | ExecuteMsg::Unpause { .. }
        | ExecuteMsg::SetGuardian { .. } => [true, false, false, false],
        ExecuteMsg::UpdateOwnership(action) => match action {
            Action::TransferOwnership { .. } | Action::RenounceOwnership => [true, false, false, false],
            // Pending here is the stranger.
            Action::AcceptOwnership => [false, false, false, true],
        },
    }
}

fn messages(oracle: &Oracle) -> Vec<ExecuteMsg> {
    let stranger = oracle.stranger.to_string();
    vec![
        ExecuteMsg::Feed { reports: vec![report(uusdc(), "1", START)] },
        ExecuteMsg::SetSource { asset: uusdc(), source: oracle.source(3, FeederRules::default()) },
        ExecuteMsg::RemoveSource { asset: uusdc() },
        ExecuteMsg::Pause { asset: uusdc() },
        ExecuteMsg::ConfirmPause { asset: uusdc() },
        ExecuteMsg::Unpause { asset: uusdc() },
        ExecuteMsg::SetGuardian { guardian: None },
        ExecuteMsg::SetGuardian {
            guardian: Some(GuardianUnchecked { address: stranger.clone(), sunset: SUNSET }),
        },
        ExecuteMsg::UpdateOwnership(Action::TransferOwnership { new_owner: stranger, expiry: None }),
        ExecuteMsg::UpdateOwnership(Action::AcceptOwnership),
        ExecuteMsg::UpdateOwnership(Action::RenounceOwnership),
    ]
}

fn code(outcome: super::setup::Outcome) -> Option<RefusalCode> {
    outcome.err().map(|error| mars_types::Refusal::from(error).code)
}

/// A fresh oracle, so that no call opens the way for another.
fn oracle() -> Oracle {
    let mut oracle = Oracle::with_feeders(3);
    let new_owner = oracle.stranger.to_string();
    let offer = Action::TransferOwnership { new_owner, expiry: None };
    oracle.owner_does(ExecuteMsg::UpdateOwnership(offer)).unwrap();
    oracle
}

#[test]
fn every_message_by_every_role() {
    for (index, msg) in messages(&oracle()).into_iter().enumerate() {
        for (role, allowed) in may(&msg).into_iter().enumerate() {
            let mut oracle = oracle();
            let senders = [&oracle.owner, &oracle.guardian, &oracle.feeders[0], &oracle.stranger];
            let sender = senders[role].clone();
            let refused = code(oracle.execute(&sender, msg.clone())) == Some(RefusalCode::Unauthorized);
            assert_eq!(refused, !allowed, "message {index} by role {role}: {msg:?}");
        }
    }
}

#[test]
fn no_message_takes_coins() {
    for msg in messages(&oracle()) {
        let mut oracle = oracle();
        let owner = oracle.owner.clone();
        let refusal = mars_types::Refusal::from(oracle.execute_paying(&owner, msg).unwrap_err());
        assert_eq!(
            (refusal.code, refusal.value.as_str(), refusal.limit.as_str()),
            (RefusalCode::WrongFunds, "7umars", "no coins")
        );
    }
}
