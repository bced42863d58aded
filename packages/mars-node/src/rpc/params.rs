//! The arguments of a call, by CometBFT's rules: 64-bit numbers are texts in JSON and bare in a URI, bytes are base64 in
//! JSON and `0x…` in a URI.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::door::uri;
use crate::gotext;

/// Where arguments come from.
#[derive(Debug)]
pub enum Params {
    Json(BTreeMap<String, Box<RawValue>>),
    Uri(BTreeMap<String, String>),
}

type Outcome<T> = Result<T, String>;

/// One of several bytes that are given as numbers.
fn byte(number: &Value, go: &str) -> Outcome<u8> {
    let byte = number.as_u64().and_then(|number| u8::try_from(number).ok());
    byte.ok_or_else(|| gotext::mismatch(number, go.trim_start_matches("[]")))
}

impl Params {
    /// The arguments of a JSON call, given by name, or in the order of `names`.
    ///
    /// # Errors
    /// Neither an object nor an array of as many values as there are names.
    pub fn json(params: &RawValue, names: &[&str]) -> Outcome<Self> {
        let text = params.get();
        if text.starts_with('{') {
            return Ok(Self::Json(gotext::parse(text)?));
        }
        if text == "null" {
            return Ok(Self::Json(BTreeMap::new()));
        }
        if !text.starts_with('[') {
            let error = gotext::mismatch(&gotext::parse(text)?, "[]json.RawMessage");
            return Err(format!("unknown type for JSON params: {error}. Expected map or array"));
        }
        let values: Vec<Box<RawValue>> = gotext::parse(text)?;
        if values.len() != names.len() {
            let shown: Vec<String> = values
                .iter()
                .map(|value| {
                    let bytes: Vec<String> = value.get().bytes().map(|byte| byte.to_string()).collect();
                    format!("[{}]", bytes.join(" "))
                })
                .collect();
            return Err(format!(
                "expected {} parameters ([{}]), got {} ([{}])",
                names.len(),
                names.join(" "),
                values.len(),
                shown.join(" ")
            ));
        }
        Ok(Self::Json(names.iter().map(|name| (*name).to_owned()).zip(values).collect()))
    }

    /// The arguments in the query of a URI; of several with one name the first counts.
    pub fn uri(query: &str) -> Self {
        let mut values = BTreeMap::new();
        // What cannot be read is passed over.
        for (name, value) in query.split('&').filter_map(|part| uri::pair(part).ok().flatten()) {
            values.entry(name).or_insert(value);
        }
        Self::Uri(values)
    }

