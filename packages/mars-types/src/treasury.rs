//! The treasury: issues USDM against assets within what XMS can carry, and redeems USDM for XMS out of a reserve.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, Binary, Decimal, Uint128};
use cw_ownable::Action;
use cw20::Cw20ReceiveMsg;

use crate::asset::{Asset, AssetAmount, AssetUnchecked};
use crate::bps::Bps;
use crate::bucket::TokenBucket;
use crate::epoch::Epoch;
use crate::guardian::{Guardian, GuardianUnchecked};
use crate::refusal::{InvalidInput, Simulation};

/// Most assets that may be registered.
pub const MAX_ASSETS: usize = 20;
/// Most contracts in the registry of XMS that does not circulate.
pub const MAX_NON_CIRCULATING: usize = 20;
/// Most decimals a registered asset may have.
pub const MAX_DECIMALS: u8 = 18;
/// Window of the mint limit and of the redemption budget of a day.
pub const DAY: u64 = 86_400;
/// Smallest claim of the redemption queue, uusdm.
pub const MIN_CLAIM: Uint128 = Uint128::new(10_000_000);
/// Age from which a claim is cancelled without a fee.
pub const FREE_CANCEL_AGE: u64 = 7 * DAY;
/// Most places of the queue that one `Settle` passes, cancelled ones included.
pub const MAX_SETTLE: u32 = 30;
/// Places that a redemption passes before it is served itself.
pub const SETTLE_BEFORE_REDEEM: u32 = 5;
/// How long a condition must hold at every closing before recovery starts or ends by itself.
pub const RECOVERY_CLOCK: u64 = DAY;
/// Fewest closings within [`RECOVERY_CLOCK`].
pub const RECOVERY_CLOSINGS: u32 = 96;
/// Most positions in pools.
pub const MAX_POSITIONS: usize = 8;
/// Part of user-owned USDM that one slice of an epoch may put into one pool, basis points ÷ 100: 0.25 %.
pub const SLICE_BPS: u128 = 25;
/// How far the price of a pool may be from the oracle's when liquidity is added.
pub const ALLOCATE_BPS: u128 = 30;
/// Part of user-owned USDM that may be minted for pools.
pub const POOLED_USDM_BPS: u128 = 2_500;
/// Part of the external assets that may stand beside XMS in pools.
pub const POOLED_XMS_BPS: u128 = 1_500;
/// Least part of its fair value that a position is removed for.
pub const REMOVE_BPS: u128 = 9_900;
/// Control ratio below which external assets stay and timelocks of what could move them are doubled, in bp.
pub const CONTROL_RATIO: Uint128 = Uint128::new(20_000);
/// Reward of a keeper for a slice: 0.02 % of it, $5 at most.
pub const KEEPER_BPS: u128 = 2;
pub const KEEPER_MOST: Uint128 = Uint128::new(5_000_000);
/// How long recovery waits for positions that nobody can take back.
pub const UNWIND_WAIT: u64 = DAY;
/// Greatest rise of the support ratio within [`RATIO_WINDOW`] (R29).
pub const RATIO_STEP: Bps = Bps(2_500);
pub const RATIO_WINDOW: u64 = 30 * DAY;

#[cw_serde]
pub struct InstantiateMsg {
    pub owner: String,
    pub guardian: Option<GuardianUnchecked>,
    /// The USDM token, whose only minter is this contract.
    pub usdm: String,
    pub xms: String,
    pub oracle: String,
    /// None: the defaults of the protocol.
    pub params: Option<Params>,
}

#[cw_serde]
pub struct MigrateMsg {}

/// Class of an asset: the higher the level, the more volatile, the smaller its greatest share.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Stablecoins, credited at no more than $1.
    Stable,
    /// Digital gold.
    Gold,
    /// Leading layer-1 coins.
    LayerOne,
    /// Established DeFi tokens.
    DeFi,
    /// XMS itself; not an external asset.
    Xms,
}

impl Level {
    pub const EXTERNAL: [Self; 4] = [Self::Stable, Self::Gold, Self::LayerOne, Self::DeFi];

