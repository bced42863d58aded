//! JSON-RPC over connections that stay open. It does as little as it can, because it shares the machine with the chain.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde::Deserialize;
use serde_json::{Value, json};

pub struct Connection(TcpStream);

/// A call in JSON.
pub fn call(method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string()
}

#[derive(Deserialize)]
struct Answer {
    result: Option<Sent>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Sent {
    code: u32,
}

/// How many transactions of a batch the mempool took, which are the first ones: who comes when it is full is refused, and so is
/// whoever follows with a higher sequence.
pub fn taken(answer: &str) -> usize {
    // A single answer comes without brackets.
    let list = if answer.starts_with('[') { answer.to_owned() } else { format!("[{answer}]") };
    let answers: Vec<Answer> = serde_json::from_str(&list).unwrap();
    let is_taken = |answer: &&Answer| answer.result.as_ref().is_some_and(|sent| sent.code == 0);
    let taken = answers.iter().take_while(is_taken).count();
    if let Some(refused) = answers.get(taken) {
        let reason = refused.error.as_ref().map(Value::to_string).unwrap_or_default();
        assert!(reason.contains("mempool is full"), "{answer}");
    }
    taken
}

impl Connection {
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// Posts `body`, a call or a batch of them, and waits for what is answered.
    pub fn ask(&mut self, body: &str) -> String {
        let head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length:";
        self.0.write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
        let mut answer = Vec::with_capacity(1_024);
        let mut part = [0; 16_384];
        loop {
            let length = self.0.read(&mut part).unwrap();
            assert!(length > 0, "the connection was closed: {}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&part[..length]);
            if let Some(body) = whole(&answer) {
                return body;
            }
        }
    }

    /// The result of a method.
    pub fn call(&mut self, method: &str, params: &Value) -> Value {
        let answer: Value = serde_json::from_str(&self.ask(&call(method, params))).unwrap();
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].clone()
    }
}

/// The body of an answer, once all of it is there.
fn whole(answer: &[u8]) -> Option<String> {
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let headers = std::str::from_utf8(&answer[..head]).unwrap().to_ascii_lowercase();
    let length = headers.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.unwrap_or_else(|| panic!("no length: {headers}")).trim().parse().unwrap();
    let body = answer.get(head..head + length)?;
    Some(String::from_utf8(body.to_vec()).unwrap())
}
