use std::fmt;

use cosmwasm_schema::cw_serde;

macro_rules! refusal_codes {
    ($($variant:ident $code:literal $explanation:literal)*) => {
        /// Why a contract refused. The same code stands in the error of a transaction and in a simulation; codes are
        /// never renamed or reused.
        #[cw_serde]
        #[derive(Copy, Eq, PartialOrd, Ord)]
        pub enum RefusalCode {
            $(#[doc = $explanation] $variant,)*
        }

        impl RefusalCode {
            pub const ALL: &'static [RefusalCode] = &[$(Self::$variant,)*];

            /// The code as it is written in errors and JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What it means and what the caller can do, in one or two sentences.
            pub fn explain(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)* }
            }
        }
    };
}

refusal_codes! {
    Unauthorized "unauthorized" "The sender does not hold the role that this message needs (owner, guardian before its sunset, feeder or minter)."
    Paused "paused" "This switch is paused. The limit is the time at which the pause lapses, or `owner` when only the owner can lift it."
    AlreadyPaused "already_paused" "The switch is paused already; the guardian can neither shorten nor prolong a pause."
    PauseResting "pause_resting" "The guardian paused this switch a short while ago and may not repeat it before the time given as limit."
    NotListed "not_listed" "The asset is not in the contract's registry, or is delisted: it is not accepted."
    AlreadyListed "already_listed" "The asset is in the registry already; its level and decimals never change."
    WrongFunds "wrong_funds" "The attached coins are not exactly what the message takes: one coin of one listed denom, or none at all."
    WrongToken "wrong_token" "The cw20 token that called this contract is not the one that this message takes."
    UnknownHook "unknown_hook" "The message inside the cw20 Send is not one that this contract knows."
    InvalidInput "invalid_input" "A field of the message is outside its bounds. Value and limit name it."
    DeadlinePassed "deadline_passed" "The block time is after the deadline of the message. Send it again with a later one."
    NoPrice "no_price" "There is no usable price: too few fresh sources, a stale or paused feed, or no source at all. Wait for the feeders."
    BelowStableGate "below_stable_gate" "The median price of this stablecoin is below the gate (0.995 by default): it is not accepted while it is off its peg."
    BootstrapLevelOne "bootstrap_level_one" "External assets are below the bootstrap floor, and until they reach it only level-1 assets are taken."
    ClassLimit "class_limit" "The deposit would lift its asset class above its greatest share of the external assets."
    AssetCap "asset_cap" "The deposit would lift the treasury's holding above the cap of this asset. Both numbers are in units of the asset."
    MintLimit "mint_limit" "More USDM than the mint limit of the current window has left. The limit refills over a day."
    SupplyCap "supply_cap" "User-owned USDM after the mint would exceed `cap_user`, what XMS can carry now. The limit is `cap_user`."
    CoverageShort "coverage_short" "A mint with XMS is paid out of surplus only: user-owned USDM afterwards would exceed the external assets."
    SpendLimit "spend_limit" "The spend is worth more than the day's spend limit has left. Both numbers are in 10^-6 US dollars. The limit is a share of the external assets and refills over a day."
    MinOut "min_out" "The result would be less than the least that the caller accepts."
    TooSmall "too_small" "The amount is so small that nothing would come out."
    EpochBudget "epoch_budget" "The redemption is larger than what is left of this epoch's budget. It refills within 180 seconds."
    DayBudget "day_budget" "The redemption is larger than what is left of the day's budget. It refills over 24 hours."
    ReserveShort "reserve_short" "The XMS reserve does not hold enough to pay this redemption."
    ReserveLocked "reserve_locked" "The reserve may be withdrawn only with an empty queue, outside of recovery, and while what stays is worth at least half of the user-owned USDM."
    Stress "stress" "The XMS price is more than 5 % away from its 30-minute average: no redemption is paid directly."
    QueueAhead "queue_ahead" "Others wait in the redemption queue, and the budget is theirs first. Ask to be queued, or wait."
    ClaimMinimum "claim_minimum" "What would wait in the queue is less than the smallest claim, 10 USDM. Redeem less, or more."
    Recovery "recovery" "The protocol is in recovery: minting, redeeming for XMS and settling are closed. USDM is exchanged for the basket of assets instead."
    NoRecovery "no_recovery" "The basket of assets is paid only while the protocol is in recovery."
    Unwinding "unwinding" "The treasury is still taking back its positions; the basket opens when that is done, or 24 hours after recovery began."
    Disagree "disagree" "The sources of this price are further apart than its bound: nobody can say which of them is right."
    PoolYoung "pool_young" "The pool that tells this price had its first liquidity a short while ago. It tells from the age given as limit."
    PoolShallow "pool_shallow" "No pool that tells this price is deep enough for it. Value and limit are in 10^-6 US dollars."
    OffPeg "off_peg" "The price comes through USDM, which trades below 0.95, or has no pool that tells."
    PoolPrice "pool_price" "The pool is further from the oracle's price than 0.3 %, at the last block or in this one: no liquidity is added or removed."
    SliceLimit "slice_limit" "One epoch puts no more than 0.25 % of user-owned USDM into one pool."
    PositionCap "position_cap" "The position would be larger than it may be: its own cap, 25 % of user-owned USDM, or 15 % of the external assets beside XMS."
    ExitOnly "exit_only" "Nothing may go into this position any more; it can only be taken back."
    TooMany "too_many" "The list or registry would be longer than its bound."
    Duplicate "duplicate" "The same entry stands twice, or is registered already."
    NotFound "not_found" "There is no such entry."
    LimitRaise "limit_raise" "This message only lowers limits; only the owner can raise one, by replacing the parameters."
    RatioStep "ratio_step" "The support ratio may rise by at most 2,500 basis points within 30 days."
    SourceForbidden "source_forbidden" "This asset may not have a source of this kind: a fixed price of USDM would hide the loss of its peg."
    ReportTime "report_time" "The time of a price report must be later than the same feeder's last one and not in the future."
    InvalidPrice "invalid_price" "A price below 10^-12 US dollars is no price."
    PowerShort "power_short" "Proposing needs more voting power, as it stood at the height before. Stake, or be delegated to."
    NoPower "no_power" "The account had no voting power after the block before the proposal was made. Later stakes count for later proposals."
    Voted "voted" "The account has voted on this proposal. A vote is final."
    WrongStatus "wrong_status" "The proposal is not in a state in which this can be done. Value and limit name the state and those that it takes."
    TooEarly "too_early" "This was done a short while ago. The limit is the first block time at which it can be done again."
    BeyondVeto "beyond_veto" "The proposal only replaces guardians: the guardian cannot veto it."
    ControlRatio "control_ratio" "The market value of XMS is below twice the external assets, or nobody knows: messages that move external assets wait until it is above."
    MessageFailed "message_failed" "A message of the proposal failed, so none was carried out. The proposal stays executable until it expires."
    Allowance "allowance" "The allowance is missing, expired or smaller than the amount."
    ExpiryPast "expiry_past" "The expiry of an allowance must lie in the future."
    Balance "balance" "The balance, stake or amount that unbonds is smaller than what was asked."
    Unreleased "unreleased" "Nothing has finished unbonding. The limit is the block time at which the first part does, or `nothing unbonds`."
    TokenItself "token_itself" "Tokens sent to the token's own contract would be lost."
    NoMinter "no_minter" "Nobody can mint this token."
    NotInPool "not_in_pool" "The asset is not one of the pool's, or comes in and goes out at once."
    EmptyPool "empty_pool" "The pool has no liquidity yet: the first to provide sets its price, and nothing can be swapped before."
    MaxIn "max_in" "The swap would cost more than the caller pays at most."
    LiquidityShort "liquidity_short" "The pool does not hold that much: its reserve of the asset would be used up."
    ShareLimit "share_limit" "The trade would let an asset grow above its greatest share of the stable pool. Trades the other way and proportional withdrawals are open."
    RampStep "ramp_step" "The amplification may at most double or halve within a day, and one ramp must not start within a day of the last."
    NotConverged "not_converged" "The curve of the pool has no solution for this amount within 255 rounds. Nothing was changed."
    NotNewer "not_newer" "A migration goes only to a newer version of the same contract."
    Overflow "overflow" "A number does not fit. Nothing was changed."
    Chain "chain" "The chain or another contract answered with an error of its own."
}

