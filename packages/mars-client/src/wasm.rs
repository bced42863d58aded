//! Contract code as bytes: its checksum, its compressed form, and the address that an instance of it will have.

use std::io::{Read, Write};

use cosmrs::AccountId;
use cosmwasm_std::CanonicalAddr;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// A contract's name on the chain: SHA-256 of its uncompressed wasm.
pub fn checksum(wasm: &[u8]) -> [u8; 32] {
    Sha256::digest(wasm).into()
}

/// Gzip, as the chain accepts it. The same bytes give the same result: no time is stored.
pub fn compress(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let failed = |e: std::io::Error| Error::Internal(format!("compressing wasm: {e}"));
    encoder.write_all(wasm).map_err(failed)?;
    encoder.finish().map_err(failed)
}

/// The inverse of [`compress`].
pub fn decompress(gzip: &[u8]) -> Result<Vec<u8>> {
    let mut wasm = Vec::new();
    GzDecoder::new(gzip).read_to_end(&mut wasm).map_err(|e| Error::Usage(format!("not gzip: {e}")))?;
    Ok(wasm)
}

/// Where `instantiate2` puts an instance of the code with `checksum`, for `creator` and `salt` (1 to 64 bytes).
pub fn predict_address(checksum: &[u8], creator: &AccountId, salt: &[u8]) -> Result<AccountId> {
    let address =
        cosmwasm_std::instantiate2_address(checksum, &CanonicalAddr::from(creator.to_bytes()), salt)
            .map_err(|e| Error::Usage(format!("no address follows from this checksum and salt: {e}")))?;
    AccountId::new(creator.prefix(), &address).map_err(|e| Error::Internal(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_is_repeatable_and_reversible() {
        let wasm = [b"\0asm\x01\0\0\0".as_slice(), &[7; 5_000]].concat();
        let small = compress(&wasm).unwrap();
        assert!(small.len() < 200);
        assert_eq!(small, compress(&wasm).unwrap());
        assert_eq!(decompress(&small).unwrap(), wasm);
        assert!(decompress(&wasm).is_err());
    }

    /// A vector of the chain's own test data for predictable addresses.
    #[test]
    fn address_follows_from_checksum_creator_and_salt() {
        let checksum =
            hex::decode("13a1fc994cc6d1c81b746ee0c0ff6f90043875e0bf1d9be6b7d779fc978dc2a5").unwrap();
        let creator =
            AccountId::new("purple", &hex::decode("9999999999aaaaaaaaaabbbbbbbbbbcccccccccc").unwrap())
                .unwrap();
        let address = predict_address(&checksum, &creator, b"a").unwrap();
        assert_eq!(address.as_ref(), "purple1t6r960j945lfv8mhl4mage2rg97w63xeynwrupum2s2l7em4lprs9ce5hk");
        assert!(predict_address(&checksum, &creator, b"").is_err());
        assert!(predict_address(&checksum, &creator, &[0; 65]).is_err());
        assert!(predict_address(b"short", &creator, b"a").is_err());
    }
}
