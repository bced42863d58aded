//! Errors as the Cosmos SDK reports them: a codespace, a code and a text that grows to the left as callers add what
//! they were doing.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::query::UNREADABLE;

/// The outcome of anything that runs on the chain's account.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A registered error: what clients match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Who registered it, for example `sdk` or `wasm`.
    pub codespace: &'static str,
    /// Its number within the codespace.
    pub code: u32,
    /// Its text, the end of every message built on it.
    pub text: &'static str,
}

impl Kind {
    const fn sdk(code: u32, text: &'static str) -> Self {
        Self { codespace: "sdk", code, text }
    }

    const fn wasm(code: u32, text: &'static str) -> Self {
        Self { codespace: "wasm", code, text }
    }

    const fn bank(code: u32, text: &'static str) -> Self {
        Self { codespace: "bank", code, text }
    }

    /// The error without any addition.
    pub fn plain(self) -> Error {
        Error::Failed(Box::new(Failure {
            codespace: self.codespace.into(),
            code: self.code,
            log: self.text.to_owned(),
            shown_to_contracts: false,
            system: None,
            grpc: None,
            oldest_first: format!("codespace {} code {}: {}", self.codespace, self.code, self.text),
        }))
    }

    /// The error with `description: ` before its text.
    pub fn wrap(self, description: impl fmt::Display) -> Error {
        self.plain().wrap(description)
    }
}

/// Kinds of the codespace `sdk`.
pub mod sdk {
    use super::Kind;

    pub const TX_DECODE: Kind = Kind::sdk(2, "tx parse error");
    pub const UNAUTHORIZED: Kind = Kind::sdk(4, "unauthorized");
    pub const INSUFFICIENT_FUNDS: Kind = Kind::sdk(5, "insufficient funds");
    pub const UNKNOWN_REQUEST: Kind = Kind::sdk(6, "unknown request");
    pub const INVALID_ADDRESS: Kind = Kind::sdk(7, "invalid address");
    pub const INVALID_PUB_KEY: Kind = Kind::sdk(8, "invalid pubkey");
    pub const UNKNOWN_ADDRESS: Kind = Kind::sdk(9, "unknown address");
    pub const INVALID_COINS: Kind = Kind::sdk(10, "invalid coins");
    pub const OUT_OF_GAS: Kind = Kind::sdk(11, "out of gas");
    pub const MEMO_TOO_LARGE: Kind = Kind::sdk(12, "memo too large");
    pub const INSUFFICIENT_FEE: Kind = Kind::sdk(13, "insufficient fee");
    pub const TOO_MANY_SIGNATURES: Kind = Kind::sdk(14, "maximum number of signatures exceeded");
    pub const NO_SIGNATURES: Kind = Kind::sdk(15, "no signatures supplied");
    pub const INVALID_REQUEST: Kind = Kind::sdk(18, "invalid request");
    pub const TX_IN_MEMPOOL: Kind = Kind::sdk(19, "tx already in mempool");
    pub const MEMPOOL_FULL: Kind = Kind::sdk(20, "mempool is full");
    pub const TX_TOO_LARGE: Kind = Kind::sdk(21, "tx too large");
    pub const KEY_NOT_FOUND: Kind = Kind::sdk(22, "key not found");
    pub const INVALID_SIGNER: Kind = Kind::sdk(24, "tx intended signer does not match the given signer");
    pub const INVALID_HEIGHT: Kind = Kind::sdk(26, "invalid height");
    pub const INVALID_TYPE: Kind = Kind::sdk(29, "invalid type");
    pub const TX_TIMEOUT_HEIGHT: Kind = Kind::sdk(30, "tx timeout height");
    pub const UNKNOWN_EXTENSION_OPTIONS: Kind = Kind::sdk(31, "unknown extension options");
    pub const WRONG_SEQUENCE: Kind = Kind::sdk(32, "incorrect account sequence");
    pub const UNPACK_ANY: Kind = Kind::sdk(34, "failed unpacking protobuf message from Any");
    pub const LOGIC: Kind = Kind::sdk(35, "internal logic error");
    pub const NOT_SUPPORTED: Kind = Kind::sdk(37, "feature not supported");
    pub const NOT_FOUND: Kind = Kind::sdk(38, "not found");
    pub const IO: Kind = Kind::sdk(39, "internal IO error");
    pub const INVALID_GAS_LIMIT: Kind = Kind::sdk(41, "invalid gas limit");
    pub const TX_TIMEOUT: Kind = Kind::sdk(42, "tx timeout");
    /// What the SDK makes of a Go panic.
    pub const PANIC: Kind = Kind { codespace: "undefined", code: 111_222, text: "panic" };
}

