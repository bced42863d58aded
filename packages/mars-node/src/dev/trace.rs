//! A transaction step by step: what was called with what, what it read, wrote and printed, what it used, and how it
//! failed, in full words.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost::Message;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::TxResult;
use crate::context::Ctx;
use crate::error::{AbciError, Error};
use crate::event::Event;
use crate::interface::Interface;
use crate::rest::json::Codec;
use crate::tx::Msg;
use crate::wasm::types::{Reply, ReplyOn, SubMsg};
use crate::wasm::vm::Call;

/// The most steps that are written down.
pub const MOST_STEPS: usize = 20_000;
/// The most bytes that are written down, in JSON.
pub const MOST_BYTES: usize = 32 << 20;

/// How a transaction went, step by step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The hash of the transaction, in capitals.
    pub hash: String,
    /// The block that it is in, or that it would be in.
    pub height: u64,
    /// Its place in its block; none for a transaction that is in no block.
    pub index: Option<u32>,
    /// 0 for success.
    pub code: u32,
    pub codespace: String,
    pub log: String,
    pub gas_wanted: u64,
    pub gas_used: u64,
    /// The events that the transaction is left with.
    pub events: Vec<Event>,
    /// Every step in the order in which it began. The steps inside of a step follow it and are one deeper.
    pub steps: Vec<Step>,
    /// Steps that are left out because there were more than [`MOST_STEPS`], or more than [`MOST_BYTES`] of them.
    pub omitted: u64,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// How many steps it is inside of.
    pub depth: u32,
    #[serde(flatten)]
    pub action: Action,
    /// The SDK gas that it used, with everything inside of it.
    pub gas_used: u64,
    /// Why it failed, in full words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<AbciError>,
}

/// What is done in a step. Keys of storage are in hexadecimal, values in base64, and messages in JSON (in base64
/// where they are none).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Action {
    /// The checks before the messages: fee, signatures, sequences.
    Checks,
    /// A message to the chain, of the transaction or of a contract.
    Message {
        message: Value,
    },
    /// A call of a contract. What else the answer leads to follows at the same depth.
    Call {
        contract: String,
        /// `instantiate`, `execute`, `migrate`, `sudo`, `reply` or `query`.
        entry_point: String,
        /// Who calls, and the funds; `null` for entry points without.
        info: Value,
        message: Value,
        /// `{"ok": …}` or `{"error": …}`; `null` if it did not come to an answer.
        answer: Value,
    },
    /// A message that a contract sent.
    SubMessage {
        id: u64,
        reply_on: String,
        gas_limit: Option<u64>,
    },
    /// The contract hears how its message went.
    Reply {
        id: u64,
    },
    /// A contract asks the chain.
    Query {
        request: Value,
        answer: Value,
        /// Why there is no answer; empty if there is one.
        refusal: String,
    },
    /// A contract reads a key; `null` where there is nothing.
    Read {
        key: String,
        value: Option<String>,
    },
    Write {
        key: String,
        value: String,
    },
    Remove {
        key: String,
    },
    /// A contract begins to walk over keys.
    Scan {
        start: Option<String>,
        end: Option<String>,
        descending: bool,
    },
    /// It comes to one of them.
    Next {
        key: String,
        value: String,
    },
    /// Something happened. It is undone with the step that it is in.
    Event {
        event: Event,
    },
    /// A contract prints with `deps.api.debug`.
    Debug {
        text: String,
    },
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|_| STANDARD.encode(bytes).into())
}

fn message_json(msg: &Msg) -> Value {
    static WRITER: OnceLock<Option<Codec>> = OnceLock::new();
    let any = msg.to_any();
    let written = || {
        let pool = Interface::recorded().ok()?.pool();
        let writer = WRITER.get_or_init(|| Some(Codec::new(pool.clone()))).as_ref()?;
        let kind = pool.get_message_by_name("google.protobuf.Any")?;
        serde_json::from_str(&writer.write(&kind, &any.encode_to_vec()).ok()?).ok()
    };
    written()
        .unwrap_or_else(|| serde_json::json!({ "@type": any.type_url, "value": STANDARD.encode(&any.value) }))
}

impl Action {
    pub(crate) fn message(msg: &Msg) -> Self {
        Self::Message { message: message_json(msg) }
    }

    pub(crate) fn call(ctx: &Ctx, contract: &[u8], entry: &Call<'_>) -> Self {
        let (entry_point, info, message) = match entry {
            Call::Instantiate { info, msg } => ("instantiate", Some(info), msg),
            Call::Execute { info, msg } => ("execute", Some(info), msg),
            Call::Migrate { msg, info } => ("migrate", Some(info), msg),
            Call::Sudo { msg } => ("sudo", None, msg),
            Call::Reply { reply } => ("reply", None, reply),
            Call::Query { msg } => ("query", None, msg),
        };
        Self::Call {
            contract: ctx.text(contract),
            entry_point: entry_point.to_owned(),
            info: info.map_or(Value::Null, |info| json(info)),
            message: json(message),
            answer: Value::Null,
        }
    }

