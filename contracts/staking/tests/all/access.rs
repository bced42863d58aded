//! Who may send what: every message by every role.

use cw_ownable::Action;
use mars_testing::Actor::{Attacker, Guardian, Minter, Owner, Stranger, Trader};
use mars_testing::{assert_every_variant, message, refused, Actor, Mars};
use mars_types::staking::{Emission, ExecuteMsg, Params, Switch};
use mars_types::{GuardianUnchecked, RefusalCode};

use super::{DAY, ONE};

/// The trader is the pending owner. All have a stake, some of it unbonding, and rewards.
const ROLES: [Actor; 5] = [Owner, Guardian, Trader, Minter, Attacker];

/// Who may. No wildcard: a new message does not compile until someone has decided.
fn allowed(msg: &ExecuteMsg) -> &'static [Actor] {
    match msg {
        // Anyone may send it, but the sender counts as the token.
        ExecuteMsg::Receive(_) => &ROLES,
        ExecuteMsg::Unstake { .. }
        | ExecuteMsg::Rebond { .. }
        | ExecuteMsg::Withdraw {}
        | ExecuteMsg::Claim { .. }
        | ExecuteMsg::Delegate { .. } => &ROLES,
        ExecuteMsg::PlanEmission { .. }
        | ExecuteMsg::SetCollector { .. }
        | ExecuteMsg::UpdateParams { .. }
        | ExecuteMsg::ConfirmPause { .. }
        | ExecuteMsg::Unpause { .. }
        | ExecuteMsg::SetGuardian { .. }
        | ExecuteMsg::UpdateOwnership(Action::TransferOwnership { .. }) => &[Owner],
        ExecuteMsg::UpdateOwnership(Action::AcceptOwnership) => &[Trader],
        // The owner's is refused as well, for another reason.
        ExecuteMsg::UpdateOwnership(Action::RenounceOwnership) => &[Owner],
        ExecuteMsg::Pause { .. } => &[Owner, Guardian],
    }
}

fn samples() -> Vec<ExecuteMsg> {
    let switch = Switch::Stake;
    vec![
        ExecuteMsg::Unstake { amount: 1u128.into() },
        ExecuteMsg::Withdraw {},
        ExecuteMsg::Claim { restake: false },
        ExecuteMsg::Delegate { to: Some(Stranger.addr().into_string()) },
        ExecuteMsg::PlanEmission { emission: Some(Emission { total: 5u128.into(), duration: DAY }) },
        ExecuteMsg::SetCollector { collector: None },
        ExecuteMsg::UpdateParams { params: Params::default() },
        ExecuteMsg::Pause { switch },
        ExecuteMsg::SetGuardian { guardian: None },
        ExecuteMsg::UpdateOwnership(Action::TransferOwnership {
            new_owner: Attacker.addr().into_string(),
            expiry: None,
        }),
        ExecuteMsg::UpdateOwnership(Action::AcceptOwnership),
    ]
}

fn check(mars: &mut Mars, msg: &ExecuteMsg) {
    let start = mars.snapshot();
    for role in ROLES {
        mars.restore(&start);
        let result = mars.tell_staking(role, msg);
        if allowed(msg).contains(&role) {
            assert!(result.is_ok(), "{role:?} {msg:?}: {}", result.unwrap_err());
        } else {
            let refusal = result.expect_err("a refusal");
            assert_eq!(refusal.code, RefusalCode::Unauthorized, "{role:?} {msg:?}: {refusal}");
            assert_eq!(refusal.value, role.addr().as_str());
        }
    }
    mars.restore(&start);
}

