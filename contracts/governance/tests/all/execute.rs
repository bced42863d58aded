//! What a passed proposal does.

use cosmwasm_std::{coin, BankMsg, WasmMsg};
use mars_testing::Actor::{Keeper, Minter, Stranger, Trader};
use mars_testing::{attribute, event, refused, Bill, Contract};
use mars_types::governance::{QueryMsg, ReceiptsResponse, Status};
use mars_types::treasury::{ExecuteMsg, SwitchUnchecked};
use mars_types::{staking, Refusal, RefusalCode};

use super::{dao, DAY, MILLION, ONE};

#[test]
fn a_parameter_change() {
    let mut mars = dao();
    let staking = mars.staking.clone();
    let params = staking::Params { unbonding: 10 * DAY, ..staking::Params::default() };
    let bill = Bill::of(vec![mars.call(&staking, &staking::ExecuteMsg::UpdateParams { params })]);
    let id = mars.pass(&[Trader], bill);
    let response = mars.execute(id).unwrap();
    let executed = event(&response, "mars_execute");
    assert_eq!(attribute(executed, "sender"), Keeper.addr().as_str());
    assert_eq!(attribute(event(&response, "mars_message"), "message"), "1");
    let config: staking::ConfigResponse = mars.ask_staking(&staking::QueryMsg::Config {});
    assert_eq!(config.params, params);
    assert_eq!(mars.status(id), Status::Executed);
    mars.assert_invariants();
}

#[test]
fn a_treasury_spend_needs_ten_percent() {
    let mut mars = dao();
    let treasury = mars.treasury.clone();
    let spend =
        ExecuteMsg::WithdrawReserve { amount: MILLION.into(), recipient: Stranger.addr().into_string() };
    let bill = Bill::of(vec![mars.call(&treasury, &spend)]);
    let id = mars.pass(&[Trader], bill.clone());
    assert!(mars.proposal(id).heavy);
    mars.execute(id).unwrap();
    assert_eq!(mars.xms_of(Stranger), MILLION);

    let id = mars.propose(Minter, bill).unwrap();
    mars.until_vote(id);
    mars.vote(Minter, id, mars_types::governance::Choice::For).unwrap();
    mars.until_decided(id);
    assert_eq!(mars.status(id), Status::Defeated, "5 % are too few");
}

#[test]
fn the_daos_own_coins_and_tokens() {
    let mut mars = dao();
    let dao = mars.governance.clone();
    mars.give(Minter, &dao, mars_testing::Token::Usdc, 100 * ONE);
    let send =
        BankMsg::Send { to_address: Stranger.addr().into_string(), amount: vec![coin(60_000_000, "uusdc")] };
    let id = mars.pass(&[Trader], Bill::of(vec![send.into()]));
    assert!(mars.proposal(id).heavy);
    mars.execute(id).unwrap();
    assert_eq!(mars.balance(Stranger, mars_testing::Token::Usdc), 60 * ONE);
    assert_eq!(mars.balance(&dao, mars_testing::Token::Usdc), 40 * ONE);
}

/// All messages or none (R64), and again until it expires.
#[test]
fn a_failed_message_undoes_all_and_can_be_tried_again() {
    let mut mars = dao();
    let (treasury, staking) = (mars.treasury.clone(), mars.staking.clone());
    let pause = staking::ExecuteMsg::Pause { switch: staking::Switch::Stake };
    let unpause = ExecuteMsg::Unpause { switch: SwitchUnchecked::Mint };
    let bill = Bill::of(vec![mars.call(&staking, &pause), mars.call(&treasury, &unpause)]);
    let id = mars.pass(&[Trader], bill);
    let refusal = mars.assert_unchanged(|mars| mars.execute(id)).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::MessageFailed);
    assert_eq!(refusal.value, "message 2");
    let receipt = "not_found / mint is not paused [value mint, limit a pause that holds]";
    assert!(refusal.message.contains(receipt), "{refusal}");
    assert_eq!(mars.status(id), Status::Ready);
    mars.stake(Keeper, ONE).unwrap();

    // Someone pauses minting; now it works.
    mars.tell_treasury(mars_testing::Actor::Guardian, &ExecuteMsg::Pause { switch: SwitchUnchecked::Mint })
        .unwrap();
    mars.execute(id).unwrap();
    refused(mars.stake(Keeper, ONE), RefusalCode::Paused, "stake", "owner");
    let receipts: ReceiptsResponse = mars.ask_governance(&QueryMsg::Receipts { proposal: id });
    assert_eq!(receipts.executed_at, Some(mars.now()));
    let numbers: Vec<u64> = receipts.receipts.iter().map(|receipt| receipt.message).collect();
    assert_eq!(numbers, [1, 2]);
}

/// An inner error cannot pass itself off as the DAO's own refusal.
#[test]
fn the_receipt_of_a_failure_is_read_as_one_refusal() {
    let error = mars_governance::error::ContractError::MessageFailed {
        proposal: 3,
        message: 1,
        error: "balance: too little (value 1, limit 2): execute wasm contract failed".into(),
    };
    let refusal = Refusal::find(&format!("failed to execute message: {error}: more")).unwrap();
    assert_eq!(refusal.code, RefusalCode::MessageFailed);
    assert_eq!((refusal.value.as_str(), refusal.limit.as_str()), ("message 1", "all messages or none"));
}

#[test]
fn it_is_wasm_admin_of_every_contract_and_of_itself() {
    let mut mars = dao();
    let wrap = mars.app.wrap();
    for contract in [&mars.usdm, &mars.xms, &mars.oracle, &mars.treasury, &mars.staking, &mars.governance] {
        let info = wrap.query_wasm_contract_info(contract).unwrap();
        assert_eq!(info.admin, Some(mars.governance.clone()), "{contract}");
    }
    // A migration by vote: from the version before to the one that is built.
    let code = mars.store_code(Contract::Staking);
    let staking = mars.staking.clone();
    mars.pretend_version(Contract::Staking, Contract::Staking.name(), "0.0.9");
    let msg = cosmwasm_std::to_json_binary(&staking::MigrateMsg {}).unwrap();
    let migrate = WasmMsg::Migrate { contract_addr: staking.to_string(), new_code_id: code, msg };
    let id = mars.pass(&[Trader], Bill::of(vec![migrate.into()]));
    mars.execute(id).unwrap();
    let info = mars.app.wrap().query_wasm_contract_info(&staking).unwrap();
    assert_eq!(info.code_id, code);
    mars.assert_invariants();
}