    /// How the kind of arguments is called in errors.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Json(_) => "json",
            Self::Uri(_) => "http",
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        match self {
            Self::Json(values) => values.get(name).map(|value| value.get()),
            Self::Uri(values) => values.get(name).map(String::as_str),
        }
        .filter(|text| !text.is_empty())
    }

    /// The argument in a URI without `0x`, if it is hexadecimal.
    fn digits(&self, name: &str) -> Option<&str> {
        match self {
            Self::Json(_) => None,
            Self::Uri(_) => {
                self.text(name).and_then(|text| text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")))
            }
        }
    }

    fn no_digits(&self, name: &str, go: &str) -> Outcome<()> {
        match self.digits(name) {
            Some(_) => Err(format!("got a hex string arg, but expected '{go}'")),
            None => Ok(()),
        }
    }

    fn number<T: std::str::FromStr>(&self, name: &str, go: &str) -> Outcome<Option<T>> {
        self.no_digits(name, go)?;
        let Some(text) = self.text(name).filter(|text| *text != "null") else { return Ok(None) };
        let bare = matches!(self, Self::Uri(_))
            && text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit())
            && text != "-";
        let literal = match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inner) => inner,
            None if bare => text,
            None => return Err(format!("invalid 64-bit integer encoding {text:?}, expected string")),
        };
        match gotext::parse(literal)? {
            Value::Null => Ok(None),
            Value::Number(_) => {
                literal.trim().parse().map(Some).map_err(|_| {
                    format!("json: cannot unmarshal number {literal} into Go value of type {go}")
                })
            }
            other => Err(gotext::mismatch(&other, go)),
        }
    }

    /// An optional height, or another signed number.
    ///
    /// # Errors
    /// Something else, in Go's words; so do all that follow.
    pub fn int64(&self, name: &str) -> Outcome<Option<i64>> {
        self.number(name, "int64")
    }

    /// An optional page or count.
    ///
    /// # Errors
    /// See [`Params::int64`].
    pub fn int(&self, name: &str) -> Outcome<Option<i64>> {
        self.number(name, "int")
    }

    /// A number from 0 up.
    ///
    /// # Errors
    /// See [`Params::int64`].
    pub fn uint(&self, name: &str) -> Outcome<u64> {
        Ok(self.number(name, "uint")?.unwrap_or_default())
    }

    /// Yes or no.
    ///
    /// # Errors
    /// See [`Params::int64`].
    pub fn boolean(&self, name: &str) -> Outcome<bool> {
        self.no_digits(name, "bool")?;
        match self.text(name).map(gotext::parse).transpose()? {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(value)) => Ok(value),
            Some(other) => Err(gotext::mismatch(&other, "bool")),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// See [`Params::int64`].
    pub fn string(&self, name: &str) -> Outcome<String> {
        if let Some(digits) = self.digits(name) {
            return Ok(String::from_utf8_lossy(&gotext::hex(digits)?).into_owned());
        }
        match self.text(name).map(gotext::parse).transpose()? {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(text)) => Ok(text),
            Some(other) => Err(gotext::mismatch(&other, "string")),
        }
    }

    /// The bytes that a URI gives: hexadecimal behind `0x`, or those of a text in quotes.
    fn uri_bytes(&self, name: &str) -> Option<Outcome<Vec<u8>>> {
        if let Some(digits) = self.digits(name) {
            return Some(gotext::hex(digits));
        }
        let text = self.text(name).filter(|_| matches!(self, Self::Uri(_)))?;
        (text.starts_with('"') && text.ends_with('"')).then(|| gotext::parse(text).map(String::into_bytes))
    }

    /// Bytes, in base64; `go` names their type.
    ///
    /// # Errors
    /// See [`Params::int64`].
    pub fn bytes(&self, name: &str, go: &str) -> Outcome<Vec<u8>> {
        if let Some(bytes) = self.uri_bytes(name) {
            return bytes;
        }
        match self.text(name).map(gotext::parse).transpose()? {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::String(text)) => gotext::base64(&text),
            Some(Value::Array(numbers)) => numbers.iter().map(|number| byte(number, go)).collect(),
            Some(other) => Err(gotext::mismatch(&other, go)),
        }
    }

    /// Bytes, in hexadecimal.
    ///
    /// # Errors
    /// See [`Params::int64`].
    pub fn hex(&self, name: &str) -> Outcome<Vec<u8>> {
        if let Some(bytes) = self.uri_bytes(name) {
            return bytes;
        }
        match self.text(name) {
            None | Some("null") => Ok(Vec::new()),
            Some(text) => match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                Some(digits) => gotext::hex(digits),
                None => Err(format!("invalid hex string: {text}")),
            },
        }
    }

    /// Evidence, of which this chain, with its one validator, knows no kind.
    ///
    /// # Errors
    /// Whatever is given.
    pub fn evidence(&self, name: &str) -> Outcome<()> {
        let fields = match self.text(name).map(gotext::parse).transpose()? {
            None | Some(Value::Null) => return Ok(()),
            Some(Value::Object(fields)) => fields,
            Some(other) => return Err(gotext::mismatch(&other, "json.interfaceWrapper")),
        };
        match fields.get("type").and_then(Value::as_str).unwrap_or_default() {
            "" => Err("interface type cannot be empty".to_owned()),
            _ if !fields.contains_key("value") => Err("interface value cannot be empty".to_owned()),
            name => Err(format!("unknown type {name:?}")),
        }
    }
}
