use cosmwasm_std::{Coin, StdError};
use mars_types::{InvalidInput, Refusal, RefusalCode};
use thiserror::Error;

/// Why a token refused. Its text is that of the [`Refusal`] it converts to.
#[derive(Error, Debug, PartialEq)]
#[error("{}", Refusal::from(self))]
pub enum ContractError {
    /// Coins came along with a message that takes none.
    WrongFunds { funds: Vec<Coin> },
    /// The sender may not do this; `role` may, or nobody.
    Unauthorized { sender: String, role: String },
    /// The token has no minter.
    NoMinter { sender: String },
    /// The sender may spend only `left` of the owner's tokens.
    Allowance { amount: String, left: String },
    /// An allowance may not end before it begins.
    ExpiryPast { expires: String, now: String },
    /// The account holds only `balance`.
    Balance { amount: String, balance: String },
    /// The receiver is the token's own contract.
    TokenItself { recipient: String },
    /// The same receiver stands twice in the first distribution.
    Duplicate { recipient: String },
    /// A field is outside its bounds.
    Invalid(InvalidInput),
    /// A sum does not fit 128 bits.
    Overflow { sum: String },
    /// A migration to the same or an older version, or from another contract.
    NotNewer { from: String, to: String },
    /// Storage or serialisation failed.
    Chain(StdError),
}

impl From<&ContractError> for Refusal {
    fn from(error: &ContractError) -> Self {
        use ContractError as E;
        use RefusalCode as Code;
        match error {
            E::WrongFunds { funds } => {
                let funds: Vec<String> = funds.iter().map(Coin::to_string).collect();
                Self::new(Code::WrongFunds, "The message takes no coins", funds.join(","), "none")
            }
            E::Unauthorized { sender, role } => Self::new(
                Code::Unauthorized,
                "The sender does not hold the role that this message needs",
                sender,
                role,
            ),
            E::NoMinter { sender } => {
                Self::new(Code::NoMinter, "Nobody can mint this token", sender, "nobody")
            }
            E::Allowance { amount, left } => Self::new(
                Code::Allowance,
                "The allowance is missing, expired or smaller than the amount",
                amount,
                left,
            ),
            E::ExpiryPast { expires, now } => {
                Self::new(Code::ExpiryPast, "The expiry of an allowance must lie in the future", expires, now)
            }
            E::Balance { amount, balance } => {
                Self::new(Code::Balance, "The balance is smaller than the amount", amount, balance)
            }
            E::TokenItself { recipient } => Self::new(
                Code::TokenItself,
                "Tokens sent to the token's own contract would be lost",
                recipient,
                "another address",
            ),
            E::Duplicate { recipient } => {
                Self::new(Code::Duplicate, "A receiver stands twice", recipient, "once")
            }
            E::Invalid(error) => error.clone().into(),
            E::Overflow { sum } => Self::new(Code::Overflow, "A number does not fit", sum, u128::MAX),
            E::NotNewer { from, to } => Self::new(
                Code::NotNewer,
                "A migration goes only to a newer version of the same contract",
                from,
                to,
            ),
            E::Chain(error) => Self::new(Code::Chain, "The chain answered with an error", error, ""),
        }
    }
}

impl From<ContractError> for Refusal {
    fn from(error: ContractError) -> Self {
        Self::from(&error)
    }
}

impl From<InvalidInput> for ContractError {
    fn from(error: InvalidInput) -> Self {
        Self::Invalid(error)
    }
}

impl From<StdError> for ContractError {
    fn from(error: StdError) -> Self {
        Self::Chain(error)
    }
}

#[cfg(test)]
mod tests {
    use cosmwasm_std::coin;

    use super::*;

    #[test]
    fn every_error_starts_with_its_code_and_is_found_in_the_words_of_the_chain() {
        let text = || String::from("text");
        let errors = [
            ContractError::WrongFunds { funds: vec![coin(1, "umars"), coin(2, "uusdc")] },
            ContractError::Unauthorized { sender: text(), role: text() },
            ContractError::NoMinter { sender: text() },
            ContractError::Allowance { amount: text(), left: text() },
            ContractError::ExpiryPast {
                expires: "expiration time: 5.000000000".into(),
                now: "after time 6.000000000".into(),
            },
            ContractError::Balance { amount: text(), balance: text() },
            ContractError::TokenItself { recipient: text() },
            ContractError::Duplicate { recipient: text() },
            ContractError::Invalid(InvalidInput::new("spender", 1, "2 to 3")),
            ContractError::Overflow { sum: "1 + 2".into() },
            ContractError::NotNewer { from: text(), to: text() },
            ContractError::Chain(StdError::not_found("balance")),
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
