//! What Go's libraries say of input that they cannot read. Clients have learnt these texts, so this door says the same.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::Value;

/// Base64 as Go reads it: with padding, but careless about the bits behind the last byte.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Reads `text` as one JSON value.
///
/// # Errors
/// What `encoding/json` says.
pub fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| syntax(text, &error))
}

fn syntax(text: &str, error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "unexpected end of JSON input".to_owned();
    }
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let found = line.as_bytes().get(error.column().saturating_sub(1)).copied().unwrap_or(b' ');
    let message = error.to_string();
    let place = [
        ("expected value", "looking for beginning of value"),
        ("key must be a string", "looking for beginning of object key string"),
        ("trailing comma", "looking for beginning of object key string"),
        ("expected `:`", "after object key"),
        ("expected `,` or `}`", "after object key:value pair"),
        ("expected `,` or `]`", "after array element"),
        ("trailing characters", "after top-level value"),
        ("invalid escape", "in string escape code"),
        ("control character", "in string literal"),
        ("invalid number", "in numeric literal"),
        ("expected ident", "in literal"),
    ]
    .into_iter()
    .find_map(|(begin, place)| message.starts_with(begin).then_some(place));
    match place {
        Some(place) => format!("invalid character {} {place}", quoted(found)),
        None => message,
    }
}

fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        printable => format!("'{}'", char::from(printable).escape_default()),
    }
}

/// What Go calls the kind of a JSON value.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The refusal of a value for a Go type.
pub fn mismatch(value: &Value, go: &str) -> String {
    format!("json: cannot unmarshal {} into Go value of type {go}", kind(value))
}

/// The bytes of hexadecimal digits of either case.
///
/// # Errors
/// What `encoding/hex` says.
pub fn hex(digits: &str) -> Result<Vec<u8>, String> {
    if let Some(byte) = digits.bytes().find(|byte| !byte.is_ascii_hexdigit()) {
        let shown = if byte.is_ascii_control() { String::new() } else { format!(" '{}'", char::from(byte)) };
        return Err(format!("encoding/hex: invalid byte: U+{byte:04X}{shown}"));
    }
    hex::decode(digits).map_err(|_| "encoding/hex: odd length hex string".to_owned())
}

/// The bytes of base64.
///
/// # Errors
/// What `encoding/base64` says.
pub fn base64(text: &str) -> Result<Vec<u8>, String> {
    let text: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    BASE64.decode(&text).map_err(|error| {
        let at = match error {
            base64::DecodeError::InvalidByte(at, _) | base64::DecodeError::InvalidLastSymbol(at, _) => at,
            base64::DecodeError::InvalidPadding if text.ends_with('=') => text.len(),
            // The text ends within a group of four: the group is to blame.
            base64::DecodeError::InvalidLength(_) | base64::DecodeError::InvalidPadding => {
                text.len() - text.len() % 4
            }
        };
        format!("illegal base64 data at input byte {at}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_errors_read_as_in_go() {
        let cases = [
            ("{", "unexpected end of JSON input"),
            ("hello", "invalid character 'h' looking for beginning of value"),
            ("{a:1}", "invalid character 'a' looking for beginning of object key string"),
            (r#"{"a" 1}"#, "invalid character '1' after object key"),
            (r#"{"a":1 "b"}"#, "invalid character '\"' after object key:value pair"),
            ("[1 2]", "invalid character '2' after array element"),
            (r#"{"a":[1,}"#, "invalid character '}' looking for beginning of value"),
            (r#""\x""#, "invalid character 'x' in string escape code"),
            ("{} trailing", "invalid character 't' after top-level value"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse::<Value>(text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn bytes_are_refused_as_in_go() {
        assert_eq!(hex("zz").unwrap_err(), "encoding/hex: invalid byte: U+007A 'z'");
        assert_eq!(hex("abc").unwrap_err(), "encoding/hex: odd length hex string");
        assert_eq!(hex("aB01").unwrap(), [0xab, 1]);
        assert_eq!(base64("zz!").unwrap_err(), "illegal base64 data at input byte 2");
        assert_eq!(base64("AAA").unwrap_err(), "illegal base64 data at input byte 0");
        assert_eq!(base64("AA=").unwrap_err(), "illegal base64 data at input byte 3");
        assert_eq!(base64("A\nB==").unwrap(), [0]);
    }
}