    /// 1 to 5.
    pub fn number(self) -> u8 {
        match self {
            Self::Stable => 1,
            Self::Gold => 2,
            Self::LayerOne => 3,
            Self::DeFi => 4,
            Self::Xms => 5,
        }
    }
}

/// One value for each level.
#[cw_serde]
#[derive(Copy)]
pub struct PerLevel<T> {
    pub stable: T,
    pub gold: T,
    pub layer_one: T,
    pub defi: T,
    pub xms: T,
}

impl<T> PerLevel<T> {
    pub fn get_mut(&mut self, level: Level) -> &mut T {
        match level {
            Level::Stable => &mut self.stable,
            Level::Gold => &mut self.gold,
            Level::LayerOne => &mut self.layer_one,
            Level::DeFi => &mut self.defi,
            Level::Xms => &mut self.xms,
        }
    }
}

impl<T: Copy> PerLevel<T> {
    pub fn get(&self, level: Level) -> T {
        match level {
            Level::Stable => self.stable,
            Level::Gold => self.gold,
            Level::LayerOne => self.layer_one,
            Level::DeFi => self.defi,
            Level::Xms => self.xms,
        }
    }
}

/// Every governed number. `check` holds the bounds.
#[cw_serde]
pub struct Params {
    /// XMS market value that must stand behind one user-owned USDM: 20,000 to 60,000 bp.
    pub support_ratio: Bps,
    /// λ: USDM that a dollar of XMS depth carries, 1 to 20.
    pub depth_multiple: u8,
    /// USDM not minted, by level: at most 100 bp.
    pub mint_fee: PerLevel<Bps>,
    /// Greatest share of the external assets after a deposit; of level 5, at most 500 bp of external plus XMS.
    pub class_limit: PerLevel<Bps>,
    /// External assets below which only level 1 is taken, µUSD.
    pub bootstrap_floor: Uint128,
    /// Median below which a stablecoin is refused: 0.98 to 1.
    pub stable_gate: Decimal,
    pub ceiling: CeilingParams,
    pub mint_limit: MintLimit,
    /// XMS not paid out: at most 100 bp. It stays in the reserve.
    pub redemption_fee: Bps,
    /// Redemption budget of an epoch.
    pub epoch_budget: Budget,
    /// Redemption budget of a day.
    pub day_budget: Budget,
    /// Share of the external assets that may be spent in a day: at most 2,500 bp.
    pub spend_limit: Bps,
}

/// How fast user-owned USDM may be allowed to grow.
#[cw_serde]
#[derive(Copy)]
pub struct CeilingParams {
    /// The ceiling starts here and never falls below: 100,000 to 10,000,000 USDM.
    pub floor: Uint128,
    /// Greatest move of one epoch: 1 to 500 bp.
    pub step: Bps,
    /// Skipped epochs that one closing may catch up: 1 to 12.
    pub max_epochs: u8,
    /// Greatest multiple of the day's first ceiling: 10,000 to 15,000 bp.
    pub day_growth: Bps,
}

/// USDM that may be minted in a day: `rate` of the cap, `floor` at least.
#[cw_serde]
#[derive(Copy)]
pub struct MintLimit {
    /// At most 10,000 bp of `cap_user`.
    pub rate: Bps,
    /// uusdm.
    pub floor: Uint128,
}

/// A redemption budget in USDM burned: the lesser of a share of user-owned USDM and a share of XMS depth.
#[cw_serde]
#[derive(Copy)]
pub struct Budget {
    pub of_user_owned: Bps,
    pub of_depth: Bps,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            support_ratio: Bps(25_000),
            depth_multiple: 10,
            mint_fee: PerLevel {
                stable: Bps(0),
                gold: Bps(10),
                layer_one: Bps(10),
                defi: Bps(30),
                xms: Bps(50),
            },
            class_limit: PerLevel {
                stable: Bps::ONE,
                gold: Bps(3_000),
                layer_one: Bps(2_500),
                defi: Bps(1_000),
                xms: Bps(500),
            },
            bootstrap_floor: Uint128::new(100_000_000_000),
            stable_gate: Decimal::permille(995),
            ceiling: CeilingParams {
                floor: Uint128::new(1_000_000_000_000),
                step: Bps(200),
                max_epochs: 12,
                day_growth: Bps(12_500),
            },
            mint_limit: MintLimit { rate: Bps(500), floor: Uint128::new(1_000_000_000_000) },
            redemption_fee: Bps(30),
            epoch_budget: Budget { of_user_owned: Bps(100), of_depth: Bps(250) },
            day_budget: Budget { of_user_owned: Bps(1_000), of_depth: Bps(2_500) },
            spend_limit: Bps(500),
        }
    }
}

