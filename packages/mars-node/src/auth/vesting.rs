//! Accounts whose coins come free with time, and the messages that make them.

use cosmwasm_std_vm::Uint512;

use super::account::{self, Account};
use crate::bank;
use crate::coin::{self, Coin, Uint256};
use crate::context::{Ctx, Time};
use crate::error::{Error, Result, sdk};
use crate::proto::cosmos::auth::v1beta1::BaseAccount;
use crate::proto::cosmos::vesting::v1beta1::{
    BaseVestingAccount, ContinuousVestingAccount, DelayedVestingAccount, MsgCreatePeriodicVestingAccount,
    MsgCreatePermanentLockedAccount, MsgCreateVestingAccount, Period, PeriodicVestingAccount,
    PermanentLockedAccount,
};

/// One in the decimals of the SDK, which have 18 places.
const ONE: u64 = 1_000_000_000_000_000_000;

/// What of an account's coins is not free yet at `time`.
pub fn locked(account: &Account, time: Time) -> Vec<Coin> {
    let now = i64::try_from(time.0 / 1_000_000_000).unwrap_or(i64::MAX);
    let Some(base) = account.vesting() else { return Vec::new() };
    let all = coin::validate(&base.original_vesting).unwrap_or_default();
    if !matches!(account, Account::Locked(_)) && now >= base.end_time {
        return Vec::new();
    }
    match account {
        Account::Continuous(account) if now > account.start_time => {
            let share = share(now.abs_diff(account.start_time), base.end_time.abs_diff(account.start_time));
            let left = all.into_iter().map(|coin| {
                let vested = part(coin.amount, share);
                Coin { amount: coin.amount.saturating_sub(vested), ..coin }
            });
            left.filter(|coin| !coin.amount.is_zero()).collect()
        }
        Account::Periodic(account) => {
            let mut begin = account.start_time;
            let mut left = all.clone();
            for period in &account.vesting_periods {
                if now.saturating_sub(begin) < period.length {
                    break;
                }
                begin = begin.saturating_add(period.length);
                let vested = coin::validate(&period.amount).unwrap_or_default();
                left = coin::subtract(left, &vested).unwrap_or_default();
            }
            left
        }
        _ => all,
    }
}

/// `passed / whole` in units of 10^-18, rounded to the even neighbour when in the middle.
fn share(passed: u64, whole: u64) -> Uint256 {
    let scaled = Uint256::from(passed).saturating_mul(Uint256::from(ONE)).saturating_mul(Uint256::from(ONE));
    let quotient = scaled.checked_div(Uint256::from(whole)).unwrap_or_default();
    Uint256::try_from(round(Uint512::from(quotient))).unwrap_or_else(|_| Uint256::from(ONE))
}

/// `share` of `amount`, rounded to the even neighbour when in the middle.
fn part(amount: Uint256, share: Uint256) -> Uint256 {
    Uint256::try_from(round(amount.full_mul(share))).unwrap_or(amount)
}

/// A number of units of 10^-18 as a whole number, as the SDK rounds.
fn round(atomics: Uint512) -> Uint512 {
    let one = Uint512::from(ONE);
    let (whole, rest) = (atomics / one, atomics % one);
    let half = one / Uint512::from(2_u64);
    let is_odd = whole % Uint512::from(2_u64) == Uint512::one();
    if rest > half || rest == half && is_odd { whole.saturating_add(Uint512::one()) } else { whole }
}

fn addresses(ctx: &Ctx, from: &str, to: &str) -> Result<(Vec<u8>, Vec<u8>)> {
    let invalid =
        |what: &str, error: Error| sdk::INVALID_ADDRESS.wrap(format!("invalid '{what}' address: {error}"));
    let from = ctx.address(from).map_err(|error| invalid("from", error))?;
    let to = ctx.address(to).map_err(|error| invalid("to", error))?;
    Ok((from, to))
}

fn require_new(ctx: &Ctx, to: &[u8], text: &str) -> Result<()> {
    if account::get(ctx, to)?.is_some() {
        return Err(sdk::INVALID_REQUEST.wrap(format!("account {text} already exists")));
    }
    Ok(())
}

fn base(ctx: &Ctx, to: &[u8], original: &[Coin], end_time: i64) -> Result<BaseVestingAccount> {
    Ok(BaseVestingAccount {
        base_account: Some(BaseAccount {
            address: ctx.text(to),
            pub_key: None,
            account_number: account::next_number(ctx)?,
            sequence: 0,
        }),
        original_vesting: coin::to_proto(original),
        delegated_free: Vec::new(),
        delegated_vesting: Vec::new(),
        end_time,
    })
}

