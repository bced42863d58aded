use clap::Args;
use mars_client::chain::{Chain, Included};
use mars_client::message;
use mars_client::proto::cosmos::tx::v1beta1::{TxBody, TxRaw};
use mars_client::{Error, Refused};
use prost::Message;
use serde_json::{Value, json};

use crate::cmd::Outcome;
use crate::show::{Shown, fields, list};

#[derive(Debug, Args)]
pub struct Transaction {
    /// 64 hexadecimal digits
    hash: String,
}

impl Transaction {
    pub async fn run(self, chain: &Chain) -> Outcome {
        let found = chain.tx(&self.hash).await?;
        let tx = found.ok_or_else(|| Error::NotFound(format!("no block has a transaction {}", self.hash)))?;
        let messages = messages(&tx.tx);
        let mut json = json(&tx);
        if let Some(object) = json.as_object_mut() {
            object.insert("messages".into(), messages.clone().into());
        }
        let mut rows = vec![
            ("txhash", tx.txhash.clone()),
            ("height", tx.height.to_string()),
            ("result", result(&tx)),
            ("gas used / wanted", format!("{} / {}", tx.gas_used, tx.gas_wanted)),
        ];
        rows.extend(messages.iter().map(|message| ("message", message.to_string())));
        let events = tx.events.iter().map(|event| {
            let attributes = event.attributes.iter().filter(|a| a.key != "msg_index");
            let attributes: Vec<_> = attributes.map(|a| format!("{}={}", a.key, a.value)).collect();
            [event.kind.clone(), attributes.join(" ")]
        });
        Ok(Shown::new(json, format!("{}\n{}", fields(rows), list(&["event", "attributes"], events))))
    }
}

/// A transaction as the SDK's own clients print it.
pub fn json(tx: &Included) -> Value {
    json!({"txhash": tx.txhash, "height": tx.height.to_string(), "codespace": tx.codespace, "code": tx.code,
           "raw_log": tx.log, "gas_wanted": tx.gas_wanted.to_string(), "gas_used": tx.gas_used.to_string(),
           "events": tx.events})
}

fn result(tx: &Included) -> String {
    if tx.code == 0 {
        return "success".into();
    }
    Refused { codespace: tx.codespace.clone(), code: tx.code, log: tx.log.clone() }.to_string()
}

/// The messages inside signed bytes; none where these are of a kind that is not known here.
fn messages(tx: &[u8]) -> Vec<Value> {
    let body = TxRaw::decode(tx).and_then(|raw| TxBody::decode(raw.body_bytes.as_slice()));
    body.map(|body| body.messages.iter().map(message::describe).collect()).unwrap_or_default()
}
