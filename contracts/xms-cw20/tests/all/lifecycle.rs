use cosmwasm_std::testing::{mock_dependencies, mock_env};
use mars_types::token::MigrateMsg;
use mars_types::RefusalCode as Code;
use xms_cw20::contract;

use super::setup::assert_refused;

#[test]
fn a_migration_needs_an_older_version_of_the_same_contract() {
    let version = env!("CARGO_PKG_VERSION");
    let mut deps = mock_dependencies();
    let to = format!("mars:xms-cw20 {version}");
    for (name, from) in [("mars:xms-cw20", version), ("mars:xms-cw20", "99.0.0"), ("mars:usdm-cw20", "0.0.1")]
    {
        cw2::set_contract_version(&mut deps.storage, name, from).unwrap();
        let outcome = contract::migrate(deps.as_mut(), mock_env(), MigrateMsg {});
        assert_refused(outcome, Code::NotNewer, &to, format!("{name} {from}"));
    }
    cw2::set_contract_version(&mut deps.storage, "mars:xms-cw20", "0.0.1").unwrap();
    contract::migrate(deps.as_mut(), mock_env(), MigrateMsg {}).unwrap();
    assert_eq!(cw2::get_contract_version(&deps.storage).unwrap().version, version);
}