    pub(crate) fn sub_message(message: &SubMsg) -> Self {
        let reply_on = match message.reply_on {
            ReplyOn::Always => "always",
            ReplyOn::Success => "success",
            ReplyOn::Error => "error",
            ReplyOn::Never | ReplyOn::Unset => "never",
        };
        Self::SubMessage { id: message.id, reply_on: reply_on.to_owned(), gas_limit: message.gas_limit }
    }

    pub(crate) fn reply(reply: &Reply) -> Self {
        Self::Reply { id: reply.id }
    }

    pub(crate) fn query(request: &[u8]) -> Self {
        Self::Query { request: json(request), answer: Value::Null, refusal: String::new() }
    }

    /// Adds the answer of a call or a query.
    pub(crate) fn answer(&mut self, bytes: &[u8]) {
        if let Self::Call { answer, .. } | Self::Query { answer, .. } = self {
            *answer = json(bytes);
        }
    }

    /// Adds why a query has no answer.
    pub(crate) fn refusal(&mut self, text: &str) {
        if let Self::Query { refusal, .. } = self {
            text.clone_into(refusal);
        }
    }

    pub(crate) fn read(key: &[u8], value: Option<&[u8]>) -> Self {
        Self::Read { key: hex::encode(key), value: value.map(|value| STANDARD.encode(value)) }
    }

    pub(crate) fn write(key: &[u8], value: &[u8]) -> Self {
        Self::Write { key: hex::encode(key), value: STANDARD.encode(value) }
    }

    pub(crate) fn remove(key: &[u8]) -> Self {
        Self::Remove { key: hex::encode(key) }
    }

    pub(crate) fn scan(start: Option<&[u8]>, end: Option<&[u8]>, descending: bool) -> Self {
        Self::Scan { start: start.map(hex::encode), end: end.map(hex::encode), descending }
    }

    pub(crate) fn next(key: &[u8], value: &[u8]) -> Self {
        Self::Next { key: hex::encode(key), value: STANDARD.encode(value) }
    }
}

/// Writes down steps; clones write in the same place.
#[derive(Clone, Default)]
pub struct Recorder(Arc<Mutex<Recording>>);

#[derive(Default)]
struct Recording {
    steps: Vec<Step>,
    /// The steps that have begun and not ended, by their place; `None` for one that is left out.
    open: Vec<Option<usize>>,
    bytes: usize,
    omitted: u64,
}

impl Recording {
    fn add(&mut self, action: Action, gas_used: u64) -> Option<usize> {
        self.bytes =
            self.bytes.saturating_add(serde_json::to_vec(&action).map_or(0, |written| written.len()));
        if self.steps.len() >= MOST_STEPS || self.bytes > MOST_BYTES {
            self.omitted = self.omitted.saturating_add(1);
            return None;
        }
        let depth = u32::try_from(self.open.len()).unwrap_or(u32::MAX);
        self.steps.push(Step { depth, action, gas_used, error: None });
        Some(self.steps.len() - 1)
    }
}

impl Recorder {
    fn lock(&self) -> MutexGuard<'_, Recording> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A step begins; others may come inside of it until [`Recorder::end`].
    pub(crate) fn begin(&self, action: Action) {
        let mut recording = self.lock();
        let place = recording.add(action, 0);
        recording.open.push(place);
    }

    /// The step that began last ends.
    pub(crate) fn end(&self, gas_used: u64, error: Option<&Error>) {
        let mut recording = self.lock();
        let Some(place) = recording.open.pop().flatten() else { return };
        if let Some(step) = recording.steps.get_mut(place) {
            step.gas_used = gas_used;
            step.error = error.map(Error::abci);
        }
    }

    /// Adds to the step that began last.
    pub(crate) fn amend(&self, change: impl FnOnce(&mut Action)) {
        let mut recording = self.lock();
        let Some(place) = recording.open.last().copied().flatten() else { return };
        if let Some(step) = recording.steps.get_mut(place) {
            change(&mut step.action);
            let written = serde_json::to_vec(&step.action).map_or(0, |written| written.len());
            recording.bytes = recording.bytes.saturating_add(written);
        }
    }

    /// A step with nothing inside of it.
    pub(crate) fn action(&self, gas_used: u64, action: Action) {
        self.lock().add(action, gas_used);
    }

    pub(crate) fn event(&self, event: &Event) {
        self.action(0, Action::Event { event: event.clone() });
    }

    pub(crate) fn debug(&self, text: &str) {
        self.action(0, Action::Debug { text: text.to_owned() });
    }

