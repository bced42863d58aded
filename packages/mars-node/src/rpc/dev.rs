//! The developer's controls as JSON-RPC methods, beside those of CometBFT. Arguments come by name or in order, and
//! numbers as numbers or as texts; keys and hashes are hexadecimal, other bytes base64, times RFC 3339 or nanoseconds
//! since 1970.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::Door;
use super::envelope::{Id, Request, Response, raw};
use super::methods::{Answer, Failure};
use super::shape::TxFound;
use crate::dev::{Controls, DevError};

/// What the names of all these methods begin with.
pub const PREFIX: &str = "dev_";

/// Every method with the names of its arguments, in the order in which an array gives them.
pub const METHODS: [(&str, &[&str]); 28] = [
    ("dev_autoImpersonate", &["on"]),
    ("dev_debugOutput", &["hash"]),
    ("dev_dropTx", &["hash"]),
    ("dev_dump", &[]),
    ("dev_followDebug", &["after", "wait_ms"]),
    ("dev_impersonate", &["address", "on"]),
    ("dev_increaseTime", &["seconds"]),
    ("dev_load", &["dump"]),
    ("dev_lock", &[]),
    ("dev_mempool", &[]),
    ("dev_mine", &["blocks", "step_ms"]),
    ("dev_nodeInfo", &[]),
    ("dev_params", &[]),
    ("dev_reset", &["genesis"]),
    ("dev_revert", &["id"]),
    ("dev_setAutomine", &["on"]),
    ("dev_setBalance", &["address", "coins"]),
    ("dev_setContractCode", &["contract", "code_id"]),
    ("dev_setContractState", &["contract", "key", "value"]),
    ("dev_setInterval", &["milliseconds"]),
    ("dev_setNextBlockTime", &["time"]),
    ("dev_setParams", &["params"]),
    ("dev_setSequence", &["address", "sequence"]),
    ("dev_setTime", &["time"]),
    ("dev_setTimeOffset", &["milliseconds"]),
    ("dev_snapshot", &[]),
    ("dev_sudo", &["contract", "msg", "gas"]),
    ("dev_trace", &["hash", "tx"]),
];

/// The longest that a call waits for contracts to print.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The most bytes of a dump that comes as the body of a request.
const MOST_DUMP_BYTES: usize = 1 << 30;

impl From<DevError> for Failure {
    fn from(error: DevError) -> Self {
        Self::Control(error)
    }
}

/// What a method was given.
struct Arguments(Map<String, Value>);

fn refuse<T>(text: String) -> Result<T, Failure> {
    Err(Failure::Params("json", text))
}

impl Arguments {
    fn read(method: &str, params: Option<&RawValue>, names: &[&str]) -> Result<Self, Failure> {
        let takes = || match names {
            [] => format!("{method} takes no arguments"),
            names => format!("{method} takes {}", names.join(", ")),
        };
        let params = params.map_or("null", RawValue::get);
        let given = match serde_json::from_str(params) {
            Ok(Value::Null) => Map::new(),
            Ok(Value::Object(given)) => given,
            Ok(Value::Array(values)) if values.len() > names.len() => {
                return refuse(format!("{} arguments given, and {}", values.len(), takes()));
            }
            Ok(Value::Array(values)) => names.iter().map(|name| (*name).to_owned()).zip(values).collect(),
            Ok(_) => return refuse(format!("arguments come in an object or an array; {}", takes())),
            Err(error) => return refuse(error.to_string()),
        };
        match given.keys().find(|name| !names.contains(&name.as_str())) {
            Some(unknown) => refuse(format!("there is no argument {unknown:?}; {}", takes())),
            None => Ok(Self(given)),
        }
    }

