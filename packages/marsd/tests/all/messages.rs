//! Every message of docs/messages.md that an account may send has its command, and the command sends just that.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::bench::{Home, text};
use crate::start::Running;

const PAGE: &str = include_str!("../../../../docs/messages.md");

/// How a message is sent.
enum By {
    /// This command, whose messages `--dry-run` tells.
    Command(&'static str),
    /// This command, which asks the contract first: there must be one. That it sends the message is seen in ci/e2e.
    Asking(&'static str),
    /// A proposal, for the contract hears the MarsDAO alone: this template of `marsd tx gov template`.
    Proposal(&'static str),
    /// Another contract.
    Contract,
}

use By::{Asking, Command, Contract, Proposal};

/// By the heading of the contract in the page and the name of the message.
const COMMANDS: &[(&str, &str, By)] = &[
    ("token", "transfer", Command("tx token send trader 1USDM")),
    ("token", "send", Command(r#"tx token send treasury 1USDM --msg {"mint":{}}"#)),
    ("token", "burn", Command("tx token burn 1USDM")),
    ("token", "increase_allowance", Command("tx token increase-allowance trader 1USDM --expires 1d")),
    ("token", "decrease_allowance", Command("tx token decrease-allowance trader 1USDM")),
    ("token", "transfer_from", Command("tx token send trader 1USDM --owner deployer")),
    ("token", "send_from", Command(r#"tx token send treasury 1USDM --owner deployer --msg {"mint":{}}"#)),
    ("token", "burn_from", Command("tx token burn 1USDM --owner deployer")),
    ("token", "mint", Contract),
    ("treasury", "mint", Asking("tx treasury mint")),
    ("treasury", "receive: mint", Asking("tx treasury mint")),
    ("treasury", "receive: redeem", Asking("tx treasury redeem")),
    ("treasury", "receive: claim_basket", Asking("tx treasury claim-basket")),
    ("treasury", "receive: fund_reserve", Command("tx treasury fund-reserve 1XMS")),
    ("treasury", "poke", Command("tx treasury poke")),
    ("treasury", "settle", Asking("tx treasury settle")),
    ("treasury", "cancel", Asking("tx treasury cancel")),
    ("treasury", "claim_basket", Asking("tx treasury claim-basket")),
    ("treasury", "allocate", Asking("tx treasury allocate")),
    ("treasury", "unwind", Command("tx treasury unwind 1")),
    (
        "treasury",
        "register_asset",
        Command("tx treasury register-asset USDC --level stable --decimals 6 --cap 5"),
    ),
    ("treasury", "update_asset", Command("tx treasury update-asset USDC --listed false")),
    ("treasury", "update_non_circulating", Command("tx treasury update-non-circulating --add staking")),
    ("treasury", "withdraw_reserve", Command("tx treasury withdraw-reserve 1XMS trader")),
    ("treasury", "register_position", Command("tx treasury register-position 1 --kind xms --cap 5")),
    ("treasury", "update_position", Command("tx treasury update-position 1 --exit-only true")),
    ("treasury", "deposit", Asking("tx treasury deposit")),
    ("treasury", "remove", Command("tx treasury remove 1 5")),
    ("treasury", "spend", Command("tx treasury spend 1USDC trader")),
    ("treasury", "vote_chain", Command("tx treasury vote-chain 1 yes")),
    ("treasury", "call_dao", Command("tx treasury call-dao governance {}")),
    ("treasury", "declare_recovery", Command("tx treasury declare-recovery")),
    ("treasury", "end_recovery", Command("tx treasury end-recovery")),
    ("treasury", "update_params", Command("tx treasury update-params PARAMS")),
    ("treasury", "lower_limits", Command("tx treasury lower-limits --mint-rate 5")),
    ("treasury", "pause", Command("tx treasury pause mint")),
    ("treasury", "confirm_pause", Command("tx treasury confirm-pause mint")),
    ("treasury", "unpause", Command("tx treasury unpause mint")),
    ("treasury", "set_guardian", Command("tx treasury set-guardian trader --sunset 1d")),
    (
        "treasury",
        "update_ownership: transfer_ownership",
        Command("tx treasury transfer-ownership governance"),
    ),
    ("treasury", "update_ownership: accept_ownership", Command("tx treasury accept-ownership")),
    ("swap", "create_pool", Command("tx swap create-pool USDM USDC")),
    ("swap", "provide", Asking("tx swap provide")),
    // Beside `provide` it saves only the allowance.
    ("swap", "receive: provide", Asking("tx swap provide")),
    ("swap", "receive: withdraw", Asking("tx swap withdraw")),
    ("swap", "receive: withdraw_one", Asking("tx swap withdraw")),
    ("swap", "swap", Asking("tx swap sell")),
    ("swap", "receive: swap", Asking("tx swap sell")),
    ("swap", "swap_exact_out", Asking("tx swap buy")),
    ("swap", "receive: swap_exact_out", Asking("tx swap buy")),
    ("swap", "collect_fees", Command("tx swap collect-fees 1 2")),
    ("swap", "update_config", Command("tx swap set-fee-collector collector")),
    ("swap", "update_config", Command("tx swap set-lp-code 5")),
    (
        "swap",
        "update_params",
        Command("tx swap update-params --product-fee 30,5 --stable-fee 4,2 --share-limit 9500"),
    ),
    ("swap", "set_creation_fee", Command("tx swap set-creation-fee 1USDC")),
    ("swap", "register_native", Command("tx swap register-native uusdc --decimals 6")),
    ("swap", "set_fee", Command("tx swap set-fee 1 --total 30 --protocol 5")),
    ("swap", "set_share_limits", Command("tx swap set-share-limits 1 5000 5000")),
    ("swap", "ramp_amplification", Command("tx swap ramp 1 200")),
    ("swap", "stop_ramp", Command("tx swap stop-ramp 1")),
    ("swap", "set_pauser", Command("tx swap set-pauser trader")),
    ("swap", "pause", Command("tx swap pause swap:1")),
    ("swap", "confirm_pause", Command("tx swap confirm-pause swap:1")),
    ("swap", "unpause", Command("tx swap unpause provide:1")),
    ("swap", "set_guardian", Command("tx swap set-guardian --none")),
    ("swap", "update_ownership: transfer_ownership", Command("tx swap transfer-ownership trader")),
    ("swap", "update_ownership: accept_ownership", Command("tx swap accept-ownership")),
    ("staking", "receive: stake", Command("tx staking stake 1XMS")),
    ("staking", "receive: buy_back", Command("tx staking buy-back 1XMS")),
    ("staking", "receive: fund_emission", Command("tx staking fund-emission 1XMS")),
    ("staking", "unstake", Command("tx staking unstake 1XMS")),
    ("staking", "rebond", Command("tx staking rebond 1XMS")),
    ("staking", "withdraw", Command("tx staking withdraw")),
    ("staking", "claim", Asking("tx staking claim")),
    ("staking", "delegate", Command("tx staking delegate trader")),
    ("staking", "plan_emission", Command("tx staking plan-emission 1XMS 180d")),
    ("staking", "plan_emission", Command("tx staking plan-emission --none")),
    ("staking", "set_collector", Command("tx staking set-collector collector")),
    ("staking", "update_params", Command("tx staking update-params --unbonding 7d --buy-back-window 1d")),
    ("staking", "pause", Command("tx staking pause")),
    ("staking", "confirm_pause", Command("tx staking confirm-pause")),
    ("staking", "unpause", Command("tx staking unpause")),
    ("staking", "set_guardian", Command("tx staking set-guardian --none")),
    ("staking", "update_ownership: transfer_ownership", Command("tx staking transfer-ownership trader")),
    ("staking", "update_ownership: accept_ownership", Command("tx staking accept-ownership")),
    ("collector", "convert", Asking("tx collector convert")),
    ("collector", "distribute", Asking("tx collector distribute")),
    ("collector", "set_route", Command("tx collector set-route USDC 1:XMS")),
    (
        "collector",
        "update_params",
        Command("tx collector update-params --interval 20h --slice 100 --slippage 100 --burn 0 --retain 0"),
    ),
    ("collector", "withdraw", Command("tx collector withdraw 1USDC trader")),
    ("collector", "pause", Command("tx collector pause convert")),
    ("collector", "confirm_pause", Command("tx collector confirm-pause convert")),
    ("collector", "unpause", Command("tx collector unpause distribute")),
    ("collector", "set_guardian", Command("tx collector set-guardian --none")),
    ("collector", "update_ownership: transfer_ownership", Command("tx collector transfer-ownership trader")),
    ("collector", "update_ownership: accept_ownership", Command("tx collector accept-ownership")),
    ("governance", "propose", Asking("tx gov propose")),
    ("governance", "vote", Command("tx gov vote 1 for")),
    ("governance", "queue", Command("tx gov queue 1")),
    ("governance", "execute", Command("tx gov execute 1")),
    ("governance", "veto", Command("tx gov veto 1 --reason why")),
    ("governance", "cancel", Command("tx gov cancel 1")),
    ("governance", "accept_ownership", Command("tx gov accept-ownership treasury")),
    ("governance", "update_params", Proposal("dao")),
    ("governance", "update_sources", Proposal("votes")),
    ("governance", "update_contracts", Proposal("contracts")),
    ("governance", "set_guardian", Proposal("guardian")),
    ("oracle", "feed", Command("tx oracle feed USDC=1")),
    ("oracle", "set_source", Command("tx oracle set-source USDC --fixed 1")),
    ("oracle", "remove_source", Command("tx oracle remove-source USDC")),
    ("oracle", "pause", Command("tx oracle pause USDC")),
    ("oracle", "confirm_pause", Command("tx oracle confirm-pause USDC")),
    ("oracle", "unpause", Command("tx oracle unpause USDC")),
    ("oracle", "set_guardian", Command("tx oracle set-guardian --none")),
    ("oracle", "update_ownership: transfer_ownership", Command("tx oracle transfer-ownership trader")),
    ("oracle", "update_ownership: accept_ownership", Command("tx oracle accept-ownership")),
];

/// Contract and message of every row of the page that somebody may send. What a message is like in one of several cases
/// (`claim: restake`) is the same message.
fn messages() -> BTreeSet<(&'static str, String)> {
    let mut contract = "";
    let mut found = BTreeSet::new();
    for line in PAGE.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            contract = if heading.contains("-cw20") { "token" } else { heading };
        }
        let Some((name, rest)) = line.strip_prefix("| `").and_then(|row| row.split_once("` | ")) else {
            continue;
        };
        // A query has two columns, an event's contract is no role.
        let columns: Vec<&str> = rest.trim_end_matches(" |").split(" | ").collect();
        let senders = if contract == "token" { columns.iter().take(3) } else { columns.iter().take(1) };
        if contract == "Events" || columns.len() < 4 || senders.clone().all(|who| *who == "nobody") {
            continue;
        }
        let parts: Vec<&str> = name.split(": ").collect();
        let wraps = matches!(parts[0], "receive" | "update_ownership");
        found.insert((contract, parts[..parts.len().min(if wraps { 2 } else { 1 })].join(": ")));
    }
    found
}

/// Name of a message as the page has it.
fn name(message: &Value) -> String {
    fn key(message: &Value) -> &str {
        message.as_str().unwrap_or_else(|| message.as_object().unwrap().keys().next().unwrap())
    }
    let outer = key(message);
    match outer {
        "update_ownership" => format!("{outer}: {}", key(&message[outer])),
        _ => outer.into(),
    }
}

#[test]
fn every_message_has_its_command() {
    let known: BTreeSet<(&str, String)> =
        COMMANDS.iter().map(|(contract, message, _)| (*contract, message.to_string())).collect();
    assert_eq!(known, messages());

    let home = Home::with_network();
    let chain = Running::with(&home, &["--memory"]);
    let params = home.folder.path().join("params.json");
    let defaults = serde_json::to_string(&mars_types::treasury::Params::default()).unwrap();
    std::fs::write(&params, defaults).unwrap();
    for (contract, message, by) in COMMANDS {
        match by {
            Command(line) => {
                let line = line.replace("PARAMS", params.to_str().unwrap());
                let end = ["--from", "minter", "--gas", "500000", "--dry-run", "--node", &chain.rpc];
                let arguments: Vec<&str> = line.split(' ').chain(end).collect();
                let told = home.result(&arguments);
                // Of feeders there are several, so `feed` tells a list.
                let told = told.get(0).unwrap_or(&told);
                let [sent] = told["messages"].as_array().unwrap().as_slice() else {
                    panic!("{line}: {told}");
                };
                let (to, does) = match message.starts_with("receive: ") {
                    // Tokens are sent, and what the contract is told goes along.
                    true => (
                        &sent["msg"]["send"]["contract"],
                        format!("receive: {}", name(&sent["msg"]["send"]["msg"])),
                    ),
                    false => (&sent["contract"], name(&sent["msg"])),
                };
                let meant = if *contract == "token" { "usdm" } else { contract };
                assert_eq!(
                    (to.as_str().unwrap(), does.as_str()),
                    (format!("mars1{meant}").as_str(), *message),
                    "{line}"
                );
            }
            Asking(command) => {
                let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
                home.exits(0, &arguments);
            }
            Proposal(kind) => {
                let template = text(&home.exits(0, &["tx", "gov", "template", kind]).get_output().stdout);
                assert!(template.contains(message), "{kind}: {template}");
            }
            Contract => {}
        }
    }
    chain.stop();
}
