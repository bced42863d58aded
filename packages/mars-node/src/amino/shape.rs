//! The Go types that amino writes, as the options of the recorded interface tell them: amino numbers the fields of a
//! struct by their place in it, and tells apart what may be absent from what may not.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::interface::{Interface, declared, set_option};
use crate::rest::json::ACCESS_TYPE;
use crate::tx::{camel, go_full_name, go_interface};

/// The interface that every message is of.
pub const MESSAGE: &str = "cosmos.base.v1beta1.Msg";
/// The interface of keys.
pub const PUB_KEY: &str = "cosmos.crypto.PubKey";
/// The name of a transaction.
pub const STD_TX: &str = "cosmos-sdk/StdTx";

/// The messages of the pool, whose descriptions do not tell under which name they are registered.
const POOL: [&str; 7] = [
    "ContinuousFund",
    "MsgCancelContinuousFund",
    "MsgCommunityPoolSpend",
    "MsgCreateContinuousFund",
    "MsgFundCommunityPool",
    "MsgUpdateParams",
    "Params",
];
/// Messages that have a name but that wasmd does not register.
const UNREGISTERED: [&str; 2] =
    ["cosmos.crypto.hd.v1.BIP44Params", "cosmos.params.v1beta1.ParameterChangeProposal"];
/// Messages that are registered as values, not as pointers, so that they are of no interface.
const VALUES: [&str; 6] = [
    "cosmos.auth.v1beta1.Params",
    "cosmos.distribution.v1beta1.Params",
    "cosmos.mint.v1beta1.Params",
    "cosmos.slashing.v1beta1.Params",
    "cosmos.staking.v1beta1.Params",
    "cosmos.upgrade.v1beta1.Plan",
];
/// Go types that are no messages, and are of no interface that a transaction has.
const FOREIGN: [(&str, &str); 4] = [
    ("tendermint/PubKeySr25519", "sr25519.PubKey"),
    ("tendermint/PrivKeySr25519", "sr25519.PrivKey"),
    ("tendermint/DuplicateVoteEvidence", "*types.DuplicateVoteEvidence"),
    (STD_TX, "legacytx.StdTx"),
];
/// The only message with packed messages in it that does not have them unpacked.
const NEVER_UNPACKED: &str = "cosmos.upgrade.v1beta1.Plan";
/// The only message that may be without a packed message that it has a field for.
const WITHOUT_KEY: &str = "cosmos.auth.v1beta1.BaseAccount";

/// The fields with keys packed in them that do not say so.
const KEYS: [&str; 2] =
    ["cosmos.auth.v1beta1.BaseAccount.pub_key", "cosmos.crypto.multisig.LegacyAminoPubKey.public_keys"];

/// A Go type.
#[derive(Clone)]
pub enum Shape {
    Bool,
    /// An integer of 32 bits, and its Go name.
    Int32(String),
    /// An integer of 64 bits, and its Go name.
    Int64(&'static str),
    Uint32,
    Uint64,
    /// How a code may be used, which has names of its own.
    AccessType,
    Text,
    Bytes,
    /// Bytes that stand for themselves in JSON.
    Json,
    /// A moment.
    Time,
    /// An integer of any size.
    Integer,
    /// A number of units of 10^-18.
    Decimal,
    /// The bytes of a key of this size.
    Key(Key),
    /// Several keys, which have a form of their own in JSON.
    Multisig(Arc<Struct>),
    /// The account of a module, which has a form of its own in JSON.
    ModuleAccount(Arc<Struct>),
    Struct(Arc<Struct>),
    Pointer(Box<Shape>),
    List(Box<Shape>),
    /// A list of coins, which is never nothing in JSON.
    Coins(Box<Shape>),
    /// Something registered of the interface of that name.
    Interface(String),
    /// A packed message of the interface of that name.
    Any(String),
}

impl Shape {
    /// Whether something may be packed within.
    pub fn unpacks(&self) -> bool {
        match self {
            Self::Any(_) => true,
            Self::Pointer(inner) | Self::List(inner) => inner.unpacks(),
            Self::Struct(inner) => inner.unpacking != Unpacking::Never,
            _ => false,
        }
    }
}

/// What a key is.
#[derive(Clone, Copy)]
pub struct Key {
    pub size: usize,
    pub secret: bool,
}

/// A Go struct.
pub struct Struct {
    /// Its name in Go.
    pub go: String,
    pub fields: Vec<Field>,
    pub unpacking: Unpacking,
}

/// How the messages packed in a struct are unpacked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unpacking {
    /// There are none, or they stay as they are.
    Never,
    /// Each, and it must be there.
    InOrder,
    /// Each that is there.
    WherePresent,
    /// Each, the last first, and it is said which one was wrong.
    NamedFromTheLast,
}