/// Kinds of the codespace `wasm`.
pub mod wasm {
    use super::Kind;

    pub const CREATE_FAILED: Kind = Kind::wasm(2, "create wasm contract failed");
    pub const ACCOUNT_EXISTS: Kind = Kind::wasm(3, "contract account already exists");
    pub const INSTANTIATE_FAILED: Kind = Kind::wasm(4, "instantiate wasm contract failed");
    pub const EXECUTE_FAILED: Kind = Kind::wasm(5, "execute wasm contract failed");
    pub const NOT_FOUND: Kind = Kind::wasm(8, "not found");
    pub const QUERY_FAILED: Kind = Kind::wasm(9, "query wasm contract failed");
    pub const INVALID_MSG: Kind = Kind::wasm(10, "invalid CosmosMsg from the contract");
    pub const MIGRATION_FAILED: Kind = Kind::wasm(11, "migrate wasm contract failed");
    pub const EMPTY: Kind = Kind::wasm(12, "empty");
    pub const LIMIT: Kind = Kind::wasm(13, "exceeds limit");
    pub const INVALID: Kind = Kind::wasm(14, "invalid");
    pub const DUPLICATE: Kind = Kind::wasm(15, "duplicate");
    pub const UNSUPPORTED_FOR_CONTRACT: Kind = Kind::wasm(17, "unsupported for this contract");
    pub const UNKNOWN_MSG: Kind = Kind::wasm(20, "unknown message from the contract");
    pub const INVALID_EVENT: Kind = Kind::wasm(21, "invalid event");
    pub const NO_SUCH_CONTRACT: Kind = Kind::wasm(22, "no such contract");
    pub const EXCEED_MAX_QUERY_STACK_SIZE: Kind = Kind::wasm(27, "max query stack size exceeded");
    pub const NO_SUCH_CODE: Kind = Kind::wasm(28, "no such code");
    pub const VM: Kind = Kind::wasm(29, "wasmvm error");
    pub const EXCEED_MAX_CALL_DEPTH: Kind = Kind::wasm(30, "max call depth exceeded");
    pub const SYNC_PINNED_CODES_FAILED: Kind = Kind::wasm(31, "syncing pinned codes failed");
}

/// Kinds of the codespace `bank`.
pub mod bank {
    use super::Kind;

    pub const NO_INPUTS: Kind = Kind::bank(2, "no inputs to send transaction");
    pub const NO_OUTPUTS: Kind = Kind::bank(3, "no outputs to send transaction");
    pub const INPUT_OUTPUT_MISMATCH: Kind = Kind::bank(4, "sum inputs != sum outputs");
    pub const SEND_DISABLED: Kind = Kind::bank(5, "send transactions are disabled");
    pub const MULTIPLE_SENDERS: Kind = Kind::bank(9, "multiple senders not allowed");
}

/// An error of the environment that a contract may see in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemError {
    InvalidRequest { error: String, request: Vec<u8> },
    NoSuchContract { addr: String },
    NoSuchCode { code_id: u64 },
    Unknown {},
    UnsupportedRequest { kind: String },
}

impl fmt::Display for SystemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest { error, request } => {
                write!(f, "invalid request: {error} - original request: {}", String::from_utf8_lossy(request))
            }
            Self::NoSuchContract { addr } => write!(f, "no such contract: {addr}"),
            Self::NoSuchCode { code_id } => write!(f, "no such code: {code_id}"),
            Self::Unknown {} => f.write_str("unknown system error"),
            Self::UnsupportedRequest { kind } => write!(f, "unsupported request: {kind}"),
        }
    }
}

