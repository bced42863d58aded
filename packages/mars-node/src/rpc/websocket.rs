//! One websocket: calls one after the other, and the events of its subscriptions. Nothing here waits for a client that
//! does not read: it loses its subscriptions, then its connection.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior};

use super::Door;
use super::envelope::{Code, Id, Request, Response, raw};
use super::methods::{self, Answer, Failure, LONGEST_QUERY, SUBSCRIPTIONS, TOO_FEW, tx_hash};
use super::params::Params;
use super::shape::{self, Empty};
use crate::app::TxResult;
use crate::block::Block;
use crate::door::connections::Place;
use crate::gotext;
use crate::index::{self, Fact, Query};

/// How long a message may take to be written.
const WRITE_WAIT: Duration = Duration::from_secs(10);
/// How long a client may be silent; it is asked for a sign of life before.
const READ_WAIT: Duration = Duration::from_secs(30);
const PING_PERIOD: Duration = Duration::from_secs(27);

struct Subscription {
    id: Id,
    text: String,
    query: Query,
}

/// The subscriptions of one connection, which is counted while it has any.
struct Subscriptions<'a> {
    door: &'a Door,
    items: Vec<Subscription>,
}

/// A place among the clients that may have subscriptions.
fn take_place(taken: &AtomicUsize, most: usize) -> bool {
    taken
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |taken| (taken < most).then_some(taken + 1))
        .is_ok()
}

impl Subscriptions<'_> {
    fn add(&mut self, id: Id, text: String) -> Result<(), String> {
        let options = &self.door.options;
        let clients = options.subscription_clients;
        if self.items.is_empty() && self.door.subscribers.load(Ordering::SeqCst) >= clients {
            return Err(format!("max_subscription_clients {clients} reached"));
        }
        let most = options.subscriptions_per_client;
        if self.items.len() >= most {
            return Err(format!("max_subscriptions_per_client {most} reached"));
        }
        if text.len() > LONGEST_QUERY {
            return Err("maximum query length exceeded".to_owned());
        }
        let query = Query::parse(&text).map_err(|error| error.to_string())?;
        if self.items.iter().any(|known| known.query == query) {
            return Err("already subscribed".to_owned());
        }
        if self.items.is_empty() && !take_place(&self.door.subscribers, clients) {
            return Err(format!("max_subscription_clients {clients} reached"));
        }
        self.items.push(Subscription { id, text, query });
        Ok(())
    }

    /// Ends the subscriptions that `ends` says; there must be some.
    fn remove(&mut self, ends: impl Fn(&Subscription) -> bool) -> Result<(), String> {
        let before = self.items.len();
        self.items.retain(|known| !ends(known));
        if self.items.len() == before {
            return Err("subscription not found".to_owned());
        }
        if self.items.is_empty() {
            self.door.subscribers.fetch_sub(1, Ordering::SeqCst);
        }
        Ok(())
    }

    fn change(&mut self, request: &Request, params: &Params) -> Answer {
        let query = || params.string("query").map_err(|text| Failure::Params(params.kind(), text));
        match request.method.as_str() {
            "subscribe" => self.add(request.id.clone(), query()?)?,
            "unsubscribe" => {
                let query = Query::parse(&query()?).map_err(|error| error.to_string())?;
                self.remove(|known| known.query == query)?;
            }
            _ => self.remove(|_| true)?,
        }
        Ok(raw(&Empty {})?)
    }
}

impl Drop for Subscriptions<'_> {
    fn drop(&mut self) {
        // Having none is no trouble here.
        let _ = self.remove(|_| true);
    }
}

/// The failure of a call, as a websocket answers it.
fn response(failure: Failure, id: Id) -> Response {
    match failure {
        Failure::NoParams => Response::error(Some(Id::URI), Code::Internal, format!("WSJSONRPC: {TOO_FEW}")),
        Failure::Params(kind, text) => Response::error(
            Some(id),
            Code::Internal,
            format!("error converting {kind} params to arguments: {text}"),
        ),
        other => other.response(id),
    }
}

type Call<'a> = Pin<Box<dyn Future<Output = Response> + Send + 'a>>;

enum Step<'a> {
    Reply(Response),
    Call(Call<'a>),
    Nothing,
}

