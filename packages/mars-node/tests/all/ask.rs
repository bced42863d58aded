//! Requests that no client library would send, put just as they are, and what comes back.
//!
//! A request names its `door` (`rpc`, `rest` or `grpc`) and is one of
//! - `send`: bytes for a connection of its own, which is read until the other side ends it;
//! - `frames`: bytes for a websocket, to which a last call is added so that the end of the answers is known;
//! - `call`: a gRPC method, with the bytes of its message as `message`, or with a whole `body`, and `headers`.
//!
//! Bytes are a list of texts, `{"hex": "…"}` and `{"repeat": "…", "times": n}`.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use hyper::Request;
use hyper::body::Body as _;
use hyper_util::rt::{TokioExecutor, TokioIo};
use mars_node::proto::cosmos::tx::v1beta1::{
    TxDecodeAminoRequest, TxDecodeAminoResponse, TxEncodeAminoRequest, TxEncodeAminoResponse,
};
use prost::Message;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long an answer may take to come, and to end.
const PATIENCE: Duration = Duration::from_secs(20);
/// The call that ends the talk over a websocket.
const LAST: &str = r#"{"jsonrpc":"2.0","id":"last","method":"health"}"#;

/// What is asked: where each door is.
#[derive(Clone)]
pub struct Addresses {
    pub rpc: String,
    pub rest: String,
    pub grpc: String,
}

impl Addresses {
    async fn connect(&self, request: &Value) -> TcpStream {
        let address = match request["door"].as_str() {
            Some("rpc") => &self.rpc,
            Some("rest") => &self.rest,
            Some("grpc") => &self.grpc,
            other => panic!("there is no door {other:?}"),
        };
        TcpStream::connect(address).await.unwrap()
    }

    /// What `request` is answered.
    pub async fn ask(&self, request: &Value) -> Value {
        let stream = self.connect(request).await;
        let answer = async {
            if request.get("send").is_some() {
                send(stream, bytes(&request["send"])).await
            } else if request.get("frames").is_some() {
                talk(stream, bytes(&request["frames"])).await
            } else {
                call(stream, request).await
            }
        };
        tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| json!({ "nothing for": "20 s" }))
    }

    /// What becomes of a transaction in amino, which a case gives as JSON to `encode` or in hexadecimal to `decode`. What
    /// was encoded is decoded again. The case with the answers in it.
    pub async fn ask_amino(&self, case: &Value) -> Value {
        let mut answered = json!({ "name": case["name"] });
        let binary = match case["encode"].as_str() {
            Some(amino_json) => {
                answered["encode"] = case["encode"].clone();
                let request = TxEncodeAminoRequest { amino_json: amino_json.to_owned() };
                match self.ask_amino_method::<TxEncodeAminoResponse>("TxEncodeAmino", &request).await {
                    Ok(response) => {
                        answered["encoded"] = json!(hex::encode(&response.amino_binary));
                        response.amino_binary
                    }
                    Err(refusal) => {
                        answered["refused"] = refusal;
                        return answered;
                    }
                }
            }
            None => {
                answered["decode"] = case["decode"].clone();
                hex::decode(case["decode"].as_str().unwrap()).unwrap()
            }
        };
        let request = TxDecodeAminoRequest { amino_binary: binary };
        match self.ask_amino_method::<TxDecodeAminoResponse>("TxDecodeAmino", &request).await {
            Ok(response) => answered["decoded"] = json!(response.amino_json),
            Err(refusal) => answered["refused"] = refusal,
        }
        answered
    }

    async fn ask_amino_method<A: Message + Default>(
        &self,
        method: &str,
        request: &impl Message,
    ) -> Result<A, Value> {
        let path = format!("/cosmos.tx.v1beta1.Service/{method}");
        let message = json!([{ "hex": hex::encode(request.encode_to_vec()) }]);
        let answer = self.ask(&json!({ "door": "grpc", "call": path, "message": message })).await;
        if answer["status"] != 0 {
            return Err(json!({ "status": answer["status"], "message": answer["message"] }));
        }
        let framed = hex::decode(answer["body"].as_str().unwrap()).unwrap();
        Ok(A::decode(&framed[5..]).unwrap())
    }
}

/// The bytes that a list of parts stands for.
fn bytes(parts: &Value) -> Vec<u8> {
    let part = |part: &Value| match part {
        Value::String(text) => text.clone().into_bytes(),
        part if part["hex"].is_string() => hex::decode(part["hex"].as_str().unwrap()).unwrap(),
        part => {
            let times = usize::try_from(part["times"].as_u64().unwrap()).unwrap();
            part["repeat"].as_str().unwrap().repeat(times).into_bytes()
        }
    };
    parts.as_array().unwrap().iter().flat_map(part).collect()
}