impl Params {
    pub fn check(&self) -> Result<(), InvalidInput> {
        let within = InvalidInput::unless_within::<Bps>;
        within("support_ratio", self.support_ratio, Bps(20_000), Bps(60_000))?;
        InvalidInput::unless_within("depth_multiple", self.depth_multiple, 1, 20)?;
        for level in Level::EXTERNAL.into_iter().chain([Level::Xms]) {
            let most = if level == Level::Xms { Bps(500) } else { Bps::ONE };
            within("mint_fee", self.mint_fee.get(level), Bps(0), Bps(100))?;
            within("class_limit", self.class_limit.get(level), Bps(0), most)?;
        }
        InvalidInput::unless_within(
            "bootstrap_floor",
            self.bootstrap_floor,
            Uint128::zero(),
            Uint128::new(10_000_000_000_000),
        )?;
        InvalidInput::unless_within("stable_gate", self.stable_gate, Decimal::percent(98), Decimal::one())?;
        InvalidInput::unless_within(
            "ceiling.floor",
            self.ceiling.floor,
            Uint128::new(100_000_000_000),
            Uint128::new(10_000_000_000_000),
        )?;
        within("ceiling.step", self.ceiling.step, Bps(1), Bps(500))?;
        InvalidInput::unless_within("ceiling.max_epochs", self.ceiling.max_epochs, 1, 12)?;
        within("ceiling.day_growth", self.ceiling.day_growth, Bps::ONE, Bps(15_000))?;
        within("mint_limit.rate", self.mint_limit.rate, Bps(0), Bps::ONE)?;
        InvalidInput::unless_within(
            "mint_limit.floor",
            self.mint_limit.floor,
            Uint128::zero(),
            Uint128::new(10_000_000_000_000),
        )?;
        within("redemption_fee", self.redemption_fee, Bps(0), Bps(100))?;
        within("epoch_budget.of_user_owned", self.epoch_budget.of_user_owned, Bps(50), Bps(1_000))?;
        within("epoch_budget.of_depth", self.epoch_budget.of_depth, Bps(125), Bps(2_500))?;
        within("day_budget.of_user_owned", self.day_budget.of_user_owned, Bps(500), Bps::ONE)?;
        within("day_budget.of_depth", self.day_budget.of_depth, Bps(1_250), Bps::ONE)?;
        within("spend_limit", self.spend_limit, Bps(0), Bps(2_500))
    }
}

#[cw_serde]
pub enum ExecuteMsg {
    /// Mints USDM against the one native coin attached.
    Mint {
        /// Least USDM that the caller accepts, uusdm.
        min_out: Uint128,
        /// Last block time at which this may happen, seconds.
        deadline: u64,
        /// Default: the sender.
        recipient: Option<String>,
    },
    /// cw20 tokens that were sent here with a [`Cw20HookMsg`].
    Receive(Cw20ReceiveMsg),
    /// Anyone: closes the epoch when that is due, and with it starts or ends recovery when that is due.
    Poke {},
    /// Anyone: pays the queue from its head, in part where budget or reserve ends.
    Settle {
        /// Most places to pass, 1 to [`MAX_SETTLE`].
        limit: u32,
    },
    /// The owner of a claim: takes back what still waits, less the redemption fee where one is due.
    Cancel { id: u64 },
    /// The owner of a claim, in recovery: burns what waits, or a part, for a share of every external asset.
    ClaimBasket {
        id: u64,
        /// uusdm; none: all that waits.
        amount: Option<Uint128>,
        basket: BasketTerms,
    },