impl fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for RefusalCode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text).ok_or(())
    }
}

/// A refusal with what was asked and the limit that binds. Its text is the text of the error on the chain.
#[cw_serde]
pub struct Refusal {
    pub code: RefusalCode,
    /// What was refused, in words.
    pub message: String,
    /// The value that was refused; empty where there is none.
    pub value: String,
    /// The limit that it broke; empty where there is none.
    pub limit: String,
}

impl Refusal {
    pub fn new(
        code: RefusalCode,
        message: impl Into<String>,
        value: impl ToString,
        limit: impl ToString,
    ) -> Self {
        Self { code, message: message.into(), value: value.to_string(), limit: limit.to_string() }
    }

    /// The refusal inside an error text of the chain, which wraps it in words of its own on both sides.
    ///
    /// Finds the last `code: message (value V, limit L)` whose code is known.
    pub fn find(text: &str) -> Option<Self> {
        let (head, limit) = text.rsplit_once(", limit ")?;
        let limit = limit.split(')').next()?;
        let (head, value) = head.rsplit_once(" (value ")?;
        let mut parts: Vec<&str> = head.split(": ").collect();
        while let Some(message) = parts.pop() {
            if let Some(code) = parts.last().and_then(|code| code.parse().ok()) {
                let start = head.rfind(message)?;
                return Some(Self::new(code, head.get(start..)?, value, limit));
            }
        }
        None
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (value {}, limit {})", self.code, self.message, self.value, self.limit)
    }
}

