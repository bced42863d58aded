//! What the chain is when all is done: every account, balance, code and contract. Left out is what belongs to the
//! validator and to the modules that its rewards go through, which the embedded chain does not have.

use mars_node::address;
use mars_node::auth::Account;
use mars_node::proto::cosmos::auth::v1beta1::{
    QueryAccountRequest, QueryAccountsRequest, QueryAccountsResponse,
};
use mars_node::proto::cosmos::authz::v1beta1::QueryGranterGrantsRequest;
use mars_node::proto::cosmos::bank::v1beta1::{
    QueryAllBalancesRequest, QuerySpendableBalancesRequest, QuerySupplyOfRequest,
};
use mars_node::proto::cosmos::base::query::v1beta1::PageRequest;
use mars_node::proto::cosmos::feegrant::v1beta1::QueryAllowancesByGranterRequest;
use mars_node::proto::wasm::{
    QueryAllContractStateRequest, QueryCodeRequest, QueryCodesRequest, QueryContractHistoryRequest,
    QueryContractInfoRequest, QueryContractsByCodeRequest, QueryContractsByCodeResponse,
    QueryContractsByCreatorRequest, QueryParamsRequest, QueryPinnedCodesRequest,
};
use prost::Message;
use serde_json::{Value, json};

use crate::recorder::Recorder;

const ECONOMY: [&str; 6] =
    ["fee_collector", "distribution", "bonded_tokens_pool", "not_bonded_tokens_pool", "protocolpool", "gov"];

fn page() -> Option<PageRequest> {
    Some(PageRequest { limit: 1_000, ..PageRequest::default() })
}

pub fn accounts(r: &Recorder) -> Vec<Account> {
    let answer: QueryAccountsResponse =
        r.query("/cosmos.auth.v1beta1.Query/Accounts", &QueryAccountsRequest { pagination: page() });
    answer.accounts.iter().map(|any| Account::decode(any).unwrap()).collect()
}

/// What to ask: the path of each question and its request.
pub fn questions(r: &Recorder) -> Vec<(&'static str, Vec<u8>)> {
    let mut questions: Vec<(&str, Vec<u8>)> = Vec::new();
    let left_out: Vec<String> =
        ECONOMY.iter().map(|name| address::encode("mars", &address::module(name))).collect();
    let validator = r.genesis["app_state"]["auth"]["accounts"][0]["address"].as_str().unwrap().to_owned();
    for account in accounts(r) {
        let address = account.base().unwrap().address.clone();
        if address == validator {
            continue;
        }
        questions.push((
            "/cosmos.auth.v1beta1.Query/Account",
            QueryAccountRequest { address: address.clone() }.encode_to_vec(),
        ));
        if !left_out.contains(&address) {
            let balances = QueryAllBalancesRequest {
                address: address.clone(),
                pagination: page(),
                resolve_denom: false,
            };
            questions.push(("/cosmos.bank.v1beta1.Query/AllBalances", balances.encode_to_vec()));
            let spendable = QuerySpendableBalancesRequest { address: address.clone(), pagination: page() };
            questions.push(("/cosmos.bank.v1beta1.Query/SpendableBalances", spendable.encode_to_vec()));
        }
        let creator = QueryContractsByCreatorRequest { creator_address: address.clone(), pagination: page() };
        questions.push(("/cosmwasm.wasm.v1.Query/ContractsByCreator", creator.encode_to_vec()));
        let granter = QueryGranterGrantsRequest { granter: address.clone(), pagination: page() };
        questions.push(("/cosmos.authz.v1beta1.Query/GranterGrants", granter.encode_to_vec()));
        let granter = QueryAllowancesByGranterRequest { granter: address, pagination: page() };
        questions.push(("/cosmos.feegrant.v1beta1.Query/AllowancesByGranter", granter.encode_to_vec()));
    }
    for denom in ["umars", "uusdc", "ubusd", "sats"] {
        let supply = QuerySupplyOfRequest { denom: denom.into() };
        questions.push(("/cosmos.bank.v1beta1.Query/SupplyOf", supply.encode_to_vec()));
    }
    questions.push(("/cosmwasm.wasm.v1.Query/Params", QueryParamsRequest {}.encode_to_vec()));
    questions
        .push(("/cosmwasm.wasm.v1.Query/Codes", QueryCodesRequest { pagination: page() }.encode_to_vec()));
    questions.push((
        "/cosmwasm.wasm.v1.Query/PinnedCodes",
        QueryPinnedCodesRequest { pagination: page() }.encode_to_vec(),
    ));
    for code_id in 1..=20 {
        questions.push(("/cosmwasm.wasm.v1.Query/CodeInfo", QueryCodeRequest { code_id }.encode_to_vec()));
        let by_code = QueryContractsByCodeRequest { code_id, pagination: page() };
        questions.push(("/cosmwasm.wasm.v1.Query/ContractsByCode", by_code.encode_to_vec()));
        let contracts: QueryContractsByCodeResponse =
            r.query("/cosmwasm.wasm.v1.Query/ContractsByCode", &by_code);
        for address in contracts.contracts {
            let info = QueryContractInfoRequest { address: address.clone() };
            questions.push(("/cosmwasm.wasm.v1.Query/ContractInfo", info.encode_to_vec()));
            let history = QueryContractHistoryRequest { address: address.clone(), pagination: page() };
            questions.push(("/cosmwasm.wasm.v1.Query/ContractHistory", history.encode_to_vec()));
            let state = QueryAllContractStateRequest { address, pagination: page() };
            questions.push(("/cosmwasm.wasm.v1.Query/AllContractState", state.encode_to_vec()));
        }
    }
    questions
}

/// The answers at the height of the last step, whatever the chain has done of its own since.
pub fn record(r: &Recorder) -> Vec<Value> {
    let last = r.last();
    questions(r)
        .into_iter()
        .map(|(path, data)| {
            let answer = r.ask_at(last, path, &data);
            json!({
                "path": path, "data": hex::encode(&data), "code": answer["code"], "codespace": answer["codespace"],
                "log": answer["log"], "value": answer["value"],
            })
        })
        .collect()
}
