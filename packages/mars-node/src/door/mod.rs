//! What gRPC and REST have in common: a question is bytes for a method at a height, an answer is bytes or a status.

pub(crate) mod connections;
mod request_line;
pub(crate) mod uri;

use std::sync::Arc;

use prost::Message;
use prost_reflect::ServiceDescriptor;
use tokio::sync::Semaphore;

use crate::chain::Reader;
use crate::error::{Error, GrpcCode, Result, sdk};
use crate::interface::Interface;
use crate::node::{Node, NodeError};
use crate::proto::cosmos::tx::v1beta1::{BroadcastTxRequest, BroadcastTxResponse};
use crate::query::{answer, require_mode, sent, unreadable};

/// The name of the header, and of the gRPC metadata, that carries a height.
pub const HEIGHT: &str = "x-cosmos-block-height";
/// Packages that wasmd describes and does not serve.
pub(crate) const UNSERVED: [&str; 2] = ["cosmos.base.reflection.", "cosmos.params."];
const BROADCAST: &str = "/cosmos.tx.v1beta1.Service/BroadcastTx";

/// Puts questions to a node.
#[derive(Clone)]
pub struct Door {
    node: Node,
    /// Questions that are answered at a time; others wait, so that contracts cannot take every thread.
    workers: Arc<Semaphore>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The response in protobuf.
    pub body: Vec<u8>,
    /// The height whose state was asked.
    pub height: u64,
}

/// Why there is no answer: a gRPC status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its number.
    pub code: i32,
    /// What it is about.
    pub message: String,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let (code, message) = error.grpc();
        Self { code, message }
    }
}

impl Door {
    /// A door to `node`.
    pub fn new(node: Node) -> Self {
        let workers =
            std::thread::available_parallelism().map_or(4, |threads| threads.get().saturating_mul(4));
        Self { node, workers: Arc::new(Semaphore::new(workers)) }
    }

    /// Asks the method at `path` at the height that a client wrote down, else at the newest.
    ///
    /// # Errors
    /// The status that wasmd's gRPC server answers with.
    pub async fn ask(&self, path: &str, request: Vec<u8>, height: Option<&str>) -> Result<Reply, Refusal> {
        let reader = at(self.node.reader(), height)?;
        let height = reader.height();
        if path == BROADCAST {
            return Ok(Reply { body: self.broadcast(&request).await?, height });
        }
        require_known(path)?;
        let path = path.to_owned();
        let place = self.workers.clone().acquire_owned().await;
        let counted = self.node.metrics().query();
        // A contract may compute for a while; that must not keep the connections waiting.
        let asked = tokio::task::spawn_blocking(move || {
            let _held = (place, counted);
            answer(&reader, &path, &request)
        });
        match asked.await {
            Ok(body) => Ok(Reply { body: body?, height }),
            Err(_) => Err(GrpcCode::Internal.error("the query ended abnormally").into()),
        }
    }

    /// Counts a request at the door called `name` for the gRPC method `method`.
    pub fn count(&self, name: &str, method: &str, outcome: Result<(), &Refusal>) {
        let code = outcome.map_or_else(|refusal| refusal.code, |()| 0);
        self.node.metrics().request(name, method.trim_start_matches('/'), code.into());
    }

    async fn broadcast(&self, request: &[u8]) -> Result<Vec<u8>> {
        let request =
            BroadcastTxRequest::decode(request).map_err(|error| unreadable(BROADCAST, request, &error))?;
        if request.tx_bytes.is_empty() {
            return Err(GrpcCode::InvalidArgument.error("invalid empty tx"));
        }
        let mode = require_mode(request.mode)?;
        let broadcast = self.node.broadcast(request.tx_bytes).await.map_err(|error| match error {
            NodeError::Stopped => GrpcCode::Unavailable.error(error.to_string()),
            error => GrpcCode::Internal.error(error.to_string()),
        })?;
        Ok(BroadcastTxResponse { tx_response: Some(sent(&broadcast, mode)) }.encode_to_vec())
    }
}

fn at(reader: &Reader, height: Option<&str>) -> Result<Reader> {
    let Some(text) = height else { return Ok(reader.freeze()) };
    let height: i64 = text.parse().map_err(|error: std::num::ParseIntError| {
        let reason = match error.kind() {
            std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => "value out of range",
            _ => "invalid syntax",
        };
        sdk::INVALID_REQUEST.wrap(format!(
            "Baseapp.RegisterGRPCServer: invalid height header \"{HEIGHT}\": strconv.ParseInt: parsing \
             {text:?}: {reason}"
        ))
    })?;
    let height = u64::try_from(height).map_err(|_| {
        sdk::INVALID_REQUEST.wrap("cannot query with height < 0; please provide a valid height")
    })?;
    reader.at(height)
}

/// Whether wasmd, which describes it, also serves it to clients: messages come in transactions only.
fn is_served(service: &ServiceDescriptor) -> bool {
    service.name() != "Msg" && !UNSERVED.iter().any(|package| service.full_name().starts_with(package))
}

/// Tells a service or a method that nobody has from one that wasmd has and this node has not.
///
/// # Errors
/// What nobody has, in the words of Go's server.
pub(crate) fn require_known(path: &str) -> Result<()> {
    let interface = Interface::recorded()?;
    if interface.method(path).is_some_and(|method| is_served(method.parent_service())) {
        return Ok(());
    }
    let Some((service, method)) = path.strip_prefix('/').unwrap_or(path).rsplit_once('/') else {
        return Err(GrpcCode::Unimplemented.error(format!("malformed method name: {path:?}")));
    };
    let known = interface.pool().get_service_by_name(service).filter(is_served);
    Err(GrpcCode::Unimplemented.error(match known {
        Some(_) => format!("unknown method {method} for service {service}"),
        None => format!("unknown service {service}"),
    }))
}
