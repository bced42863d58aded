use std::fmt;

use cosmwasm_std::{Coin, Decimal, StdError, Uint128};
use cw_ownable::OwnershipError;
use mars_math::MathError;
use mars_types::{Asset, InvalidInput, Refusal, RefusalCode};

/// Every way in which the treasury refuses, with the value and the limit that it broke.
#[derive(Debug, PartialEq)]
pub enum ContractError {
    Unauthorized {
        sender: String,
        role: &'static str,
    },
    Paused {
        switch: String,
        until: String,
    },
    AlreadyPaused {
        switch: String,
    },
    PauseResting {
        now: u64,
        until: u64,
    },
    NotListed {
        asset: String,
    },
    AlreadyListed {
        asset: String,
    },
    WrongFunds {
        got: String,
        expected: &'static str,
    },
    WrongToken {
        got: String,
        expected: String,
    },
    UnknownHook {
        message: String,
    },
    Invalid(InvalidInput),
    DeadlinePassed {
        now: u64,
        deadline: u64,
    },
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
    CoverageShort {
        user_owned: Uint128,
        external: Uint128,
    },
    MinOut {
        out: Uint128,
        least: Uint128,
    },
    TooSmall {
        amount: Uint128,
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
    Stress,
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
    LimitRaise {
        what: &'static str,
        asked: String,
        limit: String,
    },
    RatioStep {
        asked: String,
        limit: String,
    },
    NotNewer {
        from: String,
        to: String,
    },
    Math(MathError),
    Std(StdError),
}

impl ContractError {
    pub fn no_price(asset: &Asset, reason: &Refusal) -> Self {
        let Refusal {
            message,
            value,
            limit,
            ..
        } = reason;
        Self::NoPrice {
            asset: asset.to_string(),
            reason: format!("{message}: {value} of {limit}"),
        }
    }

    pub fn wrong_funds(got: &[Coin], expected: &'static str) -> Self {
        let got: Vec<String> = got.iter().map(Coin::to_string).collect();
        Self::WrongFunds {
            got: if got.is_empty() {
                "nothing".into()
            } else {
                got.join("+")
            },
            expected,
        }
    }

    pub fn refusal(&self) -> Refusal {
        use RefusalCode as Code;
        match self {
            Self::Unauthorized { sender, role } => {
                Refusal::new(Code::Unauthorized, format!("this needs the {role}"), sender, role)
            }
            Self::Paused { switch, until } => {
                Refusal::new(Code::Paused, format!("{switch} is paused"), switch, until)
            }
            Self::AlreadyPaused { switch } => Refusal::new(
                Code::AlreadyPaused,
                format!("{switch} is paused already"),
                switch,
                "one pause at a time",
            ),
            Self::PauseResting { now, until } => Refusal::new(
                Code::PauseResting,
                "the guardian may not pause this again yet",
                now,
                until,
            ),
            Self::NotListed { asset } => Refusal::new(
                Code::NotListed,
                "the asset is not accepted",
                asset,
                "listed assets",
            ),
            Self::AlreadyListed { asset } => Refusal::new(
                Code::AlreadyListed,
                "the asset is registered already",
                asset,
                "once",
            ),
            Self::WrongFunds { got, expected } => Refusal::new(
                Code::WrongFunds,
                "the attached coins are not what this message takes",
                got,
                expected,
            ),
            Self::WrongToken { got, expected } => Refusal::new(
                Code::WrongToken,
                "this message takes another token",
                got,
                expected,
            ),
            Self::UnknownHook { message } => Refusal::new(
                Code::UnknownHook,
                "no such message for this token",
                message,
                "mint, redeem, fund_reserve",
            ),
            Self::Invalid(error) => error.clone().into(),
            Self::DeadlinePassed { now, deadline } => Refusal::new(
                Code::DeadlinePassed,
                "the block time is after the deadline",
                now,
                deadline,
            ),
            Self::NoPrice { asset, reason } => Refusal::new(
                Code::NoPrice,
                format!("{asset} has no usable price"),
                reason,
                "a fresh price",
            ),
            Self::BelowStableGate { median, gate } => Refusal::new(
                Code::BelowStableGate,
                "the stablecoin is off its peg",
                median,
                gate,
            ),
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
            Self::CoverageShort { user_owned, external } => Refusal::new(
                Code::CoverageShort,
                "user-owned USDM after a mint with XMS (uusdm) is above external assets (µUSD)",
                user_owned,
                external,
            ),
            Self::MinOut { out, least } => Refusal::new(
                Code::MinOut,
                "the result is below the least that is accepted",
                out,
                least,
            ),
            Self::TooSmall { amount } => {
                Refusal::new(Code::TooSmall, "nothing would come out", amount, "more")
            }
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
            Self::ReserveShort { xms, reserve } => Refusal::new(
                Code::ReserveShort,
                "the payment (uxms) is above the reserve",
                xms,
                reserve,
            ),
            Self::ReserveLocked { worth, least } => Refusal::new(
                Code::ReserveLocked,
                "what stays in the reserve (µUSD) is below half of user-owned USDM",
                worth,
                least,
            ),
            Self::Stress => Refusal::new(
                Code::Stress,
                "the XMS price is too far from its 30-minute average",
                "more than 5 %",
                "5 %",
            ),
            Self::TooMany { what, count, most } => {
                Refusal::new(Code::TooMany, format!("too many {what}"), count, most)
            }
            Self::Duplicate { what, entry } => Refusal::new(
                Code::Duplicate,
                format!("{what} stands there already"),
                entry,
                "once",
            ),
            Self::NotFound { what, entry } => Refusal::new(
                Code::NotFound,
                format!("there is no such {what}"),
                entry,
                "an entry that exists",
            ),
            Self::LimitRaise { what, asked, limit } => Refusal::new(
                Code::LimitRaise,
                format!("{what} can only be lowered"),
                asked,
                limit,
            ),
            Self::RatioStep { asked, limit } => Refusal::new(
                Code::RatioStep,
                "the support ratio may not rise that far now",
                asked,
                limit,
            ),
            Self::NotNewer { from, to } => Refusal::new(
                Code::NotNewer,
                "this is not a newer version of the same contract",
                to,
                from,
            ),
            Self::Math(error) => Refusal::new(Code::Overflow, error.to_string(), "", ""),
            Self::Std(error) => Refusal::new(Code::Chain, error.to_string(), "", ""),
        }
    }
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl std::error::Error for ContractError {}

impl From<ContractError> for Refusal {
    fn from(error: ContractError) -> Self {
        error.refusal()
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

impl From<cosmwasm_std::OverflowError> for ContractError {
    fn from(error: cosmwasm_std::OverflowError) -> Self {
        Self::Std(error.into())
    }
}

impl From<StdError> for ContractError {
    fn from(error: StdError) -> Self {
        Self::Std(error)
    }
}

impl From<OwnershipError> for ContractError {
    fn from(error: OwnershipError) -> Self {
        match error {
            OwnershipError::Std(error) => Self::Std(error),
            OwnershipError::TransferExpired | OwnershipError::TransferNotFound => Self::NotFound {
                what: "pending transfer of ownership",
                entry: error.to_string(),
            },
            OwnershipError::NotPendingOwner => Self::Unauthorized {
                sender: error.to_string(),
                role: "pending owner",
            },
            OwnershipError::NoOwner | OwnershipError::NotOwner => Self::Unauthorized {
                sender: error.to_string(),
                role: "owner",
            },
        }
    }
}
