use cosmwasm_std::{Decimal, Uint128};
use mars_testing::Actor::{Minter, Stranger, Trader};
use mars_testing::Token::{Btc, Busd, Eth, Gold, Usdc};
use mars_testing::{decimal, refused, Mars, Mint, Token};
use mars_types::treasury::{MintReceipt, MintRequirement, QueryMsg};
use mars_types::RefusalCode;

use super::{ONE, THOUSAND};

fn required(mars: &Mars, token: Token, usdm: u128) -> MintRequirement {
    mars.ask_treasury(&QueryMsg::RequiredForMint { asset: mars.unchecked(token), usdm: Uint128::new(usdm) })
}

#[test]
fn a_hundred_usdc_are_a_hundred_usdm() {
    let mut mars = Mars::deploy();
    let receipt = mars.mint(Minter, Usdc, 100 * ONE).unwrap();
    assert_eq!(
        receipt,
        MintReceipt {
            asset: mars.asset(Usdc),
            amount: Uint128::new(100 * ONE),
            price: Decimal::one(),
            value: Uint128::new(100 * ONE),
            fee: Uint128::zero(),
            usdm: Uint128::new(100 * ONE),
            room: Uint128::new(1_020_000 * ONE - 100 * ONE),
        }
    );
    assert_eq!(mars.usdm_of(Minter), 100 * ONE);
    assert_eq!(mars.held(Usdc), 100 * ONE);
    mars.assert_invariants();
}

#[test]
fn t01_ten_thousand_gold_at_1_05() {
    let mut mars = Mars::builder().price(Gold, "1.05").build();
    mars.mint(Minter, Usdc, 200 * THOUSAND).unwrap();
    let receipt = mars.mint(Minter, Gold, Gold.units(10_000)).unwrap();
    assert_eq!(receipt.price, decimal("1.05"));
    assert_eq!(receipt.value.u128(), 10_500_000_000);
    assert_eq!(receipt.usdm.u128(), 10_489_500_000);
    assert_eq!(receipt.fee.u128(), 10_500_000);
    assert_eq!(mars.solvency().fees_captured.u128(), 10_500_000);
    mars.assert_invariants();
}

#[test]
fn t02_the_inverse_is_the_least_that_suffices() {
    let mut mars = Mars::builder().price(Gold, "1.05").build();
    mars.mint(Minter, Usdc, 200 * THOUSAND).unwrap();
    let requirement = required(&mars, Gold, 10_000 * ONE);
    assert_eq!(requirement.amount.u128(), 9_533_342_866_676_200_009_534);
    assert_eq!(requirement.simulation.receipt.unwrap().usdm.u128(), 10_000 * ONE);

    let less = mars.mint(Minter, Gold, requirement.amount.u128() - 1).unwrap();
    assert_eq!(less.usdm.u128(), 10_000 * ONE - 1);
    let exact = mars.mint(Minter, Gold, requirement.amount.u128()).unwrap();
    assert_eq!(exact.usdm.u128(), 10_000 * ONE);
}

#[test]
fn t03_a_stablecoin_is_credited_at_no_more_than_a_dollar() {
    for (price, usdm) in [("1.05", 10_000_000_000), ("0.9987", 9_987_000_000)] {
        let mut mars = Mars::builder().price(Usdc, price).build();
        let receipt = mars.mint(Minter, Usdc, 10_000 * ONE).unwrap();
        assert_eq!(receipt.usdm.u128(), usdm);
        assert_eq!(receipt.value.u128(), usdm);
        assert_eq!(receipt.fee.u128(), 0);
    }
}

#[test]
fn t04_bitcoin_with_eight_decimals() {
    let mut mars = Mars::builder().price(Btc, "61234.56").build();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    let receipt = mars.mint(Minter, Btc, 123_456_789).unwrap();
    assert_eq!(receipt.usdm.u128(), 75_522_623_312);
    assert_eq!(receipt.fee.u128(), 75_598_222);
    let one = mars.mint(Minter, Btc, 1).unwrap();
    assert_eq!(one.usdm.u128(), 611);
    mars.assert_invariants();
}

#[test]
fn the_requirement_of_a_stablecoin_is_its_own_amount() {
    let mars = Mars::deploy();
    let requirement = required(&mars, Usdc, 123_456_789);
    assert_eq!(requirement.amount.u128(), 123_456_789);
}

