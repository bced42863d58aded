use cosmwasm_std::{Coin, Decimal, StdError};
use mars_math::MathError;
use mars_types::{Asset, InvalidInput, Refusal, RefusalCode};
use thiserror::Error;

/// Why the oracle refused. Its text is that of the [`Refusal`] it converts to.
#[derive(Error, Debug, PartialEq)]
#[error("{}", Refusal::from(self))]
pub enum ContractError {
    /// Coins came along with a message that takes none.
    WrongFunds { funds: Vec<Coin> },
    /// The sender does not hold `role`.
    Unauthorized { sender: String, role: String },
    /// The asset has no source.
    NotListed { asset: Asset },
    /// The asset is paused; `until` is a time, or `owner`.
    Paused { asset: Asset, until: String },
    /// The guardian may not touch a pause that holds.
    AlreadyPaused { asset: Asset, until: String },
    /// The guardian paused this asset before and must wait.
    PauseResting { now: u64, until: u64 },
    /// No pause holds that could be confirmed.
    NotPaused { asset: Asset },
    /// Fewer fresh reports than the rules ask for.
    NoPrice { asset: Asset, fresh: usize, min_fresh: u8 },
    /// A fixed price of USDM.
    SourceForbidden { asset: Asset },
    /// A report that is not later than the feeder's last one, or in the future.
    ReportTime { time: u64, limit: String },
    /// A price that is no price.
    InvalidPrice { price: Decimal },
    /// More entries than the bound.
    TooMany { what: &'static str, count: usize, most: usize },
    /// The same asset twice in one message.
    Duplicate { asset: Asset },
    /// Nobody was offered the ownership.
    NoTransfer,
    /// A migration to the same or an older version, or from another contract.
    NotNewer { from: String, to: String },
    /// A field is outside its bounds.
    Invalid(InvalidInput),
    /// A number does not fit.
    Math(MathError),
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
            E::Unauthorized { sender, role } => {
                let message = "The sender does not hold the role that this message needs";
                Self::new(Code::Unauthorized, message, sender, role)
            }
            E::NotListed { asset } => {
                Self::new(Code::NotListed, "The asset has no source", asset, "an asset with a source")
            }
            E::Paused { asset, until } => Self::new(Code::Paused, "The price is paused", asset, until),
            E::AlreadyPaused { asset, until } => {
                Self::new(Code::AlreadyPaused, "The price is paused already", asset, until)
            }
            E::PauseResting { now, until } => {
                let message = "The guardian paused this price before and must wait";
                Self::new(Code::PauseResting, message, now, until)
            }
            E::NotPaused { asset } => {
                Self::new(Code::NotFound, "There is no pause to confirm", asset, "a paused asset")
            }
            E::NoPrice { asset, fresh, min_fresh } => {
                let message = format!("Too few fresh reports of {asset}");
                Self::new(Code::NoPrice, message, fresh, min_fresh)
            }
            E::SourceForbidden { asset } => {
                Self::new(Code::SourceForbidden, "USDM may not have a fixed price", asset, "feeders")
            }
            E::ReportTime { time, limit } => {
                Self::new(Code::ReportTime, "The time of the report does not fit", time, limit)
            }
            E::InvalidPrice { price } => {
                Self::new(Code::InvalidPrice, "The price is too small", price, "at least 0.000000000001")
            }
            E::TooMany { what, count, most } => {
                Self::new(Code::TooMany, format!("There are too many {what}"), count, most)
            }
            E::Duplicate { asset } => Self::new(Code::Duplicate, "The asset stands twice", asset, "once"),
            E::NoTransfer => {
                Self::new(Code::NotFound, "No transfer of ownership is pending", "none", "a pending transfer")
            }
            E::NotNewer { from, to } => {
                let message = "A migration goes only to a newer version of the same contract";
                Self::new(Code::NotNewer, message, from, to)
            }
            E::Invalid(error) => error.clone().into(),
            E::Math(error) => Self::new(Code::Overflow, "A number does not fit", error, u128::MAX),
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

impl From<MathError> for ContractError {
    fn from(error: MathError) -> Self {
        Self::Math(error)
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
        let asset = || Asset::Native("ibc/channel:7".into());
        let errors = [
            ContractError::WrongFunds { funds: vec![coin(1, "umars"), coin(2, "uusdc")] },
            ContractError::Unauthorized { sender: text(), role: format!("feeder of {}", asset()) },
            ContractError::NotListed { asset: asset() },
            ContractError::Paused { asset: asset(), until: text() },
            ContractError::AlreadyPaused { asset: asset(), until: text() },
            ContractError::PauseResting { now: 1, until: 2 },
            ContractError::NotPaused { asset: asset() },
            ContractError::NoPrice { asset: asset(), fresh: 2, min_fresh: 3 },
            ContractError::SourceForbidden { asset: asset() },
            ContractError::ReportTime { time: 3, limit: "1 to 2".into() },
            ContractError::InvalidPrice { price: Decimal::zero() },
            ContractError::TooMany { what: "reports", count: 41, most: 40 },
            ContractError::Duplicate { asset: asset() },
            ContractError::NoTransfer,
            ContractError::NotNewer { from: text(), to: text() },
            ContractError::Invalid(InvalidInput::new("max_age", 1, "30 to 600")),
            ContractError::Math(MathError::DivisionByZero { formula: "1 / 0".into() }),
            ContractError::Chain(StdError::not_found("usdm")),
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
