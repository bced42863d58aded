//! The REST door: the paths that the descriptions of wasmd's methods name, in the JSON of its gateway.
//!
//! A request becomes the protobuf of the method's request, and the protobuf of its response becomes JSON. Nothing here
//! knows a particular method.

pub(crate) mod json;
mod read;
mod request;
mod routes;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use crate::door::connections::{self, Limits, Protocol};
use crate::door::{Door, HEIGHT, Refusal, Reply, uri};
use crate::error::GrpcCode;
use crate::interface::Interface;
use crate::metrics::UNKNOWN;
use crate::node::Node;
use json::Codec;
use routes::{Found, Routes};

/// The header by which the gateway hands on what the gRPC server says of the height.
const GATEWAY_HEIGHT: &str = "grpc-metadata-x-cosmos-block-height";

/// The limits of the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The most bytes of a request's body.
    pub body_bytes: usize,
    /// The most connections at a time; further ones are refused.
    pub connections: usize,
    /// How long a request may take to begin.
    pub read_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { body_bytes: 16 * 1024 * 1024, connections: 1_000, read_timeout: Duration::from_secs(10) }
    }
}

struct Gateway {
    door: Door,
    routes: Routes,
    codec: Codec,
    options: Options,
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
    let router = router(node, options)?;
    let Options { connections, read_timeout, .. } = options;
    let limits = Limits { protocol: Protocol::Http1, connections, read_timeout };
    connections::serve(listener, router, limits, stop).await;
    Ok(())
}

pub(crate) fn router(node: Node, options: Options) -> io::Result<Router> {
    let interface = Interface::recorded().map_err(io::Error::other)?;
    let gateway = Gateway {
        door: Door::new(node),
        routes: Routes::of(interface),
        codec: Codec::new(interface.pool().clone()),
        options,
    };
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::OPTIONS])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([HeaderName::from_static(GATEWAY_HEIGHT), HeaderName::from_static(HEIGHT)]);
    Ok(Router::new().fallback(answer).with_state(Arc::new(gateway)).layer(cors))
}

async fn answer(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = uri::path(&head.uri);
    if let Some(clean) = uri::cleaned(&path) {
        let location = head.uri.query().map_or(clean.clone(), |query| format!("{clean}?{query}"));
        return (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, location)]).into_response();
    }
    let found = gateway.routes.find(&head.method, &path);
    let method = found.as_ref().map_or(UNKNOWN, |found| &found.route.method).to_owned();
    let body = match found.as_ref().filter(|found| found.route.takes_body) {
        Some(_) => axum::body::to_bytes(body, gateway.options.body_bytes).await,
        None => Ok(Bytes::new()),
    };
    let Ok(body) = body else {
        // wasmd's gateway stands behind the limits of CometBFT's server, which says so in its own way.
        let text = r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request","data":"error reading request body: http: request body too large"}}"#;
        return respond(StatusCode::BAD_REQUEST, text.to_owned());
    };
    let answer = match found {
        Some(found) => gateway.ask(found, &head, &body).await,
        None => Err(GrpcCode::Unimplemented.error("Not Implemented").into()),
    };
    gateway.door.count("rest", &method, answer.as_ref().map(|_| ()));
    match answer {
        Ok((json, height)) => {
            let mut response = respond(StatusCode::OK, json);
            let height = HeaderValue::from(height);
            response.headers_mut().insert(GATEWAY_HEIGHT, height.clone());
            response.headers_mut().insert(HEIGHT, height);
            response
        }
        Err(Refusal { code, message }) => {
            let body = serde_json::json!({ "code": code, "message": message, "details": [] });
            respond(http_status(code), body.to_string())
        }
    }
}

fn respond(status: StatusCode, json: String) -> Response {
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The status of HTTP that the gateway gives to one of gRPC.
fn http_status(code: i32) -> StatusCode {
    match code {
        0 => StatusCode::OK,
        1 => StatusCode::REQUEST_TIMEOUT,
        3 | 9 | 11 => StatusCode::BAD_REQUEST,
        4 => StatusCode::GATEWAY_TIMEOUT,
        5 => StatusCode::NOT_FOUND,
        6 | 10 => StatusCode::CONFLICT,
        7 => StatusCode::FORBIDDEN,
        8 => StatusCode::TOO_MANY_REQUESTS,
        12 => StatusCode::NOT_IMPLEMENTED,
        14 => StatusCode::SERVICE_UNAVAILABLE,
        16 => StatusCode::UNAUTHORIZED,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn invalid(text: impl Into<String>) -> Refusal {
    GrpcCode::InvalidArgument.error(text).into()
}

impl Gateway {
    async fn ask(&self, found: Found<'_>, head: &Parts, body: &[u8]) -> Result<(String, u64), Refusal> {
        let Found { route, fields } = found;
        let mut message = if route.takes_body {
            self.codec.read(&route.input, body).map_err(invalid)?
        } else {
            request::from_query(&route.input, head.uri.query().unwrap_or_default(), &fields)
                .map_err(invalid)?
        };
        request::set_path_fields(&mut message, &fields).map_err(invalid)?;
        let height = head.headers.get(HEIGHT).map(|height| String::from_utf8_lossy(height.as_bytes()));
        let encoded = prost::Message::encode_to_vec(&message);
        let Reply { body, height } = self.door.ask(&route.method, encoded, height.as_deref()).await?;
        let json = self.codec.write(&route.output, &body).map_err(|error| GrpcCode::Internal.error(error))?;
        Ok((json, height))
    }
}
