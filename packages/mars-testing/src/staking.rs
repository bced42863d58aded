//! Staking: what can be done, asked and relied on.

use cosmwasm_std::{Addr, Uint128, to_json_binary};
use cw_multi_test::AppResponse;
use cw20::Cw20ExecuteMsg;
use mars_types::staking::{
    Cw20HookMsg, Emission, ExecuteMsg, InstantiateMsg, PoolResponse, QueryMsg, StakerResponse,
    StakersResponse,
};
use mars_types::voting::VotingPowerResponse;
use mars_types::{GuardianUnchecked, Refusal};
use serde::de::DeserializeOwned;

use crate::actions::message;
use crate::actors::Actor::Owner;
use crate::actors::Who;
use crate::asserts::assert_hold;
use crate::contract::Contract;
use crate::deploy::Mars;

/// The emission of the seed: 461,501 XMS over 180 days.
pub const EMISSION: Emission = Emission { total: Uint128::new(461_501_000_000), duration: 180 * 86_400 };

impl Mars {
    pub(crate) fn deploy_staking(&mut self, guardian: Option<GuardianUnchecked>) -> Addr {
        let msg = InstantiateMsg {
            owner: Owner.addr().into_string(),
            guardian,
            xms: self.xms.to_string(),
            collector: None,
            emission: Some(EMISSION),
            params: None,
        };
        self.install(Contract::Staking, &msg)
    }

    pub fn ask_staking<T: DeserializeOwned>(&self, msg: &QueryMsg) -> T {
        self.app.wrap().query_wasm_smart(&self.staking, msg).unwrap()
    }

    pub fn tell_staking(&mut self, who: impl Who, msg: &ExecuteMsg) -> Result<AppResponse, Refusal> {
        self.transact(who, vec![message(&self.staking, msg, vec![])])
    }

    /// Sends uxms to staking with a message inside.
    pub fn send_to_staking(
        &mut self,
        who: impl Who,
        uxms: u128,
        hook: &Cw20HookMsg,
    ) -> Result<AppResponse, Refusal> {
        let send = Cw20ExecuteMsg::Send {
            contract: self.staking.to_string(),
            amount: Uint128::new(uxms),
            msg: to_json_binary(hook).unwrap(),
        };
        self.transact(who, vec![message(&self.xms, &send, vec![])])
    }

    pub fn stake(&mut self, who: impl Who, uxms: u128) -> Result<AppResponse, Refusal> {
        self.send_to_staking(who, uxms, &Cw20HookMsg::Stake {})
    }

    pub fn unstake(&mut self, who: impl Who, uxms: u128) -> Result<AppResponse, Refusal> {
        self.tell_staking(who, &ExecuteMsg::Unstake { amount: Uint128::new(uxms) })
    }

    pub fn rebond(&mut self, who: impl Who, uxms: u128) -> Result<AppResponse, Refusal> {
        self.tell_staking(who, &ExecuteMsg::Rebond { amount: Uint128::new(uxms) })
    }

    pub fn withdraw_stake(&mut self, who: impl Who) -> Result<AppResponse, Refusal> {
        self.tell_staking(who, &ExecuteMsg::Withdraw {})
    }

    /// Claims to the account; exactly what the query said is owed arrives.
    pub fn claim(&mut self, who: impl Who) -> Result<u128, Refusal> {
        let who = who.address();
        let (owed, before) = (self.staker(&who).owed.u128(), self.xms_of(&who));
        self.tell_staking(&who, &ExecuteMsg::Claim { restake: false })?;
        assert_eq!(self.xms_of(&who), before + owed);
        Ok(owed)
    }

    /// Claims into the stake, which grows by exactly what the query said is owed.
    pub fn restake(&mut self, who: impl Who) -> Result<u128, Refusal> {
        let who = who.address();
        let before = self.staker(&who);
        self.tell_staking(&who, &ExecuteMsg::Claim { restake: true })?;
        assert_eq!(self.staker(&who).stake, before.stake + before.owed);
        Ok(before.owed.u128())
    }

    pub fn delegate(&mut self, who: impl Who, to: impl Who) -> Result<AppResponse, Refusal> {
        let to = Some(to.address().into_string());
        self.tell_staking(who, &ExecuteMsg::Delegate { to })
    }

    /// The planned emission, paid by the owner.
    pub fn fund_emission(&mut self) {
        self.send_to_staking(Owner, EMISSION.total.u128(), &Cw20HookMsg::FundEmission {}).unwrap();
    }

    pub fn buy_back(&mut self, who: impl Who, uxms: u128) -> Result<AppResponse, Refusal> {
        self.send_to_staking(who, uxms, &Cw20HookMsg::BuyBack {})
    }

    pub fn pool(&self) -> PoolResponse {
        self.ask_staking(&QueryMsg::Pool {})
    }

    pub fn staker(&self, who: impl Who) -> StakerResponse {
        self.ask_staking(&QueryMsg::Staker { address: who.address().into_string() })
    }

    /// uxms.
    pub fn owed(&self, who: impl Who) -> u128 {
        self.staker(who).owed.u128()
    }

    /// uxms, after block `height`.
    pub fn power_at(&self, who: impl Who, height: u64) -> u128 {
        let address = who.address().into_string();
        self.ask_staking::<VotingPowerResponse>(&QueryMsg::VotingPower { address, height }).power.u128()
    }

    /// uxms of all accounts, after block `height`.
    pub fn total_power_at(&self, height: u64) -> u128 {
        self.ask_staking::<VotingPowerResponse>(&QueryMsg::TotalPower { height }).power.u128()
    }

    pub fn height(&self) -> u64 {
        self.app.block_info().height
    }

    /// Everyone that staking knows, page by page.
    pub fn stakers(&self) -> Vec<StakerResponse> {
        let mut all: Vec<StakerResponse> = vec![];
        loop {
            let start_after = all.last().map(|staker| staker.address.to_string());
            let page: StakersResponse =
                self.ask_staking(&QueryMsg::Stakers { start_after, limit: Some(100) });
            if page.stakers.is_empty() {
                return all;
            }
            all.extend(page.stakers);
        }
    }

    /// The laws of staking, account by account.
    #[track_caller]
    pub fn assert_staking(&self) {
        assert_hold("staking", &self.ask_staking(&QueryMsg::Invariants {}));
        let (pool, stakers) = (self.pool(), self.stakers());
        let sum = |of: fn(&StakerResponse) -> Uint128| stakers.iter().map(of).sum::<Uint128>();
        assert_eq!(sum(|staker| staker.stake), pool.staked, "Σ stakes");
        let unbonding = sum(|staker| staker.unbonding.iter().map(|part| part.amount).sum());
        assert_eq!(unbonding, pool.unbonding, "Σ unbonding");
        assert!(sum(|staker| staker.owed) <= pool.unclaimed, "Σ owed is within what was given");
        assert_eq!(sum(|staker| staker.power), pool.staked, "Σ voting power");
        assert_eq!(self.total_power_at(self.height()), pool.staked.u128());
    }
}
