//! Messages that come with cw20 tokens.

use cosmwasm_std::{Addr, Api, Uint128, from_json};
use cw20::Cw20ReceiveMsg;
use mars_types::checked_address;
use serde::de::DeserializeOwned;

use crate::error::ControlError;

/// What came with a cw20 `Send`.
pub struct Sent<M> {
    /// Who sent the tokens, as the token says.
    pub sender: Addr,
    /// Units of the token.
    pub amount: Uint128,
    /// What the sender wants of this contract.
    pub message: M,
}

/// Reads a hook of a token. It is believed only as far as the token is: a contract that takes one token alone asserts
/// that it is the caller ([`assert_token`]). `known` are the messages that the contract takes, for the refusal.
pub fn sent<M: DeserializeOwned>(
    api: &dyn Api,
    hook: Cw20ReceiveMsg,
    known: &'static str,
) -> Result<Sent<M>, ControlError> {
    let sender = checked_address(api, "sender", &hook.sender)?;
    let message =
        from_json(&hook.msg).map_err(|_| ControlError::UnknownHook { bytes: hook.msg.len(), known })?;
    Ok(Sent { sender, amount: hook.amount, message })
}

/// Refuses a caller that is not the token that a message takes.
pub fn assert_token(caller: &Addr, token: &Addr) -> Result<(), ControlError> {
    if caller == token {
        return Ok(());
    }
    Err(ControlError::WrongToken { got: caller.to_string(), expected: token.to_string() })
}
