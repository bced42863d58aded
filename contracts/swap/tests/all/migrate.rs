//! A migration goes only to a newer version of the same contract.

use cosmwasm_std::{to_json_binary, WasmMsg};
use mars_testing::Actor::{Owner, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, refused, Contract, Mars, USDM_USDC, XMS_USDC};
use mars_types::swap::MigrateMsg;
use mars_types::{Refusal, RefusalCode};

use super::ONE;

const FROZEN_BOOK: &str = "0280948d86eee801aae1b5d3993a0200b8d007028080a2a9eae80180c0a8ca9a3ad898d0aa06018080e0a4c1a8c3d5a1108080e4ceceb58bbc0302d898d0aa06018094d0aa06";
const FROZEN_POINT: &str = "d898d0aa06018080e0a4c1a8c3d5a110";
const FROZEN_TERMS: (&str, &str) = ("01904e904e8094d0aa068094d0aa06029c4a9c4a", "0206060402");

fn migrate(mars: &mut Mars) -> Result<(), Refusal> {
    let migrate = WasmMsg::Migrate {
        contract_addr: mars.swap.to_string(),
        new_code_id: mars.store_code(Contract::Swap),
        msg: to_json_binary(&MigrateMsg {}).unwrap(),
    };
    mars.transact(Owner, vec![migrate.into()]).map(|_| ())
}

/// As if this release had been installed.
fn installed(mars: &mut Mars, contract: &str, version: &str) {
    let swap = mars.swap.clone();
    let mut storage = mars.app.contract_storage_mut(&swap);
    cw2::set_contract_version(&mut *storage, contract, version).unwrap();
}

fn version(mars: &Mars) -> cw2::ContractVersion {
    cw2::query_contract_info(&mars.app.wrap(), mars.swap.as_str()).unwrap()
}

#[test]
fn to_a_newer_version_and_everything_stays() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.advance(600);
    let (xms, usdc) = (mars.asset(Xms), mars.asset(Usdc));
    mars.swap(Trader, &xms, 1_000 * ONE, &[hop(XMS_USDC, &usdc)]).unwrap();
    mars.advance(600);
    let books = |mars: &Mars| {
        (
            version(mars),
            [XMS_USDC, USDM_USDC].map(|pool| (mars.swap_pool(pool), mars.observe(pool, &[60, 1_000]))),
        )
    };
    let before = books(&mars);
    installed(&mut mars, &before.0.contract, "0.0.9");
    migrate(&mut mars).unwrap();
    assert_eq!(books(&mars), before);
    mars.swap(Trader, &xms, 1_000 * ONE, &[hop(XMS_USDC, &usdc)]).unwrap();
    mars.assert_invariants();
}

/// The packed records do not describe themselves: a field that moves would be read as another. These bytes were written by
/// the first release.
#[test]
fn records_of_the_first_release_are_read() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.advance(600);
    let (xms, usdc) = (mars.asset(Xms), mars.asset(Usdc));
    mars.swap(Trader, &xms, 1_000 * ONE, &[hop(XMS_USDC, &usdc)]).unwrap();
    let swap = mars.swap.clone();
    let storage = mars.app.contract_storage(&swap);
    let record = |key: &[u8]| {
        let bytes = storage.get(key).unwrap();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    assert_eq!(record(b"\0\x01b\0\0\0\x01"), FROZEN_BOOK);
    assert_eq!(record(b"\0\x01p\0\x04\0\0\0\x01\0\x01"), FROZEN_POINT);
    let terms = record(b"\0\x01t\0\0\0\x02");
    assert!(terms.starts_with(FROZEN_TERMS.0) && terms.ends_with(FROZEN_TERMS.1), "{terms}");
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
