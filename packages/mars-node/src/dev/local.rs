//! A chain for a test, in one line: in memory, with funded accounts whose keys are at hand.

use std::net::SocketAddr;
use std::ops::Deref;
use std::time::Duration;

use k256::ecdsa::signature::Signer;
use k256::ecdsa::{Signature, SigningKey};
use prost::Message;
use ripemd::Ripemd160;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Controls, DevError, Result, count, success, unsigned_tx};
use crate::backend::Memory;
use crate::chain::{Chain, Included, Retention};
use crate::coin::{self, Coin, Uint256};
use crate::genesis::Genesis;
use crate::node::{ClockSource, Mining, Node, Settings};
use crate::proto::cosmos::base::abci::v1beta1::TxMsgData;
use crate::proto::cosmos::crypto::secp256k1::PubKey;
use crate::proto::cosmos::tx::v1beta1::{AuthInfo, SignDoc, SignerInfo, TxRaw};
use crate::proto::wasm::{
    MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContractResponse, MsgStoreCode,
    MsgStoreCodeResponse,
};
use crate::proto::{Any, any};
use crate::wasm::keeper;
use crate::{address, auth, bank, gojson, grpc, rest, rpc};

/// Gas that a transaction of [`Dev::send`] may use, unless a block may use less.
const GAS: u64 = 100_000_000;

/// An account whose key is known.
#[derive(Debug, Clone)]
pub struct Account {
    address: String,
    key: SigningKey,
}

impl Account {
    /// The account of a secp256k1 key on a chain whose addresses begin with `prefix`.
    pub fn new(prefix: &str, key: SigningKey) -> Self {
        let hash = Sha256::digest(key.verifying_key().to_sec1_bytes());
        Self { address: address::encode(prefix, &Ripemd160::digest(hash)), key }
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its key.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}

/// How a chain for a test begins.
#[derive(Debug, Clone)]
pub struct Builder {
    genesis: Genesis,
    accounts: u32,
    coins: String,
    settings: Settings,
    retention: Retention,
    doors: bool,
}

impl Default for Builder {
    /// The chain `dev-1` with ten accounts of 10^15 `stake` each, free gas, a block for each transaction, and a second
    /// between two blocks; no door is open.
    fn default() -> Self {
        Self {
            genesis: Genesis::new("dev-1", "cosmos", "stake"),
            accounts: 10,
            coins: "1000000000000000stake".to_owned(),
            settings: Settings { clock: ClockSource::Steps(Duration::from_secs(1)), ..Settings::default() },
            retention: Retention::default(),
            doors: false,
        }
    }
}

impl Builder {
    /// Begins with `genesis`, to which the accounts are added.
    #[must_use]
    pub fn genesis(self, genesis: Genesis) -> Self {
        Self { genesis, ..self }
    }

    /// Makes `count` accounts with `coins` (such as `10umars,5uusdc`) each.
    #[must_use]
    pub fn accounts(self, count: u32, coins: impl Into<String>) -> Self {
        Self { accounts: count, coins: coins.into(), ..self }
    }

    /// Makes blocks at other times.
    #[must_use]
    pub fn mining(mut self, mining: Mining) -> Self {
        self.settings.mining = mining;
        self
    }

    /// Takes the time from elsewhere.
    #[must_use]
    pub fn clock(mut self, clock: ClockSource) -> Self {
        self.settings.clock = clock;
        self
    }

