//! Writes the JSON schema of the contract into the folder `schema`.

use cosmwasm_schema::write_api;
use cw20::Cw20ExecuteMsg;
use mars_types::token::{LpInstantiateMsg, MigrateMsg, QueryMsg};

fn main() {
    write_api! {
        instantiate: LpInstantiateMsg,
        execute: Cw20ExecuteMsg,
        query: QueryMsg,
        migrate: MigrateMsg,
    }
}
