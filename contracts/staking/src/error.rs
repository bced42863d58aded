use cosmwasm_std::Uint128;
use mars_control::ControlError;
use mars_types::{Refusal, RefusalCode};
use thiserror::Error;

/// Every way in which staking refuses, with the value and the limit that it broke.
///
/// The text of an error is that of its [`Refusal`].
#[derive(Error, Debug, PartialEq)]
#[error("{}", self.refusal())]
pub enum ContractError {
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
    Control(ControlError),
}

impl ContractError {
    pub fn refusal(&self) -> Refusal {
        use RefusalCode as Code;
        match self {
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
        }
    }
}

impl From<ContractError> for Refusal {
    fn from(error: ContractError) -> Self {
        error.refusal()
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
