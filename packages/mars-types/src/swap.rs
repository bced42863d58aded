//! Mars Swap: constant-product and StableSwap pools in one contract, with prices over time.
//!
//! Amounts are in base units of their asset. Lists of amounts stand in the order of the pool's assets. LP tokens are
//! cw20 tokens with 6 decimals, one a pool.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, Decimal, Uint128, Uint256};
use cw_ownable::Action;
use cw20::Cw20ReceiveMsg;
use mars_math::{FairPool, MathError};

use crate::asset::{Asset, AssetAmount, AssetUnchecked};
use crate::bps::Bps;
use crate::guardian::{Guardian, GuardianUnchecked};
use crate::price::PriceBand;
use crate::refusal::InvalidInput;

/// Most pools that one swap may pass.
pub const MAX_HOPS: usize = 4;
/// Most assets of a stable pool. A constant-product pool has two.
pub const MAX_POOL_ASSETS: usize = 4;
/// Most decimals that an asset may have.
pub const MAX_DECIMALS: u8 = 18;
/// LP units of the first liquidity that nobody ever owns (R56).
pub const LOCKED_LP: Uint128 = Uint128::new(1_000);
/// Greatest amplification of a stable pool.
pub const MAX_AMPLIFICATION: u32 = 10_000;
/// The shortest ramp of the amplification, seconds; it may at most double or halve it.
pub const MIN_RAMP: u64 = 86_400;
/// Most pools of one `CollectFees` or `Observe`.
pub const MAX_POOLS_A_CALL: usize = 20;
/// Most windows of one `Observe`.
pub const MAX_WINDOWS: usize = 5;
/// The longest window that `Observe` answers, seconds.
pub const MAX_WINDOW: u64 = 86_400;

#[cw_serde]
pub struct InstantiateMsg {
    pub owner: String,
    pub guardian: Option<GuardianUnchecked>,
    /// Who gets the protocol's part of the fees.
    pub fee_collector: String,
    /// Code of the LP token, of which every pool gets an instance.
    pub lp_code_id: u64,
    /// None: the defaults of the protocol.
    pub params: Option<Params>,
}

#[cw_serde]
pub struct MigrateMsg {}

/// Fee of a swap, taken from what comes out.
#[cw_serde]
#[derive(Copy)]
pub struct Fee {
    /// The whole fee, ceiled once: 1 to 100 bp.
    pub total: Bps,
    /// Of it, what the fee collector gets, floored: at most half of the whole. The rest stays in the pool.
    pub protocol: Bps,
}

impl Fee {
    pub fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_within("fee.total", self.total, Bps(1), Bps(100))?;
        InvalidInput::unless_within("fee.protocol", self.protocol, Bps(0), Bps(self.total.0 / 2))
    }
}

/// Every governed number that is not a pool's own. `check` holds the bounds.
#[cw_serde]
#[derive(Copy)]
pub struct Params {
    /// Fee of new constant-product pools: 30 bp, of which 5 bp to the protocol.
    pub constant_product_fee: Fee,
    /// Fee of new stable pools: 4 bp, half of it to the protocol.
    pub stable_fee: Fee,
    /// Greatest share that an asset of a new stable pool may grow to: 9,500 bp.
    pub share_limit: Bps,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            constant_product_fee: Fee { total: Bps(30), protocol: Bps(5) },
            stable_fee: Fee { total: Bps(4), protocol: Bps(2) },
            share_limit: Bps(9_500),
        }
    }
}

impl Params {
    pub fn check(&self) -> Result<(), InvalidInput> {
        self.constant_product_fee.check()?;
        self.stable_fee.check()?;
        InvalidInput::unless_within("share_limit", self.share_limit, Bps(0), Bps::ONE)
    }
}

/// What anyone but the owner pays to the fee collector for a new pool.
#[cw_serde]
pub struct CreationFee {
    pub asset: AssetUnchecked,
    /// At most 10,000 whole tokens.
    pub amount: Uint128,
}