#[test]
fn every_message_by_every_role() {
    let mut mars = Mars::deploy();
    mars.give(Owner, Guardian, mars_testing::Token::Xms, 100 * ONE);
    mars.buy_back(Owner, 86_400 * ONE).unwrap();
    for role in ROLES {
        mars.stake(role, 10 * ONE).unwrap();
        mars.unstake(role, ONE).unwrap();
    }
    let offer = Action::TransferOwnership { new_owner: Trader.addr().into_string(), expiry: None };
    mars.tell_staking(Owner, &ExecuteMsg::UpdateOwnership(offer)).unwrap();
    check(&mut mars, &ExecuteMsg::Rebond { amount: 1u128.into() });
    mars.advance(7 * DAY);
    for msg in samples() {
        check(&mut mars, &msg);
    }
    let switch = Switch::Stake;
    mars.tell_staking(Guardian, &ExecuteMsg::Pause { switch }).unwrap();
    check(&mut mars, &ExecuteMsg::ConfirmPause { switch });
    check(&mut mars, &ExecuteMsg::Unpause { switch });
    let renounce = ExecuteMsg::UpdateOwnership(Action::RenounceOwnership);
    refused(mars.tell_staking(Owner, &renounce), RefusalCode::InvalidInput, "renounce", "transfer or accept");
}

#[test]
fn no_message_takes_coins() {
    let mut mars = Mars::deploy();
    let switch = Switch::Stake;
    let others = [
        ExecuteMsg::Rebond { amount: 1u128.into() },
        ExecuteMsg::ConfirmPause { switch },
        ExecuteMsg::Unpause { switch },
        ExecuteMsg::Receive(cw20::Cw20ReceiveMsg {
            sender: Owner.addr().into_string(),
            amount: 1u128.into(),
            msg: cosmwasm_std::Binary::default(),
        }),
    ];
    let all: Vec<ExecuteMsg> = samples().into_iter().chain(others).collect();
    assert_every_variant(&all, &[]);
    for msg in all {
        let paid = message(&mars.staking, &msg, cosmwasm_std::coins(1, "uusdc"));
        let result = mars.assert_unchanged(|mars| mars.transact(Owner, vec![paid]));
        refused(result, RefusalCode::WrongFunds, "1uusdc", "no coins");
    }
}

#[test]
fn a_guardian_only_stops_and_only_until_its_sunset() {
    let mut mars = Mars::builder().guardian_for(100).build();
    mars.advance(100);
    let pause = ExecuteMsg::Pause { switch: Switch::Stake };
    refused(
        mars.tell_staking(Guardian, &pause),
        RefusalCode::Unauthorized,
        Guardian.addr(),
        "owner or guardian",
    );
    let later = GuardianUnchecked { address: Guardian.addr().into_string(), sunset: mars.now() + 1_000 };
    let set = mars.tell_staking(Owner, &ExecuteMsg::SetGuardian { guardian: Some(later) });
    assert_eq!(set.unwrap_err().code, RefusalCode::InvalidInput, "a sunset never moves later");
}

#[test]
fn parameters_and_plans_stay_within_their_bounds() {
    let mut mars = Mars::deploy();
    for (unbonding, buy_back_window) in
        [(DAY - 1, DAY), (30 * DAY + 1, DAY), (DAY, 3_599), (DAY, 7 * DAY + 1)]
    {
        let params = Params { unbonding, buy_back_window };
        let refusal = mars.tell_staking(Owner, &ExecuteMsg::UpdateParams { params }).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::InvalidInput);
    }
    for (unbonding, buy_back_window) in [(DAY, 3_600), (30 * DAY, 7 * DAY)] {
        let params = Params { unbonding, buy_back_window };
        mars.tell_staking(Owner, &ExecuteMsg::UpdateParams { params }).unwrap();
    }
    for (total, duration) in [(0, DAY), (1_000_000_000 * ONE + 1, DAY), (1, DAY - 1), (1, 4 * 365 * DAY + 1)]
    {
        let emission = Some(Emission { total: total.into(), duration });
        let refusal = mars.tell_staking(Owner, &ExecuteMsg::PlanEmission { emission }).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::InvalidInput);
    }
}
