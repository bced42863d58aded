//! Accounts, and the checks that every transaction passes before its messages run.

mod account;
mod ante;
pub mod vesting;

pub use account::{
    ACCOUNTS, Account, PARAMS, address_by_number, default_params, get, get_module_address, has, module_names,
    module_permissions, new_account, next_number, params, put, put_module, update_params,
};
pub use ante::{AnteOutcome, TX_COUNTER, fee_at, run, verify_ahead};
