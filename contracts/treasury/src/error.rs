use cosmwasm_std::{Decimal, Uint128};
use mars_control::ControlError;
use mars_types::treasury::MIN_CLAIM;
use mars_types::{Asset, Refusal, RefusalCode};
use thiserror::Error;

/// Every way in which the treasury refuses, with the value and the limit that it broke.
///
/// The text of an error is that of its [`Refusal`].
#[derive(Error, Debug, PartialEq)]
#[error("{}", self.refusal())]
pub enum ContractError {
    NotListed {
        asset: String,
    },
    AlreadyListed {
        asset: String,
    },
    Control(ControlError),
    NoPrice {
        asset: String,
        reason: String,
    },
    BelowStableGate {
        median: Decimal,
        gate: Decimal,
    },
    BootstrapLevelOne {
        external: Uint128,
        floor: Uint128,
    },
    ClassLimit {
        value: Uint128,
        room: Uint128,
    },
    AssetCap {
        held: Uint128,
        cap: Uint128,
    },
    MintLimit {
        usdm: Uint128,
        left: Uint128,
    },
    SupplyCap {
        user_owned: Uint128,
        cap: Uint128,
    },
    /// µUSD.
    SpendLimit {
        worth: Uint128,
        left: Uint128,
    },
    CoverageShort {
        user_owned: Uint128,
        external: Uint128,
    },
    EpochBudget {
        usdm: Uint128,
        left: Uint128,
    },
    DayBudget {
        usdm: Uint128,
        left: Uint128,
    },
    ReserveShort {
        xms: Uint128,
        reserve: Uint128,
    },
    ReserveLocked {
        worth: Uint128,
        least: Uint128,
    },
    QueueWaits {
        waiting: Uint128,
    },
    QueueAhead {
        waiting: Uint128,
    },
    ClaimMinimum {
        rest: Uint128,
    },
    Recovery {
        since: u64,
    },
    NoRecovery,
    Unwinding {
        now: u64,
        until: u64,
    },
    /// What the pool makes an own token cost, USD, or that it has no price.
    PoolPrice {
        pool: u32,
        price: Option<Decimal>,
        oracle: Decimal,
    },
    SliceLimit {
        slice: Uint128,
        most: Uint128,
    },
    PositionCap {
        worth: Uint128,
        cap: Uint128,
    },
    ExitOnly {
        pool: u32,
    },
    OwnerDeposits {
        pool: u32,
    },
    HeldShort {
        asset: String,
        amount: Uint128,
        held: Uint128,
    },
    Stress,
    LimitRaise {
        what: &'static str,
        asked: String,
        limit: String,
    },
    RatioStep {
        asked: String,
        limit: String,
    },
}

impl ContractError {
    pub fn no_price(asset: &Asset, reason: &Refusal) -> Self {
        let Refusal { message, value, limit, .. } = reason;
        // An oracle that fails names neither.
        let figures = if limit.is_empty() { String::new() } else { format!(": {value} of {limit}") };
        Self::NoPrice { asset: asset.to_string(), reason: format!("{message}{figures}") }
    }

