//! Writes the JSON schema of the contract into the folder `schema`.

use cosmwasm_schema::write_api;
use cw20::Cw20ExecuteMsg;
use mars_types::token::{MigrateMsg, QueryMsg, UsdmInstantiateMsg};

fn main() {
    write_api! {
        instantiate: UsdmInstantiateMsg,
        execute: Cw20ExecuteMsg,
        query: QueryMsg,
        migrate: MigrateMsg,
    }
}
