//! The MarsDAO: what can be done, asked and relied on.

use cosmwasm_std::{Addr, CosmosMsg, Empty, WasmMsg};
use cw_multi_test::{AppResponse, Executor};
use cw_ownable::Action;
use mars_types::governance::{
    Choice, ConfigResponse, ExecuteMsg, InstantiateMsg, MemberUnchecked, Pace, ProposalResponse, QueryMsg,
    Role, Status, VotesResponse, WeightResponse,
};
use mars_types::{GuardianUnchecked, Refusal, staking};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::actions::{attribute, event, message};
use crate::actors::Actor::{self, Owner};
use crate::actors::Who;
use crate::asserts::assert_hold;
use crate::contract::Contract;
use crate::deploy::Mars;

/// What someone proposes.
#[derive(Clone, Debug)]
pub struct Bill {
    pub title: String,
    pub description: String,
    pub messages: Vec<CosmosMsg>,
    pub dry_run: Option<String>,
}

impl Bill {
    pub fn of(messages: Vec<CosmosMsg>) -> Self {
        Self { title: "A title".into(), description: "Why".into(), messages, dry_run: None }
    }

    /// Text alone.
    pub fn text() -> Self {
        Self::of(vec![])
    }
}

impl Mars {
    pub(crate) fn deploy_governance(&mut self, guardian: Option<GuardianUnchecked>) -> Addr {
        let member = |role, address: &Addr| MemberUnchecked { role, address: address.to_string() };
        let msg = InstantiateMsg {
            guardian,
            xms: self.xms.to_string(),
            sources: vec![self.staking.to_string()],
            contracts: vec![
                member(Role::Treasury, &self.treasury),
                member(Role::Oracle, &self.oracle),
                member(Role::Staking, &self.staking),
                member(Role::Swap, &self.swap),
                member(Role::Collector, &self.collector),
            ],
            pace: Pace::Network,
            params: None,
        };
        self.install(Contract::Governance, &msg)
    }

    /// What a deployment does last: the DAO becomes owner and wasm admin of every contract, itself included.
    pub fn hand_over(&mut self) {
        let dao = self.governance.clone();
        let owned =
            [&self.oracle, &self.treasury, &self.staking, &self.swap, &self.collector].map(Addr::clone);
        for contract in owned.clone() {
            let offer = Action::TransferOwnership { new_owner: dao.to_string(), expiry: None };
            let offer = message(&contract, &staking::ExecuteMsg::UpdateOwnership(offer), vec![]);
            self.transact(Owner, vec![offer]).unwrap();
            let accept = ExecuteMsg::AcceptOwnership { contract: contract.to_string() };
            self.tell_governance(Actor::Stranger, &accept).unwrap();
        }
        let tokens = [&self.usdm, &self.xms, &dao].map(Addr::clone);
        for contract in owned.iter().chain(&tokens) {
            let admin = dao.to_string();
            let msg = WasmMsg::UpdateAdmin { contract_addr: contract.to_string(), admin };
            self.app.execute(Owner.addr(), CosmosMsg::<Empty>::Wasm(msg)).unwrap();
        }
    }

    pub fn ask_governance<T: DeserializeOwned>(&self, msg: &QueryMsg) -> T {
        self.app.wrap().query_wasm_smart(&self.governance, msg).unwrap()
    }

    pub fn tell_governance(&mut self, who: impl Who, msg: &ExecuteMsg) -> Result<AppResponse, Refusal> {
        self.transact(who, vec![message(&self.governance, msg, vec![])])
    }

    /// The id of the new proposal.
    pub fn propose(&mut self, who: impl Who, bill: Bill) -> Result<u64, Refusal> {
        let Bill { title, description, messages, dry_run } = bill;
        let propose = ExecuteMsg::Propose { title, description, messages, dry_run };
        let response = self.tell_governance(who, &propose)?;
        Ok(attribute(event(&response, "mars_proposal"), "proposal").parse().unwrap())
    }

