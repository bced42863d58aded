//! Accepting connections, with limits that `axum::serve` does not have: how many there are, and how long a request may
//! take to begin.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long running requests have when the door closes.
const FAREWELL: Duration = Duration::from_secs(5);

/// A connection's place among those that there may be, free again when the last clone is gone. Every request carries
/// one, for the websocket that it may become.
pub type Place = Arc<OwnedSemaphorePermit>;

/// Serves `router` at `listener`, to at most `most` connections at a time, until `stop`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    most: usize,
    read_timeout: Duration,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(most));
    let tasks = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Ok((stream, place)) = accepted else {
            // Out of file handles, most likely: some will be free in a while.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Answers are small and wait for nothing; a connection that refuses the option works without it.
        let _ = stream.set_nodelay(true);
        let router = TowerToHyperService::new(router.clone());
        let answer = service_fn(move |request| answer(&router, place.clone(), request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(read_timeout)
            .serve_connection(TokioIo::new(stream), answer)
            .with_upgrades();
        let stop = stop.clone();
        tasks.spawn(async move {
            let mut connection = std::pin::pin!(connection);
            // A peer that breaks off is its own affair, so how this ends is nobody's.
            tokio::select! {
                _ = connection.as_mut() => {}
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = tokio::time::timeout(FAREWELL, connection).await;
                }
            }
        });
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
    router.call(request)
}

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> std::io::Result<(TcpStream, Place)> {
    let place = places.clone().acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, Arc::new(place)))
}
