//! Everything that the contracts announce, one struct an event.
//!
//! An event's type on the chain is `wasm-` and the name given here; its attributes are the fields, in order.

use cosmwasm_std::{Addr, Decimal, Event, Uint128};

use crate::asset::Asset;
use crate::epoch::Epoch;
use crate::governance::Choice;
use crate::treasury::RecoveryCause;

/// An event of the protocol as it is written on the chain.
pub trait TypedEvent {
    /// Type without the `wasm-` that the chain puts before it.
    const TYPE: &'static str;
    /// Names of the attributes, in order.
    const ATTRIBUTES: &'static [&'static str];
}

macro_rules! events {
    ($($(#[$doc:meta])* $type:literal $name:ident { $($field:ident: $kind:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq)]
            pub struct $name { $(pub $field: $kind),* }

            impl TypedEvent for $name {
                const TYPE: &'static str = $type;
                const ATTRIBUTES: &'static [&'static str] = &[$(stringify!($field)),*];
            }

            impl From<$name> for Event {
                fn from(event: $name) -> Event {
                    Event::new($type)$(.add_attribute(stringify!($field), event.$field.to_string()))*
                }
            }
        )*

        /// Type and attributes of every event, for documentation and clients.
        pub const EVENTS: &[(&str, &[&str])] = &[$(($type, $name::ATTRIBUTES)),*];
    };
}

