//! The interface of wasmd as it describes itself: every service, method, message and REST path, and which types may be
//! packed where.
//!
//! The description is data. `descriptors/record` takes it from a running wasmd.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use prost_reflect::{
    DescriptorPool, DynamicMessage, ExtensionDescriptor, FieldDescriptor, MessageDescriptor,
    MethodDescriptor, Value,
};

use crate::error::{Error, Result};

static RECORDED: &[u8] = include_bytes!("../descriptors/wasmd.binpb.gz");
static PACKED: &str = include_str!("../descriptors/interfaces.txt");

/// The description, unpacked once for everyone.
pub struct Interface {
    encoded: Vec<u8>,
    pool: DescriptorPool,
    methods: HashMap<String, MethodDescriptor>,
    implementations: HashMap<&'static str, HashSet<&'static str>>,
    registered: HashSet<&'static str>,
}

impl Interface {
    /// The interface of the wasmd that this node answers like.
    ///
    /// # Errors
    /// A recording that is none.
    pub fn recorded() -> Result<&'static Self> {
        static INTERFACE: OnceLock<Result<Interface>> = OnceLock::new();
        INTERFACE.get_or_init(Self::unpack).as_ref().map_err(Clone::clone)
    }

    fn unpack() -> Result<Self> {
        let damaged = |error: &dyn std::fmt::Display| {
            Error::unregistered(format!("the recorded interface of wasmd is damaged: {error}"))
        };
        let mut encoded = Vec::new();
        GzDecoder::new(RECORDED).read_to_end(&mut encoded).map_err(|error| damaged(&error))?;
        let pool = DescriptorPool::decode(encoded.as_slice()).map_err(|error| damaged(&error))?;
        let methods = pool
            .services()
            .flat_map(|service| {
                service.methods().map(|method| (path_of(&method), method)).collect::<Vec<_>>()
            })
            .collect();
        let mut implementations: HashMap<_, HashSet<_>> = HashMap::new();
        for (interface, type_url) in PACKED.lines().filter_map(|line| line.split_once(' ')) {
            implementations.entry(interface).or_default().insert(type_url);
        }
        if implementations.is_empty() {
            return Err(damaged(&"it does not say what may be packed"));
        }
        let registered = implementations.values().flatten().copied().collect();
        Ok(Self { encoded, pool, methods, implementations, registered })
    }

    /// All of it as a `FileDescriptorSet`.
    pub fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// All of it, to look things up in.
    pub fn pool(&self) -> &DescriptorPool {
        &self.pool
    }

    /// The method called at `path`, such as `/cosmos.bank.v1beta1.Query/Balance`.
    pub fn method(&self, path: &str) -> Option<&MethodDescriptor> {
        self.methods.get(path)
    }

    /// Every method, in no order.
    pub fn methods(&self) -> impl Iterator<Item = (&str, &MethodDescriptor)> {
        self.methods.iter().map(|(path, method)| (path.as_str(), method))
    }

    /// The kind of message that `type_url` packs, whether or not wasmd has registered it.
    pub fn message(&self, type_url: &str) -> Option<MessageDescriptor> {
        self.pool.get_message_by_name(type_url.strip_prefix('/').unwrap_or(type_url))
    }

    /// The kind of message that `type_url` packs, if wasmd has registered it for some interface.
    pub fn registered(&self, type_url: &str) -> Option<MessageDescriptor> {
        self.registered.contains(type_url).then(|| self.message(type_url)).flatten()
    }

    /// Whether `type_url` may be packed where `interface` is wanted, such as `cosmos.crypto.PubKey`.
    pub fn implements(&self, type_url: &str, interface: &str) -> bool {
        self.implementations.get(interface).is_some_and(|types| types.contains(type_url))
    }

    /// Whether anything at all may be packed where `interface` is wanted.
    pub fn has_implementations(&self, interface: &str) -> bool {
        self.implementations.contains_key(interface)
    }

    /// The option called `name`, such as `amino.name`.
    pub fn option(&self, name: &str) -> Option<ExtensionDescriptor> {
        self.pool.get_extension_by_name(name)
    }
}

/// The value of `option` among `options`, if it is set there.
pub fn set_option(options: &DynamicMessage, option: Option<&ExtensionDescriptor>) -> Option<Value> {
    let option = option?;
    options.has_extension(option).then(|| options.get_extension(option).into_owned())
}

/// The fields of `kind` in the order of their declaration, which is that of the Go type.
pub fn declared(kind: &MessageDescriptor) -> impl Iterator<Item = FieldDescriptor> + '_ {
    kind.descriptor_proto().field.iter().filter_map(|field| kind.get_field_by_name(field.name()))
}

fn path_of(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}
