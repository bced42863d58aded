//! What `marsd` asks a person, at a terminal of their own: nothing else sees these questions.

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::bench::{Home, MINTER, text};

/// Key derivation of an unoptimised build takes its time.
const PATIENCE: u64 = 60_000;

/// `marsd` at a terminal.
fn at_terminal(home: &Home, arguments: &[&str]) -> PtySession {
    spawn_command(home.command(arguments), Some(PATIENCE)).unwrap()
}

/// Reads to the end; what was shown and the exit code.
fn end(mut session: PtySession) -> (String, i32) {
    let shown = session.exp_eof().unwrap();
    match session.process().wait().unwrap() {
        WaitStatus::Exited(_, code) => (shown, code),
        other => panic!("{other:?}"),
    }
}

fn answer(session: &mut PtySession, question: &str, answer: &str) {
    session.exp_string(question).unwrap();
    session.send_line(answer).unwrap();
}

const ADD: [&str; 5] = ["keys", "add", "owner", "--keyring-backend", "file"];

#[test]
fn the_first_passphrase_is_asked_twice_and_never_shown() {
    let home = Home::empty();
    let mut session = at_terminal(&home, &ADD);
    answer(&mut session, "Passphrase of the keyring: ", "correct horse");
    answer(&mut session, "The same again: ", "correct horse");
    let (shown, code) = end(session);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("Write these 24 words down") && shown.contains("owner"), "{shown}");
    assert!(!shown.contains("correct horse"), "the passphrase is on the screen: {shown}");

    // It is asked once from now on, and a wrong one opens nothing.
    let export = ["keys", "export", "owner", "--unarmored-hex", "--unsafe", "--keyring-backend", "file"];
    let mut session = at_terminal(&home, &export);
    answer(&mut session, "Passphrase of the keyring: ", "wrong horse");
    let (shown, code) = end(session);
    assert_eq!(code, 3, "{shown}");
    let mut session = at_terminal(&home, &export);
    answer(&mut session, "Passphrase of the keyring: ", "correct horse");
    let (shown, code) = end(session);
    assert_eq!((code, shown.trim().len()), (0, 64), "{shown}");
}

#[test]
fn two_passphrases_that_differ_store_nothing() {
    let home = Home::empty();
    let mut session = at_terminal(&home, &ADD);
    answer(&mut session, "Passphrase of the keyring: ", "correct horse");
    answer(&mut session, "The same again: ", "corect horse");
    let (shown, code) = end(session);
    assert_eq!(code, 2, "{shown}");
    assert!(shown.contains("the two passphrases differ; nothing was stored"), "{shown}");
    let list = home.exits(0, &["keys", "list", "--keyring-backend", "file", "--output", "json"]);
    assert_eq!(text(&list.get_output().stdout).trim(), "[]");
}

#[test]
fn only_a_yes_deletes() {
    let home = Home::with_network();
    let delete = ["keys", "delete", "minter"];
    let question = format!("Delete key minter ({MINTER}) for ever? [y/N] ");
    for no in ["n", "", "Yes please", "no"] {
        let mut session = at_terminal(&home, &delete);
        answer(&mut session, &question, no);
        let (shown, code) = end(session);
        assert_eq!(code, 9, "{no:?}: {shown}");
    }
    home.exits(0, &["keys", "show", "minter"]);
    // The end of the input is no yes.
    let mut session = at_terminal(&home, &delete);
    session.exp_string(&question).unwrap();
    session.send_control('d').unwrap();
    assert_eq!(end(session).1, 9);
    let mut session = at_terminal(&home, &delete);
    answer(&mut session, &question, "y");
    let (shown, code) = end(session);
    assert_eq!(code, 0, "{shown}");
    home.exits(3, &["keys", "show", "minter"]);
}
