//! The addresses of contracts.

use crate::address;

fn with_length(bytes: &[u8]) -> Vec<u8> {
    [&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes()[..], bytes].concat()
}

/// The address of the contract made as number `instance_id` from code `code_id`.
pub fn classic(code_id: u64, instance_id: u64) -> Vec<u8> {
    address::derived("wasm", &[code_id.to_be_bytes(), instance_id.to_be_bytes()].concat())
}

/// The address that can be known before: of code, maker, salt, and of the first message if it is fixed.
pub fn predictable(checksum: &[u8], creator: &[u8], salt: &[u8], fixed_msg: &[u8]) -> Vec<u8> {
    let parts = [with_length(checksum), with_length(creator), with_length(salt), with_length(fixed_msg)];
    address::derived("wasm", &parts.concat())
}
