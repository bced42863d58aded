//! Blocks with real hashes and a real signature, so that a light client can follow the chain.

use ed25519_consensus::SigningKey;
use prost::Message;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tendermint::block::header::Version;
use tendermint::block::{self, Commit, CommitSig, Header, Height, Round, parts};
use tendermint::merkle::simple_hash_from_byte_vectors;
use tendermint::{AppHash, Hash, PublicKey, Signature, Time, account, chain, evidence, validator, vote};
use tendermint_proto::v0_38::{abci as pb_abci, types as pb_types};

use crate::app::TxResult;
use crate::error::{Error, Result};
use crate::event::Event;

type MerkleHasher = tendermint::crypto::default::Sha256;

const PART_BYTES: usize = 65_536;
/// The most bytes of one block.
pub const MAX_BYTES: i64 = 22_020_096;
/// The voting power of the one validator.
pub const POWER: u32 = 100;

/// A block, how its transactions went, and the commit that makes it final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub header: Header,
    /// The hash of the header, and of the parts that the block is sent in.
    pub id: block::Id,
    /// The transactions, byte for byte.
    pub txs: Vec<Vec<u8>>,
    /// The commit of the block before.
    pub last_commit: Option<Commit>,
    /// The commit of this block.
    pub commit: Commit,
    /// One result for each transaction.
    pub results: Vec<TxResult>,
    /// What happened before the first and after the last transaction.
    pub events: Vec<Event>,
    /// The hash of the state after this block; the next header carries it.
    pub app_hash: Vec<u8>,
}

impl Block {
    /// Its number.
    pub fn height(&self) -> u64 {
        self.header.height.value()
    }

    /// The block without results, as CometBFT serves it.
    pub fn to_tendermint(&self) -> tendermint::Block {
        tendermint::Block::new(
            self.header.clone(),
            self.txs.clone(),
            evidence::List::default(),
            self.last_commit.clone(),
        )
    }

    /// The bytes of the block on the wire.
    pub fn size(&self) -> usize {
        pb_types::Block::from(self.to_tendermint()).encoded_len()
    }
}

/// The one validator.
pub struct Validator {
    key: SigningKey,
    set: validator::Set,
    /// Of the set, which every header carries.
    hash: Hash,
}

/// What a block is made from.
pub struct Proposal<'a> {
    pub chain_id: &'a str,
    pub height: u64,
    /// Nanoseconds since 1970.
    pub time: u64,
    pub previous: Option<&'a Block>,
    /// The hash of the state before the block.
    pub app_hash: &'a [u8],
    pub txs: Vec<Vec<u8>>,
    pub max_block_gas: Option<u64>,
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::panic(error)
}

fn merkle<T: AsRef<[u8]>>(leaves: &[T]) -> Hash {
    Hash::Sha256(simple_hash_from_byte_vectors::<MerkleHasher>(leaves))
}

fn moment(nanos: u64) -> Result<Time> {
    let seconds = i64::try_from(nanos / 1_000_000_000).map_err(failed)?;
    Time::from_unix_timestamp(seconds, u32::try_from(nanos % 1_000_000_000).map_err(failed)?).map_err(failed)
}

/// The hash of how transactions went, as the next header carries it: events and logs are no part of it.
pub fn results_hash(results: &[TxResult]) -> Hash {
    let leaves: Vec<Vec<u8>> = results
        .iter()
        .map(|result| {
            pb_abci::ExecTxResult {
                code: result.code,
                data: result.data.clone().into(),
                gas_wanted: i64::try_from(result.gas_wanted).unwrap_or(i64::MAX),
                gas_used: i64::try_from(result.gas_used).unwrap_or(i64::MAX),
                ..Default::default()
            }
            .encode_to_vec()
        })
        .collect();
    merkle(&leaves)
}

/// The hash of transactions in a header.
pub fn data_hash(txs: &[Vec<u8>]) -> Hash {
    let leaves: Vec<[u8; 32]> = txs.iter().map(|tx| Sha256::digest(tx).into()).collect();
    merkle(&leaves)
}

fn consensus_hash(max_block_gas: Option<u64>) -> Hash {
    let gas = max_block_gas.map_or(-1, |gas| i64::try_from(gas).unwrap_or(i64::MAX));
    let params = pb_types::HashedParams { block_max_bytes: MAX_BYTES, block_max_gas: gas };
    Hash::Sha256(Sha256::digest(params.encode_to_vec()).into())
}

