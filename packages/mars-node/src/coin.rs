//! Amounts of native coins and lists of them, with the SDK's rules and words.

use std::fmt;
use std::str::FromStr;

use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
pub use cosmwasm_std_vm::Uint256;
use cosmwasm_std_vm::Uint512;

use crate::gotext;

/// The units of 10^-18 in one.
const ONE: u64 = 1_000_000_000_000_000_000;

/// A positive or zero amount of one denomination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coin {
    /// The name of the coin.
    pub denom: String,
    /// How much, in base units.
    pub amount: Uint256,
}

impl Coin {
    /// `amount` of `denom`.
    pub fn new(denom: impl Into<String>, amount: impl Into<Uint256>) -> Self {
        Self { denom: denom.into(), amount: amount.into() }
    }

    /// The coin on the wire.
    pub fn to_proto(&self) -> ProtoCoin {
        ProtoCoin { denom: self.denom.clone(), amount: self.amount.to_string() }
    }
}

impl fmt::Display for Coin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.amount, self.denom)
    }
}

/// Coins as the SDK prints them: `1a,2b`, nothing for none.
pub fn text(coins: &[Coin]) -> String {
    coins.iter().map(Coin::to_string).collect::<Vec<_>>().join(",")
}

/// Coins of the wire as the SDK prints them, valid or not.
pub fn proto_text(coins: &[ProtoCoin]) -> String {
    let amount = |text: &str| match integer(text) {
        Ok((negative, amount)) => format!("{}{amount}", if negative { "-" } else { "" }),
        Err(_) => text.to_owned(),
    };
    coins.iter().map(|coin| amount(&coin.amount) + &coin.denom).collect::<Vec<_>>().join(",")
}

/// Coins on the wire.
pub fn to_proto(coins: &[Coin]) -> Vec<ProtoCoin> {
    coins.iter().map(Coin::to_proto).collect()
}

/// Whether `denom` is a name of a coin: a letter, then 2 to 127 letters, digits and `/:._-`.
pub fn is_denom(denom: &str) -> bool {
    let mut bytes = denom.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && (2..=127).contains(&bytes.len())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"/:._-".contains(&byte))
}

/// What [`is_denom`] says, with the reason of the SDK.
///
/// # Errors
/// The SDK's text.
pub fn validate_denom(denom: &str) -> Result<(), String> {
    if is_denom(denom) { Ok(()) } else { Err(format!("invalid denom: {denom}")) }
}

/// An integer as the SDK reads it off the wire: whether it is below zero, and how much it is. Go takes a base prefix,
/// and a leading zero for one of base eight. Nothing is zero.
///
/// # Errors
/// A text that is no integer, or one of more than 256 bits.
pub fn integer(text: &str) -> Result<(bool, Uint256), String> {
    let (negative, amount) = unbounded(text)?;
    let amount = Uint256::try_from(amount).map_err(|_| {
        let leading = amount.to_be_bytes().iter().fold((true, 0), |(zeros, count), byte| {
            (zeros && *byte == 0, if zeros { count + byte.leading_zeros() } else { count })
        });
        format!("integer out of range; got: {}, max: 256", 512 - leading.1)
    })?;
    Ok((negative && !amount.is_zero(), amount))
}

/// An [`integer`] in decimal digits, behind a minus where it is below zero.
///
/// # Errors
/// A text that is no integer, or one of more than 256 bits.
pub fn integer_digits(text: &str) -> Result<String, String> {
    let (negative, amount) = integer(text)?;
    Ok(format!("{}{amount}", if negative { "-" } else { "" }))
}

/// A number of units of 10^-18, as the SDK keeps decimals: an integer as [`integer`] reads it, in decimal digits.
///
/// # Errors
/// A text that is no integer, or one of 2^256 or more.
pub fn atomics(text: &str) -> Result<String, String> {
    let (negative, units) = unbounded(text)?;
    if units.checked_div(Uint512::from(ONE)).is_ok_and(|whole| Uint256::try_from(whole).is_ok()) {
        return Ok(format!("{}{units}", if negative && !units.is_zero() { "-" } else { "" }));
    }
    Err("decimal out of range".to_owned())
}

/// The number of units of 10^-18 of a decimal as the SDK reads it from JSON.
///
/// # Errors
/// A text that is no decimal, or one of more than 18 places, or of 2^256 or more.
pub fn decimal_atomics(text: &str) -> Result<String, String> {
    const PLACES: usize = 18;
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    if digits.is_empty() {
        return Err("decimal string cannot be empty".to_owned());
    }
    let (whole, fraction) = match digits.split('.').collect::<Vec<_>>()[..] {
        [whole] => (whole, ""),
        [whole, fraction] if !whole.is_empty() && !fraction.is_empty() => (whole, fraction),
        [_, _] => return Err("invalid decimal length".to_owned()),
        _ => return Err("invalid decimal string".to_owned()),
    };
    let Some(missing) = PLACES.checked_sub(fraction.len()) else {
        return Err(format!(
            "value '{digits}' exceeds max precision by -{} decimal places: max precision {PLACES}",
            fraction.len().saturating_sub(PLACES)
        ));
    };
    let units = format!("{whole}{fraction}{}", "0".repeat(missing));
    if !units.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("failed to set decimal string with base 10: {units}"));
    }
    let units = units.trim_start_matches('0');
    atomics(&format!("{sign}{units}")).map_err(|_| "out of range: invalid decimal string".to_owned())
}

/// What is said of a text that is no integer.
pub fn no_integer(text: &[u8]) -> String {
    format!("math/big: cannot unmarshal {} into a *big.Int", gotext::quote(text))
}