    fn optional<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Failure> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                T::deserialize(value).map(Some).or_else(|error| refuse(format!("{name}: {error}")))
            }
        }
    }

    fn required<T>(name: &str, value: Option<T>) -> Result<T, Failure> {
        value.map_or_else(|| refuse(format!("the argument {name:?} is missing")), Ok)
    }

    fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, Failure> {
        Self::required(name, self.optional(name)?)
    }

    fn text(&self, name: &str) -> Result<String, Failure> {
        self.get(name)
    }

    /// A number, or a text that is one.
    fn optional_number<T: DeserializeOwned + std::str::FromStr>(
        &self,
        name: &str,
    ) -> Result<Option<T>, Failure> {
        match self.0.get(name) {
            Some(Value::String(text)) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => refuse(format!("{name}: {text:?} is no such number")),
            },
            _ => self.optional(name),
        }
    }

    fn number<T: DeserializeOwned + std::str::FromStr>(&self, name: &str) -> Result<T, Failure> {
        Self::required(name, self.optional_number(name)?)
    }

    fn hex(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let text = self.text(name)?;
        hex::decode(text.trim_start_matches("0x")).or_else(|error| refuse(format!("{name}: {error}")))
    }

    fn hash(&self, name: &str) -> Result<[u8; 32], Failure> {
        let bytes = self.hex(name)?;
        let length = bytes.len();
        bytes.try_into().or_else(|_| refuse(format!("{name}: {length} bytes instead of 32")))
    }

    fn optional_base64(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some(text) = self.optional::<String>(name)? else { return Ok(None) };
        STANDARD.decode(text).map(Some).or_else(|error| refuse(format!("{name}: {error}")))
    }

    /// Nanoseconds since 1970, or a time in RFC 3339.
    fn time(&self, name: &str) -> Result<u64, Failure> {
        let Some(Value::String(text)) = self.0.get(name) else { return self.number(name) };
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.number(name);
        }
        let time = match tendermint::Time::parse_from_rfc3339(text) {
            Ok(time) => time.unix_timestamp_nanos(),
            // The error's own words are a back-trace.
            Err(_) => return refuse(format!("{name}: {text:?} is no time like 2030-01-01T00:00:00Z")),
        };
        u64::try_from(time).or_else(|_| refuse(format!("{name}: {text} is before 1970 or after 2554")))
    }
}

fn answer<T: Serialize>(value: &T) -> Answer {
    Ok(raw(value)?)
}

