//! Reading a chain and handing it transactions, all over the one port of CometBFT's RPC: gRPC queries travel inside
//! `abci_query`, as CosmJS does it.

use std::time::Duration;

use cosmrs::proto::cosmos::auth::v1beta1::{
    BaseAccount, ModuleAccount, QueryAccountRequest, QueryAccountResponse,
};
use cosmrs::proto::cosmos::bank::v1beta1 as bank;
use cosmrs::proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmos::tx::v1beta1::{SimulateRequest, SimulateResponse};
use cosmrs::proto::cosmos::vesting::v1beta1 as vesting;
use cosmrs::proto::cosmwasm::wasm::v1 as wasm;
use prost::{Message, Name};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tendermint_rpc::endpoint::{block, block_results};
use tendermint_rpc::error::ErrorDetail;
use tendermint_rpc::{Client, HttpClient};
use tokio::time::{Instant, sleep};

use crate::error::Refused;
use crate::{Error, Result};

/// A node that makes a block for each transaction answers when the block is made; storing code may take it long.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// A block of a local chain takes half a second.
const POLL: Duration = Duration::from_millis(150);
const FIRST_BLOCK: Duration = Duration::from_secs(20);
const PAGE: u64 = 100;
/// How CometBFT says that it has no such transaction or block.
const NOT_FOUND: [&str; 4] = [
    "not found",
    "must be less than or equal",
    "must be greater than 0",
    "is not available, lowest height is",
];

/// A connection to one node. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Chain {
    rpc: HttpClient,
    node: String,
    height: Option<u64>,
}

/// What a node says of itself.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    pub chain_id: String,
    pub moniker: String,
    /// Version of CometBFT.
    pub version: String,
    pub height: u64,
    /// Time of that block, seconds since 1970.
    pub block_time: u64,
    pub catching_up: bool,
}

/// An account, whatever its type.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    pub address: String,
    pub account_number: u64,
    /// Number that its next transaction must carry.
    pub sequence: u64,
    /// Name of the type on the chain, like `BaseAccount`.
    pub kind: String,
}

/// One event of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    #[serde(rename = "type")]
    pub kind: String,
    pub attributes: Vec<Attribute>,
}

/// One attribute of an event; keys may repeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attribute {
    pub key: String,
    pub value: String,
}

impl Event {
    /// The first attribute called `key`.
    pub fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.key == key).map(|a| a.value.as_str())
    }
}

/// A transaction that is in a block.
#[derive(Debug, Clone)]
pub struct Included {
    pub txhash: String,
    pub height: u64,
    pub codespace: String,
    pub code: u32,
    /// The chain's text; empty on success.
    pub log: String,
    pub gas_used: u64,
    pub gas_wanted: u64,
    pub events: Vec<Event>,
    /// The signed bytes.
    pub tx: Vec<u8>,
}

impl Included {
    /// The transaction, or the error that it met.
    pub fn success(self) -> Result<Self> {
        if self.code == 0 {
            return Ok(self);
        }
        Err(Error::Failed {
            txhash: self.txhash,
            height: self.height,
            gas_used: self.gas_used,
            gas_wanted: self.gas_wanted,
            refused: Refused { codespace: self.codespace, code: self.code, log: self.log },
        })
    }

    /// Values of `key` in all events of type `kind`, in order.
    pub fn attributes<'a>(&'a self, kind: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.events.iter().filter(move |e| e.kind == kind).filter_map(move |e| e.attribute(key))
    }
}

impl Chain {
    /// A client of the RPC at `node` (`http://…`, `https://…` or `tcp://…`). Nothing is sent yet.
    pub fn new(node: &str) -> Result<Self> {
        let url = match node.strip_prefix("tcp://") {
            Some(rest) => format!("http://{rest}"),
            None => node.to_string(),
        };
        let wrong = |e: tendermint_rpc::Error| {
            let reason = reason(&e);
            Error::Usage(format!("node address {node:?} is not one like http://127.0.0.1:26657: {reason}"))
        };
        let rpc = HttpClient::builder(url.parse().map_err(wrong)?)
            .timeout(REQUEST_TIMEOUT)
            .build()
            .map_err(wrong)?;
        Ok(Self { rpc, node: node.into(), height: None })
    }

