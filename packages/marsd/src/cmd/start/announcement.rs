//! What a chain tells when it runs: to people, to programs, and in the ready file.

use std::fs;
use std::path::{Path, PathBuf};

use mars_client::atomic_file;
use serde_json::{Value, json};

use super::accounts::{self, TestAccount};
use crate::failure::Failure;
use crate::show::{Shown, fields};

/// Where a running chain is and who has coins there.
pub struct Announcement {
    pub chain_id: String,
    pub height: u64,
    pub mining: String,
    pub rpc: String,
    pub rest: String,
    pub grpc: String,
    pub faucet: Option<String>,
    pub metrics: String,
    /// Where the chain is kept; `None` if it is forgotten at the end.
    pub home: Option<PathBuf>,
    /// The published accounts, if they are those of this chain.
    pub accounts: Vec<TestAccount>,
}

impl Announcement {
    pub fn json(&self) -> Value {
        let accounts = self.accounts.iter().map(
            |account| json!({ "index": account.index, "name": account.name, "address": account.address }),
        );
        let mnemonic = if self.accounts.is_empty() { None } else { Some(accounts::mnemonic()) };
        json!({
            "chain_id": self.chain_id,
            "pid": std::process::id(),
            "rpc": self.rpc,
            "websocket": format!("{}/websocket", self.rpc.replacen("http", "ws", 1)),
            "rest": self.rest,
            "grpc": self.grpc,
            "faucet": self.faucet,
            "metrics": self.metrics,
            "home": self.home,
            "accounts": accounts.collect::<Vec<_>>(),
            "mnemonic": mnemonic,
        })
    }

    pub fn shown(&self) -> Shown {
        let mut text = String::new();
        if !self.accounts.is_empty() {
            text.push_str("TEST accounts, whose keys are published: never give them anything of value\n");
            text.push_str(
                &fields(
                    self.accounts
                        .iter()
                        .map(|account| (format!("{:>2} {}", account.index, account.name), account.address)),
                )
                .to_string(),
            );
            text.push_str(&format!(
                "\nAccount N is the key at m/44'/118'/0'/0/N of\n  {}\n\n",
                accounts::mnemonic()
            ));
        }
        let home = match &self.home {
            Some(home) => home.display().to_string(),
            None => "in memory, forgotten at the end".to_string(),
        };
        let rows = [
            ("chain", format!("{} at height {}, {}", self.chain_id, self.height, self.mining)),
            ("RPC", self.rpc.clone()),
            ("REST", self.rest.clone()),
            ("gRPC", self.grpc.trim_start_matches("http://").to_string()),
            ("faucet", self.faucet.clone().unwrap_or_else(|| "off".to_string())),
            ("metrics", self.metrics.clone()),
            ("kept in", home),
        ];
        text.push_str(&format!("{}\nStop it with Ctrl-C.", fields(rows)));
        Shown::new(self.json(), text).with_essence(&self.rpc)
    }
}

/// A file that is there while the chain answers.
pub struct ReadyFile(PathBuf);

impl ReadyFile {
    /// Removes what an earlier run may have left.
    pub fn clear(path: &Path) -> Result<(), Failure> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(refuse(path, &error)),
            _ => Ok(()),
        }
    }

    pub fn write(path: &Path, announcement: &Announcement) -> Result<Self, Failure> {
        let text = format!("{:#}\n", announcement.json());
        atomic_file::replace(path, text.as_bytes(), 0o644).map_err(|error| refuse(path, &error))?;
        Ok(Self(path.to_owned()))
    }
}

fn refuse(path: &Path, error: &std::io::Error) -> Failure {
    Failure::config(format!("ready file {}: {error}", path.display()))
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = fs::remove_file(&self.0);
    }
}