/// The curve of a pool to be created.
#[cw_serde]
pub enum NewPool {
    /// x × y = k of two assets. Anyone.
    ConstantProduct {},
    /// StableSwap of two to four assets. Owner.
    Stable {
        /// 1 to 10,000; the usual is 100.
        amplification: u32,
    },
}

/// One pool of a route, and the asset that leaves it.
#[cw_serde]
pub struct Hop {
    pub pool: u32,
    pub ask: AssetUnchecked,
}

#[cw_serde]
pub enum ExecuteMsg {
    /// Creates an empty pool. The first asset is the base: its price in each of the others is what is observed. A list of
    /// assets exists once in each kind and order. The owner pays no fee.
    CreatePool { pool: NewPool, assets: Vec<AssetUnchecked> },
    /// Adds liquidity in any proportion; what is out of proportion pays the imbalance fee. Native amounts are attached
    /// exactly, cw20 amounts are taken by allowance. The first liquidity needs all assets and sets the price.
    Provide {
        pool: u32,
        amounts: Vec<Uint128>,
        /// Least LP units that the caller accepts.
        min_lp: Uint128,
        /// Last block time at which this may happen, seconds.
        deadline: u64,
        /// Who gets the LP tokens. Default: the sender.
        recipient: Option<String>,
    },
    /// Swaps the one native coin attached along the route, to the last asset of it.
    Swap {
        route: Vec<Hop>,
        /// Least of the last asset that the caller accepts.
        min_out: Uint128,
        deadline: u64,
        recipient: Option<String>,
    },
    /// Buys exactly `amount_out` of the route's last asset. The one native coin attached is the most that is paid; what is
    /// not needed goes back to the sender.
    SwapExactOut { route: Vec<Hop>, amount_out: Uint128, deadline: u64, recipient: Option<String> },
    /// cw20 tokens that were sent here with a [`Cw20HookMsg`].
    Receive(Cw20ReceiveMsg),
    /// Anyone: pays the protocol's fees of these pools to the fee collector. Nothing owed: nothing happens.
    CollectFees { pools: Vec<u32> },

    /// Owner: who gets the protocol's fees, and the code of the LP tokens of pools to come.
    UpdateConfig { fee_collector: Option<String>, lp_code_id: Option<u64> },
    /// Owner: numbers of the pools to come. Pools that exist keep their own.
    UpdateParams { params: Params },
    /// Owner: what creating a pool costs from now on; none: nothing.
    SetCreationFee { fee: Option<CreationFee> },
    /// Owner: decimals of a native coin, once and for ever. Pools of native coins need them; cw20 tokens tell their own.
    RegisterNative { denom: String, decimals: u8 },
    /// Owner: fee of one pool, from the next trade.
    SetFee { pool: u32, fee: Fee },
    /// Owner: greatest share of each asset of a stable pool. An asset above its limit can only leave: 0 is quarantine.
    SetShareLimits { pool: u32, limits: Vec<Bps> },
    /// Owner: moves the amplification to `target`, linearly until `end`. At most doubles or halves it, takes a day at least,
    /// and starts a day or more after the last ramp started.
    RampAmplification { pool: u32, target: u32, end: u64 },
    /// Owner: the amplification stays where it is now.
    StopRamp { pool: u32 },
    /// Owner: who else may pause pools, whatever became of the guardian (R68).
    SetPauser { pauser: Option<String> },
    /// Owner, guardian or pauser.
    Pause { switch: Switch },
    /// Owner: makes another's pause last until it is lifted.
    ConfirmPause { switch: Switch },
    /// Owner.
    Unpause { switch: Switch },
    /// Owner: replaces the guardian, or has none. The sunset in force can only be moved earlier.
    SetGuardian { guardian: Option<GuardianUnchecked> },
    /// Two-step transfer of ownership. Renouncing is refused.
    UpdateOwnership(Action),
}

