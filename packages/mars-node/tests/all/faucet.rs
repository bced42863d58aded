//! The faucet: what it gives, to whom, how often, and what it says to everything else.

use std::time::Duration;

use k256::ecdsa::SigningKey;
use mars_node::faucet::{self, Options};
use mars_node::{
    Chain, ClockSource, Coin, Genesis, Memory, Mining, Node, Retention, Settings, address, bank,
};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

struct Open {
    url: String,
    node: Node,
    stop: CancellationToken,
    _code: tempfile::TempDir,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.stop.cancel();
        self.node.stop();
    }
}

fn key() -> SigningKey {
    SigningKey::from_slice(&[3; 32]).unwrap()
}

fn user(byte: u8) -> String {
    address::encode("mars", &[byte; 20])
}

/// A faucet that owns 25,000,000 umars for credits and fees and 10,000,000 uusdc.
async fn open(mining: Mining, change: impl FnOnce(&mut Options)) -> Open {
    let holder = address::encode("mars", &faucet::account(&key()));
    let mut genesis =
        Genesis::new("test-1", "mars", "umars").with_account(holder, "25000000umars,10000000uusdc");
    genesis.min_gas_prices = "0.025umars".to_owned();
    let code = tempfile::tempdir().unwrap();
    let chain = Chain::new(genesis, code.path(), Box::new(Memory), Retention::default()).unwrap();
    let clock = ClockSource::Steps(Duration::from_secs(1));
    let node = Node::start(chain, Settings { mining, clock, ..Settings::default() }).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let mut options = Options::new(key(), "http://node:26657");
    change(&mut options);
    tokio::spawn(faucet::serve(listener, node.clone(), options, stop.clone()));
    Open { url, node, stop, _code: code }
}

impl Open {
    async fn send(&self, method: Method, path: &str, kind: &str, body: String) -> Response {
        let request = reqwest::Client::new().request(method, format!("{}{path}", self.url));
        request.header("content-type", kind).header("origin", "http://page").body(body).send().await.unwrap()
    }

