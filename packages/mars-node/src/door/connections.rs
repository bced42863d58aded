//! Accepting connections, with limits that `axum::serve` does not have: how many there are, and how long a request may
//! take to begin. Who comes when all places are taken is told so.

use std::convert::Infallible;
use std::future::Future;
use std::io::{self, Cursor};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::request_line::Escaped;
use super::uri;

/// How long running requests have when the door closes.
const FAREWELL: Duration = Duration::from_secs(5);
/// How many connections at a time are told that there is no place for them; others are closed without a word.
const REFUSALS: usize = 64;
/// How long telling so may take.
const REFUSAL_TIME: Duration = Duration::from_secs(1);
/// What a client of HTTP/2 says first.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long an HTTP/2 connection may be silent before the peer is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// A connection's place among those that there may be, free again when the last clone is gone. Every request carries
/// one, for the websocket that it may become.
pub type Place = Arc<OwnedSemaphorePermit>;

/// What is spoken at a door.
#[derive(Debug, Clone, Copy)]
pub enum Protocol {
    Http1,
    /// At most so many requests at a time on one connection; further ones wait.
    Http2 {
        streams: u32,
    },
}

/// The limits of a door.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub protocol: Protocol,
    /// The most connections at a time.
    pub connections: usize,
    /// How long a request may take to begin.
    pub read_timeout: Duration,
}

/// Serves `router` at `listener` until `stop`.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let refusals = Arc::new(Semaphore::new(REFUSALS));
    let tasks = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file handles, most likely: some will be free in a while.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Answers are small and wait for nothing; a connection that refuses the option works without it.
        let _ = stream.set_nodelay(true);
        let Ok(place) = places.clone().try_acquire_owned() else {
            if let Ok(turn) = refusals.clone().try_acquire_owned() {
                tasks.spawn(async move {
                    // Whoever does not wait for the refusal has not asked for it.
                    let _ = tokio::time::timeout(REFUSAL_TIME, refuse(stream, limits)).await;
                    drop(turn);
                });
            }
            continue;
        };
        let (router, place) = (TowerToHyperService::new(router.clone()), Arc::new(place));
        let answer = service_fn(move |request| answer(&router, place.clone(), request));
        let stop = stop.clone();
        // A peer that breaks off is its own affair, so how a connection ends is nobody's.
        match limits.protocol {
            Protocol::Http1 => {
                let (read, write) = stream.into_split();
                let stream = tokio::io::join(Escaped::new(read), write);
                let connection = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(limits.read_timeout)
                    .serve_connection(TokioIo::new(stream), answer)
                    .with_upgrades();
                tasks.spawn(async move {
                    let mut connection = std::pin::pin!(connection);
                    tokio::select! {
                        _ = connection.as_mut() => {}
                        () = stop.cancelled() => {
                            connection.as_mut().graceful_shutdown();
                            let _ = tokio::time::timeout(FAREWELL, connection).await;
                        }
                    }
                });
            }
            Protocol::Http2 { streams } => {
                tasks.spawn(async move {
                    // The protocol itself sets no time for the first words.
                    let begun = tokio::select! {
                        begun = tokio::time::timeout(limits.read_timeout, preface(stream)) => begun,
                        () = stop.cancelled() => return,
                    };
                    let Ok(Ok(stream)) = begun else { return };
                    let connection = http2::Builder::new(TokioExecutor::new())
                        .timer(TokioTimer::new())
                        .keep_alive_interval(KEEPALIVE)
                        .max_concurrent_streams(streams)
                        .serve_connection(TokioIo::new(stream), answer);
                    let mut connection = std::pin::pin!(connection);
                    tokio::select! {
                        _ = connection.as_mut() => {}
                        () = stop.cancelled() => {
                            connection.as_mut().graceful_shutdown();
                            let _ = tokio::time::timeout(FAREWELL, connection).await;
                        }
                    }
                });
            }
        }
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

fn answer(
    router: &TowerToHyperService<Router>,
    place: Place,
    mut request: hyper::Request<Incoming>,
) -> impl Future<Output = Result<Response, Infallible>> + use<> {
    request.extensions_mut().insert(place);
    let answered = require_sound(&request).map(|()| router.call(request));
    async {
        match answered {
            Ok(answer) => answer.await,
            Err(reason) => Ok((StatusCode::BAD_REQUEST, format!("400 Bad Request{reason}")).into_response()),
        }
    }
}

/// Whether a request is one that Go's server takes.
fn require_sound<B>(request: &hyper::Request<B>) -> Result<(), &'static str> {
    if request.version() == Version::HTTP_11 && !request.headers().contains_key(header::HOST) {
        return Err(": missing required Host header");
    }
    if uri::is_sound(request.uri()) { Ok(()) } else { Err("") }
}

/// `stream` from its beginning, once the client has said that it speaks HTTP/2.
async fn preface(
    mut stream: TcpStream,
) -> io::Result<impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin> {
    let mut begun = [0; PREFACE.len()];
    stream.read_exact(&mut begun).await?;
    let (read, write) = stream.into_split();
    Ok(tokio::io::join(Cursor::new(begun).chain(read), write))
}

/// Says that every place is taken, in the words of the protocol.
async fn refuse(mut stream: TcpStream, limits: Limits) -> io::Result<()> {
    let reason = format!("all {} connections of this door are taken", limits.connections);
    // An answer that comes before the question confuses clients.
    if stream.read(&mut [0; 4_096]).await? == 0 {
        return Ok(());
    }
    let refusal = match limits.protocol {
        Protocol::Http1 => format!(
            "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\ncontent-length: {}\r\nretry-after: 1\r\n\
             connection: close\r\n\r\n{reason}\n",
            reason.len() + 1
        )
        .into_bytes(),
        Protocol::Http2 { .. } => go_away(&reason),
    };
    stream.write_all(&refusal).await?;
    stream.shutdown().await?;
    // What the client was about to ask is read, or closing would take the refusal away from it.
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.map(|_| ())
}

/// Empty settings, and the frame that ends an HTTP/2 connection because it asks too much (`ENHANCE_YOUR_CALM`).
fn go_away(reason: &str) -> Vec<u8> {
    let length = u8::try_from(reason.len() + 8).unwrap_or(u8::MAX);
    let mut frames = vec![0, 0, 0, 4, 0, 0, 0, 0, 0];
    frames.extend([0, 0, length, 7, 0, 0, 0, 0, 0]);
    frames.extend([0, 0, 0, 0, 0, 0, 0, 0xb]);
    frames.extend(reason.bytes().take(usize::from(length) - 8));
    frames
}
