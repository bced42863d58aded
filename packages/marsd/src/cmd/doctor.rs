use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mars_client::Kind;
use mars_client::chain::{Chain, Status};
use mars_client::network::{Api, Network};
use mars_types::InvariantsResponse;
use mars_types::oracle::{self, PricesResponse};
use mars_types::treasury::{self, AssetsResponse};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::cmd::Outcome;
use crate::cmd::query::ask;
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, list};

/// The protocol, by its names in the network file.
const CONTRACTS: [&str; 8] =
    ["usdm", "xms", "oracle", "treasury", "swap", "staking", "collector", "governance"];
/// CosmJS reads blocks right only from these versions.
const COMETBFT: &str = "0.38.";
/// A clock that is further off makes deadlines useless.
const GREATEST_DRIFT: u64 = 30;
/// A local chain makes a block in half a second; a public one in some seconds.
const NEXT_BLOCK: Duration = Duration::from_secs(15);
/// A chain that goes by the clock passes the step of waiting for transactions in no time.
const WAITING: Duration = Duration::from_secs(1);
const PROBE: Duration = Duration::from_secs(5);

struct Check {
    name: String,
    /// What was found, or what is wrong.
    found: Result<String, String>,
}

/// Collects checks; a later one may be left out when what it needs is missing.
#[derive(Default)]
struct Examination {
    checks: Vec<Check>,
}

/// Looks at everything that has to work together and says what does not.
pub async fn run(context: &Context) -> Outcome {
    let mut exam = Examination::default();
    let network = exam.add(
        "network file",
        context
            .network()
            .map(|network| (network, format!("{} ({})", context.network_path().display(), network.chain_id))),
    );
    let chain = context.chain()?;
    let status = exam.add(
        "RPC",
        chain.status().await.map_err(Failure::from).map(|status| {
            let text = format!("{} answers", chain.node());
            (status, text)
        }),
    );
    if let Some(status) = &status {
        exam.node(context, &chain, status).await;
    }
    exam.say("CORS of RPC", cors(chain.node(), "/status").await);
    if let Some(network) = network {
        exam.doors(network).await;
        if status.is_some() {
            exam.fees(&chain, network).await;
            exam.contracts(&chain, network).await;
            exam.prices(context, &chain).await;
            exam.books(context, &chain).await;
        }
    }
    exam.outcome()
}

impl Examination {
    fn say(&mut self, name: impl Into<String>, found: Result<String, String>) {
        self.checks.push(Check { name: name.into(), found });
    }

    /// Notes a check, and hands on what it brought.
    fn add<T>(&mut self, name: &str, found: Result<(T, String), Failure>) -> Option<T> {
        match found {
            Ok((value, text)) => {
                self.say(name, Ok(text));
                Some(value)
            }
            Err(failure) => {
                self.say(name, Err(failure.message()));
                None
            }
        }
    }

    async fn node(&mut self, context: &Context, chain: &Chain, status: &Status) {
        self.say(
            "chain id",
            match context.chain_id() {
                Some(meant) if meant != status.chain_id => {
                    Err(format!("the node runs {}, not {meant}", status.chain_id))
                }
                _ => Ok(status.chain_id.clone()),
            },
        );
        self.say(
            "CometBFT",
            if status.version.starts_with(COMETBFT) {
                Ok(status.version.clone())
            } else {
                Err(format!("{} is not {COMETBFT}x, the version that clients know", status.version))
            },
        );
        self.say(
            "in sync",
            if status.catching_up {
                Err(format!("the node is still catching up, at height {}", status.height))
            } else {
                Ok(format!("height {}", status.height))
            },
        );
        let next = next_block(chain, status.height).await;
        // A chain that waits for transactions may have made its last block long ago.
        let clock = match &next {
            Ok(Next::Waits) => Ok("not compared: the chain waits for transactions".into()),
            _ => drift(status.block_time),
        };
        self.say("new blocks", next.map(|next| next.to_string()));
        self.say("clock", clock);
    }

    /// The other two servers of a node, and whether pages from elsewhere may ask them.
    async fn doors(&mut self, network: &Network) {
        let address = |apis: &[Api]| apis.first().map(|api| api.address.clone());
        match address(&network.apis.rest) {
            Some(rest) => {
                let path = "/cosmos/base/tendermint/v1beta1/node_info";
                self.say(
                    "REST",
                    match is_tls(&rest) {
                        true => Ok(not_probed(&rest)),
                        false => http(&rest, path).await.and_then(|answer| answer.ok(&rest)),
                    },
                );
                self.say("CORS of REST", cors(&rest, path).await);
            }
            None => self.say("REST", Err("the network file has no apis.rest".into())),
        }
        match address(&network.apis.grpc) {
            Some(grpc) if is_tls(&grpc) => self.say("gRPC", Ok(not_probed(&grpc))),
            Some(grpc) => {
                self.say("gRPC", connect(&grpc).await.map(|_| format!("{grpc} accepts connections")))
            }
            None => self.say("gRPC", Err("the network file has no apis.grpc".into())),
        }
    }

