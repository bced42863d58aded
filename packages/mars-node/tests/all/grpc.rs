//! The gRPC door by clients that others have generated.

use cosmos_sdk_proto::cosmos::auth::v1beta1::QueryAccountRequest;
use cosmos_sdk_proto::cosmos::auth::v1beta1::query_client::QueryClient as AuthClient;
use cosmos_sdk_proto::cosmos::bank::v1beta1::query_client::QueryClient as BankClient;
use cosmos_sdk_proto::cosmos::bank::v1beta1::{QueryBalanceRequest, QueryTotalSupplyRequest};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use cosmos_sdk_proto::cosmos::base::tendermint::v1beta1::service_client::ServiceClient as NodeClient;
use cosmos_sdk_proto::cosmos::base::tendermint::v1beta1::{GetLatestBlockRequest, GetNodeInfoRequest};
use cosmos_sdk_proto::cosmos::tx::v1beta1::service_client::ServiceClient as TxClient;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{BroadcastTxRequest, GetTxRequest, SimulateRequest};
use cosmos_sdk_proto::cosmwasm::wasm::v1::query_client::QueryClient as WasmClient;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{QueryCodesRequest, QueryContractInfoRequest};
use mars_node::grpc::{self, Options};
use mars_node::{Chain, Genesis, Memory, Node, Retention, Settings};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use tonic::{Code, Request};

struct Open {
    channel: Channel,
    node: Node,
    url: String,
    stop: CancellationToken,
    served: Option<JoinHandle<std::io::Result<()>>>,
    _code: tempfile::TempDir,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.stop.cancel();
        self.node.stop();
    }
}

fn minter() -> String {
    mars_node::address::encode("mars", &[1; 20])
}

