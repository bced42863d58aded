//! USDM on a chain of its own, with actors named by what they do.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    to_json_binary, Addr, Binary, Coin, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdResult, Uint128,
};
use cw20::{AllowanceResponse, BalanceResponse, Cw20ExecuteMsg, Cw20ReceiveMsg, TokenInfoResponse};
use cw_multi_test::{
    no_init, App, AppBuilder, AppResponse, BankKeeper, Contract, ContractWrapper, Executor, MockApiBech32,
};
use mars_cw20::ContractError;
use mars_types::token::{QueryMsg, UsdmInstantiateMsg};
use mars_types::{Refusal, RefusalCode};
use serde::de::DeserializeOwned;

pub type Chain = App<BankKeeper, MockApiBech32>;
pub type Outcome = Result<AppResponse, ContractError>;

pub struct Token {
    pub chain: Chain,
    pub code: u64,
    pub address: Addr,
    pub minter: Addr,
    pub holder: Addr,
    pub spender: Addr,
    pub receiver: Addr,
    /// A contract that takes whatever is sent to it.
    pub sink: Addr,
}

impl Token {
    /// USDM of which `holder` holds `amount`.
    pub fn with_holder(amount: u128) -> Self {
        let mut chain = AppBuilder::new().with_api(MockApiBech32::new("mars")).build(no_init);
        let [minter, holder, spender, receiver] =
            ["minter", "holder", "spender", "receiver"].map(|role| chain.api().addr_make(role));
        let code = chain.store_code(usdm());
        let msg = UsdmInstantiateMsg { minter: minter.to_string() };
        let address = chain
            .instantiate_contract(code, minter.clone(), &msg, &[], "USDM", Some(minter.to_string()))
            .unwrap();
        let sink_code = chain.store_code(sink());
        let sink =
            chain.instantiate_contract(sink_code, minter.clone(), &Empty {}, &[], "sink", None).unwrap();
        let mut token = Self { chain, code, address, minter, holder, spender, receiver, sink };
        token.mint(amount);
        token
    }

    fn mint(&mut self, amount: u128) {
        let msg = Cw20ExecuteMsg::Mint { recipient: self.holder.to_string(), amount: amount.into() };
        self.execute(&self.minter.clone(), msg).unwrap();
    }

    pub fn execute(&mut self, sender: &Addr, msg: Cw20ExecuteMsg) -> Outcome {
        self.execute_with(sender, msg, &[])
    }

    pub fn execute_with(&mut self, sender: &Addr, msg: Cw20ExecuteMsg, funds: &[Coin]) -> Outcome {
        self.chain
            .execute_contract(sender.clone(), self.address.clone(), &msg, funds)
            .map_err(|error| error.downcast().unwrap())
    }

    pub fn query<T: DeserializeOwned>(&self, msg: QueryMsg) -> T {
        self.chain.wrap().query_wasm_smart(&self.address, &msg).unwrap()
    }

    pub fn balance(&self, account: &Addr) -> u128 {
        let answer: BalanceResponse = self.query(QueryMsg::Balance { address: account.to_string() });
        answer.balance.u128()
    }

    pub fn supply(&self) -> u128 {
        let answer: TokenInfoResponse = self.query(QueryMsg::TokenInfo {});
        answer.total_supply.u128()
    }

    pub fn allowance(&self, owner: &Addr, spender: &Addr) -> AllowanceResponse {
        self.query(QueryMsg::Allowance { owner: owner.to_string(), spender: spender.to_string() })
    }

    pub fn now(&self) -> u64 {
        self.chain.block_info().time.seconds()
    }

    pub fn height(&self) -> u64 {
        self.chain.block_info().height
    }

    pub fn wait(&mut self, seconds: u64, blocks: u64) {
        self.chain.update_block(|block| {
            block.time = block.time.plus_seconds(seconds);
            block.height += blocks;
        });
    }
}

/// The refusal of a call, by code, value and limit.
pub fn assert_refused(outcome: Outcome, code: RefusalCode, value: impl ToString, limit: impl ToString) {
    let refusal = Refusal::from(outcome.expect_err("the call went through"));
    assert_eq!((refusal.code, refusal.value, refusal.limit), (code, value.to_string(), limit.to_string()));
}

/// The attributes of the event `wasm` that `contract` wrote, without the contract's address.
pub fn attributes(response: &AppResponse, contract: &Addr) -> Vec<(String, String)> {
    let event = response
        .events
        .iter()
        .find(|event| event.ty == "wasm" && event.attributes[0].value == contract.as_str())
        .unwrap();
    event.attributes[1..].iter().map(|attribute| (attribute.key.clone(), attribute.value.clone())).collect()
}

pub fn pairs(expected: &[(&str, &dyn ToString)]) -> Vec<(String, String)> {
    expected.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

pub fn usdm() -> Box<dyn Contract<Empty>> {
    use usdm_cw20::contract::{execute, instantiate, migrate, query};
    Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
}

#[cw_serde]
enum SinkMsg {
    Receive(Cw20ReceiveMsg),
}

fn sink() -> Box<dyn Contract<Empty>> {
    fn instantiate(_: DepsMut, _: Env, _: MessageInfo, _: Empty) -> StdResult<Response> {
        Ok(Response::new())
    }
    fn execute(_: DepsMut, _: Env, info: MessageInfo, msg: SinkMsg) -> StdResult<Response> {
        let SinkMsg::Receive(hook) = msg;
        Ok(Response::new()
            .add_attribute("token", info.sender)
            .add_attribute("sender", hook.sender)
            .add_attribute("amount", hook.amount)
            .add_attribute("msg", hook.msg.to_base64()))
    }
    fn query(_: Deps, _: Env, _: Empty) -> StdResult<Binary> {
        to_json_binary(&Uint128::zero())
    }
    Box::new(ContractWrapper::new(execute, instantiate, query))
}
