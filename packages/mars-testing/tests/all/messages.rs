//! docs/messages.md: every message, query and event, as the contracts say and as they were found to act.
//!
//! `UPDATE_SNAPSHOTS=1 cargo nextest run -p mars-testing messages` writes the page; otherwise it is compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::{env, fs};

use cosmwasm_schema::schemars::schema::Schema;
use cosmwasm_schema::schemars::{JsonSchema, schema_for};
use mars_testing::{Contract, Entry, Manual, Role, Stop, Switch};
use mars_types::events::EVENTS;
use mars_types::{RefusalCode, collector, governance, oracle, staking, swap, token, treasury};

use super::audit::root;

const HEAD: &str = "\
# Messages and events

Every message, query and event of every contract. A test (`packages/mars-testing/tests/all/messages.rs`) writes this page: what a
message does comes from the contracts' own types; who may send it, what stops it and what it announces was found by sending it,
by every role, with every pause, in calm, in recovery and at every other turn. `receive: redeem` is a message `redeem` that
comes with a cw20 token. To write the page anew: `UPDATE_SNAPSHOTS=1 cargo nextest run --package mars-testing messages`.

The owner of every contract is the MarsDAO; *owner* is whoever owns it. A guardian acts until its sunset date.
";

/// Names and meanings of the variants of a message.
type Meanings = BTreeMap<String, String>;

struct Chapter {
    contracts: &'static [Contract],
    about: &'static str,
    messages: Meanings,
    hooks: Meanings,
    queries: Meanings,
}

fn chapters() -> Vec<Chapter> {
    use Contract::{Collector, Governance, Lp, Oracle, Staking, Swap, Treasury, Usdm, Xms};
    let chapter =
        |contracts, about, messages, hooks, queries| Chapter { contracts, about, messages, hooks, queries };
    vec![
        chapter(
            &[Treasury],
            "Issues USDM and redeems it.",
            meanings::<treasury::ExecuteMsg>(),
            meanings::<treasury::Cw20HookMsg>(),
            meanings::<treasury::QueryMsg>(),
        ),
        chapter(
            &[Swap],
            "Pools of two assets, and stable pools of two to four.",
            meanings::<swap::ExecuteMsg>(),
            meanings::<swap::Cw20HookMsg>(),
            meanings::<swap::QueryMsg>(),
        ),
        chapter(
            &[Staking],
            "Stakes of XMS, their rewards and their votes.",
            meanings::<staking::ExecuteMsg>(),
            meanings::<staking::Cw20HookMsg>(),
            meanings::<staking::QueryMsg>(),
        ),
        chapter(
            &[Collector],
            "Turns the protocol's fees into XMS for stakers.",
            meanings::<collector::ExecuteMsg>(),
            Meanings::new(),
            meanings::<collector::QueryMsg>(),
        ),
        chapter(
            &[Governance],
            "The MarsDAO.",
            meanings::<governance::ExecuteMsg>(),
            Meanings::new(),
            meanings::<governance::QueryMsg>(),
        ),
        chapter(
            &[Oracle],
            "Prices.",
            meanings::<oracle::ExecuteMsg>(),
            Meanings::new(),
            meanings::<oracle::QueryMsg>(),
        ),
        chapter(
            &[Usdm, Xms, Lp],
            "The tokens. Messages and attributes are those of cw20; there are no events beside the plain `wasm` one.",
            meanings::<cw20::Cw20ExecuteMsg>(),
            Meanings::new(),
            meanings::<token::QueryMsg>(),
        ),
    ]
}

/// From the doc comments, by way of the schema.
fn meanings<M: JsonSchema>() -> Meanings {
    let variants = schema_for!(M).schema.subschemas.and_then(|schemas| schemas.one_of).unwrap();
    variants.into_iter().flat_map(meaning).collect()
}