async fn open(options: Options) -> Open {
    let genesis = Genesis::new("test-1", "mars", "umars").with_account(minter(), "1000umars,5uusdc");
    let code = tempfile::tempdir().unwrap();
    let chain = Chain::new(genesis, code.path(), Box::new(Memory), Retention::default()).unwrap();
    let node = Node::start(chain, Settings::default()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let served = Some(tokio::spawn(grpc::serve(listener, node.clone(), options, stop.clone())));
    let channel = Channel::from_shared(url.clone()).unwrap().connect().await.unwrap();
    Open { channel, node, url, stop, served, _code: code }
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_clients_read_the_chain() {
    let door = open(Options::default()).await;
    let mut bank = BankClient::new(door.channel.clone());
    let request = QueryBalanceRequest { address: minter(), denom: "umars".into() };
    let answer = bank.balance(request).await.unwrap();
    assert_eq!(answer.metadata().get("x-cosmos-block-height").unwrap(), "1");
    assert_eq!(answer.into_inner().balance.unwrap().amount, "1000");

    let pagination = Some(PageRequest { limit: 1, ..PageRequest::default() });
    let supply = bank.total_supply(QueryTotalSupplyRequest { pagination }).await.unwrap().into_inner();
    assert_eq!(supply.supply[0].denom, "umars");
    assert_eq!(supply.pagination.unwrap().next_key, b"uusdc");

    let account = AuthClient::new(door.channel.clone())
        .account(QueryAccountRequest { address: minter() })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(account.account.unwrap().type_url, "/cosmos.auth.v1beta1.BaseAccount");

    let mut node = NodeClient::new(door.channel.clone());
    let block = node.get_latest_block(GetLatestBlockRequest {}).await.unwrap().into_inner();
    assert_eq!(block.block.unwrap().header.unwrap().height, 1);
    let info = node.get_node_info(GetNodeInfoRequest {}).await.unwrap().into_inner();
    assert_eq!(info.default_node_info.unwrap().network, "test-1");
    let versions = info.application_version.unwrap().build_deps;
    assert!(versions.iter().any(|module| module.path == "github.com/cosmos/cosmos-sdk"));

    let codes =
        WasmClient::new(door.channel.clone()).codes(QueryCodesRequest { pagination: None }).await.unwrap();
    assert!(codes.into_inner().code_infos.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_height_of_a_question_is_in_its_metadata() {
    let door = open(Options::default()).await;
    door.node.mine(3, None).await.unwrap();
    let mut bank = BankClient::new(door.channel.clone());
    let mut at = async |height: &'static str| {
        let mut request = Request::new(QueryBalanceRequest { address: minter(), denom: "umars".into() });
        request.metadata_mut().insert("x-cosmos-block-height", height.parse().unwrap());
        bank.balance(request).await
    };
    let answer = at("2").await.unwrap();
    assert_eq!(answer.metadata().get("x-cosmos-block-height").unwrap(), "2");
    assert_eq!(at("0").await.unwrap().metadata().get("x-cosmos-block-height").unwrap(), "4");
    for (height, text) in [
        (
            "5",
            "codespace sdk code 26: invalid height: cannot query with height in the future; please provide a \
             valid height",
        ),
        (
            "x",
            "codespace sdk code 18: invalid request: Baseapp.RegisterGRPCServer: invalid height header \
             \"x-cosmos-block-height\": strconv.ParseInt: parsing \"x\": invalid syntax",
        ),
    ] {
        let status = at(height).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::Unknown, text));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_wasmds_status() {
    let door = open(Options::default()).await;
    let stranger = mars_node::address::encode("mars", &[9; 20]);
    let status = AuthClient::new(door.channel.clone())
        .account(QueryAccountRequest { address: stranger.clone() })
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::NotFound, &*format!("account {stranger} not found"))
    );

    let status = WasmClient::new(door.channel.clone())
        .contract_info(QueryContractInfoRequest { address: stranger.clone() })
        .await
        .unwrap_err();
    let text = format!("codespace wasm code 22: no such contract: address {stranger}");
    assert_eq!((status.code(), status.message()), (Code::Unknown, &*text));

    let mut tx = TxClient::new(door.channel.clone());
    let status = tx.get_tx(GetTxRequest { hash: "AB".repeat(32) }).await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::NotFound, &*format!("tx not found: {}", "AB".repeat(32)))
    );
    #[allow(deprecated)]
    let status = tx.simulate(SimulateRequest { tx: None, tx_bytes: vec![] }).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::InvalidArgument, "empty txBytes is not allowed"));
    let status = tx.broadcast_tx(BroadcastTxRequest { tx_bytes: vec![1], mode: 0 }).await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::Unknown, "unsupported return type unspecified; supported types: sync, async")
    );
    // A transaction that is none is answered, not refused, as the check's answer says why.
    let sent = tx.broadcast_tx(BroadcastTxRequest { tx_bytes: vec![0, 0, 0], mode: 2 }).await.unwrap();
    let sent = sent.into_inner().tx_response.unwrap();
    assert_eq!((sent.code, sent.codespace.as_str(), sent.height), (2, "sdk", 0));
}

/// Asks any method with any bytes.
pub async fn raw(channel: &Channel, path: &str, bytes: Vec<u8>) -> Result<Vec<u8>, tonic::Status> {
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.unwrap();
    let path = path.parse().unwrap();
    client.unary(Request::new(bytes), path, Bytes).await.map(tonic::Response::into_inner)
}

struct Bytes;

impl tonic::codec::Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl tonic::codec::Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = tonic::Status;

    fn encode(
        &mut self,
        item: Vec<u8>,
        buffer: &mut tonic::codec::EncodeBuf<'_>,
    ) -> Result<(), tonic::Status> {
        prost::bytes::BufMut::put_slice(buffer, &item);
        Ok(())
    }
}

