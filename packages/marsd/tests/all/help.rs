//! The command tree is part of the interface: it changes only together with its snapshot.

use std::fmt::Write;

use crate::bench::{Home, text};

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/tree.txt");

/// Every command below `path` with its usage, its first line of help and its options; those of all commands once.
fn tree(home: &Home, path: &mut Vec<String>, out: &mut String) {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let assert = home.exits(0, &arguments);
    let help = text(&assert.get_output().stdout);
    let usage = help.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap();
    writeln!(out, "{usage}\n    {}", help.lines().next().unwrap()).unwrap();
    let mut section = "";
    let mut commands = Vec::new();
    for line in help.lines() {
        if line.ends_with(':') && !line.starts_with(' ') {
            section = line;
        } else if section == "Commands:" && line.starts_with("  ") && !line.starts_with("   ") {
            commands.push(line.split_whitespace().next().unwrap().to_string());
        } else if line.trim_start().starts_with('-') && (path.is_empty() || section != "Network and output:")
        {
            let option = line.trim().split("  ").next().unwrap();
            if option != "-h, --help" {
                writeln!(out, "    {option}").unwrap();
            }
        }
    }
    for command in commands.into_iter().filter(|command| command != "help") {
        path.push(command);
        tree(home, path, out);
        path.pop();
    }
}

#[test]
fn tree_is_as_it_was() {
    let mut found = String::new();
    tree(&Home::empty(), &mut Vec::new(), &mut found);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(SNAPSHOT, &found).unwrap();
    }
    let expected = std::fs::read_to_string(SNAPSHOT).unwrap();
    let differs = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert!(
        found == expected,
        "the tree differs from tests/all/tree.txt at {differs:?}; if that is meant: UPDATE_SNAPSHOTS=1"
    );
}

#[test]
fn exit_codes_are_documented() {
    let help = text(&Home::empty().exits(0, &["--help"]).get_output().stdout);
    for line in [
        "0  success",
        "1  internal",
        "2  wrong usage",
        "3  configuration",
        "4  node unreachable",
        "5  not found",
        "6  refused before",
        "7  in a block, but failed",
        "8  not in a block in time",
        "9  you declined",
        "10  a check or the doctor",
        "130  interrupted",
    ] {
        assert!(help.contains(line), "{line}");
    }
}

#[test]
fn every_example_parses() {
    let home = Home::with_network();
    let help = text(&home.exits(0, &["--help"]).get_output().stdout);
    let examples: Vec<&str> = help.lines().filter_map(|line| line.strip_prefix("  marsd ")).collect();
    assert!(examples.len() >= 8);
    let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    for example in examples {
        // The key of the first example is there already.
        let example = example.replace("keys add minter", "keys add somebody");
        let arguments: Vec<&str> = example.split(' ').collect();
        let assert = home.run(&arguments).current_dir(repository).assert();
        let code = assert.get_output().status.code().unwrap();
        // Parsed and understood: it works, misses the node, or the doctor finds that out.
        assert!([0, 4, 10].contains(&code), "marsd {example}: {code} {}", text(&assert.get_output().stderr));
    }
}

#[test]
fn completions_know_the_tree() {
    let home = Home::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(&home.exits(0, &["completions", shell]).get_output().stdout);
        assert!(script.contains("treasury") && script.contains("fund-reserve"), "{shell}");
    }
    home.exits(2, &["completions", "tcsh"]);
}

#[test]
fn every_command_has_a_manual_page() {
    let home = Home::empty();
    let folder = home.folder.path().join("man/man1");
    home.exits(0, &["man", folder.to_str().unwrap()]);
    for (page, word) in
        [("marsd.1", "Exit codes"), ("marsd-start.1", "faucet"), ("marsd-tx-bank-send.1", "from")]
    {
        let text = std::fs::read_to_string(folder.join(page)).unwrap();
        assert!(text.contains(word), "{page}");
    }
    let file = folder.join("marsd.1");
    home.exits(3, &["man", file.to_str().unwrap()]);
}
