//! Answers of wasmd and of the node in one form, and what is different between them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::{Event, TxResult};
use serde_json::{Value, json};

/// Events as `[type, [[key, value], ...]]`.
pub fn events(events: &[Event]) -> Value {
    let attributes =
        |event: &Event| event.attributes.iter().map(|a| json!([a.key, a.value])).collect::<Vec<_>>();
    events.iter().map(|event| json!([event.kind, attributes(event)])).collect()
}

/// What the node did, in the same form.
pub fn ours(result: &TxResult) -> Value {
    json!({
        "code": result.code, "codespace": result.codespace, "log": result.log,
        "data": if result.data.is_empty() { Value::Null } else { json!(STANDARD.encode(&result.data)) },
        "gas_wanted": result.gas_wanted.to_string(), "gas_used": result.gas_used.to_string(),
        "events": events(&result.events),
    })
}

/// `text` without the stack trace at its end and without places such as `[cosmossdk.io/errors@v1.1.0/errors.go:165]`.
pub fn without_places(text: &str) -> String {
    let text = text.split("\nstack:").next().unwrap();
    let mut parts = text.split(" [");
    let mut kept = parts.next().unwrap().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((place, rest)) if place.contains(".go:") => kept.push_str(rest),
            _ => kept.extend([" [", part]),
        }
    }
    kept
}

/// Everything that was found to be different.
#[derive(Default)]
pub struct Differences(pub Vec<String>);

impl Differences {
    /// Compares two values, texts without the places in Go's source that some name, as those are nobody's contract.
    /// No text is an empty one.
    pub fn value(&mut self, name: &str, what: &str, theirs: &Value, ours: &Value) {
        let cut = |value: &Value| match value.as_str() {
            Some("") => Value::Null,
            Some(text) => json!(without_places(text)),
            None => value.clone(),
        };
        if cut(theirs) != cut(ours) {
            self.0.push(format!("{name}: {what}\n  wasmd: {theirs}\n  ours:  {ours}"));
        }
    }

    /// Compares how a transaction went, part by part.
    pub fn result(&mut self, name: &str, theirs: &Value, ours: &Value) {
        for part in ["code", "codespace", "log", "gas_wanted", "gas_used", "data"] {
            self.value(name, part, &theirs[part], &ours[part]);
        }
        self.events(name, &theirs["events"], &ours["events"]);
    }

    /// Compares events in order, and tells the first that is different.
    pub fn events(&mut self, name: &str, theirs: &Value, ours: &Value) {
        if theirs == ours {
            return;
        }
        let (theirs, ours) = (theirs.as_array().unwrap(), ours.as_array().unwrap());
        let at = theirs.iter().zip(ours).position(|(a, b)| a != b).unwrap_or(theirs.len().min(ours.len()));
        let event = |events: &[Value]| events.get(at).unwrap_or(&Value::Null).to_string();
        self.0.push(format!(
            "{name}: event {at} of {} and {}\n  wasmd: {}\n  ours:  {}",
            theirs.len(),
            ours.len(),
            event(theirs),
            event(ours)
        ));
    }

    /// # Panics
    /// When anything is different.
    pub fn none(&self) {
        assert!(self.0.is_empty(), "{} differences\n{}", self.0.len(), self.0.join("\n"));
    }
}