/// Carries out `request`, unless the controls are off.
///
/// # Errors
/// See [`Failure`].
pub async fn call(door: &Arc<Door>, request: &Request) -> Answer {
    door.node.require_controls().map_err(Failure::Closed)?;
    let method = request.method.as_str();
    let (_, names) = METHODS.iter().find(|(name, _)| *name == method).ok_or(Failure::Unknown)?;
    let given = Arguments::read(method, request.params.as_deref(), names)?;
    let controls = Controls::new(door.node.clone());
    let nothing = || answer(&json!({}));
    match method {
        "dev_mine" => {
            let step = given.optional_number("step_ms")?.map(Duration::from_millis);
            let height = controls.mine(given.optional_number("blocks")?.unwrap_or(1), step).await?;
            answer(&json!({ "height": height }))
        }
        "dev_setAutomine" => {
            controls.set_automine(given.get("on")?).await?;
            nothing()
        }
        "dev_setInterval" => {
            controls.set_interval(Duration::from_millis(given.number("milliseconds")?)).await?;
            nothing()
        }
        "dev_increaseTime" => {
            controls.increase_time(Duration::from_secs(given.number("seconds")?)).await?;
            nothing()
        }
        "dev_setTime" => {
            controls.set_time(given.time("time")?).await?;
            nothing()
        }
        "dev_setNextBlockTime" => {
            controls.set_next_block_time(given.time("time")?).await?;
            nothing()
        }
        "dev_setTimeOffset" => {
            controls.set_time_offset(given.number("milliseconds")?).await?;
            nothing()
        }
        "dev_snapshot" => answer(&json!({ "id": controls.snapshot().await? })),
        "dev_revert" => {
            controls.revert(given.number("id")?).await?;
            nothing()
        }
        "dev_dump" => answer(&json!({ "dump": STANDARD.encode(controls.dump().await?) })),
        "dev_load" => {
            let dump = Arguments::required("dump", given.optional_base64("dump")?)?;
            controls.load(dump).await?;
            nothing()
        }
        "dev_reset" => {
            controls.reset(given.optional("genesis")?).await?;
            nothing()
        }
        "dev_impersonate" => {
            controls.impersonate(&given.text("address")?, given.optional("on")?.unwrap_or(true)).await?;
            nothing()
        }
        "dev_autoImpersonate" => {
            controls.impersonate_everyone(given.get("on")?).await?;
            nothing()
        }
        "dev_setBalance" => {
            controls.set_balance(&given.text("address")?, &given.text("coins")?).await?;
            nothing()
        }
        "dev_setSequence" => {
            controls.set_sequence(&given.text("address")?, given.number("sequence")?).await?;
            nothing()
        }
        "dev_setContractState" => {
            let (contract, key) = (given.text("contract")?, given.hex("key")?);
            controls.set_contract_state(&contract, key, given.optional_base64("value")?).await?;
            nothing()
        }
        "dev_setContractCode" => {
            controls.set_contract_code(&given.text("contract")?, given.number("code_id")?).await?;
            nothing()
        }
        "dev_params" => answer(&controls.parameters()?),
        "dev_setParams" => {
            controls.set_parameters(given.get("params")?).await?;
            nothing()
        }
        "dev_sudo" => {
            let msg: Value = given.get("msg")?;
            let (contract, msg) = (given.text("contract")?, msg.to_string());
            let sent = controls.sudo(&contract, msg.as_bytes(), given.optional_number("gas")?).await?;
            answer(&TxFound::new(&sent, false))
        }
        "dev_mempool" => answer(&json!({ "txs": controls.mempool().await? })),
        "dev_dropTx" => {
            controls.drop_tx(given.hash("hash")?).await?;
            nothing()
        }
        "dev_debugOutput" => answer(&json!({ "lines": controls.debug().of_tx(given.hash("hash")?) })),
        "dev_followDebug" => {
            let wait = Duration::from_millis(given.optional_number("wait_ms")?.unwrap_or(0));
            let after = given.optional_number("after")?.unwrap_or(0);
            let lines = tokio::select! {
                lines = controls.debug().wait_after(after, wait.min(LONGEST_WAIT)) => lines,
                () = door.stop.cancelled() => Vec::new(),
            };
            answer(&json!({ "lines": lines }))
        }
        "dev_trace" => {
            let _turn = door.workers.acquire().await.map_err(|error| error.to_string())?;
            match given.optional_base64("tx")? {
                Some(tx) => answer(&controls.trace_unsent(tx).await?),
                None => answer(&controls.trace(given.hash("hash")?).await?),
            }
        }
        "dev_nodeInfo" => answer(&controls.info().await?),
        "dev_lock" => {
            controls.lock().await?;
            nothing()
        }
        _ => Err(Failure::Unknown),
    }
}

fn refusal(failure: Failure) -> HttpResponse {
    let status = match failure {
        Failure::Closed(_) => StatusCode::NOT_FOUND,
        _ => StatusCode::BAD_REQUEST,
    };
    super::json(status, failure.response(Id::URI).bytes())
}

/// `GET /dev/dump`: what `dev_dump` answers, in bare bytes, for chains of any size.
pub async fn dump(State(door): State<Arc<Door>>) -> HttpResponse {
    if let Err(closed) = door.node.require_controls() {
        return refusal(Failure::Closed(closed));
    }
    match Controls::new(door.node.clone()).dump().await {
        Ok(bytes) => (StatusCode::OK, bytes).into_response(),
        Err(error) => refusal(error.into()),
    }
}

/// `POST /dev/load`: what `dev_load` does, with the bare bytes as the body.
pub async fn load(State(door): State<Arc<Door>>, body: Body) -> HttpResponse {
    if let Err(closed) = door.node.require_controls() {
        return refusal(Failure::Closed(closed));
    }
    let bytes = match axum::body::to_bytes(body, MOST_DUMP_BYTES).await {
        Ok(bytes) => bytes,
        Err(error) => return refusal(Failure::Params("http", super::read_error(&error))),
    };
    match Controls::new(door.node.clone()).load(bytes.into()).await {
        Ok(()) => match raw(&json!({})) {
            Ok(nothing) => super::json(StatusCode::OK, Response::result(Id::URI, nothing).bytes()),
            Err(text) => refusal(text.into()),
        },
        Err(error) => refusal(error.into()),
    }
}
