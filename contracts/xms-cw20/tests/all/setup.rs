//! XMS on a chain of its own.

use cosmwasm_std::{Addr, Empty};
use cw20::{BalanceResponse, Cw20Coin, Cw20ExecuteMsg, TokenInfoResponse};
use cw_multi_test::{
    no_init, App, AppBuilder, AppResponse, BankKeeper, Contract, ContractWrapper, Executor, MockApiBech32,
};
use mars_cw20::ContractError;
use mars_types::token::{QueryMsg, XmsInstantiateMsg};
use mars_types::{Refusal, RefusalCode};

pub type Outcome<T = AppResponse> = Result<T, ContractError>;

pub struct Token {
    pub chain: App<BankKeeper, MockApiBech32>,
    pub address: Addr,
    /// Who received the whole supply, in this order.
    pub holders: Vec<Addr>,
}

pub fn addr(role: &str) -> Addr {
    MockApiBech32::new("mars").addr_make(role)
}

/// Instantiates XMS with the supply divided as given.
pub fn instantiate(distribution: &[(&str, u128)]) -> Outcome<Token> {
    let mut chain = AppBuilder::new().with_api(MockApiBech32::new("mars")).build(no_init);
    let code = chain.store_code(xms());
    let holders: Vec<Addr> = distribution.iter().map(|(role, _)| addr(role)).collect();
    let msg = XmsInstantiateMsg {
        distribution: distribution
            .iter()
            .zip(&holders)
            .map(|((_, amount), holder)| Cw20Coin { address: holder.to_string(), amount: (*amount).into() })
            .collect(),
    };
    let address = chain
        .instantiate_contract(code, addr("deployer"), &msg, &[], "XMS", None)
        .map_err(|error| error.downcast::<ContractError>().unwrap())?;
    Ok(Token { chain, address, holders })
}

impl Token {
    pub fn execute(&mut self, sender: &Addr, msg: Cw20ExecuteMsg) -> Outcome {
        self.chain
            .execute_contract(sender.clone(), self.address.clone(), &msg, &[])
            .map_err(|error| error.downcast().unwrap())
    }

    pub fn balance(&self, account: &Addr) -> u128 {
        let msg = QueryMsg::Balance { address: account.to_string() };
        let answer: BalanceResponse = self.chain.wrap().query_wasm_smart(&self.address, &msg).unwrap();
        answer.balance.u128()
    }

    pub fn info(&self) -> TokenInfoResponse {
        self.chain.wrap().query_wasm_smart(&self.address, &QueryMsg::TokenInfo {}).unwrap()
    }
}

/// The refusal of a call, by code, value and limit.
pub fn assert_refused<T>(outcome: Outcome<T>, code: RefusalCode, value: impl ToString, limit: impl ToString) {
    let refusal = Refusal::from(outcome.err().expect("the call went through"));
    assert_eq!((refusal.code, refusal.value, refusal.limit), (code, value.to_string(), limit.to_string()));
}

fn xms() -> Box<dyn Contract<Empty>> {
    use xms_cw20::contract::{execute, instantiate, migrate, query};
    Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
}
