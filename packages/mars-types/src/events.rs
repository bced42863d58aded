//! Everything that the contracts announce, one struct an event. docs/messages.md is written from here.
//!
//! An event's type on the chain is `wasm-` and the name given here; its attributes are the fields, in order. Lists are in the
//! order of what they speak of, separated by commas.

use cosmwasm_std::{Addr, Decimal, Event, Uint128};

use crate::asset::Asset;
use crate::epoch::Epoch;
use crate::governance::Choice;
use crate::treasury::RecoveryCause;

/// Amounts as an event carries them.
pub fn list(amounts: &[Uint128]) -> String {
    amounts.iter().map(Uint128::to_string).collect::<Vec<_>>().join(",")
}

/// An event of the protocol as it is written on the chain.
pub trait TypedEvent {
    /// Type without the `wasm-` that the chain puts before it.
    const TYPE: &'static str;
    /// Names of the attributes, in order.
    const ATTRIBUTES: &'static [&'static str];
}

/// What [`EVENTS`] says of an event.
#[derive(Clone, Copy, Debug)]
pub struct EventKind {
    /// Type without the `wasm-` that the chain puts before it.
    pub name: &'static str,
    /// When it is announced.
    pub meaning: &'static str,
    /// Names and meanings of the attributes, in order.
    pub attributes: &'static [(&'static str, &'static str)],
}

