//! Building, signing and sending transactions.
//!
//! A [`Signer`] sends for one key: one transaction after the other, so that sequences never cross. What goes wrong
//! often is put right once and reported: a sequence that another program used up, and gas that was just too little.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmos::crypto::secp256k1::PubKey;
use cosmrs::proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmrs::proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use cosmrs::proto::cosmos::tx::v1beta1::{AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw};
use cosmrs::{AccountId, Any};
use cosmwasm_std::{Decimal, Uint128};
use prost::{Message, Name};
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, MutexGuard};

use crate::chain::{Chain, Included};
use crate::error::Refused;
use crate::keyring::{Key, PublicKey};
use crate::network::GasPrice;
use crate::{Error, Result, atomic_file, message};

/// Simulated gas × this is asked for: state moves between simulation and execution.
pub const GAS_ADJUSTMENT: Decimal = Decimal::percent(140);
/// After running out of gas, the gas used × this is asked for, once.
pub const GAS_AFTER_RUNNING_OUT: Decimal = Decimal::percent(150);

/// The bytes of a signature of secp256k1.
const SIGNATURE_BYTES: usize = 64;

const TURN_POLL: Duration = Duration::from_millis(20);

/// How much gas a transaction may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gas {
    /// What simulation used, times a factor.
    Auto { adjustment: Decimal },
    /// This and no simulation.
    Exactly(u64),
}

/// What is paid for it.
#[derive(Debug, Clone)]
pub enum FeeChoice {
    /// Gas × price, rounded up.
    AtPrice(GasPrice),
    /// This, whatever the gas.
    Coins(Vec<Coin>),
}

/// How a transaction is paid, and what is written on it.
#[derive(Debug, Clone)]
pub struct TxOptions {
    pub gas: Gas,
    pub fee: FeeChoice,
    pub note: String,
}

/// What happens while a transaction is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Another program used the sequence; signing again with the one that the chain expects.
    SequenceCorrected { expected: u64 },
    /// The node has it; it is not in a block yet.
    Broadcast { txhash: String },
    /// It ran out of gas in a block; sending it once more with a higher limit.
    OutOfGas { txhash: String, gas_used: u64, gas_limit: u64 },
}

/// What a transaction would cost.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// Gas that simulation used; none when the limit was given.
    pub gas_used: Option<u64>,
    pub gas_limit: u64,
    pub fee: Vec<Coin>,
}

/// Where the next transaction of a key stands.
#[derive(Debug, Clone, Copy)]
struct Position {
    account_number: u64,
    sequence: u64,
}

/// What a signer has to sign with.
enum Hand {
    Key(Key),
    /// Nothing: who owns the key may only estimate.
    Public(PublicKey),
    /// Nothing, where the node asks for nothing.
    None,
}

/// Signs and sends for one key on one chain.
pub struct Signer {
    chain: Chain,
    chain_id: String,
    hand: Hand,
    address: AccountId,
    /// None until the account was asked for. Held from reading the sequence until the node took the transaction.
    position: Mutex<Option<Position>>,
    /// Locked while this program takes a sequence.
    turns: Option<PathBuf>,
}

impl Signer {
    /// One who signs with `key` for the chain called `chain_id`, whose addresses begin with `prefix`.
    pub fn new(chain: Chain, chain_id: &str, prefix: &str, key: Key) -> Result<Self> {
        let address = key.public().address(prefix)?;
        Ok(Self::with(chain, chain_id, address, Hand::Key(key)))
    }

    /// One who can estimate and simulate what the owner of `public` would send, but cannot sign.
    pub fn watching(chain: Chain, chain_id: &str, prefix: &str, public: PublicKey) -> Result<Self> {
        let address = public.address(prefix)?;
        Ok(Self::with(chain, chain_id, address, Hand::Public(public)))
    }

    /// One who sends as `address` without a signature, which a node takes that impersonates the account.
    pub fn unsigned(chain: Chain, chain_id: &str, address: AccountId) -> Self {
        Self::with(chain, chain_id, address, Hand::None)
    }