/// The message inside a cw20 `Send` to the swap contract.
#[cw_serde]
pub enum Cw20HookMsg {
    /// As [`ExecuteMsg::Swap`], of the tokens sent.
    Swap { route: Vec<Hop>, min_out: Uint128, deadline: u64, recipient: Option<String> },
    /// As [`ExecuteMsg::SwapExactOut`]; the tokens sent are the most that is paid.
    SwapExactOut { route: Vec<Hop>, amount_out: Uint128, deadline: u64, recipient: Option<String> },
    /// Adds liquidity of the sent token alone, without an allowance.
    Provide { pool: u32, min_lp: Uint128, deadline: u64, recipient: Option<String> },
    /// With LP tokens: takes out this share of every asset. Nothing stops it.
    Withdraw { pool: u32, min_outs: Vec<Uint128>, deadline: u64, recipient: Option<String> },
    /// With LP tokens: takes out one asset. It is a trade, with the imbalance fee, and stops where trading stops.
    WithdrawOne {
        pool: u32,
        asset: AssetUnchecked,
        min_out: Uint128,
        deadline: u64,
        recipient: Option<String>,
    },
}

/// What can be stopped by itself. Proportional withdrawal has no switch.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Switch {
    /// Swaps through this pool, and withdrawals to one asset.
    Swap(u32),
    /// Adding liquidity to this pool.
    Provide(u32),
}

impl std::fmt::Display for Switch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Swap(pool) => write!(f, "swap:{pool}"),
            Self::Provide(pool) => write!(f, "provide:{pool}"),
        }
    }
}

#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// The collector of fees, the code of LP tokens, who may pause, and the parameters of pools to come.
    #[returns(ConfigResponse)]
    Config {},
    /// The owner, and who may accept the ownership.
    #[returns(cw_ownable::Ownership<String>)]
    Ownership {},
    /// A pool as it stands in this block.
    #[returns(PoolResponse)]
    Pool { pool: u32 },
    /// The pool of exactly these assets in this order; of the stable kind or of the other.
    #[returns(PoolResponse)]
    PoolOf { stable: bool, assets: Vec<AssetUnchecked> },
    /// Pools in order of creation. Limit 10 by default, 30 at most.
    #[returns(PoolsResponse)]
    Pools { start_after: Option<u32>, limit: Option<u32> },
    /// Decimals of registered native coins, ordered by denom. Limit 10 by default, 30 at most.
    #[returns(NativesResponse)]
    Natives { start_after: Option<String>, limit: Option<u32> },
    /// What a swap of `amount` would do in this block. `min_out` and `deadline` are checked where given.
    #[returns(crate::refusal::Simulation<SwapReceipt>)]
    SimulateSwap {
        offer: AssetUnchecked,
        amount: Uint128,
        route: Vec<Hop>,
        min_out: Option<Uint128>,
        deadline: Option<u64>,
    },
    /// What buying exactly `amount_out` would do in this block; without `max_in` whatever it costs.
    #[returns(crate::refusal::Simulation<SwapReceipt>)]
    SimulateSwapExactOut {
        offer: AssetUnchecked,
        amount_out: Uint128,
        route: Vec<Hop>,
        max_in: Option<Uint128>,
        deadline: Option<u64>,
    },
    /// What adding these amounts would do in this block.
    #[returns(crate::refusal::Simulation<ProvideReceipt>)]
    SimulateProvide { pool: u32, amounts: Vec<Uint128>, min_lp: Option<Uint128>, deadline: Option<u64> },
    /// What taking out the share of every asset would do in this block.
    #[returns(crate::refusal::Simulation<WithdrawReceipt>)]
    SimulateWithdraw { pool: u32, lp: Uint128, min_outs: Option<Vec<Uint128>>, deadline: Option<u64> },
    /// What taking out one asset would do in this block.
    #[returns(crate::refusal::Simulation<WithdrawReceipt>)]
    SimulateWithdrawOne {
        pool: u32,
        lp: Uint128,
        asset: AssetUnchecked,
        min_out: Option<Uint128>,
        deadline: Option<u64>,
    },
    /// One consistent set of figures for each pool, as of the end of the last earlier block: nothing that this block did
    /// can move it. Windows in seconds, up to a day.
    #[returns(ObserveResponse)]
    Observe { pools: Vec<u32>, windows: Vec<u64> },
    /// Switches of the pools in order of creation. Limit 10 pools by default, 30 at most.
    #[returns(crate::pause::PausesResponse<Switch>)]
    Pauses { start_after: Option<u32>, limit: Option<u32> },
    /// Reserves and fees against what is really held, and the laws of every pool. It reads every pool, so a chain's limit
    /// for queries bounds how many there can be.
    #[returns(crate::InvariantsResponse)]
    Invariants {},
}

