//! Every reader of what strangers send, as a function of bytes. None of them may panic or take memory out of proportion,
//! whatever it is given; each also holds what it promises about the inputs that it accepts.
//!
//! The tests replay the inputs that are kept in `fuzz/corpus` and change them at random; `scripts/fuzz` lets libFuzzer
//! look for new ones.

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, Uri};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use prost::Message;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::backend::disk;
use crate::error::sdk::PANIC;
use crate::index::Fact;
use crate::interface::Interface;
use crate::proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use crate::proto::cosmos::tx::v1beta1::{AuthInfo, Fee, ModeInfo, SignerInfo, TxRaw};
use crate::proto::wasm::MsgStoreCode;
use crate::proto::{Any, TxBody, any};
use crate::rest::json::Codec;
use crate::tx::{AMINO_JSON, DIRECT, Msg, PubKey, SignerData, Tx};
use crate::wasm::keeper::{self, NewContract, Salt};
use crate::{Chain, Genesis, Memory, Mining, Node, Query, Reader, Retention, Settings};
use crate::{address, amino, coin, rest, rpc};

/// Reads bytes, and panics if it does not do so as it should.
pub type Target = fn(&[u8]);

/// Every target by name, which is also the name of its folder of inputs.
pub const TARGETS: [(&str, Target); 16] = [
    ("address", read_address),
    ("amino", read_amino),
    ("block-record", read_block_record),
    ("change-record", read_change_record),
    ("coin", read_coin),
    ("event-query", read_event_query),
    ("genesis", read_genesis),
    ("grpc", call_grpc),
    ("msg", read_msg),
    ("proto-json", write_json),
    ("rest", call_rest),
    ("rpc-post", call_rpc_post),
    ("rpc-uri", call_rpc_uri),
    ("rpc-websocket", call_rpc_websocket),
    ("tx", read_tx),
    ("wasm", read_wasm),
];

/// The target of that name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(known, _)| *known == name).map(|(_, target)| *target)
}

/// A chain that is never written to again, with its doors.
struct World {
    holder: String,
    reader: Reader,
    rpc: Arc<rpc::Door>,
    rpc_http: TowerToHyperService<Router>,
    rest: TowerToHyperService<Router>,
    codec: Codec,
    runtime: Runtime,
}

static WORLD: LazyLock<World> = LazyLock::new(|| World::begin().unwrap_or_else(|error| abort(&error)));

/// Makes what the targets need, which takes longer than any input may.
pub fn prepare() {
    LazyLock::force(&WORLD);
}

/// Ends the process: nothing can be tried.
pub fn abort(error: &dyn std::fmt::Display) -> ! {
    eprintln!("{error}");
    std::process::abort()
}