/// The consensus parameters in JSON.
pub fn consensus_params_json(max_block_gas: Option<u64>) -> Value {
    let gas = max_block_gas.map_or("-1".to_owned(), |gas| gas.to_string());
    json!({
        "block": { "max_bytes": MAX_BYTES.to_string(), "max_gas": gas },
        "evidence": {
            "max_age_num_blocks": "100000", "max_age_duration": "172800000000000", "max_bytes": "1048576",
        },
        "validator": { "pub_key_types": ["ed25519"] },
        "version": { "app": "0" },
        "abci": { "vote_extensions_enable_height": "0" },
    })
}

fn commit_hash(commit: Option<&Commit>) -> Hash {
    let signatures = commit.map_or(&[][..], |commit| &commit.signatures);
    let leaves: Vec<Vec<u8>> =
        signatures.iter().map(|sig| pb_types::CommitSig::from(sig.clone()).encode_to_vec()).collect();
    merkle(&leaves)
}

impl Validator {
    /// The validator whose secret is `seed`.
    ///
    /// # Errors
    /// A key that the library refuses.
    pub fn new(seed: [u8; 32]) -> Result<Self> {
        let key = SigningKey::from(seed);
        let public = PublicKey::from_raw_ed25519(key.verification_key().as_bytes())
            .ok_or_else(|| failed("not an ed25519 key"))?;
        let info = validator::Info::new(public, vote::Power::from(POWER));
        let set = validator::Set::with_proposer(vec![info.clone()], info.address).map_err(failed)?;
        let hash = set.hash();
        Ok(Self { key, set, hash })
    }

    /// The validator set, which never changes.
    pub fn set(&self) -> &validator::Set {
        &self.set
    }

    /// The address of the validator.
    pub fn address(&self) -> account::Id {
        self.set.proposer().as_ref().map_or(account::Id::new([0; 20]), |info| info.address)
    }

    /// Makes and signs the block of `proposal`. Its results, events and hash are still to be filled in.
    ///
    /// # Errors
    /// A time or height that no header can carry.
    pub fn make(&self, proposal: Proposal<'_>) -> Result<Block> {
        let previous = proposal.previous;
        let header = Header {
            version: Version { block: 11, app: 0 },
            chain_id: chain::Id::try_from(proposal.chain_id.to_owned()).map_err(failed)?,
            height: Height::try_from(proposal.height).map_err(failed)?,
            time: moment(proposal.time)?,
            last_block_id: previous.map(|block| block.id),
            last_commit_hash: Some(commit_hash(previous.map(|block| &block.commit))),
            data_hash: Some(data_hash(&proposal.txs)),
            validators_hash: self.hash,
            next_validators_hash: self.hash,
            consensus_hash: consensus_hash(proposal.max_block_gas),
            app_hash: AppHash::try_from(proposal.app_hash.to_vec()).map_err(failed)?,
            last_results_hash: Some(results_hash(previous.map_or(&[][..], |block| &block.results))),
            evidence_hash: Some(merkle::<[u8; 0]>(&[])),
            proposer_address: self.address(),
        };
        let last_commit = previous.map(|block| block.commit.clone());
        let whole = tendermint::Block::new(
            header.clone(),
            proposal.txs.clone(),
            evidence::List::default(),
            last_commit.clone(),
        );
        let bytes = pb_types::Block::from(whole).encode_to_vec();
        let chunks: Vec<&[u8]> = bytes.chunks(PART_BYTES).collect();
        let total = u32::try_from(chunks.len()).map_err(failed)?;
        let part_set_header = parts::Header::new(total, merkle(&chunks)).map_err(failed)?;
        let id = block::Id { hash: header.hash(), part_set_header };
        let commit = self.commit(&header, id)?;
        Ok(Block {
            header,
            id,
            txs: proposal.txs,
            last_commit,
            commit,
            results: Vec::new(),
            events: Vec::new(),
            app_hash: Vec::new(),
        })
    }

    fn commit(&self, header: &Header, id: block::Id) -> Result<Commit> {
        let vote = vote::Vote {
            vote_type: vote::Type::Precommit,
            height: header.height,
            round: Round::default(),
            block_id: Some(id),
            timestamp: Some(header.time),
            validator_address: self.address(),
            validator_index: vote::ValidatorIndex::try_from(0_u32).map_err(failed)?,
            signature: None,
            extension: Vec::new(),
            extension_signature: None,
        };
        let signature = self.key.sign(&vote.into_signable_vec(header.chain_id.clone()));
        let signature = Signature::new(signature.to_bytes()).map_err(failed)?;
        Ok(Commit {
            height: header.height,
            round: Round::default(),
            block_id: id,
            signatures: vec![CommitSig::BlockIdFlagCommit {
                validator_address: self.address(),
                timestamp: header.time,
                signature,
            }],
        })
    }
}