/// `MsgCreateVestingAccount`: free by and by, or all at the end.
pub fn create(ctx: &Ctx, msg: &MsgCreateVestingAccount) -> Result<()> {
    let (from, to) = addresses(ctx, &msg.from_address, &msg.to_address)?;
    let coins = bank::validated(&msg.amount)?;
    if msg.end_time <= 0 {
        return Err(sdk::INVALID_REQUEST.wrap("invalid end time"));
    }
    bank::require_send_enabled(ctx, coins.iter().map(|coin| coin.denom.as_str()))?;
    bank::require_receiver(ctx, &to, &msg.to_address)?;
    require_new(ctx, &to, &msg.to_address)?;
    let base = Some(base(ctx, &to, &coins, msg.end_time)?);
    let new = if msg.delayed {
        Account::Delayed(DelayedVestingAccount { base_vesting_account: base })
    } else {
        let start_time = i64::try_from(ctx.block.time.0 / 1_000_000_000).unwrap_or(i64::MAX);
        Account::Continuous(ContinuousVestingAccount { base_vesting_account: base, start_time })
    };
    account::put(ctx, &to, &new)?;
    bank::send(ctx, &from, &to, &coins)
}

/// `MsgCreatePermanentLockedAccount`: never free.
pub fn create_locked(ctx: &Ctx, msg: &MsgCreatePermanentLockedAccount) -> Result<()> {
    let (from, to) = addresses(ctx, &msg.from_address, &msg.to_address)?;
    let coins = bank::validated(&msg.amount)?;
    bank::require_send_enabled(ctx, coins.iter().map(|coin| coin.denom.as_str()))?;
    bank::require_receiver(ctx, &to, &msg.to_address)?;
    require_new(ctx, &to, &msg.to_address)?;
    let base = base(ctx, &to, &coins, 0)?;
    let new = Account::Locked(PermanentLockedAccount { base_vesting_account: Some(base) });
    account::put(ctx, &to, &new)?;
    bank::send(ctx, &from, &to, &coins)
}

/// `MsgCreatePeriodicVestingAccount`: free in steps.
pub fn create_periodic(ctx: &Ctx, msg: &MsgCreatePeriodicVestingAccount) -> Result<()> {
    let (from, to) = addresses(ctx, &msg.from_address, &msg.to_address)?;
    if msg.start_time < 1 {
        return Err(sdk::INVALID_REQUEST
            .wrap(format!("invalid start time of {}, length must be greater than 0", msg.start_time)));
    }
    let (total, end_time) = periods(msg.start_time, &msg.vesting_periods)?;
    bank::require_receiver(ctx, &to, &msg.to_address)?;
    require_new(ctx, &to, &msg.to_address)?;
    bank::require_send_enabled(ctx, total.iter().map(|coin| coin.denom.as_str()))?;
    let base = base(ctx, &to, &total, end_time)?;
    if msg.start_time >= end_time {
        return Err(sdk::INVALID_REQUEST.wrap("vesting start-time cannot be before end-time"));
    }
    let new = Account::Periodic(PeriodicVestingAccount {
        base_vesting_account: Some(base),
        start_time: msg.start_time,
        vesting_periods: msg.vesting_periods.clone(),
    });
    account::put(ctx, &to, &new)?;
    bank::send(ctx, &from, &to, &total)
}

/// What all `periods` free together, and when the last one ends.
fn periods(start: i64, periods: &[Period]) -> Result<(Vec<Coin>, i64)> {
    let mut total: Vec<Coin> = Vec::new();
    let mut end = start;
    for (index, period) in periods.iter().enumerate() {
        if period.length < 1 {
            return Err(sdk::INVALID_REQUEST.wrap(format!(
                "invalid period length of {} in period {index}, length must be greater than 0",
                period.length
            )));
        }
        for coin in bank::validated(&period.amount)? {
            total = coin::add(total, coin).ok_or_else(|| Error::panic("integer overflow"))?;
        }
        end = end.wrapping_add(period.length);
    }
    Ok((total, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn continuous(amount: u64, start_time: i64, end_time: i64) -> Account {
        let original_vesting = vec![Coin::new("umars", amount).to_proto()];
        let base = BaseVestingAccount { original_vesting, end_time, ..BaseVestingAccount::default() };
        Account::Continuous(ContinuousVestingAccount { base_vesting_account: Some(base), start_time })
    }

    fn locked_at(account: &Account, seconds: u64) -> String {
        coin::text(&locked(account, Time(seconds * 1_000_000_000)))
    }

    #[test]
    fn coins_come_free_by_the_second() {
        let account = continuous(1_000, 100, 107);
        assert_eq!(locked_at(&account, 100), "1000umars");
        // 1000/7 = 142.857..., 2000/7 = 285.71...
        assert_eq!(locked_at(&account, 101), "857umars");
        assert_eq!(locked_at(&account, 102), "714umars");
        assert_eq!(locked_at(&account, 106), "143umars");
        assert_eq!(locked_at(&account, 107), "");
    }

    #[test]
    fn the_middle_is_rounded_to_the_even_neighbour() {
        // Half of 1 and of 3: 0.5 is nothing, 1.5 is two.
        assert_eq!(locked_at(&continuous(1, 0, 2), 1), "1umars");
        assert_eq!(locked_at(&continuous(3, 0, 2), 1), "1umars");
    }
}
