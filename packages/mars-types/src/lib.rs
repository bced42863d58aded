//! Messages, responses, events and shared types of every contract.
