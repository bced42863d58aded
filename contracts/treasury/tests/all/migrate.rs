//! A migration goes only to a newer version of the same contract.

use cosmwasm_std::{to_json_binary, WasmMsg};
use mars_testing::Actor::{Minter, Owner};
use mars_testing::Token::Usdc;
use mars_testing::{refused, Mars};
use mars_types::treasury::MigrateMsg;
use mars_types::{Refusal, RefusalCode};

use super::ONE;

fn migrate(mars: &mut Mars) -> Result<(), Refusal> {
    let migrate = WasmMsg::Migrate {
        contract_addr: mars.treasury.to_string(),
        new_code_id: mars.store_treasury_code(),
        msg: to_json_binary(&MigrateMsg {}).unwrap(),
    };
    mars.transact(Owner, vec![migrate.into()]).map(|_| ())
}

/// As if this release had been installed.
fn installed(mars: &mut Mars, contract: &str, version: &str) {
    let treasury = mars.treasury.clone();
    let mut storage = mars.app.contract_storage_mut(&treasury);
    cw2::set_contract_version(&mut *storage, contract, version).unwrap();
}

fn version(mars: &Mars) -> cw2::ContractVersion {
    cw2::query_contract_info(&mars.app.wrap(), mars.treasury.as_str()).unwrap()
}

#[test]
fn to_a_newer_version_and_everything_stays() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 5 * ONE).unwrap();
    let (current, books) = (version(&mars), (mars.solvency(), mars.epoch(), mars.assets(), mars.config()));
    installed(&mut mars, &current.contract, "0.0.9");
    migrate(&mut mars).unwrap();
    assert_eq!(version(&mars), current);
    assert_eq!((mars.solvency(), mars.epoch(), mars.assets(), mars.config()), books);
    mars.mint(Minter, Usdc, 5 * ONE).unwrap();
    mars.assert_invariants();
}

#[test]
fn neither_to_the_same_nor_to_an_older_version() {
    let mut mars = Mars::deploy();
    let current = version(&mars);
    let to = format!("{} {}", current.contract, current.version);
    for installed_version in [current.version.as_str(), "9.0.0", "0.1.1"] {
        installed(&mut mars, &current.contract, installed_version);
        let from = format!("{} {installed_version}", current.contract);
        refused(migrate(&mut mars), RefusalCode::NotNewer, &to, from);
    }
}

#[test]
fn not_from_another_contract() {
    let mut mars = Mars::deploy();
    let current = version(&mars);
    installed(&mut mars, "mars:oracle", "0.0.1");
    let to = format!("{} {}", current.contract, current.version);
    refused(migrate(&mut mars), RefusalCode::NotNewer, to, "mars:oracle 0.0.1");
    installed(&mut mars, &current.contract, "no version");
    assert_eq!(migrate(&mut mars).unwrap_err().code, RefusalCode::NotNewer);
}
