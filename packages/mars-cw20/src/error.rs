use cosmwasm_std::{Addr, Uint128};
use mars_control::ControlError;
use mars_types::{Refusal, RefusalCode};
use thiserror::Error;

/// Why a token refused. Its text is that of the [`Refusal`] it converts to.
#[derive(Error, Debug, PartialEq)]
#[error("{}", Refusal::from(self))]
pub enum ContractError {
    /// Coins that came along, upgrades.
    Control(ControlError),
    /// The sender is not the minter.
    NotMinter { sender: Addr, minter: Addr },
    /// The token has no minter.
    NoMinter { sender: Addr },
    /// Minter and marketing data never change.
    Fixed { sender: Addr },
    /// The sender may spend only `left` of the owner's tokens.
    Allowance { amount: Uint128, left: Uint128 },
    /// An allowance may not end before it begins.
    ExpiryPast { expires: String, now: String },
    /// The account holds only `balance`.
    Balance { amount: Uint128, balance: Uint128 },
    /// The receiver is the token's own contract.
    TokenItself { recipient: Addr },
    /// A sum does not fit 128 bits.
    Overflow { left: Uint128, right: Uint128 },
}

impl From<&ContractError> for Refusal {
    fn from(error: &ContractError) -> Self {
        use ContractError as E;
        use RefusalCode as Code;
        match error {
            E::Control(error) => error.into(),
            E::NotMinter { sender, minter } => {
                Self::new(Code::Unauthorized, "this needs the minter", sender, minter)
            }
            E::NoMinter { sender } => {
                Self::new(Code::NoMinter, "nobody can mint this token", sender, "nobody")
            }
            E::Fixed { sender } => {
                let message = "minter and marketing data are fixed for ever";
                Self::new(Code::Unauthorized, message, sender, "nobody")
            }
            E::Allowance { amount, left } => {
                let message = "the allowance is missing, expired or smaller than the amount";
                Self::new(Code::Allowance, message, amount, left)
            }
            E::ExpiryPast { expires, now } => {
                let message = "the expiry of an allowance must lie in the future";
                Self::new(Code::ExpiryPast, message, expires, now)
            }
            E::Balance { amount, balance } => {
                Self::new(Code::Balance, "the balance is smaller than the amount", amount, balance)
            }
            E::TokenItself { recipient } => {
                let message = "tokens sent to the token's own contract would be lost";
                Self::new(Code::TokenItself, message, recipient, "another address")
            }
            E::Overflow { left, right } => {
                Self::new(Code::Overflow, "the sum does not fit", format!("{left} + {right}"), u128::MAX)
            }
        }
    }
}

impl From<ContractError> for Refusal {
    fn from(error: ContractError) -> Self {
        Self::from(&error)
    }
}

impl<E> From<E> for ContractError
where
    ControlError: From<E>,
{
    fn from(error: E) -> Self {
        Self::Control(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_starts_with_its_code_and_is_found_in_the_words_of_the_chain() {
        let account = || Addr::unchecked("mars1account");
        let (one, two) = (Uint128::new(1), Uint128::new(2));
        let errors = [
            ContractError::Control(ControlError::wrong_funds(&[], "no coins")),
            ContractError::NotMinter { sender: account(), minter: account() },
            ContractError::NoMinter { sender: account() },
            ContractError::Fixed { sender: account() },
            ContractError::Allowance { amount: two, left: one },
            ContractError::ExpiryPast {
                expires: "expiration time: 5.000000000".into(),
                now: "after time 6.000000000".into(),
            },
            ContractError::Balance { amount: two, balance: one },
            ContractError::TokenItself { recipient: account() },
            ContractError::Overflow { left: one, right: two },
        ];
        for error in errors {
            let refusal = Refusal::from(&error);
            assert_eq!(error.to_string(), refusal.to_string());
            assert!(error.to_string().starts_with(refusal.code.as_str()), "{error}");
            let wrapped =
                format!("rpc error: failed to execute message; message index: 0: {error}: execute wasm");
            assert_eq!(Refusal::find(&wrapped), Some(refusal));
        }
    }
}
