//! Addresses: bech32 text as the Cosmos SDK reads and writes it, and the hashes that module and contract addresses are.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result, sdk};

const CHARSET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const LONGEST_TEXT: usize = 1_023;
const CHECKSUM: usize = 6;

/// The bytes of an account that belongs to a key or a module.
const ACCOUNT: usize = 20;
/// The bytes of a contract's account.
const CONTRACT: usize = 32;

/// What the five bits that leave a checksum at its top do to what stays, for each of their values.
#[allow(clippy::indexing_slicing)] // the compiler would refuse an index that is too large
const LEAVING: [u32; 32] = {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let mut table = [0; 32];
    let mut index = 0;
    while index < 160 {
        if (index / 5) >> (index % 5) & 1 == 1 {
            table[index / 5] ^= GENERATOR[index % 5];
        }
        index += 1;
    }
    table
};

/// The value of each character of [`CHARSET`].
static VALUES: LazyLock<[Option<u8>; 128]> = LazyLock::new(|| {
    let mut table = [None; 128];
    for (value, character) in (0..).zip(CHARSET) {
        if let Some(place) = table.get_mut(usize::from(*character)) {
            *place = Some(value);
        }
    }
    table
});

fn checksum_step(sum: u32, value: u8) -> u32 {
    let leaving = usize::try_from(sum >> 25).ok().and_then(|top| LEAVING.get(top));
    ((sum & 0x01ff_ffff) << 5) ^ u32::from(value) ^ leaving.copied().unwrap_or_default()
}

fn checksum_of(prefix: &str, values: &[u8]) -> u32 {
    let mut sum = 1;
    for byte in prefix.bytes() {
        sum = checksum_step(sum, byte >> 5);
    }
    sum = checksum_step(sum, 0);
    for byte in prefix.bytes() {
        sum = checksum_step(sum, byte & 31);
    }
    values.iter().fold(sum, |sum, value| checksum_step(sum, *value))
}

/// The checksum that belongs to `values` under `prefix`.
fn checksum(prefix: &str, values: &[u8]) -> [u8; CHECKSUM] {
    let sum = [0; CHECKSUM].into_iter().fold(checksum_of(prefix, values), checksum_step) ^ 1;
    let mut index = 0_u32;
    [0; CHECKSUM].map(|_: u8| {
        let value = (sum >> (5 * (5 - index))) & 31;
        index += 1;
        u8::try_from(value).unwrap_or_default()
    })
}

fn characters(values: &[u8]) -> impl Iterator<Item = char> {
    values.iter().filter_map(|value| CHARSET.get(usize::from(*value))).map(|byte| char::from(*byte))
}

/// Groups of `from` bits as groups of `to` bits. `None` if what is left over is not padding of zeros.
fn regroup(data: &[u8], from: u32, to: u32, pad: bool) -> Option<Vec<u8>> {
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    let mask = (1_u32 << to) - 1;
    let mut groups = Vec::with_capacity(data.len() * 2);
    for value in data {
        buffer = (buffer << from) | u32::from(*value);
        bits += from;
        while bits >= to {
            bits -= to;
            groups.push(u8::try_from((buffer >> bits) & mask).ok()?);
        }
        buffer &= (1 << bits) - 1;
    }
    if pad {
        if bits > 0 {
            groups.push(u8::try_from((buffer << (to - bits)) & mask).ok()?);
        }
    } else if bits >= from || buffer != 0 {
        return None;
    }
    Some(groups)
}

/// `bytes` in bech32 under `prefix`; empty for no bytes.
pub fn encode(prefix: &str, bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return String::new();
    }
    let values = regroup(bytes, 8, 5, true).unwrap_or_default();
    let mut text = String::with_capacity(prefix.len() + 1 + values.len() + CHECKSUM);
    text.push_str(prefix);
    text.push('1');
    text.extend(characters(&values));
    text.extend(characters(&checksum(prefix, &values)));
    text
}

fn decode_any(text: &str) -> Result<(String, Vec<u8>), String> {
    if text.len() > LONGEST_TEXT || text.len() < 8 {
        return Err(format!("invalid bech32 string length {}", text.len()));
    }
    if let Some(byte) = text.bytes().find(|byte| !(33..=126).contains(byte)) {
        return Err(format!("invalid character in string: '{}'", char::from(byte)));
    }
    let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    if upper && text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Err("string not all lowercase or all uppercase".to_owned());
    }
    let text = text.to_ascii_lowercase();
    let separator = text.rfind('1');
    let Some((at, (prefix, data))) = separator
        .filter(|at| *at >= 1 && at + CHECKSUM < text.len())
        .and_then(|at| Some((at, (text.get(..at)?, text.get(at + 1..)?))))
    else {
        let at = separator.map_or("-1".to_owned(), |at| at.to_string());
        return Err(format!("invalid separator index {at}"));
    };
    let _ = at;
    let mut values = Vec::with_capacity(data.len());
    for byte in data.bytes() {
        match VALUES.get(usize::from(byte)).copied().flatten() {
            Some(value) => values.push(value),
            None => return Err(format!("invalid character not part of charset: {byte}")),
        }
    }
    let (payload, sum) = values.split_at(values.len().saturating_sub(CHECKSUM));
    let expected = checksum(prefix, payload);
    if sum != expected {
        let [expected, sum] = [&expected[..], sum].map(|values| characters(values).collect::<String>());
        return Err(format!("invalid checksum (expected {expected} got {sum})"));
    }
    let bytes = regroup(payload, 5, 8, false).ok_or("invalid incomplete group")?;
    Ok((prefix.to_owned(), bytes))
}