macro_rules! events {
    ($(
        $(#[doc = $doc:literal])*
        $type:literal $name:ident { $($(#[doc = $about:literal])* $field:ident: $kind:ty),* $(,)? }
    )*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Debug, PartialEq)]
            pub struct $name { $($(#[doc = $about])* pub $field: $kind),* }

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

        /// Every event of every contract, for documentation and clients.
        pub const EVENTS: &[EventKind] = &[$(EventKind {
            name: $type,
            meaning: concat!($($doc),*).trim_ascii_start(),
            attributes: &[$((stringify!($field), concat!($($about),*).trim_ascii_start())),*],
        }),*];
    };
}

events! {
    /// USDM was issued against an asset.
    "mars_mint" Mint {
        /// Who paid.
        sender: Addr,
        /// Who got the USDM.
        recipient: Addr,
        /// What was paid.
        asset: Asset,
        /// In units of the asset.
        amount: Uint128,
        /// US dollars that a whole token was credited at.
        price: Decimal,
        /// µUSD, floored.
        value: Uint128,
        /// uusdm not minted.
        fee: Uint128,
        /// uusdm minted.
        usdm: Uint128,
    }
    /// USDM was burned for XMS out of the reserve.
    "mars_redeem" Redeem {
        /// Who sent the USDM.
        sender: Addr,
        /// Who got the XMS.
        recipient: Addr,
        /// uusdm burned.
        usdm: Uint128,
        /// US dollars that a whole XMS was paid out at.
        price: Decimal,
        /// uxms that stay in the reserve.
        fee: Uint128,
        /// uxms paid.
        xms: Uint128,
        /// uxms left in the reserve.
        reserve: Uint128,
    }
    /// USDM joined the redemption queue.
    "mars_claim_queued" ClaimQueued {
        /// Of the claim; they are paid in this order.
        id: u64,
        /// Who will be paid.
        owner: Addr,
        /// uusdm that waits.
        usdm: Uint128,
    }
    /// A claim was paid, whole or in part.
    "mars_claim_settled" ClaimSettled {
        /// Of the claim.
        id: u64,
        /// Who was paid.
        owner: Addr,
        /// uusdm burned.
        burned: Uint128,
        /// uxms paid.
        paid: Uint128,
        /// US dollars that a whole XMS was paid out at.
        price: Decimal,
        /// uusdm given back because it is too little to be paid.
        returned: Uint128,
        /// uusdm that still waits.
        remaining: Uint128,
    }
    /// The owner of a claim took it back.
    "mars_claim_cancelled" ClaimCancelled {
        /// Of the claim.
        id: u64,
        /// Who got the USDM back.
        owner: Addr,
        /// uusdm given back.
        returned: Uint128,
        /// uusdm burned.
        fee: Uint128,
    }
    /// In recovery, USDM was burned for a share of every external asset.
    "mars_basket_claimed" BasketClaimed {
        /// Whose USDM it was.
        owner: Addr,
        /// Who got the assets.
        recipient: Addr,
        /// uusdm burned.
        usdm: Uint128,
        /// The claim of the queue that it waited as, or `none`.
        claim: String,
        /// Amounts with their assets.
        paid: String,
    }
    /// The treasury's assets went into a pool.
    "mars_allocated" Allocated {
        /// Who called.
        sender: Addr,
        /// Id of the pool.
        pool: u32,
        /// uusdm minted for the pool.
        usdm: Uint128,
        /// What went in, in units of the pool's assets.
        amounts: String,
        /// LP units that the treasury got.
        lp: Uint128,
        /// uusdm paid to the caller.
        reward: Uint128,
    }
    /// The treasury took liquidity back.
    "mars_removed" Removed {
        /// Id of the pool.
        pool: u32,
        /// LP units given back.
        lp: Uint128,
        /// What came out, in units of the pool's assets.
        amounts: String,
        /// uusdm of it that was burned.
        burned: Uint128,
        /// Whether anyone took it back in recovery, and not the owner.
        unwound: bool,
    }
    /// A position in a pool was listed or changed.
    "mars_position" PositionSet {
        /// Id of the pool.
        pool: u32,
        /// Greatest worth, µUSD.
        cap: Uint128,
        /// Whether nothing may go in any more.
        exit_only: bool,
    }
    /// The owner sent an external asset away.
    "mars_spent" Spent {
        /// Which.
        asset: Asset,
        /// In units of the asset.
        amount: Uint128,
        /// Who got it.
        recipient: Addr,
    }
    /// Recovery began, by itself or declared.
    "mars_recovery_started" RecoveryStarted {
        /// Why.
        cause: RecoveryCause,
        /// Block time, seconds.
        since: u64,
    }
    /// Recovery ended.
    "mars_recovery_ended" RecoveryEnded {
        /// `clock` or `owner`.
        by: String,
    }
    /// An epoch was closed and its limits fixed.
    "mars_epoch" EpochClosed {
        /// Number of the epoch from which on the limits hold.
        epoch: Epoch,
        /// uxms that circulate.
        circulating: Uint128,
        /// uusdm that XMS could carry before the ceiling, or `none` where XMS has no price.
        raw: String,
        /// uusdm that user-owned USDM may have grown to.
        ceiling: Uint128,
        /// uusdm: the lesser of both; where XMS has no price, that of the last closing under the ceiling.
        cap_user: Uint128,
        /// uusdm outside of the treasury's own positions.
        user_owned: Uint128,
    }
    /// XMS was added to the redemption reserve.
    "mars_reserve_funded" ReserveFunded {
        /// Who gave it.
        sender: Addr,
        /// uxms given.
        amount: Uint128,
        /// uxms in the reserve.
        reserve: Uint128,
    }
    /// The owner took XMS out of the redemption reserve.
    "mars_reserve_withdrawn" ReserveWithdrawn {
        /// Who got it.
        recipient: Addr,
        /// uxms taken.
        amount: Uint128,
        /// uxms left in the reserve.
        reserve: Uint128,
    }
    /// An asset was listed, changed or delisted.
    "mars_asset" AssetSet {
        /// Which.
        asset: Asset,
        /// Class of the asset, 1 to 5.
        level: u8,
        /// Of the asset.
        decimals: u8,
        /// Most that may be held, in units of the asset.
        cap: Uint128,
        /// Whether it is accepted.
        listed: bool,
    }
    /// The contracts whose XMS does not circulate were changed.
    "mars_registry" RegistrySet {
        /// All of them.
        contracts: String,
    }
    /// Parameters were replaced by the owner, or limits lowered by the guardian.
    "mars_limits" LimitsSet {
        /// Who did it.
        sender: Addr,
        /// What was done, in words.
        what: String,
    }
    /// A switch was paused.
    "mars_pause" Paused {
        /// Who did it.
        sender: Addr,
        /// Name of the switch.
        switch: String,
        /// Block time in seconds from which it does not hold any more, or `owner`: until the owner lifts it.
        until: String,
    }
    /// A switch was lifted by the owner.
    "mars_unpause" Unpaused {
        /// The owner.
        sender: Addr,
        /// Name of the switch.
        switch: String,
    }
    /// The guardian was replaced or removed.
    "mars_guardian" GuardianSet {
        /// Its address, or `none`.
        guardian: String,
        /// Block time in seconds from which it has no power.
        sunset: u64,
    }
    /// A step of a transfer of ownership.
    "mars_ownership" OwnershipChanged {
        /// Who owns the contract.
        owner: String,
        /// Who may accept the ownership, or `none`.
        pending_owner: String,
    }
    /// A feeder reported a price.
    "mars_feed" Feed {
        /// Who.
        feeder: Addr,
        /// Of which asset.
        asset: Asset,
        /// US dollars a whole token.
        price: Decimal,
        /// When it was seen, seconds.
        time: u64,
        /// Of all fresh reports, or `none` where they are too few.
        median: String,
    }
    /// An asset got a source of its price, or lost it.
    "mars_source" SourceSet {
        /// Which.
        asset: Asset,
        /// The source as JSON, or `none`.
        source: String,
    }
    /// XMS was staked, sent or restaked.
    "mars_stake" Staked {
        /// Whose stake it is.
        staker: Addr,
        /// uxms added.
        amount: Uint128,
        /// uxms that the staker has staked now.
        stake: Uint128,
        /// uxms that all have staked now.
        staked: Uint128,
    }
    /// A stake ended and unbonds.
    "mars_unstake" Unstaked {
        /// Whose stake it was.
        staker: Addr,
        /// uxms taken out.
        amount: Uint128,
        /// uxms that the staker has staked now.
        stake: Uint128,
        /// uxms that all have staked now.
        staked: Uint128,
        /// Block time from which it can be withdrawn, seconds.
        release: u64,
    }
    /// Unbonded XMS was paid out.
    "mars_withdraw" Withdrawn {
        /// Who got it.
        staker: Addr,
        /// uxms paid.
        amount: Uint128,
    }
    /// Staking rewards were paid out or restaked.
    "mars_claim" Claimed {
        /// Who got them.
        staker: Addr,
        /// uxms.
        amount: Uint128,
        /// Whether they were staked at once.
        restaked: bool,
    }
    /// A staker's votes went to another, or back.
    "mars_delegate" Delegated {
        /// Whose votes they are.
        staker: Addr,
        /// Who had them.
        from: Addr,
        /// Who has them.
        to: Addr,
        /// Votes, uxms.
        amount: Uint128,
    }
    /// XMS began to stream to stakers.
    "mars_stream" Streamed {
        /// Who gave it.
        sender: Addr,
        /// `emission` or `buy_back`.
        stream: String,
        /// uxms given.
        amount: Uint128,
        /// uxms that stream from now on, with what was left of the stream before.
        total: Uint128,
        /// Seconds.
        duration: u64,
    }
    /// A proposal was made.
    "mars_proposal" Proposed {
        /// Its id.
        proposal: u64,
        /// Who made it.
        proposer: Addr,
        /// Whether it needs the greater quorum.
        heavy: bool,
        /// How many messages it carries out.
        messages: u64,
        /// Block time from which votes count, seconds.
        starts: u64,
        /// Block time at which the vote is over, seconds.
        ends: u64,
    }
    /// A vote was cast.
    "mars_vote" Voted {
        /// Id of the proposal.
        proposal: u64,
        /// Who voted.
        voter: Addr,
        /// What.
        choice: Choice,
        /// Votes, uxms.
        power: Uint128,
    }
    /// The timelock of a proposal began.
    "mars_queue" Queued {
        /// Id of the proposal.
        proposal: u64,
        /// Seconds.
        timelock: u64,
        /// Whether it is doubled.
        doubled: bool,
        /// Block time from which it can be executed, seconds.
        eta: u64,
        /// Block time from which it cannot any more, seconds.
        expires: u64,
    }
    /// A proposal was carried out.
    "mars_execute" Executed {
        /// Id of the proposal.
        proposal: u64,
        /// Who called.
        sender: Addr,
        /// How many messages it carried out.
        messages: u64,
    }
    /// One message of a proposal was carried out.
    "mars_message" MessageExecuted {
        /// Id of the proposal.
        proposal: u64,
        /// Its number, from 1.
        message: u64,
    }
    /// The guardian ended a proposal.
    "mars_veto" Vetoed {
        /// Id of the proposal.
        proposal: u64,
        /// The guardian.
        sender: Addr,
        /// In its words.
        reason: String,
    }
    /// A proposal was taken back, or its proposer lost the power to propose.
    "mars_cancel" Cancelled {
        /// Id of the proposal.
        proposal: u64,
        /// Who called.
        sender: Addr,
    }
    /// The DAO's numbers or registries were changed.
    "mars_dao" DaoSet {
        /// Name of the message that did it.
        what: String,
    }
    /// A pool was created; it has no liquidity yet.
    "mars_pool" PoolCreated {
        /// Its id.
        pool: u32,
        /// `constant_product` or `stable`.
        kind: String,
        /// In the order of the pool.
        assets: String,
        /// The token of its shares.
        lp_token: Addr,
        /// Who created it.
        creator: Addr,
    }
    /// Something about a pool, or about pools to come, was set by the owner.
    "mars_pool_set" PoolSet {
        /// Id of the pool; 0: the contract itself.
        pool: u32,
        /// What was set, in words.
        what: String,
    }
    /// Liquidity came into a pool.
    "mars_liquidity_added" LiquidityAdded {
        /// Id of the pool.
        pool: u32,
        /// Who paid.
        sender: Addr,
        /// Who got the LP tokens.
        recipient: Addr,
        /// In units of the pool's assets.
        amounts: String,
        /// For what was out of proportion, in units of the pool's assets.
        fees: String,
        /// LP units made.
        lp: Uint128,
        /// LP units that there are now.
        lp_supply: Uint128,
    }
    /// Liquidity left a pool.
    "mars_liquidity_removed" LiquidityRemoved {
        /// Id of the pool.
        pool: u32,
        /// Who sent the LP tokens.
        sender: Addr,
        /// Who got the assets.
        recipient: Addr,
        /// LP units burned.
        lp: Uint128,
        /// In units of the pool's assets.
        amounts: String,
        /// For what was out of proportion, in units of the pool's assets.
        fees: String,
        /// LP units that there are now.
        lp_supply: Uint128,
    }
    /// A swap was settled. Its hops follow in the order of the route.
    "mars_swap" Swapped {
        /// Who paid.
        sender: Addr,
        /// Who got the result.
        recipient: Addr,
        /// What was paid.
        offer: Asset,
        /// In its units.
        offered: Uint128,
        /// What came out.
        ask: Asset,
        /// In its units.
        received: Uint128,
        /// Ids of the pools.
        route: String,
    }
    /// One pool of a swap's route.
    "mars_hop" Hopped {
        /// Id of the pool.
        pool: u32,
        /// What went in.
        offer: Asset,
        /// In its units.
        offered: Uint128,
        /// What came out.
        ask: Asset,
        /// In its units, after fees.
        received: Uint128,
        /// All fees, in units of what came out.
        fee: Uint128,
        /// The protocol's part of them.
        protocol_fee: Uint128,
    }
    /// The protocol's fees in one asset were paid to the fee collector.
    "mars_fees" FeesCollected {
        /// Who called.
        sender: Addr,
        /// Who got them.
        collector: Addr,
        /// Which.
        asset: Asset,
        /// In units of the asset.
        amount: Uint128,
    }
    /// The fee collector swapped a slice of an asset for XMS.
    "mars_fees_converted" FeesConverted {
        /// Who called.
        sender: Addr,
        /// Which.
        asset: Asset,
        /// In units of the asset.
        amount: Uint128,
        /// uxms that it was worth by the averages of the pools.
        fair: Uint128,
        /// Least uxms that were accepted.
        min_out: Uint128,
        /// uxms bought.
        xms: Uint128,
    }
    /// The fee collector shared out XMS.
    "mars_fees_distributed" FeesDistributed {
        /// Who called.
        sender: Addr,
        /// uxms that stream to stakers.
        to_stakers: Uint128,
        /// uxms burned.
        burned: Uint128,
        /// uxms kept for the owner.
        retained: Uint128,
    }
    /// The owner took out what has no route, or XMS that was retained.
    "mars_fees_withdrawn" FeesWithdrawn {
        /// Who got it.
        recipient: Addr,
        /// Which.
        asset: Asset,
        /// In units of the asset.
        amount: Uint128,
    }
    /// An asset got its route to XMS, or lost it.
    "mars_route" RouteSet {
        /// Which.
        asset: Asset,
        /// Ids of the pools, or `none`.
        pools: String,
    }
}