    /// Owner: lists an asset. Level and decimals never change; a cw20 token is asked for its decimals.
    RegisterAsset { asset: AssetUnchecked, level: Level, decimals: u8, cap: Uint128 },
    /// Owner: changes the cap (in units of the asset), delists or lists again. What is held still counts.
    UpdateAsset { asset: AssetUnchecked, cap: Option<Uint128>, listed: Option<bool> },
    /// Owner: contracts whose XMS does not circulate. Removals come first.
    UpdateNonCirculating { add: Vec<String>, remove: Vec<String> },
    /// Owner: takes XMS out of the reserve, if what stays is worth at least half of the user-owned USDM.
    WithdrawReserve { amount: Uint128, recipient: String },
    /// Anyone: puts a slice of a position's asset into its pool, beside USDM minted for it or XMS of the reserve. The caller is
    /// paid a little out of surplus, once an epoch.
    Allocate {
        pool: u32,
        /// Of the asset beside USDM or XMS; what is not needed stays.
        amount: Uint128,
        deadline: u64,
    },
    /// Anyone, in recovery: takes a whole position back, without any price.
    Unwind { pool: u32 },
    /// Owner: lists a pool of the swap contract as a position of the treasury.
    RegisterPosition { swap: String, pool: u32, kind: PositionKind, cap: Uint128 },
    /// Owner: changes the cap, or closes the way in.
    UpdatePosition { pool: u32, cap: Option<Uint128>, exit_only: Option<bool> },
    /// Owner: moves idle assets into a yield position, in the order of the pool's assets.
    Deposit { pool: u32, amounts: Vec<Uint128>, min_lp: Uint128, deadline: u64 },
    /// Owner: takes LP units out, for no less than 99 % of their fair value.
    Remove { pool: u32, lp: Uint128, deadline: u64 },
    /// Owner: sends external assets away, while the control ratio is 2 or more and within the day's limit.
    Spend { asset: AssetUnchecked, amount: Uint128, recipient: String },
    /// Owner: votes in the chain's own governance, with what the treasury has staked or holds.
    VoteChain { proposal: u64, option: ChainVote },
    /// Owner: calls another DAO. No coins go along, and none of the treasury's own contracts can be called.
    CallDao { contract: String, msg: Binary },
    /// Owner: starts recovery, whatever the clocks say.
    DeclareRecovery {},
    /// Owner: ends recovery.
    EndRecovery {},
    /// Owner: replaces all parameters.
    UpdateParams { params: Params },
    /// Owner or guardian: lowers limits; fields left out stay. Mint-side limits may go to 0, redemption budgets to
    /// half of their default.
    LowerLimits { limits: LowerLimits },
    /// Owner or guardian.
    Pause { switch: SwitchUnchecked },
    /// Owner: makes a guardian's pause last until it is lifted.
    ConfirmPause { switch: SwitchUnchecked },
    /// Owner.
    Unpause { switch: SwitchUnchecked },
    /// Owner: replaces the guardian, or has none. The sunset in force can only be moved earlier.
    SetGuardian { guardian: Option<GuardianUnchecked> },
    /// Two-step transfer of ownership. Renouncing is refused.
    UpdateOwnership(Action),
}

/// The message inside a cw20 `Send` to the treasury.
#[cw_serde]
pub enum Cw20HookMsg {
    /// With a listed asset: mints USDM.
    Mint { min_out: Uint128, deadline: u64, recipient: Option<String> },
    /// With USDM: burns it and pays XMS.
    Redeem {
        /// Least XMS that the caller accepts for the whole, uxms; the part paid at once needs its share of it, ceiled.
        min_out: Uint128,
        deadline: u64,
        /// Who is paid, and owns the claim. Default: the sender.
        recipient: Option<String>,
        /// Whether what cannot be paid at once waits in the queue; otherwise the whole is refused.
        #[serde(default)]
        queue: bool,
    },
    /// With USDM, in recovery: burns it for a share of every external asset.
    ClaimBasket { basket: BasketTerms },
    /// With XMS: adds to the redemption reserve.
    FundReserve {},
}

/// A vote in the governance of the chain.
#[cw_serde]
#[derive(Copy)]
pub enum ChainVote {
    Yes,
    No,
    Abstain,
    NoWithVeto,
}

