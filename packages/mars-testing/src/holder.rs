//! A contract that stands for any holder of XMS that does not circulate: a vesting contract, a staking budget.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    Addr, Binary, Deps, DepsMut, Env, MessageInfo, Response, StdError, StdResult, Uint128, to_json_binary,
};
use cw_multi_test::{ContractWrapper, Executor};
use cw_storage_plus::Item;
use mars_types::circulating::{NonCirculatingResponse, QueryMsg};

use crate::actors::Actor::Owner;
use crate::deploy::Mars;

const BOOKS: Item<Books> = Item::new("books");

#[cw_serde]
struct Books {
    amount: Uint128,
    /// False: every query fails.
    answers: bool,
}

impl Mars {
    /// Deploys a contract that answers `NonCirculating` with `amount` uxms.
    pub fn deploy_holder(&mut self, amount: u128) -> Addr {
        let code = self.app.store_code(Box::new(ContractWrapper::new(set, set, query)));
        let books = Books { amount: Uint128::new(amount), answers: true };
        self.app.instantiate_contract(code, Owner.addr(), &books, &[], "holder", None).unwrap()
    }

    /// What the holder says from now on; none: its query fails.
    pub fn set_holder(&mut self, holder: &Addr, amount: Option<u128>) {
        let books = Books { amount: Uint128::new(amount.unwrap_or_default()), answers: amount.is_some() };
        self.app.execute_contract(Owner.addr(), holder.clone(), &books, &[]).unwrap();
    }
}

fn set(deps: DepsMut, _env: Env, _info: MessageInfo, books: Books) -> StdResult<Response> {
    BOOKS.save(deps.storage, &books)?;
    Ok(Response::new())
}

fn query(deps: Deps, _env: Env, QueryMsg::NonCirculating {}: QueryMsg) -> StdResult<Binary> {
    let books = BOOKS.load(deps.storage)?;
    if !books.answers {
        return Err(StdError::generic_err("out of order"));
    }
    to_json_binary(&NonCirculatingResponse { amount: books.amount })
}
