//! Instantiation, coins that came along, migration.

use cosmwasm_std::testing::{message_info, mock_dependencies, mock_env};
use cosmwasm_std::{coin, coins, Empty};
use cw20::{Cw20ExecuteMsg as Msg, MinterResponse};
use cw_multi_test::Executor;
use mars_control::ControlError;
use mars_types::token::{MigrateMsg, QueryMsg, UsdmInstantiateMsg};
use mars_types::{Refusal, RefusalCode as Code};
use usdm_cw20::contract;

use super::setup::{assert_refused, usdm, Token};

#[test]
fn instantiation_takes_no_coins_and_a_valid_minter() {
    let mut deps = mock_dependencies();
    let minter = deps.api.addr_make("minter");
    let msg = UsdmInstantiateMsg { minter: minter.to_string() };
    let paying = message_info(&minter, &[coin(5, "umars")]);
    let error = contract::instantiate(deps.as_mut(), mock_env(), paying, msg).unwrap_err();
    assert_eq!(
        error.to_string(),
        "wrong_funds: the attached coins are not what this message takes (value 5umars, limit no coins)"
    );
    let msg = UsdmInstantiateMsg { minter: minter.to_string().to_uppercase() };
    let error =
        contract::instantiate(deps.as_mut(), mock_env(), message_info(&minter, &[]), msg).unwrap_err();
    let refusal = Refusal::from(error);
    assert_eq!((refusal.code, refusal.message.as_str()), (Code::InvalidInput, "minter is out of bounds"));
}

#[test]
fn nothing_exists_before_the_first_mint() {
    let token = Token::with_holder(0);
    assert_eq!(token.supply(), 0);
    let minter: Option<MinterResponse> = token.query(QueryMsg::Minter {});
    assert_eq!(minter.unwrap().cap, None);
}

#[test]
fn no_message_takes_coins() {
    let mut token = Token::with_holder(100);
    let holder = token.holder.clone();
    let funds = coins(3, "umars");
    token
        .chain
        .sudo(cw_multi_test::SudoMsg::Bank(cw_multi_test::BankSudo::Mint {
            to_address: holder.to_string(),
            amount: coins(1_000, "umars"),
        }))
        .unwrap();
    let (other, amount, msg) = (token.sink.to_string(), 1u128.into(), Default::default());
    let owner = holder.to_string();
    let messages = [
        Msg::Transfer { recipient: other.clone(), amount },
        Msg::Burn { amount },
        Msg::Send { contract: other.clone(), amount, msg },
        Msg::Mint { recipient: other.clone(), amount },
        Msg::IncreaseAllowance { spender: other.clone(), amount, expires: None },
        Msg::DecreaseAllowance { spender: other.clone(), amount, expires: None },
        Msg::TransferFrom { owner: owner.clone(), recipient: other.clone(), amount },
        Msg::SendFrom { owner: owner.clone(), contract: other.clone(), amount, msg: Default::default() },
        Msg::BurnFrom { owner, amount },
        Msg::UpdateMinter { new_minter: None },
        Msg::UpdateMarketing { project: None, description: None, marketing: None },
        Msg::UploadLogo(cw20::Logo::Url("https://mars.example".into())),
    ];
    for message in messages {
        assert_refused(token.execute_with(&holder, message, &funds), Code::WrongFunds, "3umars", "no coins");
    }
    assert_eq!(token.chain.wrap().query_balance(&holder, "umars").unwrap(), coin(1_000, "umars"));
}

#[test]
fn a_migration_needs_an_older_version_of_the_same_contract() {
    let version = env!("CARGO_PKG_VERSION");
    let mut deps = mock_dependencies();
    let cases = [
        ("mars:usdm-cw20", version, false),
        ("mars:usdm-cw20", "99.0.0", false),
        ("mars:xms-cw20", "0.0.1", false),
        ("crates.io:cw20-base", "0.0.1", false),
        ("mars:usdm-cw20", "no version", false),
        ("mars:usdm-cw20", "0.0.1", true),
    ];
    for (name, from, allowed) in cases {
        cw2::set_contract_version(&mut deps.storage, name, from).unwrap();
        let outcome = contract::migrate(deps.as_mut(), mock_env(), MigrateMsg {});
        let stored = cw2::get_contract_version(&deps.storage).unwrap();
        if allowed {
            outcome.unwrap();
            assert_eq!((stored.contract.as_str(), stored.version.as_str()), ("mars:usdm-cw20", version));
        } else {
            let refused = ControlError::NotNewer {
                from: format!("{name} {from}"),
                to: format!("mars:usdm-cw20 {version}"),
            };
            assert_eq!(outcome, Err(refused.into()));
            assert_eq!((stored.contract.as_str(), stored.version.as_str()), (name, from));
        }
    }
}

#[test]
fn a_chain_migration_to_the_same_version_changes_nothing() {
    let mut token = Token::with_holder(100);
    let same = token.chain.store_code(usdm());
    let admin = token.minter.clone();
    let error = token.chain.migrate_contract(admin, token.address.clone(), &Empty {}, same).unwrap_err();
    let refusal = Refusal::find(&format!("{error:#}")).unwrap();
    assert_eq!(refusal.code, Code::NotNewer);
    assert_eq!(token.chain.contract_data(&token.address).unwrap().code_id, token.code);
}
