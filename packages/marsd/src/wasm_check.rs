//! The checks that wasmd 0.61 makes before it stores a contract, made here on the same bytes.
//!
//! The rules are not written again: they are those of cosmwasm-vm, the crate that a chain runs contracts with. What
//! this module adds is the reason behind a refusal and what to do about it.

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use cosmwasm_vm::internals::{Logger, check_wasm, compile_module};
use cosmwasm_vm::{VmError, WasmLimits};
use mars_node::wasm::CAPABILITIES;
use serde::Serialize;

/// The most bytes, uncompressed, that wasmd accepts in one `MsgStoreCode` (800 KiB).
pub const SIZE_LIMIT: usize = 819_200;

/// The exports that a chain calls.
const ENTRY_POINTS: [&str; 18] = [
    "instantiate",
    "execute",
    "query",
    "migrate",
    "reply",
    "sudo",
    "ibc_channel_open",
    "ibc_channel_connect",
    "ibc_channel_close",
    "ibc_packet_receive",
    "ibc_packet_ack",
    "ibc_packet_timeout",
    "ibc_source_callback",
    "ibc_destination_callback",
    "ibc2_packet_receive",
    "ibc2_packet_ack",
    "ibc2_packet_timeout",
    "ibc2_packet_send",
];

/// What an accepted contract is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Uncompressed size in bytes.
    pub size: usize,
    /// The entry points that it has, sorted by name.
    pub entry_points: BTreeSet<String>,
    /// The capabilities that it asks the chain for, sorted by name.
    pub required_capabilities: BTreeSet<String>,
}

/// Why a chain would not store a contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WasmCheckError {
    /// Over the upload limit of the chain.
    #[error("the contract has {size} bytes, the limit is {limit}")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The most bytes allowed.
        limit: usize,
    },
    /// Refused by the virtual machine.
    #[error("{cause}: {detail}")]
    Refused {
        /// The kind of fault.
        cause: Cause,
        /// The virtual machine's own words, which name the value and the limit.
        detail: String,
    },
}

/// The kinds of fault that the virtual machine refuses a contract for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The file does not start like a WebAssembly module.
    NotWasm,
    /// `memory.copy`, `memory.fill` and their kin.
    BulkMemory,
    /// Instructions on references, such as `table.grow`.
    ReferenceTypes,
    /// Any other extension of WebAssembly that a chain does not run.
    Proposal,
    /// The marker of cosmwasm-std's interface version is missing, doubled or unknown.
    Interface,
    /// A function that every contract must have is missing.
    MissingExport,
    /// It wants a function from outside that the chain does not offer.
    Import,
    /// It requires a capability that the chain does not have.
    Capability,
    /// Too many, or too large, of something: memory pages, table elements, functions, parameters, locals.
    Limit,
    /// Everything else, for example a file that is cut off.
    Invalid,
}

/// How cosmwasm-vm 3.0.10 and its parser word each kind of fault. The crate has only texts to tell them apart; its
/// version is pinned and every line here has a test. The first that fits counts.
const WORDINGS: [(&str, Cause); 17] = [
    ("bulk memory support is not enabled", Cause::BulkMemory),
    ("Reference type operation detected", Cause::ReferenceTypes),
    ("support is not enabled", Cause::Proposal),
    ("must be enabled", Cause::Proposal),
    ("interface_version_*", Cause::Interface),
    ("doesn't have required export", Cause::MissingExport),
    ("requires unsupported import", Cause::Import),
    ("requires non-function import", Cause::Import),
    ("requires unavailable capabilities", Cause::Capability),
    ("Import count exceeds limit", Cause::Limit),
    ("too large max limit", Cause::Limit),
    ("must not have", Cause::Limit),
    ("must contain exactly one memory", Cause::Limit),
    ("must not exceed", Cause::Limit),
    ("maximum must be unset", Cause::Limit),
    ("contains more than", Cause::Limit),
    ("contains function with more than", Cause::Limit),
];

