use cosmwasm_schema::cw_serde;

/// A guardian's pause of what nobody needs to get out ends by itself after 14 days unless the owner confirms it.
pub const GUARDIAN_PAUSE: GuardianPause = GuardianPause { lapse: 14 * 86_400, rest: 0 };
/// A guardian's pause that can stand in the way of an exit, of redemption or of a price, ends after 72 hours and cannot
/// be repeated within 7 days of its end.
pub const GUARDIAN_EXIT_PAUSE: GuardianPause = GuardianPause { lapse: 72 * 3_600, rest: 7 * 86_400 };

/// How long a guardian's pause lasts, and how long the switch then rests before the guardian may pause it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardianPause {
    pub lapse: u64,
    pub rest: u64,
}

#[cw_serde]
#[derive(Copy)]
pub struct Pause {
    /// Block time at which it began.
    pub since: u64,
    /// First block time at which it no longer holds; none: until the owner lifts it.
    pub until: Option<u64>,
}

/// One switch that stops one thing. The owner may pause and lift; the guardian may only pause, for a limited time.
#[cw_serde]
#[derive(Copy, Default)]
pub struct PauseSwitch {
    pub pause: Option<Pause>,
    /// The guardian may not pause before this time.
    pub guardian_rests_until: u64,
}

/// All switches of a contract, or a page of them.
#[cw_serde]
#[schemars(rename = "PausesResponse")]
pub struct PausesResponse<S> {
    pub pauses: Vec<PauseEntry<S>>,
}

/// What can be stopped, and whether it is.
#[cw_serde]
#[schemars(rename = "PauseEntry")]
pub struct PauseEntry<S> {
    pub switch: S,
    pub state: PauseSwitch,
    /// Whether the pause holds in this block.
    pub paused: bool,
}

/// Why a guardian could not pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseRefused {
    /// A pause that holds already would be shortened or prolonged.
    AlreadyPaused,
    /// The switch rests until the given time.
    Resting { until: u64 },
}

impl PauseSwitch {
    pub fn paused(&self, now: u64) -> bool {
        self.pause.is_some_and(|pause| pause.until.is_none_or(|until| now < until))
    }

    pub fn by_owner(self, now: u64) -> Self {
        Self { pause: Some(Pause { since: now, until: None }), ..self }
    }

    pub fn by_guardian(self, now: u64, rule: GuardianPause) -> Result<Self, PauseRefused> {
        if self.paused(now) {
            return Err(PauseRefused::AlreadyPaused);
        }
        if now < self.guardian_rests_until {
            return Err(PauseRefused::Resting { until: self.guardian_rests_until });
        }
        let until = now.saturating_add(rule.lapse);
        let guardian_rests_until = match rule.rest {
            // A false alarm that the owner lifts early must not disarm the guardian.
            0 => self.guardian_rests_until,
            rest => until.saturating_add(rest),
        };
        Ok(Self { pause: Some(Pause { since: now, until: Some(until) }), guardian_rests_until })
    }

    /// The rest of the guardian stays as it was: lifting a pause early does not open the way for the next.
    pub fn lifted(self) -> Self {
        Self { pause: None, ..self }
    }
}
