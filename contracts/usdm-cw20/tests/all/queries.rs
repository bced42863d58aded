use cosmwasm_std::Timestamp;
use cw20::{
    AllAccountsResponse, AllAllowancesResponse, AllowanceInfo, Cw20ExecuteMsg as Msg, Cw20QueryMsg,
    Expiration, MarketingInfoResponse, MinterResponse, TokenInfoResponse,
};
use mars_types::token::QueryMsg;

use super::setup::Token;

#[test]
fn the_token_says_what_it_is() {
    let token = Token::with_holder(100);
    let info: TokenInfoResponse = token.query(QueryMsg::TokenInfo {});
    let expected = TokenInfoResponse {
        name: "USD Mars".into(),
        symbol: "USDM".into(),
        decimals: 6,
        total_supply: 100u128.into(),
    };
    assert_eq!(info, expected);
    let minter: Option<MinterResponse> = token.query(QueryMsg::Minter {});
    assert_eq!(minter, Some(MinterResponse { minter: token.minter.to_string(), cap: None }));
    let marketing: MarketingInfoResponse = token.query(QueryMsg::MarketingInfo {});
    assert_eq!(marketing, MarketingInfoResponse::default());
    let logo: Result<cw20::DownloadLogoResponse, _> =
        token.chain.wrap().query_wasm_smart(&token.address, &QueryMsg::DownloadLogo {});
    assert!(logo.unwrap_err().to_string().contains("not found"));
}

/// Whoever was built against the cw20 crate speaks to the token without knowing of it.
#[test]
fn the_queries_of_the_cw20_crate_are_answered() {
    let token = Token::with_holder(100);
    let account = || token.holder.to_string();
    let standard = [
        (Cw20QueryMsg::Balance { address: account() }, QueryMsg::Balance { address: account() }),
        (Cw20QueryMsg::TokenInfo {}, QueryMsg::TokenInfo {}),
        (Cw20QueryMsg::Minter {}, QueryMsg::Minter {}),
        (
            Cw20QueryMsg::Allowance { owner: account(), spender: account() },
            QueryMsg::Allowance { owner: account(), spender: account() },
        ),
        (
            Cw20QueryMsg::AllAllowances { owner: account(), start_after: None, limit: Some(1) },
            QueryMsg::AllAllowances { owner: account(), start_after: None, limit: Some(1) },
        ),
        (
            Cw20QueryMsg::AllAccounts { start_after: Some(account()), limit: None },
            QueryMsg::AllAccounts { start_after: Some(account()), limit: None },
        ),
        (Cw20QueryMsg::MarketingInfo {}, QueryMsg::MarketingInfo {}),
        (Cw20QueryMsg::DownloadLogo {}, QueryMsg::DownloadLogo {}),
    ];
    for (theirs, ours) in standard {
        assert_eq!(cosmwasm_std::to_json_string(&theirs), cosmwasm_std::to_json_string(&ours));
    }
}

#[test]
fn an_expired_allowance_reads_as_zero_beside_its_expiry() {
    let mut token = Token::with_holder(100);
    let (holder, spender, other) = (token.holder.clone(), token.spender.clone(), token.receiver.clone());
    let expires = Expiration::AtTime(Timestamp::from_seconds(token.now() + 60));
    for (spender, expires) in [(&spender, Some(expires)), (&other, None)] {
        let allow = Msg::IncreaseAllowance { spender: spender.to_string(), amount: 7u128.into(), expires };
        token.execute(&holder, allow).unwrap();
    }
    token.wait(60, 1);
    let allowance = token.allowance(&holder, &spender);
    assert_eq!((allowance.allowance.u128(), allowance.expires), (0, expires));
    let all: AllAllowancesResponse =
        token.query(QueryMsg::AllAllowances { owner: holder.to_string(), start_after: None, limit: None });
    let mut expected = vec![
        AllowanceInfo { spender: spender.to_string(), allowance: 0u128.into(), expires },
        AllowanceInfo { spender: other.to_string(), allowance: 7u128.into(), expires: Expiration::Never {} },
    ];
    expected.sort_by(|left, right| left.spender.cmp(&right.spender));
    assert_eq!(all.allowances, expected);
}

#[test]
fn lists_come_in_pages() {
    let mut token = Token::with_holder(1_000);
    let holder = token.holder.clone();
    let mut accounts = vec![holder.to_string()];
    for number in 0..34 {
        let recipient = token.chain.api().addr_make(&format!("receiver {number}")).to_string();
        token.execute(&holder, Msg::Transfer { recipient: recipient.clone(), amount: 1u128.into() }).unwrap();
        accounts.push(recipient);
    }
    accounts.sort();
    let page = |start_after: Option<String>, limit: Option<u32>| {
        let answer: AllAccountsResponse = token.query(QueryMsg::AllAccounts { start_after, limit });
        answer.accounts
    };
    assert_eq!(page(None, None), accounts[..10]);
    assert_eq!(page(Some(accounts[9].clone()), Some(100)), accounts[10..]);
    assert_eq!(page(None, Some(100)), accounts[..30]);
}