    /// The same node, asked about the state after block `height`.
    pub fn at(mut self, height: Option<u64>) -> Self {
        self.height = height;
        self
    }

    /// The address as it was given.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// Chain, height and version of the node. Fails with `Unreachable`, or `Protocol` if it is no CometBFT.
    pub async fn status(&self) -> Result<Status> {
        let status = self.rpc.status().await.map_err(|e| self.failure(e))?;
        Ok(Status {
            chain_id: status.node_info.network.to_string(),
            moniker: status.node_info.moniker.to_string(),
            version: status.node_info.version.to_string(),
            height: status.sync_info.latest_block_height.value(),
            block_time: u64::try_from(status.sync_info.latest_block_time.unix_timestamp()).unwrap_or(0),
            catching_up: status.sync_info.catching_up,
        })
    }

    /// Whether the node has begun the round of its next block and waits for transactions to fill it. A node that makes
    /// blocks by the clock is in that state for a moment only.
    pub async fn waits_for_txs(&self) -> Result<bool> {
        /// CometBFT's `RoundStepNewRound`.
        const NEW_ROUND: i8 = 2;
        let state = self.rpc.consensus_state().await.map_err(|e| self.failure(e))?.round_state;
        let at = state.height_round_step;
        Ok(at.round.value() == 0 && at.step == NEW_ROUND)
    }

    /// One gRPC query. `path` is the full method, as `/cosmos.bank.v1beta1.Query/Balance`.
    pub async fn query<Req: Message, Res: Message + Default>(
        &self,
        path: &str,
        request: &Req,
    ) -> Result<Res> {
        self.ask(path, request).await?.map_err(query_error)
    }

    /// One gRPC query; what the node refuses is an answer too.
    async fn ask<Req: Message, Res: Message + Default>(
        &self,
        path: &str,
        request: &Req,
    ) -> Result<Result<Res, Refused>> {
        let height = match self.height {
            None => None,
            Some(height) => Some(height_of(height)?),
        };
        let start = Instant::now();
        let answer = loop {
            let answer = self
                .rpc
                .abci_query(Some(path.to_string()), request.encode_to_vec(), height, false)
                .await
                .map_err(|e| self.failure(e))?;
            // A chain that was started a moment ago can answer once its first block is there.
            if !answer.log.contains("please wait for first block") || start.elapsed() > FIRST_BLOCK {
                break answer;
            }
            sleep(POLL).await;
        };
        if answer.code.is_err() {
            let code = answer.code.value();
            return Ok(Err(Refused { codespace: answer.codespace, code, log: answer.log }));
        }
        match Res::decode(answer.value.as_slice()) {
            Ok(response) => Ok(Ok(response)),
            Err(e) => Err(self.protocol(format!("{path}: {e}"))),
        }
    }

    /// The account at `address`; `NotFound` when nothing was ever sent there.
    pub async fn account(&self, address: &str) -> Result<Account> {
        let request = QueryAccountRequest { address: address.into() };
        let response: QueryAccountResponse =
            self.query("/cosmos.auth.v1beta1.Query/Account", &request).await?;
        let any =
            response.account.ok_or_else(|| self.protocol("an account answer without an account".into()))?;
        let base = base_account(&any).map_err(|reason| self.protocol(reason))?;
        Ok(Account {
            address: base.address,
            account_number: base.account_number,
            sequence: base.sequence,
            kind: any.type_url.rsplit('.').next().unwrap_or_default().to_string(),
        })
    }

    /// The balance in `denom`; 0 where there is none.
    pub async fn balance(&self, address: &str, denom: &str) -> Result<Coin> {
        let request = bank::QueryBalanceRequest { address: address.into(), denom: denom.into() };
        let response: bank::QueryBalanceResponse =
            self.query("/cosmos.bank.v1beta1.Query/Balance", &request).await?;
        Ok(response.balance.unwrap_or(Coin { denom: denom.into(), amount: "0".into() }))
    }

