//! Transactions in the form that they had before SDK 0.40, which `TxEncodeAmino` and `TxDecodeAmino` turn from its JSON
//! to its binary and back. No chain takes it any more; clients that hold old transactions, or that prepare documents for
//! Ledger devices, still ask.
//!
//! The library behind it, go-amino, looks at Go values. So JSON or binary is read into such values, of the types
//! that the descriptions of the messages tell, and written from them, with everything that go-amino loses or makes up on
//! the way: its texts and its panics are those of wasmd.

mod binary;
mod json;
mod shape;

use shape::{Concrete, Registry, STD_TX, Shape, Struct, Unpacking};

use crate::error::{Error, GrpcCode, Result};

/// Messages packed within each other, as many as in a transaction of today. wasmd has no limit here but that of JSON.
const DEEPEST: u32 = 10;
/// The first second of Go's calendar, which a moment is that nobody sets.
const FIRST_SECOND: i128 = -62_135_596_800;
const NANOS: i128 = 1_000_000_000;

/// The binary of the transaction that `json` is.
///
/// # Errors
/// What wasmd says of JSON that is none, or no transaction.
pub fn encode(json: &str) -> Result<Vec<u8>> {
    let registry = Registry::recorded()?;
    let transaction = Shape::Struct(registry.transaction()?);
    let reader = json::Reader { registry };
    let mut value = reader.transaction(json, &transaction)?;
    unpack(&mut value, &transaction, DEEPEST, &|raw, interface| reader.unmarshal(raw, interface))?;
    let mut out = prefix(registry)?.to_vec();
    binary::write(&mut out, &value, &transaction)?;
    Ok(out)
}

/// The JSON of the transaction that `bytes` are. What go-amino writes is not always JSON.
///
/// # Errors
/// What wasmd says of bytes that are no transaction.
pub fn decode(bytes: &[u8]) -> Result<Vec<u8>> {
    let registry = Registry::recorded()?;
    let transaction = Shape::Struct(registry.transaction()?);
    let reader = binary::Reader { registry };
    let mut value = reader.transaction(bytes, prefix(registry)?, &transaction)?;
    unpack(&mut value, &transaction, DEEPEST, &|raw, interface| reader.unmarshal(raw, interface))?;
    let mut out = Vec::new();
    json::write_named(&mut out, STD_TX, &value, &transaction)?;
    Ok(out)
}

fn prefix(registry: &Registry) -> Result<[u8; 4]> {
    let named = registry.named(STD_TX).map(|transaction| transaction.prefix);
    named.ok_or_else(|| Error::unregistered("transactions have no name in amino"))
}

/// A Go value, to be read with its shape.
#[derive(Clone, PartialEq)]
enum Value {
    /// A pointer, a list, bytes, a number or an interface without anything.
    Nil,
    Bool(bool),
    Int(i64),
    Uint(u64),
    /// Text or bytes. Texts in Go need not be UTF-8.
    Bytes(Vec<u8>),
    /// A number in decimal digits.
    Number(String),
    /// Nanoseconds since 1970.
    Time(i128),
    List(Vec<Value>),
    Struct(Vec<Value>),
    /// What an interface or a packed message has in it.
    Registered(Box<Registered>),
    /// A packed message, as it was read.
    Packed(Vec<u8>),
}

/// Something that is registered.
#[derive(Clone)]
struct Registered {
    concrete: &'static Concrete,
    shape: Shape,
    value: Value,
}

impl PartialEq for Registered {
    fn eq(&self, other: &Self) -> bool {
        self.concrete.name == other.concrete.name && self.value == other.value
    }
}

impl Value {
    /// What a variable of that type is before anything is put there.
    fn zero(shape: &Shape) -> Self {
        match shape {
            Shape::Bool => Self::Bool(false),
            Shape::Int32(_) | Shape::Int64(_) | Shape::AccessType => Self::Int(0),
            Shape::Uint32 | Shape::Uint64 => Self::Uint(0),
            Shape::Text => Self::Bytes(Vec::new()),
            Shape::Time => Self::Time(FIRST_SECOND * NANOS),
            Shape::Struct(structure) | Shape::Multisig(structure) | Shape::ModuleAccount(structure) => {
                Self::Struct(structure.fields.iter().map(|field| Self::zero(&field.shape)).collect())
            }
            _ => Self::Nil,
        }
    }