/// What a position is for.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum PositionKind {
    /// USDM, minted for it, beside a level-1 asset.
    Usdm,
    /// XMS of the reserve beside a level-1 asset.
    Xms,
    /// A stable pool of level-1 assets alone: the yield adapter.
    Yield,
}

/// Liquidity of the treasury in one pool.
#[cw_serde]
pub struct Position {
    pub swap: Addr,
    pub pool: u32,
    pub kind: PositionKind,
    pub lp_token: Addr,
    /// In the order of the pool.
    pub assets: Vec<Asset>,
    pub decimals: Vec<u8>,
    /// Most that may be placed in it, µUSD at cost.
    pub cap: Uint128,
    pub exit_only: bool,
    /// LP units on the ledger.
    pub lp: Uint128,
    /// uusdm minted for it that is not taken back: the mint ledger.
    pub minted: Uint128,
    /// What was placed and not taken back, by asset.
    pub cost: Vec<Uint128>,
    /// The epoch of the last slice, and how much of that epoch's went in, µUSD.
    pub sliced: Option<(Epoch, Uint128)>,
}

/// What a claim on the basket insists on.
#[cw_serde]
pub struct BasketTerms {
    /// Least of each asset; what is not named may be nothing.
    pub min_out: Vec<AssetFloor>,
    /// Assets that the claimant forgoes, because their transfer fails; they stay for the others (R43).
    pub skip: Vec<AssetUnchecked>,
    pub deadline: u64,
    /// Default: the owner of what is burned.
    pub recipient: Option<String>,
}

#[cw_serde]
pub struct AssetFloor {
    pub asset: AssetUnchecked,
    /// In units of the asset.
    pub least: Uint128,
}

#[cw_serde]
#[derive(Default)]
pub struct LowerLimits {
    pub mint_rate: Option<Bps>,
    pub mint_floor: Option<Uint128>,
    pub epoch_budget: Option<Budget>,
    pub day_budget: Option<Budget>,
    pub spend_limit: Option<Bps>,
    pub asset_caps: Vec<AssetCap>,
}

#[cw_serde]
pub struct AssetCap {
    pub asset: AssetUnchecked,
    pub cap: Uint128,
}

/// What can be stopped by itself.
#[cw_serde]
pub enum SwitchBase<T> {
    /// Every mint.
    Mint,
    /// Redemption, at once and into the queue.
    Redeem,
    /// Paying the queue.
    Settle,
    /// Adding liquidity. Taking it back has no switch.
    Allocate,
    /// Mints with one asset.
    Asset(T),
}

pub type Switch = SwitchBase<Asset>;
pub type SwitchUnchecked = SwitchBase<AssetUnchecked>;

impl std::fmt::Display for Switch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mint => f.write_str("mint"),
            Self::Redeem => f.write_str("redeem"),
            Self::Settle => f.write_str("settle"),
            Self::Allocate => f.write_str("allocate"),
            Self::Asset(asset) => asset.fmt(f),
        }
    }
}

