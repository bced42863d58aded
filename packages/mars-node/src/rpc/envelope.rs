//! JSON-RPC 2.0 as CometBFT speaks it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::{gojson, gotext};

/// What a request is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Id {
    Number(i64),
    Text(String),
}

impl Id {
    /// The id of an answer to a request that has none of its own.
    pub const URI: Self = Self::Number(-1);
}

/// A call that wants an answer.
#[derive(Debug)]
pub struct Request {
    pub id: Id,
    pub method: String,
    pub params: Option<Box<RawValue>>,
}

/// How Go names the structure that it reads requests into.
const GO_REQUEST: &str = "struct { JSONRPC string \"json:\\\"jsonrpc\\\"\"; ID interface {} \"json:\\\"id,omitempty\\\"\"; \
     Method string \"json:\\\"method\\\"\"; Params json.RawMessage \"json:\\\"params\\\"\" }";

impl Request {
    /// Reads one request; `None` for one without an id, which nobody answers.
    ///
    /// # Errors
    /// Why it is no request, in Go's words.
    pub fn parse(text: &RawValue) -> Result<Option<Self>, String> {
        let text = text.get();
        if text == "null" {
            return Ok(None);
        }
        if !text.starts_with('{') {
            return Err(gotext::mismatch(&gotext::parse(text)?, GO_REQUEST));
        }
        let fields: BTreeMap<String, Box<RawValue>> = gotext::parse(text)?;
        // Go does not mind the case of a field's name.
        let field = |name: &str| {
            fields
                .get(name)
                .or_else(|| fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v))
        };
        let string = |name: &str| match field(name).map(|raw| gotext::parse(raw.get())).transpose()? {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(text)) => Ok(text),
            Some(other) => Err(format!(
                "json: cannot unmarshal {} into Go struct field .{name} of type string",
                gotext::kind(&other)
            )),
        };
        string("jsonrpc")?;
        let method = string("method")?;
        let id = match field("id").map(|raw| read_id(raw.get())).transpose()? {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => Id::Text(text),
            Some(Value::Number(number)) => Id::Number(whole(&number)),
            Some(other) => {
                let (shown, go) = match &other {
                    Value::Bool(value) => (value.to_string(), "bool"),
                    Value::Array(_) => ("[]".to_owned(), "[]interface {}"),
                    _ => ("map[]".to_owned(), "map[string]interface {}"),
                };
                return Err(format!("json-rpc ID ({shown}) is of unknown type ({go})"));
            }
        };
        Ok(Some(Self { id, method, params: field("params").cloned() }))
    }

    /// Reads the body of a POST: one request, or a batch of them. Those without an id are left out.
    ///
    /// # Errors
    /// The answer that the body gets instead.
    pub fn parse_all(body: &str, most: usize) -> Result<Vec<Self>, Response> {
        let parse_error = |error: String| Response::parse_error(&error);
        let whole: Box<RawValue> = gotext::parse(body).map_err(parse_error)?;
        if !whole.get().starts_with('[') {
            return Ok(Self::parse(&whole).map_err(parse_error)?.into_iter().collect());
        }
        let items: Vec<Box<RawValue>> = gotext::parse(whole.get()).map_err(parse_error)?;
        let requests: Result<Vec<Option<Self>>, String> =
            items.iter().map(|item| Self::parse(item)).collect();
        let Ok(requests) = requests else {
            // Go tries the batch as one request when an item of it is none.
            return Err(parse_error(gotext::mismatch(&Value::Array(Vec::new()), GO_REQUEST)));
        };
        if requests.len() > most {
            return Err(Response::error(
                None,
                Code::InvalidRequest,
                format!("batch request exceeds maximum ({most}) allowed number of requests"),
            ));
        }
        Ok(requests.into_iter().flatten().collect())
    }
}

/// An id of any kind, whose numbers Go reads as floats.
fn read_id(text: &str) -> Result<Value, String> {
    gotext::parse(text).map_err(|reason| match text.parse::<f64>() {
        Ok(_) => format!("json: cannot unmarshal number {text} into Go struct field .id of type float64"),
        Err(_) => reason,
    })
}

/// A number as Go makes an `int` of it: through a 64-bit float, without the fraction.
fn whole(number: &serde_json::Number) -> i64 {
    let float = number.as_f64().unwrap_or_default();
    format!("{:.0}", float.trunc()).parse().unwrap_or(i64::MIN)
}

/// Why a call has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Parse,
    InvalidRequest,
    MethodNotFound,
    InvalidParams,
    Internal,
    Server,
}

impl Code {
    /// Its number in JSON-RPC.
    pub fn number(self) -> i32 {
        match self {
            Self::Parse => -32_700,
            Self::InvalidRequest => -32_600,
            Self::MethodNotFound => -32_601,
            Self::InvalidParams => -32_602,
            Self::Internal => -32_603,
            Self::Server => -32_000,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Parse => "Parse error. Invalid JSON",
            Self::InvalidRequest => "Invalid Request",
            Self::MethodNotFound => "Method not found",
            Self::InvalidParams => "Invalid params",
            Self::Internal => "Internal error",
            Self::Server => "Server error",
        }
    }
}

#[derive(Debug, Clone, Serialize)]
struct Fault {
    code: i32,
    message: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    data: String,
}

/// An answer.
#[derive(Debug, Clone, Serialize)]
pub struct Response {
    jsonrpc: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Fault>,
}

impl Response {
    /// A result.
    pub fn result(id: Id, result: Box<RawValue>) -> Self {
        Self { jsonrpc: "2.0", id: Some(id), result: Some(result), error: None }
    }

    /// A refusal. `data` says what went wrong.
    pub fn error(id: Option<Id>, code: Code, data: impl Into<String>) -> Self {
        let fault = Fault { code: code.number(), message: code.message(), data: data.into() };
        Self { jsonrpc: "2.0", id, result: None, error: Some(fault) }
    }

    /// A refusal of this node's own; `kind` is for programs, `data` for people.
    pub fn refusal(id: Id, kind: &'static str, data: impl Into<String>) -> Self {
        let fault = Fault { code: Code::Server.number(), message: kind, data: data.into() };
        Self { jsonrpc: "2.0", id: Some(id), result: None, error: Some(fault) }
    }

    /// The refusal of a text that is no request.
    pub fn parse_error(error: &str) -> Self {
        Self::error(None, Code::Parse, format!("error unmarshaling request: {error}"))
    }

    /// Whether it refuses a text that is no request.
    pub fn is_parse_error(&self) -> bool {
        self.error.as_ref().is_some_and(|fault| fault.code == Code::Parse.number())
    }

    /// The answer as it is sent.
    pub fn bytes(&self) -> Vec<u8> {
        gojson::to_vec(self).unwrap_or_default()
    }
}

/// `value` as a result, byte for byte as Go writes it.
///
/// # Errors
/// A value that is no JSON.
pub fn raw<T: Serialize + ?Sized>(value: &T) -> Result<Box<RawValue>, String> {
    let bytes = gojson::to_vec(value).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    RawValue::from_string(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_go_integers() {
        let id = |text: &str| {
            let raw = RawValue::from_string(format!("{{\"id\":{text},\"method\":\"m\"}}")).unwrap();
            Request::parse(&raw).unwrap().unwrap().id
        };
        assert_eq!(id("1.9"), Id::Number(1));
        assert_eq!(id("-7"), Id::Number(-7));
        assert_eq!(id("1e3"), Id::Number(1000));
        assert_eq!(id("9007199254740993"), Id::Number(9_007_199_254_740_992));
        assert_eq!(id("9223372036854775808"), Id::Number(i64::MIN));
    }
}
