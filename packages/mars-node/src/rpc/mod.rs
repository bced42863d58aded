//! The door of CometBFT 0.38: JSON-RPC by POST (single and in batches), by URI, and over a websocket with
//! subscriptions. What it answers, down to the texts of errors, is what a node of wasmd 0.61 answers; where this chain
//! knows less (it has no peers and proves no state) it says so in the same shapes.

mod dev;
mod envelope;
mod methods;
mod params;
mod shape;
pub(crate) mod websocket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Path, Request, State, WebSocketUpgrade};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response as HttpResponse};
use axum::routing::{any, get, post as post_to};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::cors::{AllowHeaders, AllowMethods, Any, CorsLayer};

use crate::door::connections::{self, Limits, Place, Protocol};
use crate::door::uri;
use crate::node::Node;
use envelope::{Code, Id, Request as Call, Response};
use methods::{Answer, Failure, METHODS, SUBSCRIPTIONS};
use params::Params;

/// The limits of the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The most bytes of one request.
    pub body_bytes: usize,
    /// The most calls of one batch.
    pub batch: usize,
    /// The most connections at a time; further ones are refused.
    pub connections: usize,
    /// The most websockets with subscriptions.
    pub subscription_clients: usize,
    /// The most subscriptions of one websocket.
    pub subscriptions_per_client: usize,
    /// How long a request may take to arrive.
    pub read_timeout: Duration,
    /// How long `broadcast_tx_commit` waits for a block.
    pub commit_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            body_bytes: 16 * 1024 * 1024,
            batch: 10,
            connections: 900,
            subscription_clients: 100,
            subscriptions_per_client: 5,
            read_timeout: Duration::from_secs(10),
            commit_timeout: Duration::from_secs(10),
        }
    }
}

pub(crate) struct Door {
    node: Node,
    options: Options,
    address: SocketAddr,
    /// How many websockets have subscriptions.
    subscribers: AtomicUsize,
    /// Who may compute at a time: contracts that are asked, and searches.
    workers: Semaphore,
    stop: CancellationToken,
}

impl Door {
    pub(crate) fn new(node: Node, options: Options, address: SocketAddr, stop: CancellationToken) -> Self {
        let workers =
            std::thread::available_parallelism().map_or(4, |threads| threads.get().saturating_mul(4));
        let (subscribers, workers) = (AtomicUsize::new(0), Semaphore::new(workers));
        Self { node, options, address, subscribers, workers, stop }
    }

    /// Runs `work`, which may take its time, where nothing else waits for it.
    async fn work(&self, work: impl FnOnce() -> Answer + Send + 'static) -> Answer {
        let _turn = self.workers.acquire().await.map_err(|error| Failure::Internal(error.to_string()))?;
        let _counted = self.node.metrics().query();
        tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Internal(error.to_string()))?
    }
}

/// Serves `node` at `listener` until `stop`, then lets running requests end.
///
/// # Errors
/// A listener that has no address.
pub async fn serve(
    listener: TcpListener,
    node: Node,
    options: Options,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let Options { connections, read_timeout, .. } = options;
    let limits = Limits { protocol: Protocol::Http1, connections, read_timeout };
    let door = Arc::new(Door::new(node, options, listener.local_addr()?, stop.clone()));
    connections::serve(listener, router(door), limits, stop).await;
    Ok(())
}

pub(crate) fn router(door: Arc<Door>) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request());
    Router::new()
        .route("/", any(post))
        .route("/websocket", any(upgrade))
        .route("/dev/dump", get(dev::dump))
        .route("/dev/load", post_to(dev::load))
        .route("/{method}", any(call))
        .fallback(not_found)
        .layer(axum::middleware::map_response(with_time))
        .layer(cors)
        .with_state(door)
}

async fn with_time(mut response: HttpResponse) -> HttpResponse {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    response.headers_mut().insert("x-server-time", HeaderValue::from(seconds));
    response
}

