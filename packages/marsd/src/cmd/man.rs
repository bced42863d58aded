use std::path::PathBuf;

use clap::{Args, CommandFactory};
use serde_json::json;

use crate::cli::Cli;
use crate::cmd::Outcome;
use crate::failure::Failure;
use crate::show::Shown;

#[derive(Debug, Args)]
pub struct Man {
    /// Folder that they are written to, such as ~/.local/share/man/man1
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub fn run(self) -> Outcome {
        let fail = |error: std::io::Error| Failure::config(format!("{}: {error}", self.folder.display()));
        std::fs::create_dir_all(&self.folder).map_err(fail)?;
        clap_mangen::generate_to(Cli::command(), &self.folder).map_err(fail)?;
        let text = format!("the manual of marsd is in {}", self.folder.display());
        Ok(Shown::new(json!({ "folder": self.folder }), text))
    }
}
