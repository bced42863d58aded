//! A faucet with the interface of `@cosmjs/faucet`: paths, bodies, refusals and their texts. It pays from an account of
//! its own by transactions like anybody's.
//!
//! One thing is taken more widely: a body whose type is `text/plain`, because that is what `fetch`, and so
//! `@cosmjs/faucet-client` 0.34, says of JSON.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any as any_method;
use axum::{Json, Router};
use k256::ecdsa::signature::Signer;
use k256::ecdsa::{Signature, SigningKey};
use prost::Message;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::chain::Reader;
use crate::coin::Coin;
use crate::door::connections::{self, Limits, Protocol};
use crate::error::{Result as ChainResult, sdk};
use crate::node::Node;
use crate::proto::cosmos::bank::v1beta1::MsgSend;
use crate::proto::cosmos::crypto::secp256k1;
use crate::proto::cosmos::tx::v1beta1::{AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxRaw, mode_info};
use crate::proto::{TxBody, any};
use crate::tx::PubKey;
use crate::{address, auth, bank};

/// What a credit is where nothing else is said, in base units: the default of CosmJS.
pub const CREDIT: u64 = 10_000_000;
/// Gas for one payment; one that begins an account needs about 100,000.
const GAS: u64 = 200_000;
/// The most bytes of a request's body.
const BODY_BYTES: usize = 64 * 1024;
/// How long a request may take to arrive.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
const LIMITS: Limits = Limits { protocol: Protocol::Http1, connections: 100, read_timeout: READ_TIMEOUT };
/// Addresses that are remembered for their cooldown; when there are more, those that may ask again are forgotten.
const REMEMBERED: usize = 10_000;

/// How a faucet pays.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whose coins it gives.
    pub key: SigningKey,
    /// What one credit is, for each denom. `None` for [`CREDIT`] of every denom that the account has.
    pub credits: Option<Vec<Coin>>,
    /// How long an address waits between two credits.
    pub cooldown: Duration,
    /// How long a payment may wait for its block.
    pub inclusion: Duration,
    /// The node's RPC address, for those who ask the status.
    pub node_url: String,
}

impl Options {
    /// A faucet of `key` for the node whose RPC is at `node_url`, with the cooldown of CosmJS.
    pub fn new(key: SigningKey, node_url: impl Into<String>) -> Self {
        Self {
            key,
            credits: None,
            cooldown: Duration::from_secs(20),
            inclusion: Duration::from_secs(10),
            node_url: node_url.into(),
        }
    }
}

/// Why there is no credit. The texts are those of `@cosmjs/faucet`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    NotPost,
    NotJson,
    TooLarge,
    Unreadable,
    NotAnObject,
    Ticker,
    NotAString(&'static str),
    Empty(&'static str),
    NotAnAddress,
    /// The address had a credit less than the cooldown ago.
    TooSoon(Duration),
    /// No such coin, or too little of it; what there is.
    NotAvailable(Vec<String>),
    /// The payment did not happen; the log says why.
    Failed,
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            // CosmJS answers 405 to an address that asks too often, where 429 would be expected.
            Self::NotPost | Self::TooSoon(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable
            | Self::NotAnObject
            | Self::Ticker
            | Self::NotAString(_)
            | Self::Empty(_)
            | Self::NotAnAddress => StatusCode::BAD_REQUEST,
            Self::NotAvailable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotPost => f.write_str("This endpoint requires a POST request"),
            Self::NotJson => f.write_str("Content-type application/json expected"),
            Self::TooLarge => write!(f, "A request has at most {BODY_BYTES} bytes."),
            Self::Unreadable => f.write_str("Request body must be JSON."),
            Self::NotAnObject => f.write_str("Request body must be a dictionary."),
            Self::Ticker => {
                f.write_str("The 'ticker' field was removed in CosmJS 0.23. Please use 'denom' instead.")
            }
            Self::NotAString(name) => write!(f, "Property '{name}' must be a string."),
            Self::Empty(name) => write!(f, "Property '{name}' must not be empty."),
            Self::NotAnAddress => f.write_str("Address is not in the expected format for this chain."),
            Self::TooSoon(cooldown) => write!(
                f,
                "Too many request for the same address. Blocked to prevent draining. Please wait {} seconds and \
                 try it again!",
                cooldown.as_secs_f64()
            ),
            Self::NotAvailable(denoms) => {
                write!(f, "Token is not available. Available tokens are: {}", denoms.join(","))
            }
            Self::Failed => f.write_str("Sending tokens failed"),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status(), self.to_string()).into_response()
    }
}