/// gRPC status codes that queries answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrpcCode {
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}

impl GrpcCode {
    /// The number on the wire.
    pub fn number(self) -> i32 {
        match self {
            Self::Unknown => 2,
            Self::InvalidArgument => 3,
            Self::DeadlineExceeded => 4,
            Self::NotFound => 5,
            Self::ResourceExhausted => 8,
            Self::FailedPrecondition => 9,
            Self::OutOfRange => 11,
            Self::Unimplemented => 12,
            Self::Internal => 13,
            Self::Unavailable => 14,
            Self::Unauthenticated => 16,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Unknown => "Unknown",
            Self::InvalidArgument => "InvalidArgument",
            Self::DeadlineExceeded => "DeadlineExceeded",
            Self::NotFound => "NotFound",
            Self::ResourceExhausted => "ResourceExhausted",
            Self::FailedPrecondition => "FailedPrecondition",
            Self::OutOfRange => "OutOfRange",
            Self::Unimplemented => "Unimplemented",
            Self::Internal => "Internal",
            Self::Unavailable => "Unavailable",
            Self::Unauthenticated => "Unauthenticated",
        }
    }

    /// A query error with this status and `text` as its description.
    pub fn error(self, text: impl Into<String>) -> Error {
        let text = text.into();
        Error::Failed(Box::new(Failure {
            codespace: UNDEFINED.into(),
            code: 1,
            log: format!("rpc error: code = {} desc = {text}", self.name()),
            shown_to_contracts: false,
            system: None,
            grpc: Some((self, text)),
            oldest_first: String::new(),
        }))
    }
}

/// Bytes as clients see them when Go prints them as text: each byte that is no UTF-8 becomes U+FFFD.
pub fn go_text(mut bytes: &[u8]) -> String {
    let mut text = String::new();
    loop {
        match std::str::from_utf8(bytes) {
            Ok(rest) => return text + rest,
            Err(error) => {
                let (valid, rest) = bytes.split_at(error.valid_up_to());
                text.push_str(&String::from_utf8_lossy(valid));
                text.push(char::REPLACEMENT_CHARACTER);
                bytes = rest.get(1..).unwrap_or_default();
            }
        }
    }
}

const UNDEFINED: &str = "undefined";

/// Why something did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A refusal with codespace, code and text.
    Failed(Box<Failure>),
    /// The gas meter in charge ran out; the text names what was being paid for. It passes through every caller
    /// until the one that owns the meter, as the SDK's panic does.
    OutOfGas(&'static str),
}

/// The parts of [`Error::Failed`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Who registered the error.
    pub codespace: Cow<'static, str>,
    /// Its number.
    pub code: u32,
    /// The whole text.
    pub log: String,
    /// Whether a contract that asked for a reply may read the whole text (wasmd calls that deterministic).
    /// Adding a description ends it, as in wasmd, where only the outermost error is looked at.
    pub shown_to_contracts: bool,
    /// What a contract's query is told instead.
    pub system: Option<SystemError>,
    /// The status and description that a gRPC door answers with, if a query chose one.
    pub grpc: Option<(GrpcCode, String)>,
    /// What a gRPC door answers with otherwise: the same words as `log`, the oldest first.
    pub oldest_first: String,
}

impl Error {
    /// An error that nobody registered: code 1 of codespace `undefined`.
    pub fn unregistered(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::Failed(Box::new(Failure {
            codespace: UNDEFINED.into(),
            code: 1,
            log: text.clone(),
            shown_to_contracts: false,
            system: None,
            grpc: None,
            oldest_first: text,
        }))
    }

    /// What the SDK reports when Go code panics with `text`.
    pub fn panic(text: impl fmt::Display) -> Self {
        match sdk::PANIC.plain() {
            Self::Failed(mut failure) => {
                failure.log = format!("recovered: {text}\nstack:\n: {}", sdk::PANIC.text);
                failure.oldest_first.clone_from(&failure.log);
                Self::Failed(failure)
            }
            out => out,
        }
    }

