//! What Go's libraries say of input that they cannot read. Clients have learnt these texts, so the doors say the same.

use std::borrow::Cow;
use std::str::FromStr;

use base64::Engine;
use base64::alphabet::{Alphabet, STANDARD};
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// What Go's reader of JSON takes within each other.
const DEEPEST_JSON: usize = 10_000;

/// Reads `text` as one JSON value.
///
/// # Errors
/// What `encoding/json` says.
pub fn parse<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, String> {
    check(text.as_bytes()).map_err(|fault| fault.of_a_whole())?;
    serde_json::from_str(&whole_escapes(text)).map_err(|error| error.to_string())
}

/// Whether `text` is one JSON value. What stands between quotes need not be UTF-8.
///
/// # Errors
/// What `encoding/json` says.
pub fn check(text: &[u8]) -> Result<(), Fault> {
    let mut scanner = Scanner { bytes: text, at: 0 };
    scanner.value()?;
    scanner.skip_space();
    scanner.peek().map_or(Ok(()), |byte| Err(unexpected(byte, "after top-level value")))
}

/// The first JSON value of a stream of them; `None` for a stream without one.
///
/// # Errors
/// What `encoding/json` says.
pub fn first(text: &str) -> Result<Option<&str>, Fault> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    scanner.skip_space();
    let start = scanner.at;
    if start == text.len() {
        return Ok(None);
    }
    let end = scanner.value()?;
    Ok(text.get(start..end))
}

/// The members of the object that `json` is, which is sound, in the order in which they stand.
///
/// # Errors
/// What is no object.
pub fn members(json: &str) -> Result<Vec<(String, &str)>, String> {
    let mut parts = parts(json, b'}')?.into_iter();
    let mut members = Vec::new();
    while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
        members.push((parse(key)?, value));
    }
    Ok(members)
}

/// The elements of the array that `json` is, which is sound.
///
/// # Errors
/// What is no array.
pub fn elements(json: &str) -> Result<Vec<&str>, String> {
    parts(json, b']')
}

/// The values within the first brackets of `json`, until `close`.
fn parts(json: &str, close: u8) -> Result<Vec<&str>, String> {
    let mut scanner = Scanner { bytes: json.as_bytes(), at: 1 };
    let mut parts = Vec::new();
    loop {
        match scanner.next().map_err(Fault::of_a_whole)? {
            b',' | b':' => scanner.at += 1,
            byte if byte == close => return Ok(parts),
            _ => {
                let start = scanner.at;
                let end = scanner.value().map_err(Fault::of_a_whole)?;
                parts.push(json.get(start..end).unwrap_or_default());
            }
        }
    }
}

/// Why a text is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It ends too early; what is said of it where it should be one value.
    End(String),
    /// Something stands in it that should not.
    Unexpected(String),
}

impl Fault {
    /// What is said of a text that should be one value.
    pub fn of_a_whole(self) -> String {
        match self {
            Self::End(text) | Self::Unexpected(text) => text,
        }
    }

    /// What is said of a stream of values.
    pub fn of_a_stream(self) -> String {
        match self {
            Self::End(_) => "unexpected EOF".to_owned(),
            Self::Unexpected(text) => text,
        }
    }
}

fn too_early() -> Fault {
    Fault::End("unexpected end of JSON input".to_owned())
}

fn refused(byte: u8, place: &str) -> String {
    format!("invalid character {} {place}", quoted(byte))
}

fn unexpected(byte: u8, place: &str) -> Fault {
    Fault::Unexpected(refused(byte, place))
}

/// A byte as Go quotes it: as the character of that number.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        b'\\' => r"'\\'".to_owned(),
        0x07 => r"'\a'".to_owned(),
        0x08 => r"'\b'".to_owned(),
        0x0b => r"'\v'".to_owned(),
        0x0c => r"'\f'".to_owned(),
        b'\n' => r"'\n'".to_owned(),
        b'\r' => r"'\r'".to_owned(),
        b'\t' => r"'\t'".to_owned(),
        0..=0x1f | 0x7f => format!("'\\x{byte:02x}'"),
        0x80..=0xa0 | 0xad => format!("'\\u{byte:04x}'"),
        printable => format!("'{}'", char::from(printable)),
    }
}

