//! The gRPC door: every unary method that wasmd describes, and reflection in both its versions.
//!
//! Messages go through as bytes. What is asked is read by the query router alone, so a client's newer or older fields
//! do no harm here.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::Response;
use prost::bytes::{Buf, BufMut};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataValue;
use tonic::server::{Grpc, UnaryService};
use tonic::service::Routes;
use tonic::{Code, Status};

use crate::door::connections::{self, Limits, Protocol};
use crate::door::{Door, HEIGHT, Refusal};
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
            message_bytes: 16 * 1024 * 1024,
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
    let router = axum::Router::new().fallback(call).with_state((Door::new(node), options));
    let routes = Routes::from(router)
        .add_service(reflection().build_v1().map_err(io::Error::other)?)
        .add_service(reflection().build_v1alpha().map_err(io::Error::other)?);
    let Options { streams, connections, read_timeout, .. } = options;
    let limits = Limits { protocol: Protocol::Http2 { streams }, connections, read_timeout };
    connections::serve(listener, routes.prepare().into_axum_router(), limits, stop).await;
    Ok(())
}

async fn call(State((door, options)): State<(Door, Options)>, request: Request) -> Response {
    let call = Call { door, path: request.uri().path().to_owned() };
    let response = Grpc::new(Raw).max_decoding_message_size(options.message_bytes).unary(call, request).await;
    response.map(axum::body::Body::new)
}

struct Call {
    door: Door,
    path: String,
}

impl UnaryService<Vec<u8>> for Call {
    type Response = Vec<u8>;
    type Future = Pin<Box<dyn Future<Output = Result<tonic::Response<Vec<u8>>, Status>> + Send>>;

    fn call(&mut self, request: tonic::Request<Vec<u8>>) -> Self::Future {
        let (door, path) = (self.door.clone(), std::mem::take(&mut self.path));
        Box::pin(async move {
            // wasmd looks at the height only if it is given once.
            let mut heights = request.metadata().get_all(HEIGHT).into_iter();
            let height = match (heights.next(), heights.next()) {
                (Some(height), None) => Some(String::from_utf8_lossy(height.as_encoded_bytes()).into_owned()),
                _ => None,
            };
            let answer = door.ask(&path, request.into_inner(), height.as_deref()).await;
            let known = Interface::recorded().is_ok_and(|interface| interface.method(&path).is_some());
            let method = if known { &path } else { UNKNOWN };
            door.count("grpc", method, answer.as_ref().map(|_| ()));
            let reply = answer.map_err(status)?;
            let mut response = tonic::Response::new(reply.body);
            response.metadata_mut().insert(HEIGHT, MetadataValue::from(reply.height));
            Ok(response)
        })
    }
}

fn status(refusal: Refusal) -> Status {
    Status::new(Code::from_i32(refusal.code), refusal.message)
}

/// Messages as they are on the wire.
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, message: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut message = vec![0; buffer.remaining()];
        buffer.copy_to_slice(&mut message);
        Ok(Some(message))
    }
}
