use cosmwasm_std::Uint128;
use mars_control::ControlError;
use mars_types::{Asset, Bps, Refusal, RefusalCode};
use thiserror::Error;

/// Every way in which the swap contract refuses, with the value and the limit that it broke.
///
/// The text of an error is that of its [`Refusal`].
#[derive(Error, Debug, PartialEq)]
#[error("{}", self.refusal())]
pub enum ContractError {
    Control(ControlError),
    MaxIn {
        needed: Uint128,
        most: Uint128,
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
}

impl ContractError {
    pub fn not_in_pool(pool: u32, asset: &Asset) -> Self {
        Self::NotInPool { pool, asset: asset.to_string() }
    }

    pub fn refusal(&self) -> Refusal {
        use RefusalCode as Code;
        match self {
            Self::Control(error) => error.into(),
            Self::MaxIn { needed, most } => {
                Refusal::new(Code::MaxIn, "the cost is above the most that is paid", needed, most)
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
