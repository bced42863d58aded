use std::fs;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use mars_client::Error;
use mars_node::{Backend, Chain, Disk, Genesis, Memory, Mining, Node, Retention, Settings, grpc, rest, rpc};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::cli::Globals;
use crate::cmd::Outcome;
use crate::cmd::tx::duration;
use crate::context;
use crate::failure::Failure;
use crate::show::{Shown, fields};

/// The chain of `scripts/localnet`: the same name, coins and test accounts.
const GENESIS: &str = include_str!("../../genesis.json");

/// Runs a whole chain in this process until Ctrl-C or SIGTERM: for developing and trying, never for value.
#[derive(Debug, Args)]
pub struct Start {
    /// Genesis of a new chain (JSON) [default: the local test chain with its ten accounts]
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
    /// Forget everything when it ends
    #[arg(long)]
    memory: bool,
    /// Others may reach it: developer controls are off on every door
    #[arg(long)]
    public: bool,
    /// Make a block this often instead of one for each transaction
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    block_time: Option<Duration>,
    /// Address that RPC, REST and gRPC listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    host: IpAddr,
    /// Port of CometBFT's RPC; 0 takes any that is free, as for the others
    #[arg(long, value_name = "PORT", default_value_t = 26_657)]
    rpc_port: u16,
    #[arg(long, value_name = "PORT", default_value_t = 1_317)]
    rest_port: u16,
    #[arg(long, value_name = "PORT", default_value_t = 9_090)]
    grpc_port: u16,
    /// Add N to each port that is not 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    port_offset: u16,
}

impl Start {
    pub async fn run(self, globals: &Globals) -> Outcome {
        let stop = stop_signal().map_err(internal)?;
        let genesis = self.read_genesis()?;
        let (rpc_door, rest_door, grpc_door) = (
            self.listen(self.rpc_port).await?,
            self.listen(self.rest_port).await?,
            self.listen(self.grpc_port).await?,
        );
        let addresses = [&rpc_door, &rest_door, &grpc_door].map(TcpListener::local_addr);
        let (chain_id, folder) = (genesis.chain_id.clone(), context::home(globals)?.join("embedded"));
        let node = self.node(genesis, &folder)?;

        let closing = CancellationToken::new();
        let mut doors = tokio::task::JoinSet::new();
        doors.spawn(rpc::serve(rpc_door, node.clone(), rpc::Options::default(), closing.clone()));
        doors.spawn(rest::serve(rest_door, node.clone(), rest::Options::default(), closing.clone()));
        doors.spawn(grpc::serve(grpc_door, node.clone(), grpc::Options::default(), closing.clone()));
        announce(globals, &chain_id, addresses)?;

        let failed = tokio::select! {
            () = stop => None,
            ended = doors.join_next() => ended,
        };
        closing.cancel();
        while doors.join_next().await.is_some() {}
        node.stop();
        match failed {
            None | Some(Ok(Ok(()))) => Ok(Shown::nothing()),
            Some(Ok(Err(error))) => Err(internal(error)),
            Some(Err(error)) => Err(internal(error)),
        }
    }

    fn read_genesis(&self) -> Result<Genesis, Failure> {
        let text = match &self.genesis {
            None => GENESIS.to_string(),
            Some(path) => fs::read_to_string(path)
                .map_err(|error| Failure::config(format!("genesis {}: {error}", path.display())))?,
        };
        let name = self.genesis.as_deref().map_or("of marsd".into(), Path::to_string_lossy);
        serde_json::from_str(&text).map_err(|error| Failure::config(format!("genesis {name}: {error}")))
    }

    async fn listen(&self, port: u16) -> Result<TcpListener, Failure> {
        let offset = if port == 0 { 0 } else { self.port_offset };
        let port = port
            .checked_add(offset)
            .ok_or_else(|| Failure::usage(format!("--port-offset {offset} puts a port above 65535")))?;
        let address = SocketAddr::new(self.host, port);
        TcpListener::bind(address).await.map_err(|error| Failure::config(format!("{address}: {error}")))
    }

    fn node(&self, genesis: Genesis, folder: &Path) -> Result<Node, Failure> {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::config(format!("{}: {error}", folder.display())))?;
        let backend: Box<dyn Backend> = match self.memory {
            true => Box::new(Memory),
            false => {
                Box::new(Disk::open(&folder.join("chain.redb")).map_err(|e| Failure::config(e.to_string()))?)
            }
        };
        let chain = Chain::new(genesis, &folder.join("code"), backend, Retention::default())
            .map_err(|error| Failure::config(error.to_string()))?;
        let mining = self.block_time.map_or(Mining::Auto, Mining::Interval);
        let settings = Settings { mining, public: self.public, ..Settings::default() };
        Node::start(chain, settings).map_err(internal)
    }
}

fn announce(
    globals: &Globals,
    chain_id: &str,
    [rpc, rest, grpc]: [io::Result<SocketAddr>; 3],
) -> Result<(), Failure> {
    let (rpc, rest, grpc) = (rpc.map_err(internal)?, rest.map_err(internal)?, grpc.map_err(internal)?);
    let json = json!({
        "chain_id": chain_id,
        "rpc": format!("http://{rpc}"),
        "rest": format!("http://{rest}"),
        "grpc": format!("http://{grpc}"),
    });
    let table = fields([
        ("chain", chain_id.to_string()),
        ("RPC", format!("http://{rpc}")),
        ("REST", format!("http://{rest}")),
        ("gRPC", grpc.to_string()),
    ]);
    Shown::new(json, table).print_line(globals.output).map_err(internal)
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Error::Internal(error.to_string()).into()
}

/// Ends on Ctrl-C and on SIGTERM.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