#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Addresses, the guardian, parameters, and contracts whose XMS does not circulate.
    #[returns(ConfigResponse)]
    Config {},
    /// The owner, and who may accept the ownership.
    #[returns(cw_ownable::Ownership<String>)]
    Ownership {},
    /// What a mint of `amount` would do in this block. `min_out` and `deadline` are checked where given.
    #[returns(Simulation<MintReceipt>)]
    SimulateMint { asset: AssetUnchecked, amount: Uint128, min_out: Option<Uint128>, deadline: Option<u64> },
    /// The least amount of the asset that mints at least `usdm` (ceil), and what minting with it would do.
    #[returns(MintRequirement)]
    RequiredForMint { asset: AssetUnchecked, usdm: Uint128 },
    /// What a redemption of `usdm` would do in this block.
    #[returns(Simulation<RedeemReceipt>)]
    SimulateRedeem {
        usdm: Uint128,
        #[serde(default)]
        queue: bool,
        min_out: Option<Uint128>,
        deadline: Option<u64>,
    },
    /// What a settlement of at most `limit` places would do in this block.
    #[returns(Simulation<SettleReceipt>)]
    SimulateSettle { limit: u32 },
    /// What cancelling by the owner of the claim would do in this block.
    #[returns(Simulation<CancelReceipt>)]
    SimulateCancel { id: u64 },
    /// What burning `amount` for the basket would do: USDM sent here, or of the claim `id`, which is all of it by default.
    #[returns(Simulation<BasketReceipt>)]
    SimulateClaimBasket { id: Option<u64>, amount: Option<Uint128>, basket: BasketTerms },
    /// The queue as a whole.
    #[returns(Queue)]
    Queue {},
    /// One claim of the queue; refused when it is paid, cancelled or was never there.
    #[returns(ClaimEntry)]
    Claim { id: u64 },
    /// Claims in order of id, of one owner or of all. Limit 10 by default, 30 at most.
    #[returns(ClaimsResponse)]
    Claims { owner: Option<String>, start_after: Option<u64>, limit: Option<u32> },
    /// What adding a slice to the pool would do in this block.
    #[returns(Simulation<AllocateReceipt>)]
    SimulateAllocate { pool: u32, amount: Uint128, deadline: Option<u64> },
    /// Every position, as the ledger has it and as it is worth.
    #[returns(PositionsResponse)]
    Positions {},
    /// Whether recovery runs, and its clocks, with the closing that a call in this block would make.
    #[returns(RecoveryResponse)]
    Recovery {},
    /// The whole balance sheet and what binds.
    #[returns(SolvencyResponse)]
    Solvency {},
    /// Mintage control, with the closing that a call in this block would make.
    #[returns(EpochResponse)]
    Epoch {},
    /// Registered assets with their holdings, in order of registration. All of them: there are at most 20.
    #[returns(AssetsResponse)]
    Assets {},
    /// All switches.
    #[returns(crate::pause::PausesResponse<Switch>)]
    Pauses {},
    /// The laws of the books, recomputed.
    #[returns(crate::InvariantsResponse)]
    Invariants {},
}

#[cw_serde]
pub struct ConfigResponse {
    pub usdm: Addr,
    pub xms: Addr,
    pub oracle: Addr,
    pub guardian: Option<Guardian>,
    pub params: Params,
    pub non_circulating: Vec<Addr>,
}

#[cw_serde]
pub struct MintReceipt {
    pub asset: Asset,
    pub amount: Uint128,
    /// What a whole token was credited at.
    pub price: Decimal,
    /// µUSD, floored.
    pub value: Uint128,
    /// uusdm not minted.
    pub fee: Uint128,
    /// uusdm minted.
    pub usdm: Uint128,
    /// Room under `cap_user` after this mint.
    pub room: Uint128,
}

#[cw_serde]
pub struct MintRequirement {
    /// In units of the asset, ceiled; 0 when there is no price.
    pub amount: Uint128,
    pub simulation: Simulation<MintReceipt>,
}

#[cw_serde]
pub struct RedeemReceipt {
    /// uusdm burned at once.
    pub usdm: Uint128,
    /// What a whole XMS is paid out at; none where it has no price, and all waits.
    pub price: Option<Decimal>,
    /// uxms that stay in the reserve.
    pub fee: Uint128,
    /// uxms paid at once, floored.
    pub xms: Uint128,
    /// uusdm that waits in the queue.
    pub queued: Uint128,
    /// The claim that it waits as.
    pub claim: Option<u64>,
    /// Claims that were paid before.
    pub settled: Vec<Settlement>,
    /// Left afterwards, uusdm.
    pub epoch_budget: Uint128,
    pub day_budget: Uint128,
    /// uxms left afterwards.
    pub reserve: Uint128,
}

/// What a settlement did to one claim.
#[cw_serde]
pub struct Settlement {
    pub id: u64,
    pub owner: Addr,
    /// uusdm.
    pub burned: Uint128,
    /// uxms, floored.
    pub paid: Uint128,
    /// uusdm given back, because it would be paid nothing.
    pub returned: Uint128,
    /// uusdm that still waits; the claim keeps its place.
    pub remaining: Uint128,
}