#[cw_serde]
pub struct ConfigResponse {
    pub fee_collector: Addr,
    pub lp_code_id: u64,
    pub creation_fee: Option<AssetAmount>,
    pub guardian: Option<Guardian>,
    pub pauser: Option<Addr>,
    pub params: Params,
    /// Pools that exist; their ids are 1 to this.
    pub pools: u32,
}

#[cw_serde]
pub struct PoolAsset {
    pub asset: Asset,
    pub decimals: u8,
}

#[cw_serde]
pub enum PoolKind {
    ConstantProduct {},
    Stable {
        /// Now, two decimals.
        amplification: Decimal,
        /// The ramp that is under way, or the last one.
        ramp: Ramp,
        /// Greatest share that each asset may grow to.
        share_limits: Vec<Bps>,
    },
}

/// A linear move of the amplification. Without one, both ends are the same.
#[cw_serde]
#[derive(Copy)]
pub struct Ramp {
    /// Amplification × 100.
    pub from: u32,
    pub to: u32,
    pub start: u64,
    pub end: u64,
}

#[cw_serde]
pub struct PoolResponse {
    pub pool: u32,
    pub kind: PoolKind,
    /// The first is the base.
    pub assets: Vec<PoolAsset>,
    pub fee: Fee,
    pub lp_token: Addr,
    /// Live, as all amounts here.
    pub lp_supply: Uint128,
    pub reserves: Vec<Uint128>,
    /// The protocol's part of the fees, not collected yet; in no reserve.
    pub fees_owed: Vec<Uint128>,
    /// Block time of the first liquidity.
    pub opened: Option<u64>,
    /// Price of the first asset in each of the others, without a fee: whole tokens per whole token, `low` floored and `high`
    /// ceiled, held to 10^-18 to 10^11. Live: a trade of this block moves it, so nothing may be valued by it. Empty for a pool
    /// without a price.
    pub prices: Vec<PriceBand>,
}

#[cw_serde]
pub struct PoolsResponse {
    pub pools: Vec<PoolResponse>,
}

#[cw_serde]
pub struct Native {
    pub denom: String,
    pub decimals: u8,
}

#[cw_serde]
pub struct NativesResponse {
    pub natives: Vec<Native>,
}

#[cw_serde]
pub struct HopReceipt {
    pub pool: u32,
    pub offer: AssetAmount,
    /// After the fee.
    pub ask: AssetAmount,
    /// The whole fee, in the asset that leaves.
    pub fee: Uint128,
    /// The protocol's part of it.
    pub protocol_fee: Uint128,
}

#[cw_serde]
pub struct SwapReceipt {
    /// What the swap took.
    pub offer: AssetAmount,
    pub ask: AssetAmount,
    pub hops: Vec<HopReceipt>,
}

#[cw_serde]
pub struct ProvideReceipt {
    pub pool: u32,
    pub amounts: Vec<Uint128>,
    /// What was out of proportion paid this, by asset.
    pub fees: Vec<Uint128>,
    /// Of the fees, the protocol's part.
    pub protocol_fees: Vec<Uint128>,
    /// LP units minted, floored.
    pub lp: Uint128,
    /// LP units that the first liquidity locked for ever.
    pub locked: Uint128,
    pub lp_supply: Uint128,
}

#[cw_serde]
pub struct WithdrawReceipt {
    pub pool: u32,
    /// LP units burned.
    pub lp: Uint128,
    /// Paid, floored, by asset.
    pub amounts: Vec<Uint128>,
    pub fees: Vec<Uint128>,
    pub protocol_fees: Vec<Uint128>,
    pub lp_supply: Uint128,
}

