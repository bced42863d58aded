use std::collections::BTreeMap;

use cosmwasm_std::{Addr, Api, BlockInfo, Coin, Decimal, Empty, Timestamp, Uint128, instantiate2_address};
use cw_multi_test::{
    App, AppBuilder, BankKeeper, ContractWrapper, DistributionKeeper, Executor, FailingModule,
    GovAcceptingModule, IbcFailingModule, MockApiBech32, StakeKeeper, WasmKeeper,
};
use cw20::Cw20Coin;
use mars_types::oracle::{FeederRules, SourceUnchecked};
use mars_types::token::{UsdmInstantiateMsg, XMS_SUPPLY, XmsInstantiateMsg};
use mars_types::treasury::Params;
use mars_types::{Asset, AssetUnchecked, GuardianUnchecked};

use crate::actors::Actor::{self, Attacker, Guardian, Keeper, Minter, Owner, Trader};
use crate::contract::{Code, Contract};
use crate::prices::decimal;
use crate::storage::SharedStorage;
use crate::tokens::Token;

/// The chain of the bench; all of its state is in one storage. Its governance takes every vote.
pub type Chain = App<
    BankKeeper,
    MockApiBech32,
    SharedStorage,
    FailingModule<Empty, Empty, Empty>,
    WasmKeeper<Empty, Empty>,
    StakeKeeper,
    DistributionKeeper,
    IbcFailingModule,
    GovAcceptingModule,
>;

/// Block time at deployment: midnight, so a UTC day, an epoch and every longer window begin there.
pub const START: u64 = 1_700_006_400;

/// Whole tokens that each of [`Actor::FUNDED`] owns.
const PURSE: u128 = 1_000_000_000;
/// Cap of each asset, in whole tokens.
const CAP: u128 = 1_000_000_000_000;

/// The protocol on a chain of its own.
pub struct Mars {
    pub app: Chain,
    pub usdm: Addr,
    pub xms: Addr,
    pub oracle: Addr,
    pub treasury: Addr,
    pub staking: Addr,
    pub governance: Addr,
    pub collector: Addr,
    /// Without pools; [`Mars::open_pools`] makes two.
    pub swap: Addr,
    /// The cw20 token behind [`Token::Gold`].
    pub gold: Addr,
    pub(crate) feeds: BTreeMap<Token, Feed>,
}

/// What the three feeders said last.
#[derive(Clone, Copy)]
pub(crate) struct Feed {
    pub prices: [Decimal; 3],
    /// When; none: never.
    pub time: Option<u64>,
}

/// What a deployment may choose.
pub struct MarsBuilder {
    params: Option<Params>,
    prices: BTreeMap<Token, Decimal>,
    reserve: u128,
    guardian_for: u64,
}

impl MarsBuilder {
    pub fn params(mut self, change: impl FnOnce(&mut Params)) -> Self {
        change(self.params.get_or_insert_with(Params::default));
        self
    }

    /// The first price of a token.
    pub fn price(mut self, token: Token, price: &str) -> Self {
        self.prices.insert(token, decimal(price));
        self
    }

    pub fn xms_price(self, price: &str) -> Self {
        self.price(Token::Xms, price)
    }

    /// uxms in the redemption reserve: 100 M XMS if not said.
    pub fn reserve(mut self, uxms: u128) -> Self {
        self.reserve = uxms;
        self
    }

    /// Seconds from deployment to the guardian's sunset: 365 days if not said.
    pub fn guardian_for(mut self, seconds: u64) -> Self {
        self.guardian_for = seconds;
        self
    }

    pub fn build(self) -> Mars {
        let mut mars = Mars::contracts(self.params, self.guardian_for);
        for token in Token::ALL {
            let price = self.prices.get(&token).copied().unwrap_or_else(|| decimal(token.first_price()));
            let asset = mars.asset(token);
            mars.set_feeders(asset);
            mars.feeds.insert(token, Feed { prices: [price; 3], time: None });
        }
        for token in Token::COLLATERAL {
            mars.register(token, token.units(CAP)).unwrap();
        }
        mars.refresh();
        if self.reserve > 0 {
            mars.fund_reserve(Owner, self.reserve).unwrap();
        }
        mars
    }
}

impl Mars {
    /// The protocol with its defaults: six assets, 100 M XMS in the reserve, XMS at $0.25.
    pub fn deploy() -> Self {
        Self::builder().build()
    }

    pub fn builder() -> MarsBuilder {
        MarsBuilder {
            params: None,
            prices: BTreeMap::new(),
            reserve: Token::Xms.units(100_000_000),
            guardian_for: 365 * 86_400,
        }
    }

    pub fn asset(&self, token: Token) -> Asset {
        match token {
            Token::Gold => Asset::Cw20(self.gold.clone()),
            Token::Xms => Asset::Cw20(self.xms.clone()),
            native => Asset::Native(native.denom().unwrap().to_string()),
        }
    }

    pub fn unchecked(&self, token: Token) -> AssetUnchecked {
        self.asset(token).into()
    }

