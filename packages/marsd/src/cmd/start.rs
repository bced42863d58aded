mod accounts;
mod announcement;
mod log;

use std::fs;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use mars_client::Error;
use mars_node::{
    Backend, Chain, ClockSource, Coin, Disk, Genesis, Memory, Mining, Node, NodeError, Retention, Settings,
    coin, faucet, grpc, metrics, rest, rpc,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::cli::Globals;
use crate::cmd::Outcome;
use crate::cmd::tx::{duration, interval};
use crate::context;
use crate::failure::Failure;
use crate::show::Shown;
use announcement::{Announcement, ReadyFile};

/// The chain of `scripts/localnet`: the same name, coins and test accounts.
const GENESIS: &str = include_str!("../../genesis.json");

/// Runs a whole chain in this process until Ctrl-C or SIGTERM: for developing and trying, never for value.
#[derive(Debug, Args)]
pub struct Start {
    /// Genesis of a new chain (JSON) [default: the local test chain with its test accounts]
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
    /// Forget everything when it ends
    #[arg(long)]
    memory: bool,
    /// Others may reach it: developer controls are off on every door, and there is no faucet
    #[arg(long, conflicts_with_all = ["faucet_port", "faucet_credit", "faucet_cooldown"])]
    public: bool,
    /// Make a block this often instead of one for each transaction
    #[arg(long, value_name = "DURATION", value_parser = interval)]
    block_time: Option<Duration>,
    /// Let each block be this long after the last, whatever the computer's clock says: the same transactions make the same
    /// chain
    #[arg(long, value_name = "DURATION", value_parser = interval, conflicts_with = "block_time")]
    step: Option<Duration>,
    /// Address that every door listens on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    host: IpAddr,
    /// Port of CometBFT's RPC; 0 takes any that is free, as for the others
    #[arg(long, value_name = "PORT", default_value_t = 26_657)]
    rpc_port: u16,
    #[arg(long, value_name = "PORT", default_value_t = 1_317)]
    rest_port: u16,
    #[arg(long, value_name = "PORT", default_value_t = 9_090)]
    grpc_port: u16,
    /// Port of the faucet [default: 8000, or any free one if --rpc-port is 0]
    #[arg(long, value_name = "PORT")]
    faucet_port: Option<u16>,
    /// Port of the metrics for Prometheus [default: 26660, or any free one if --rpc-port is 0]
    #[arg(long, value_name = "PORT")]
    metrics_port: Option<u16>,
    /// Add N to each port that is not 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    port_offset: u16,
    /// Give nothing away
    #[arg(long, conflicts_with_all = ["faucet_port", "faucet_credit", "faucet_cooldown"])]
    no_faucet: bool,
    /// What the faucet gives at a time, like 5000000umars,100uusdc [default: 10000000 of each coin that it has]
    #[arg(long, value_name = "COINS", value_parser = credit)]
    faucet_credit: Option<Credit>,
    /// How long an address waits before the faucet gives to it again
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "20s")]
    faucet_cooldown: Duration,
    /// Write addresses, chain id and process id there (JSON) once it answers; removed when it stops
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    #[command(flatten)]
    log: log::Log,
}

/// What the faucet gives at a time.
#[derive(Debug, Clone)]
struct Credit(Vec<Coin>);

fn credit(text: &str) -> Result<Credit, String> {
    let coins = coin::parse(text)?;
    match coins.iter().find(|coin| coin.amount.is_zero()) {
        Some(nothing) => Err(format!("{nothing} is nothing to give")),
        None if coins.is_empty() => Err("no coins to give; --no-faucet turns the faucet off".to_string()),
        None => Ok(Credit(coins)),
    }
}

const FAUCET_PORT: u16 = 8_000;
const METRICS_PORT: u16 = 26_660;

