//! What the DAO may set, and its bounds.

use mars_testing::Actor::{Minter, Stranger, Trader};
use mars_testing::{Bill, Mars};
use mars_types::governance::{ConfigResponse, ExecuteMsg, MemberUnchecked, Params, QueryMsg, Role};
use mars_types::{Bps, GuardianUnchecked, RefusalCode};

use super::{dao, DAY};

/// Executes one message of the DAO to itself.
fn decree(mars: &mut Mars, msg: &ExecuteMsg) -> Result<(), String> {
    let dao = mars.governance.clone();
    mars.tell_governance(dao, msg).map(drop).map_err(|refusal| format!("{} {}", refusal.code, refusal.value))
}

fn config(mars: &Mars) -> ConfigResponse {
    mars.ask_governance(&QueryMsg::Config {})
}

#[test]
fn parameters_stay_within_their_bounds() {
    let mut mars = dao();
    let good = Params::default();
    let bad = [
        Params { threshold: Bps(0), ..good },
        Params { threshold: Bps(201), ..good },
        Params { quorum: Bps(99), ..good },
        Params { quorum: Bps(2_001), ..good },
        Params { heavy_quorum: Bps(499), ..good },
        Params { heavy_quorum: Bps(4_001), ..good },
        Params { quorum: Bps(1_001), ..good },
        Params { delay: 12 * 3_600 - 1, ..good },
        Params { delay: 7 * DAY + 1, ..good },
        Params { voting: 3 * DAY - 1, ..good },
        Params { voting: 14 * DAY + 1, ..good },
        Params { timelock: DAY - 1, ..good },
        Params { timelock: 30 * DAY + 1, ..good },
        Params { grace: 3 * DAY - 1, ..good },
        Params { grace: 30 * DAY + 1, ..good },
    ];
    for params in bad {
        let refusal = decree(&mut mars, &ExecuteMsg::UpdateParams { params }).unwrap_err();
        assert!(refusal.starts_with("invalid_input"), "{params:?}: {refusal}");
    }
    let params = Params { timelock: DAY, grace: 30 * DAY, quorum: Bps(1_000), ..good };
    decree(&mut mars, &ExecuteMsg::UpdateParams { params }).unwrap();
    assert_eq!(config(&mars).params, params);
}

#[test]
fn sources_and_contracts_are_bounded_and_removable() {
    let mut mars = dao();
    let staking = mars.staking.to_string();
    let some = |count: usize| {
        (0..count)
            .map(|number| mars.app.api().addr_make(&format!("{number}")).into_string())
            .collect::<Vec<_>>()
    };
    let (five, many) = (some(5), some(30 - config(&mars).contracts.len()));
    let sources = |add: Vec<String>, remove: Vec<String>| ExecuteMsg::UpdateSources { add, remove };
    assert_eq!(decree(&mut mars, &sources(five.clone(), vec![])).unwrap_err(), "too_many 6");
    assert_eq!(
        decree(&mut mars, &sources(vec![staking.clone()], vec![])).unwrap_err(),
        format!("duplicate {staking}")
    );
    assert_eq!(
        decree(&mut mars, &sources(vec![], vec![staking.clone()])).unwrap_err(),
        "not_found none is left"
    );
    assert_eq!(decree(&mut mars, &sources(vec![], vec!["x".into()])).unwrap_err(), "not_found x");
    decree(&mut mars, &sources(five, vec![staking])).unwrap();
    assert_eq!(config(&mars).sources.len(), 5);

    let member = |address: &String| MemberUnchecked { role: Role::Other, address: address.clone() };
    let contracts =
        |add: Vec<MemberUnchecked>, remove: Vec<String>| ExecuteMsg::UpdateContracts { add, remove };
    let oracle = mars.oracle.to_string();
    decree(&mut mars, &contracts(many.iter().map(member).collect(), vec![])).unwrap();
    assert_eq!(config(&mars).contracts.len(), 30);
    let one_more = member(&Stranger.addr().into_string());
    assert_eq!(decree(&mut mars, &contracts(vec![one_more], vec![])).unwrap_err(), "too_many 31");
    assert_eq!(
        decree(&mut mars, &contracts(vec![member(&oracle)], vec![])).unwrap_err(),
        format!("duplicate {oracle}")
    );
    decree(&mut mars, &contracts(vec![member(&oracle)], vec![oracle.clone()])).unwrap();
    assert_eq!(decree(&mut mars, &contracts(vec![], vec!["x".into()])).unwrap_err(), "not_found x");
}

/// R66: the sunset can be moved earlier only.
#[test]
fn a_guardians_sunset_never_moves_later() {
    let mut mars = dao();
    let sunset = config(&mars).guardian.unwrap().sunset;
    let set = |sunset| ExecuteMsg::SetGuardian {
        guardian: Some(GuardianUnchecked { address: Minter.addr().into_string(), sunset }),
    };
    assert!(decree(&mut mars, &set(sunset + 1)).unwrap_err().starts_with("invalid_input"));
    decree(&mut mars, &set(sunset - 1)).unwrap();
    decree(&mut mars, &ExecuteMsg::SetGuardian { guardian: None }).unwrap();
    assert!(decree(&mut mars, &set(sunset)).unwrap_err().starts_with("invalid_input"));
}

#[test]
fn a_vote_changes_the_daos_own_numbers() {
    let mut mars = dao();
    let dao = mars.governance.clone();
    let params = Params { delay: 2 * DAY, ..Params::default() };
    let update = mars.call(&dao, &ExecuteMsg::UpdateParams { params });
    let id = mars.pass(&[Trader], Bill::of(vec![update]));
    assert!(mars.proposal(id).heavy);
    mars.execute(id).unwrap();
    assert_eq!(config(&mars).params, params);
    let code = RefusalCode::WrongStatus;
    assert_eq!(mars.execute(id).unwrap_err().code, code);
}
