//! Amounts of native coins and lists of them, with the SDK's rules and words.

use std::fmt;
use std::str::FromStr;

use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
pub use cosmwasm_std_vm::Uint256;

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
    coins.iter().map(|coin| format!("{}{}", coin.amount, coin.denom)).collect::<Vec<_>>().join(",")
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

fn positive(coin: &ProtoCoin) -> Option<Coin> {
    let amount = Uint256::from_str(&coin.amount).ok().filter(|amount| !amount.is_zero())?;
    Some(Coin { denom: coin.denom.clone(), amount })
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
