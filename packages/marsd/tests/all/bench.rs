//! A home of its own for each test, and `marsd` in it.

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use serde_json::Value;
use tempfile::TempDir;

/// Published test words; the addresses below follow from them.
pub const WORDS: &str = "exile fabric window taste brush brother film intact purpose pond fabric logic mail cabbage \
                         olive ignore rotate human notice spirit unfold age problem equip";
pub const MINTER: &str = "mars1qpfeuun0k8fu7quw3vst0g9g9344w6phrxt99d";
pub const TRADER: &str = "mars1a7r39n8m75r2mtcuq2cvanpawyxlsxnqr3ff4h";

/// Nothing listens here.
pub const DEAD_NODE: &str = "http://127.0.0.1:1";

pub struct Home {
    pub folder: TempDir,
}

impl Home {
    /// Without a network file.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With a local test network whose node is dead, and the keys of minter and trader.
    pub fn with_network() -> Self {
        let home = Self::empty();
        let network = serde_json::json!({
            "chain_id": "mars-local-1", "bech32_prefix": "mars",
            "fees": {"fee_tokens": [{"denom": "umars", "average_gas_price": 0.025}]},
            "apis": {"rpc": [{"address": DEAD_NODE}]},
            "assets": [
                asset("umars", "MARS", 6), asset("uusdc", "USDC", 6), asset("sats", "BTC", 8),
                {"base": "cw20:mars1usdm", "denom_units": [{"denom": "cw20:mars1usdm", "exponent": 0, "aliases": ["uusdm"]},
                 {"denom": "usdm", "exponent": 6}], "display": "usdm", "name": "USD Mars", "symbol": "USDM",
                 "type_asset": "cw20", "address": "mars1usdm"},
                {"base": "cw20:mars1xms", "denom_units": [{"denom": "cw20:mars1xms", "exponent": 0, "aliases": ["uxms"]},
                 {"denom": "xms", "exponent": 6}], "display": "xms", "name": "Mars", "symbol": "XMS",
                 "type_asset": "cw20", "address": "mars1xms"},
            ],
            "mars": {"keyring_backend": "test", "contracts": {
                "usdm": contract("mars1usdm", 1), "xms": contract("mars1xms", 2),
                "oracle": contract("mars1oracle", 3), "treasury": contract("mars1treasury", 4),
                "swap": contract("mars1swap", 5), "staking": contract("mars1staking", 6),
                "collector": contract("mars1collector", 7), "governance": contract("mars1governance", 8),
            }},
        });
        std::fs::write(home.folder.path().join("network.json"), network.to_string()).unwrap();
        for (name, index) in [("minter", "0"), ("trader", "1"), ("deployer", "9")] {
            home.run(&["keys", "add", name, "--recover", "--index", index])
                .write_stdin(WORDS)
                .assert()
                .success();
        }
        home
    }

    /// `marsd` with these arguments, and nothing of the environment that it would read.
    pub fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_marsd"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MARSD_")) {
            command.env_remove(name);
        }
        command.env("MARSD_HOME", self.folder.path()).args(arguments);
        command
    }

    /// [`Home::command`], to be looked at when it has ended.
    pub fn run(&self, arguments: &[&str]) -> Command {
        Command::from_std(self.command(arguments))
    }

    /// Runs it; its exit code must be `code`.
    pub fn exits(&self, code: i32, arguments: &[&str]) -> Assert {
        self.run(arguments).assert().code(code)
    }

    /// Runs it with `--output json`; the one line that it says of its failure.
    pub fn error(&self, code: i32, arguments: &[&str]) -> Value {
        let assert = self.exits(code, &[arguments, &["--output", "json"]].concat());
        let output = assert.get_output();
        assert_eq!(text(&output.stdout), "", "a failure has no result");
        let line = text(&output.stderr).lines().last().unwrap_or_default().to_string();
        serde_json::from_str::<Value>(&line).unwrap_or_else(|e| panic!("{line:?}: {e}"))["error"].clone()
    }

    /// Runs it with `--output json`; its result.
    pub fn result(&self, arguments: &[&str]) -> Value {
        let assert = self.exits(0, &[arguments, &["--output", "json"]].concat());
        serde_json::from_slice(&assert.get_output().stdout).unwrap()
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn asset(denom: &str, symbol: &str, decimals: u32) -> Value {
    let display = symbol.to_lowercase();
    serde_json::json!({"base": denom, "denom_units": [{"denom": denom, "exponent": 0}, {"denom": display, "exponent": decimals}],
        "display": display, "name": symbol, "symbol": symbol})
}

fn contract(address: &str, code_id: u64) -> Value {
    serde_json::json!({"address": address, "code_id": code_id, "checksum": "00".repeat(32)})
}
