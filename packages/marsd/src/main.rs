//! The command line of the Mars protocol: only glue between arguments, `mars-client` and what is printed.

mod cli;
mod cmd;
mod context;
mod explain;
mod failure;
mod show;
mod wasm_check;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::cli::Cli;
use crate::failure::Failure;
use crate::show::{Form, Output};

/// A chain makes and drops many small things; this allocator makes a block cost less than the system's does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => return refuse_arguments(&e),
    };
    let form = cli.globals.form();
    let failure = match cmd::run(cli).await {
        Ok(shown) => match shown.print(form) {
            Ok(()) => return ExitCode::SUCCESS,
            // Whoever reads our output has read enough: nothing is wrong.
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Err(e) => {
                Failure::from(mars_client::Error::Internal(format!("the result cannot be written: {e}")))
            }
        },
        Err(failure) => failure,
    };
    failure.print(form);
    ExitCode::from(failure.exit_code())
}

/// Arguments that clap refuses, or a request for help.
fn refuse_arguments(error: &clap::Error) -> ExitCode {
    let asks_for_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if !asks_for_help && Output::of_raw_arguments(std::env::args()) == Output::Json {
        let text = error.to_string();
        let text = text.trim_start_matches("error: ").trim_end().to_string();
        Failure::from(mars_client::Error::Usage(text)).print(Form::Json);
    } else {
        // The exit code tells it even where nobody reads.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