#[test]
fn without_a_price_there_is_no_requirement() {
    let mut mars = Mars::deploy();
    mars.remove_price(Btc);
    let requirement = required(&mars, Btc, ONE);
    assert_eq!(requirement.amount.u128(), 0);
    let refusal = requirement.simulation.refusal.unwrap();
    assert_eq!(refusal.code, RefusalCode::NoPrice);
}

#[test]
fn what_comes_in_is_valued_at_the_low_of_the_band() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.set_band(Btc, ["60500", "60000", "59900"]);
    let receipt = mars.mint(Minter, Btc, Btc.units(1)).unwrap();
    assert_eq!(receipt.price, decimal("59900"));
    assert_eq!(receipt.value.u128(), 59_900 * ONE);
    assert_eq!(receipt.usdm.u128(), 59_900 * ONE - 59_900_000);
}

#[test]
fn the_stable_gate_looks_at_the_median_and_the_credit_at_the_low() {
    let mut mars = Mars::deploy();
    mars.set_band(Usdc, ["0.994", "0.995", "0.999"]);
    let receipt = mars.mint(Minter, Usdc, 1_000 * ONE).unwrap();
    assert_eq!(receipt.usdm.u128(), 994 * ONE);
    mars.set_band(Usdc, ["0.9949", "0.99499", "0.999"]);
    refused(mars.mint(Minter, Usdc, 1_000 * ONE), RefusalCode::BelowStableGate, "0.99499", "0.995");
}

#[test]
fn a_mint_may_go_to_another_account() {
    let mut mars = Mars::deploy();
    let mint = Mint::of(mars.asset(Busd), 7 * ONE).recipient(Stranger);
    mars.mint_with(Minter, mint).unwrap();
    assert_eq!(mars.usdm_of(Stranger), 7 * ONE);
    assert_eq!(mars.usdm_of(Minter), 0);
    mars.mint(Minter, Usdc, 200 * THOUSAND).unwrap();
    let mint = Mint::of(mars.asset(Gold), Gold.units(1)).recipient(Stranger);
    mars.mint_with(Trader, mint).unwrap();
    assert_eq!(mars.usdm_of(Stranger), 7 * ONE + 1_998 * ONE);
}

#[test]
fn min_out_and_deadline_pass_when_equal() {
    let mut mars = Mars::deploy();
    let mint = Mint::of(mars.asset(Usdc), ONE).min_out(ONE).deadline(mars.now());
    mars.mint_with(Minter, mint).unwrap();
}

#[test]
fn every_level_pays_its_own_fee() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 900 * THOUSAND).unwrap();
    let gold = mars.mint(Minter, Gold, Gold.units(1)).unwrap();
    assert_eq!((gold.value.u128(), gold.fee.u128()), (2_000 * ONE, 2 * ONE));
    let eth = mars.mint(Minter, Eth, Eth.units(1)).unwrap();
    assert_eq!((eth.value.u128(), eth.fee.u128()), (3_000 * ONE, 3 * ONE));
    let defi = mars.mint(Minter, Token::Defi, 1_000 * ONE).unwrap();
    assert_eq!((defi.value.u128(), defi.fee.u128()), (5_000 * ONE, 15 * ONE));
    assert_eq!(mars.solvency().fees_captured.u128(), 20 * ONE);
    mars.assert_invariants();
}

#[test]
fn amounts_with_eighteen_decimals_are_never_rescaled() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 200 * THOUSAND).unwrap();
    // 3·10^12 + 7 atto-ether are 9,000.000021 µ$: the fee takes 9 µ, and one µ goes to the rounding.
    let amount = 3_000_000_000_007;
    let receipt = mars.mint(Minter, Eth, amount).unwrap();
    assert_eq!((receipt.value.u128(), receipt.usdm.u128()), (9_000, 8_991));
    assert_eq!(mars.held(Eth), amount);
}

#[test]
fn the_room_shrinks_by_what_is_minted() {
    let mut mars = Mars::deploy();
    let before = mars.epoch().room.u128();
    assert_eq!(before, 1_020_000 * ONE);
    let receipt = mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    assert_eq!(receipt.room.u128(), before - 400 * THOUSAND);
    assert_eq!(mars.solvency().room.u128(), before - 400 * THOUSAND);
}