    /// What was written down of a transaction that ended with `result`.
    pub(crate) fn finish(&self, hash: [u8; 32], height: u64, index: Option<u32>, result: TxResult) -> Trace {
        let mut recording = self.lock();
        let TxResult { code, codespace, log, gas_wanted, gas_used, events, .. } = result;
        Trace {
            hash: hex::encode_upper(hash),
            height,
            index,
            code,
            codespace,
            log,
            gas_wanted,
            gas_used,
            events,
            steps: std::mem::take(&mut recording.steps),
            omitted: recording.omitted,
        }
    }
}

/// Signs of one value that the tree shows.
const MOST_SHOWN: usize = 300;

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", text.get(..end).unwrap_or_default(), text.len()),
        None => text.to_owned(),
    }
}

/// A key or a value as a person reads it.
fn readable(bytes: &[u8]) -> String {
    shortened(&bytes.escape_ascii().to_string())
}

fn key_text(key: &str) -> String {
    hex::decode(key).map_or_else(|_| key.to_owned(), |bytes| readable(&bytes))
}

fn value_text(value: &str) -> String {
    let bytes = STANDARD.decode(value).unwrap_or_default();
    match std::str::from_utf8(&bytes) {
        Ok(text) if !text.chars().any(char::is_control) => shortened(text),
        _ => readable(&bytes),
    }
}

fn bound(bound: Option<&String>) -> String {
    bound.map_or_else(String::new, |key| key_text(key))
}

fn message_text(message: &Value) -> String {
    let mut rest = message.clone();
    let name = rest.as_object_mut().and_then(|fields| fields.remove("@type"));
    let name = name.as_ref().and_then(Value::as_str).and_then(|name| name.rsplit('.').next());
    match name {
        Some(name) => format!("{name} {}", shortened(&rest.to_string())),
        None => shortened(&message.to_string()),
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checks => f.write_str("checks"),
            Self::Message { message } => f.write_str(&message_text(message)),
            Self::Call { contract, entry_point, message, info, .. } => {
                write!(f, "{entry_point} {contract} {}", shortened(&message.to_string()))?;
                if info.is_null() { Ok(()) } else { write!(f, " by {}", shortened(&info.to_string())) }
            }
            Self::SubMessage { id, reply_on, gas_limit } => {
                write!(f, "sub-message {id}, reply {reply_on}")?;
                gas_limit.map_or(Ok(()), |limit| write!(f, ", at most {limit} gas"))
            }
            Self::Reply { id } => write!(f, "reply {id}"),
            Self::Query { request, refusal, answer } => {
                write!(f, "query {} ", shortened(&request.to_string()))?;
                match refusal.as_str() {
                    "" => write!(f, "= {}", shortened(&answer.to_string())),
                    refusal => write!(f, "refused: {}", shortened(refusal)),
                }
            }
            Self::Read { key, value } => {
                let value = value.as_ref().map_or_else(|| "nothing".to_owned(), |value| value_text(value));
                write!(f, "read {} = {value}", key_text(key))
            }
            Self::Write { key, value } => write!(f, "write {} = {}", key_text(key), value_text(value)),
            Self::Remove { key } => write!(f, "remove {}", key_text(key)),
            Self::Scan { start, end, descending } => {
                let order = if *descending { "descending" } else { "ascending" };
                write!(f, "scan {}..{} {order}", bound(start.as_ref()), bound(end.as_ref()))
            }
            Self::Next { key, value } => write!(f, "next {} = {}", key_text(key), value_text(value)),
            Self::Event { event } => {
                write!(f, "event {}", event.kind)?;
                event.attributes.iter().try_for_each(|a| write!(f, " {}={}", a.key, shortened(&a.value)))
            }
            Self::Debug { text } => write!(f, "debug: {}", shortened(text)),
        }
    }
}

/// The trace as an indented tree, for people.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.index.is_some() { "in block" } else { "not sent; as if in block" };
        writeln!(f, "{} {place} {}", self.hash, self.height)?;
        for step in &self.steps {
            let indent = usize::try_from(step.depth).unwrap_or_default().saturating_add(1).saturating_mul(2);
            write!(f, "{:indent$}{}", "", step.action)?;
            match step.action {
                Action::Event { .. } | Action::Debug { .. } => writeln!(f)?,
                _ => writeln!(f, "  [{} gas]", step.gas_used)?,
            }
            if let Action::Call { answer, .. } = &step.action
                && let Some(error) = answer.get("error")
            {
                writeln!(f, "{:indent$}  answers with the error {error}", "")?;
            }
            if let Some(AbciError { codespace, code, log }) = &step.error {
                writeln!(f, "{:indent$}  failed with {codespace} {code}: {log}", "")?;
            }
        }
        if self.omitted > 0 {
            writeln!(f, "  and {} steps more", self.omitted)?;
        }
        match self.code {
            0 => write!(f, "success")?,
            code => write!(f, "failed with {} {code}: {}", self.codespace, self.log)?,
        }
        write!(f, "; {} of {} gas used", self.gas_used, self.gas_wanted)
    }
}
