#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "all/amino.rs"]
mod amino;
#[path = "all/ask.rs"]
mod ask;
#[path = "all/attacks.rs"]
mod attacks;
#[path = "all/bad_input.rs"]
mod bad_input;
#[path = "all/chain.rs"]
mod chain;
#[path = "all/compare.rs"]
mod compare;
#[path = "all/concurrency.rs"]
mod concurrency;
#[path = "all/cosmrs.rs"]
mod cosmrs_client;
#[path = "all/determinism.rs"]
mod determinism;
#[path = "all/dev.rs"]
mod dev;
#[path = "all/dev_model.rs"]
mod dev_model;
#[path = "all/dev_trace.rs"]
mod dev_trace;
#[path = "all/differential.rs"]
mod differential;
#[path = "all/doors.rs"]
mod doors;
#[path = "all/faucet.rs"]
mod faucet;
#[path = "all/faults.rs"]
mod faults;
#[path = "all/golden.rs"]
mod golden;
#[path = "all/grpc.rs"]
mod grpc;
#[path = "all/grpc_reflection.rs"]
mod grpc_reflection;
#[path = "all/keeping.rs"]
mod keeping;
#[path = "all/keplr.rs"]
mod keplr;
#[path = "all/light_client.rs"]
mod light_client;
#[path = "all/metrics.rs"]
mod metrics;
#[path = "all/node.rs"]
mod node;
#[path = "all/redb.rs"]
mod redb;
#[path = "all/rest.rs"]
mod rest;
#[path = "all/rpc.rs"]
mod rpc;
#[path = "all/rpc_client.rs"]
mod rpc_client;
#[path = "all/rpc_websocket.rs"]
mod rpc_websocket;
#[path = "all/sender.rs"]
mod sender;