    async fn fees(&mut self, chain: &Chain, network: &Network) {
        let Some(token) = network.fees.fee_tokens.first() else {
            self.say("fee coin", Err("the network file has no fees.fee_tokens".into()));
            return;
        };
        let supply = chain.supply().await.map_err(|e| e.to_string());
        self.say(
            "fee coin",
            supply.and_then(|coins| {
                let price = token.gas_price().map_err(|e| e.to_string())?;
                match coins.iter().any(|coin| coin.denom == token.denom) {
                    true => Ok(format!("{} {} a unit of gas", price.amount, token.denom)),
                    false => Err(format!("the chain has no {}", token.denom)),
                }
            }),
        );
    }

    async fn contracts(&mut self, chain: &Chain, network: &Network) {
        for name in CONTRACTS {
            let found = match network.contract(name) {
                Err(e) => Err(e.to_string()),
                Ok(contract) => match chain.contract_info(&contract.address).await {
                    Ok(info) if info.code_id == contract.code_id => Ok(contract.address.clone()),
                    Ok(info) => Err(format!(
                        "{} is of code {}, the network file says {}",
                        contract.address, info.code_id, contract.code_id
                    )),
                    Err(e) if e.kind() == Kind::NotFound => {
                        Err(format!("there is no contract at {}", contract.address))
                    }
                    Err(e) => Err(e.to_string()),
                },
            };
            self.say(format!("contract {name}"), found);
        }
    }

    /// Every asset that the treasury takes, and XMS, has a price.
    async fn prices(&mut self, context: &Context, chain: &Chain) {
        match prices(context, chain).await {
            Err(failure) => self.say("prices", Err(failure.message())),
            Ok(answer) => {
                for entry in answer.prices {
                    let found = match (entry.price, entry.refusal) {
                        (Some(price), _) => Ok(format!("{} USD, {} s old", price.median, price.age)),
                        (None, Some(refusal)) => Err(refusal.to_string()),
                        (None, None) => Err("no answer".into()),
                    };
                    self.say(format!("price of {}", context.symbol(&entry.asset)), found);
                }
            }
        }
    }

    async fn books(&mut self, context: &Context, chain: &Chain) {
        // Every contract of the protocol answers this question alike.
        let question = json!({"invariants": {}});
        for name in CONTRACTS {
            let answer = ask(context, chain, name, &question).await;
            let found =
                answer.map_err(|failure: Failure| failure.message()).and_then(|laws: InvariantsResponse| {
                    let broken: Vec<&str> = laws
                        .invariants
                        .iter()
                        .filter(|law| !law.holds)
                        .map(|law| law.name.as_str())
                        .collect();
                    match broken.is_empty() {
                        true => Ok(format!("{} invariants hold", laws.invariants.len())),
                        false => Err(format!("broken: {}", broken.join(", "))),
                    }
                });
            self.say(format!("books of {name}"), found);
        }
    }

    fn outcome(self) -> Outcome {
        let found = self.checks.iter().filter(|check| check.found.is_err()).count();
        let json = self.checks.iter().map(|check| {
            let (ok, text) = match &check.found {
                Ok(text) => (true, text),
                Err(text) => (false, text),
            };
            json!({"check": check.name, "ok": ok, "found": text})
        });
        let json = json!({"problems": found, "checks": json.collect::<Vec<_>>()});
        let rows = self.checks.iter().map(|check| match &check.found {
            Ok(text) => ["ok".into(), check.name.clone(), text.clone()],
            Err(text) => ["PROBLEM".into(), check.name.clone(), text.clone()],
        });
        let shown = Shown::new(json, list(&["", "check", "found"], rows));
        if found == 0 { Ok(shown) } else { Err(Failure::Problems { found, shown: Box::new(shown) }) }
    }
}

/// What came after the newest block.
enum Next {
    Block {
        height: u64,
        after: Duration,
    },
    /// Nothing, because the chain makes blocks for transactions only, or when it is told to.
    Waits,
}

impl fmt::Display for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block { height, after } => write!(f, "height {height} after {} ms", after.as_millis()),
            Self::Waits => f.write_str("none, and none is due: the chain waits for transactions"),
        }
    }
}

