//! The interface of wasmd as it describes itself: every service, method, message and REST path.
//!
//! The description is data. `descriptors/record` takes it from a running wasmd.

use std::collections::HashMap;
use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use prost_reflect::{DescriptorPool, MethodDescriptor};

use crate::error::{Error, Result};

static RECORDED: &[u8] = include_bytes!("../../descriptors/wasmd.binpb.gz");

/// The description, unpacked once for all doors.
pub struct Interface {
    encoded: Vec<u8>,
    pool: DescriptorPool,
    methods: HashMap<String, MethodDescriptor>,
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
        Ok(Self { encoded, pool, methods })
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
}

fn path_of(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}
