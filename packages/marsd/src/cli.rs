//! The command tree. Each command's own arguments stand beside what it does.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand};
use mars_client::keyring::Backend;

use crate::cmd;
use crate::show::{Form, Output};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(AnsiColor::Green.on_default());

/// Exit codes are part of the interface: scripts may rely on them.
const AFTER_HELP: &str = "\
Amounts are written like 1.5USDM or 1500000uusdm; several are separated by commas.
Where an address is expected, the name of a key or of a contract of the network works too.

Examples:
  marsd keys add minter
  marsd query bank balances minter
  marsd tx bank send trader 5MARS --from minter
  marsd tx treasury mint 100USDC --from minter
  marsd tx treasury mint 100USDC --from minter --dry-run
  marsd query treasury solvency --output json
  marsd deploy scripts/local.toml --dry-run
  marsd dev trace HASH
  marsd doctor

Exit codes:
    0  success
    1  internal error
    2  wrong usage
    3  configuration or key problem
    4  node unreachable, or not the chain that was meant
    5  not found
    6  refused before it was in a block (check or simulation): nothing happened
    7  in a block, but failed there: the fee is paid, nothing else happened
    8  not in a block in time: it may still happen, look at the hash
    9  you declined
   10  a check or the doctor found problems
  130  interrupted

Results go to standard output, everything else to standard error. With --output json an error is one JSON object
on the last line of standard error: {\"error\":{kind, code, codespace, message, hint, txhash}}.";

#[derive(Debug, Parser)]
#[command(name = "marsd", version, about = "Command line of the Mars protocol", after_help = AFTER_HELP, styles = STYLES)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub globals: Globals,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network and output")]
pub struct Globals {
    /// Folder of keys and of the default network file [default: ~/.marsd]
    #[arg(long, global = true, env = "MARSD_HOME", hide_env_values = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Network file, or NAME of HOME/networks/NAME.json [default: HOME/network.json]
    #[arg(long, global = true, env = "MARSD_NETWORK", hide_env_values = true, value_name = "FILE|NAME")]
    pub network: Option<String>,
    /// RPC address of the node [default: that of the network file]
    #[arg(long, global = true, env = "MARSD_NODE", hide_env_values = true, value_name = "URL")]
    pub node: Option<String>,
    /// Chain id that is signed for [default: that of the network file]
    #[arg(long, global = true, env = "MARSD_CHAIN_ID", hide_env_values = true, value_name = "ID")]
    pub chain_id: Option<String>,
    /// Where keys are: file (encrypted) or test (not encrypted) [default: test on a local test network, else file]
    #[arg(
        long,
        global = true,
        env = "MARSD_KEYRING_BACKEND",
        hide_env_values = true,
        value_name = "BACKEND"
    )]
    pub keyring_backend: Option<Backend>,
    /// Form of the result
    #[arg(
        short,
        long,
        global = true,
        env = "MARSD_OUTPUT",
        hide_env_values = true,
        value_name = "FORM",
        default_value = "text"
    )]
    pub output: Output,
    /// Nothing but the result, in text its one essential word: a transaction's hash, a key's address
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

impl Globals {
    /// How the result is written.
    pub fn form(&self) -> Form {
        match (self.output, self.quiet) {
            (Output::Json, _) => Form::Json,
            (Output::Text, true) => Form::Essence,
            (Output::Text, false) => Form::Text,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a chain in this process, for developing and trying
    Start(cmd::start::Start),
    /// Add, list, show, import, export and delete keys
    #[command(subcommand)]
    Keys(cmd::keys::Keys),
    /// Ask the chain
    #[command(visible_alias = "q")]
    Query(cmd::query::Query),
    /// Sign and send transactions
    #[command(subcommand)]
    Tx(cmd::tx::Tx),
    /// Work on contract code without a chain
    #[command(subcommand)]
    Wasm(cmd::wasm::Wasm),
    /// Bring the protocol on the chain to the state that a file describes
    Deploy(cmd::deploy::Deploy),
    /// Control a node of marsd start: time, blocks, state, traces
    #[command(subcommand)]
    Dev(cmd::dev::Dev),
    /// What the node says of itself
    Status,
    /// Check the node, the network file and the protocol, one line each
    Doctor,
    /// What an error code means and what to do
    Explain(cmd::explain::Explain),
    /// Print the completion script of a shell
    Completions(cmd::completions::Completions),
    /// Write the manual pages, one a command
    Man(cmd::man::Man),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn tree_is_consistent() {
        Cli::command().debug_assert();
    }
}