    /// The same error, said by someone who was doing `description`. Running out of gas and panics pass by whoever would
    /// say something.
    #[must_use]
    pub fn wrap(self, description: impl fmt::Display) -> Self {
        if self.is_panic() {
            return self;
        }
        match self {
            Self::Failed(mut failure) => {
                failure.log = format!("{description}: {}", failure.log);
                failure.oldest_first = if failure.codespace == UNDEFINED {
                    failure.log.clone()
                } else {
                    format!("{}: {description}", failure.oldest_first)
                };
                failure.shown_to_contracts = false;
                failure.grpc = None;
                Self::Failed(failure)
            }
            out => out,
        }
    }

    /// Whether Go would have panicked.
    pub fn is_panic(&self) -> bool {
        matches!(self, Self::Failed(failure)
            if failure.code == sdk::PANIC.code && failure.codespace == sdk::PANIC.codespace)
    }

    /// Lets contracts read the whole text.
    #[must_use]
    pub fn show_to_contracts(self) -> Self {
        match self {
            Self::Failed(mut failure) => {
                failure.shown_to_contracts = true;
                Self::Failed(failure)
            }
            out => out,
        }
    }

    /// Tells a contract's query `system` instead.
    #[must_use]
    pub fn with_system(self, system: SystemError) -> Self {
        match self {
            Self::Failed(mut failure) => {
                failure.system = Some(system);
                Self::Failed(failure)
            }
            out => out,
        }
    }

    /// Codespace, code and text as an ABCI answer carries them.
    pub fn abci(&self) -> AbciError {
        match self {
            Self::Failed(failure) => AbciError {
                codespace: failure.codespace.to_string(),
                code: failure.code,
                log: failure.log.clone(),
            },
            Self::OutOfGas(descriptor) => AbciError {
                codespace: sdk::OUT_OF_GAS.codespace.to_owned(),
                code: sdk::OUT_OF_GAS.code,
                log: format!("{descriptor}: {}", sdk::OUT_OF_GAS.text),
            },
        }
    }

    /// The answer of a gRPC door: status and description.
    pub fn grpc(&self) -> (i32, String) {
        match self {
            Self::Failed(failure) => match &failure.grpc {
                Some((code, text)) => (code.number(), text.clone()),
                // wasmd's mark of an error that contracts may read hides the registered error from the gRPC server.
                None if failure.shown_to_contracts => (GrpcCode::Unknown.number(), failure.log.clone()),
                None => (GrpcCode::Unknown.number(), failure.oldest_first.clone()),
            },
            Self::OutOfGas(_) => (GrpcCode::Unknown.number(), self.abci().log),
        }
    }

    /// The answer of `abci_query`: the status becomes a code of codespace `sdk`.
    pub fn query(&self) -> AbciError {
        let Self::Failed(failure) = self else { return self.abci() };
        let kind = match &failure.grpc {
            Some((GrpcCode::Unimplemented, _)) => {
                return sdk::UNKNOWN_REQUEST.wrap("unknown query path").abci();
            }
            Some((GrpcCode::Internal, text)) if text.starts_with(UNREADABLE) => {
                return sdk::INVALID_REQUEST.wrap(text.trim_start_matches(UNREADABLE)).abci();
            }
            Some((GrpcCode::NotFound, _)) => sdk::KEY_NOT_FOUND,
            Some((GrpcCode::InvalidArgument | GrpcCode::FailedPrecondition, _)) => sdk::INVALID_REQUEST,
            Some((GrpcCode::Unauthenticated, _)) => sdk::UNAUTHORIZED,
            Some(_) => sdk::UNKNOWN_REQUEST,
            // An error of the SDK is turned into a status by its own code, which none of those above knows.
            None if failure.codespace != UNDEFINED => sdk::UNKNOWN_REQUEST,
            None => sdk::INVALID_REQUEST,
        };
        kind.wrap(&failure.log).abci()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.abci().log)
    }
}

impl std::error::Error for Error {}

/// An error as clients see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbciError {
    /// Who registered it; empty for success.
    pub codespace: String,
    /// Its number; 0 for success.
    pub code: u32,
    /// Its text.
    pub log: String,
}

impl fmt::Display for AbciError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (codespace {}, code {})", self.log, self.codespace, self.code)
    }
}

impl std::error::Error for AbciError {}