impl Start {
    pub async fn run(self, globals: &Globals) -> Outcome {
        let stop = stop_signal().map_err(internal)?;
        let _log = self.log.begin(globals)?;
        let genesis = self.read_genesis()?;
        let (rpc_door, rest_door, grpc_door, metrics_door) = (
            self.listen(self.rpc_port).await?,
            self.listen(self.rest_port).await?,
            self.listen(self.grpc_port).await?,
            self.listen(self.usual_port(self.metrics_port, METRICS_PORT)).await?,
        );
        let faucet_door = match self.public || self.no_faucet {
            true => None,
            false => Some(self.listen(self.usual_port(self.faucet_port, FAUCET_PORT)).await?),
        };
        // What is forgotten leaves no code behind either, and keeps off the code of a chain that is kept.
        let forgotten = self.memory.then(tempfile::tempdir).transpose();
        let forgotten = forgotten
            .map_err(|error| Failure::config(format!("a folder for the code of contracts: {error}")))?;
        let folder = match &forgotten {
            Some(folder) => folder.path().to_owned(),
            None => context::home(globals)?.join("embedded"),
        };
        let node = self.node(genesis, &folder)?;
        // Not before: the file may be that of a chain that runs, and has the ports or the folder.
        if let Some(path) = &self.ready_file {
            ReadyFile::clear(path)?;
        }
        let announcement = Announcement {
            chain_id: node.reader().genesis().chain_id.clone(),
            height: node.reader().height(),
            mining: self.block_time.map_or_else(
                || "a block for each transaction".to_string(),
                |interval| format!("a block every {} ms", interval.as_millis()),
            ),
            rpc: url(&rpc_door)?,
            rest: url(&rest_door)?,
            grpc: url(&grpc_door)?,
            faucet: faucet_door.as_ref().map(url).transpose()?,
            metrics: format!("{}/metrics", url(&metrics_door)?),
            home: (!self.memory).then(|| folder.clone()),
            accounts: if self.genesis.is_none() { accounts::all().collect() } else { Vec::new() },
        };

        let closing = CancellationToken::new();
        let mut doors = tokio::task::JoinSet::new();
        doors.spawn(rpc::serve(rpc_door, node.clone(), rpc::Options::default(), closing.clone()));
        doors.spawn(rest::serve(rest_door, node.clone(), rest::Options::default(), closing.clone()));
        doors.spawn(grpc::serve(grpc_door, node.clone(), grpc::Options::default(), closing.clone()));
        let file = announcement.home.as_deref().map(chain_file);
        let counting = metrics::serve(metrics_door, node.clone(), file, closing.clone());
        doors.spawn(async {
            counting.await;
            Ok(())
        });
        if let Some(door) = faucet_door {
            let giving = faucet::serve(door, node.clone(), self.faucet(&announcement.rpc)?, closing.clone());
            doors.spawn(async {
                giving.await;
                Ok(())
            });
        }
        announcement.shown().print_line(globals.form()).map_err(internal)?;
        let _ready =
            self.ready_file.as_deref().map(|path| ReadyFile::write(path, &announcement)).transpose()?;

        let ended = tokio::select! {
            () = stop => Ok(Shown::nothing()),
            error = node.halted() => Err(Failure::config(format!(
                "{error}. What was acknowledged is kept, up to block {}; start again when {} can be written",
                node.reader().height(),
                folder.display()
            ))),
            ended = doors.join_next() => match ended {
                None | Some(Ok(Ok(()))) => Ok(Shown::nothing()),
                Some(Ok(Err(error))) => Err(internal(error)),
                Some(Err(error)) => Err(internal(error)),
            },
        };
        closing.cancel();
        while doors.join_next().await.is_some() {}
        node.stop();
        ended
    }

    fn usual_port(&self, asked: Option<u16>, usual: u16) -> u16 {
        // Who asks for a free RPC port runs several chains on this machine.
        asked.unwrap_or(if self.rpc_port == 0 { 0 } else { usual })
    }

    fn faucet(&self, node_url: &str) -> Result<faucet::Options, Failure> {
        let key = accounts::key("faucet")?.signing_key();
        let credits = self.faucet_credit.clone().map(|credit| credit.0);
        let cooldown = self.faucet_cooldown;
        Ok(faucet::Options { credits, cooldown, ..faucet::Options::new(key, node_url) })
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
            false => Box::new(Disk::open(&chain_file(folder)).map_err(|e| Failure::config(e.to_string()))?),
        };
        let chain = Chain::new(genesis, &folder.join("code"), backend, Retention::default())
            .map_err(|error| Failure::config(error.to_string()))?;
        let mining = self.block_time.map_or(Mining::Auto, Mining::Interval);
        let clock = self.step.map_or(ClockSource::System, ClockSource::Steps);
        let settings = Settings { mining, clock, public: self.public, ..Settings::default() };
        Node::start(chain, settings).map_err(|error| match error {
            NodeError::Late { .. } => Failure::usage(format!("no block can come so late: {error}")),
            other => internal(other),
        })
    }
}

fn chain_file(folder: &Path) -> PathBuf {
    folder.join("chain.redb")
}

fn url(door: &TcpListener) -> Result<String, Failure> {
    Ok(format!("http://{}", door.local_addr().map_err(internal)?))
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