impl World {
    fn begin() -> Result<Self, Box<dyn std::error::Error>> {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        // The accounts of the recorded transactions, with the contract that they use.
        let recorded: serde_json::Value = serde_json::from_slice(&fs::read(golden.join("stream.json"))?)?;
        let genesis: Genesis = serde_json::from_value(recorded.get("genesis").cloned().unwrap_or_default())?;
        let probe = fs::read(golden.join("probe.wasm.gz"))?;
        let holder = genesis.accounts.first().map(|account| account.address.clone()).unwrap_or_default();
        // The folder lasts as long as the process.
        let code = std::env::temp_dir().join(format!("mars-node-fuzz-{}", std::process::id()));
        let mut chain = Chain::new(genesis, &code, Box::new(Memory), Retention::default())?;
        chain.produce_block(Vec::new(), chain.reader().time().0 + 1)?;
        chain.edit(|ctx| {
            let (code_id, _) = keeper::store_code(ctx, &holder, &probe, None)?;
            let (msg, salt) = (br#"{"answer":{}}"#.as_slice(), Salt::Counted);
            let (admin, label) = (holder.as_str(), "probe");
            keeper::instantiate(
                ctx,
                NewContract { code_id, sender: &holder, admin, label, msg, funds: &[], salt },
            )
        })??;
        let settings = Settings { mining: Mining::Manual, mempool: 16, ..Settings::default() };
        let node = Node::start(chain, settings)?;
        let options = rpc::Options { commit_timeout: Duration::from_millis(1), ..rpc::Options::default() };
        let address = ([127, 0, 0, 1], 26_657).into();
        let rpc = Arc::new(rpc::Door::new(node.clone(), options, address, CancellationToken::new()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        Ok(Self {
            holder,
            reader: node.reader().clone(),
            rpc_http: TowerToHyperService::new(rpc::router(rpc.clone())),
            rpc,
            rest: TowerToHyperService::new(rest::router(node, rest::Options::default())?),
            codec: Codec::new(Interface::recorded()?.pool().clone()),
            runtime,
        })
    }

    /// Puts a request to a door, and returns the status and the body of the answer.
    fn http(
        &self,
        door: &TowerToHyperService<Router>,
        method: Method,
        uri: Uri,
        body: &[u8],
    ) -> (StatusCode, Vec<u8>) {
        let mut request = Request::new(Body::from(body.to_vec()));
        (*request.method_mut(), *request.uri_mut()) = (method, uri);
        self.runtime.block_on(async {
            let response = door.call(request).await.unwrap_or_else(|never| match never {});
            let (head, body) = response.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
            (head.status, body.to_vec())
        })
    }
}

/// The first line as text, and the bytes behind it.
fn split(input: &[u8]) -> Option<(&str, &[u8])> {
    let end = input.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = input.split_at_checked(end)?;
    Some((std::str::from_utf8(line).ok()?, rest.get(1..)?))
}

/// What is read once and written comes back as it is from then on.
fn read_amino(input: &[u8]) {
    let turn = |json: &[u8]| {
        let binary = amino::encode(std::str::from_utf8(json).ok()?).ok()?;
        amino::decode(&binary).ok()
    };
    if let Some(json) = amino::decode(input).ok().and_then(|json| turn(&json)).or_else(|| turn(input)) {
        let json = turn(&json).unwrap_or(json);
        assert_eq!(turn(&json).unwrap_or_else(|| json.clone()), json);
    }
}

fn read_address(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    // An address can be refused where bech32 alone is not.
    drop(address::decode("mars", text));
    if let Ok((prefix, bytes)) = address::decode_with_any_prefix(text)
        && !bytes.is_empty()
    {
        assert_eq!(address::encode(&prefix, &bytes), text.to_ascii_lowercase());
    }
}

fn read_block_record(input: &[u8]) {
    let Ok(block) = disk::decode_block(input) else { return };
    let again = disk::decode_block(&disk::encode_block(&block));
    assert!(again.is_ok_and(|again| again == block), "what was read can be written and read");
}

fn read_change_record(input: &[u8]) {
    let Ok(changes) = disk::decode_changes(input) else { return };
    assert_eq!(disk::decode_changes(&disk::encode_changes(&changes)), Ok(changes));
}

fn read_coin(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(coins) = coin::parse(text) {
        assert_eq!(coin::parse(&coin::text(&coins)), Ok(coins));
    }
}

fn read_event_query(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(query) = Query::parse(text) else { return };
    let facts = [("tm", "event", "Tx"), ("tx", "height", "5"), ("transfer", "amount", "7umars")];
    let facts = facts.map(|(kind, name, value)| Fact { kind, name, value });
    query.terms();
    let holds = query.matches(&facts);
    // What narrows a search down leaves nothing out.
    assert!(!holds || query.equal("tm.event").is_none_or(|value| value == "Tx"));
    assert!(!holds || query.heights("tx.height").contains(&5));
}

fn read_genesis(input: &[u8]) {
    let Ok(genesis) = serde_json::from_slice::<Genesis>(input) else { return };
    let again = serde_json::to_vec(&genesis).unwrap_or_default();
    assert!(serde_json::from_slice::<Genesis>(&again).is_ok(), "what is written can be read");
    drop(genesis.gas_prices());
    genesis.to_json();
    // On a state of its own; a genesis may well be unsound.
    drop(genesis.write(&WORLD.reader.context()));
}

fn call_grpc(input: &[u8]) {
    let Some((path, request)) = split(input) else { return };
    if let (Ok(answer), Ok(interface)) = (WORLD.reader.query(path, request), Interface::recorded())
        && let Some(method) = interface.method(path)
    {
        let answer = prost_reflect::DynamicMessage::decode(method.output(), answer.as_slice());
        assert!(answer.is_ok(), "{path} answers with another message than wasmd describes");
    }
    WORLD.reader.abci_query(path, request, 0, false);
}

fn read_msg(input: &[u8]) {
    let Some((type_url, value)) = split(input) else { return };
    let any = Any { type_url: type_url.to_owned(), value: value.to_vec() };
    if let Ok(Some(msg)) = Msg::decode(&any) {
        drop(msg.signers("mars"));
    }
    drop(PubKey::decode(&any).map(|key| (key.address(), key.amino(), key.count())));
    let body_bytes = TxBody { messages: vec![any], ..TxBody::default() }.encode_to_vec();
    // A fee of no coin and 200,000 gas.
    let auth_info_bytes = vec![0x12, 0x04, 0x10, 0xc0, 0x9a, 0x0c];
    read_tx(&TxRaw { body_bytes, auth_info_bytes, signatures: vec![vec![0; 64]] }.encode_to_vec());
}

fn read_tx(input: &[u8]) {
    WORLD.reader.check(input);
    WORLD.reader.simulate(input);
    let Ok(tx) = Tx::decode(input) else { return };
    // A field that comes twice counts once, as in the SDK, so the bytes need not be the same.
    let again = Tx::decode(&tx.raw.encode_to_vec());
    assert!(again.is_ok_and(|again| again.raw == tx.raw), "what was read can be written and read");
    let signer = SignerData {
        chain_id: "mars-fuzz".to_owned(),
        account_number: 1,
        sequence: 2,
        ..SignerData::default()
    };
    for mode in [DIRECT, AMINO_JSON] {
        if let Ok(bytes) = tx.sign_bytes(mode, &signer)
            && mode == AMINO_JSON
        {
            assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok(), "amino JSON is JSON");
        }
    }
}

fn write_json(input: &[u8]) {
    let Some((name, bytes)) = split(input) else { return };
    let Ok(interface) = Interface::recorded() else { return };
    let Some(kind) = interface.pool().get_message_by_name(name) else { return };
    if let Ok(json) = WORLD.codec.write(&kind, bytes) {
        assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    }
}

fn call_rest(input: &[u8]) {
    let Some((line, body)) = split(input) else { return };
    let Some((method, uri)) = line.split_once(' ') else { return };
    let (Ok(method), Ok(uri)) = (method.parse(), uri.parse()) else { return };
    let (_, body) = WORLD.http(&WORLD.rest, method, uri, body);
    assert!(body.is_empty() || serde_json::from_slice::<serde_json::Value>(&body).is_ok());
}

fn call_rpc_post(input: &[u8]) {
    let (status, body) = WORLD.http(&WORLD.rpc_http, Method::POST, Uri::from_static("/"), input);
    let page = body.starts_with(b"<html>");
    assert!(
        body.is_empty() || page || serde_json::from_slice::<serde_json::Value>(&body).is_ok(),
        "{status}: {}",
        String::from_utf8_lossy(&body)
    );
}

fn call_rpc_uri(input: &[u8]) {
    let Ok(uri) = Uri::try_from(input) else { return };
    WORLD.http(&WORLD.rpc_http, Method::GET, uri, &[]);
}

fn call_rpc_websocket(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Some(reply) = WORLD.runtime.block_on(rpc::websocket::told(&WORLD.rpc, &text)) {
        assert!(serde_json::from_slice::<serde_json::Value>(&reply).is_ok());
    }
}

/// What is done with code that is uploaded: it is unpacked, checked and compiled.
fn read_wasm(input: &[u8]) {
    let message = MsgStoreCode {
        sender: WORLD.holder.clone(),
        wasm_byte_code: input.to_vec(),
        instantiate_permission: None,
    };
    let body_bytes = TxBody { messages: vec![any(&message)], ..TxBody::default() }.encode_to_vec();
    let signer = SignerInfo {
        mode_info: Some(ModeInfo { sum: Some(Sum::Single(Single { mode: 1 })) }),
        ..SignerInfo::default()
    };
    #[allow(deprecated)]
    let auth = AuthInfo { signer_infos: vec![signer], fee: Some(Fee::default()), tip: None };
    let tx = TxRaw { body_bytes, auth_info_bytes: auth.encode_to_vec(), signatures: vec![vec![]] };
    let result = WORLD.reader.simulate(&tx.encode_to_vec());
    let panicked = (PANIC.codespace, PANIC.code);
    assert_ne!((result.codespace.as_str(), result.code), panicked, "{}", result.log);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use rand::rngs::StdRng;
    use rand::seq::SliceRandom;
    use rand::{Rng, SeedableRng};

    use super::*;

    /// How many changes of each kept input are tried.
    const ROUNDS: &str = "MARS_NODE_FUZZ_ROUNDS";

    fn kept(name: &str) -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|path| fs::read(path).unwrap()).collect()
    }