/// Writes `bytes` while reading, as a server need not wait for the end of what it refuses.
async fn exchange(stream: TcpStream, bytes: Vec<u8>) -> Vec<u8> {
    let (mut read, mut write) = stream.into_split();
    let writing = tokio::spawn(async move {
        // Who is hung up on has said enough.
        let _ = write.write_all(&bytes).await;
        write
    });
    let mut answer = Vec::new();
    // A connection that is reset has ended too.
    let _ = read.read_to_end(&mut answer).await;
    writing.abort();
    answer
}

/// JSON, or whatever else the text is.
fn value(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap_or_else(|_| json!(String::from_utf8_lossy(text)))
}

async fn send(stream: TcpStream, bytes: Vec<u8>) -> Value {
    let http = exchange(stream, bytes).await;
    let Some(end) = http.windows(4).position(|four| four == b"\r\n\r\n") else {
        return json!({ "closed": true });
    };
    let (head, body) = (String::from_utf8_lossy(&http[..end]).into_owned(), &http[end + 4..]);
    let status: u16 = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let kind = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    json!({ "status": status, "type": kind.map(|(_, value)| value), "body": value(body) })
}

/// A frame of a websocket as a client sends it. Its mask is zero, so that what it carries stands there as it is.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = match payload.len() {
        short @ 0..126 => vec![0x80 | u8::try_from(short).unwrap()],
        middle @ 126..0x1_0000 => {
            [vec![0x80 | 126], u16::try_from(middle).unwrap().to_be_bytes().to_vec()].concat()
        }
        long => [vec![0x80 | 127], u64::try_from(long).unwrap().to_be_bytes().to_vec()].concat(),
    };
    [vec![first], length, vec![0; 4], payload.to_vec()].concat()
}

async fn talk(mut stream: TcpStream, frames: Vec<u8>) -> Value {
    let upgrade = "GET /websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    stream.write_all(upgrade.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
    let (mut read, mut write) = stream.into_split();
    let writing = tokio::spawn(async move {
        // As above.
        let _ = write.write_all(&[frames, frame(0x81, LAST.as_bytes())].concat()).await;
        write
    });
    let (mut messages, mut close) = (Vec::new(), Value::Null);
    // Servers say little at a time, in one frame each.
    while let Some((first, payload)) = next_frame(&mut read).await {
        match first & 0xf {
            1 => {
                let message = value(&payload);
                if message["id"] == "last" {
                    break;
                }
                messages.push(message);
            }
            8 => {
                let code = payload.get(..2).map(|code| u16::from_be_bytes([code[0], code[1]]));
                close = json!({ "code": code });
                break;
            }
            _ => {}
        }
    }
    writing.abort();
    json!({ "messages": messages, "close": close })
}

async fn next_frame(read: &mut (impl AsyncReadExt + Unpin)) -> Option<(u8, Vec<u8>)> {
    let first = read.read_u8().await.ok()?;
    let length = match read.read_u8().await.ok()? {
        126 => read.read_u16().await.ok()?.into(),
        127 => read.read_u64().await.ok()?,
        short => short.into(),
    };
    let mut payload = vec![0; usize::try_from(length).unwrap()];
    read.read_exact(&mut payload).await.ok()?;
    Some((first, payload))
}

async fn call(stream: TcpStream, request: &Value) -> Value {
    let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let path = request["call"].as_str().unwrap();
    let mut asked = Request::builder()
        .method(request["method"].as_str().unwrap_or("POST"))
        .uri(format!("http://localhost{path}"));
    let own = request["headers"].as_object();
    for (name, value) in [("content-type", "application/grpc"), ("te", "trailers")] {
        if own.is_none_or(|own| !own.contains_key(name)) {
            asked = asked.header(name, value);
        }
    }
    for (name, value) in own.into_iter().flatten() {
        if let Some(value) = value.as_str() {
            asked = asked.header(name, value);
        }
    }
    let body = match request.get("message") {
        Some(message) => {
            let message = bytes(message);
            [vec![0], u32::try_from(message.len()).unwrap().to_be_bytes().to_vec(), message].concat()
        }
        None => bytes(&request["body"]),
    };
    let answered = sender.send_request(asked.body(Body::from(body)).unwrap()).await;
    let answer = match answered {
        Ok(response) => read_call(response).await,
        Err(error) => json!({ "refused": error.to_string() }),
    };
    connection.abort();
    answer
}

async fn read_call(response: hyper::Response<hyper::body::Incoming>) -> Value {
    let (head, mut body) = response.into_parts();
    let (mut read, mut trailers) = (Vec::new(), head.headers.clone());
    while let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        match frame.into_data() {
            Ok(data) => read.extend(data),
            Err(frame) => trailers.extend(frame.into_trailers().unwrap_or_default()),
        }
    }
    let text =
        |name: &str| trailers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    // The words are percent-encoded, each server after its own taste.
    let words = text("grpc-message")
        .map(|words| percent_encoding::percent_decode_str(&words).decode_utf8_lossy().into_owned());
    let status: Option<i32> = text("grpc-status").map(|status| status.parse().unwrap());
    json!({
        "http": head.status.as_u16(), "type": text("content-type"), "status": status, "message": words,
        "body": hex::encode(read),
    })
}