fn json(status: StatusCode, body: Vec<u8>) -> HttpResponse {
    let mut response = (status, Body::from(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Where there is nothing. A path that only takes a detour is told the way, as by Go's server.
async fn not_found(uri: Uri) -> HttpResponse {
    let Some(clean) = uri::cleaned(&uri::path(&uri)) else {
        return (StatusCode::NOT_FOUND, "404 page not found\n").into_response();
    };
    let location = uri.query().map_or(clean.clone(), |query| format!("{clean}?{query}"));
    let page = format!("<a href=\"{}\">Temporary Redirect</a>.\n\n", location.replace('"', "&#34;"));
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)], Html(page)).into_response()
}

async fn read(door: &Door, body: Body) -> Result<String, HttpResponse> {
    let refuse = |text: String| {
        let text = format!("error reading request body: {text}");
        json(StatusCode::BAD_REQUEST, Response::error(None, Code::InvalidRequest, text).bytes())
    };
    let reading = axum::body::to_bytes(body, door.options.body_bytes);
    let bytes = tokio::time::timeout(door.options.read_timeout, reading)
        .await
        .map_err(|_| refuse("i/o timeout".to_owned()))?
        .map_err(|error| refuse(read_error(&error)))?;
    // Go reads broken UTF-8 as the replacement character.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn read_error(error: &axum::Error) -> String {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.to_string().contains("length limit exceeded") {
            return "http: request body too large".to_owned();
        }
        source = cause.source();
    }
    error.to_string()
}

/// JSON-RPC by POST. Whatever has no body gets the list of methods.
async fn post(State(door): State<Arc<Door>>, request: Request) -> HttpResponse {
    let (head, body) = request.into_parts();
    let body = match read(&door, body).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    if body.is_empty() {
        let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        return Html(methods::page(host)).into_response();
    }
    let requests = match Call::parse_all(&body, door.options.batch) {
        Ok(requests) => requests,
        Err(refusal) => {
            let status =
                if refusal.is_parse_error() { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
            return json(status, refusal.bytes());
        }
    };
    let mut responses = Vec::with_capacity(requests.len());
    for request in requests {
        responses.push(match methods::carry_out(&door, &request).await {
            Ok(result) => Response::result(request.id, result),
            // This ends the handler in CometBFT, whatever else the batch asks for.
            Err(Failure::NoParams) => {
                let response = Failure::NoParams.response(request.id);
                return json(StatusCode::INTERNAL_SERVER_ERROR, response.bytes());
            }
            Err(failure) => failure.response(request.id),
        });
    }
    let body = match responses.as_slice() {
        [] => return StatusCode::OK.into_response(),
        [one] => one.bytes(),
        many => crate::gojson::to_vec(many).unwrap_or_default(),
    };
    json(StatusCode::OK, body)
}

/// A call in the path and query of a URI.
async fn call(State(door): State<Arc<Door>>, Path(method): Path<String>, request: Request) -> HttpResponse {
    if SUBSCRIPTIONS.iter().any(|(name, _)| *name == method) {
        return json(StatusCode::NOT_FOUND, Failure::Unknown.response(Id::URI).bytes());
    }
    if !METHODS.iter().any(|(name, _)| *name == method) {
        return not_found(request.uri().clone()).await;
    }
    let params = Params::uri(request.uri().query().unwrap_or_default());
    let answer = methods::call(&door, &method, &params).await;
    match methods::counted(&door, &method, answer) {
        Ok(result) => json(StatusCode::OK, Response::result(Id::URI, result).bytes()),
        Err(failure) => json(StatusCode::INTERNAL_SERVER_ERROR, failure.response(Id::URI).bytes()),
    }
}

async fn upgrade(
    State(door): State<Arc<Door>>,
    Extension(place): Extension<Place>,
    method: Method,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> HttpResponse {
    if method != Method::GET {
        return (StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed\n").into_response();
    }
    let Ok(upgrade) = upgrade else {
        return (StatusCode::BAD_REQUEST, "Bad Request\n").into_response();
    };
    let most = door.options.body_bytes;
    upgrade
        .max_message_size(most)
        .max_frame_size(most)
        .on_upgrade(move |socket| websocket::serve(door, socket, place))
}
