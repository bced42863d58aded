use cosmwasm_std::Uint128;
use mars_control::ControlError;
use mars_types::{Asset, Refusal, RefusalCode};
use thiserror::Error;

/// Every way in which the collector refuses, with the value and the limit that it broke.
///
/// The text of an error is that of its [`Refusal`].
#[derive(Error, Debug, PartialEq)]
#[error("{}", self.refusal())]
pub enum ContractError {
    NoRoute {
        asset: String,
    },
    /// The route does not lead from the asset to XMS through pools that exist, each once.
    BrokenRoute {
        asset: String,
        reason: String,
    },
    TooEarly {
        now: u64,
        next: u64,
    },
    /// A pool of the route is too young for its averages.
    NoPrice {
        pool: u32,
        age: u64,
    },
    MinOut {
        out: Uint128,
        least: Uint128,
    },
    /// An asset with a route goes to stakers, and of XMS only what is retained is the owner's.
    Short {
        amount: Uint128,
        there: Uint128,
    },
    HasRoute {
        asset: String,
    },
    Control(ControlError),
}

impl ContractError {
    pub fn broken_route(asset: &Asset, reason: impl Into<String>) -> Self {
        Self::BrokenRoute { asset: asset.to_string(), reason: reason.into() }
    }

    pub fn refusal(&self) -> Refusal {
        use RefusalCode as Code;
        match self {
            Self::NoRoute { asset } => Refusal::new(
                Code::NotFound,
                "there is no route for this asset",
                asset,
                "an asset with a route",
            ),
            Self::BrokenRoute { asset, reason } => Refusal::new(
                Code::InvalidInput,
                format!("the route of {asset} is broken"),
                reason,
                "a way to XMS",
            ),
            Self::TooEarly { now, next } => {
                Refusal::new(Code::TooEarly, "this was done a short while ago", now, next)
            }
            Self::NoPrice { pool, age } => Refusal::new(
                Code::NoPrice,
                format!("pool {pool} is too young (seconds) for its averages"),
                age,
                mars_types::collector::MIN_AGE,
            ),
            Self::MinOut { out, least } => Refusal::new(
                Code::MinOut,
                "the pools would give less XMS (uxms) than their averages allow",
                out,
                least,
            ),
            Self::Short { amount, there } => {
                Refusal::new(Code::Balance, "there is less than the amount", amount, there)
            }
            Self::HasRoute { asset } => Refusal::new(
                Code::InvalidInput,
                "what has a route goes to stakers",
                asset,
                "an asset without a route",
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