struct Faucet {
    node: Node,
    options: Options,
    account: Vec<u8>,
    /// When each address last had a credit.
    credited: Mutex<HashMap<Vec<u8>, Instant>>,
    /// One payment at a time takes a sequence and enters the mempool.
    turn: Mutex<()>,
}

/// Serves the faucet of `node` at `listener` until `stop`, then lets running requests end.
pub async fn serve(listener: TcpListener, node: Node, options: Options, stop: CancellationToken) {
    let faucet = Faucet {
        account: account(&options.key),
        node,
        options,
        credited: Mutex::default(),
        turn: Mutex::default(),
    };
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::mirror_request())
        .allow_methods([Method::GET, Method::HEAD, Method::POST])
        .allow_headers(AllowHeaders::mirror_request());
    let router = Router::new()
        .route("/", any_method(welcome))
        .route("/healthz", any_method(welcome))
        .route("/status", any_method(status))
        .route("/credit", any_method(credit))
        .layer(cors)
        .with_state(Arc::new(faucet));
    connections::serve(listener, router, LIMITS, stop).await;
}

/// The bytes of the address that `key` signs for.
pub fn account(key: &SigningKey) -> Vec<u8> {
    PubKey::Secp256k1(public(key)).address()
}

fn public(key: &SigningKey) -> Vec<u8> {
    key.verifying_key().to_encoded_point(true).as_bytes().to_vec()
}

async fn welcome() -> &'static str {
    "Welcome to the faucet!\n\nThe path /status tells what there is. POST {\"address\", \"denom\"} to /credit to get \
     some of it.\n"
}

