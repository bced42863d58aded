//! Chains as processes, each in a home of its own, ended when they are dropped.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mars_node::Genesis;
use serde_json::Value;
use tempfile::TempDir;

/// Where things are.
pub struct Tools {
    pub root: PathBuf,
    pub marsd: PathBuf,
}

impl Tools {
    /// A new home, on the disk that holds the repository.
    pub fn home(&self) -> TempDir {
        TempDir::new_in(self.root.join("target")).unwrap()
    }

    fn in_home(&self, home: &TempDir, program: &Path) -> Command {
        let folder = self.marsd.parent().unwrap();
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
        let mut command = Command::new(program);
        command
            .env("PATH", path)
            .env("MARSD_HOME", home.path())
            .env("MARSD_NETWORK", home.path().join("network.json"))
            .env("MARSD_KEYRING_BACKEND", "test")
            .env_remove("RUST_LOG");
        command
    }

    /// Puts the test keys and the network file into `home`.
    pub fn prepare_deployment(&self, home: &TempDir) {
        fs::copy(self.root.join("scripts/network.json"), home.path().join("network.json")).unwrap();
        let stored = self.in_home(home, &self.root.join("scripts/store-keys")).status().unwrap();
        assert!(stored.success(), "the keys cannot be stored");
    }

    /// Deploys the protocol as `scripts/start` does.
    pub fn deploy(&self, home: &TempDir, chain: &Running) {
        let output = self
            .in_home(home, &self.marsd)
            .args(["deploy", "scripts/local.toml", "--yes", "--node", &chain.url()])
            .current_dir(&self.root)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// A genesis with `accounts` more accounts than the local chain has.
    pub fn crowd(&self, home: &TempDir, accounts: u32) -> PathBuf {
        let mut genesis: Genesis = serde_json::from_str(include_str!("../../genesis.json")).unwrap();
        for number in 0..accounts {
            let address = [&[1; 16][..], &number.to_be_bytes()].concat();
            genesis = genesis.with_account(mars_node::address::encode("mars", &address), "1umars");
        }
        let file = home.path().join("genesis.json");
        fs::write(&file, serde_json::to_string(&genesis).unwrap()).unwrap();
        file
    }
}

/// A chain that runs.
pub struct Running {
    process: Child,
    /// Of its RPC.
    pub address: SocketAddr,
    metrics: Option<String>,
}

impl Running {
    /// The embedded chain on free ports, at the moment at which it says where it listens.
    pub fn marsd(tools: &Tools, home: &TempDir, arguments: &[&str]) -> Self {
        let ports = ["--rpc-port", "0", "--rest-port", "0", "--grpc-port", "0"];
        let mut process = tools
            .in_home(home, &tools.marsd)
            // As much as wasmd is told to log.
            .args(["start", "--output", "json", "--log-level", "warn"])
            .args(ports)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(File::create(home.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let address = told["rpc"].as_str().unwrap().trim_start_matches("http://").parse().unwrap();
        Self { process, address, metrics: told["metrics"].as_str().map(Into::into) }
    }

    /// wasmd's single node, as `scripts/start --engine wasmd` runs it.
    pub fn wasmd(tools: &Tools, home: &TempDir, port_offset: u16) -> Self {
        let log = File::create(home.path().join("log")).unwrap();
        let process = tools
            .in_home(home, &tools.root.join("scripts/localnet"))
            .args(["--home".as_ref(), home.path().join("chain").as_os_str()])
            .args(["--port-offset", &port_offset.to_string()])
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 26_657 + port_offset));
        let mut chain = Self { process, address, metrics: None };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            let ended = chain.process.try_wait().unwrap();
            assert!(ended.is_none() && began.elapsed() < Duration::from_secs(60), "wasmd does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        chain
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The value of a metric without labels.
    pub async fn metric(&self, name: &str) -> f64 {
        let text = reqwest::get(self.metrics.as_ref().unwrap()).await.unwrap().text().await.unwrap();
        let value = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        value.trim().parse().unwrap()
    }

    /// What of its memory is in use, in megabytes of 1,000,000 bytes.
    pub fn resident_megabytes(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        kibibytes * 1_024.0 / 1e6
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let pid = self.process.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().ok();
        self.process.wait().ok();
    }
}

/// What the figures depend on.
pub fn machine() -> String {
    let read = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split_once(':').map_or(String::new(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().unwrap();
    let kibibytes: f64 = read("/proc/meminfo", "MemTotal").trim_end_matches(" kB").parse().unwrap();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let model = read("/proc/cpuinfo", "model name");
    format!("{model}, {cores} cores, {:.0} GiB, Linux {}", kibibytes / 1_048_576.0, kernel.trim())
}
