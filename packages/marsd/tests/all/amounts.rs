//! Amounts reach the chain only when they are exact; here every one of them dies at the node that is not there.

use crate::bench::Home;

#[test]
fn what_is_exact_is_taken() {
    let home = Home::with_network();
    for amount in ["5MARS", "5mars", "5000000umars", "0.000001MARS", "1MARS,2uusdc", "1MARS, 2USDC"] {
        home.error(4, &["tx", "bank", "send", "trader", amount, "--from", "minter"]);
    }
    for amount in ["1.5USDM", "1500000uusdm", "1500000cw20:mars1usdm"] {
        home.error(4, &["tx", "token", "send", "trader", amount, "--from", "minter"]);
    }
}

#[test]
fn what_is_not_exact_is_refused() {
    let home = Home::with_network();
    for amount in
        ["5", "MARS", "-5MARS", "+5MARS", "5e3MARS", "5.MARS", ".5MARS", "5 MARS", "5,MARS", "0.5umars"]
    {
        let error = home.error(2, &["tx", "bank", "send", "--from", "minter", "--", "trader", amount]);
        assert_eq!(error["kind"], "usage", "{amount}");
    }
}
