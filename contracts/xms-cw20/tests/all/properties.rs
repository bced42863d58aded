use cw20::Cw20ExecuteMsg as Msg;
use mars_types::token::XMS_SUPPLY;
use proptest::prelude::*;

use super::setup::instantiate;

#[derive(Clone, Debug)]
struct Call {
    sender: usize,
    receiver: usize,
    amount: u128,
    burn: bool,
}

const ROLES: [&str; 4] = ["dao", "team", "investor", "staker"];
const SUPPLY: u128 = XMS_SUPPLY.u128();

fn call() -> impl Strategy<Value = Call> {
    // Amounts of every size, many larger than any balance.
    (0..4usize, 0..4usize, 0..51u32, prop::bool::weighted(0.3)).prop_flat_map(
        |(sender, receiver, bits, burn)| {
            (0..=1u128 << bits).prop_map(move |amount| Call { sender, receiver, amount, burn })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_supply_only_falls_and_is_the_sum_of_the_balances(
        shares in prop::collection::vec(0..=SUPPLY / 4, 3),
        calls in prop::collection::vec(call(), 1..40),
    ) {
        let rest = SUPPLY - shares.iter().sum::<u128>();
        let distribution: Vec<(&str, u128)> = ROLES.into_iter().zip(shares.into_iter().chain([rest])).collect();
        let mut token = instantiate(&distribution).unwrap();
        let holders = token.holders.clone();
        let mut supply = SUPPLY;
        for call in calls {
            let sender = &holders[call.sender];
            let (held, amount) = (token.balance(sender), call.amount.into());
            let msg = match call.burn {
                true => Msg::Burn { amount },
                false => Msg::Transfer { recipient: holders[call.receiver].to_string(), amount },
            };
            let done = token.execute(sender, msg).is_ok();
            prop_assert_eq!(done, call.amount <= held);
            supply -= if done && call.burn { call.amount } else { 0 };
            prop_assert_eq!(token.info().total_supply.u128(), supply);
            prop_assert_eq!(holders.iter().map(|holder| token.balance(holder)).sum::<u128>(), supply);
        }
    }
}