    /// A few bytes of `input` are other ones, gone, or there twice, or part of `other` is in their place.
    fn change(random: &mut StdRng, input: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        for _ in 0..random.gen_range(1..4) {
            let at = random.gen_range(0..=bytes.len());
            let end = random.gen_range(at..=bytes.len().min(at + 16));
            match random.gen_range(0..5) {
                0 => bytes[at..end].iter_mut().for_each(|byte| *byte = random.r#gen()),
                1 => drop(bytes.drain(at..end)),
                2 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
                3 => {
                    let from = random.gen_range(0..=other.len());
                    bytes.splice(at..end, other[from..other.len().min(from + 64)].to_vec());
                }
                _ => bytes[at..end].iter_mut().for_each(|byte| *byte ^= 1 << random.gen_range(0..8)),
            }
        }
        bytes
    }

    fn replay(name: &str) {
        let target = target(name).unwrap();
        let inputs = kept(name);
        assert!(!inputs.is_empty(), "{name} has no inputs");
        inputs.iter().for_each(|input| target(input));
        let rounds: usize = std::env::var(ROUNDS).map_or(20, |rounds| rounds.parse().unwrap());
        let mut random = StdRng::seed_from_u64(7);
        for input in &inputs {
            for _ in 0..rounds {
                let other = inputs.choose(&mut random).unwrap();
                target(&change(&mut random, input, other));
            }
        }
    }

    #[test]
    fn every_target_has_a_folder_of_inputs_and_every_folder_a_target() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, TARGETS.map(|(name, _)| name));
    }

    /// All in one, because they share the chain, and making it takes longer than using it.
    #[test]
    fn kept_inputs_and_changes_of_them_are_survived() {
        TARGETS.iter().for_each(|(name, _)| replay(name));
    }
}
