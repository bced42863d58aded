use clap::Args;
use mars_client::chain::Chain;
use mars_client::tx;
use serde_json::json;

use crate::cmd::Outcome;
use crate::cmd::query::json_of;
use crate::show::{Shown, fields, utc};

#[derive(Debug, Args)]
pub struct Block {
    #[arg(value_name = "HEIGHT")]
    number: Option<u64>,
}

impl Block {
    pub async fn run(self, chain: &Chain, height: Option<u64>) -> Outcome {
        let found = chain.block(self.number.or(height)).await?;
        let header = &found.block.header;
        let hashes: Vec<String> = found.block.data.iter().map(|bytes| tx::hash(bytes)).collect();
        let time = u64::try_from(header.time.unix_timestamp()).unwrap_or(0);
        let mut rows = vec![
            ("height", header.height.to_string()),
            ("hash", found.block_id.hash.to_string()),
            ("time", utc(time)),
            ("chain id", header.chain_id.to_string()),
            ("proposer", header.proposer_address.to_string()),
            ("app hash", header.app_hash.to_string()),
        ];
        rows.extend(hashes.iter().map(|hash| ("transaction", hash.clone())));
        let json = json!({"block_id": json_of(&found.block_id)?, "header": json_of(header)?, "txs": hashes});
        Ok(Shown::new(json, fields(rows)))
    }
}
