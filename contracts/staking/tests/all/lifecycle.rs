//! Instantiation and migration.

use cw_multi_test::Executor;
use mars_testing::Actor::{Minter, Owner};
use mars_testing::{Contract, Mars, EMISSION};
use mars_types::staking::{Emission, InstantiateMsg, Params};
use mars_types::{Refusal, RefusalCode};

use super::ONE;

#[test]
fn nothing_is_instantiated_with_nonsense() {
    let mut mars = Mars::deploy();
    let code = mars.store_code(Contract::Staking);
    let good = || InstantiateMsg {
        owner: Owner.addr().into_string(),
        guardian: None,
        xms: mars.xms.to_string(),
        collector: None,
        emission: Some(EMISSION),
        params: None,
    };
    let bad = [
        InstantiateMsg { owner: "Mars".into(), ..good() },
        InstantiateMsg { xms: "XMS".into(), ..good() },
        InstantiateMsg { collector: Some("?".into()), ..good() },
        InstantiateMsg { emission: Some(Emission { total: 0u128.into(), ..EMISSION }), ..good() },
        InstantiateMsg { params: Some(Params { unbonding: 0, ..Params::default() }), ..good() },
    ];
    let good = good();
    for msg in bad {
        let error =
            mars.app.instantiate_contract(code, Owner.addr(), &msg, &[], "x", None).expect_err("refused");
        let refusal = Refusal::find(&format!("{error:#}")).unwrap();
        assert_eq!(refusal.code, RefusalCode::InvalidInput, "{refusal}");
    }
    mars.app.instantiate_contract(code, Owner.addr(), &good, &[], "x", None).unwrap();
}

#[test]
fn only_to_a_newer_version_and_every_stake_stays() {
    let mut mars = Mars::deploy();
    mars.stake(Minter, 5 * ONE).unwrap();
    mars.assert_migrates_only_up(Contract::Staking);
    mars.unstake(Minter, 5 * ONE).unwrap();
    mars.assert_invariants();
}
