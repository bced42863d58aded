use clap::Args;
use mars_client::Error;
use mars_types::RefusalCode;
use serde_json::json;

use crate::cmd::Outcome;
use crate::explain;
use crate::show::{Shown, list};

/// Without arguments: every code that is known here.
#[derive(Debug, Args)]
pub struct Explain {
    /// sdk, wasm or undefined for codes of the chain; mars for those of the protocol's contracts
    #[arg(requires = "code")]
    codespace: Option<String>,
    /// A number of the chain, or a word like supply_cap
    code: Option<String>,
}

/// The codespace that we give to the refusals of our contracts.
const OURS: &str = "mars";

impl Explain {
    pub fn run(self) -> Outcome {
        let (Some(codespace), Some(code)) = (self.codespace, self.code) else {
            return Ok(all());
        };
        let found = match codespace.as_str() {
            OURS => code.parse::<RefusalCode>().ok().map(RefusalCode::explain),
            _ => code.parse().ok().and_then(|number| explain::chain_code(&codespace, number)),
        };
        let text = found.ok_or_else(|| {
            Error::NotFound(format!(
                "code {code:?} of codespace {codespace:?} is not known here; marsd explain lists all"
            ))
        })?;
        Ok(Shown::new(json!({"codespace": codespace, "code": code, "explanation": text}), text))
    }
}

fn all() -> Shown {
    let chain = explain::chain_codes()
        .map(|(space, code, text)| [space.to_string(), code.to_string(), text.to_string()]);
    let ours = RefusalCode::ALL.iter().map(|code| [OURS.into(), code.as_str().into(), code.explain().into()]);
    let rows: Vec<[String; 3]> = chain.chain(ours).collect();
    let json =
        rows.iter().map(|[space, code, text]| json!({"codespace": space, "code": code, "explanation": text}));
    Shown::new(json.collect(), list(&["codespace", "code", "explanation"], rows))
}
