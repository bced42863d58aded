//! docs/audit.md names only tests that exist, and what it says of the sources is so.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(&path)).unwrap_or_else(|error| panic!("{:?}: {error}", path.as_ref()))
}

/// Words between backticks that have the form of a test's name.
fn named(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let word = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || "_:/-".contains(c));
    quoted.filter(|name| word(name) && (name.contains("::") || name.split('/').count() == 2)).collect()
}

/// The file in which a test of this name should be.
fn file(place: &str) -> PathBuf {
    match place.split_once('/') {
        None => format!("packages/mars-{place}/src/lib.rs").into(),
        Some((package @ ("math" | "testing"), file)) => {
            format!("packages/mars-{package}/tests/all/{file}.rs").into()
        }
        Some((contract, file)) => format!("contracts/{contract}/tests/all/{file}.rs").into(),
    }
}

/// Names of the tests of a file, those of proptest included.
fn tests(source: &str) -> BTreeSet<&str> {
    let after = source.split("#[test]").skip(1);
    after.filter_map(|rest| rest.split("fn ").nth(1)?.split('(').next()).collect()
}

#[test]
fn every_test_that_the_tables_name_exists() {
    let text = read("docs/audit.md");
    // The first lines say how names are written.
    let names = named(text.split_once("\n## ").unwrap().1);
    assert!(names.len() > 250, "{}", names.len());
    let mut missing = vec![];
    for name in names.into_iter().filter(|name| !name.starts_with("ci/") && !name.starts_with("scripts/")) {
        let (place, test) = name.split_once("::").map_or((name, None), |(place, test)| (place, Some(test)));
        let Ok(source) = fs::read_to_string(root().join(file(place))) else {
            missing.push(name);
            continue;
        };
        let known = tests(&source);
        if test.map_or(known.is_empty(), |test| !known.contains(test))
            || source.contains(concat!("#[", "ignore"))
        {
            missing.push(name);
        }
    }
    assert!(missing.is_empty(), "docs/audit.md names what does not exist, or does not run: {missing:#?}");
}

#[test]
fn the_tables_are_whole() {
    let text = read("docs/audit.md");
    for row in
        (1..=66).map(|check| format!("\n| {check} | ")).chain((1..=27).map(|t| format!("\n| T{t:02} | ")))
    {
        assert_eq!(text.matches(&row).count(), 1, "{row}");
    }
}

#[test]
fn an_overflow_traps_in_a_release() {
    let manifest = read("Cargo.toml");
    let release = manifest.split("[profile.release]").nth(1).unwrap().split("\n[").next().unwrap();
    assert!(release.lines().any(|line| line == "overflow-checks = true"), "{release}");
}

/// Every Rust file of a contract.
fn sources(contract: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(format!("contracts/{contract}/src"))).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    paths.map(|path| fs::read_to_string(path).unwrap()).collect()
}

fn contracts() -> Vec<String> {
    let entries = fs::read_dir(root().join("contracts")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The name of a map is written with its length before it, so only equal names could meet.
#[test]
fn no_two_names_of_a_storage_meet() {
    let shared: Vec<String> =
        ["switch", "owner"].map(|file| read(format!("packages/mars-control/src/{file}.rs"))).into();
    for contract in contracts() {
        let mut names: Vec<String> = vec!["contract_info".into(), "ownership".into()];
        for source in sources(&contract).iter().chain(&shared) {
            for kind in ["Item::new(\"", "Map::new(\"", "History::new(\""] {
                names.extend(source.split(kind).skip(1).map(|rest| rest.split('"').next().unwrap().into()));
            }
        }
        let apart: BTreeSet<&String> = names.iter().collect();
        assert_eq!(apart.len(), names.len(), "{contract}: {names:?}");
    }
}

/// No floating point (the lint `float_arithmetic` is denied as well), no map whose order is chance, no clock but the block's.
#[test]
fn contracts_compute_the_same_everywhere() {
    let lints = read("Cargo.toml");
    assert!(lints.contains("float_arithmetic = \"deny\""));
    for contract in contracts() {
        for source in sources(&contract) {
            for word in ["HashMap", "HashSet", "SystemTime", "Instant::", "f32", "f64", "rand::"] {
                assert!(!source.contains(word), "{contract}: {word}");
            }
        }
    }
}
