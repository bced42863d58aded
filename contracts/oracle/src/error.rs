use cosmwasm_std::{Addr, Decimal, Uint128};
use mars_control::ControlError;
use mars_types::oracle::{ActionKind, MAX_CHAIN};
use mars_types::{Asset, Bps, Refusal, RefusalCode};
use thiserror::Error;

/// Why the oracle refused. Its text is that of the [`Refusal`] it converts to.
#[derive(Error, Debug, PartialEq)]
#[error("{}", Refusal::from(self))]
pub enum ContractError {
    /// Roles, pauses, coins that came along, upgrades.
    Control(ControlError),
    /// The sender is no feeder of the asset.
    NotFeeder {
        sender: Addr,
        asset: Asset,
    },
    /// The asset has no source.
    NotListed {
        asset: Asset,
    },
    /// Fewer fresh reports than the rules ask for.
    NoPrice {
        asset: Asset,
        fresh: usize,
        min_fresh: u8,
    },
    /// Sources that are too far apart.
    Disagree {
        asset: Asset,
        low: Decimal,
        high: Decimal,
        bound: Bps,
    },
    /// The swap contract does not tell what its pools are.
    SwapSilent {
        reason: String,
    },
    /// Depths in µUSD.
    PoolShallow {
        asset: Asset,
        depth: u128,
        least: Uint128,
    },
    PoolYoung {
        pool: u32,
        age: u64,
        least: u64,
    },
    /// The price comes through USDM, which is off its peg.
    OffPeg {
        twap: Option<Decimal>,
        least: Decimal,
    },
    /// Spot is too far from its average.
    Stress {
        asset: Asset,
    },
    /// One asset is quoted in another and so on, too often.
    ChainTooLong {
        asset: Asset,
    },
    /// A fixed price of USDM.
    SourceForbidden {
        asset: Asset,
    },
    /// A report that is not later than the feeder's last one, or in the future.
    ReportTime {
        time: u64,
        earliest: u64,
        latest: u64,
    },
    /// A price that is no price.
    InvalidPrice {
        price: Decimal,
    },
}

impl From<&ContractError> for Refusal {
    fn from(error: &ContractError) -> Self {
        use ContractError as E;
        use RefusalCode as Code;
        match error {
            E::Control(error) => error.into(),
            E::NotFeeder { sender, asset } => {
                let role = format!("feeder of {asset}");
                Self::new(Code::Unauthorized, format!("this needs a {role}"), sender, role)
            }
            E::NotListed { asset } => {
                Self::new(Code::NotListed, "the asset has no source", asset, "an asset with a source")
            }
            E::NoPrice { asset, fresh, min_fresh } => {
                Self::new(Code::NoPrice, format!("too few fresh reports of {asset}"), fresh, min_fresh)
            }
            E::Disagree { asset, low, high, bound } => Self::new(
                Code::Disagree,
                format!("the sources of {asset} are more than {bound} apart"),
                format!("{low} to {high}"),
                bound,
            ),
            E::SwapSilent { reason } => {
                Self::new(Code::NoPrice, "the swap contract does not answer", reason, "an answer")
            }
            E::PoolShallow { asset, depth, least } => Self::new(
                Code::PoolShallow,
                format!("no pool of {asset} is deep enough (µUSD)"),
                depth,
                least,
            ),
            E::PoolYoung { pool, age, least } => {
                Self::new(Code::PoolYoung, format!("pool {pool} is too young (seconds)"), age, least)
            }
            E::OffPeg { twap, least } => Self::new(
                Code::OffPeg,
                "the price comes through USDM, which is off its peg",
                twap.map_or_else(|| "none".into(), |twap| twap.to_string()),
                least,
            ),
            E::Stress { asset } => Self::new(
                Code::Stress,
                format!("{asset} is too far from its 30-minute average"),
                "more than 5 %",
                "5 %",
            ),
            E::ChainTooLong { asset } => Self::new(
                Code::NoPrice,
                format!("{asset} is too many sources away from a dollar"),
                MAX_CHAIN.saturating_add(1),
                MAX_CHAIN,
            ),
            E::SourceForbidden { asset } => {
                Self::new(Code::SourceForbidden, "USDM may not have a fixed price", asset, "feeders")
            }
            E::ReportTime { time, earliest, latest } => {
                let limit = format!("{earliest} to {latest}");
                Self::new(Code::ReportTime, "the report is too old or ahead of time", time, limit)
            }
            E::InvalidPrice { price } => {
                Self::new(Code::InvalidPrice, "the price is too small", price, "at least 0.000000000001")
            }
        }
    }
}

impl ContractError {
    /// Whether this failure of a price stops `action`.
    pub fn stops(&self, action: ActionKind) -> bool {
        !matches!(
            (self, action),
            (_, ActionKind::Display)
                | (Self::Stress { .. }, ActionKind::Mint)
                | (Self::Disagree { .. }, ActionKind::Liquidate)
        )
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
        let asset = || Asset::Native("ibc/channel:7".into());
        let errors = [
            ContractError::Control(ControlError::wrong_funds(&[], "no coins")),
            ContractError::NotFeeder { sender: Addr::unchecked("mars1feeder"), asset: asset() },
            ContractError::NotListed { asset: asset() },
            ContractError::NoPrice { asset: asset(), fresh: 2, min_fresh: 3 },
            ContractError::Disagree {
                asset: asset(),
                low: Decimal::one(),
                high: Decimal::percent(103),
                bound: Bps(200),
            },
            ContractError::SwapSilent { reason: "no such contract: mars1swap".into() },
            ContractError::PoolShallow { asset: asset(), depth: 1, least: Uint128::new(2) },
            ContractError::PoolYoung { pool: 1, age: 1, least: 2 },
            ContractError::OffPeg { twap: None, least: Decimal::percent(95) },
            ContractError::Stress { asset: asset() },
            ContractError::ChainTooLong { asset: asset() },
            ContractError::SourceForbidden { asset: asset() },
            ContractError::ReportTime { time: 3, earliest: 1, latest: 2 },
            ContractError::InvalidPrice { price: Decimal::zero() },
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