/// Walks through JSON, and stops where Go's own scanner does.
struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// The next byte that is no space, which must be there.
    fn next(&mut self) -> Result<u8, Fault> {
        self.skip_space();
        self.peek().ok_or_else(too_early)
    }

    /// Goes over one byte, which must be such that `is`.
    fn step(&mut self, is: impl Fn(u8) -> bool, place: &str) -> Result<u8, Fault> {
        // Go takes the end for a space.
        let Some(byte) = self.peek() else {
            return Err(if is(b' ') { too_early() } else { Fault::End(refused(b' ', place)) });
        };
        if !is(byte) {
            return Err(unexpected(byte, place));
        }
        self.at += 1;
        Ok(byte)
    }

    /// Goes over one value, and returns where it ends.
    fn value(&mut self) -> Result<usize, Fault> {
        // The brackets that are open.
        let mut open: Vec<u8> = Vec::new();
        loop {
            let byte = self.next()?;
            match byte {
                b'{' | b'[' => {
                    self.at += 1;
                    open.push(byte);
                    if open.len() > DEEPEST_JSON {
                        return Err(unexpected(byte, "exceeded max depth"));
                    }
                    let close = if byte == b'{' { b'}' } else { b']' };
                    if self.next()? != close {
                        if byte == b'{' {
                            self.key()?;
                        }
                        continue;
                    }
                    self.at += 1;
                    open.pop();
                }
                b'"' => self.text()?,
                b'-' | b'0'..=b'9' => self.number()?,
                b't' => self.literal("true")?,
                b'f' => self.literal("false")?,
                b'n' => self.literal("null")?,
                other => return Err(unexpected(other, "looking for beginning of value")),
            }
            // A value is over: so may be those that it is in.
            loop {
                let Some(kind) = open.last() else { return Ok(self.at) };
                match (kind, self.next()?) {
                    (b'{', b',') => {
                        self.at += 1;
                        self.key()?;
                        break;
                    }
                    (b'[', b',') => {
                        self.at += 1;
                        break;
                    }
                    (b'{', b'}') | (b'[', b']') => {
                        self.at += 1;
                        open.pop();
                    }
                    (b'{', other) => return Err(unexpected(other, "after object key:value pair")),
                    (_, other) => return Err(unexpected(other, "after array element")),
                }
            }
        }
    }

    /// Goes over a key and the colon behind it.
    fn key(&mut self) -> Result<(), Fault> {
        match self.next()? {
            b'"' => self.text()?,
            other => return Err(unexpected(other, "looking for beginning of object key string")),
        }
        match self.next()? {
            b':' => self.at += 1,
            other => return Err(unexpected(other, "after object key")),
        }
        Ok(())
    }

    fn text(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            match self.step(|byte| byte >= 0x20, "in string literal")? {
                b'"' => return Ok(()),
                b'\\' => {
                    let escape = self.step(|byte| b"bfnrt\\/\"u".contains(&byte), "in string escape code")?;
                    if escape == b'u' {
                        for _ in 0..4 {
                            self.step(
                                |byte| byte.is_ascii_hexdigit(),
                                r"in \u hexadecimal character escape",
                            )?;
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn number(&mut self) -> Result<(), Fault> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.step(|byte| byte.is_ascii_digit(), "in numeric literal")? != b'0' {
            self.digits();
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.step(|byte| byte.is_ascii_digit(), "after decimal point in numeric literal")?;
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.step(|byte| byte.is_ascii_digit(), "in exponent of numeric literal")?;
            self.digits();
        }
        Ok(())
    }

    fn literal(&mut self, word: &str) -> Result<(), Fault> {
        for expected in word.bytes() {
            let place = format!("in literal {word} (expecting {})", quoted(expected));
            self.step(|byte| byte == expected, &place)?;
        }
        Ok(())
    }
}

/// Sound JSON in which half a pair of surrogates in an escape is the replacement character, as Go reads it.
fn whole_escapes(text: &str) -> Cow<'_, str> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut halves = Vec::new();
    let mut at = 0;
    while let Some(escape) = text.get(at..).and_then(|rest| rest.find('\\')) {
        at += escape;
        at += match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                halves.push(at);
                6
            }
            Some(_) => 6,
            None => 2,
        };
    }
    if halves.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut whole = text.to_owned();
    for at in halves {
        whole.replace_range(at..at + 6, "\\ufffd");
    }
    Cow::Owned(whole)
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

/// What Go calls the kind of the value that `json` is, which is one.
pub fn kind_of(json: &str) -> &'static str {
    match json.bytes().next() {
        Some(b'"') => "string",
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b't' | b'f') => "bool",
        Some(b'n') => "null",
        _ => "number",
    }
}