    pub fn refusal(&self) -> Refusal {
        use RefusalCode as Code;
        match self {
            Self::NotListed { asset } => {
                Refusal::new(Code::NotListed, "the asset is not accepted", asset, "listed assets")
            }
            Self::AlreadyListed { asset } => {
                Refusal::new(Code::AlreadyListed, "the asset is registered already", asset, "once")
            }
            Self::Control(error) => error.into(),
            Self::NoPrice { asset, reason } => {
                Refusal::new(Code::NoPrice, format!("{asset} has no usable price"), reason, "a fresh price")
            }
            Self::BelowStableGate { median, gate } => {
                Refusal::new(Code::BelowStableGate, "the stablecoin is off its peg", median, gate)
            }
            Self::BootstrapLevelOne { external, floor } => Refusal::new(
                Code::BootstrapLevelOne,
                "only level-1 assets are taken while external assets (µUSD) are below the bootstrap floor",
                external,
                floor,
            ),
            Self::ClassLimit { value, room } => Refusal::new(
                Code::ClassLimit,
                "the deposit (µUSD) is above the room of its asset class",
                value,
                room,
            ),
            Self::AssetCap { held, cap } => Refusal::new(
                Code::AssetCap,
                "the holding after the deposit is above the cap of the asset",
                held,
                cap,
            ),
            Self::MintLimit { usdm, left } => Refusal::new(
                Code::MintLimit,
                "the mint (uusdm) is above what the day's mint limit has left",
                usdm,
                left,
            ),
            Self::SupplyCap { user_owned, cap } => Refusal::new(
                Code::SupplyCap,
                "user-owned USDM after the mint (uusdm) is above cap_user",
                user_owned,
                cap,
            ),
            Self::SpendLimit { worth, left } => Refusal::new(
                Code::SpendLimit,
                "the spend (µUSD) is above what the day's spend limit has left",
                worth,
                left,
            ),
            Self::CoverageShort { user_owned, external } => Refusal::new(
                Code::CoverageShort,
                "user-owned USDM after a mint with XMS (uusdm) is above external assets (µUSD)",
                user_owned,
                external,
            ),
            Self::EpochBudget { usdm, left } => Refusal::new(
                Code::EpochBudget,
                "the redemption (uusdm) is above what the epoch has left",
                usdm,
                left,
            ),
            Self::DayBudget { usdm, left } => Refusal::new(
                Code::DayBudget,
                "the redemption (uusdm) is above what the day has left",
                usdm,
                left,
            ),
            Self::ReserveShort { xms, reserve } => {
                Refusal::new(Code::ReserveShort, "the payment (uxms) is above the reserve", xms, reserve)
            }
            Self::ReserveLocked { worth, least } => Refusal::new(
                Code::ReserveLocked,
                "what stays in the reserve (µUSD) is below half of user-owned USDM",
                worth,
                least,
            ),
            Self::QueueWaits { waiting } => Refusal::new(
                Code::ReserveLocked,
                "redemptions (uusdm) wait in the queue",
                waiting,
                "an empty queue",
            ),
            Self::QueueAhead { waiting } => Refusal::new(
                Code::QueueAhead,
                "other redemptions (uusdm) wait in the queue",
                waiting,
                "an empty queue",
            ),
            Self::ClaimMinimum { rest } => Refusal::new(
                Code::ClaimMinimum,
                "what would wait in the queue (uusdm) is less than the smallest claim",
                rest,
                MIN_CLAIM,
            ),
            Self::Recovery { since } => Refusal::new(
                Code::Recovery,
                "this is closed while the protocol is in recovery",
                format!("since {since}"),
                "its end",
            ),
            Self::NoRecovery => {
                Refusal::new(Code::NoRecovery, "the protocol is not in recovery", "none", "a recovery")
            }
            Self::Unwinding { now, until } => {
                Refusal::new(Code::Unwinding, "positions are still being taken back", now, until)
            }
            Self::PoolPrice { pool, price, oracle } => Refusal::new(
                Code::PoolPrice,
                format!("the price (USD) of pool {pool} is more than 0.3 % off the oracle's"),
                price.map_or_else(|| "none".into(), |price| price.to_string()),
                oracle,
            ),
            Self::SliceLimit { slice, most } => Refusal::new(
                Code::SliceLimit,
                "the slices of this epoch (µUSD) are above 0.25 % of user-owned USDM",
                slice,
                most,
            ),
            Self::PositionCap { worth, cap } => {
                Refusal::new(Code::PositionCap, "the position (µUSD) would be above its limit", worth, cap)
            }
            Self::ExitOnly { pool } => {
                Refusal::new(Code::ExitOnly, "the position can only be taken back", pool, "exit only")
            }
            Self::OwnerDeposits { pool } => Refusal::new(
                Code::Unauthorized,
                "only the owner moves assets into a yield position",
                pool,
                "deposit by the owner",
            ),
            Self::HeldShort { asset, amount, held } => {
                Refusal::new(Code::Balance, format!("the treasury holds less {asset}"), amount, held)
            }
            Self::Stress => Refusal::new(
                Code::Stress,
                "the XMS price is too far from its 30-minute average",
                "more than 5 %",
                "5 %",
            ),
            Self::LimitRaise { what, asked, limit } => {
                Refusal::new(Code::LimitRaise, format!("{what} can only be lowered"), asked, limit)
            }
            Self::RatioStep { asked, limit } => {
                Refusal::new(Code::RatioStep, "the support ratio may not rise that far now", asked, limit)
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