#[cw_serde]
pub struct SettleReceipt {
    /// What a whole XMS was paid out at.
    pub price: Decimal,
    pub claims: Vec<Settlement>,
    /// uusdm that waits afterwards.
    pub waiting: Uint128,
    pub epoch_budget: Uint128,
    pub day_budget: Uint128,
    /// uxms left afterwards.
    pub reserve: Uint128,
}

#[cw_serde]
pub struct CancelReceipt {
    pub id: u64,
    pub owner: Addr,
    /// uusdm given back.
    pub returned: Uint128,
    /// uusdm burned as fee, ceiled.
    pub fee: Uint128,
}

#[cw_serde]
pub struct BasketReceipt {
    /// uusdm burned.
    pub usdm: Uint128,
    /// Paid of each asset, floored; what would be nothing or is skipped is left out.
    pub paid: Vec<AssetAmount>,
    /// Σ of the external assets at high before, each ceiled, µUSD.
    pub external_high: Uint128,
    /// User-owned USDM before, uusdm.
    pub user_owned: Uint128,
    /// uusdm of the claim that still waits; none where USDM was sent.
    pub remaining: Option<Uint128>,
}

#[cw_serde]
pub struct AllocateReceipt {
    pub pool: u32,
    /// What goes in, in the order of the pool.
    pub amounts: Vec<Uint128>,
    /// uusdm minted for it.
    pub usdm: Uint128,
    /// LP units.
    pub lp: Uint128,
    /// uusdm to the caller; 0 where surplus, cap or the epoch leave none.
    pub reward: Uint128,
}

#[cw_serde]
pub struct PositionEntry {
    pub position: Position,
    /// Share of the pool as it would stand at the average price of half an hour, in the order of the pool.
    pub fair: Vec<Uint128>,
}

#[cw_serde]
pub struct PositionsResponse {
    pub positions: Vec<PositionEntry>,
    /// USDM of the treasury as the cap counts it, fixed at the last closing.
    pub treasury_owned_cap: Uint128,
    /// As coverage, budgets and the basket count it.
    pub treasury_owned_now: Uint128,
}

/// The redemption queue as a whole.
#[cw_serde]
#[derive(Copy, Default)]
pub struct Queue {
    /// First place that may hold a claim.
    pub head: u64,
    /// Id of the next claim.
    pub next: u64,
    /// uusdm that waits. Always submitted − paid − cancelled − returned − claimed.
    pub waiting: Uint128,
    /// uusdm that ever joined.
    pub submitted: Uint128,
    /// uusdm burned for XMS.
    pub paid: Uint128,
    /// uusdm of cancelled claims, what was burned of it included.
    pub cancelled: Uint128,
    /// uusdm given back because it would have been paid nothing.
    pub returned: Uint128,
    /// uusdm burned for the basket.
    pub claimed: Uint128,
}

#[cw_serde]
pub struct ClaimEntry {
    pub id: u64,
    pub owner: Addr,
    /// uusdm that waits.
    pub usdm: Uint128,
    /// Block time at which it joined.
    pub since: u64,
    /// First block time at which cancelling costs nothing.
    pub free_from: u64,
}

#[cw_serde]
pub struct ClaimsResponse {
    pub claims: Vec<ClaimEntry>,
}

/// How long a condition has held at every closing.
#[cw_serde]
#[derive(Copy)]
pub struct Clock {
    /// Block time of the first closing at which it held.
    pub since: u64,
    /// Closings at which it held, that one included.
    pub closings: u32,
}

/// Every condition that starts or ends recovery by itself; none where it does not hold.
#[cw_serde]
#[derive(Copy, Default)]
pub struct Clocks {
    /// The queue is larger than the reserve is worth.
    pub shortage: Option<Clock>,
    /// USDM is below 0.95.
    pub depeg: Option<Clock>,
    /// XMS has no price and the queue is not empty.
    pub no_price: Option<Clock>,
    /// In recovery: the reserve is worth the queue and 10 % of user-owned USDM, and USDM is at 0.99 or more.
    pub healed: Option<Clock>,
}

/// Why recovery runs.
#[cw_serde]
#[derive(Copy)]
pub enum RecoveryCause {
    Shortage,
    Depeg,
    NoPrice,
    /// The DAO declared it.
    Declared,
}