/// What a call would do in this block: its receipt, or the refusal that it would get.
#[cw_serde]
pub struct Simulation<T> {
    pub receipt: Option<T>,
    pub refusal: Option<Refusal>,
}

impl<T> Simulation<T> {
    pub fn of<E: Into<Refusal>>(result: Result<T, E>) -> Self {
        match result {
            Ok(receipt) => Self { receipt: Some(receipt), refusal: None },
            Err(error) => Self { receipt: None, refusal: Some(error.into()) },
        }
    }

    /// For who asked another contract.
    pub fn result(self) -> Result<T, Refusal> {
        self.receipt.ok_or_else(|| {
            self.refusal.unwrap_or_else(|| {
                Refusal::new(RefusalCode::Chain, "a simulation gave neither receipt nor refusal", "", "")
            })
        })
    }
}

/// A field of a message or configuration outside its bounds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} is out of bounds (value {value}, limit {limit})")]
pub struct InvalidInput {
    pub field: String,
    pub value: String,
    pub limit: String,
}

impl InvalidInput {
    pub fn new(field: impl Into<String>, value: impl ToString, limit: impl ToString) -> Self {
        Self { field: field.into(), value: value.to_string(), limit: limit.to_string() }
    }

    /// Refuses a `value` outside `least..=most`.
    pub fn unless_within<T: PartialOrd + fmt::Display>(
        field: &str,
        value: T,
        least: T,
        most: T,
    ) -> Result<(), Self> {
        if value < least || value > most {
            return Err(Self::new(field, value, format!("{least} to {most}")));
        }
        Ok(())
    }
}

impl From<InvalidInput> for Refusal {
    fn from(error: InvalidInput) -> Self {
        Self::new(
            RefusalCode::InvalidInput,
            format!("{} is out of bounds", error.field),
            error.value,
            error.limit,
        )
    }
}

/// An entry that a list cannot take or does not have, or a list longer than its bound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", Refusal::from(self))]
pub enum ListError {
    /// `what` names the entries, in the plural.
    TooMany { what: &'static str, count: usize, most: usize },
    /// `what` names the entry, with its article.
    Duplicate { what: &'static str, entry: String },
    /// `what` names the entry, without an article.
    NotFound { what: &'static str, entry: String },
}

impl ListError {
    pub fn duplicate(what: &'static str, entry: impl ToString) -> Self {
        Self::Duplicate { what, entry: entry.to_string() }
    }

    pub fn not_found(what: &'static str, entry: impl ToString) -> Self {
        Self::NotFound { what, entry: entry.to_string() }
    }

    /// Refuses more than `most` entries.
    pub fn unless_at_most(what: &'static str, count: usize, most: usize) -> Result<(), Self> {
        if count > most { Err(Self::TooMany { what, count, most }) } else { Ok(()) }
    }
}

impl From<&ListError> for Refusal {
    fn from(error: &ListError) -> Self {
        use RefusalCode as Code;
        match error {
            ListError::TooMany { what, count, most } => {
                Self::new(Code::TooMany, format!("too many {what}"), count, most)
            }
            ListError::Duplicate { what, entry } => {
                Self::new(Code::Duplicate, format!("{what} stands there already"), entry, "once")
            }
            ListError::NotFound { what, entry } => {
                Self::new(Code::NotFound, format!("there is no such {what}"), entry, "an entry that exists")
            }
        }
    }
}
