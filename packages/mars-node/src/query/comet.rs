//! What the SDK answers about the blocks and the node beneath it: `cosmos.base.tendermint.v1beta1.Service`,
//! `cosmos.base.node.v1beta1.Service` and `cosmos.consensus.v1.Query`.

use prost::Message;
use tendermint_proto::google::protobuf::Duration;
use tendermint_proto::p2p::{DefaultNodeInfo, DefaultNodeInfoOther, ProtocolVersion};
use tendermint_proto::types::{
    AbciParams, BlockParams, ConsensusParams, EvidenceParams, ValidatorParams, VersionParams,
};

use super::Ask;
use super::page::DEFAULT_LIMIT;
use crate::block::{Block, MAX_BYTES};
use crate::chain::Reader;
use crate::context::Ctx;
use crate::error::{Error, GrpcCode, Result};
use crate::proto::cosmos::base::node::v1beta1::{
    ConfigRequest, ConfigResponse, StatusRequest, StatusResponse,
};
use crate::proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};
use crate::proto::cosmos::base::tendermint::v1beta1::{
    AbciQueryRequest, AbciQueryResponse, Block as SdkBlock, GetBlockByHeightRequest,
    GetBlockByHeightResponse, GetLatestBlockRequest, GetLatestBlockResponse, GetLatestValidatorSetRequest,
    GetLatestValidatorSetResponse, GetNodeInfoRequest, GetNodeInfoResponse, GetSyncingRequest,
    GetSyncingResponse, GetValidatorSetByHeightRequest, GetValidatorSetByHeightResponse, Header as SdkHeader,
    Module, Validator, VersionInfo,
};
use crate::proto::cosmos::crypto::ed25519;
use crate::proto::{Timestamp, any};
use crate::{address, block};

/// The version of CometBFT whose interfaces the node has, as 0.38.21 says it. Clients choose how to read by the first
/// two numbers.
pub const COMET_VERSION: &str = "0.38.19";
/// The version of wasmd that the node answers like.
pub const WASMD_VERSION: &str = "0.61.14";
const SDK_VERSION: &str = "v0.53.6";
/// Modules that relayers look for to learn which versions they speak to.
const MODULES: [(&str, &str); 5] = [
    ("github.com/CosmWasm/wasmvm/v3", "v3.0.7"),
    ("github.com/cometbft/cometbft", "v0.38.21"),
    ("github.com/cosmos/cosmos-sdk", SDK_VERSION),
    ("github.com/cosmos/ibc-go/v10", "v10.5.0"),
    ("cosmossdk.io/store", "v1.1.2"),
];

#[derive(Clone, PartialEq, Message)]
struct QueryConsensusParamsResponse {
    #[prost(message, optional, tag = "1")]
    params: Option<ConsensusParams>,
}

/// Who the node says it is. The addresses are those of a node on the usual ports.
pub fn node_info(reader: &Reader) -> DefaultNodeInfo {
    DefaultNodeInfo {
        protocol_version: Some(ProtocolVersion { p2p: 8, block: 11, app: 0 }),
        default_node_id: hex::encode(reader.validator().address().as_bytes()),
        listen_addr: "tcp://0.0.0.0:26656".to_owned(),
        network: reader.app().chain_id.clone(),
        version: COMET_VERSION.to_owned(),
        channels: vec![0x40, 0x20, 0x21, 0x22, 0x23, 0x30, 0x38, 0x60, 0x61, 0x00],
        moniker: "mars-node".to_owned(),
        other: Some(DefaultNodeInfoOther {
            tx_index: "on".to_owned(),
            rpc_address: "tcp://0.0.0.0:26657".to_owned(),
        }),
    }
}