async fn next_block(chain: &Chain, height: u64) -> Result<Next, String> {
    let begin = tokio::time::Instant::now();
    while begin.elapsed() < NEXT_BLOCK {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = chain.status().await.map_err(|e| e.to_string())?.height;
        if now > height {
            return Ok(Next::Block { height: now, after: begin.elapsed() });
        }
        // A node that does not tell is taken for one that goes by the clock.
        if begin.elapsed() > WAITING && chain.waits_for_txs().await.unwrap_or(false) {
            return Ok(Next::Waits);
        }
    }
    Err(format!("none within {} s after height {height}", NEXT_BLOCK.as_secs()))
}

fn drift(block_time: u64) -> Result<String, String> {
    let here = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|e| e.to_string())?.as_secs();
    let drift = here.abs_diff(block_time);
    if drift > GREATEST_DRIFT {
        return Err(format!(
            "this machine and the last block differ by {drift} s, the limit is {GREATEST_DRIFT} s"
        ));
    }
    Ok(format!("{drift} s from the last block"))
}

async fn prices(context: &Context, chain: &Chain) -> Result<PricesResponse, Failure> {
    let held: AssetsResponse = ask(context, chain, "treasury", &treasury::QueryMsg::Assets {}).await?;
    let listed = held.assets.into_iter().filter(|entry| entry.listed).map(|entry| entry.asset.into());
    let xms = mars_types::AssetUnchecked::cw20(&context.network()?.contract("xms")?.address);
    let mut assets: Vec<mars_types::AssetUnchecked> = listed.collect();
    if !assets.contains(&xms) {
        assets.push(xms);
    }
    ask(context, chain, "oracle", &oracle::QueryMsg::Prices { assets, market: None }).await
}

/// The head of an HTTP answer.
struct Answer {
    status: String,
    allowed_origin: Option<String>,
}

impl Answer {
    fn ok(self, address: &str) -> Result<String, String> {
        match self.status.contains(" 200 ") {
            true => Ok(format!("{address} answers")),
            false => Err(format!("{address} answers {}", self.status)),
        }
    }
}

/// Whether pages of any origin may read answers of this server.
async fn cors(address: &str, path: &str) -> Result<String, String> {
    if is_tls(address) {
        return Ok(not_probed(address));
    }
    match http(address, path).await?.allowed_origin {
        Some(origin) => Ok(format!("open to {origin}")),
        None => Err(format!("{address} sends no Access-Control-Allow-Origin: no web page can use it")),
    }
}

/// Servers with TLS are not probed: theirs is not a port of this machine.
fn is_tls(address: &str) -> bool {
    address.starts_with("https://")
}

fn not_probed(address: &str) -> String {
    format!("{address} is not probed: it speaks TLS")
}

/// One GET with an Origin, as a browser sends it.
async fn http(address: &str, path: &str) -> Result<Answer, String> {
    let host = host(address)?;
    let exchange = async {
        let mut stream = connect(address).await?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://localhost:5173\r\nConnection: close\r\n\r\n"
        );
        let lost = |e: std::io::Error| format!("{address}: {e}");
        stream.write_all(request.as_bytes()).await.map_err(lost)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.map_err(lost)?;
        Ok::<_, String>(String::from_utf8_lossy(&answer).into_owned())
    };
    let text: String = match timeout(PROBE, exchange).await {
        Ok(text) => text?,
        Err(_) => return Err(format!("{address} does not answer within {} s", PROBE.as_secs())),
    };
    let mut lines = text.lines();
    let status = lines.next().unwrap_or_default().to_string();
    let header = lines.take_while(|line| !line.is_empty()).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("access-control-allow-origin").then(|| value.trim().to_string())
    });
    Ok(Answer { status, allowed_origin: header })
}

async fn connect(address: &str) -> Result<TcpStream, String> {
    let host = host(address)?;
    match timeout(PROBE, TcpStream::connect(host)).await {
        Ok(stream) => stream.map_err(|e| format!("{address}: {e}")),
        Err(_) => Err(format!("{address} does not answer within {} s", PROBE.as_secs())),
    }
}

/// `HOST:PORT` of an address.
fn host(address: &str) -> Result<&str, String> {
    let bare = ["http://", "tcp://"].iter().find_map(|scheme| address.strip_prefix(scheme));
    let host = bare.unwrap_or(address).split('/').next().unwrap_or_default();
    if host.contains(':') { Ok(host) } else { Err(format!("{address} names no port")) }
}