fn meaning(variant: Schema) -> Vec<(String, String)> {
    let variant = variant.into_object();
    let text = variant.metadata.and_then(|metadata| metadata.description).unwrap_or_default();
    // The first paragraph; links of rustdoc lead nowhere from here.
    let text = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let text = text.replace("[`", "`").replace("`]", "`").replace("crate::", "");
    let words = variant.enum_values.into_iter().flatten().map(|word| word.as_str().unwrap().to_string());
    let keys = variant.object.into_iter().flat_map(|object| object.required);
    words.chain(keys).map(|name| (name, text.clone())).collect()
}

impl Chapter {
    /// What an entry is for: of what is inside a message, if that is another one.
    fn meaning(&self, entry: &Entry) -> String {
        let (message, inside) = entry.message.split_once(": ").unwrap_or((&entry.message, ""));
        match message {
            "receive" => self.hooks[inside.split(": ").next().unwrap()].clone(),
            "update_ownership" => meanings::<cw_ownable::Action>()[inside].clone(),
            _ => self.messages[message].clone(),
        }
    }

    fn write(&self, page: &mut String, entries: &[Entry]) {
        let names: Vec<&str> = self.contracts.iter().map(|contract| contract.title()).collect();
        writeln!(page, "\n## {}\n\n{}\n", names.join(", "), self.about).unwrap();
        let own = |contract: Contract| entries.iter().filter(move |entry| entry.contract == contract);
        match self.contracts {
            [contract] => {
                page.push_str(
                    "| message | sent by | stopped by | announces | what it does |\n|---|---|---|---|---|\n",
                );
                for entry in own(*contract) {
                    let stops = entry.stopped.iter().map(|(switch, stop)| {
                        let of = if switch.contract == *contract { "" } else { switch.contract.title() };
                        format!("{of} `{}`{}", switch.name, how(*stop)).trim_start().to_string()
                    });
                    let stops = stops.collect::<Vec<_>>().join(", ");
                    let events = entry.announces.iter().map(|event| format!("`{event}`"));
                    let events = events.collect::<Vec<_>>().join(", ");
                    let (message, who, meaning) = (&entry.message, senders(entry), self.meaning(entry));
                    writeln!(page, "| `{message}` | {who} | {stops} | {events} | {meaning} |").unwrap();
                }
            }
            contracts => {
                writeln!(page, "| message | {} | what it does |\n|---|---|---|---|---|", names.join(" | "))
                    .unwrap();
                for (at, entry) in own(contracts[0]).enumerate() {
                    let who = contracts.iter().map(|contract| senders(own(*contract).nth(at).unwrap()));
                    let who = who.collect::<Vec<_>>().join(" | ");
                    writeln!(page, "| `{}` | {who} | {} |", entry.message, self.meaning(entry)).unwrap();
                }
            }
        }
        page.push_str("\n| query | what it tells |\n|---|---|\n");
        for (query, meaning) in &self.queries {
            assert!(!meaning.is_empty(), "{names:?}: the query {query} has no meaning");
            writeln!(page, "| `{query}` | {meaning} |").unwrap();
        }
    }

    /// Every message has been tried, and has a meaning.
    fn assert_whole(&self, entries: &[Entry]) {
        let known = self.messages.keys().map(String::as_str);
        let hooks: BTreeSet<&str> = self.hooks.keys().map(String::as_str).collect();
        for contract in self.contracts {
            let own = || entries.iter().filter(|entry| entry.contract == *contract);
            let tried: BTreeSet<&str> =
                own().map(|entry| entry.message.split(": ").next().unwrap()).collect();
            assert_eq!(tried, known.clone().collect(), "{}", contract.title());
            let tried: BTreeSet<&str> = own()
                .filter_map(|entry| entry.message.strip_prefix("receive: ")?.split(": ").next())
                .collect();
            assert_eq!(tried, hooks, "{}", contract.title());
            for entry in own() {
                assert!(
                    !self.meaning(entry).is_empty(),
                    "{}: {} has no meaning",
                    contract.title(),
                    entry.message
                );
            }
        }
    }
}

fn senders(entry: &Entry) -> String {
    match entry.senders.is_empty() {
        true => "nobody".into(),
        false => entry.senders.iter().map(|role| role.name()).collect::<Vec<_>>().join(", "),
    }
}

