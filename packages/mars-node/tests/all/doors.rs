//! A node with all its doors open, for tests that go through several of them.

use mars_node::{Chain, Genesis, Memory, Node, Retention, Settings, grpc, rest, rpc};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::sender::{DENOM, Sender, contract_of, probe};

pub const CHAIN: &str = "mars-local-1";

/// The limits of the three doors.
#[derive(Default)]
pub struct Limits {
    pub rpc: rpc::Options,
    pub rest: rest::Options,
    pub grpc: grpc::Options,
}

/// The doors are closed and the node is stopped when this is dropped.
pub struct Doors {
    pub node: Node,
    /// Where each door is: an address with its port.
    pub rpc: String,
    pub rest: String,
    pub grpc: String,
    stop: CancellationToken,
    served: Vec<JoinHandle<std::io::Result<()>>>,
    _code: Option<tempfile::TempDir>,
}

/// A genesis in which the first accounts have coins.
pub fn genesis() -> Genesis {
    (0..8).fold(Genesis::new(CHAIN, "mars", DENOM), |genesis, number| {
        genesis.with_account(Sender::numbered(CHAIN, number).address(), format!("1000000000{DENOM}"))
    })
}

impl Doors {
    pub async fn open(settings: Settings) -> Self {
        Self::limited(settings, Limits::default()).await
    }

    pub async fn limited(settings: Settings, limits: Limits) -> Self {
        let code = tempfile::tempdir().unwrap();
        let chain = Chain::new(genesis(), code.path(), Box::new(Memory), Retention::default()).unwrap();
        Self::of(Node::start(chain, settings).unwrap(), limits, Some(code)).await
    }

    pub async fn of(node: Node, limits: Limits, code: Option<tempfile::TempDir>) -> Self {
        let stop = CancellationToken::new();
        let bind = async || TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (rpc, rest, grpc) = (bind().await, bind().await, bind().await);
        let [rpc_at, rest_at, grpc_at] =
            [&rpc, &rest, &grpc].map(|listener| listener.local_addr().unwrap().to_string());
        let served = vec![
            tokio::spawn(rpc::serve(rpc, node.clone(), limits.rpc, stop.clone())),
            tokio::spawn(rest::serve(rest, node.clone(), limits.rest, stop.clone())),
            tokio::spawn(grpc::serve(grpc, node.clone(), limits.grpc, stop.clone())),
        ];
        Self { node, rpc: rpc_at, rest: rest_at, grpc: grpc_at, stop, served, _code: code }
    }

    /// Includes a transaction, which must succeed.
    pub async fn include(&self, tx: Vec<u8>) -> mars_node::Included {
        let sent = self.node.broadcast(tx).await.unwrap();
        assert_eq!(sent.check.code, 0, "{}", sent.check.log);
        let included = sent.included.unwrap();
        let result = included.result().unwrap();
        assert_eq!(result.code, 0, "{}", result.log);
        included
    }

    /// A contract that does what it is told, deployed by `sender`.
    pub async fn deploy_probe(&self, sender: &mut Sender) -> String {
        self.include(sender.store(probe())).await;
        contract_of(&self.include(sender.instantiate(1)).await.block)
    }

    /// Closes the doors, which must take less than their time for it.
    pub async fn close(mut self) {
        self.stop.cancel();
        for served in std::mem::take(&mut self.served) {
            tokio::time::timeout(std::time::Duration::from_secs(8), served).await.unwrap().unwrap().unwrap();
        }
    }
}

impl Drop for Doors {
    fn drop(&mut self) {
        self.stop.cancel();
        self.node.stop();
    }
}
