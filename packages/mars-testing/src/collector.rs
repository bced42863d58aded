//! The fee collector. Every run simulates and executes: both must agree, and balances move by exactly the receipt.

use cosmwasm_std::{Addr, Uint128};
use cw_multi_test::AppResponse;
use mars_types::collector::{
    ConvertReceipt, DistributeReceipt, ExecuteMsg, InstantiateMsg, Params, QueryMsg,
};
use mars_types::swap::Hop;
use mars_types::{Asset, GuardianUnchecked, InvariantsResponse, Refusal, Simulation, staking, swap};
use serde::de::DeserializeOwned;

use crate::actions::{agree, attribute, event, message};
use crate::actors::Actor::Owner;
use crate::actors::Who;
use crate::contract::Contract;
use crate::deploy::Mars;

impl Mars {
    pub(crate) fn deploy_collector(&mut self, guardian: Option<GuardianUnchecked>) -> Addr {
        let msg = InstantiateMsg {
            owner: Owner.addr().into_string(),
            guardian,
            xms: self.xms.to_string(),
            swap: self.swap.to_string(),
            staking: self.staking.to_string(),
            params: None,
        };
        self.install(Contract::Collector, &msg)
    }

    /// Swap pays its fees to the collector, and staking takes its buy-backs.
    pub fn connect_collector(&mut self) {
        let fee_collector = Some(self.collector.to_string());
        let update = swap::ExecuteMsg::UpdateConfig { fee_collector, lp_code_id: None };
        self.tell_swap(Owner, &update).unwrap();
        let collector = Some(self.collector.to_string());
        self.tell_staking(Owner, &staking::ExecuteMsg::SetCollector { collector }).unwrap();
    }

    pub fn ask_collector<T: DeserializeOwned>(&self, msg: &QueryMsg) -> T {
        self.app.wrap().query_wasm_smart(&self.collector, msg).unwrap()
    }

    pub fn tell_collector(&mut self, who: impl Who, msg: &ExecuteMsg) -> Result<AppResponse, Refusal> {
        self.transact(who, vec![message(&self.collector, msg, vec![])])
    }

    pub fn set_route(&mut self, asset: &Asset, route: Vec<Hop>) -> Result<AppResponse, Refusal> {
        self.tell_collector(Owner, &ExecuteMsg::SetRoute { asset: asset.clone().into(), route: Some(route) })
    }

    pub fn set_collector_params(&mut self, change: impl FnOnce(&mut Params)) {
        let mut params = Params::default();
        change(&mut params);
        self.tell_collector(Owner, &ExecuteMsg::UpdateParams { params }).unwrap();
    }

    pub fn convert(&mut self, who: impl Who, asset: &Asset) -> Result<ConvertReceipt, Refusal> {
        let unchecked: mars_types::AssetUnchecked = asset.clone().into();
        let question = QueryMsg::SimulateConvert { asset: unchecked.clone() };
        let simulated: Simulation<ConvertReceipt> = self.ask_collector(&question);
        let collector = self.collector.clone();
        let before = (self.balance_of(&collector, asset), self.xms_of(&collector));
        let executed = self.tell_collector(who, &ExecuteMsg::Convert { asset: unchecked });
        agree(simulated, executed, |receipt, response| {
            assert_eq!(self.balance_of(&collector, asset), before.0 - receipt.amount.u128());
            assert_eq!(self.balance_of(&collector, asset), receipt.left.u128());
            assert_eq!(self.xms_of(&collector), before.1 + receipt.xms.u128());
            assert!(receipt.xms >= receipt.min_out);
            let event = event(response, "mars_fees_converted");
            assert_eq!(attribute(event, "xms"), receipt.xms.to_string());
            assert_eq!(attribute(event, "amount"), receipt.amount.to_string());
        })
    }

    pub fn distribute(&mut self, who: impl Who) -> Result<DistributeReceipt, Refusal> {
        let simulated: Simulation<DistributeReceipt> = self.ask_collector(&QueryMsg::SimulateDistribute {});
        let (collector, staking) = (self.collector.clone(), self.staking.clone());
        let before = (self.xms_of(&collector), self.xms_of(&staking), self.xms_supply());
        let executed = self.tell_collector(who, &ExecuteMsg::Distribute {});
        agree(simulated, executed, |receipt, _| {
            let DistributeReceipt { to_stakers, burned, .. } = *receipt;
            let left: Uint128 = to_stakers + burned;
            assert_eq!(self.xms_of(&collector), before.0 - left.u128());
            assert_eq!(self.xms_of(&staking), before.1 + to_stakers.u128());
            assert_eq!(self.xms_supply(), before.2 - burned.u128());
        })
    }

    pub(crate) fn collector_invariants(&self) -> InvariantsResponse {
        self.ask_collector(&QueryMsg::Invariants {})
    }
}