impl std::fmt::Display for RecoveryCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Shortage => "shortage",
            Self::Depeg => "depeg",
            Self::NoPrice => "no_price",
            Self::Declared => "declared",
        })
    }
}

#[cw_serde]
#[derive(Copy)]
pub struct Recovery {
    pub since: u64,
    pub cause: RecoveryCause,
}

#[cw_serde]
pub struct RecoveryResponse {
    pub running: Option<Recovery>,
    pub clocks: Clocks,
    /// Whether `claim_basket` is open now.
    pub claims_open: bool,
}

#[cw_serde]
#[derive(Copy)]
pub enum CapTerm {
    /// Market value of circulating XMS ÷ support ratio.
    Price,
    /// λ × XMS depth.
    Depth,
    /// Speed of growth.
    Ceiling,
    /// No XMS price: the last cap at most, and no minting.
    NoPrice,
}

#[cw_serde]
pub struct EpochResponse {
    pub epoch: Epoch,
    /// Block time of the closing that fixed these figures; the block time now if one is due.
    pub closed_at: u64,
    /// What XMS was worth to mintage control at the closing.
    pub xms_price: Option<Decimal>,
    pub circulating: Uint128,
    /// µUSD; none while the depth does not bind.
    pub depth: Option<Uint128>,
    pub price_term: Option<Uint128>,
    pub raw: Option<Uint128>,
    pub ceiling: Uint128,
    /// Most user-owned USDM after a mint, uusdm.
    pub cap_user: Uint128,
    pub binding: CapTerm,
    /// Live.
    pub user_owned: Uint128,
    /// `cap_user` less `user_owned`, never below 0.
    pub room: Uint128,
    /// Refilled to now.
    pub mint_limit: TokenBucket,
    pub epoch_budget: TokenBucket,
    pub day_budget: TokenBucket,
}

#[cw_serde]
pub struct SolvencyResponse {
    /// External assets at low, by level, µUSD. `xms` is the level-5 value, which is not external.
    pub external: PerLevel<Uint128>,
    /// Σ of levels 1–4 at low.
    pub external_low: Uint128,
    /// Σ of levels 1–4 at high.
    pub external_high: Uint128,
    /// Assets that are held but have no price now, and count 0.
    pub unpriced: Vec<Asset>,
    /// uxms in the redemption reserve.
    pub reserve: Uint128,
    /// uusdm.
    pub usdm_supply: Uint128,
    /// Supply less `treasury_owned_now`.
    pub user_owned: Uint128,
    /// USDM of the treasury as the cap counts it, fixed at the last closing.
    pub treasury_owned_cap: Uint128,
    /// As coverage, budgets and the basket count it.
    pub treasury_owned_now: Uint128,
    /// External assets at low less user-owned USDM, never below 0.
    pub surplus: Uint128,
    /// What spends may still take now, µUSD. It refills over a day.
    pub spend_left: Uint128,
    /// External assets at low ÷ user-owned USDM in bp, floored; none while there is no USDM.
    pub coverage: Option<Uint128>,
    /// XMS market value ÷ external assets at high in bp, floored; none without a price or without assets.
    pub control_ratio: Option<Uint128>,
    pub cap_user: Uint128,
    pub room: Uint128,
    pub binding: CapTerm,
    /// Mint fees since the start, uusdm not minted.
    pub fees_captured: Uint128,
    pub minted: Uint128,
    /// uusdm burned for XMS since the start.
    pub redeemed: Uint128,
    /// uusdm burned for the basket since the start.
    pub claimed: Uint128,
    /// uusdm that waits in the redemption queue; it is user-owned.
    pub queue: Uint128,
    pub recovery: Option<Recovery>,
    pub clocks: Clocks,
}

#[cw_serde]
pub struct AssetEntry {
    pub asset: Asset,
    pub level: Level,
    pub decimals: u8,
    /// Most that the treasury may hold, in units of the asset.
    pub cap: Uint128,
    pub listed: bool,
    /// On the treasury's ledger, in units of the asset.
    pub held: Uint128,
}

#[cw_serde]
pub struct AssetsResponse {
    pub assets: Vec<AssetEntry>,
}