#[cw_serde]
pub struct ObserveResponse {
    /// Block time of the answer.
    pub time: u64,
    /// In the order asked.
    pub pools: Vec<PoolObservation>,
}

/// A pool at the end of the last earlier block. Blocks with the same time in seconds count as one.
#[cw_serde]
pub struct PoolObservation {
    pub pool: u32,
    pub assets: Vec<PoolAsset>,
    pub reserves: Vec<Uint128>,
    /// LP units, those of the first liquidity that nobody owns included.
    pub lp_supply: Uint128,
    pub invariant: PoolInvariant,
    /// Seconds since the first liquidity, 0 before an earlier block had any.
    pub age: u64,
    /// Block time of the last earlier block that changed the pool; a donation does not.
    pub changed: Option<u64>,
    /// The base in each of the other assets, in their order; none before an earlier block had liquidity.
    pub prices: Vec<BasePrice>,
    /// Whether swaps are paused now: then nobody can put a price right.
    pub paused: bool,
}

impl PoolObservation {
    /// Base units, floored, that the whole pool would hold of the asset at `index` at a price of its base within `prices`, of
    /// those the one that leaves the least: √(k ÷ high) of the base and √(k × low) of the quote of a constant product. Of a
    /// stable pool D ÷ n at any price. 0 where the pool has no such asset.
    ///
    /// # Errors
    /// `Overflow`; `DivisionByZero` for the base at a price of 0.
    pub fn side_floor(&self, index: usize, prices: PriceBand) -> Result<u128, MathError> {
        let overflow = || MathError::Overflow { formula: format!("the fair side of pool {}", self.pool) };
        match (self.invariant, self.reserves.as_slice(), self.assets.as_slice()) {
            (PoolInvariant::ConstantProduct(_), [x, y], [base, quote]) => {
                let at = |price18| FairPool {
                    reserves: [x.u128(), y.u128()],
                    decimals: [base.decimals, quote.decimals],
                    price18,
                };
                match index {
                    0 => at(prices.high18()).base_floor(),
                    _ => at(prices.low18()).quote_floor(),
                }
            }
            (PoolInvariant::Stable(d), _, assets) => {
                let Some(asset) = assets.get(index) else { return Ok(0) };
                let parts = u64::try_from(assets.len()).map_err(|_| overflow())?;
                let unit = Uint256::from_u128(10).checked_pow(asset.decimals.into());
                let whole = Uint256::from_u128(mars_math::PRICE_ONE).checked_mul(parts.into());
                let (Ok(unit), Ok(whole)) = (unit, whole) else { return Err(overflow()) };
                let side = d.checked_multiply_ratio(unit, whole).map_err(|_| overflow())?;
                Ok(Uint128::try_from(side).map_err(|_| overflow())?.u128())
            }
            (PoolInvariant::ConstantProduct(_), ..) => Ok(0),
        }
    }
}

#[cw_serde]
#[derive(Copy)]
pub enum PoolInvariant {
    /// k, the product of both reserves in base units.
    ConstantProduct(Uint256),
    /// D, with 18 decimals a whole token.
    Stable(Uint256),
}

/// Price of the pool's first asset in another one: whole tokens of it per whole token of the base. `low` is floored, `high`
/// ceiled; both are held to 10^-18 to 10^11.
#[cw_serde]
pub struct BasePrice {
    pub quote: Asset,
    /// At the end of the last earlier block.
    pub spot: PriceBand,
    /// Averages until now, by window as asked. A window longer than the pool's age uses the age.
    pub twaps: Vec<PriceBand>,
}

impl BasePrice {
    /// From the lowest to the highest of spot and averages: an average of a pool that stood at an absurd price for a block stays
    /// absurd until others trade there, and spot is whatever the last trade left.
    pub fn span(&self) -> PriceBand {
        let wider = |band: PriceBand, other: &PriceBand| PriceBand {
            low: band.low.min(other.low),
            high: band.high.max(other.high),
        };
        self.twaps.iter().fold(self.spot, wider)
    }
}