impl tonic::codec::Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = tonic::Status;

    fn decode(&mut self, buffer: &mut tonic::codec::DecodeBuf<'_>) -> Result<Option<Vec<u8>>, tonic::Status> {
        let length = prost::bytes::Buf::remaining(buffer);
        Ok(Some(prost::bytes::Buf::copy_to_bytes(buffer, length).to_vec()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_served_is_unimplemented_and_what_is_no_message_is_refused() {
    let door = open(Options { message_bytes: 1_000, ..Options::default() }).await;
    for (path, bytes, code, text) in [
        ("/ibc.core.client.v1.Query/ClientStates", vec![], Code::Unimplemented, "is not served by this node"),
        ("/cosmos.group.v1.Query/GroupInfo", vec![], Code::Unimplemented, "is not served by this node"),
        (
            "/cosmos.bank.v1beta1.Query/Nope",
            vec![],
            Code::Unimplemented,
            "unknown method Nope for service cosmos.bank.v1beta1.Query",
        ),
        ("/no.such.Service/Nope", vec![], Code::Unimplemented, "unknown service no.such.Service"),
        (
            "/cosmos.bank.v1beta1.Query/Balance",
            vec![0xff; 9],
            Code::Internal,
            "grpc: error unmarshalling request",
        ),
        (
            "/cosmos.bank.v1beta1.Query/Balance",
            vec![0; 1_001],
            Code::ResourceExhausted,
            "grpc: received message larger than max (1001 vs. 1000)",
        ),
    ] {
        let status = raw(&door.channel, path, bytes).await.unwrap_err();
        assert_eq!(status.code(), code, "{path}: {status}");
        assert!(status.message().contains(text), "{path}: {status}");
    }
    // The door still stands.
    assert_eq!(
        raw(&door.channel, "/cosmos.bank.v1beta1.Query/Params", vec![]).await.unwrap(),
        [10, 2, 16, 1]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn reflection_tells_the_services_in_both_versions() {
    use tonic_reflection::pb::v1::ServerReflectionRequest;
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
    let door = open(Options::default()).await;
    let mut client = ServerReflectionClient::new(door.channel.clone());
    let mut ask = async |message: MessageRequest| {
        let request = ServerReflectionRequest { host: String::new(), message_request: Some(message) };
        let mut answers =
            client.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
        answers.message().await.unwrap().unwrap().message_response.unwrap()
    };
    let MessageResponse::ListServicesResponse(list) = ask(MessageRequest::ListServices(String::new())).await
    else {
        panic!("a list was asked for");
    };
    let names: Vec<&str> = list.service.iter().map(|service| service.name.as_str()).collect();
    for name in ["cosmwasm.wasm.v1.Query", "cosmos.tx.v1beta1.Service", "grpc.reflection.v1.ServerReflection"]
    {
        assert!(names.contains(&name), "{names:?}");
    }
    let symbol = MessageRequest::FileContainingSymbol("cosmos.bank.v1beta1.Query".to_owned());
    assert!(matches!(ask(symbol).await, MessageResponse::FileDescriptorResponse(_)));

    use tonic_reflection::pb::v1alpha;
    let mut old = v1alpha::server_reflection_client::ServerReflectionClient::new(door.channel.clone());
    let message = v1alpha::server_reflection_request::MessageRequest::FileByFilename(
        "cosmwasm/wasm/v1/query.proto".to_owned(),
    );
    let request = v1alpha::ServerReflectionRequest { host: String::new(), message_request: Some(message) };
    let mut answers = old.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response.unwrap();
    assert!(matches!(
        answer,
        v1alpha::server_reflection_response::MessageResponse::FileDescriptorResponse(_)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_door_lets_nobody_in() {
    let mut door = open(Options::default()).await;
    raw(&door.channel, "/cosmos.bank.v1beta1.Query/Params", vec![]).await.unwrap();
    door.stop.cancel();
    door.served.take().unwrap().await.unwrap().unwrap();
    assert!(Channel::from_shared(door.url.clone()).unwrap().connect().await.is_err());
}
