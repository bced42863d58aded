//! Who may send what: every message by every role.

use cw_ownable::Action;
use mars_testing::Actor::{Attacker, Guardian, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::{assert_every_variant, message, refused, Actor, Mars, Token};
use mars_types::collector::{ExecuteMsg, Params, Switch};
use mars_types::RefusalCode;

use super::{collecting, ONE};

/// The trader is the pending owner.
const ROLES: [Actor; 5] = [Owner, Guardian, Trader, Keeper, Attacker];

/// Who may. No wildcard: a new message does not compile until someone has decided.
fn allowed(msg: &ExecuteMsg) -> &'static [Actor] {
    match msg {
        ExecuteMsg::Convert { .. } | ExecuteMsg::Distribute {} => &ROLES,
        ExecuteMsg::SetRoute { .. }
        | ExecuteMsg::UpdateParams { .. }
        | ExecuteMsg::Withdraw { .. }
        | ExecuteMsg::ConfirmPause { .. }
        | ExecuteMsg::Unpause { .. }
        | ExecuteMsg::SetGuardian { .. }
        | ExecuteMsg::UpdateOwnership(Action::TransferOwnership { .. } | Action::RenounceOwnership) => {
            &[Owner]
        }
        ExecuteMsg::UpdateOwnership(Action::AcceptOwnership) => &[Trader],
        ExecuteMsg::Pause { .. } => &[Owner, Guardian],
    }
}

fn samples(mars: &Mars) -> Vec<ExecuteMsg> {
    let recipient = Stranger.addr().into_string();
    vec![
        ExecuteMsg::Convert { asset: mars.unchecked(Token::Usdc) },
        ExecuteMsg::Distribute {},
        ExecuteMsg::SetRoute { asset: mars.unchecked(Token::Usdc), route: None },
        ExecuteMsg::UpdateParams { params: Params::default() },
        ExecuteMsg::Withdraw { asset: mars.unchecked(Token::Busd), amount: 1u128.into(), recipient },
        ExecuteMsg::Pause { switch: Switch::Convert },
        ExecuteMsg::ConfirmPause { switch: Switch::Distribute },
        ExecuteMsg::Unpause { switch: Switch::Distribute },
        ExecuteMsg::SetGuardian { guardian: None },
        ExecuteMsg::UpdateOwnership(Action::TransferOwnership {
            new_owner: Attacker.addr().into_string(),
            expiry: None,
        }),
        ExecuteMsg::UpdateOwnership(Action::AcceptOwnership),
    ]
}

#[test]
fn every_message_by_every_role() {
    let mut mars = collecting();
    let collector = mars.collector.clone();
    for token in [Token::Usdc, Token::Busd, Token::Xms] {
        mars.give(Minter, &collector, token, 100 * ONE);
    }
    let offer = Action::TransferOwnership { new_owner: Trader.addr().into_string(), expiry: None };
    mars.tell_collector(Owner, &ExecuteMsg::UpdateOwnership(offer)).unwrap();
    let start = mars.snapshot();
    assert_every_variant(&samples(&mars), &[]);
    for msg in samples(&mars) {
        for role in ROLES {
            mars.restore(&start);
            if matches!(msg, ExecuteMsg::ConfirmPause { .. } | ExecuteMsg::Unpause { .. }) {
                mars.tell_collector(Guardian, &ExecuteMsg::Pause { switch: Switch::Distribute }).unwrap();
            }
            let result = mars.tell_collector(role, &msg);
            if allowed(&msg).contains(&role) {
                assert!(result.is_ok(), "{role:?} {msg:?}: {}", result.unwrap_err());
            } else {
                let refusal = result.expect_err("a refusal");
                assert_eq!(refusal.code, RefusalCode::Unauthorized, "{role:?} {msg:?}: {refusal}");
            }
        }
    }
}

#[test]
fn no_message_takes_coins_and_nobody_renounces() {
    let mut mars = collecting();
    for msg in samples(&mars) {
        let paid = message(&mars.collector, &msg, cosmwasm_std::coins(1, "uusdc"));
        let result = mars.assert_unchanged(|mars| mars.transact(Owner, vec![paid]));
        refused(result, RefusalCode::WrongFunds, "1uusdc", "no coins");
    }
    let renounce = ExecuteMsg::UpdateOwnership(Action::RenounceOwnership);
    assert_eq!(mars.tell_collector(Owner, &renounce).unwrap_err().code, RefusalCode::InvalidInput);
}
