//! One file a command.

pub mod completions;
pub mod deploy;
pub mod dev;
pub mod doctor;
pub mod explain;
pub mod keys;
pub mod man;
pub mod query;
pub mod start;
pub mod status;
pub mod tx;
pub mod wasm;

use crate::cli::{Cli, Command};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::Shown;

/// What every command returns.
pub type Outcome = Result<Shown, Failure>;

pub async fn run(cli: Cli) -> Outcome {
    // Only where it is needed: some commands work without home and network.
    let context = || Context::new(cli.globals.clone());
    match cli.command {
        Command::Start(start) => start.run(&cli.globals).await,
        Command::Keys(keys) => keys.run(&context()?),
        Command::Query(query) => query.run(&context()?).await,
        Command::Tx(tx) => tx.run(&context()?).await,
        Command::Wasm(wasm) => wasm.run(),
        Command::Deploy(deploy) => deploy.run(&context()?).await,
        Command::Dev(dev) => dev.run(&context()?).await,
        Command::Status => status::run(&context()?).await,
        Command::Doctor => doctor::run(&context()?).await,
        Command::Explain(explain) => explain.run(),
        Command::Completions(completions) => completions.run(),
        Command::Man(man) => man.run(),
    }
}
