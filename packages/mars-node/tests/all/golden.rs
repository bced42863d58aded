//! What was recorded from wasmd.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// A recorded file. A contract is kept packed, whichever way it was sent.
fn read(name: &str) -> Vec<u8> {
    let path = |name: &str| format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if let Ok(bytes) = std::fs::read(path(name)) {
        return bytes;
    }
    let packed = std::fs::read(path(&format!("{name}.gz"))).unwrap();
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut plain).unwrap();
    plain
}

/// A recorded file of JSON.
pub fn json(name: &str) -> Value {
    serde_json::from_slice(&read(name)).unwrap()
}

/// Recorded bytes: base64, or what lies before and after a file.
pub fn bytes(value: &Value) -> Vec<u8> {
    let decode = |value: &Value| STANDARD.decode(value.as_str().unwrap()).unwrap();
    match value.as_array().map(Vec::as_slice) {
        Some([before, name, after]) => [decode(before), read(name.as_str().unwrap()), decode(after)].concat(),
        _ => decode(value),
    }
}