fn step<'a>(door: &'a Arc<Door>, subscriptions: &mut Subscriptions<'_>, text: &str) -> Step<'a> {
    // A stream of values is read here, of which the first counts; its end is told apart from that of a body.
    let first = match gotext::first(text) {
        Ok(Some(value)) => gotext::parse::<Box<RawValue>>(value),
        Ok(None) => return Step::Reply(Response::parse_error("EOF")),
        Err(fault) => return Step::Reply(Response::parse_error(&fault.of_a_stream())),
    };
    let request = match first.and_then(|value| Request::parse(&value)) {
        Ok(Some(request)) => request,
        Ok(None) => return Step::Nothing,
        Err(error) => return Step::Reply(Response::parse_error(&error)),
    };
    let id = request.id.clone();
    if SUBSCRIPTIONS.iter().any(|(name, _)| *name == request.method) {
        let answer = methods::arguments(&request, &SUBSCRIPTIONS)
            .and_then(|params| subscriptions.change(&request, &params));
        return Step::Reply(match answer {
            Ok(result) => Response::result(id, result),
            Err(failure) => response(failure, id),
        });
    }
    Step::Call(Box::pin(async move {
        match methods::carry_out(door, &request).await {
            Ok(result) => Response::result(id, result),
            Err(failure) => response(failure, id),
        }
    }))
}

/// What a websocket without subscriptions answers to `text`.
#[cfg(any(test, feature = "fuzz"))]
pub async fn told(door: &Arc<Door>, text: &str) -> Option<Vec<u8>> {
    let mut subscriptions = Subscriptions { door, items: Vec::new() };
    match step(door, &mut subscriptions, text) {
        Step::Reply(reply) => Some(reply.bytes()),
        Step::Call(call) => Some(call.await.bytes()),
        Step::Nothing => None,
    }
}

/// Serves a websocket until either side is done with it; it keeps the place of its connection.
pub async fn serve(door: Arc<Door>, mut socket: WebSocket, _place: Place) {
    let mut subscriptions = Subscriptions { door: &door, items: Vec::new() };
    let mut blocks = door.node.subscribe();
    let mut ping = tokio::time::interval_at(Instant::now() + PING_PERIOD, PING_PERIOD);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    let mut call: Option<Call<'_>> = None;
    loop {
        let mut out = Vec::new();
        tokio::select! {
            () = door.stop.cancelled() => {
                let reason = "subscription was canceled (reason: CometBFT exited)";
                out.extend(subscriptions.items.iter().map(|known| cancel(known, reason)));
                let _ = send(&mut socket, out).await;
                let _ = tokio::time::timeout(WRITE_WAIT, socket.send(Message::Close(None))).await;
                return;
            }
            reply = finish(&mut call) => {
                call = None;
                out.push(reply.bytes());
            }
            // Calls are answered one after the other, so the next is read when the last is done.
            message = socket.recv(), if call.is_none() => {
                heard = Instant::now();
                let text = match message {
                    Some(Ok(Message::Text(text))) => text.as_str().to_owned(),
                    Some(Ok(Message::Binary(bytes))) => String::from_utf8_lossy(&bytes).into_owned(),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    // What the client closes with is sent back when it is listened to once more.
                    Some(Ok(Message::Close(_))) => {
                        let _ = tokio::time::timeout(WRITE_WAIT, socket.recv()).await;
                        return;
                    }
                    Some(Err(error)) => {
                        let _ = tokio::time::timeout(WRITE_WAIT, socket.send(goodbye(&error))).await;
                        return;
                    }
                    None => return,
                };
                match step(&door, &mut subscriptions, &text) {
                    Step::Reply(reply) => out.push(reply.bytes()),
                    Step::Call(next) => call = Some(next),
                    Step::Nothing => {}
                }
            }
            block = blocks.recv() => match block {
                Ok(block) => out = push(&door, &subscriptions.items, &block),
                Err(RecvError::Lagged(_)) => {
                    let reason = "subscription was canceled (reason: client is not pulling messages fast enough)";
                    out.extend(subscriptions.items.iter().map(|known| cancel(known, reason)));
                    // There may have been none to end.
                    let _ = subscriptions.remove(|_| true);
                }
                Err(RecvError::Closed) => return,
            },
            _ = ping.tick() => {
                if tokio::time::timeout(WRITE_WAIT, socket.send(Message::Ping(Vec::new().into()))).await.is_err() {
                    return;
                }
            }
            () = tokio::time::sleep_until(heard + READ_WAIT), if call.is_none() => return,
        }
        if !send(&mut socket, out).await {
            return;
        }
    }
}