pub fn answer(ask: &Ask<'_>, method: &str) -> Option<Result<Vec<u8>>> {
    let reader = ask.reader;
    Some(match method {
        "GetNodeInfo" => ask.reply(|_, _: GetNodeInfoRequest| {
            let module = |(path, version): &(&str, &str)| Module {
                path: (*path).to_owned(),
                version: (*version).to_owned(),
                sum: String::new(),
            };
            Ok(GetNodeInfoResponse {
                default_node_info: Some(node_info(reader)),
                application_version: Some(VersionInfo {
                    name: "wasm".to_owned(),
                    app_name: "wasmd".to_owned(),
                    version: WASMD_VERSION.to_owned(),
                    git_commit: String::new(),
                    build_tags: String::new(),
                    go_version: String::new(),
                    build_deps: MODULES.iter().map(module).collect(),
                    cosmos_sdk_version: SDK_VERSION.to_owned(),
                }),
            })
        }),
        "GetSyncing" => ask.reply(|_, _: GetSyncingRequest| Ok(GetSyncingResponse { syncing: false })),
        "GetLatestBlock" => ask.reply(|ctx, _: GetLatestBlockRequest| {
            let block = super::kept(reader, reader.height())?;
            Ok(GetLatestBlockResponse {
                block_id: Some(block.id.into()),
                block: Some(super::wire(&block)),
                sdk_block: Some(sdk_block(ctx, &block)),
            })
        }),
        "GetBlockByHeight" => ask.reply(|ctx, request: GetBlockByHeightRequest| {
            let block = super::kept(reader, reached(reader, request.height)?)?;
            Ok(GetBlockByHeightResponse {
                block_id: Some(block.id.into()),
                block: Some(super::wire(&block)),
                sdk_block: Some(sdk_block(ctx, &block)),
            })
        }),
        "GetLatestValidatorSet" => ask.reply(|ctx, request: GetLatestValidatorSetRequest| {
            Ok(GetLatestValidatorSetResponse {
                block_height: shown(reader.height()),
                validators: validators(ctx, reader, request.pagination.as_ref())?,
                pagination: Some(PageResponse { next_key: Vec::new(), total: 1 }),
            })
        }),
        "GetValidatorSetByHeight" => ask.reply(|ctx, request: GetValidatorSetByHeightRequest| {
            let height = reached(reader, request.height)?;
            Ok(GetValidatorSetByHeightResponse {
                block_height: shown(height),
                validators: validators(ctx, reader, request.pagination.as_ref())?,
                pagination: Some(PageResponse { next_key: Vec::new(), total: 1 }),
            })
        }),
        "ABCIQuery" => ask.reply(|_, request: AbciQueryRequest| abci_query(reader, request)),
        _ => return None,
    })
}

fn shown(height: u64) -> i64 {
    i64::try_from(height).unwrap_or(i64::MAX)
}

/// The height that was asked for.
fn reached(reader: &Reader, height: i64) -> Result<u64> {
    let current = reader.height();
    if height > shown(current) {
        return Err(GrpcCode::InvalidArgument.error("requested block height is bigger then the chain length"));
    }
    u64::try_from(height)
        .ok()
        .filter(|height| *height > 0)
        .ok_or_else(|| Error::unregistered(format!("height must be greater than 0, but got {height}")))
}

fn sdk_block(ctx: &Ctx, block: &Block) -> SdkBlock {
    let block = super::wire(block);
    let header = block.header.unwrap_or_default();
    SdkBlock {
        header: Some(SdkHeader {
            version: header.version,
            chain_id: header.chain_id,
            height: header.height,
            time: header.time,
            last_block_id: header.last_block_id,
            last_commit_hash: header.last_commit_hash,
            data_hash: header.data_hash,
            validators_hash: header.validators_hash,
            next_validators_hash: header.next_validators_hash,
            consensus_hash: header.consensus_hash,
            app_hash: header.app_hash,
            last_results_hash: header.last_results_hash,
            evidence_hash: header.evidence_hash,
            proposer_address: consensus_address(ctx, &header.proposer_address),
        }),
        data: block.data,
        evidence: block.evidence,
        last_commit: block.last_commit,
    }
}

fn consensus_address(ctx: &Ctx, bytes: &[u8]) -> String {
    address::encode(&format!("{}valcons", ctx.app.prefix), bytes)
}