/// The bytes of the address `text`, which must have the given bech32 `prefix`.
///
/// # Errors
/// Those of the SDK's address codec, in its words.
pub fn decode(prefix: &str, text: &str) -> Result<Vec<u8>> {
    decode_or(prefix, text, |found| {
        sdk::LOGIC.wrap(format!("hrp does not match bech32 prefix: expected '{prefix}' got '{found}'"))
    })
}

/// As [`decode`], for wasmd's own module, which reads addresses by an older way.
///
/// # Errors
/// Those of the SDK's `AccAddressFromBech32`, in its words.
pub fn decode_account(prefix: &str, text: &str) -> Result<Vec<u8>> {
    decode_or(prefix, text, |found| {
        Error::unregistered(format!("invalid Bech32 prefix; expected {prefix}, got {found}"))
    })
}

fn decode_or(prefix: &str, text: &str, other_chain: impl FnOnce(&str) -> Error) -> Result<Vec<u8>> {
    if text.trim().is_empty() {
        return Err(Error::unregistered("empty address string is not allowed"));
    }
    let (found, bytes) =
        decode_any(text).map_err(|error| Error::unregistered(format!("decoding bech32 failed: {error}")))?;
    if found != prefix {
        return Err(other_chain(&found));
    }
    verify(&bytes)?;
    Ok(bytes)
}

/// The prefix and the bytes of any bech32 text.
///
/// # Errors
/// A text that is not bech32.
pub fn decode_with_any_prefix(text: &str) -> Result<(String, Vec<u8>)> {
    decode_any(text).map_err(|error| Error::unregistered(format!("decoding bech32 failed: {error}")))
}

/// Whether `bytes` can be an address: wasmd knows accounts of keys and modules, and those of contracts.
///
/// # Errors
/// Another length than those two.
pub fn verify(bytes: &[u8]) -> Result<()> {
    match bytes.len() {
        ACCOUNT | CONTRACT => Ok(()),
        _ => Err(sdk::INVALID_ADDRESS.plain()),
    }
}

/// The address of the module account called `name`.
pub fn module(name: &str) -> Vec<u8> {
    Sha256::digest(name).iter().copied().take(20).collect()
}

/// The address that `module` derives from `key` (the SDK's `address.Module`), 32 bytes.
pub fn derived(module: &str, key: &[u8]) -> Vec<u8> {
    let kind = Sha256::digest("module");
    let hash = Sha256::new().chain_update(kind).chain_update(module).chain_update([0]).chain_update(key);
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_bytes_are_each_other() {
        let minter = "mars1qpfeuun0k8fu7quw3vst0g9g9344w6phrxt99d";
        let bytes = decode("mars", minter).unwrap();
        assert_eq!((bytes.len(), encode("mars", &bytes)), (20, minter.to_owned()));
        for length in 1..=255 {
            let bytes = vec![0x5a; length];
            let decoded = decode("mars", &encode("mars", &bytes));
            match length {
                20 | 32 => assert_eq!(decoded.unwrap(), bytes),
                _ => assert_eq!(decoded.unwrap_err().to_string(), "invalid address"),
            }
        }
    }

    #[test]
    fn module_accounts_have_the_addresses_of_the_sdk() {
        assert_eq!(encode("mars", &module("fee_collector")), "mars17xpfvakm2amg962yls6f84z3kell8c5ldy6e7x");
        assert_eq!(encode("mars", &module("gov")), "mars10d07y265gmmuvt4z0w9aw880jnsr700j8l2urg");
    }

    #[test]
    fn refusals_have_the_words_of_the_sdk() {
        let refusal = |text: &str| decode("mars", text).unwrap_err().to_string();
        assert_eq!(refusal(" "), "empty address string is not allowed");
        assert_eq!(refusal("test"), "decoding bech32 failed: invalid bech32 string length 4");
        assert_eq!(refusal("notbech32"), "decoding bech32 failed: invalid separator index -1");
        assert_eq!(
            refusal("mars1qpfeuun0k8fu7quw3vst0g9g9344w6phrxt99q"),
            "decoding bech32 failed: invalid checksum (expected rxt99d got rxt99q)"
        );
        assert_eq!(
            refusal("cosmos1qpfeuun0k8fu7quw3vst0g9g9344w6phrxt99d").split(" (").next().unwrap(),
            "decoding bech32 failed: invalid checksum"
        );
        let other = encode("osmo", &[1; 20]);
        assert_eq!(
            refusal(&other),
            "hrp does not match bech32 prefix: expected 'mars' got 'osmo': internal logic error"
        );
        let older = decode_account("mars", &other).unwrap_err().to_string();
        assert_eq!(older, "invalid Bech32 prefix; expected mars, got osmo");
    }
}
