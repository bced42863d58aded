use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::cmd::Outcome;
use crate::failure::Failure;
use crate::show::{Shown, list};
use crate::wasm_check;

#[derive(Debug, Subcommand)]
pub enum Wasm {
    /// Make the checks of wasmd 0.61 on contract code, without a chain
    Check(Check),
}

#[derive(Debug, Args)]
pub struct Check {
    /// Compiled contracts
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Wasm {
    pub fn run(self) -> Outcome {
        let Self::Check(check) = self;
        check.run()
    }
}

impl Check {
    fn run(self) -> Outcome {
        let mut json = Vec::new();
        let mut rows = Vec::new();
        let mut found: usize = 0;
        for file in &self.files {
            let wasm = read(file)?;
            let name = file.display().to_string();
            let checksum = hex::encode(mars_client::wasm::checksum(&wasm));
            match wasm_check::check(&wasm) {
                Ok(report) => {
                    json.push(
                        json!({"file": name, "accepted": true, "checksum": checksum, "report": report}),
                    );
                    rows.push([name, "accepted".into(), report.size.to_string(), checksum]);
                }
                Err(error) => {
                    found = found.saturating_add(1);
                    json.push(json!({"file": name, "accepted": false, "checksum": checksum, "error": error.to_string(), "fix": error.fix()}));
                    rows.push([name, format!("{error}. {}", error.fix()), wasm.len().to_string(), checksum]);
                }
            }
        }
        let shown = Shown::new(json.into(), list(&["file", "result", ">bytes", "checksum"], rows));
        if found == 0 { Ok(shown) } else { Err(Failure::Problems { found, shown: Box::new(shown) }) }
    }
}

/// Compiled code from a file, uncompressed if it is gzip.
pub fn read(file: &PathBuf) -> Result<Vec<u8>, Failure> {
    let wrong = |e: &dyn std::fmt::Display| Failure::config(format!("wasm file {}: {e}", file.display()));
    let bytes = std::fs::read(file).map_err(|e| wrong(&e))?;
    match bytes.starts_with(&[0x1f, 0x8b]) {
        true => mars_client::wasm::decompress(&bytes).map_err(|e| wrong(&e)),
        false => Ok(bytes),
    }
}