/// The refusal of `json` for a Go type.
pub fn mismatch_of(json: &str, go: &str) -> String {
    format!("json: cannot unmarshal {} into Go value of type {go}", kind_of(json))
}

/// The text in quotes that `json` is; nothing for `null`.
///
/// # Errors
/// What `encoding/json` says.
pub fn text(json: &str) -> Result<String, String> {
    match kind_of(json) {
        "string" => parse(json),
        "null" => Ok(String::new()),
        _ => Err(mismatch_of(json, "string")),
    }
}

/// The truth value that `json` is; false for `null`.
///
/// # Errors
/// What `encoding/json` says.
pub fn boolean(json: &str) -> Result<bool, String> {
    match kind_of(json) {
        "bool" => Ok(json == "true"),
        "null" => Ok(false),
        _ => Err(mismatch_of(json, "bool")),
    }
}

/// The number that `json` is, for the Go type `go`; zero for `null`.
///
/// # Errors
/// What `encoding/json` says.
pub fn number<T: FromStr + Default>(json: &str, go: &str) -> Result<T, String> {
    check(json.as_bytes()).map_err(|fault| fault.of_a_whole())?;
    let json = json.trim();
    match kind_of(json) {
        "null" => Ok(T::default()),
        "number" => json
            .parse()
            .map_err(|_| format!("json: cannot unmarshal number {json} into Go value of type {go}")),
        _ => Err(mismatch_of(json, go)),
    }
}

/// The bytes that `json` has in base64 or as an array of numbers; none for `null`.
///
/// # Errors
/// What `encoding/json` says.
pub fn bytes(json: &str) -> Result<Vec<u8>, String> {
    match kind_of(json) {
        "string" => base64(&parse::<String>(json)?),
        "array" => {
            let numbers: Vec<Box<RawValue>> = parse(json)?;
            numbers.iter().map(|item| number(item.get(), "uint8")).collect()
        }
        "null" => Ok(Vec::new()),
        _ => Err(mismatch_of(json, "[]uint8")),
    }
}

/// The refusal of a value for a Go type.
pub fn mismatch(value: &Value, go: &str) -> String {
    format!("json: cannot unmarshal {} into Go value of type {go}", kind(value))
}

