//! A migration goes only to a newer version of the same contract.

use cosmwasm_std::{to_json_binary, Addr, WasmMsg};
use mars_testing::Actor::{Minter, Owner};
use mars_testing::Token::{Btc, Usdc};
use mars_testing::{refused, Contract, Mars, Redeem};
use mars_types::treasury::{ExecuteMsg, MigrateMsg, SwitchUnchecked};
use mars_types::{Refusal, RefusalCode};

use super::{MILLION, ONE, THOUSAND};

fn migrate(mars: &mut Mars) -> Result<(), Refusal> {
    let migrate = WasmMsg::Migrate {
        contract_addr: mars.treasury.to_string(),
        new_code_id: mars.store_code(Contract::Treasury),
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

/// The storage of a treasury of an earlier release, as it was written by that release: `HEX-KEY VALUE` a line, with the names
/// of other contracts in the place of their addresses.
fn frozen(mars: &mut Mars, holder: &Addr, state: &str) {
    let state = state
        .replace("{usdm}", mars.usdm.as_str())
        .replace("{xms}", mars.xms.as_str())
        .replace("{oracle}", mars.oracle.as_str())
        .replace("{gold}", mars.gold.as_str())
        .replace("{holder}", holder.as_str());
    let treasury = mars.treasury.clone();
    let keys: Vec<Vec<u8>> = mars.app.dump_wasm_raw(&treasury).into_iter().map(|(key, _)| key).collect();
    let mut storage = mars.app.contract_storage_mut(&treasury);
    keys.iter().for_each(|key| storage.remove(key));
    for line in state.lines() {
        let (key, value) = line.split_once(' ').unwrap();
        let byte = |at: usize| u8::from_str_radix(&key[at..at + 2], 16).unwrap();
        let key: Vec<u8> = (0..key.len()).step_by(2).map(byte).collect();
        storage.set(&key, value.as_bytes());
    }
}

#[test]
fn from_the_frozen_state_of_0_1_0() {
    let mut mars = Mars::deploy();
    let holder = mars.deploy_holder(5 * MILLION);
    // The tokens that the frozen books speak of.
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.mint(Minter, Btc, 100_000_000).unwrap();
    mars.next_epoch();
    mars.redeem(Minter, 1_000 * ONE).unwrap();
    frozen(&mut mars, &holder, include_str!("../frozen/0.1.0.txt"));
    installed(&mut mars, "mars:treasury", "0.0.9");
    migrate(&mut mars).unwrap();
    mars.assert_invariants();
    let solvency = mars.solvency();
    assert_eq!((solvency.minted.u128(), solvency.redeemed.u128()), (459_940 * ONE, 1_000 * ONE));
    assert_eq!((solvency.claimed.u128(), solvency.queue.u128(), solvency.recovery), (0, 0, None));
    assert_eq!(mars.held(Btc), 100_000_000);
    // Redemption is paused in it. Everything new works on it.
    let switch = SwitchUnchecked::Redeem;
    assert_eq!(mars.redeem(Minter, ONE).unwrap_err().code, RefusalCode::Paused);
    mars.tell_treasury(Owner, &ExecuteMsg::Unpause { switch }).unwrap();
    mars.redeem_with(Minter, Redeem::of(10 * THOUSAND).or_queue()).unwrap();
    mars.next_epoch();
    mars.settle(Owner, 1).unwrap();
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
    mars.claim_basket(Minter, 10 * THOUSAND).unwrap();
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