/// Why a connection ends whose client does not keep to the protocol.
fn goodbye(error: &axum::Error) -> Message {
    let too_large = error.to_string().contains("too long");
    let code = if too_large { close_code::SIZE } else { close_code::PROTOCOL };
    Message::Close(Some(CloseFrame { code, reason: "".into() }))
}

/// The answer of the running call; never, if there is none.
async fn finish(call: &mut Option<Call<'_>>) -> Response {
    match call {
        Some(call) => call.await,
        None => std::future::pending().await,
    }
}

async fn send(socket: &mut WebSocket, messages: Vec<Vec<u8>>) -> bool {
    for message in messages {
        let Ok(text) = String::from_utf8(message) else { return false };
        let written = tokio::time::timeout(WRITE_WAIT, socket.send(Message::Text(text.into()))).await;
        if !matches!(written, Ok(Ok(()))) {
            return false;
        }
    }
    true
}

fn cancel(subscription: &Subscription, reason: &str) -> Vec<u8> {
    Response::error(Some(subscription.id.clone()), Code::Server, reason).bytes()
}

/// What a block is to subscribers.
enum News<'a> {
    Block,
    Header,
    Events,
    Tx { index: u32, bytes: &'a [u8], hash: String, result: &'a TxResult },
}

impl News<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Block => "NewBlock",
            Self::Header => "NewBlockHeader",
            Self::Events => "NewBlockEvents",
            Self::Tx { .. } => "Tx",
        }
    }

    fn tag(&self) -> &'static str {
        match self {
            Self::Block => "tendermint/event/NewBlock",
            Self::Header => "tendermint/event/NewBlockHeader",
            Self::Events => "tendermint/event/NewBlockEvents",
            Self::Tx { .. } => "tendermint/event/Tx",
        }
    }

    fn value(&self, door: &Door, block: &Block) -> Result<Box<RawValue>, String> {
        #[derive(Serialize)]
        struct Header {
            header: shape::Header,
        }
        match self {
            Self::Block => raw(&shape::NewBlock::new(block, door.node.reader().max_block_gas())),
            Self::Header => raw(&Header { header: (&block.header).into() }),
            Self::Events => raw(&shape::NewBlockEvents::from(block)),
            Self::Tx { index, bytes, result, .. } => raw(&shape::TxEvent::new(block, *index, bytes, result)),
        }
    }
}

/// The facts that a subscription may ask about.
fn facts<'a>(news: &'a News<'a>, block: &'a Block, height: &'a str) -> Vec<Fact<'a>> {
    let events = match news {
        News::Header => &[][..],
        News::Block | News::Events => &block.events,
        News::Tx { result, .. } => &result.events,
    };
    let mut facts: Vec<Fact<'a>> =
        index::facts(events).filter(|fact| !fact.kind.is_empty() && !fact.name.is_empty()).collect();
    facts.push(Fact { kind: "tm", name: "event", value: news.name() });
    if let News::Tx { hash, .. } = news {
        facts.push(Fact { kind: "tx", name: "hash", value: hash });
        facts.push(Fact { kind: "tx", name: "height", value: height });
    }
    facts
}

/// What the subscribers of `subscriptions` are told of `block`.
fn push(door: &Door, subscriptions: &[Subscription], block: &Block) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    if subscriptions.is_empty() {
        return messages;
    }
    let height = block.height().to_string();
    let txs = (0..).zip(&block.txs).zip(&block.results).map(|((index, bytes), result)| News::Tx {
        index,
        bytes,
        hash: tx_hash(bytes),
        result,
    });
    for news in [News::Block, News::Header, News::Events].into_iter().chain(txs) {
        let facts = facts(&news, block, &height);
        let mut value = None;
        for known in subscriptions.iter().filter(|known| known.query.matches(&facts)) {
            if value.is_none() {
                value = news.value(door, block).ok();
            }
            let Some(value) = &value else { continue };
            let mut events: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for Fact { kind, name, value } in &facts {
                events.entry(format!("{kind}.{name}")).or_default().push(value);
            }
            let data = shape::PushedData { r#type: news.tag(), value };
            let pushed = shape::Pushed { query: &known.text, data, events };
            messages
                .extend(raw(&pushed).ok().map(|pushed| Response::result(known.id.clone(), pushed).bytes()));
        }
    }
    messages
}
