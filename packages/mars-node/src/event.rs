//! Events, in the plain-text form that CometBFT serves since 0.37.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// Something that happened, with named facts in a fixed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The type, for example `transfer`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The facts.
    pub attributes: Vec<Attribute>,
}

/// One fact of an [`Event`]; every attribute is indexed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    pub key: String,
    pub value: String,
}

impl Event {
    /// An event without attributes.
    pub fn new(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), attributes: Vec::new() }
    }

    /// The event with one more attribute at its end.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.push(Attribute { key: key.into(), value: value.into() });
        self
    }
}

/// Where events are collected; clones collect in the same place.
#[derive(Debug, Clone, Default)]
pub struct Events(Arc<Mutex<Vec<Event>>>);

impl Events {
    /// Adds one event.
    pub fn emit(&self, event: Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    /// Adds several.
    pub fn emit_all(&self, events: impl IntoIterator<Item = Event>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(events);
    }

    /// Everything collected so far, which is thereby forgotten here.
    pub fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