    /// Keeps another part of the past.
    #[must_use]
    pub fn retention(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// Opens the RPC, REST and gRPC doors on free ports of this computer.
    #[must_use]
    pub fn doors(self) -> Self {
        Self { doors: true, ..self }
    }

    /// Starts it. Must be called within a runtime of tokio.
    ///
    /// # Errors
    /// A genesis that is not sound, or a system that gives no folder, thread or port.
    pub async fn start(self) -> Result<Dev> {
        let Self { mut genesis, accounts, coins, settings, retention, doors } = self;
        let accounts: Vec<Account> =
            (0..accounts).map(|index| account(&genesis.prefix, index)).collect::<Result<_>>()?;
        for account in &accounts {
            genesis = genesis.with_account(account.address(), &coins);
        }
        let code = tempfile::tempdir().map_err(|error| system("a folder for code", &error))?;
        let chain = Chain::new(genesis, code.path(), Box::new(Memory), retention)?;
        let node = Node::start(chain, settings)?;
        let stop = CancellationToken::new();
        let doors = if doors { Some(Doors::open(&node, &stop).await?) } else { None };
        Ok(Dev { controls: Controls::new(node), accounts, doors, stop, _code: code })
    }
}

fn system(what: &str, error: &std::io::Error) -> DevError {
    DevError::System(format!("{what}: {error}"))
}

/// The account numbered `index`, the same on every run.
fn account(prefix: &str, index: u32) -> Result<Account> {
    let secret = Sha256::digest(format!("account {index} of a chain for tests"));
    let key = SigningKey::from_slice(&secret).map_err(|error| DevError::System(error.to_string()))?;
    Ok(Account::new(prefix, key))
}

/// Where the doors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doors {
    pub rpc: SocketAddr,
    pub rest: SocketAddr,
    pub grpc: SocketAddr,
}

impl Doors {
    async fn open(node: &Node, stop: &CancellationToken) -> Result<Self> {
        let bind = || TcpListener::bind(("127.0.0.1", 0));
        let port = |error: std::io::Error| system("a free port", &error);
        let (rpc_door, rest_door, grpc_door) =
            (bind().await.map_err(port)?, bind().await.map_err(port)?, bind().await.map_err(port)?);
        let doors = Self {
            rpc: rpc_door.local_addr().map_err(port)?,
            rest: rest_door.local_addr().map_err(port)?,
            grpc: grpc_door.local_addr().map_err(port)?,
        };
        tokio::spawn(rpc::serve(rpc_door, node.clone(), rpc::Options::default(), stop.clone()));
        tokio::spawn(rest::serve(rest_door, node.clone(), rest::Options::default(), stop.clone()));
        tokio::spawn(grpc::serve(grpc_door, node.clone(), grpc::Options::default(), stop.clone()));
        Ok(doors)
    }
}

/// A chain of its own for a test, with all [`Controls`]. It ends when it is dropped.
///
/// ```
/// use std::time::Duration;
///
/// use mars_node::Dev;
/// use mars_node::proto::any;
/// use mars_node::proto::cosmos::bank::v1beta1::MsgSend;
/// use mars_node::proto::cosmos::base::v1beta1::Coin;
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let dev = Dev::start().await?;
/// let (payer, payee) = (dev.account(0)?, dev.account(1)?);
///
/// let before = dev.snapshot().await?;
/// dev.increase_time(Duration::from_secs(86_400)).await?;
/// let sent = dev
///     .send(payer, [any(&MsgSend {
///         from_address: payer.address().into(),
///         to_address: payee.address().into(),
///         amount: vec![Coin { denom: "stake".into(), amount: "5".into() }],
///     })])
///     .await?;
/// assert_eq!(dev.balance(payee.address(), "stake")?.to_string(), "1000000000000005");
///
/// let trace = dev.trace(sent.hash()).await?;
/// assert_eq!(trace.gas_used, sent.result().unwrap().gas_used);
/// println!("{trace}");
///
/// dev.revert(before).await?;
/// assert_eq!(dev.balance(payee.address(), "stake")?.to_string(), "1000000000000000");
/// # Ok::<(), mars_node::DevError>(())
/// # }).unwrap();
/// ```
pub struct Dev {
    controls: Controls,
    accounts: Vec<Account>,
    doors: Option<Doors>,
    stop: CancellationToken,
    _code: TempDir,
}

impl Deref for Dev {
    type Target = Controls;

    fn deref(&self) -> &Controls {
        &self.controls
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        self.stop.cancel();
        self.controls.node().stop();
    }
}

impl Dev {
    /// Starts a chain as [`Builder::default`] describes it. Must be called within a runtime of tokio.
    ///
    /// # Errors
    /// A system that gives no folder or thread.
    pub async fn start() -> Result<Self> {
        Builder::default().start().await
    }

    /// To start another chain than [`Dev::start`] does.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The accounts of the genesis whose keys are known.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The account numbered `index` of [`Dev::accounts`].
    ///
    /// # Errors
    /// There are not so many.
    pub fn account(&self, index: usize) -> Result<&Account> {
        self.accounts.get(index).ok_or_else(|| DevError::Range {
            what: "the number of the account",
            given: count(index),
            least: 0,
            most: count(self.accounts.len()).saturating_sub(1),
        })
    }

    /// Where the doors are, if [`Builder::doors`] opened them.
    pub fn doors(&self) -> Option<Doors> {
        self.doors
    }

    fn gas(&self) -> u64 {
        GAS.min(self.reader().max_block_gas().unwrap_or(GAS))
    }

    /// A transaction of `from` with `messages`, signed for the sequence that the account has now.
    ///
    /// # Errors
    /// An account that the chain does not have.
    pub fn sign(
        &self,
        from: &Account,
        messages: impl IntoIterator<Item = Any>,
        gas: u64,
        fee: &[Coin],
    ) -> Result<Vec<u8>> {
        let ctx = self.reader().context();
        let account = auth::get(&ctx, &ctx.address(from.address())?)?
            .ok_or_else(|| DevError::NoAccount(from.address().to_owned()))?;
        let unsigned = unsigned_tx(messages.into_iter().collect(), account.sequence(), gas, fee);
        let foreign = |error: prost::DecodeError| DevError::System(error.to_string());
        let TxRaw { body_bytes, auth_info_bytes, .. } = TxRaw::decode(&*unsigned).map_err(foreign)?;
        let mut auth_info = AuthInfo::decode(&*auth_info_bytes).map_err(foreign)?;
        let public_key = any(&PubKey { key: from.key.verifying_key().to_sec1_bytes().to_vec() });
        for info in &mut auth_info.signer_infos {
            *info = SignerInfo { public_key: Some(public_key.clone()), ..info.clone() };
        }
        let auth_info_bytes = auth_info.encode_to_vec();
        let document = SignDoc {
            body_bytes: body_bytes.clone(),
            auth_info_bytes: auth_info_bytes.clone(),
            chain_id: ctx.app.chain_id.clone(),
            account_number: account.number(),
        };
        let signature: Signature = from.key.sign(&document.encode_to_vec());
        let signatures = vec![signature.to_bytes().to_vec()];
        Ok(TxRaw { body_bytes, auth_info_bytes, signatures }.encode_to_vec())
    }