    fn with(chain: Chain, chain_id: &str, address: AccountId, hand: Hand) -> Self {
        Self { chain, chain_id: chain_id.into(), hand, address, position: Mutex::new(None), turns: None }
    }

    /// Takes turns with other programs that send for the same key and know of the same file: it is locked from
    /// reading the sequence until the node has the transaction.
    pub fn taking_turns(self, file: PathBuf) -> Self {
        Self { turns: Some(file), ..self }
    }

    /// The address that transactions come from.
    pub fn address(&self) -> &AccountId {
        &self.address
    }

    /// What sending `messages` would cost. Simulates where gas is automatic, and so meets the refusals that the chain
    /// would give now.
    pub async fn estimate(&self, messages: &[Any], options: &TxOptions) -> Result<Estimate> {
        let mut position = self.position.lock().await;
        self.estimate_at(&mut position, messages, options, &|_| {}).await
    }

    /// The gas that `messages` would use now, whatever limit is asked for.
    pub async fn simulate(&self, messages: &[Any], note: &str) -> Result<u64> {
        let mut position = self.position.lock().await;
        let body = body(messages, note);
        self.simulate_at(&mut position, body, Fee::default(), &|_| {}).await
    }

    /// Sends `messages` and returns the hash as soon as the node has taken them.
    pub async fn broadcast(
        &self,
        messages: &[Any],
        options: &TxOptions,
        report: &(dyn Fn(Progress) + Sync),
    ) -> Result<String> {
        let mut position = self.position.lock().await;
        let _turn = match &self.turns {
            Some(file) => Some(turn(file).await?),
            None => None,
        };
        let estimate = self.estimate_at(&mut position, messages, options, report).await?;
        self.broadcast_at(&mut position, messages, &options.note, &estimate, report).await
    }

    /// Sends `messages` and waits until they are in a block and have succeeded there.
    pub async fn send(
        &self,
        messages: &[Any],
        options: &TxOptions,
        limit: Duration,
        report: &(dyn Fn(Progress) + Sync),
    ) -> Result<Included> {
        let txhash = self.broadcast(messages, options, report).await?;
        let (gas_used, price) = match (self.chain.wait(&txhash, limit).await?.success(), options) {
            (
                Err(Error::Failed { refused, gas_used, .. }),
                TxOptions { gas: Gas::Auto { .. }, fee: FeeChoice::AtPrice(price), .. },
            ) if refused.is_out_of_gas() => (gas_used, price),
            (outcome, _) => return outcome,
        };
        let gas_limit = multiply(gas_used, GAS_AFTER_RUNNING_OUT)?;
        report(Progress::OutOfGas { txhash, gas_used, gas_limit });
        let again = TxOptions {
            gas: Gas::Exactly(gas_limit),
            fee: FeeChoice::AtPrice(price.clone()),
            note: options.note.clone(),
        };
        let txhash = self.broadcast(messages, &again, report).await?;
        self.chain.wait(&txhash, limit).await?.success()
    }

    async fn estimate_at(
        &self,
        position: &mut MutexGuard<'_, Option<Position>>,
        messages: &[Any],
        options: &TxOptions,
        report: &(dyn Fn(Progress) + Sync),
    ) -> Result<Estimate> {
        let given = match &options.fee {
            FeeChoice::Coins(coins) => message::sorted(coins.clone()),
            FeeChoice::AtPrice(_) => Vec::new(),
        };
        let (gas_used, gas_limit) = match options.gas {
            Gas::Exactly(limit) => (None, limit),
            Gas::Auto { adjustment } => {
                // A fee that is known costs gas where it is taken, the more the more coins it has.
                let fee = Fee { amount: given.clone(), ..Default::default() };
                let body = body(messages, &options.note);
                let used = self.simulate_at(position, body, fee, report).await?;
                (Some(used), multiply(used, adjustment)?)
            }
        };
        let fee = match &options.fee {
            FeeChoice::Coins(_) => given,
            FeeChoice::AtPrice(price) if price.amount.is_zero() => Vec::new(),
            FeeChoice::AtPrice(price) => {
                let amount = Uint128::from(gas_limit).checked_mul_ceil(price.amount);
                let amount =
                    amount.map_err(|e| Error::Usage(format!("gas {gas_limit} at {}: {e}", price.amount)))?;
                vec![Coin { denom: price.denom.clone(), amount: amount.to_string() }]
            }
        };
        Ok(Estimate { gas_used, gas_limit, fee })
    }

