//! Who may send what, that nothing takes coins, and the bounds of parameters.

use mars_testing::Actor::{Guardian, Owner};
use mars_testing::Role::{self, Anyone, Collector, Staker};
use mars_testing::{assert_coins_come_with, assert_senders_of_owned, refused, Contract, Mars};
use mars_types::staking::{Emission, ExecuteMsg, Params, Switch};
use mars_types::{GuardianUnchecked, RefusalCode};

use super::{DAY, ONE};

#[test]
fn every_message_by_every_role() {
    assert_senders_of_owned(
        Contract::Staking,
        &[
            (&[Anyone], &["receive: stake", "receive: fund_emission", "delegate"]),
            (&[Role::Owner, Collector], &["receive: buy_back"]),
            (&[Staker], &["unstake", "rebond", "withdraw", "claim", "claim: restake"]),
            (&[Role::Owner, Role::Guardian], &["pause"]),
            (&[Role::Owner], &["plan_emission", "set_collector", "update_params"]),
        ],
    );
}

#[test]
fn no_message_takes_coins() {
    assert_coins_come_with(Contract::Staking, &[]);
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