events! {
    /// USDM was issued against an asset.
    "mars_mint" Mint {
        sender: Addr,
        recipient: Addr,
        asset: Asset,
        amount: Uint128,
        price: Decimal,
        value: Uint128,
        fee: Uint128,
        usdm: Uint128,
    }
    /// USDM was burned for XMS out of the reserve.
    "mars_redeem" Redeem {
        sender: Addr,
        recipient: Addr,
        usdm: Uint128,
        price: Decimal,
        fee: Uint128,
        xms: Uint128,
        reserve: Uint128,
    }
    /// USDM joined the redemption queue.
    "mars_claim_queued" ClaimQueued { id: u64, owner: Addr, usdm: Uint128 }
    /// A claim was paid, whole or in part.
    "mars_claim_settled" ClaimSettled {
        id: u64,
        owner: Addr,
        burned: Uint128,
        paid: Uint128,
        price: Decimal,
        returned: Uint128,
        remaining: Uint128,
    }
    /// The owner of a claim took it back.
    "mars_claim_cancelled" ClaimCancelled { id: u64, owner: Addr, returned: Uint128, fee: Uint128 }
    /// USDM was burned for a share of every external asset.
    "mars_basket_claimed" BasketClaimed {
        owner: Addr,
        recipient: Addr,
        usdm: Uint128,
        claim: String,
        paid: String,
    }
    /// A slice went into a pool.
    "mars_allocated" Allocated {
        sender: Addr,
        pool: u32,
        usdm: Uint128,
        amounts: String,
        lp: Uint128,
        reward: Uint128,
    }
    /// Liquidity was taken back.
    "mars_removed" Removed { pool: u32, lp: Uint128, amounts: String, burned: Uint128, unwound: bool }
    /// A position was listed or changed.
    "mars_position" PositionSet { pool: u32, cap: Uint128, exit_only: bool }
    /// The owner sent an external asset away.
    "mars_spent" Spent { asset: Asset, amount: Uint128, recipient: Addr }
    /// Recovery began, by itself or declared.
    "mars_recovery_started" RecoveryStarted { cause: RecoveryCause, since: u64 }
    /// Recovery ended, by itself or by the owner.
    "mars_recovery_ended" RecoveryEnded { by: String }
    /// An epoch was closed and its limits fixed.
    "mars_epoch" EpochClosed {
        epoch: Epoch,
        circulating: Uint128,
        raw: String,
        ceiling: Uint128,
        cap_user: Uint128,
        user_owned: Uint128,
    }
    /// XMS was added to the redemption reserve.
    "mars_reserve_funded" ReserveFunded { sender: Addr, amount: Uint128, reserve: Uint128 }
    /// The owner took XMS out of the redemption reserve.
    "mars_reserve_withdrawn" ReserveWithdrawn { recipient: Addr, amount: Uint128, reserve: Uint128 }
    /// An asset was listed, changed or delisted.
    "mars_asset" AssetSet { asset: Asset, level: u8, decimals: u8, cap: Uint128, listed: bool }
    /// The contracts whose XMS does not circulate were changed.
    "mars_registry" RegistrySet { contracts: String }
    /// Parameters were replaced by the owner, or limits lowered by the guardian.
    "mars_limits" LimitsSet { sender: Addr, what: String }
    /// A switch was paused until a time, or until the owner lifts it.
    "mars_pause" Paused { sender: Addr, switch: String, until: String }
    /// A switch was lifted by the owner.
    "mars_unpause" Unpaused { sender: Addr, switch: String }
    /// The guardian was replaced or removed.
    "mars_guardian" GuardianSet { guardian: String, sunset: u64 }
    /// A step of a transfer of ownership.
    "mars_ownership" OwnershipChanged { owner: String, pending_owner: String }
    /// A feeder reported a price.
    "mars_feed" Feed { feeder: Addr, asset: Asset, price: Decimal, time: u64, median: String }
    /// An asset got a source, or lost it.
    "mars_source" SourceSet { asset: Asset, source: String }
    /// XMS was staked, sent or restaked.
    "mars_stake" Staked { staker: Addr, amount: Uint128, stake: Uint128, staked: Uint128 }
    /// A stake ended and unbonds.
    "mars_unstake" Unstaked { staker: Addr, amount: Uint128, stake: Uint128, staked: Uint128, release: u64 }
    /// Unbonded XMS was paid out.
    "mars_withdraw" Withdrawn { staker: Addr, amount: Uint128 }
    /// Staking rewards were paid out or restaked.
    "mars_claim" Claimed { staker: Addr, amount: Uint128, restaked: bool }
    /// A staker's votes went to another, or back.
    "mars_delegate" Delegated { staker: Addr, from: Addr, to: Addr, amount: Uint128 }
    /// XMS began to stream to stakers; `total` has what was left of the stream before.
    "mars_stream" Streamed { sender: Addr, stream: String, amount: Uint128, total: Uint128, duration: u64 }
    /// A proposal was made.
    "mars_proposal" Proposed { proposal: u64, proposer: Addr, heavy: bool, messages: u64, starts: u64, ends: u64 }
    /// A vote was cast.
    "mars_vote" Voted { proposal: u64, voter: Addr, choice: Choice, power: Uint128 }
    /// The timelock of a proposal began.
    "mars_queue" Queued { proposal: u64, timelock: u64, doubled: bool, eta: u64, expires: u64 }
    /// A proposal was carried out.
    "mars_execute" Executed { proposal: u64, sender: Addr, messages: u64 }
    /// One message of a proposal was carried out.
    "mars_message" MessageExecuted { proposal: u64, message: u64 }
    /// The guardian ended a proposal.
    "mars_veto" Vetoed { proposal: u64, sender: Addr, reason: String }
    /// A proposal was taken back, or its proposer lost the power to propose.
    "mars_cancel" Cancelled { proposal: u64, sender: Addr }
    /// The DAO's numbers or registries were changed.
    "mars_dao" DaoSet { what: String }
    /// A pool was created; it has no liquidity yet.
    "mars_pool" PoolCreated { pool: u32, kind: String, assets: String, lp_token: Addr, creator: Addr }
    /// Something about a pool, or about pools to come, was set by the owner.
    "mars_pool_set" PoolSet { pool: u32, what: String }
    /// Liquidity came. Lists are in the order of the pool's assets, separated by commas.
    "mars_liquidity_added" LiquidityAdded {
        pool: u32,
        sender: Addr,
        recipient: Addr,
        amounts: String,
        fees: String,
        lp: Uint128,
        lp_supply: Uint128,
    }
    /// Liquidity went.
    "mars_liquidity_removed" LiquidityRemoved {
        pool: u32,
        sender: Addr,
        recipient: Addr,
        lp: Uint128,
        amounts: String,
        fees: String,
        lp_supply: Uint128,
    }
    /// A swap was settled. Its hops follow in the order of the route.
    "mars_swap" Swapped {
        sender: Addr,
        recipient: Addr,
        offer: Asset,
        offered: Uint128,
        ask: Asset,
        received: Uint128,
        route: String,
    }
    /// One pool of a swap's route.
    "mars_hop" Hopped {
        pool: u32,
        offer: Asset,
        offered: Uint128,
        ask: Asset,
        received: Uint128,
        fee: Uint128,
        protocol_fee: Uint128,
    }
    /// The protocol's fees in one asset were paid to the fee collector.
    "mars_fees" FeesCollected { sender: Addr, collector: Addr, asset: Asset, amount: Uint128 }
    /// The fee collector swapped a slice of an asset for XMS.
    "mars_fees_converted" FeesConverted {
        sender: Addr,
        asset: Asset,
        amount: Uint128,
        fair: Uint128,
        min_out: Uint128,
        xms: Uint128,
    }
    /// The fee collector shared out XMS.
    "mars_fees_distributed" FeesDistributed {
        sender: Addr,
        to_stakers: Uint128,
        burned: Uint128,
        retained: Uint128,
    }
    /// The owner took out what has no route.
    "mars_fees_withdrawn" FeesWithdrawn { recipient: Addr, asset: Asset, amount: Uint128 }
    /// An asset got its route to XMS, or lost it.
    "mars_route" RouteSet { asset: Asset, pools: String }
}