/// A field of a [`Struct`]. Its number in binary is its place, from 1.
pub struct Field {
    pub name: String,
    /// Whether JSON leaves it out where there is nothing in it.
    pub omit_empty: bool,
    pub shape: Shape,
}

impl Field {
    fn new(name: &str, omit_empty: bool, shape: Shape) -> Self {
        Self { name: name.to_owned(), omit_empty, shape }
    }
}

/// What is registered under a name.
pub struct Concrete {
    pub name: String,
    /// The four bytes that its binary form begins with.
    pub prefix: [u8; 4],
    /// What stands before them where they alone are not clear.
    disambiguation: [u8; 3],
    /// What is assigned to an interface, as Go names its type.
    go: String,
    kind: Registered,
}

enum Registered {
    Message {
        kind: MessageDescriptor,
        pointer: bool,
    },
    /// One of several fields to choose from.
    Choice(FieldDescriptor),
    Foreign,
}

impl Concrete {
    fn new(name: String, go: String, kind: Registered) -> Self {
        let hash = Sha256::digest(&name);
        let mut bytes = hash.into_iter().skip_while(|byte| *byte == 0);
        let disambiguation = std::array::from_fn(|_| bytes.next().unwrap_or_default());
        let mut bytes = bytes.skip_while(|byte| *byte == 0);
        let prefix = std::array::from_fn(|_| bytes.next().unwrap_or_default());
        Self { name, prefix, disambiguation, go, kind }
    }
}

/// Everything that wasmd registers with amino.
pub struct Registry {
    interface: &'static Interface,
    concretes: Vec<Concrete>,
    by_name: HashMap<String, usize>,
    by_disfix: HashMap<([u8; 3], [u8; 4]), usize>,
    structs: RwLock<HashMap<String, Arc<Struct>>>,
}

