//! The gRPC door: every unary method that wasmd describes, and reflection in both its versions.
//!
//! Messages go through as bytes. What is asked is read by the query router alone, so a client's newer or older fields
//! do no harm here.

mod wire;

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

use crate::door::connections::{self, Limits, Protocol};
use crate::door::{Door, HEIGHT, Refusal, Reply};
use crate::error::GrpcCode;
use crate::interface::Interface;
use crate::metrics::UNKNOWN;
use crate::node::Node;
use crate::query::SERVICES;

/// The limits of the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The most bytes of one request.
    pub message_bytes: usize,
    /// The most requests that one connection has open at a time; further ones wait.
    pub streams: u32,
    /// The most connections at a time; further ones are refused.
    pub connections: usize,
    /// How long a connection may take to begin.
    pub read_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            message_bytes: 10 * 1024 * 1024,
            streams: 256,
            connections: 1_000,
            read_timeout: Duration::from_secs(10),
        }
    }
}

/// Serves `node` at `listener` until `stop`, then lets running requests end.
///
/// # Errors
/// A damaged description of wasmd.
pub async fn serve(
    listener: TcpListener,
    node: Node,
    options: Options,
    stop: CancellationToken,
) -> io::Result<()> {
    let interface = Interface::recorded().map_err(io::Error::other)?;
    let reflection = || {
        let services =
            SERVICES.iter().fold(tonic_reflection::server::Builder::configure(), |builder, name| {
                builder.with_service_name(*name)
            });
        services.include_reflection_service(false).register_encoded_file_descriptor_set(interface.encoded())
    };
    let router = axum::Router::new().fallback(answer).with_state((Door::new(node), options));
    let routes = Routes::from(router)
        .add_service(reflection().build_v1().map_err(io::Error::other)?)
        .add_service(reflection().build_v1alpha().map_err(io::Error::other)?);
    let Options { streams, connections, read_timeout, .. } = options;
    let limits = Limits { protocol: Protocol::Http2 { streams }, connections, read_timeout };
    connections::serve(listener, routes.prepare().into_axum_router(), limits, stop).await;
    Ok(())
}

async fn answer(State((door, options)): State<(Door, Options)>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let call = match wire::Call::read(&head) {
        Ok(call) => call,
        Err(refusal) => return refusal.response(),
    };
    let path = head.uri.path();
    let answering = ask(&door, path, &head.headers, call.packing, body, options.message_bytes);
    let answered = in_time(call.timeout, answering).await;
    let known = Interface::recorded().is_ok_and(|interface| interface.method(path).is_some());
    door.count("grpc", if known { path } else { UNKNOWN }, answered.as_ref().map(|_| ()));
    wire::response(&call.kind, answered)
}

/// What `answering` comes to, unless the client has no more time for it.
async fn in_time<T>(
    timeout: Option<Duration>,
    answering: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    let Some(timeout) = timeout else { return answering.await };
    let late = || Err(GrpcCode::DeadlineExceeded.error("context deadline exceeded").into());
    if timeout.is_zero() {
        return late();
    }
    tokio::time::timeout(timeout, answering).await.unwrap_or_else(|_| late())
}

async fn ask(
    door: &Door,
    path: &str,
    headers: &HeaderMap,
    packing: wire::Packing,
    body: Body,
    most: usize,
) -> Result<Reply, Refusal> {
    crate::door::require_known(path)?;
    let message = wire::message(body, packing, most).await?;
    // wasmd looks at the height only if it is given once.
    let mut heights = headers.get_all(HEIGHT).into_iter();
    let height = match (heights.next(), heights.next()) {
        (Some(height), None) => Some(String::from_utf8_lossy(height.as_bytes()).into_owned()),
        _ => None,
    };
    door.ask(path, message, height.as_deref()).await
}