    async fn simulate_at(
        &self,
        position: &mut MutexGuard<'_, Option<Position>>,
        body: Vec<u8>,
        fee: Fee,
        report: &(dyn Fn(Progress) + Sync),
    ) -> Result<u64> {
        for correction_left in [true, false] {
            let sequence = self.position(position).await?.sequence;
            let unsigned = TxRaw {
                body_bytes: body.clone(),
                auth_info_bytes: self.auth_info(sequence, fee.clone()),
                signatures: vec![Vec::new()],
            };
            match self.chain.simulate(unsigned.encode_to_vec()).await {
                Err(Error::Rejected(refused)) if correction_left => correct(position, refused, report)?,
                other => return other,
            }
        }
        Err(Error::Internal("a sequence was corrected twice".into()))
    }

    async fn broadcast_at(
        &self,
        position: &mut MutexGuard<'_, Option<Position>>,
        messages: &[Any],
        note: &str,
        estimate: &Estimate,
        report: &(dyn Fn(Progress) + Sync),
    ) -> Result<String> {
        let fee = Fee { amount: estimate.fee.clone(), gas_limit: estimate.gas_limit, ..Default::default() };
        let body = body(messages, note);
        for correction_left in [true, false] {
            let at = self.position(position).await?;
            let bytes = self.sign(body.clone(), fee.clone(), at)?;
            let txhash = hash(&bytes);
            match self.chain.broadcast(bytes).await {
                Ok(()) => {
                    let sequence = at.sequence.saturating_add(1);
                    **position = Some(Position { sequence, ..at });
                    report(Progress::Broadcast { txhash: txhash.clone() });
                    return Ok(txhash);
                }
                Err(Error::Rejected(refused)) if correction_left => correct(position, refused, report)?,
                Err(Error::Unreachable { node, reason }) => {
                    // It may have arrived: what is known of the sequence is worth nothing now.
                    **position = None;
                    let reason = format!("{reason}, while sending transaction {txhash}");
                    return Err(Error::Unreachable { node, reason });
                }
                Err(other) => return Err(other),
            }
        }
        Err(Error::Internal("a sequence was corrected twice".into()))
    }

    async fn position(&self, position: &mut MutexGuard<'_, Option<Position>>) -> Result<Position> {
        if let Some(known) = **position {
            return Ok(known);
        }
        let account = self.chain.account(self.address.as_ref()).await.map_err(|e| match e {
            Error::NotFound(_) => Error::NotFound(format!(
                "account {} does not exist on {}: it has never received anything and cannot pay a fee",
                self.address, self.chain_id
            )),
            other => other,
        })?;
        let found = Position { account_number: account.account_number, sequence: account.sequence };
        **position = Some(found);
        Ok(found)
    }

    fn sign(&self, body_bytes: Vec<u8>, fee: Fee, at: Position) -> Result<Vec<u8>> {
        let auth_info_bytes = self.auth_info(at.sequence, fee);
        let document = SignDoc {
            body_bytes: body_bytes.clone(),
            auth_info_bytes: auth_info_bytes.clone(),
            chain_id: self.chain_id.clone(),
            account_number: at.account_number,
        };
        let signature = match &self.hand {
            Hand::Key(key) => key.sign(&document.encode_to_vec()),
            Hand::Public(_) => return Err(Error::Config(format!("the key of {} is not open", self.address))),
            // As long as one, so that the transaction costs what a signed one does.
            Hand::None => vec![0; SIGNATURE_BYTES],
        };
        let raw = TxRaw { body_bytes, auth_info_bytes, signatures: vec![signature] };
        Ok(raw.encode_to_vec())
    }

    fn public(&self) -> Option<PublicKey> {
        match &self.hand {
            Hand::Key(key) => Some(key.public()),
            Hand::Public(public) => Some(public.clone()),
            Hand::None => None,
        }
    }

