use cosmwasm_std::MessageInfo;

use crate::error::ControlError;

/// Refuses attached coins, for every message that takes none.
pub fn nonpayable(info: &MessageInfo) -> Result<(), ControlError> {
    if info.funds.is_empty() { Ok(()) } else { Err(ControlError::wrong_funds(&info.funds, "no coins")) }
}