    /// All balances of the bank module, by denom.
    pub async fn balances(&self, address: &str) -> Result<Vec<Coin>> {
        let mut coins = Vec::new();
        let mut page = first_page();
        while let Some(pagination) = page {
            let request = bank::QueryAllBalancesRequest {
                address: address.into(),
                pagination: Some(pagination),
                resolve_denom: false,
            };
            let response: bank::QueryAllBalancesResponse =
                self.query("/cosmos.bank.v1beta1.Query/AllBalances", &request).await?;
            coins.extend(response.balances);
            page = next_page(response.pagination);
        }
        Ok(coins)
    }

    /// The supply of every denom of the bank module.
    pub async fn supply(&self) -> Result<Vec<Coin>> {
        let mut coins = Vec::new();
        let mut page = first_page();
        while let Some(pagination) = page {
            let request = bank::QueryTotalSupplyRequest { pagination: Some(pagination) };
            let response: bank::QueryTotalSupplyResponse =
                self.query("/cosmos.bank.v1beta1.Query/TotalSupply", &request).await?;
            coins.extend(response.supply);
            page = next_page(response.pagination);
        }
        Ok(coins)
    }

    /// Asks a contract one of its queries.
    pub async fn smart<T: DeserializeOwned>(&self, contract: &str, query: &impl Serialize) -> Result<T> {
        let query_data = serde_json::to_vec(query).map_err(|e| Error::Internal(e.to_string()))?;
        let request = wasm::QuerySmartContractStateRequest { address: contract.into(), query_data };
        let response: wasm::QuerySmartContractStateResponse =
            self.query("/cosmwasm.wasm.v1.Query/SmartContractState", &request).await?;
        serde_json::from_slice(&response.data).map_err(|e| {
            self.protocol(format!("contract {contract} answers what its interface does not say: {e}"))
        })
    }

    /// The value under `key` in a contract's storage; empty where there is none.
    pub async fn raw(&self, contract: &str, key: &[u8]) -> Result<Vec<u8>> {
        let request =
            wasm::QueryRawContractStateRequest { address: contract.into(), query_data: key.to_vec() };
        let response: wasm::QueryRawContractStateResponse =
            self.query("/cosmwasm.wasm.v1.Query/RawContractState", &request).await?;
        Ok(response.data)
    }

    /// Everything in a contract's storage.
    pub async fn contract_state(&self, contract: &str) -> Result<Vec<wasm::Model>> {
        let mut models = Vec::new();
        let mut page = first_page();
        while let Some(pagination) = page {
            let request =
                wasm::QueryAllContractStateRequest { address: contract.into(), pagination: Some(pagination) };
            let response: wasm::QueryAllContractStateResponse =
                self.query("/cosmwasm.wasm.v1.Query/AllContractState", &request).await?;
            models.extend(response.models);
            page = next_page(response.pagination);
        }
        Ok(models)
    }

    /// Code, creator, admin and label of a contract; `NotFound` where there is none.
    pub async fn contract_info(&self, address: &str) -> Result<wasm::ContractInfo> {
        let request = wasm::QueryContractInfoRequest { address: address.into() };
        let response: wasm::QueryContractInfoResponse =
            self.query("/cosmwasm.wasm.v1.Query/ContractInfo", &request).await?;
        response.contract_info.ok_or_else(|| Error::NotFound(format!("no contract at {address}")))
    }

    /// Addresses of all contracts made of a code, oldest first.
    pub async fn contracts_by_code(&self, code_id: u64) -> Result<Vec<String>> {
        let mut contracts = Vec::new();
        let mut page = first_page();
        while let Some(pagination) = page {
            let request = wasm::QueryContractsByCodeRequest { code_id, pagination: Some(pagination) };
            let response: wasm::QueryContractsByCodeResponse =
                self.query("/cosmwasm.wasm.v1.Query/ContractsByCode", &request).await?;
            contracts.extend(response.contracts);
            page = next_page(response.pagination);
        }
        Ok(contracts)
    }