    pub fn vote(&mut self, who: impl Who, proposal: u64, choice: Choice) -> Result<AppResponse, Refusal> {
        self.tell_governance(who, &ExecuteMsg::Vote { proposal, choice })
    }

    pub fn queue(&mut self, proposal: u64) -> Result<AppResponse, Refusal> {
        self.tell_governance(Actor::Keeper, &ExecuteMsg::Queue { proposal })
    }

    pub fn execute(&mut self, proposal: u64) -> Result<AppResponse, Refusal> {
        self.tell_governance(Actor::Keeper, &ExecuteMsg::Execute { proposal })
    }

    pub fn veto(&mut self, who: impl Who, proposal: u64) -> Result<AppResponse, Refusal> {
        self.tell_governance(who, &ExecuteMsg::Veto { proposal, reason: "harm".into() })
    }

    pub fn cancel(&mut self, who: impl Who, proposal: u64) -> Result<AppResponse, Refusal> {
        self.tell_governance(who, &ExecuteMsg::Cancel { proposal })
    }

    pub fn proposal(&self, proposal: u64) -> ProposalResponse {
        self.ask_governance(&QueryMsg::Proposal { proposal })
    }

    pub fn status(&self, proposal: u64) -> Status {
        self.proposal(proposal).status
    }

    pub fn weight(&self, messages: &[CosmosMsg]) -> WeightResponse {
        self.ask_governance(&QueryMsg::Weight { messages: messages.to_vec() })
    }

    /// A call of one of the protocol's contracts, for a proposal.
    pub fn call<T: Serialize + std::fmt::Debug>(&self, contract: &Addr, msg: &T) -> CosmosMsg {
        message(contract, msg, vec![])
    }

    /// To the first second of the vote.
    pub fn until_vote(&mut self, proposal: u64) {
        let starts = self.proposal(proposal).starts;
        self.advance(starts.saturating_sub(self.now()));
    }

    /// To the first second after the vote.
    pub fn until_decided(&mut self, proposal: u64) {
        let ends = self.proposal(proposal).ends;
        self.advance(ends.saturating_sub(self.now()));
    }

    /// To the first second in which it may be executed.
    pub fn until_ready(&mut self, proposal: u64) {
        let eta = self.proposal(proposal).eta.expect("a queued proposal");
        self.advance(eta.saturating_sub(self.now()));
    }

    /// Proposed by the first, voted for by all, queued, and its timelock over.
    pub fn pass(&mut self, voters: &[Actor], bill: Bill) -> u64 {
        let id = self.propose(voters[0], bill).unwrap();
        self.until_vote(id);
        for voter in voters {
            self.vote(*voter, id, Choice::For).unwrap();
        }
        self.until_decided(id);
        self.refresh();
        self.queue(id).unwrap();
        self.until_ready(id);
        id
    }

    /// The laws of the DAO, ballot by ballot, and its state machine against what its answers say.
    #[track_caller]
    pub fn assert_governance(&self) {
        assert_hold("governance", &self.ask_governance(&QueryMsg::Invariants {}));
        let config: ConfigResponse = self.ask_governance(&QueryMsg::Config {});
        for id in 1..=config.proposals {
            let proposal = self.proposal(id);
            let votes: VotesResponse =
                self.ask_governance(&QueryMsg::Votes { proposal: id, start_after: None, limit: Some(100) });
            let sum = |choice: Choice| {
                let of = votes.votes.iter().filter(|ballot| ballot.choice == choice);
                of.map(|ballot| ballot.power.u128()).sum::<u128>()
            };
            let tally = proposal.tally;
            assert_eq!(sum(Choice::For), tally.votes_for.u128(), "Σ ballots for {id}");
            assert_eq!(sum(Choice::Against), tally.against.u128(), "Σ ballots against {id}");
            assert_eq!(sum(Choice::Abstain), tally.abstain.u128(), "Σ abstentions of {id}");
            let total = (tally.votes_for + tally.against + tally.abstain).u128();
            assert!(total <= self.total_power_at(proposal.snapshot_height), "votes on {id}");
        }
    }
}
