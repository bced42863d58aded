use cosmwasm_std::{OverflowError, StdError, Uint128};
use mars_control::ControlError;
use mars_math::MathError;
use mars_types::{InvalidInput, Refusal, RefusalCode};
use thiserror::Error;

/// Every way in which staking refuses, with the value and the limit that it broke.
///
/// The text of an error is that of its [`Refusal`].
#[derive(Error, Debug, PartialEq)]
#[error("{}", self.refusal())]
pub enum ContractError {
    WrongToken {
        got: String,
        expected: String,
    },
    /// Only the size is told: the text is the caller's, and could pass itself off as a refusal.
    UnknownHook {
        bytes: usize,
    },
    TooSmall {
        amount: Uint128,
    },
    /// More than there is of `what`.
    Short {
        what: &'static str,
        amount: Uint128,
        there: Uint128,
    },
    /// Nothing can be withdrawn before `release`.
    Unreleased {
        now: u64,
        release: Option<u64>,
    },
    SameDelegate {
        delegate: String,
    },
    NotPayer {
        sender: String,
    },
    NothingPlanned {
        amount: Uint128,
    },
    WrongFunding {
        amount: Uint128,
        total: Uint128,
    },
    #[error("{}", self.refusal())]
    Control(#[from] ControlError),
    #[error("{}", self.refusal())]
    Invalid(#[from] InvalidInput),
    #[error("{}", self.refusal())]
    Math(#[from] MathError),
    #[error("{}", self.refusal())]
    Std(#[from] StdError),
}

impl ContractError {
    pub fn refusal(&self) -> Refusal {
        use RefusalCode as Code;
        match self {
            Self::WrongToken { got, expected } => {
                Refusal::new(Code::WrongToken, "this message takes another token", got, expected)
            }
            Self::UnknownHook { bytes } => Refusal::new(
                Code::UnknownHook,
                "no such message for this token",
                format!("{bytes} bytes"),
                "stake, buy_back, fund_emission",
            ),
            Self::TooSmall { amount } => {
                Refusal::new(Code::TooSmall, "nothing would come out", amount, "more")
            }
            Self::Short { what, amount, there } => Refusal::new(
                Code::Balance,
                format!("{what} (uxms) is smaller than the amount"),
                amount,
                there,
            ),
            Self::Unreleased { now, release } => Refusal::new(
                Code::Unreleased,
                "nothing has finished unbonding",
                now,
                release.map_or_else(|| "nothing unbonds".into(), |release| release.to_string()),
            ),
            Self::SameDelegate { delegate } => {
                Refusal::new(Code::Duplicate, "the votes are there already", delegate, "another delegate")
            }
            Self::NotPayer { sender } => {
                Refusal::new(Code::Unauthorized, "this needs the collector or the owner", sender, "collector")
            }
            Self::NothingPlanned { amount } => {
                Refusal::new(Code::NotFound, "no emission waits to be funded", amount, "a planned emission")
            }
            Self::WrongFunding { amount, total } => Refusal::new(
                Code::InvalidInput,
                "the amount (uxms) is not the total of the planned emission",
                amount,
                total,
            ),
            Self::Control(error) => error.into(),
            Self::Invalid(error) => error.clone().into(),
            Self::Math(error) => Refusal::new(Code::Overflow, error.to_string(), "", ""),
            Self::Std(error) => Refusal::new(Code::Chain, error.to_string(), "", ""),
        }
    }
}

impl From<ContractError> for Refusal {
    fn from(error: ContractError) -> Self {
        error.refusal()
    }
}

impl From<OverflowError> for ContractError {
    fn from(error: OverflowError) -> Self {
        Self::Math(MathError::Overflow { formula: error.to_string() })
    }
}
