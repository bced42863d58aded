use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use cosmwasm_std::CosmosMsg;
use mars_client::chain::Included;
use mars_client::proposal::{self, Proposal, Simulated, TEMPLATES};
use mars_client::{Error, message};
use mars_types::events;
use mars_types::governance::{Choice, ExecuteMsg, MAX_DRY_RUN, QueryMsg, WeightResponse};
use serde_json::json;

use crate::cmd::Outcome;
use crate::cmd::query::ask;
use crate::cmd::query::gov::{DAO, in_lines, rendered};
use crate::cmd::tx::receipt::shown;
use crate::cmd::tx::staking::Delegate;
use crate::cmd::tx::{Draft, TxArgs, receipt, submit};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields};

#[derive(Debug, Subcommand)]
pub enum Gov {
    /// Print a proposal file to start from
    Template { kind: Kind },
    /// Simulate a proposal in the DAO's name, and propose it
    Propose(Propose),
    /// Vote, once, with the power of the block before the proposal
    Vote {
        proposal: u64,
        choice: Side,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Start the timelock of a proposal that passed
    Queue(One),
    /// Carry out a proposal whose timelock is over
    Execute(One),
    /// Guardian: end a proposal before it is executed
    Veto {
        proposal: u64,
        /// For everyone to read
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Take a proposal back, or end one whose proposer has lost the power to propose
    Cancel(One),
    /// Lend the votes of your stake to another
    Delegate(Delegate),
    /// Let the DAO take the ownership that a contract offers it
    AcceptOwnership {
        /// Address, or name of a contract of the network
        contract: String,
        #[command(flatten)]
        tx: TxArgs,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    /// A text to be decided on
    Text,
    /// Parameters of a contract
    Params,
    /// An asset of the treasury
    Asset,
    /// XMS priced by its pool
    Price,
    /// Recovery
    Recovery,
    /// The treasury's vote in another DAO
    Vote,
    /// The treasury's vote in the chain's governance
    ChainVote,
    /// XMS out of the treasury's reserve
    Spend,
    /// Coins or tokens of the DAO itself
    Send,
    /// New code for a contract
    Migrate,
    /// Another guardian
    Guardian,
    /// The DAO's own numbers
    Dao,
    /// Contracts whose balances carry votes
    Votes,
    /// Contracts of the protocol
    Contracts,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Side {
    For,
    Against,
    Abstain,
}

#[derive(Debug, Args)]
pub struct One {
    proposal: u64,
    #[command(flatten)]
    tx: TxArgs,
}

#[derive(Debug, Args)]
pub struct Propose {
    /// TOML, or JSON if its name ends in .json; see marsd tx gov template
    file: PathBuf,
    /// Propose though the messages fail now
    #[arg(long)]
    though_failing: bool,
    #[command(flatten)]
    tx: TxArgs,
}

impl Gov {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Template { kind } => template(kind),
            Self::Propose(args) => args.run(context).await,
            Self::Vote { proposal, choice, tx } => {
                let choice = match choice {
                    Side::For => Choice::For,
                    Side::Against => Choice::Against,
                    Side::Abstain => Choice::Abstain,
                };
                tell(context, &tx, &ExecuteMsg::Vote { proposal, choice }, voted).await
            }
            Self::Queue(One { proposal, tx }) => {
                tell(context, &tx, &ExecuteMsg::Queue { proposal }, queued).await
            }
            Self::Execute(One { proposal, tx }) => {
                tell(context, &tx, &ExecuteMsg::Execute { proposal }, shown::<events::Executed>).await
            }
            Self::Veto { proposal, reason, tx } => {
                tell(context, &tx, &ExecuteMsg::Veto { proposal, reason }, shown::<events::Vetoed>).await
            }
            Self::Cancel(One { proposal, tx }) => {
                tell(context, &tx, &ExecuteMsg::Cancel { proposal }, shown::<events::Cancelled>).await
            }
            Self::Delegate(args) => args.run(context).await,
            Self::AcceptOwnership { contract, tx } => {
                let accept = ExecuteMsg::AcceptOwnership { contract: context.address(&contract)? };
                tell(context, &tx, &accept, shown::<events::OwnershipChanged>).await
            }
        }
    }
}

fn template(kind: Kind) -> Outcome {
    let name = kind.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default();
    let text = TEMPLATES.iter().find(|(of, _)| *of == name).map(|(_, text)| text);
    text.map(Shown::plain).ok_or_else(|| Error::Internal(format!("no template {name:?}")).into())
}

/// One message to the DAO, and how it is told when it has happened.
async fn tell(
    context: &Context,
    tx: &TxArgs,
    msg: &ExecuteMsg,
    receipt: fn(&Context, &Included) -> Option<Shown>,
) -> Outcome {
    let sender = tx.sender(context)?;
    let dao = &context.network()?.contract(DAO)?.address;
    let message = message::execute(sender.as_ref(), dao, msg, vec![])?;
    submit(context, context.chain()?, tx, Draft { messages: vec![message], expected: None, receipt }).await
}

fn proposed(_: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::Proposed>(tx)?;
    let rows = [
        ("proposal", told.text("proposal").to_string()),
        ("weight", if told.text("heavy") == "true" { "heavy" } else { "light" }.to_string()),
        ("vote", format!("{} to {}", told.moment("starts"), told.moment("ends"))),
    ];
    Some(told.with(fields(rows)))
}

fn voted(context: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::Voted>(tx)?;
    let rows = [
        ("proposal", told.text("proposal").to_string()),
        ("vote", told.text("choice").to_string()),
        ("with", told.token(context, "power", "xms")),
    ];
    Some(told.with(fields(rows)))
}

fn queued(_: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::Queued>(tx)?;
    let doubled = if told.text("doubled") == "true" { ", doubled" } else { "" };
    let rows = [
        ("proposal", told.text("proposal").to_string()),
        ("timelock", format!("{} s{doubled}", told.text("timelock"))),
        ("to be executed", format!("{} to {}", told.moment("eta"), told.moment("expires"))),
    ];
    Some(told.with(fields(rows)))
}

impl Propose {
    async fn run(self, context: &Context) -> Outcome {
        let file = Proposal::load(&self.file)?;
        let names = |name: &str| match context.address(name) {
            Ok(address) => Ok(address),
            Err(Failure::Client(error)) => Err(*error),
            Err(_) => Err(Error::Usage(format!("{name:?} is not an account"))),
        };
        let messages = file.messages(&names, context.assets())?;
        let chain = context.chain()?;
        let dao = context.network()?.contract(DAO)?.address.clone();
        let dry_run = proposal::dry_run(&chain, &dao, &messages).await?;
        if dry_run.outcome != Simulated::Succeeds && !self.though_failing {
            return Err(Failure::Proposal(Box::new(dry_run)));
        }
        let weight: WeightResponse =
            ask(context, &chain, DAO, &QueryMsg::Weight { messages: messages.clone() }).await?;
        let expected = expected(context, &messages, &weight, &dry_run.text).await?;
        if !self.tx.flags.dry_run {
            context.say(expected.text());
        }
        let propose = ExecuteMsg::Propose {
            title: file.title,
            description: file.description,
            messages,
            dry_run: Some(clipped(&dry_run.text, MAX_DRY_RUN)),
        };
        let sender = self.tx.sender(context)?;
        let message = message::execute(sender.as_ref(), &dao, &propose, vec![])?;
        let draft = Draft { messages: vec![message], expected: Some(expected), receipt: proposed };
        submit(context, chain, &self.tx, draft).await
    }
}

/// What the proposal would do, how heavy it is, and what the simulation says.
async fn expected(
    context: &Context,
    messages: &[CosmosMsg],
    weight: &WeightResponse,
    dry_run: &str,
) -> Result<Shown, Failure> {
    let does = rendered(context, messages, weight).await?;
    let json = json!({"would_do": does, "heavy": weight.heavy, "heavy_messages": weight.heavy_messages,
        "beyond_veto": weight.beyond_veto, "simulation": dry_run});
    let quorum = if weight.heavy { "heavy: needs the high quorum" } else { "light: needs the low quorum" };
    Ok(Shown::new(json, format!("{}\n{quorum}\nsimulation: {dry_run}", in_lines(&does))))
}

/// At most so many bytes, cut between characters.
fn clipped(text: &str, most: usize) -> String {
    let mut clipped = String::new();
    for character in text.chars() {
        if clipped.len().saturating_add(character.len_utf8()) > most {
            break;
        }
        clipped.push(character);
    }
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_template() {
        for kind in Kind::value_variants() {
            assert!(template(*kind).is_ok(), "{kind:?}");
        }
        assert_eq!(Kind::value_variants().len(), TEMPLATES.len());
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(clipped("aµb", 2), "a");
        assert_eq!(clipped("aµb", 3), "aµ");
        assert_eq!(clipped("aµb", 99), "aµb");
    }
}