    /// A stored code and its wasm.
    pub async fn code(&self, code_id: u64) -> Result<(wasm::CodeInfoResponse, Vec<u8>)> {
        let request = wasm::QueryCodeRequest { code_id };
        let response: wasm::QueryCodeResponse = self.query("/cosmwasm.wasm.v1.Query/Code", &request).await?;
        let info = response.code_info.ok_or_else(|| Error::NotFound(format!("no code {code_id}")))?;
        Ok((info, response.data))
    }

    /// All stored codes, oldest first.
    pub async fn codes(&self) -> Result<Vec<wasm::CodeInfoResponse>> {
        let mut codes = Vec::new();
        let mut page = first_page();
        while let Some(pagination) = page {
            let request = wasm::QueryCodesRequest { pagination: Some(pagination) };
            let response: wasm::QueryCodesResponse =
                self.query("/cosmwasm.wasm.v1.Query/Codes", &request).await?;
            codes.extend(response.code_infos);
            page = next_page(response.pagination);
        }
        Ok(codes)
    }

    /// Runs a transaction without keeping its result, and without checking its signature; the gas that it used.
    pub async fn simulate(&self, tx_bytes: Vec<u8>) -> Result<u64> {
        #[allow(deprecated)] // the field `tx` is part of the generated struct
        let request = SimulateRequest { tx: None, tx_bytes };
        let answer: Result<SimulateResponse, Refused> =
            self.ask("/cosmos.tx.v1beta1.Service/Simulate", &request).await?;
        // Whatever is missing to the transaction, what was asked for is its simulation.
        let response = answer.map_err(Error::Rejected)?;
        Ok(response.gas_info.unwrap_or_default().gas_used)
    }

    /// Hands over signed bytes; returns when the node has checked them and keeps them for a block. The same bytes
    /// again are harmless: they can be included only once.
    pub async fn broadcast(&self, tx_bytes: Vec<u8>) -> Result<()> {
        let answer = match self.rpc.broadcast_tx_sync(tx_bytes).await {
            Err(e) if reason(&e).contains("tx already exists in cache") => return Ok(()),
            other => other.map_err(|e| self.failure(e))?,
        };
        let refused = Refused { codespace: answer.codespace, code: answer.code.value(), log: answer.log };
        let known_already = refused.codespace == "sdk" && refused.code == 19;
        if answer.code.is_err() && !known_already {
            return Err(Error::Rejected(refused));
        }
        Ok(())
    }

    /// The transaction with this hash, if it is in a block.
    pub async fn tx(&self, txhash: &str) -> Result<Option<Included>> {
        match self.rpc.tx(hash_of(txhash)?, false).await {
            Ok(found) => Ok(Some(Included {
                txhash: found.hash.to_string(),
                height: found.height.value(),
                codespace: found.tx_result.codespace,
                code: found.tx_result.code.value(),
                log: found.tx_result.log,
                gas_used: u64::try_from(found.tx_result.gas_used).unwrap_or(0),
                gas_wanted: u64::try_from(found.tx_result.gas_wanted).unwrap_or(0),
                events: found.tx_result.events.iter().map(event).collect(),
                tx: found.tx,
            })),
            Err(e) => match self.failure(e) {
                Error::NotFound(_) => Ok(None),
                other => Err(other),
            },
        }
    }

    /// Waits until the transaction is in a block, whatever became of it there. A node that is away for a moment is
    /// asked again; after `limit` the outcome is unknown, and the error says so.
    pub async fn wait(&self, txhash: &str, limit: Duration) -> Result<Included> {
        let start = Instant::now();
        loop {
            let trouble = match self.tx(txhash).await {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => None,
                Err(e) => Some(e),
            };
            if start.elapsed() >= limit {
                let height = self.status().await.map(|status| status.height).unwrap_or(0);
                return Err(trouble.filter(|_| height == 0).unwrap_or(Error::TimedOut {
                    txhash: txhash.into(),
                    waited_seconds: limit.as_secs(),
                    height,
                }));
            }
            sleep(POLL).await;
        }
    }