    fn auth_info(&self, sequence: u64, fee: Fee) -> Vec<u8> {
        let public_key = self.public().map(|public| Any {
            type_url: PubKey::type_url(),
            value: PubKey { key: public.to_bytes() }.encode_to_vec(),
        });
        auth_info(public_key, sequence, fee)
    }
}

/// The gas that `messages` of a contract would use now: the chain asks for no signature in a simulation, and a contract
/// has never signed anything.
pub async fn simulate_for_contract(chain: &Chain, messages: &[Any]) -> Result<u64> {
    let unsigned = TxRaw {
        body_bytes: body(messages, ""),
        auth_info_bytes: auth_info(None, 0, Fee::default()),
        signatures: vec![Vec::new()],
    };
    chain.simulate(unsigned.encode_to_vec()).await
}

fn auth_info(public_key: Option<Any>, sequence: u64, fee: Fee) -> Vec<u8> {
    let mode_info = ModeInfo { sum: Some(Sum::Single(Single { mode: SignMode::Direct.into() })) };
    let signer = SignerInfo { public_key, mode_info: Some(mode_info), sequence };
    AuthInfo { signer_infos: vec![signer], fee: Some(fee), ..Default::default() }.encode_to_vec()
}

/// The lock on `file`, once no other program holds it. It ends with the value, or with the program.
async fn turn(file: &Path) -> Result<File> {
    let failed = |e: std::io::Error| Error::Config(format!("lock file {}: {e}", file.display()));
    if let Some(folder) = file.parent() {
        atomic_file::private_folder(folder).map_err(failed)?;
    }
    let lock = File::options().create(true).append(true).open(file).map_err(failed)?;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(TURN_POLL).await,
            Err(TryLockError::Error(e)) => return Err(failed(e)),
        }
    }
}

/// The hash by which a transaction is known: SHA-256 of its signed bytes, upper-case hexadecimal.
pub fn hash(tx_bytes: &[u8]) -> String {
    hex::encode_upper(Sha256::digest(tx_bytes))
}

fn body(messages: &[Any], note: &str) -> Vec<u8> {
    TxBody { messages: messages.to_vec(), memo: note.into(), ..Default::default() }.encode_to_vec()
}

/// Takes over the sequence that the chain expects; any other refusal stays one.
fn correct(
    position: &mut MutexGuard<'_, Option<Position>>,
    refused: Refused,
    report: &(dyn Fn(Progress) + Sync),
) -> Result<()> {
    match (refused.expected_sequence(), position.as_mut()) {
        (Some(expected), Some(known)) => {
            known.sequence = expected;
            report(Progress::SequenceCorrected { expected });
            Ok(())
        }
        _ => Err(Error::Rejected(refused)),
    }
}

/// `gas` × `factor`, rounded up.
fn multiply(gas: u64, factor: Decimal) -> Result<u64> {
    let too_much = || Error::Usage(format!("gas {gas} x {factor} does not fit"));
    let product = Uint128::from(gas).checked_mul_ceil(factor).map_err(|_| too_much())?;
    u64::try_from(product.u128()).map_err(|_| too_much())
}

#[cfg(test)]
mod tests {
    use k256::ecdsa::signature::Verifier;
    use k256::ecdsa::{Signature, VerifyingKey};

    use super::*;
    use crate::keyring::{HdPath, Words};
    use crate::message;

    fn signer() -> Signer {
        let words = "economy stock theory fatal elder harbor betray wasp final emotion task crumble siren bottom \
                     lizard educate guess current outdoor pair theory focus wife stone";
        let key = Words::parse(words).unwrap().derive(&HdPath::cosmos(0, 0).unwrap()).unwrap();
        Signer::new(Chain::new("http://127.0.0.1:1").unwrap(), "simd-testing", "cosmos", key).unwrap()
    }

    fn signed() -> Vec<u8> {
        let coin = |denom: &str, amount: &str| Coin { denom: denom.into(), amount: amount.into() };
        let send = message::bank_send(
            "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6",
            "cosmos1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu",
            vec![coin("ucosm", "1234567")],
        );
        let fee = Fee { amount: vec![coin("ucosm", "2000")], gas_limit: 200_000, ..Default::default() };
        let at = Position { account_number: 1, sequence: 0 };
        signer().sign(body(&[send], ""), fee, at).unwrap()
    }

