use cosmwasm_std::{Addr, Api};

use crate::refusal::InvalidInput;

/// Validates an address that a caller gave for `field`; upper and mixed case are refused.
pub fn checked_address(api: &dyn Api, field: &str, text: &str) -> Result<Addr, InvalidInput> {
    api.addr_validate(text).map_err(|_| InvalidInput::new(field, text, "a lower-case address of this chain"))
}
