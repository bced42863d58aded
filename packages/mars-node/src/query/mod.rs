//! One router for every question, by the path of its gRPC method. The doors only carry bytes to and fro.

mod abci;
mod auth;
mod authz;
mod bank;
mod comet;
mod economy;
mod feegrant;
mod page;
mod tx;
mod wasm;

use std::sync::Arc;

use prost::Message;

pub use abci::{QueryResponse, abci_query};
pub use bank::all_metadata;
pub use comet::{COMET_VERSION, WASMD_VERSION, node_info};
pub(crate) use tx::{require_mode, sent};

use crate::block::Block;
use crate::chain::Reader;
use crate::context::Ctx;
use crate::error::{Error, GrpcCode, Result, sdk};
use crate::interface::Interface;

/// One question to a service: the moment that it is asked about, and the request.
struct Ask<'a> {
    reader: &'a Reader,
    ctx: Ctx,
    path: &'a str,
    request: &'a [u8],
}

/// What stands before the reason for which a request cannot be read.
pub(crate) const UNREADABLE: &str = "grpc: error unmarshalling request: ";

impl Ask<'_> {
    /// Answers by `reply`, which is given the context and the request.
    fn reply<Q, A>(&self, reply: impl FnOnce(&Ctx, Q) -> Result<A>) -> Result<Vec<u8>>
    where
        Q: Message + Default,
        A: Message,
    {
        let request = Q::decode(self.request).map_err(|error| unreadable(self.path, self.request, &error))?;
        Ok(reply(&self.ctx, request)?.encode_to_vec())
    }

    /// Answers with `answer`, whatever the request says.
    fn say<A: Message>(&self, answer: &A) -> Result<Vec<u8>> {
        Ok(answer.encode_to_vec())
    }
}

/// Why the bytes of `request` are none for the method at `path`.
pub(crate) fn unreadable(path: &str, request: &[u8], error: &prost::DecodeError) -> Error {
    let kind =
        Interface::recorded().ok().and_then(|interface| interface.method(path)).map(|method| method.input());
    let reason = kind.and_then(|kind| crate::tx::decode_error(kind.full_name(), request));
    GrpcCode::Internal.error(format!("{UNREADABLE}{}", reason.unwrap_or_else(|| error.to_string())))
}

/// See [`Reader::query`].
///
/// # Errors
/// `Unimplemented` for a method that this node does not serve; otherwise whatever the service refuses.
pub fn answer(reader: &Reader, path: &str, request: &[u8]) -> Result<Vec<u8>> {
    let unknown = || GrpcCode::Unimplemented.error(format!("method {path} is not served by this node"));
    let (service, method) =
        path.strip_prefix('/').and_then(|path| path.split_once('/')).ok_or_else(unknown)?;
    let reader = &reader.freeze();
    if reader.height() == 0 {
        return Err(sdk::INVALID_HEIGHT.wrap("the chain is not ready; please wait for first block"));
    }
    let ask = Ask { reader, ctx: reader.context(), path, request };
    let answer = match service {
        "cosmos.auth.v1beta1.Query" => auth::answer(&ask, method),
        "cosmos.authz.v1beta1.Query" => authz::answer(&ask, method),
        "cosmos.bank.v1beta1.Query" => bank::answer(&ask, method),
        "cosmos.base.node.v1beta1.Service" => comet::node(&ask, method),
        "cosmos.base.tendermint.v1beta1.Service" => comet::answer(&ask, method),
        "cosmos.consensus.v1.Query" => comet::consensus(&ask, method),
        "cosmos.feegrant.v1beta1.Query" => feegrant::answer(&ask, method),
        "cosmos.tx.v1beta1.Service" => tx::answer(&ask, method),
        "cosmos.reflection.v1.ReflectionService" if method == "FileDescriptors" => {
            // The response is, byte for byte, a set of files.
            Interface::recorded().map(|interface| Some(interface.encoded().to_vec())).transpose()
        }
        "cosmwasm.wasm.v1.Query" => wasm::answer(&ask, method),
        _ => economy::answer(&ask, service, method),
    };
    answer.unwrap_or_else(|| Err(unknown()))
}

/// The services that [`answer`] knows, for those who ask what there is.
pub const SERVICES: [&str; 20] = [
    "cosmos.auth.v1beta1.Query",
    "cosmos.authz.v1beta1.Query",
    "cosmos.bank.v1beta1.Query",
    "cosmos.base.node.v1beta1.Service",
    "cosmos.base.tendermint.v1beta1.Service",
    "cosmos.consensus.v1.Query",
    "cosmos.distribution.v1beta1.Query",
    "cosmos.evidence.v1beta1.Query",
    "cosmos.feegrant.v1beta1.Query",
    "cosmos.gov.v1.Query",
    "cosmos.gov.v1beta1.Query",
    "cosmos.mint.v1beta1.Query",
    "cosmos.reflection.v1.ReflectionService",
    "cosmos.slashing.v1beta1.Query",
    "cosmos.staking.v1beta1.Query",
    "cosmos.tx.v1beta1.Service",
    "cosmos.upgrade.v1beta1.Query",
    "cosmwasm.wasm.v1.Query",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
];

/// The block at `height`, if it is still kept.
fn kept(reader: &Reader, height: u64) -> Result<Arc<Block>> {
    reader.block(height).ok_or_else(|| {
        Error::unregistered(format!("height {height} is not available, lowest height is {}", reader.lowest()))
    })
}

/// The block on the wire. The first block has an empty commit of the one before, not none.
fn wire(block: &Block) -> tendermint_proto::types::Block {
    let mut wire = tendermint_proto::types::Block::from(block.to_tendermint());
    wire.last_commit.get_or_insert_default();
    wire
}

/// A number of units of 10^-18 in decimal, with all 18 places.
pub(crate) fn decimal(atomics: &str) -> String {
    let (sign, digits) = atomics.strip_prefix('-').map_or(("", atomics), |digits| ("-", digits));
    let padded = format!("{digits:0>19}");
    let (whole, fraction) = padded.split_at(padded.len().saturating_sub(18));
    format!("{sign}{whole}.{fraction}")
}
