//! The fee collector: turns the protocol's fees into XMS along allow-listed routes, a little at a time, and streams it to
//! stakers.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, Uint128};
use cw_ownable::Action;

use crate::asset::{Asset, AssetUnchecked};
use crate::bps::Bps;
use crate::guardian::{Guardian, GuardianUnchecked};
use crate::refusal::InvalidInput;
use crate::swap::Hop;

/// Most routes.
pub const MAX_ROUTES: usize = 40;
/// Averages that a run is measured by, seconds: the one that says the most counts.
pub const WINDOWS: [u64; 2] = [180, 1_800];
/// Least age of a pool of a route, seconds: the longest average needs it.
pub const MIN_AGE: u64 = 1_800;

#[cw_serde]
pub struct InstantiateMsg {
    pub owner: String,
    pub guardian: Option<GuardianUnchecked>,
    pub xms: String,
    pub swap: String,
    pub staking: String,
    /// None: the defaults of the protocol.
    pub params: Option<Params>,
}

#[cw_serde]
pub struct MigrateMsg {}

/// Every governed number. `check` holds the bounds.
#[cw_serde]
#[derive(Copy)]
pub struct Params {
    /// Seconds between two runs of one asset: 1 hour to 7 days.
    pub interval: u64,
    /// Most of a run, of the fair depth of each pool that it passes: 1 to 100 bp (R62).
    pub slice: Bps,
    /// How far below the averages a run may end, fees included: 10 to 300 bp (R62).
    pub slippage: Bps,
    /// Of the XMS that is shared out: burned, and retained for the owner. The rest goes to stakers.
    pub burn: Bps,
    pub retain: Bps,
}

impl Default for Params {
    fn default() -> Self {
        Self { interval: 20 * 3_600, slice: Bps(10), slippage: Bps(100), burn: Bps(0), retain: Bps(0) }
    }
}

impl Params {
    pub fn check(&self) -> Result<(), InvalidInput> {
        let within = InvalidInput::unless_within::<Bps>;
        InvalidInput::unless_within("interval", self.interval, 3_600, 7 * 86_400)?;
        within("slice", self.slice, Bps(1), Bps(100))?;
        within("slippage", self.slippage, Bps(10), Bps(300))?;
        within("burn", self.burn, Bps(0), Bps::ONE)?;
        within("retain", self.retain, Bps(0), Bps(Bps::ONE.0.saturating_sub(self.burn.0)))
    }
}

#[cw_serde]
pub enum ExecuteMsg {
    /// Anyone, once an interval for each asset: swaps a slice of what is here for XMS, along the route of the asset. An
    /// asset without a route is kept.
    Convert { asset: AssetUnchecked },
    /// Anyone, once an interval: shares out the XMS that is here.
    Distribute {},

    /// Owner: the only way to XMS for an asset; none: it is kept.
    SetRoute { asset: AssetUnchecked, route: Option<Vec<Hop>> },
    /// Owner: replaces all parameters.
    UpdateParams { params: Params },
    /// Owner: takes out what has no route, or XMS that was retained.
    Withdraw { asset: AssetUnchecked, amount: Uint128, recipient: String },
    /// Owner or guardian.
    Pause { switch: Switch },
    /// Owner: makes a guardian's pause last until it is lifted.
    ConfirmPause { switch: Switch },
    /// Owner.
    Unpause { switch: Switch },
    /// Owner: replaces the guardian, or has none. The sunset in force can only be moved earlier.
    SetGuardian { guardian: Option<GuardianUnchecked> },
    /// Two-step transfer of ownership. Renouncing is refused.
    UpdateOwnership(Action),
}

/// What can be stopped by itself.
#[cw_serde]
#[derive(Copy)]
pub enum Switch {
    Convert,
    Distribute,
}

impl std::fmt::Display for Switch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Convert => "convert",
            Self::Distribute => "distribute",
        })
    }
}

#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Addresses, the guardian, parameters, and what is retained for the owner.
    #[returns(ConfigResponse)]
    Config {},
    /// The owner, and who may accept the ownership.
    #[returns(cw_ownable::Ownership<String>)]
    Ownership {},
    /// All routes with the times of the next run: there are at most 40.
    #[returns(RoutesResponse)]
    Routes {},
    /// What a conversion would do in this block.
    #[returns(crate::refusal::Simulation<ConvertReceipt>)]
    SimulateConvert { asset: AssetUnchecked },
    /// What sharing out would do in this block.
    #[returns(crate::refusal::Simulation<DistributeReceipt>)]
    SimulateDistribute {},
    /// Same as [`crate::circulating::QueryMsg::NonCirculating`]: what is retained for the owner.
    #[returns(crate::circulating::NonCirculatingResponse)]
    NonCirculating {},
    /// All switches.
    #[returns(crate::pause::PausesResponse<Switch>)]
    Pauses {},
    /// The laws of the books, recomputed.
    #[returns(crate::InvariantsResponse)]
    Invariants {},
}

#[cw_serde]
pub struct ConfigResponse {
    pub xms: Addr,
    pub swap: Addr,
    pub staking: Addr,
    pub guardian: Option<Guardian>,
    pub params: Params,
    /// uxms that distributions leave here for the owner.
    pub retained: Uint128,
    /// First block time of the next distribution.
    pub next_distribution: u64,
}

#[cw_serde]
pub struct RouteEntry {
    pub asset: Asset,
    pub route: Vec<Hop>,
    /// First block time of the next conversion.
    pub next_run: u64,
}

#[cw_serde]
pub struct RoutesResponse {
    pub routes: Vec<RouteEntry>,
}

#[cw_serde]
pub struct ConvertReceipt {
    pub asset: Asset,
    /// What is swapped, in units of the asset.
    pub amount: Uint128,
    /// What the averages say that it is worth, uxms.
    pub fair: Uint128,
    /// Least that is accepted, uxms.
    pub min_out: Uint128,
    /// uxms bought.
    pub xms: Uint128,
    /// What stays for later runs.
    pub left: Uint128,
}

#[cw_serde]
#[derive(Copy)]
pub struct DistributeReceipt {
    /// uxms to stakers, burned, and retained for the owner.
    pub to_stakers: Uint128,
    pub burned: Uint128,
    pub retained: Uint128,
}
