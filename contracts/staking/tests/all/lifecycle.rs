//! Instantiation and migration.

use cw_multi_test::Executor;
use mars_testing::Actor::{Minter, Owner};
use mars_testing::{Contract, Mars, EMISSION};
use mars_types::staking::{Emission, InstantiateMsg, MigrateMsg, Params};
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

/// Storage as version 0.0.9 left it: its bytes are written here, so a change of their form is noticed.
#[test]
fn a_migration_goes_up_once_and_keeps_every_stake() {
    let mut mars = Mars::deploy();
    mars.stake(Minter, 5 * ONE).unwrap();
    let code = mars.store_code(Contract::Staking);
    let staking = mars.staking.clone();
    let again = mars.app.migrate_contract(Owner.addr(), staking.clone(), &MigrateMsg {}, code);
    let refusal = Refusal::find(&format!("{:#}", again.unwrap_err())).unwrap();
    assert_eq!(refusal.code, RefusalCode::NotNewer);

    let mut storage = mars.app.contract_storage_mut(&staking);
    storage.set(b"contract_info", br#"{"contract":"mars:staking","version":"0.0.9"}"#);
    // staked 5,000,000 since block 1; unbonding, index 0; updated 1,700,006,400; two streams without a total.
    let pool = [192, 150, 177, 2, 1, 0, 0, 128, 148, 208, 170, 6, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(storage.get(b"pool").unwrap(), pool);
    drop(storage);
    mars.app.migrate_contract(Owner.addr(), staking, &MigrateMsg {}, code).unwrap();
    assert_eq!(mars.staker(Minter).stake.u128(), 5 * ONE);
    mars.unstake(Minter, 5 * ONE).unwrap();
    mars.assert_invariants();
}