impl Registry {
    /// Everything, read from the recorded interface once.
    ///
    /// # Errors
    /// A recording that is none.
    pub fn recorded() -> Result<&'static Self> {
        static REGISTRY: OnceLock<Result<Registry>> = OnceLock::new();
        REGISTRY.get_or_init(Self::read).as_ref().map_err(Clone::clone)
    }

    fn read() -> Result<Self> {
        let interface = Interface::recorded()?;
        let mut concretes = Vec::new();
        for (name, go) in FOREIGN {
            concretes.push(Concrete::new(name.into(), go.into(), Registered::Foreign));
        }
        for kind in interface.pool().all_messages() {
            let Some(name) = name_of(interface, &kind) else { continue };
            for field in kind.fields() {
                let choice = text_option(interface, &field, "amino.oneof_name");
                if let (Some(name), Some(_)) = (choice, field.containing_oneof()) {
                    let go = format!("*{}_{}", go_full_name(kind.full_name()), camel(field.name()));
                    concretes.push(Concrete::new(name, go, Registered::Choice(field)));
                }
            }
            let pointer = !VALUES.contains(&kind.full_name());
            let go = format!("{}{}", if pointer { "*" } else { "" }, go_full_name(kind.full_name()));
            concretes.push(Concrete::new(name, go, Registered::Message { kind, pointer }));
        }
        let numbered = || concretes.iter().enumerate();
        Ok(Self {
            interface,
            by_name: numbered().map(|(index, one)| (one.name.clone(), index)).collect(),
            by_disfix: numbered().map(|(index, one)| ((one.disambiguation, one.prefix), index)).collect(),
            concretes,
            structs: RwLock::default(),
        })
    }

    /// What is registered as `name`.
    pub fn named(&self, name: &str) -> Option<&Concrete> {
        self.concretes.get(*self.by_name.get(name)?)
    }

    /// What is registered under a disambiguation and a prefix.
    pub fn marked(&self, disambiguation: [u8; 3], prefix: [u8; 4]) -> Option<&Concrete> {
        self.concretes.get(*self.by_disfix.get(&(disambiguation, prefix))?)
    }

    /// What implements `interface` and begins with `prefix`.
    pub fn prefixed(&self, interface: &str, prefix: [u8; 4]) -> Option<&Concrete> {
        self.concretes.iter().find(|one| one.prefix == prefix && self.implements(one, interface))
    }

    /// Whether a pointer to `concrete` is of `interface`.
    fn implements(&self, concrete: &Concrete, interface: &str) -> bool {
        match &concrete.kind {
            Registered::Message { .. } if interface == MESSAGE => true,
            Registered::Message { kind, .. } => {
                self.interface.implements(&format!("/{}", kind.full_name()), interface)
            }
            Registered::Choice(field) => {
                field.containing_oneof().is_some_and(|choice| choice.full_name() == interface)
            }
            Registered::Foreign => false,
        }
    }

    /// The type of `concrete` where an `interface` is wanted.
    ///
    /// # Errors
    /// What Go panics with where it is not of that interface.
    pub fn assigned(&self, concrete: &Concrete, interface: &str) -> Result<Shape, String> {
        let shape = match &concrete.kind {
            Registered::Message { kind, pointer: true } => Some(self.message(kind)),
            Registered::Choice(field) => {
                let field = self.field(field);
                let go = concrete.go.trim_start_matches('*').to_owned();
                Some(Shape::Struct(Arc::new(Struct { go, fields: vec![field], unpacking: Unpacking::Never })))
            }
            _ => None,
        };
        shape.filter(|_| self.implements(concrete, interface)).ok_or_else(|| {
            format!(
                "reflect.Set: value of type {} is not assignable to type {}",
                concrete.go,
                go_name_of(interface)
            )
        })
    }

    fn message(&self, kind: &MessageDescriptor) -> Shape {
        let key = |size, secret| Shape::Key(Key { size, secret });
        match kind.full_name() {
            "cosmos.crypto.ed25519.PubKey" => key(32, false),
            "cosmos.crypto.secp256k1.PubKey" => key(33, false),
            "cosmos.crypto.ed25519.PrivKey" => key(64, true),
            "cosmos.crypto.secp256k1.PrivKey" => key(32, true),
            "cosmos.crypto.multisig.LegacyAminoPubKey" => Shape::Multisig(self.structure(kind)),
            "cosmos.auth.v1beta1.ModuleAccount" => Shape::ModuleAccount(self.structure(kind)),
            _ => Shape::Struct(self.structure(kind)),
        }
    }

    fn structure(&self, kind: &MessageDescriptor) -> Arc<Struct> {
        let name = kind.full_name();
        let known = self.structs.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(known) = known {
            return known;
        }
        let mut fields = Vec::new();
        for field in declared(kind) {
            match field.containing_oneof() {
                None => fields.push(self.field(&field)),
                // The choice stands where its first field does.
                Some(choice) if choice.fields().next().is_some_and(|first| first == field) => {
                    let shape = Shape::Interface(choice.full_name().to_owned());
                    fields.push(Field::new(&camel(choice.name()), false, shape));
                }
                Some(_) => {}
            }
        }
        let unpacking = match name {
            _ if !fields.iter().any(|field| field.shape.unpacks()) => Unpacking::Never,
            NEVER_UNPACKED => Unpacking::Never,
            WITHOUT_KEY => Unpacking::WherePresent,
            "cosmwasm.wasm.v1.ContractGrant" => Unpacking::NamedFromTheLast,
            _ => Unpacking::InOrder,
        };
        let structure = Arc::new(Struct { go: go_full_name(name), fields, unpacking });
        let mut structs = self.structs.write().unwrap_or_else(PoisonError::into_inner);
        structs.insert(name.to_owned(), structure.clone());
        structure
    }

    fn field(&self, field: &FieldDescriptor) -> Field {
        let text = |name: &str| text_option(self.interface, field, name);
        let nullable = set_option(&field.options(), self.interface.option("gogoproto.nullable").as_ref())
            .and_then(|value| value.as_bool())
            .unwrap_or(true);
        let one = self.element(field, nullable);
        // A list of what is no struct may always be left out.
        let plain = !matches!(one, Shape::Struct(_) | Shape::Pointer(_) | Shape::Integer | Shape::Decimal);
        let shape = match (field.is_list(), text("gogoproto.castrepeated")) {
            (true, Some(name)) if name.ends_with(".Coins") => Shape::Coins(Box::new(one)),
            (true, _) => Shape::List(Box::new(one)),
            (false, _) => one,
        };
        let tag = text("gogoproto.jsontag").unwrap_or_else(|| {
            let omit = nullable || field.is_list() && plain;
            format!("{}{}", field.name(), if omit { ",omitempty" } else { "" })
        });
        let (name, option) = tag.split_once(',').unwrap_or((&tag, ""));
        Field::new(name, option == "omitempty", shape)
    }

    /// The type of a field, or of the elements of a list.
    fn element(&self, field: &FieldDescriptor, nullable: bool) -> Shape {
        let text = |name: &str| text_option(self.interface, field, name);
        let set = |name: &str| {
            set_option(&field.options(), self.interface.option(name).as_ref())
                .and_then(|value| value.as_bool())
                == Some(true)
        };
        let own = text("gogoproto.customtype").unwrap_or_default();
        let shape = match field.kind() {
            Kind::Message(_) if set("gogoproto.stdtime") => Shape::Time,
            Kind::Message(_) if set("gogoproto.stdduration") => Shape::Int64("time.Duration"),
            Kind::Message(kind) if kind.full_name() == "google.protobuf.Any" => {
                let untold = || if KEYS.contains(&field.full_name()) { PUB_KEY } else { MESSAGE }.to_owned();
                Shape::Any(text("cosmos_proto.accepts_interface").unwrap_or_else(untold))
            }
            Kind::Message(kind) => self.message(&kind),
            _ if own.ends_with("math.Int") => Shape::Integer,
            _ if own.ends_with("math.LegacyDec") => Shape::Decimal,
            Kind::Enum(kind) if kind.full_name() == ACCESS_TYPE => return Shape::AccessType,
            Kind::Enum(kind) => return Shape::Int32(go_full_name(kind.full_name())),
            Kind::Bool => return Shape::Bool,
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => return Shape::Int32("int32".to_owned()),
            Kind::Uint32 | Kind::Fixed32 => return Shape::Uint32,
            Kind::Uint64 | Kind::Fixed64 => return Shape::Uint64,
            // There are no floating point numbers in what is registered.
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 | Kind::Float | Kind::Double => {
                return Shape::Int64("int64");
            }
            Kind::String => return Shape::Text,
            Kind::Bytes if text("gogoproto.casttype").is_some_and(|name| name == "RawContractMessage") => {
                return Shape::Json;
            }
            Kind::Bytes => return Shape::Bytes,
        };
        if nullable { Shape::Pointer(Box::new(shape)) } else { shape }
    }

    /// The type of a transaction.
    pub fn transaction(&self) -> Result<Arc<Struct>> {
        let coin = self
            .interface
            .message("cosmos.base.v1beta1.Coin")
            .ok_or_else(|| Error::unregistered("the recorded interface of wasmd has no coins"))?;
        let structure = |name: &str, fields: Vec<Field>| {
            let unpacking = Unpacking::InOrder;
            Arc::new(Struct { go: format!("legacytx.{name}"), fields, unpacking })
        };
        let fee = structure(
            "StdFee",
            vec![
                Field::new("amount", false, Shape::Coins(Box::new(self.message(&coin)))),
                Field::new("gas", false, Shape::Uint64),
                Field::new("payer", true, Shape::Text),
                Field::new("granter", true, Shape::Text),
            ],
        );
        let signature = structure(
            "StdSignature",
            vec![
                Field::new("pub_key", false, Shape::Interface(PUB_KEY.to_owned())),
                Field::new("signature", false, Shape::Bytes),
            ],
        );
        let list = |shape| Shape::List(Box::new(shape));
        Ok(structure(
            "StdTx",
            vec![
                Field::new("msg", false, list(Shape::Interface(MESSAGE.to_owned()))),
                Field::new("fee", false, Shape::Struct(fee)),
                Field::new("signatures", false, list(Shape::Struct(signature))),
                Field::new("memo", false, Shape::Text),
                Field::new("timeout_height", false, Shape::Uint64),
            ],
        ))
    }
}