    async fn post(&self, body: Value) -> (u16, String) {
        let response = self.send(Method::POST, "/credit", "application/json", body.to_string()).await;
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn credit(&self, to: &str, denom: &str) -> (u16, String) {
        self.post(json!({ "address": to, "denom": denom })).await
    }

    async fn status(&self) -> Value {
        let response = reqwest::get(format!("{}/status", self.url)).await.unwrap();
        serde_json::from_str(&response.text().await.unwrap()).unwrap()
    }

    fn balance(&self, of: &str, denom: &str) -> String {
        let bytes = address::decode("mars", of).unwrap();
        bank::balance(&self.node.reader().context(), &bytes, denom).unwrap().to_string()
    }
}

fn ok() -> (u16, String) {
    (200, "ok".to_owned())
}

#[tokio::test]
async fn it_pays_by_a_transaction_with_a_fee() {
    let faucet = open(Mining::Auto, |_| ()).await;
    assert_eq!(faucet.credit(&user(1), "umars").await, ok());
    assert_eq!(faucet.balance(&user(1), "umars"), "10000000");
    let block = faucet.node.reader().block(0).unwrap();
    assert_eq!((block.txs.len(), block.results[0].code), (1, 0));
    // 200,000 gas at 0.025.
    let holder = address::encode("mars", &faucet::account(&key()));
    assert_eq!(faucet.balance(&holder, "umars"), "14995000");
}

#[tokio::test]
async fn its_status_is_that_of_cosmjs() {
    let faucet = open(Mining::Auto, |_| ()).await;
    let holder = address::encode("mars", &faucet::account(&key()));
    let expected = |umars: &str, uusdc: Option<&str>, available: Value| {
        let mut balance = vec![json!({ "denom": "umars", "amount": umars })];
        balance.extend(uusdc.map(|amount| json!({ "denom": "uusdc", "amount": amount })));
        let tokens: Vec<_> = balance.iter().map(|coin| coin["denom"].clone()).collect();
        json!({
            "status": "ok", "nodeUrl": "http://node:26657", "chainId": "test-1", "chainTokens": tokens,
            "availableTokens": available, "distributors": [],
            "holder": { "address": holder, "balance": balance },
        })
    };
    assert_eq!(faucet.status().await, expected("25000000", Some("10000000"), json!(["umars", "uusdc"])));
    assert_eq!(faucet.credit(&user(1), "uusdc").await, ok());
    assert_eq!(faucet.status().await, expected("24995000", None, json!(["umars"])));
    for path in ["/", "/healthz"] {
        let response = reqwest::get(format!("{}{path}", faucet.url)).await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(response.text().await.unwrap().starts_with("Welcome to the faucet!\n"));
    }
    assert_eq!(reqwest::get(format!("{}/other", faucet.url)).await.unwrap().status(), 404);
}

#[tokio::test]
async fn an_address_waits_and_another_does_not() {
    let faucet = open(Mining::Auto, |options| options.credits = Some(vec![Coin::new("umars", 7_u64)])).await;
    assert_eq!(faucet.credit(&user(1), "umars").await, ok());
    let text = "Too many request for the same address. Blocked to prevent draining. Please wait 20 seconds and try \
                it again!";
    assert_eq!(faucet.credit(&user(1), "umars").await, (405, text.to_owned()));
    // Upper case is the same address.
    assert_eq!(faucet.credit(&user(1).to_uppercase(), "umars").await, (405, text.to_owned()));
    assert_eq!(faucet.credit(&user(2), "umars").await, ok());
    assert_eq!(
        (faucet.balance(&user(1), "umars"), faucet.balance(&user(2), "umars")),
        ("7".into(), "7".into())
    );

    let patient = open(Mining::Auto, |options| options.cooldown = Duration::ZERO).await;
    assert_eq!(patient.credit(&user(1), "umars").await, ok());
    assert_eq!(patient.credit(&user(1), "umars").await, ok());
    assert_eq!(patient.balance(&user(1), "umars"), "20000000");
    // 4,990,000 are left, less than a credit.
    let empty = "Token is not available. Available tokens are: uusdc".to_owned();
    assert_eq!(patient.credit(&user(1), "umars").await, (422, empty));
}

#[tokio::test]
async fn every_refusal_has_the_text_of_cosmjs() {
    let faucet = open(Mining::Auto, |_| ()).await;
    let somebody = user(1);
    let bad = |text: &str| (400, text.to_owned());
    let address = "Address is not in the expected format for this chain.";
    for (body, refusal) in [
        (json!([]), bad("Request body must be a dictionary.")),
        (json!("text"), bad("Request body must be a dictionary.")),
        (
            json!({ "ticker": "MARS", "address": somebody }),
            bad("The 'ticker' field was removed in CosmJS 0.23. Please use 'denom' instead."),
        ),
        (json!({ "denom": "umars" }), bad("Property 'address' must be a string.")),
        (json!({ "denom": "umars", "address": 1 }), bad("Property 'address' must be a string.")),
        (json!({ "denom": "umars", "address": "" }), bad("Property 'address' must not be empty.")),
        (json!({ "address": somebody }), bad("Property 'denom' must be a string.")),
        (json!({ "address": somebody, "denom": "" }), bad("Property 'denom' must not be empty.")),
        (json!({ "address": "mars1nonsense", "denom": "umars" }), bad(address)),
        (json!({ "address": address::encode("cosmos", &[1; 20]), "denom": "umars" }), bad(address)),
        (
            json!({ "address": somebody, "denom": "ugold" }),
            (422, "Token is not available. Available tokens are: umars,uusdc".to_owned()),
        ),
    ] {
        assert_eq!(faucet.post(body.clone()).await, refusal, "{body}");
    }
    let body = json!({ "address": somebody, "denom": "umars" }).to_string();
    let told = async |method, kind: &str, body: String| {
        let response = faucet.send(method, "/credit", kind, body).await;
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let json = "application/json";
    assert_eq!(
        told(Method::GET, json, String::new()).await,
        (405, "This endpoint requires a POST request".into())
    );
    let kind = (415, "Content-type application/json expected".into());
    assert_eq!(told(Method::POST, "application/xml", body.clone()).await, kind);
    assert_eq!(told(Method::POST, json, "{".into()).await, (400, "Request body must be JSON.".into()));
    let large = "x".repeat(70_000);
    assert_eq!(told(Method::POST, json, large).await, (413, "A request has at most 65536 bytes.".into()));
    // None of it cost anything or counts against the address.
    assert_eq!(faucet.node.reader().height(), 1);
    // What `fetch` says of a text.
    assert_eq!(told(Method::POST, "text/plain;charset=UTF-8", body).await, ok());
}

#[tokio::test]
async fn pages_of_any_origin_may_ask() {
    let faucet = open(Mining::Auto, |_| ()).await;
    let response = faucet.send(Method::POST, "/credit", "application/xml", String::new()).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["access-control-allow-origin"]),
        (415, &"http://page".parse().unwrap())
    );
    let preflight = reqwest::Client::new()
        .request(Method::OPTIONS, format!("{}/credit", faucet.url))
        .header("origin", "http://page")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.status(), 200);
    assert_eq!(preflight.headers()["access-control-allow-headers"], "content-type");
}

#[tokio::test]
async fn many_are_paid_in_one_block() {
    let faucet = open(Mining::Interval(Duration::from_millis(200)), |options| {
        options.credits = Some(vec![Coin::new("umars", 1_u64)]);
    })
    .await;
    let users: Vec<String> = (1..=10).map(user).collect();
    let credits = users.iter().map(|user| faucet.credit(user, "umars"));
    let answers = futures_util::future::join_all(credits).await;
    assert!(answers.iter().all(|answer| *answer == ok()), "{answers:?}");
    assert!(users.iter().all(|user| faucet.balance(user, "umars") == "1"));
}

#[tokio::test]
async fn a_payment_that_finds_no_block_failed() {
    let faucet = open(Mining::Manual, |options| options.inclusion = Duration::from_millis(50)).await;
    let failed = (500, "Sending tokens failed".to_owned());
    assert_eq!(faucet.credit(&user(1), "umars").await, failed);
    // It still waits, and the next one stands behind it.
    assert_eq!(faucet.credit(&user(2), "umars").await, failed);
    faucet.node.mine(1, None).await.unwrap();
    assert_eq!(
        (faucet.balance(&user(1), "umars"), faucet.balance(&user(2), "umars")),
        ("10000000".into(), "10000000".into())
    );
}
