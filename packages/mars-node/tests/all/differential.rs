//! The same signed bytes, the same answer as wasmd 0.61.14: every step of the recorded stream is replayed at the height
//! and time that it had there, and compared in everything that consensus or a client sees.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::{Chain, Event, Genesis, Memory, Retention, TxResult};
use serde_json::{Value, json};

pub fn golden(name: &str) -> Value {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// RFC 3339 with a fraction, in nanoseconds since 1970.
pub fn nanos(text: &str) -> u64 {
    let time = tendermint::Time::parse_from_rfc3339(text).unwrap();
    u64::try_from(time.unix_timestamp_nanos()).unwrap()
}

fn events_json(events: &[Event]) -> Value {
    events
        .iter()
        .map(|event| {
            let attributes: Vec<Value> = event
                .attributes
                .iter()
                .map(|a| json!({ "key": a.key, "value": a.value, "index": true }))
                .collect();
            json!({ "type": event.kind, "attributes": attributes })
        })
        .collect()
}

/// A panic's text ends in a Go stack trace, which is nobody's contract.
fn without_stack(log: &str) -> &str {
    log.split("\nstack:").next().unwrap()
}

fn compare(step: &Value, ours: &TxResult, differences: &mut Vec<String>) {
    let theirs = &step["result"];
    let name = step["name"].as_str().unwrap();
    let mut differ = |what: &str, theirs: &Value, ours: Value| {
        if *theirs != ours {
            differences.push(format!("{name}: {what}\n  wasmd: {theirs}\n  ours:  {ours}"));
        }
    };
    differ("code", &theirs["code"], json!(ours.code));
    differ("codespace", &theirs["codespace"], json!(ours.codespace));
    differ("gas used", &theirs["gas_used"], json!(ours.gas_used.to_string()));
    differ("gas wanted", &theirs["gas_wanted"], json!(ours.gas_wanted.to_string()));
    let log = theirs["log"].as_str().unwrap_or("");
    differ("log", &json!(without_stack(log)), json!(without_stack(&ours.log)));
    let data = if ours.data.is_empty() { Value::Null } else { json!(STANDARD.encode(&ours.data)) };
    differ("data", &theirs["data"], data);
    let ours_events = events_json(&ours.events);
    if theirs["events"] != ours_events {
        let (theirs, ours) = (theirs["events"].as_array().unwrap(), ours_events.as_array().unwrap());
        let at = theirs.iter().zip(ours).position(|(a, b)| a != b).unwrap_or(theirs.len().min(ours.len()));
        differences.push(format!(
            "{name}: event {at} of {} and {}\n  wasmd: {}\n  ours:  {}",
            theirs.len(),
            ours.len(),
            theirs.get(at).unwrap_or(&Value::Null),
            ours.get(at).unwrap_or(&Value::Null)
        ));
    }
}

#[test]
fn every_recorded_answer_is_wasmds() {
    let golden = golden("stream.json");
    let genesis: Genesis = serde_json::from_value(golden["genesis"].clone()).unwrap();
    let code = tempfile::tempdir().unwrap();
    let retention = Retention { blocks: 100, states: 10 };
    let mut chain = Chain::new(genesis, code.path(), Box::new(Memory), retention).unwrap();
    let mut differences = Vec::new();
    for step in golden["steps"].as_array().unwrap() {
        let bytes = STANDARD.decode(step["tx"].as_str().unwrap()).unwrap();
        let name = step["name"].as_str().unwrap();
        let height = step["height"].as_u64();
        while height.is_some_and(|height| chain.reader().height() + 1 < height) {
            let next = chain.reader().time().0 + 1;
            chain.produce_block(vec![], next).unwrap();
        }
        let check = chain.check_tx(&bytes);
        for (what, theirs, ours) in [
            ("code", &step["check"]["code"], json!(check.code)),
            ("codespace", &step["check"]["codespace"], json!(check.codespace)),
            ("log", &step["check"]["log"], json!(check.log)),
        ] {
            let cut = |value: &Value| value.as_str().map_or(value.clone(), |text| json!(without_stack(text)));
            if cut(theirs) != cut(&ours) {
                differences.push(format!("{name}: {what} of the check\n  wasmd: {theirs}\n  ours:  {ours}"));
            }
        }
        if height.is_none() {
            continue;
        }
        let time = nanos(step["time"].as_str().unwrap());
        let block = chain.produce_block(vec![bytes], time).unwrap();
        compare(step, &block.results[0], &mut differences);
    }
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}