/// The name of the interface called `interface` in Go.
pub fn go_name_of(interface: &str) -> String {
    match interface.rsplit_once('.') {
        // A choice within a message.
        Some((kind, choice)) if choice.starts_with(char::is_lowercase) => {
            let (package, name) = go_full_name(kind)
                .split_once('.')
                .map_or_else(Default::default, |(a, b)| (a.to_owned(), b.to_owned()));
            format!("{package}.is{name}_{}", camel(choice))
        }
        _ => go_interface(interface),
    }
}

fn name_of(interface: &Interface, kind: &MessageDescriptor) -> Option<String> {
    if UNREGISTERED.contains(&kind.full_name()) {
        return None;
    }
    let pool = kind.full_name().strip_prefix("cosmos.protocolpool.v1.").filter(|name| POOL.contains(name));
    pool.map(|name| format!("cosmos-sdk/pp/{name}")).or_else(|| {
        let name = set_option(&kind.options(), interface.option("amino.name").as_ref());
        name.and_then(|name| name.as_str().map(str::to_owned))
    })
}

fn text_option(interface: &Interface, field: &FieldDescriptor, name: &str) -> Option<String> {
    let value = set_option(&field.options(), interface.option(name).as_ref());
    value.and_then(|value| value.as_str().map(str::to_owned))
}