    /// Signs and sends `messages` of `from`, without a fee, and sees them into a block whatever the mining.
    ///
    /// # Errors
    /// A transaction that is not let in, or that fails in its block.
    pub async fn send(&self, from: &Account, messages: impl IntoIterator<Item = Any>) -> Result<Included> {
        self.include(self.sign(from, messages, self.gas(), &[])?).await
    }

    /// Sends `messages` of `from`, which must be impersonated, as [`Dev::send`] does.
    ///
    /// # Errors
    /// As there.
    pub async fn send_as(&self, from: &str, messages: impl IntoIterator<Item = Any>) -> Result<Included> {
        let address = self.address(from)?;
        let account = auth::get(&self.reader().context(), &address)?
            .ok_or_else(|| DevError::NoAccount(from.to_owned()))?;
        let messages = messages.into_iter().collect();
        self.include(unsigned_tx(messages, account.sequence(), self.gas(), &[])).await
    }

    async fn include(&self, bytes: Vec<u8>) -> Result<Included> {
        let sent = self.node().broadcast(bytes).await?;
        success(&sent.check)?;
        let included = match sent.included {
            Some(included) => included,
            None => {
                self.mine(1, None).await?;
                let found = self.reader().tx(&sent.hash);
                found.ok_or_else(|| DevError::NoTx(hex::encode_upper(sent.hash)))?
            }
        };
        included.result().map_or(Ok(()), success)?;
        Ok(included)
    }

    /// Stores code. Returns its number.
    ///
    /// # Errors
    /// As for [`Dev::send`].
    pub async fn store_code(&self, from: &Account, code: impl Into<Vec<u8>>) -> Result<u64> {
        let wasm_byte_code = code.into();
        let store =
            MsgStoreCode { sender: from.address.clone(), wasm_byte_code, instantiate_permission: None };
        let stored = self.send(from, [any(&store)]).await?;
        Ok(response::<MsgStoreCodeResponse>(&stored)?.code_id)
    }

    /// Makes a contract of a code, with `from` as its admin. Returns its address.
    ///
    /// # Errors
    /// As for [`Dev::send`], or a message that cannot be written in JSON.
    pub async fn instantiate(
        &self,
        from: &Account,
        code_id: u64,
        msg: &impl Serialize,
        funds: &[Coin],
    ) -> Result<String> {
        let instantiate = MsgInstantiateContract {
            sender: from.address.clone(),
            admin: from.address.clone(),
            code_id,
            label: format!("code {code_id}"),
            msg: json(msg)?,
            funds: coin::to_proto(funds),
        };
        let made = self.send(from, [any(&instantiate)]).await?;
        Ok(response::<MsgInstantiateContractResponse>(&made)?.address)
    }

    /// Calls a contract.
    ///
    /// # Errors
    /// As for [`Dev::instantiate`].
    pub async fn execute(
        &self,
        from: &Account,
        contract: &str,
        msg: &impl Serialize,
        funds: &[Coin],
    ) -> Result<Included> {
        let execute = MsgExecuteContract {
            sender: from.address.clone(),
            contract: contract.to_owned(),
            msg: json(msg)?,
            funds: coin::to_proto(funds),
        };
        self.send(from, [any(&execute)]).await
    }

    /// Asks a contract.
    ///
    /// # Errors
    /// What the contract refuses, or an answer of another type.
    pub fn smart<T: DeserializeOwned>(&self, contract: &str, msg: &impl Serialize) -> Result<T> {
        let address = self.contract(contract)?;
        let answer = keeper::query_smart_limited(&self.reader().context(), &address, &json(msg)?)?;
        serde_json::from_slice(&answer)
            .map_err(|error| DevError::System(format!("the answer of {contract}: {error}")))
    }

    /// How much of `denom` an account has.
    ///
    /// # Errors
    /// A text that is no address.
    pub fn balance(&self, account: &str, denom: &str) -> Result<Uint256> {
        Ok(bank::balance(&self.reader().context(), &self.address(account)?, denom)?)
    }
}

fn json(msg: &impl Serialize) -> Result<Vec<u8>> {
    gojson::to_vec(msg).map_err(|error| DevError::Parameter { name: "msg", reason: error.to_string() })
}

/// The response of the first message of `tx`.
fn response<M: Message + Default>(tx: &Included) -> Result<M> {
    let data = tx.result().map_or(&[][..], |result| &result.data);
    let decode = |error: prost::DecodeError| DevError::System(format!("the response of a message: {error}"));
    let responses = TxMsgData::decode(data).map_err(decode)?.msg_responses;
    M::decode(responses.first().map_or(&[][..], |any| &any.value)).map_err(decode)
}