impl Cause {
    fn of(detail: &str) -> Self {
        WORDINGS
            .iter()
            .find(|(wording, _)| detail.contains(wording))
            .map_or(Cause::Invalid, |(_, cause)| *cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cause::NotWasm => "this is not a WebAssembly module",
            Cause::BulkMemory => "the contract uses bulk memory operations",
            Cause::ReferenceTypes => "the contract uses reference types",
            Cause::Proposal => "the contract uses an extension of WebAssembly that chains do not run",
            Cause::Interface => "the contract has no valid interface version",
            Cause::MissingExport => "the contract lacks a function that every contract exports",
            Cause::Import => "the contract imports what the chain does not offer",
            Cause::Capability => "the contract requires what the chain cannot do",
            Cause::Limit => "the contract is over a limit of the chain",
            Cause::Invalid => "the contract is not valid",
        })
    }
}

impl WasmCheckError {
    /// What usually helps, in one sentence.
    pub fn fix(&self) -> &'static str {
        let cause = match self {
            WasmCheckError::TooLarge { .. } => {
                return "Build in the release profile with opt-level \"z\" (scripts/build-wasm does), or split the contract.";
            }
            WasmCheckError::Refused { cause, .. } => cause,
        };
        match cause {
            Cause::NotWasm => "Give the contract's .wasm file, as scripts/build-wasm leaves it in artifacts.",
            Cause::BulkMemory => {
                "Build with scripts/build-wasm, or lower the file with wasm-opt --llvm-memory-copy-fill-lowering."
            }
            Cause::ReferenceTypes | Cause::Proposal => {
                "Build with scripts/build-wasm, or with -Ctarget-cpu=mvp and a standard library compiled the same way."
            }
            Cause::Interface | Cause::MissingExport => {
                "Build a contract on cosmwasm-std with its default features, as a cdylib, for wasm32-unknown-unknown."
            }
            Cause::Import => {
                "Remove the crate that needs it (often wasm-bindgen, through getrandom or chrono): cargo tree -i CRATE."
            }
            Cause::Capability => "Switch off the feature of cosmwasm-std that asks for it.",
            Cause::Limit => {
                "Build in the release profile without debug assertions, and split very large functions."
            }
            Cause::Invalid => "Build it again; a file that was cut off or edited looks like this.",
        }
    }
}

impl From<VmError> for WasmCheckError {
    fn from(error: VmError) -> Self {
        let detail = match error {
            VmError::StaticValidationErr { msg, .. } | VmError::CompileErr { msg, .. } => msg,
            other => other.to_string(),
        };
        WasmCheckError::Refused { cause: Cause::of(&detail), detail }
    }
}