    /// A plain cw20 token that is no part of the protocol; its creator may mint more.
    pub fn deploy_cw20(&mut self, creator: Actor, symbol: &str, decimals: u8, each: u128) -> Addr {
        let code = self.app.store_code(cw20_code());
        let msg = cw20_base::msg::InstantiateMsg {
            name: symbol.to_string(),
            symbol: symbol.to_string(),
            decimals,
            initial_balances: Actor::FUNDED
                .map(|holder| Cw20Coin { address: holder.addr().into_string(), amount: Uint128::new(each) })
                .into(),
            mint: Some(cw20::MinterResponse { minter: creator.addr().into_string(), cap: None }),
            marketing: None,
        };
        self.app.instantiate_contract(code, creator.addr(), &msg, &[], symbol, None).unwrap()
    }

    /// Codes and contracts. Treasury and USDM name each other, so the treasury's address is computed beforehand.
    fn contracts(params: Option<Params>, guardian_for: u64) -> Self {
        let mut app = chain();
        let [usdm_code, xms_code, oracle_code, treasury_code] =
            [Contract::Usdm, Contract::Xms, Contract::Oracle, Contract::Treasury]
                .map(|contract| app.store_code_with_creator(Owner.addr(), contract.code()));
        let salt = b"treasury";
        let checksum = app.wrap().query_wasm_code_info(treasury_code).unwrap().checksum;
        let creator = app.api().addr_canonicalize(Owner.addr().as_str()).unwrap();
        let treasury = instantiate2_address(checksum.as_slice(), &creator, salt).unwrap();
        let treasury = app.api().addr_humanize(&treasury).unwrap();

        let owner = Owner.addr();
        let admin = Some(owner.to_string());
        let guardian =
            Some(GuardianUnchecked { address: Guardian.addr().into_string(), sunset: START + guardian_for });
        let usdm = UsdmInstantiateMsg { minter: treasury.to_string() };
        let usdm =
            app.instantiate_contract(usdm_code, owner.clone(), &usdm, &[], "usdm", admin.clone()).unwrap();
        let xms = app
            .instantiate_contract(xms_code, owner.clone(), &distribution(), &[], "xms", admin.clone())
            .unwrap();
        let oracle = mars_types::oracle::InstantiateMsg {
            owner: owner.to_string(),
            guardian: guardian.clone(),
            usdm: usdm.to_string(),
        };
        let oracle = app
            .instantiate_contract(oracle_code, owner.clone(), &oracle, &[], "oracle", admin.clone())
            .unwrap();
        let msg = mars_types::treasury::InstantiateMsg {
            owner: owner.to_string(),
            guardian: guardian.clone(),
            usdm: usdm.to_string(),
            xms: xms.to_string(),
            oracle: oracle.to_string(),
            params,
        };
        let deployed = app
            .instantiate2_contract(treasury_code, owner, &msg, &[], "treasury", admin, salt.as_slice())
            .unwrap();
        assert_eq!(deployed, treasury, "instantiate2 gives the predicted address");

        let swap = crate::swap::deploy(&mut app, guardian.clone());
        let mut mars = Self {
            app,
            usdm,
            xms,
            oracle,
            treasury,
            staking: Addr::unchecked(""),
            governance: Addr::unchecked(""),
            collector: Addr::unchecked(""),
            swap,
            gold: Addr::unchecked(""),
            feeds: BTreeMap::new(),
        };
        mars.staking = mars.deploy_staking(guardian.clone());
        mars.collector = mars.deploy_collector(guardian.clone());
        mars.governance = mars.deploy_governance(guardian);
        mars.gold = mars.deploy_cw20(Owner, "GOLD", Token::Gold.decimals(), Token::Gold.units(PURSE));
        mars
    }

    pub(crate) fn set_feeders(&mut self, asset: Asset) {
        let msg = mars_types::oracle::ExecuteMsg::SetSource {
            asset: asset.into(),
            source: SourceUnchecked::Feeders {
                feeders: Actor::FEEDERS.map(|feeder| feeder.addr().into_string()).into(),
                rules: FeederRules::default(),
            },
        };
        self.tell_oracle(Owner, &msg).unwrap();
    }
}

pub(crate) fn chain() -> Chain {
    AppBuilder::new()
        .with_api(MockApiBech32::new("mars"))
        .with_storage(SharedStorage::default())
        .with_gov(GovAcceptingModule::new())
        .with_block(BlockInfo {
            height: 1,
            time: Timestamp::from_seconds(START),
            chain_id: "mars-test-1".to_string(),
        })
        .build(|router, _, storage| {
            for actor in Actor::FUNDED {
                let coins = Token::COLLATERAL
                    .iter()
                    .filter_map(|token| Some(Coin::new(token.units(PURSE), token.denom()?)))
                    .collect();
                router.bank.init_balance(storage, &actor.addr(), coins).unwrap();
            }
        })
}

/// All of the XMS; the owner holds the part of the community.
fn distribution() -> XmsInstantiateMsg {
    let distribution: Vec<Cw20Coin> = [
        (Owner, 700_000_000),
        (Minter, 50_000_000),
        (Trader, 150_000_000),
        (Keeper, 20_000_000),
        (Attacker, 80_000_000),
    ]
    .map(|(actor, whole)| Cw20Coin {
        address: actor.addr().into_string(),
        amount: Uint128::new(Token::Xms.units(whole)),
    })
    .into();
    assert_eq!(distribution.iter().map(|coin| coin.amount).sum::<Uint128>(), XMS_SUPPLY);
    XmsInstantiateMsg { distribution }
}

pub(crate) fn cw20_code() -> Code {
    use cw20_base::contract::{execute, instantiate, query};
    Box::new(ContractWrapper::new(execute, instantiate, query))
}
