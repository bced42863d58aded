//! Amounts as people write them: `1.5USDM`, `1500000uusdm`, `100USDC`, read exactly and never guessed.

use std::fmt;

use cosmwasm_std::Uint128;

use crate::network::Asset;

/// Why a text is not an amount of this network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error(
        "{text:?} is not an amount: expected digits, optionally a point and digits, then an asset, like 1.5USDM or 1500000uusdm"
    )]
    Form { text: String },
    #[error("asset {unit:?} is not known to this network{}", suggestion.as_ref().map(|s| format!("; did you mean {s}?")).unwrap_or_default())]
    Unknown { unit: String, suggestion: Option<String> },
    #[error("asset {unit:?} is ambiguous: it may be {first} or {second}; use the base denom")]
    Ambiguous { unit: String, first: String, second: String },
    #[error("{text:?} has {found} decimals, {unit} has {limit}")]
    Decimals { text: String, unit: String, found: usize, limit: u32 },
    #[error("{asset} stands twice in {text:?}")]
    Twice { text: String, asset: String },
    #[error("{text:?} does not fit: the greatest amount is 2^128 - 1 base units")]
    Overflow { text: String },
}

/// A number of base units of an asset.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    pub value: Uint128,
    pub asset: Asset,
}

impl Amount {
    /// Reads one amount against the assets of a network.
    pub fn parse(text: &str, assets: &[Asset]) -> Result<Self, AmountError> {
        let form = || AmountError::Form { text: text.into() };
        let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(form)?;
        let (number, unit) = text.split_at(split);
        let (whole, fraction) = match number.split_once('.') {
            Some((_, "")) => return Err(form()),
            Some((whole, fraction)) => (whole, fraction),
            None => (number, ""),
        };
        let is_unit =
            unit.starts_with(|c: char| c.is_ascii_alphabetic()) && unit.chars().all(is_unit_character);
        if whole.is_empty() || fraction.contains('.') || !is_unit {
            return Err(form());
        }
        let (asset, exponent) = find_unit(unit, assets)?;
        let value = base_units(text, unit, whole, fraction, exponent)?;
        Ok(Self { value, asset: asset.clone() })
    }

    /// Reads amounts separated by commas, each of another asset.
    pub fn parse_list(text: &str, assets: &[Asset]) -> Result<Vec<Self>, AmountError> {
        let mut amounts: Vec<Self> = Vec::new();
        for part in text.split(',') {
            let amount = Self::parse(part.trim(), assets)?;
            if amounts.iter().any(|other| other.asset.base == amount.asset.base) {
                return Err(AmountError::Twice { text: text.into(), asset: amount.asset.base });
            }
            amounts.push(amount);
        }
        Ok(amounts)
    }
}

/// The amount in the asset's display unit: `1.5 USDM`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", decimal_text(self.value, self.asset.decimals()), self.asset.symbol)
    }
}

/// `value` × 10^-`decimals`, exactly, without trailing zeros.
pub fn decimal_text(value: Uint128, decimals: u32) -> String {
    let width = usize::try_from(decimals).unwrap_or(usize::MAX);
    let digits = format!("{:0>pad$}", value.to_string(), pad = width.saturating_add(1));
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(width));
    match fraction.trim_end_matches('0') {
        "" => whole.to_string(),
        fraction => format!("{whole}.{fraction}"),
    }
}

fn base_units(
    text: &str,
    unit: &str,
    whole: &str,
    fraction: &str,
    exponent: u32,
) -> Result<Uint128, AmountError> {
    let places = usize::try_from(exponent).unwrap_or(usize::MAX);
    if fraction.len() > places {
        let (text, unit) = (text.into(), unit.into());
        return Err(AmountError::Decimals { text, unit, found: fraction.len(), limit: exponent });
    }
    // Only zeros follow a number that long, or it does not fit.
    let padding = "0".repeat(places.saturating_sub(fraction.len()));
    format!("{whole}{fraction}{padding}")
        .parse::<u128>()
        .map(Uint128::new)
        .map_err(|_| AmountError::Overflow { text: text.into() })
}

/// The asset that `name` (a symbol, denom or alias) belongs to.
pub fn find_asset<'a>(name: &str, assets: &'a [Asset]) -> Result<&'a Asset, AmountError> {
    let mut found = assets.iter().filter(|asset| asset.units().any(|(unit, _)| unit == name));
    match (found.next(), found.next()) {
        (Some(asset), None) => Ok(asset),
        (None, _) => Err(unknown(name, assets)),
        (Some(first), Some(second)) => Err(AmountError::Ambiguous {
            unit: name.into(),
            first: first.base.clone(),
            second: second.base.clone(),
        }),
    }
}

fn find_unit<'a>(unit: &str, assets: &'a [Asset]) -> Result<(&'a Asset, u32), AmountError> {
    let asset = find_asset(unit, assets)?;
    let mut exponents: Vec<u32> = asset.units().filter(|(name, _)| *name == unit).map(|(_, e)| e).collect();
    exponents.sort_unstable();
    exponents.dedup();
    match exponents.as_slice() {
        [] => Err(unknown(unit, assets)),
        [exponent] => Ok((asset, *exponent)),
        [first, second, ..] => Err(AmountError::Ambiguous {
            unit: unit.into(),
            first: format!("{} x 10^{first}", asset.base),
            second: format!("{} x 10^{second}", asset.base),
        }),
    }
}

