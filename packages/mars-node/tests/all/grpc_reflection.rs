//! The gRPC door for a client that knows nothing beforehand, such as grpcurl: it learns the services by reflection, and
//! the messages from their descriptions.

use std::collections::{BTreeMap, BTreeSet};

use mars_node::Settings;
use prost::Message;
use prost_reflect::prost_types::FileDescriptorProto;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::{Value, json};
use tonic::Code;
use tonic::transport::Channel;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use crate::doors::{CHAIN, Doors};
use crate::grpc::raw;
use crate::sender::Sender;

struct Curl {
    channel: Channel,
    reflection: ServerReflectionClient<Channel>,
    pool: DescriptorPool,
}

impl Curl {
    async fn connect(address: &str) -> Self {
        let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        let reflection = ServerReflectionClient::new(channel.clone()).max_decoding_message_size(64 << 20);
        Self { channel, reflection, pool: DescriptorPool::new() }
    }

    async fn ask(&mut self, message: MessageRequest) -> MessageResponse {
        let request = ServerReflectionRequest { host: String::new(), message_request: Some(message) };
        let answers = self.reflection.server_reflection_info(tokio_stream::once(request)).await.unwrap();
        answers.into_inner().message().await.unwrap().unwrap().message_response.unwrap()
    }

    async fn services(&mut self) -> Vec<String> {
        match self.ask(MessageRequest::ListServices(String::new())).await {
            MessageResponse::ListServicesResponse(list) => {
                list.service.into_iter().map(|service| service.name).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    async fn files(&mut self, message: MessageRequest) -> Vec<FileDescriptorProto> {
        match self.ask(message).await {
            MessageResponse::FileDescriptorResponse(answer) => {
                let files = answer.file_descriptor_proto.iter();
                files.map(|file| FileDescriptorProto::decode(file.as_slice()).unwrap()).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    /// Learns the file that has `symbol`, after the files that it builds on.
    async fn learn(&mut self, symbol: &str) {
        let mut waiting = self.files(MessageRequest::FileContainingSymbol(symbol.to_owned())).await;
        while let Some(file) = waiting.pop() {
            if self.pool.get_file_by_name(file.name()).is_some() {
                continue;
            }
            let known = |name: &&String| self.pool.get_file_by_name(name).is_none();
            let missing: Vec<String> = file.dependency.iter().filter(known).cloned().collect();
            if missing.is_empty() {
                self.pool.add_file_descriptor_proto(file).unwrap();
                continue;
            }
            waiting.push(file);
            for name in missing {
                waiting.extend(self.files(MessageRequest::FileByFilename(name)).await);
            }
        }
    }

    /// Calls a method with a request in JSON, and answers in JSON.
    async fn call(&mut self, service: &str, method: &str, request: Value) -> Result<Value, tonic::Status> {
        let find = |pool: &DescriptorPool| {
            let service = pool.get_service_by_name(service).unwrap();
            service.methods().find(|known| known.name() == method).unwrap()
        };
        let request = DynamicMessage::deserialize(find(&self.pool).input(), request).unwrap();
        let path = format!("/{service}/{method}");
        let answer = raw(&self.channel, &path, request.encode_to_vec()).await?;
        let options = SerializeOptions::new().use_proto_field_name(true);
        loop {
            let decoded = DynamicMessage::decode(find(&self.pool).output(), answer.as_slice()).unwrap();
            assert_eq!(
                decoded.unknown_fields().count(),
                0,
                "{path} answers fields that it does not describe"
            );
            match decoded.serialize_with_options(serde_json::value::Serializer, &options) {
                Ok(json) => return Ok(json),
                // A packed message of a kind that is not known yet: it is asked for by its name.
                Err(error) => {
                    let text = error.to_string();
                    let (_, rest) = text.split_once("message '").expect(&text);
                    let (name, _) = rest.split_once("' not found").expect(&text);
                    self.learn(name).await;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_method_of_every_service_answers_what_it_describes() {
    let doors = Doors::open(Settings::default()).await;
    let mut curl = Curl::connect(&doors.grpc).await;
    let services = curl.services().await;
    let mut answered: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for service in services.iter().filter(|name| !name.starts_with("grpc.reflection.")) {
        curl.learn(service).await;
        let methods: Vec<String> = {
            let found = curl.pool.get_service_by_name(service).unwrap();
            found.methods().map(|method| method.name().to_owned()).collect()
        };
        for method in methods {
            match curl.call(service, &method, json!({})).await {
                Ok(_) => drop(answered.entry(service).or_default().insert(method)),
                Err(status) => {
                    // A question that ended abnormally would be a panic.
                    assert!(!status.message().contains("abnormally"), "{service}/{method}: {status}");
                    *refused.entry(format!("{:?}", status.code())).or_default() += 1;
                }
            }
        }
    }
    let answered = answered.values().map(BTreeSet::len).sum::<usize>();
    // An empty question is no question to most methods; one is described, and nobody here could answer it.
    let expected =
        [("Internal", 1), ("InvalidArgument", 53), ("NotFound", 1), ("Unimplemented", 1), ("Unknown", 21)];
    let expected = expected.map(|(code, times)| (code.to_owned(), times)).into();
    assert_eq!((services.len(), answered, refused), (20, 40, expected));
    doors.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_in_json_gets_its_answer_in_json() {
    let doors = Doors::open(Settings::default()).await;
    let mut sender = Sender::new(CHAIN);
    let contract = doors.deploy_probe(&mut sender).await;
    let mut curl = Curl::connect(&doors.grpc).await;
    for service in ["cosmos.bank.v1beta1.Query", "cosmos.auth.v1beta1.Query", "cosmwasm.wasm.v1.Query"] {
        curl.learn(service).await;
    }
    let balance = json!({ "address": sender.address(), "denom": "umars" });
    assert_eq!(
        curl.call("cosmos.bank.v1beta1.Query", "Balance", balance).await.unwrap(),
        json!({ "balance": { "denom": "umars", "amount": "1000000000" } })
    );
    let account = json!({ "address": sender.address() });
    let account = curl.call("cosmos.auth.v1beta1.Query", "AccountInfo", account).await.unwrap();
    assert_eq!(
        (&account["info"]["address"], &account["info"]["sequence"]),
        (&json!(sender.address()), &json!("2"))
    );
    let info = json!({ "address": contract });
    let info = curl.call("cosmwasm.wasm.v1.Query", "ContractInfo", info).await.unwrap();
    assert_eq!(
        (&info["contract_info"]["code_id"], &info["contract_info"]["label"]),
        (&json!("1"), &json!("probe"))
    );
    let wrong =
        curl.call("cosmos.bank.v1beta1.Query", "Balance", json!({ "address": "x" })).await.unwrap_err();
    assert_eq!(wrong.code(), Code::InvalidArgument, "{wrong}");
    doors.close().await;
}
