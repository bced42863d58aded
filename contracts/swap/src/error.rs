use cosmwasm_std::{OverflowError, StdError, Uint128};
use mars_control::ControlError;
use mars_math::MathError;
use mars_types::{Asset, Bps, InvalidInput, Refusal, RefusalCode};
use thiserror::Error;

/// Every way in which the swap contract refuses, with the value and the limit that it broke.
///
/// The text of an error is that of its [`Refusal`].
#[derive(Error, Debug, PartialEq)]
#[error("{}", self.refusal())]
pub enum ContractError {
    #[error("{}", self.refusal())]
    Control(#[from] ControlError),
    #[error("{}", self.refusal())]
    Invalid(#[from] InvalidInput),
    /// Only the size is told: the text is the caller's, and could pass itself off as a refusal.
    UnknownHook {
        bytes: usize,
    },
    WrongToken {
        got: String,
        expected: String,
    },
    DeadlinePassed {
        now: u64,
        deadline: u64,
    },
    MinOut {
        out: Uint128,
        least: Uint128,
    },
    MaxIn {
        needed: Uint128,
        most: Uint128,
    },
    TooSmall {
        amount: Uint128,
    },
    NotInPool {
        pool: u32,
        asset: String,
    },
    EmptyPool {
        pool: u32,
    },
    LiquidityShort {
        pool: u32,
        asked: Uint128,
        reserve: Uint128,
    },
    ShareLimit {
        pool: u32,
        asset: String,
        share: Uint128,
        limit: Bps,
    },
    RampStep {
        asked: String,
        limit: String,
    },
    /// A native coin whose decimals nobody registered.
    NotListed {
        denom: String,
    },
    AlreadyListed {
        denom: String,
    },
    TooMany {
        what: &'static str,
        count: usize,
        most: usize,
    },
    Duplicate {
        what: &'static str,
        entry: String,
    },
    NotFound {
        what: &'static str,
        entry: String,
    },
    #[error("{}", self.refusal())]
    Math(#[from] MathError),
    #[error("{}", self.refusal())]
    Std(#[from] StdError),
}

impl ContractError {
    pub fn no_pool(pool: u32) -> Self {
        Self::NotFound { what: "pool", entry: pool.to_string() }
    }

    pub fn not_in_pool(pool: u32, asset: &Asset) -> Self {
        Self::NotInPool { pool, asset: asset.to_string() }
    }

    pub fn refusal(&self) -> Refusal {
        use RefusalCode as Code;
        match self {
            Self::Control(error) => error.into(),
            Self::Invalid(error) => error.clone().into(),
            Self::UnknownHook { bytes } => Refusal::new(
                Code::UnknownHook,
                "no such message for this token",
                format!("{bytes} bytes"),
                "swap, swap_exact_out, provide, withdraw, withdraw_one",
            ),
            Self::WrongToken { got, expected } => {
                Refusal::new(Code::WrongToken, "this message takes the pool's LP token", got, expected)
            }
            Self::DeadlinePassed { now, deadline } => {
                Refusal::new(Code::DeadlinePassed, "the block time is after the deadline", now, deadline)
            }
            Self::MinOut { out, least } => {
                Refusal::new(Code::MinOut, "the result is below the least that is accepted", out, least)
            }
            Self::MaxIn { needed, most } => {
                Refusal::new(Code::MaxIn, "the cost is above the most that is paid", needed, most)
            }
            Self::TooSmall { amount } => {
                Refusal::new(Code::TooSmall, "nothing would come out", amount, "more")
            }
            Self::NotInPool { pool, asset } => Refusal::new(
                Code::NotInPool,
                "the pool does not trade this asset",
                asset,
                format!("another asset of pool {pool}"),
            ),
            Self::EmptyPool { pool } => {
                Refusal::new(Code::EmptyPool, "the pool has no liquidity", pool, "a pool with liquidity")
            }
            Self::LiquidityShort { pool, asked, reserve } => Refusal::new(
                Code::LiquidityShort,
                format!("pool {pool} does not hold that much"),
                asked,
                format!("less than {reserve}"),
            ),
            Self::ShareLimit { pool, asset, share, limit } => Refusal::new(
                Code::ShareLimit,
                format!("the share of {asset} in pool {pool} would grow above its limit"),
                format!("{share} bp"),
                limit,
            ),
            Self::RampStep { asked, limit } => {
                Refusal::new(Code::RampStep, "the amplification may not move like that", asked, limit)
            }
            Self::NotListed { denom } => Refusal::new(
                Code::NotListed,
                "the decimals of this coin are not registered",
                denom,
                "registered coins and cw20 tokens",
            ),
            Self::AlreadyListed { denom } => {
                Refusal::new(Code::AlreadyListed, "the coin is registered already", denom, "once")
            }
            Self::TooMany { what, count, most } => {
                Refusal::new(Code::TooMany, format!("too many {what}"), count, most)
            }
            Self::Duplicate { what, entry } => {
                Refusal::new(Code::Duplicate, format!("{what} stands there already"), entry, "once")
            }
            Self::NotFound { what, entry } => Refusal::new(
                Code::NotFound,
                format!("there is no such {what}"),
                entry,
                "an entry that exists",
            ),
            Self::Math(error @ MathError::NotConverged { .. }) => {
                Refusal::new(Code::NotConverged, error.to_string(), "", "")
            }
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
