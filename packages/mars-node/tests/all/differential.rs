//! The same signed bytes, the same answer as wasmd 0.61.14: every step of the recorded stream is replayed at the height
//! and time that it had there, and compared in everything that consensus or a client sees. In the end so is the state.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::proto::Any;
use mars_node::tx::Msg;
use mars_node::{Chain, Genesis, Memory, Retention, TxResult};
use serde_json::{Value, json};

use crate::compare::{self, Differences};
use crate::golden;

struct Replay {
    chain: Chain,
    /// Times of the blocks from the first, in nanoseconds since 1970.
    times: Vec<u64>,
    differences: Differences,
}

impl Replay {
    fn block(&mut self, txs: Vec<Vec<u8>>) -> Vec<TxResult> {
        let height = usize::try_from(self.chain.reader().height()).unwrap();
        self.chain.produce_block(txs, self.times[height]).unwrap().results.clone()
    }

    /// Makes empty blocks up to the one at `height`.
    fn wait_for(&mut self, height: u64) {
        while self.chain.reader().height() < height {
            self.block(vec![]);
        }
    }

    fn simulate(&mut self, step: &Value, bytes: &[u8]) {
        let (name, theirs) = (step["name"].as_str().unwrap(), &step["simulate"]);
        let Some(height) = theirs["height"].as_u64() else { return };
        self.wait_for(height);
        // A door asks with the bytes as the second field of a request.
        let mut request = vec![0x12];
        prost::encoding::encode_varint(u64::try_from(bytes.len()).unwrap(), &mut request);
        request.extend(bytes);
        let path = "/cosmos.tx.v1beta1.Service/Simulate";
        let answer = self.chain.reader().abci_query(path, &request, 0, false);
        let name = format!("{name}, simulated");
        self.differences.value(&name, "code", &theirs["code"], &json!(answer.code));
        self.differences.value(&name, "log", &theirs["log"], &json!(answer.log));
        if theirs["code"] != 0 || answer.code != 0 {
            return;
        }
        let ours = compare::ours(&self.chain.simulate(bytes));
        for part in ["gas_wanted", "gas_used", "data"] {
            let theirs = theirs.get(part).unwrap_or(&step["result"][part]);
            self.differences.value(&name, part, theirs, &ours[part]);
        }
        let events = theirs.get("events").unwrap_or(&step["result"]["events"]);
        self.differences.events(&name, events, &ours["events"]);
    }

    fn check(&mut self, step: &Value, bytes: &[u8]) {
        let (name, theirs) = (format!("{}, checked", step["name"].as_str().unwrap()), &step["check"]);
        let ours = self.chain.check_tx(bytes);
        self.differences.value(&name, "code", &theirs["code"], &json!(ours.code));
        self.differences.value(&name, "codespace", &theirs["codespace"], &json!(ours.codespace));
        self.differences.value(&name, "log", &theirs["log"], &json!(ours.log));
    }

    /// The steps of one block.
    fn together(&mut self, steps: &[Value]) {
        let mut txs: Vec<(u64, Vec<u8>, &Value)> = Vec::new();
        for step in steps {
            let bytes = golden::bytes(&step["tx"]);
            self.simulate(step, &bytes);
            if let Some(height) = step["height"].as_u64() {
                self.wait_for(height - 1);
            }
            self.check(step, &bytes);
            if let Some(index) = step["index"].as_u64() {
                txs.push((index, bytes, step));
            }
        }
        if txs.is_empty() {
            return;
        }
        txs.sort_by_key(|(index, ..)| *index);
        let results = self.block(txs.iter().map(|(_, bytes, _)| bytes.clone()).collect());
        for ((_, _, step), result) in txs.iter().zip(&results) {
            let name = step["name"].as_str().unwrap();
            self.differences.result(name, &step["result"], &compare::ours(result));
        }
    }

    /// What the chain itself did at the end of a block.
    fn authority(&mut self, step: &Value) {
        let name = step["name"].as_str().unwrap();
        self.wait_for(step["height"].as_u64().unwrap());
        let msgs: Vec<Msg> = step["authority"]
            .as_array()
            .unwrap()
            .iter()
            .map(|msg| {
                let any =
                    Any { type_url: msg[0].as_str().unwrap().to_owned(), value: golden::bytes(&msg[1]) };
                Msg::decode(&any).unwrap().unwrap()
            })
            .collect();
        let app = self.chain.app().clone();
        let mut events = Vec::new();
        let outcome = self.chain.edit(|ctx| {
            for (index, msg) in msgs.iter().enumerate() {
                let handled = app.route(ctx, msg).map_err(|error| {
                    error.wrap(format!("passed, but msg {index} ({}) failed on execution", msg.type_url()))
                })?;
                events.extend(handled.events);
            }
            Ok(())
        });
        let log = match outcome.unwrap() {
            Ok(()) => "passed".to_owned(),
            Err(error) => {
                events.clear();
                error.abci().log
            }
        };
        self.differences.value(name, "log", &step["log"], &json!(log));
        self.differences.events(name, &step["events"], &compare::events(&events));
    }
}

#[test]
fn every_recorded_answer_is_wasmds() {
    let golden = golden::json("stream.json");
    let genesis: Genesis = serde_json::from_value(golden["genesis"].clone()).unwrap();
    let code = tempfile::tempdir().unwrap();
    let retention = Retention { blocks: 100, states: 10 };
    let chain = Chain::new(genesis, code.path(), Box::new(Memory), retention).unwrap();
    let times = golden["times"].as_array().unwrap();
    let times = times.iter().map(|time| time.as_str().unwrap().parse().unwrap()).collect();
    let mut replay = Replay { chain, times, differences: Differences::default() };

    let steps = golden["steps"].as_array().unwrap();
    for steps in
        steps.chunk_by(|a, b| a["height"].is_u64() && a["height"] == b["height"] || b["joins"] == true)
    {
        match &steps[0]["authority"] {
            Value::Null => replay.together(steps),
            _ => steps.iter().for_each(|step| replay.authority(step)),
        }
    }
    let reader = replay.chain.reader();
    for question in golden["state"].as_array().unwrap() {
        let (path, data) = (question["path"].as_str().unwrap(), question["data"].as_str().unwrap());
        let answer = reader.abci_query(path, &hex::decode(data).unwrap(), 0, false);
        let value = if answer.value.is_empty() { Value::Null } else { json!(STANDARD.encode(&answer.value)) };
        for (what, theirs, ours) in [
            ("code", &question["code"], json!(answer.code)),
            ("codespace", &question["codespace"], json!(answer.codespace)),
            ("log", &question["log"], json!(answer.log)),
            ("value", &question["value"], value),
        ] {
            replay.differences.value(&format!("{path} {data}"), what, theirs, &ours);
        }
    }
    replay.differences.none();
}
