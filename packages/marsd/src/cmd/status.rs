use mars_client::Error;

use crate::cmd::Outcome;
use crate::context::Context;
use crate::show::{Shown, fields, utc};

pub async fn run(context: &Context) -> Outcome {
    let chain = context.chain()?;
    let status = context.checked_status(&chain).await?;
    let json = serde_json::to_value(&status).map_err(|e| Error::Internal(e.to_string()))?;
    let rows = [
        ("node", chain.node().to_string()),
        ("chain id", status.chain_id),
        ("moniker", status.moniker),
        ("CometBFT", status.version),
        ("height", status.height.to_string()),
        ("block time", utc(status.block_time)),
        ("catching up", status.catching_up.to_string()),
    ];
    Ok(Shown::new(json, fields(rows)))
}