/// The refusal, unless it is that of a pause, and whether it comes only later.
fn how(stop: Stop) -> String {
    match (stop.code, stop.later) {
        (RefusalCode::Paused, _) => String::new(),
        (code, false) => format!(" (`{code}`)"),
        (code, true) => format!(" (`{code}` from the next epoch)"),
    }
}

fn write_roles(page: &mut String, entries: &[Entry]) {
    page.push_str("\n## Who may do what\n\n| role | messages |\n|---|---|\n");
    for role in Role::ALL {
        let mut by_contract: BTreeMap<Contract, Vec<String>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.senders.contains(&role)) {
            by_contract.entry(entry.contract).or_default().push(format!("`{}`", entry.message));
        }
        // Contracts of which the same is true are told of once.
        let mut told: Vec<(Vec<&str>, Vec<String>)> = vec![];
        for (contract, all) in by_contract {
            match told.iter_mut().find(|(_, others)| *others == all) {
                Some((contracts, _)) => contracts.push(contract.title()),
                None => told.push((vec![contract.title()], all)),
            }
        }
        let all = told.iter().map(|(contracts, all)| format!("{}: {}", contracts.join(", "), all.join(", ")));
        writeln!(page, "| {} | {} |", role.name(), all.collect::<Vec<_>>().join("<br>")).unwrap();
    }
}

fn write_pauses(page: &mut String, entries: &[Entry]) {
    page.push_str(
        "\n## What each pause stops\n\nWith the refusal where it is not `paused`: what needs a price or a pool fails when \
         that is paused elsewhere. What stands in no row went on whatever was paused.\n\n| contract | switch | stops \
         |\n|---|---|---|\n",
    );
    let mut stopped: BTreeMap<Switch, Vec<String>> = BTreeMap::new();
    for entry in entries {
        for (switch, stop) in &entry.stopped {
            let text = format!("{} `{}`{}", entry.contract.title(), entry.message, how(*stop));
            stopped.entry(*switch).or_default().push(text);
        }
    }
    for (switch, all) in stopped {
        writeln!(page, "| {} | `{}` | {} |", switch.contract.title(), switch.name, all.join(", ")).unwrap();
    }
}

fn write_events(page: &mut String, manual: &Manual) {
    page.push_str(
        "\n## Events\n\nOn the chain `wasm-` stands before the name, and `_contract_address` is the first attribute. Lists \
         are in the order of what they speak of, separated by commas.\n\n| event | of | when | attributes |\n|---|---|---|---|\n",
    );
    for event in EVENTS {
        let of: Vec<&str> = manual.announcers[event.name].iter().map(|contract| contract.title()).collect();
        let attributes = event.attributes.iter().map(|(name, about)| {
            assert!(!about.is_empty(), "{} {name} has no meaning", event.name);
            format!("`{name}`: {}", about.trim_end_matches('.'))
        });
        let attributes = attributes.collect::<Vec<_>>().join("<br>");
        writeln!(page, "| `{}` | {} | {} | {attributes} |", event.name, of.join(", "), event.meaning)
            .unwrap();
    }
}

#[test]
fn the_page_of_messages_is_what_the_contracts_do() {
    let manual = Manual::written();
    let mut page = HEAD.to_string();
    write_roles(&mut page, &manual.entries);
    write_pauses(&mut page, &manual.entries);
    for chapter in chapters() {
        chapter.assert_whole(&manual.entries);
        chapter.write(&mut page, &manual.entries);
    }
    let announced: BTreeSet<&str> = manual.announcers.keys().map(String::as_str).collect();
    assert_eq!(announced, EVENTS.iter().map(|event| event.name).collect());
    write_events(&mut page, &manual);

    let path = root().join("docs/messages.md");
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(path, page).unwrap();
        return;
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    let stale = committed.lines().zip(page.lines()).find(|(there, here)| there != here);
    assert!(
        committed == page,
        "docs/messages.md is stale, write it with UPDATE_SNAPSHOTS=1 and read what has changed; the first of it: {stale:?}"
    );
}
