//! Writes the JSON schema of the contract into the folder `schema`.

use cosmwasm_schema::write_api;
use mars_types::collector::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};

fn main() {
    write_api! {
        instantiate: InstantiateMsg,
        execute: ExecuteMsg,
        query: QueryMsg,
        migrate: MigrateMsg,
    }
}