    /// The signed bytes that the Cosmos SDK itself made for this key and message.
    #[test]
    fn signed_bytes_are_those_of_the_sdk() {
        let sdk = "0a93010a90010a1c2f636f736d6f732e62616e6b2e763162657461312e4d736753656e6412700a2d636f736d6f7331706b707472653766646b6c366766727a6c65736a6a766878686c63337234676d6d6b38727336122d636f736d6f7331717970717870713971637273737a673270767871367273307a716733797963356c7a763778751a100a0575636f736d12073132333435363712650a4e0a460a1f2f636f736d6f732e63727970746f2e736563703235366b312e5075624b657912230a21034f04181eeba35391b858633a765c4a0c189697b40d216354d50890d350c7029012040a02080112130a0d0a0575636f736d12043230303010c09a0c1a40c9dd20e07464d3a688ff4b710b1fbc027e495e797cfa0b4804da2ed117959227772de059808f765aa29b8f92edf30f4c2c5a438e30d3fe6897daa7141e3ce6f9";
        assert_eq!(hex::encode(signed()), sdk);
    }

    #[test]
    fn signature_covers_the_sign_document() {
        let raw = TxRaw::decode(signed().as_slice()).unwrap();
        let document = SignDoc {
            body_bytes: raw.body_bytes,
            auth_info_bytes: raw.auth_info_bytes,
            chain_id: "simd-testing".into(),
            account_number: 1,
        };
        let key = VerifyingKey::from_sec1_bytes(&signer().public().unwrap().to_bytes()).unwrap();
        let signature = Signature::from_slice(&raw.signatures[0]).unwrap();
        key.verify(&document.encode_to_vec(), &signature).unwrap();
        assert!(signature.normalize_s().is_none(), "low S");
        let other = SignDoc { account_number: 2, ..document };
        assert!(key.verify(&other.encode_to_vec(), &signature).is_err());
    }

    #[test]
    fn gas_is_rounded_up_and_bounded() {
        assert_eq!(multiply(100_001, GAS_ADJUSTMENT).unwrap(), 140_002);
        assert_eq!(multiply(3, GAS_AFTER_RUNNING_OUT).unwrap(), 5);
        assert!(matches!(multiply(u64::MAX, GAS_ADJUSTMENT), Err(Error::Usage(_))));
    }

    #[tokio::test]
    async fn a_fee_of_several_coins_comes_in_the_order_that_the_chain_wants() {
        let coin = |denom: &str| Coin { denom: denom.into(), amount: "1".into() };
        let fee = FeeChoice::Coins(vec![coin("uusdc"), coin("umars")]);
        let options = TxOptions { gas: Gas::Exactly(1), fee, note: String::new() };
        let estimate = signer().estimate(&[], &options).await.unwrap();
        assert_eq!(estimate.fee, [coin("umars"), coin("uusdc")]);
    }

    #[tokio::test]
    async fn turns_are_taken_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("locks/mars-local-1-mars1a");
        let first = turn(&file).await.unwrap();
        let waiting = tokio::time::timeout(Duration::from_millis(60), turn(&file)).await;
        assert!(waiting.is_err(), "the second waits for the first");
        drop(first);
        turn(&file).await.unwrap();
    }

    #[tokio::test]
    async fn only_a_sequence_mismatch_is_corrected() {
        let signer = signer();
        *signer.position.lock().await = Some(Position { account_number: 1, sequence: 4 });
        let refused = |log: &str| Refused { codespace: "sdk".into(), code: 32, log: log.into() };
        let mut position = signer.position.lock().await;
        let mismatch = refused("account sequence mismatch, expected 9, got 4: incorrect account sequence");
        correct(&mut position, mismatch, &|_| {}).unwrap();
        assert_eq!(position.unwrap().sequence, 9);
        assert!(correct(&mut position, refused("insufficient fees"), &|_| {}).is_err());
        assert_eq!(position.unwrap().sequence, 9);
    }
}