    /// The block at `height`, or the latest.
    pub async fn block(&self, height: Option<u64>) -> Result<block::Response> {
        match height {
            Some(height) => self.rpc.block(height_of(height)?).await,
            None => self.rpc.latest_block().await,
        }
        .map_err(|e| self.failure(e))
    }

    /// What the transactions of the block at `height` did.
    pub async fn block_results(&self, height: u64) -> Result<block_results::Response> {
        self.rpc.block_results(height_of(height)?).await.map_err(|e| self.failure(e))
    }

    fn failure(&self, error: tendermint_rpc::Error) -> Error {
        let reason = reason(&error);
        match error.detail() {
            ErrorDetail::Response(_) if NOT_FOUND.iter().any(|words| reason.contains(words)) => {
                Error::NotFound(reason)
            }
            ErrorDetail::Http(_) | ErrorDetail::Timeout(_) | ErrorDetail::Io(_) => {
                Error::Unreachable { node: self.node.clone(), reason }
            }
            _ => self.protocol(reason),
        }
    }

    fn protocol(&self, reason: String) -> Error {
        Error::Protocol { node: self.node.clone(), reason }
    }
}

/// The cause in one line. The error's own `Display` hides it, and its `Debug` is a back-trace.
fn reason(error: &tendermint_rpc::Error) -> String {
    let text = match error.detail() {
        ErrorDetail::Response(e) => match e.source.data() {
            // CometBFT calls everything so that it does not do.
            Some(data) if e.source.message() == "Internal error" => data.to_string(),
            Some(data) => format!("{}: {data}", e.source.message()),
            None => e.source.message().to_string(),
        },
        _ => format!("{:#}", error.trace()),
    };
    text.replace('\n', " ")
}

/// A query that the node answered with an error code.
fn query_error(refused: Refused) -> Error {
    let not_found = refused.log.contains("code = NotFound")
        || (refused.codespace == "sdk" && matches!(refused.code, 22 | 38))
        || refused.log.contains("no such contract")
        || refused.log.contains("no such code");
    if not_found && refused.refusal().is_none() {
        Error::NotFound(refused.to_string())
    } else {
        Error::Rejected(refused)
    }
}

/// A hash in digits of either case.
fn hash_of(txhash: &str) -> Result<cosmrs::tendermint::Hash> {
    let hash: Option<cosmrs::tendermint::Hash> = txhash.to_ascii_uppercase().parse().ok();
    hash.filter(|hash| !hash.is_empty())
        .ok_or_else(|| Error::Usage(format!("{txhash:?} is not a transaction hash: 64 hexadecimal digits")))
}

fn height_of(height: u64) -> Result<cosmrs::tendermint::block::Height> {
    height
        .try_into()
        .map_err(|_| Error::Usage(format!("block height {height} does not fit; the greatest is 2^63 - 1")))
}

fn event(event: &cosmrs::tendermint::abci::Event) -> Event {
    let attributes = event.attributes.iter().map(|a| Attribute {
        key: a.key_str().unwrap_or_default().to_string(),
        value: a.value_str().unwrap_or_default().to_string(),
    });
    Event { kind: event.kind.clone(), attributes: attributes.collect() }
}

fn first_page() -> Option<PageRequest> {
    Some(PageRequest { limit: PAGE, ..Default::default() })
}

fn next_page(response: Option<PageResponse>) -> Option<PageRequest> {
    let key = response?.next_key;
    if key.is_empty() { None } else { Some(PageRequest { key, limit: PAGE, ..Default::default() }) }
}