async fn status(State(faucet): State<Arc<Faucet>>) -> Response {
    match faucet.status() {
        Ok(status) => Json(status).into_response(),
        Err(error) => {
            tracing::warn!(%error, "the faucet cannot read its account");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn credit(State(faucet): State<Arc<Faucet>>, request: Request) -> Result<&'static str, Refusal> {
    let (head, body) = request.into_parts();
    if head.method != Method::POST {
        return Err(Refusal::NotPost);
    }
    if !says_json(&head.headers) {
        return Err(Refusal::NotJson);
    }
    let reading = axum::body::to_bytes(Body::new(body), BODY_BYTES);
    let read = tokio::time::timeout(READ_TIMEOUT, reading).await;
    let bytes = read.map_err(|_| Refusal::Unreadable)?.map_err(|_| Refusal::TooLarge)?;
    let body: Value = serde_json::from_slice(&bytes).map_err(|_| Refusal::Unreadable)?;
    let Value::Object(body) = body else { return Err(Refusal::NotAnObject) };
    if body.contains_key("ticker") {
        return Err(Refusal::Ticker);
    }
    let text = |name| match body.get(name).and_then(Value::as_str) {
        None => Err(Refusal::NotAString(name)),
        Some("") => Err(Refusal::Empty(name)),
        Some(text) => Ok(text),
    };
    faucet.credit(text("address")?, text("denom")?).await?;
    Ok("ok")
}

fn says_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    ["application/json", "text/plain"].iter().any(|known| kind.eq_ignore_ascii_case(known))
}

impl Faucet {
    fn reader(&self) -> &Reader {
        self.node.reader()
    }

    fn balances(&self) -> ChainResult<Vec<Coin>> {
        bank::balances(&self.reader().context(), &self.account)
    }

    /// What a credit is, for each denom.
    fn credits(&self, balances: &[Coin]) -> Vec<Coin> {
        match &self.options.credits {
            Some(credits) => credits.clone(),
            None => balances.iter().map(|coin| Coin::new(&coin.denom, CREDIT)).collect(),
        }
    }

    /// The credits that there is enough for.
    fn available(&self, balances: &[Coin]) -> Vec<Coin> {
        let enough = |credit: &Coin| {
            balances.iter().any(|coin| coin.denom == credit.denom && coin.amount >= credit.amount)
        };
        self.credits(balances).into_iter().filter(enough).collect()
    }

    fn status(&self) -> ChainResult<Value> {
        let balances = self.balances()?;
        let denoms = |coins: Vec<Coin>| coins.into_iter().map(|coin| coin.denom).collect::<Vec<_>>();
        let balance: Vec<Value> = balances
            .iter()
            .map(|coin| json!({ "denom": coin.denom, "amount": coin.amount.to_string() }))
            .collect();
        let genesis = self.reader().genesis();
        Ok(json!({
            "status": "ok",
            "nodeUrl": self.options.node_url,
            "chainId": genesis.chain_id,
            "chainTokens": denoms(self.credits(&balances)),
            "availableTokens": denoms(self.available(&balances)),
            "holder": { "address": address::encode(&genesis.prefix, &self.account), "balance": balance },
            "distributors": [],
        }))
    }

    async fn credit(&self, to: &str, denom: &str) -> Result<(), Refusal> {
        let receiver =
            address::decode(&self.reader().genesis().prefix, to).map_err(|_| Refusal::NotAnAddress)?;
        let failed = |reason: String| {
            tracing::warn!(to, denom, reason, "the faucet could not pay");
            Refusal::Failed
        };
        let mut credited = self.credited.lock().await;
        let cooldown = self.options.cooldown;
        if credited.get(&receiver).is_some_and(|last| last.elapsed() < cooldown) {
            return Err(Refusal::TooSoon(cooldown));
        }
        let balances = self.balances().map_err(|error| failed(error.to_string()))?;
        let available = self.available(&balances);
        let Some(amount) = available.iter().find(|credit| credit.denom == denom) else {
            return Err(Refusal::NotAvailable(available.into_iter().map(|coin| coin.denom).collect()));
        };
        // Counted before it is paid, so that nobody asks twice meanwhile.
        if credited.len() >= REMEMBERED {
            credited.retain(|_, last| last.elapsed() < cooldown);
        }
        credited.insert(receiver, Instant::now());
        drop(credited);
        self.pay(to, amount).await.map_err(failed)?;
        tracing::info!(to, %amount, "the faucet paid");
        Ok(())
    }

    /// Pays `amount`, and returns when that is in a block.
    async fn pay(&self, to: &str, amount: &Coin) -> Result<(), String> {
        let mut blocks = self.node.subscribe();
        let sent = {
            let _turn = self.turn.lock().await;
            let tx = self.sign(to, amount).map_err(|error| error.to_string())?;
            self.node.broadcast(tx).await.map_err(|error| error.to_string())?
        };
        if !sent.check.is_ok() {
            return Err(sent.check.log);
        }
        let inclusion = async {
            loop {
                if let Some(included) = self.reader().tx(&sent.hash) {
                    return Ok(included);
                }
                // A listener that missed blocks finds the transaction all the same.
                if let Err(tokio::sync::broadcast::error::RecvError::Closed) = blocks.recv().await {
                    return Err("the node has stopped".to_owned());
                }
            }
        };
        let waited = tokio::time::timeout(self.options.inclusion, inclusion).await;
        let included = waited.map_err(|_| "it waits for a block".to_owned())??;
        match included.result() {
            Some(result) if result.is_ok() => Ok(()),
            result => Err(result.map(|result| result.log.clone()).unwrap_or_default()),
        }
    }

    /// A transaction that pays `amount`, behind those of the account that wait.
    fn sign(&self, to: &str, amount: &Coin) -> ChainResult<Vec<u8>> {
        let genesis = self.reader().genesis();
        let account = self.reader().checked_account(&self.account)?;
        let account = account.ok_or_else(|| sdk::UNKNOWN_ADDRESS.wrap("the faucet has no account"))?;
        let msg = MsgSend {
            from_address: address::encode(&genesis.prefix, &self.account),
            to_address: to.to_owned(),
            amount: vec![amount.to_proto()],
        };
        let body_bytes = TxBody { messages: vec![any(&msg)], ..TxBody::default() }.encode_to_vec();
        let prices = self.reader().gas_prices();
        let fee = prices.first().map(|price| auth::fee_at(price, GAS)).transpose()?;
        let amount = fee.filter(|fee| !fee.amount.is_zero()).map(|fee| fee.to_proto()).into_iter().collect();
        let signer = SignerInfo {
            public_key: Some(any(&secp256k1::PubKey { key: public(&self.options.key) })),
            mode_info: Some(ModeInfo { sum: Some(mode_info::Sum::Single(mode_info::Single { mode: 1 })) }),
            sequence: account.sequence(),
        };
        #[allow(deprecated)]
        let auth_info = AuthInfo {
            signer_infos: vec![signer],
            fee: Some(Fee { amount, gas_limit: GAS, ..Fee::default() }),
            tip: None,
        };
        let auth_info_bytes = auth_info.encode_to_vec();
        let document = SignDoc {
            body_bytes: body_bytes.clone(),
            auth_info_bytes: auth_info_bytes.clone(),
            chain_id: genesis.chain_id.clone(),
            account_number: account.number(),
        };
        let signature: Signature = self.options.key.sign(&document.encode_to_vec());
        let signatures = vec![signature.to_bytes().to_vec()];
        Ok(TxRaw { body_bytes, auth_info_bytes, signatures }.encode_to_vec())
    }
}