fn unknown(unit: &str, assets: &[Asset]) -> AmountError {
    let alike = assets.iter().flat_map(Asset::units).find(|(name, _)| name.eq_ignore_ascii_case(unit));
    AmountError::Unknown { unit: unit.into(), suggestion: alike.map(|(name, _)| name.to_string()) }
}

/// The characters of a bank denom, and of an address in `cw20:ADDRESS`.
fn is_unit_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | ':' | '.' | '_' | '-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::network::DenomUnit;

    fn assets() -> Vec<Asset> {
        vec![
            Asset::native("uusdc", "USDC", 6),
            Asset::cw20("mars1usdm", "USDM", 6),
            Asset::native("wei", "ETH", 18),
            Asset::native("brick", "BRICK", 0),
        ]
    }

    fn parse(text: &str) -> Result<(u128, String), AmountError> {
        Amount::parse(text, &assets()).map(|a| (a.value.u128(), a.asset.base))
    }

    #[test]
    fn display_and_base_units_are_read_exactly() {
        assert_eq!(parse("1.5USDM"), Ok((1_500_000, "cw20:mars1usdm".into())));
        assert_eq!(parse("1500000uusdm"), Ok((1_500_000, "cw20:mars1usdm".into())));
        assert_eq!(parse("1500000cw20:mars1usdm"), Ok((1_500_000, "cw20:mars1usdm".into())));
        assert_eq!(parse("100USDC"), Ok((100_000_000, "uusdc".into())));
        assert_eq!(parse("0.000001usdc"), Ok((1, "uusdc".into())));
        assert_eq!(parse("0.000000000000000001ETH"), Ok((1, "wei".into())));
        assert_eq!(parse("7BRICK"), Ok((7, "brick".into())));
        assert_eq!(parse("0USDM"), Ok((0, "cw20:mars1usdm".into())));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "USDM",
            "1",
            "1.USDM",
            ".5USDM",
            "1..5USDM",
            "1.2.3USDM",
            "+1USDM",
            "-1USDM",
            "1,5USDM",
            "1 USDM",
            "1USDM ",
            "1_0USDM",
            "١USDM",
        ] {
            assert!(matches!(parse(text), Err(AmountError::Form { .. })), "{text:?}: {:?}", parse(text));
        }
        // An exponent reads as the unit `e6USDM`, which nobody has.
        assert!(matches!(parse("1e6USDM"), Err(AmountError::Unknown { .. })));
        let decimals =
            AmountError::Decimals { text: "1.5000000USDM".into(), unit: "USDM".into(), found: 7, limit: 6 };
        assert_eq!(parse("1.5000000USDM"), Err(decimals));
        assert!(matches!(parse("1.5uusdm"), Err(AmountError::Decimals { limit: 0, .. })));
        assert!(matches!(parse("1.0BRICK"), Err(AmountError::Decimals { limit: 0, .. })));
        assert_eq!(
            parse("1Usdc"),
            Err(AmountError::Unknown { unit: "Usdc".into(), suggestion: Some("usdc".into()) })
        );
        assert!(parse("340282366920938463463374607431768211455uusdc").is_ok());
        assert!(matches!(
            parse("340282366920938463463374607431768211456uusdc"),
            Err(AmountError::Overflow { .. })
        ));
        assert!(matches!(parse("340282366920938463464ETH"), Err(AmountError::Overflow { .. })));
    }

    #[test]
    fn two_meanings_are_refused() {
        let mut assets = assets();
        assets.push(Asset::native("ibc/00", "USDC", 6));
        assert!(matches!(Amount::parse("1USDC", &assets), Err(AmountError::Ambiguous { .. })));
        assert!(Amount::parse("1uusdc", &assets).is_ok());
        let mut own = Asset::native("milli", "THING", 3);
        own.denom_units.push(DenomUnit { denom: "THING".into(), exponent: 6, aliases: vec![] });
        assert!(matches!(Amount::parse("1THING", &[own]), Err(AmountError::Ambiguous { .. })));
    }

    #[test]
    fn lists_are_read_in_order() {
        let list = Amount::parse_list("1USDC, 2uusdm", &assets()).unwrap();
        assert_eq!(list.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1 USDC", "0.000002 USDM"]);
        assert!(Amount::parse_list("1USDC,", &assets()).is_err());
        let twice = AmountError::Twice { text: "1USDC,2uusdc".into(), asset: "uusdc".into() };
        assert_eq!(Amount::parse_list("1USDC,2uusdc", &assets()), Err(twice));
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_read_again(value: u128, decimals in 0u32..=18) {
            let asset = Asset::native("base", "SHOWN", decimals);
            let shown = Amount { value: Uint128::new(value), asset: asset.clone() }.to_string().replace(' ', "");
            prop_assert_eq!(Amount::parse(&shown, &[asset]).unwrap().value.u128(), value);
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = Amount::parse(&text, &assets());
        }
    }
}