fn base_account(any: &cosmrs::Any) -> Result<BaseAccount, String> {
    fn read<T: Message + Name + Default>(any: &cosmrs::Any) -> Result<T, String> {
        T::decode(any.value.as_slice()).map_err(|e| format!("{}: {e}", any.type_url))
    }
    let base = match any.type_url.as_str() {
        "/cosmos.auth.v1beta1.BaseAccount" => Some(read::<BaseAccount>(any)?),
        "/cosmos.auth.v1beta1.ModuleAccount" => read::<ModuleAccount>(any)?.base_account,
        "/cosmos.vesting.v1beta1.BaseVestingAccount" => {
            read::<vesting::BaseVestingAccount>(any)?.base_account
        }
        "/cosmos.vesting.v1beta1.ContinuousVestingAccount" => {
            read::<vesting::ContinuousVestingAccount>(any)?.base_vesting_account.and_then(|v| v.base_account)
        }
        "/cosmos.vesting.v1beta1.DelayedVestingAccount" => {
            read::<vesting::DelayedVestingAccount>(any)?.base_vesting_account.and_then(|v| v.base_account)
        }
        "/cosmos.vesting.v1beta1.PeriodicVestingAccount" => {
            read::<vesting::PeriodicVestingAccount>(any)?.base_vesting_account.and_then(|v| v.base_account)
        }
        "/cosmos.vesting.v1beta1.PermanentLockedAccount" => {
            read::<vesting::PermanentLockedAccount>(any)?.base_vesting_account.and_then(|v| v.base_account)
        }
        other => return Err(format!("accounts of type {other} are unknown here")),
    };
    base.ok_or_else(|| format!("{} without a base account", any.type_url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_type_gives_its_base() {
        let base = BaseAccount { address: "mars1a".into(), account_number: 7, sequence: 3, pub_key: None };
        let vested =
            || Some(vesting::BaseVestingAccount { base_account: Some(base.clone()), ..Default::default() });
        let any = |type_url: &str, value: Vec<u8>| cosmrs::Any { type_url: type_url.into(), value };
        let continuous = vesting::ContinuousVestingAccount { base_vesting_account: vested(), start_time: 1 };
        let delayed = vesting::DelayedVestingAccount { base_vesting_account: vested() };
        let module = ModuleAccount { base_account: Some(base.clone()), ..Default::default() };
        for any in [
            any("/cosmos.auth.v1beta1.BaseAccount", base.encode_to_vec()),
            any("/cosmos.auth.v1beta1.ModuleAccount", module.encode_to_vec()),
            any("/cosmos.vesting.v1beta1.ContinuousVestingAccount", continuous.encode_to_vec()),
            any("/cosmos.vesting.v1beta1.DelayedVestingAccount", delayed.encode_to_vec()),
        ] {
            assert_eq!(base_account(&any).unwrap(), base, "{}", any.type_url);
        }
        assert!(
            base_account(&any("/ethermint.types.v1.EthAccount", vec![])).unwrap_err().contains("EthAccount")
        );
    }

    #[test]
    fn not_found_is_told_from_refused() {
        let refused = |codespace: &str, code, log: &str| {
            query_error(Refused { codespace: codespace.into(), code, log: log.into() }).kind()
        };
        use crate::Kind::*;
        let account = "rpc error: code = NotFound desc = account mars1x not found: key not found";
        assert_eq!(refused("sdk", 22, account), NotFound);
        assert_eq!(refused("wasm", 22, "no such contract: mars1x: not found"), NotFound);
        assert_eq!(refused("sdk", 18, "rpc error: code = InvalidArgument desc = invalid address"), Rejected);
        let own =
            "not_found: there is no feed (value native:uatom, limit registered): query wasm contract failed";
        assert_eq!(refused("wasm", 9, own), Rejected);
    }

    #[test]
    fn a_hash_is_read_in_either_case() {
        let digits = "0123456789abcdef".repeat(4);
        assert_eq!(hash_of(&digits).unwrap(), hash_of(&digits.to_uppercase()).unwrap());
        for wrong in ["", "0", &digits[1..], &"g".repeat(64), &"é".repeat(32)] {
            assert!(matches!(hash_of(wrong), Err(Error::Usage(_))), "{wrong:?}");
        }
    }

    #[tokio::test]
    async fn closed_port_is_unreachable_and_named() {
        let chain = Chain::new("tcp://127.0.0.1:1").unwrap();
        let error = chain.status().await.unwrap_err();
        assert_eq!(error.kind(), crate::Kind::Unreachable);
        assert!(error.to_string().contains("127.0.0.1:1"), "{error}");
        assert!(matches!(Chain::new("not a url"), Err(Error::Usage(_))));
    }
}