/// Checks that a chain on wasmd 0.61 would store this contract: its size, the static checks of the virtual machine
/// with their default limits, and that the machine can compile it.
///
/// # Errors
/// The first reason to refuse it, with the virtual machine's own words.
pub fn check(wasm: &[u8]) -> Result<Report, WasmCheckError> {
    if !wasm.starts_with(b"\0asm") {
        let detail = "a module starts with the bytes 00 61 73 6d".to_owned();
        return Err(WasmCheckError::Refused { cause: Cause::NotWasm, detail });
    }
    if wasm.len() > SIZE_LIMIT {
        return Err(WasmCheckError::TooLarge { size: wasm.len(), limit: SIZE_LIMIT });
    }
    let available: HashSet<String> = CAPABILITIES.iter().map(ToString::to_string).collect();
    check_wasm(wasm, &available, &WasmLimits::default(), Logger::Off)?;
    let (module, _engine) = compile_module(wasm, None)?;

    let exports: BTreeSet<String> =
        module.exports().functions().map(|export| export.name().to_owned()).collect();
    Ok(Report {
        size: wasm.len(),
        entry_points: exports.iter().filter(|name| ENTRY_POINTS.contains(&name.as_str())).cloned().collect(),
        required_capabilities: exports
            .iter()
            .filter_map(|name| name.strip_prefix("requires_"))
            .map(str::to_owned)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A contract that does nothing, with `body` added to it.
    fn contract(body: &str) -> Vec<u8> {
        module(&format!(
            r#"(memory (export "memory") 1)
            (func (export "interface_version_8"))
            (func (export "allocate") (param i32) (result i32) i32.const 0)
            (func (export "deallocate") (param i32))
            {body}"#
        ))
    }

    fn module(body: &str) -> Vec<u8> {
        wat::parse_str(format!("(module {body})")).unwrap()
    }

    #[track_caller]
    fn refused(wasm: &[u8], want: Cause, words: &str) {
        match check(wasm) {
            Err(WasmCheckError::Refused { cause, detail }) => {
                assert_eq!(cause, want, "{detail}");
                assert!(detail.contains(words), "{detail}");
            }
            other => panic!("expected {want:?}, got {other:?}"),
        }
    }

    #[test]
    fn reports_entry_points_capabilities_and_size_of_an_accepted_contract() {
        let wasm = contract(
            r#"(func (export "requires_iterator")) (func (export "requires_cosmwasm_2_2"))
            (func (export "query") (param i32 i32) (result i32) i32.const 0)
            (func (export "execute") (param i32 i32 i32) (result i32) i32.const 0)
            (func (export "helper"))"#,
        );
        assert_eq!(
            check(&wasm).unwrap(),
            Report {
                size: wasm.len(),
                entry_points: ["execute", "query"].map(String::from).into(),
                required_capabilities: ["cosmwasm_2_2", "iterator"].map(String::from).into(),
            }
        );
    }

    #[test]
    fn accepts_each_capability_of_the_chain_and_no_other() {
        for name in CAPABILITIES {
            let wasm = contract(&format!(r#"(func (export "requires_{name}"))"#));
            assert_eq!(check(&wasm).unwrap().required_capabilities, [name.to_owned()].into());
        }
        refused(
            &contract(r#"(func (export "requires_cosmwasm_3_0"))"#),
            Cause::Capability,
            "requires unavailable capabilities: {\"cosmwasm_3_0\"}",
        );
    }

    #[test]
    fn counts_the_upload_limit_in_bytes() {
        // A custom section is skipped by every check but the one on size.
        let padded = |padding: usize| contract(&format!("(@custom \"x\" \"{}\")", "a".repeat(padding)));
        // The header of a section of this length does not change, so one more letter is one more byte.
        let rest = padded(SIZE_LIMIT).len() - SIZE_LIMIT;
        assert_eq!(check(&padded(SIZE_LIMIT - rest)).unwrap().size, 819_200);
        assert_eq!(
            check(&padded(SIZE_LIMIT - rest + 1)),
            Err(WasmCheckError::TooLarge { size: 819_201, limit: 819_200 })
        );
    }

    #[test]
    fn refuses_what_is_no_module_or_is_cut_off() {
        refused(b"", Cause::NotWasm, "00 61 73 6d");
        refused(&[0x1f, 0x8b, 8, 0], Cause::NotWasm, "00 61 73 6d");
        let whole = contract("");
        refused(&whole[..whole.len() - 3], Cause::Invalid, "unexpected");
        // Types do not match: an i32 is promised, nothing is there.
        refused(&contract("(func (result i32))"), Cause::Invalid, "type mismatch");
    }

    #[test]
    fn refuses_bulk_memory_operations() {
        for operation in ["memory.copy", "memory.fill"] {
            let wasm = contract(&format!("(func i32.const 0 i32.const 0 i32.const 0 {operation})"));
            refused(&wasm, Cause::BulkMemory, "bulk memory support is not enabled");
        }
    }

    #[test]
    fn refuses_reference_instructions_but_not_their_syntax() {
        let table = "(table 1 1 funcref)";
        refused(
            &contract(&format!("{table} (func (result i32) ref.null func i32.const 1 table.grow 0)")),
            Cause::ReferenceTypes,
            "Reference type operation detected",
        );
        // rustc since 1.82 writes the table index of an indirect call in the longer form of that proposal.
        assert!(
            check(&contract(&format!("{table} (type $t (func)) (func i32.const 0 call_indirect (type $t))")))
                .is_ok()
        );
    }

    #[test]
    fn refuses_other_proposals() {
        refused(
            &contract("(func v128.const i32x4 0 0 0 0 drop)"),
            Cause::Proposal,
            "SIMD support is not enabled",
        );
        refused(&contract("(func $f return_call $f)"), Cause::Proposal, "tail calls support is not enabled");
        refused(&module("(memory i64 1)"), Cause::Proposal, "memory64 must be enabled");
    }

    #[test]
    fn accepts_floats_and_sign_extension() {
        assert!(
            check(&contract("(func (result i32) f64.const 1.5 i32.trunc_sat_f64_s i32.extend8_s)")).is_ok()
        );
    }

    #[test]
    fn refuses_a_missing_or_wrong_interface_version() {
        let exports = r#"(memory 1) (func (export "allocate")) (func (export "deallocate"))"#;
        refused(&module(exports), Cause::Interface, "missing a required marker export");
        refused(
            &module(&format!(r#"{exports} (func (export "interface_version_7"))"#)),
            Cause::Interface,
            "unknown interface_version_*",
        );
        refused(
            &contract(r#"(func (export "interface_version_9"))"#),
            Cause::Interface,
            "more than one marker export",
        );
    }

    #[test]
    fn refuses_a_missing_export() {
        let wasm = module(r#"(memory 1) (func (export "interface_version_8")) (func (export "allocate"))"#);
        refused(&wasm, Cause::MissingExport, "required export: \"deallocate\"");
    }

    #[test]
    fn refuses_imports_that_the_chain_does_not_offer() {
        let importing = |what: &str| {
            module(&format!(
                r#"(import {what}) (memory 1) (func (export "interface_version_8"))
                (func (export "allocate")) (func (export "deallocate"))"#
            ))
        };
        assert!(check(&importing(r#""env" "db_read" (func (param i32) (result i32))"#)).is_ok());
        refused(
            &importing(r#""wbg" "__wbindgen_throw" (func)"#),
            Cause::Import,
            "unsupported import: \"wbg.__wbindgen_throw\"",
        );
        refused(
            &importing(r#""env" "db_read" (global i32)"#),
            Cause::Import,
            "non-function import: \"env.db_read\"",
        );
    }

    #[test]
    fn refuses_what_is_over_a_limit() {
        let bare = r#"(func (export "interface_version_8")) (func (export "allocate")) (func (export "deallocate"))"#;
        let many = |n: usize, what: &str| what.repeat(n);
        let cases = [
            (module(bare), "must contain exactly one memory"),
            (module(&format!("{bare} (memory 513)")), "must not exceed 512 pages"),
            (module(&format!("{bare} (memory 1 2)")), "maximum must be unset"),
            (contract("(table 1 funcref)"), "must not have unbound table"),
            (contract("(table 1 2501 funcref)"), "too large max limit"),
            (contract("(table 1 1 funcref) (table 1 1 funcref)"), "must not have more than 1 table"),
            (contract(&many(20_000, "(func)")), "contains more than 20000 functions"),
            (
                contract(&format!("(func (param {}))", many(101, " i32"))),
                "function with more than 100 parameters",
            ),
            (
                contract("(func (result i32 i32) i32.const 0 i32.const 0)"),
                "function with more than 1 results",
            ),
            (
                contract(&many(101, &format!("(func (param {}))", many(100, " i32")))),
                "contains more than 10000 function parameters in total",
            ),
            (contract(&format!("(func (local {}))", many(101, " i32"))), "more than 100 locals: 101"),
            (
                contract(&many(101, &format!("(func (local {}))", many(100, " i32")))),
                "contains more than 10000 function locals in total: 10100",
            ),
            (
                module(&format!(r#"{} {bare} (memory 1)"#, many(101, r#"(import "env" "db_read" (func))"#))),
                "Imports: 101. Limit: 100",
            ),
        ];
        for (wasm, words) in cases {
            refused(&wasm, Cause::Limit, words);
        }
    }
}
