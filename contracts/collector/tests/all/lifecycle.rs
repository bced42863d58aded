//! Instantiation and migration.

use cw_multi_test::Executor;
use mars_testing::Actor::Owner;
use mars_testing::{Contract, Mars};
use mars_types::collector::{InstantiateMsg, Params};
use mars_types::{Bps, Refusal, RefusalCode};

#[test]
fn nothing_is_instantiated_with_nonsense() {
    let mut mars = Mars::deploy();
    let code = mars.store_code(Contract::Collector);
    let good = || InstantiateMsg {
        owner: Owner.addr().into_string(),
        guardian: None,
        xms: mars.xms.to_string(),
        swap: mars.swap.to_string(),
        staking: mars.staking.to_string(),
        params: None,
    };
    let bad = [
        InstantiateMsg { owner: "Mars".into(), ..good() },
        InstantiateMsg { xms: "XMS".into(), ..good() },
        InstantiateMsg { swap: "?".into(), ..good() },
        InstantiateMsg { staking: "?".into(), ..good() },
        InstantiateMsg { params: Some(Params { slice: Bps(0), ..Params::default() }), ..good() },
    ];
    let good = good();
    for msg in bad {
        let error = mars.app.instantiate_contract(code, Owner.addr(), &msg, &[], "x", None).unwrap_err();
        let refusal = Refusal::find(&format!("{error:#}")).unwrap();
        assert_eq!(refusal.code, RefusalCode::InvalidInput, "{refusal}");
    }
    mars.app.instantiate_contract(code, Owner.addr(), &good, &[], "x", None).unwrap();
}

#[test]
fn only_to_a_newer_version() {
    Mars::deploy().assert_migrates_only_up(Contract::Collector);
}