/// An [`integer`] of any size; what is above 512 bits is cut there.
fn unbounded(text: &str) -> Result<(bool, Uint512), String> {
    if text.is_empty() {
        return Ok((false, Uint512::zero()));
    }
    let refuse = || no_integer(text.as_bytes());
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match lower.split_at_checked(2) {
        Some(("0x", rest)) => (16, rest),
        Some(("0b", rest)) => (2, rest),
        Some(("0o", rest)) => (8, rest),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, lower.get(1..).unwrap_or_default()),
        _ => (10, lower.as_str()),
    };
    let joined = digits.strip_prefix('_').filter(|_| base != 10).unwrap_or(digits);
    if joined.is_empty() || joined.split('_').any(str::is_empty) {
        return Err(refuse());
    }
    let mut amount = Uint512::zero();
    for digit in joined.chars().filter(|digit| *digit != '_') {
        let digit = digit.to_digit(base).ok_or_else(refuse)?;
        amount = amount.saturating_mul(Uint512::from(base)).saturating_add(Uint512::from(digit));
    }
    Ok((negative, amount))
}

fn positive(coin: &ProtoCoin) -> Option<Coin> {
    match integer(&coin.amount) {
        Ok((false, amount)) if !amount.is_zero() => Some(Coin { denom: coin.denom.clone(), amount }),
        _ => None,
    }
}

/// The coins of a message: sorted by name, each name once, every amount positive. An empty list is valid.
///
/// # Errors
/// The first rule that is broken, in the words of the SDK's `Coins.Validate`.
pub fn validate(coins: &[ProtoCoin]) -> Result<Vec<Coin>, String> {
    let mut valid: Vec<Coin> = Vec::with_capacity(coins.len());
    for coin in coins {
        validate_denom(&coin.denom)?;
        if let Some(last) = valid.last() {
            if coin.denom < last.denom {
                return Err(format!("denomination {} is not sorted", coin.denom));
            }
            if coin.denom == last.denom {
                return Err(format!("duplicate denomination {}", coin.denom));
            }
        }
        let Some(coin) = positive(coin) else {
            let whole = if valid.is_empty() { coin.amount.as_str() } else { "" };
            return Err(format!("coin {whole}{} amount is not positive", coin.denom));
        };
        valid.push(coin);
    }
    Ok(valid)
}

/// `coins` and one more, merged by name and sorted; names with nothing are left out. `None` on overflow.
pub fn add(mut coins: Vec<Coin>, coin: Coin) -> Option<Vec<Coin>> {
    match coins.binary_search_by(|held| held.denom.cmp(&coin.denom)) {
        Ok(at) => {
            let held = coins.get_mut(at)?;
            held.amount = held.amount.checked_add(coin.amount).ok()?;
        }
        Err(at) if !coin.amount.is_zero() => coins.insert(at, coin),
        Err(_) => {}
    }
    Some(coins)
}

/// `coins` less `amount`, without what became nothing. `None` if something would be less than nothing.
pub fn subtract(mut coins: Vec<Coin>, amount: &[Coin]) -> Option<Vec<Coin>> {
    for taken in amount {
        let held = coins.iter_mut().find(|held| held.denom == taken.denom)?;
        held.amount = held.amount.checked_sub(taken.amount).ok()?;
    }
    coins.retain(|coin| !coin.amount.is_zero());
    Some(coins)
}

/// Coins from a text such as `10umars,5uusdc`, sorted.
///
/// # Errors
/// The part that is not an amount followed by a name, or a name given twice.
pub fn parse(text: &str) -> Result<Vec<Coin>, String> {
    let mut coins: Vec<Coin> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (amount, denom) = part.split_at(digits);
        let amount = Uint256::from_str(amount).map_err(|_| format!("invalid coin expression: {part}"))?;
        validate_denom(denom)?;
        coins.push(Coin::new(denom, amount));
    }
    coins.sort_by(|a, b| a.denom.cmp(&b.denom));
    if let Some(pair) = coins.windows(2).find(|pair| matches!(pair, [a, b] if a.denom == b.denom)) {
        return Err(format!("duplicate denomination {}", pair.first().map_or("", |coin| &coin.denom)));
    }
    Ok(coins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(coins: &[(&str, &str)]) -> Vec<ProtoCoin> {
        coins
            .iter()
            .map(|(amount, denom)| ProtoCoin { denom: (*denom).into(), amount: (*amount).into() })
            .collect()
    }

    #[test]
    fn lists_are_sorted_positive_and_without_duplicates() {
        assert_eq!(validate(&wire(&[("1", "abc"), ("2", "abd")])).unwrap().len(), 2);
        let refusal = |coins: &[(&str, &str)]| validate(&wire(coins)).unwrap_err();
        assert_eq!(refusal(&[("0", "abc")]), "coin 0abc amount is not positive");
        assert_eq!(refusal(&[("1", "abc"), ("0", "abd")]), "coin abd amount is not positive");
        assert_eq!(refusal(&[("1", "abd"), ("1", "abc")]), "denomination abc is not sorted");
        assert_eq!(refusal(&[("1", "abc"), ("1", "abc")]), "duplicate denomination abc");
        assert_eq!(refusal(&[("1", "a")]), "invalid denom: a");
    }

    #[test]
    fn adding_merges_by_name() {
        let coins = add(parse("5abc").unwrap(), Coin::new("abb", 1_u64)).unwrap();
        assert_eq!(text(&add(coins, Coin::new("abc", 2_u64)).unwrap()), "1abb,7abc");
    }
}