/// `text` in quotes, as Go shows it, but for marks that join the sign before them, which Go shows as they are.
pub fn quote(text: &[u8]) -> String {
    let mut out = "\"".to_owned();
    for chunk in text.utf8_chunks() {
        for sign in chunk.valid().chars() {
            match sign {
                '\\' | '"' => out.extend(['\\', sign]),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{7}' => out.push_str("\\a"),
                '\u{8}' => out.push_str("\\b"),
                '\u{b}' => out.push_str("\\v"),
                '\u{c}' => out.push_str("\\f"),
                '\0'..='\u{1f}' | '\u{7f}' => out.push_str(&format!("\\x{:02x}", u32::from(sign))),
                // A sign that cannot be printed, wherever it stands.
                _ if format!("{:?}", format!("a{sign}")).contains('\\') => {
                    let (mark, width) = if u32::from(sign) > 0xffff { ('U', 8) } else { ('u', 4) };
                    out.push_str(&format!("\\{mark}{:0width$x}", u32::from(sign)));
                }
                sign => out.push(sign),
            }
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out.push('"');
    out
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
    base64_of(text, &STANDARD)
}

/// The bytes of base64 in `alphabet`, as Go reads it: with padding, but careless about the bits behind the last byte and
/// about line breaks.
///
/// # Errors
/// What `encoding/base64` says.
pub fn base64_of(text: &str, alphabet: &Alphabet) -> Result<Vec<u8>, String> {
    let text: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(alphabet, config).decode(&text).map_err(|error| {
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
            (r#""\u12"#, r"invalid character ' ' in \u hexadecimal character escape"),
            ("[tr", "invalid character ' ' in literal true (expecting 'u')"),
            ("-", "invalid character ' ' in numeric literal"),
            (r#"{"a":[1,{"b":"c"#, "unexpected end of JSON input"),
            ("hello", "invalid character 'h' looking for beginning of value"),
            ("{a:1}", "invalid character 'a' looking for beginning of object key string"),
            (r#"{"a":1,}"#, "invalid character '}' looking for beginning of object key string"),
            (r#"{"a" 1}"#, "invalid character '1' after object key"),
            (r#"{"a":1 "b"}"#, "invalid character '\"' after object key:value pair"),
            ("[1 2]", "invalid character '2' after array element"),
            (r#"{"a":[1,}"#, "invalid character '}' looking for beginning of value"),
            (r#""\x""#, "invalid character 'x' in string escape code"),
            (r#""\u12x4""#, r"invalid character 'x' in \u hexadecimal character escape"),
            ("\"a\nb\"", r"invalid character '\n' in string literal"),
            ("{} trailing", "invalid character 't' after top-level value"),
            ("01", "invalid character '1' after top-level value"),
            ("-x", "invalid character 'x' in numeric literal"),
            ("1.x", "invalid character 'x' after decimal point in numeric literal"),
            ("1ex", "invalid character 'x' in exponent of numeric literal"),
            ("nope", "invalid character 'o' in literal null (expecting 'u')"),
            ("é", "invalid character 'Ã' looking for beginning of value"),
            ("\u{0}", r"invalid character '\x00' looking for beginning of value"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse::<Value>(text).unwrap_err(), expected, "{text}");
        }
        for sound in ["{}", " [ ] ", r#"{"a":[{"b":[]},-0.5e+7,null],"c":{"d":"\u00e9\""}}"#, "0", "\"\""] {
            assert_eq!(check(sound.as_bytes()), Ok(()), "{sound}");
        }
    }

    #[test]
    fn texts_are_shown_as_in_go() {
        assert_eq!(quote("a\"\\é\n\u{1}\u{7f}".as_bytes()), r#""a\"\\é\n\x01\x7f""#);
        assert_eq!(quote("\u{200b}\u{e0001}".as_bytes()), r#""\u200b\U000e0001""#);
        assert_eq!(quote(b"\xff5"), r#""\xff5""#);
    }

    #[test]
    fn depth_has_an_end() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(check(nested(DEEPEST_JSON).as_bytes()), Ok(()));
        let fault = check(nested(DEEPEST_JSON + 1).as_bytes()).unwrap_err();
        assert_eq!(fault.of_a_whole(), "invalid character '[' exceeded max depth");
    }

    #[test]
    fn half_a_pair_of_surrogates_is_replaced() {
        for (text, expected) in [
            (r#""\ud800""#, "\u{fffd}"),
            (r#""\udc00\ud800x""#, "\u{fffd}\u{fffd}x"),
            (r#""\ud83d\ude00""#, "😀"),
            (r#""\\ud800""#, "\\ud800"),
        ] {
            assert_eq!(parse::<String>(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn objects_and_arrays_are_taken_apart() {
        let object = members(r#" { "a" : [1, {"b": 2}] ,"\ud800":"}" , "a":null}"#.trim()).unwrap();
        let expected = [("a", r#"[1, {"b": 2}]"#), ("\u{fffd}", "\"}\""), ("a", "null")];
        assert_eq!(object, expected.map(|(key, value)| (key.to_owned(), value)));
        assert_eq!(elements(r#"[ 1,"],", [ ] ]"#).unwrap(), ["1", "\"],\"", "[ ]"]);
        assert!(members("{}").unwrap().is_empty() && elements("[ ]").unwrap().is_empty());
    }

    #[test]
    fn the_first_of_a_stream_ends_where_it_ends() {
        assert_eq!(first(" {\"a\":1} nonsense"), Ok(Some("{\"a\":1}")));
        assert_eq!(first(" \n"), Ok(None));
        assert_eq!(first("{").unwrap_err().of_a_stream(), "unexpected EOF");
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
