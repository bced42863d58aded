//! What the running chain says of itself, on standard error.

use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

use crate::cli::Globals;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub struct Log {
    /// What is logged: error, warn, info, debug, trace, or by part, like warn,mars_node=debug [default: info]
    #[arg(long, env = "RUST_LOG", hide_env_values = true, value_name = "FILTER")]
    log_level: Option<String>,
    /// Form of the log, which goes to standard error
    #[arg(long, value_name = "FORM", default_value = "text")]
    log_format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl Log {
    /// Begins to log, until what is returned is dropped. A reader that does not keep up misses lines: the chain does
    /// not wait for it.
    pub fn begin(&self, globals: &Globals) -> Result<WorkerGuard, Failure> {
        let default = if globals.quiet { "error" } else { "info" };
        let filter = self.log_level.as_deref().unwrap_or(default);
        let filter = EnvFilter::try_new(filter)
            .map_err(|error| Failure::usage(format!("--log-level {filter}: {error}")))?;
        let (writer, guard) = tracing_appender::non_blocking(io::stderr());
        let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(writer);
        let begun = match self.log_format {
            Format::Text => log.try_init(),
            Format::Json => log.json().flatten_event(true).try_init(),
        };
        begun.map_err(|error| mars_client::Error::Internal(error.to_string()))?;
        Ok(guard)
    }
}