    /// The bytes of a text, of bytes or of a key.
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            _ => &[],
        }
    }

    /// The elements of a list or the fields of a struct.
    fn items(&self) -> &[Self] {
        match self {
            Self::List(items) | Self::Struct(items) => items,
            _ => &[],
        }
    }

    /// The digits of a number; nothing is zero.
    fn digits(&self) -> &str {
        match self {
            Self::Number(digits) => digits,
            _ => "0",
        }
    }
}

/// Why a transaction is not turned into its other form.
enum Fault {
    Refused(Error),
    /// Go panics, and its server says with what.
    Panicked(String),
}

impl Fault {
    fn says(text: impl Into<String>) -> Self {
        Self::Refused(Error::unregistered(text))
    }

    fn nil_pointer() -> Self {
        Self::Panicked("runtime error: invalid memory address or nil pointer dereference".to_owned())
    }

    /// The same, told by whoever was doing something; panics pass by.
    fn retold(self, tell: impl FnOnce(&str) -> String) -> Self {
        match self {
            Self::Refused(error) => Self::says(tell(&error.abci().log)),
            panicked => panicked,
        }
    }
}

impl From<String> for Fault {
    fn from(text: String) -> Self {
        Self::says(text)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(error) => error,
            Fault::Panicked(text) => GrpcCode::Internal.error(text),
        }
    }
}

/// Reads what is packed as something of an interface.
type Unpack<'a> = &'a dyn Fn(&[u8], &str) -> Result<Value, Fault>;

/// Reads what is packed in `value`, in the order of the SDK.
fn unpack(value: &mut Value, shape: &Shape, depth: u32, read: Unpack<'_>) -> Result<(), Fault> {
    match (shape, value) {
        (Shape::Pointer(inner), Value::Nil) if inner.unpacks() => Err(Fault::nil_pointer()),
        (Shape::Pointer(_), Value::Nil) => Ok(()),
        (Shape::Pointer(inner), value) => unpack(value, inner, depth, read),
        (Shape::List(inner), Value::List(items)) => {
            items.iter_mut().try_for_each(|item| unpack(item, inner, depth, read))
        }
        (
            Shape::Struct(structure) | Shape::Multisig(structure) | Shape::ModuleAccount(structure),
            Value::Struct(values),
        ) => unpack_fields(values, structure, depth, read),
        (Shape::Any(interface), value) => {
            let depth = depth
                .checked_sub(1)
                .ok_or_else(|| Fault::says(format!("more than {DEEPEST} messages within each other")))?;
            if let Value::Packed(bytes) = value {
                *value = read(bytes, interface)?;
            }
            unpack_registered(value, depth, read)
        }
        (Shape::Interface(_), value) => unpack_registered(value, depth, read),
        _ => Ok(()),
    }
}

fn unpack_registered(value: &mut Value, depth: u32, read: Unpack<'_>) -> Result<(), Fault> {
    match value {
        Value::Registered(registered) => {
            let Registered { shape, value, .. } = &mut **registered;
            unpack(value, shape, depth, read)
        }
        _ => Ok(()),
    }
}

fn unpack_fields(
    values: &mut [Value],
    structure: &Struct,
    depth: u32,
    read: Unpack<'_>,
) -> Result<(), Fault> {
    let mut fields = structure.fields.iter().zip(values);
    match structure.unpacking {
        Unpacking::Never => Ok(()),
        Unpacking::InOrder => fields.try_for_each(|(field, value)| unpack(value, &field.shape, depth, read)),
        Unpacking::WherePresent => fields
            .filter(|(_, value)| **value != Value::Nil)
            .try_for_each(|(field, value)| unpack(value, &field.shape, depth, read)),
        Unpacking::NamedFromTheLast => fields.rev().try_for_each(|(field, value)| {
            // Why is not told: the SDK's way of saying more of an error keeps gRPC from the reason.
            unpack(value, &field.shape, depth, read).map_err(|fault| fault.retold(|_| field.name.clone()))
        }),
    }
}