fn validators(ctx: &Ctx, reader: &Reader, page: Option<&PageRequest>) -> Result<Vec<Validator>> {
    let (offset, limit) = page.map_or((0, 0), |page| (page.offset, page.limit));
    let page = offset / if limit == 0 { DEFAULT_LIMIT } else { limit } + 1;
    if page > 1 {
        return Err(Error::unregistered(format!("page should be within [1, 1] range, given {page}")));
    }
    let shown = |info: &tendermint::validator::Info| Validator {
        address: consensus_address(ctx, info.address.as_bytes()),
        pub_key: Some(any(&ed25519::PubKey { key: info.pub_key.to_bytes() })),
        voting_power: i64::from(block::POWER),
        proposer_priority: 0,
    };
    Ok(reader.validator().set().validators().iter().map(shown).collect())
}

fn abci_query(reader: &Reader, request: AbciQueryRequest) -> Result<AbciQueryResponse> {
    let path = request.path;
    if path.is_empty() {
        return Err(GrpcCode::InvalidArgument.error("empty query path"));
    }
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    if !["app", "store", "p2p", "custom"].contains(&first) {
        return Err(GrpcCode::InvalidArgument.error(format!("unsupported ABCI query path: {path}")));
    }
    let answer = reader.abci_query(&path, &request.data, request.height, request.prove);
    Ok(AbciQueryResponse {
        code: answer.code,
        log: answer.log,
        key: answer.key,
        value: answer.value,
        height: answer.height,
        codespace: answer.codespace,
        ..Default::default()
    })
}

/// `cosmos.base.node.v1beta1.Service`.
pub fn node(ask: &Ask<'_>, method: &str) -> Option<Result<Vec<u8>>> {
    let reader = ask.reader;
    Some(match method {
        "Config" => ask.reply(|ctx, _: ConfigRequest| {
            let price = |price: &crate::context::GasPrice| {
                format!("{}{}", super::decimal(&price.atomics.to_string()), price.denom)
            };
            Ok(ConfigResponse {
                minimum_gas_price: ctx.min_gas_prices.iter().map(price).collect::<Vec<_>>().join(","),
                pruning_keep_recent: "0".to_owned(),
                pruning_interval: "0".to_owned(),
                halt_height: 0,
            })
        }),
        "Status" => ask.reply(|ctx, _: StatusRequest| {
            let nanos = ctx.block.time.0;
            let header = reader.block(0).map(|block| block.header.clone());
            Ok(StatusResponse {
                earliest_store_height: 0,
                height: ctx.block.height,
                timestamp: Some(Timestamp {
                    seconds: shown(nanos / 1_000_000_000),
                    nanos: i32::try_from(nanos % 1_000_000_000).unwrap_or_default(),
                }),
                app_hash: header
                    .as_ref()
                    .map(|header| header.app_hash.as_bytes().to_vec())
                    .unwrap_or_default(),
                validator_hash: header
                    .map(|header| header.next_validators_hash.as_bytes().to_vec())
                    .unwrap_or_default(),
            })
        }),
        _ => return None,
    })
}

/// `cosmos.consensus.v1.Query`.
pub fn consensus(ask: &Ask<'_>, method: &str) -> Option<Result<Vec<u8>>> {
    (method == "Params").then(|| {
        let max_gas = ask.ctx.block.max_gas.map_or(-1, shown);
        ask.say(&QueryConsensusParamsResponse {
            params: Some(ConsensusParams {
                block: Some(BlockParams { max_bytes: MAX_BYTES, max_gas }),
                evidence: Some(EvidenceParams {
                    max_age_num_blocks: 100_000,
                    max_age_duration: Some(Duration { seconds: 172_800, nanos: 0 }),
                    max_bytes: 1_048_576,
                }),
                validator: Some(ValidatorParams { pub_key_types: vec!["ed25519".to_owned()] }),
                version: Some(VersionParams { app: 0 }),
                abci: Some(AbciParams { vote_extensions_enable_height: 0 }),
            }),
        })
    })
}
