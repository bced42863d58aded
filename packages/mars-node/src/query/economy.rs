//! The modules of wasmd that this chain does not run: staking, distribution, governance, minting, slashing, evidence
//! and upgrades. Their parameters are those of a new wasmd chain without inflation; everything else is empty.

use prost::Message;
use tendermint_proto::google::protobuf::Duration;

use super::Ask;
use super::page::BOTH;
use crate::context::Ctx;
use crate::error::{Error, GrpcCode, Kind, Result};
use crate::gotext;
use crate::proto::cosmos::base::query::v1beta1::PageResponse;
use crate::proto::cosmos::base::v1beta1::Coin;
use crate::proto::cosmos::distribution::v1beta1 as distribution;
use crate::proto::cosmos::evidence::v1beta1 as evidence;
use crate::proto::cosmos::gov::{v1 as gov, v1beta1 as old_gov};
use crate::proto::cosmos::mint::v1beta1 as mint;
use crate::proto::cosmos::slashing::v1beta1 as slashing;
use crate::proto::cosmos::staking::v1beta1 as staking;
use crate::proto::cosmos::upgrade::v1beta1 as upgrade;

type Answer = Option<Result<Vec<u8>>>;

const DAY: i64 = 86_400;
const NO_VALIDATOR: Kind = Kind { codespace: "staking", code: 3, text: "validator does not exist" };
const NO_MODULE: Kind = Kind { codespace: "upgrade", code: 2, text: "module version not found" };
const NO_DELEGATION: Kind =
    Kind { codespace: "staking", code: 19, text: "no delegation for (address, validator) tuple" };

pub fn answer(ask: &Ask<'_>, service: &str, method: &str) -> Answer {
    match service {
        "cosmos.staking.v1beta1.Query" => staking(ask, method),
        "cosmos.distribution.v1beta1.Query" => distribution(ask, method),
        "cosmos.gov.v1.Query" => gov(ask, method),
        "cosmos.gov.v1beta1.Query" => old_gov(ask, method),
        "cosmos.mint.v1beta1.Query" => mint(ask, method),
        "cosmos.slashing.v1beta1.Query" => slashing(ask, method),
        "cosmos.evidence.v1beta1.Query" => evidence(ask, method),
        "cosmos.upgrade.v1beta1.Query" => upgrade(ask, method),
        _ => None,
    }
}

/// A whole list with nothing in it.
fn nothing() -> Option<PageResponse> {
    Some(PageResponse::default())
}

fn seconds(seconds: i64) -> Option<Duration> {
    Some(Duration { seconds, nanos: 0 })
}

/// Hundredths as decimals are written in messages: times 10^18.
fn percent(hundredths: u64) -> String {
    hundredths.saturating_mul(10_000_000_000_000_000).to_string()
}

/// The account `address` belongs to.
fn delegator(ctx: &Ctx, address: &str) -> Result<()> {
    if address.is_empty() {
        return Err(GrpcCode::InvalidArgument.error("delegator address cannot be empty"));
    }
    ctx.address(address).map(|_| ())
}

fn validator(ctx: &Ctx, address: &str) -> Result<()> {
    if address.is_empty() {
        return Err(GrpcCode::InvalidArgument.error("validator address cannot be empty"));
    }
    crate::address::decode(&format!("{}valoper", ctx.app.prefix), address).map(|_| ())
}

fn no_validator(ctx: &Ctx, address: &str) -> Error {
    match validator(ctx, address) {
        Ok(()) => GrpcCode::NotFound.error(format!("validator {address} not found")),
        Err(error) => error,
    }
}

fn staking(ask: &Ask<'_>, method: &str) -> Answer {
    Some(match method {
        "Params" => ask.say(&staking::QueryParamsResponse {
            params: Some(staking::Params {
                unbonding_time: seconds(21 * DAY),
                max_validators: 100,
                max_entries: 7,
                historical_entries: 10_000,
                bond_denom: ask.ctx.app.bond_denom.clone(),
                min_commission_rate: percent(0),
            }),
        }),
        "Pool" => ask.say(&staking::QueryPoolResponse {
            pool: Some(staking::Pool { not_bonded_tokens: "0".to_owned(), bonded_tokens: "0".to_owned() }),
        }),
        "Validators" => ask.reply(|_, request: staking::QueryValidatorsRequest| {
            let status = request.status;
            if !status.is_empty() && staking::BondStatus::from_str_name(&status).is_none() {
                return Err(GrpcCode::InvalidArgument.error(format!("invalid validator status {status}")));
            }
            if request.pagination.is_some_and(|page| page.offset > 0 && !page.key.is_empty()) {
                return Err(GrpcCode::Internal.error(BOTH));
            }
            Ok(staking::QueryValidatorsResponse { validators: Vec::new(), pagination: nothing() })
        }),
        "Validator" => ask.reply(|ctx, request: staking::QueryValidatorRequest| {
            Err::<staking::QueryValidatorResponse, _>(no_validator(ctx, &request.validator_addr))
        }),
        "ValidatorDelegations" => ask.reply(|ctx, request: staking::QueryValidatorDelegationsRequest| {
            validator(ctx, &request.validator_addr)?;
            Ok(staking::QueryValidatorDelegationsResponse {
                delegation_responses: Vec::new(),
                pagination: nothing(),
            })
        }),
        "ValidatorUnbondingDelegations" => {
            ask.reply(|ctx, request: staking::QueryValidatorUnbondingDelegationsRequest| {
                validator(ctx, &request.validator_addr)?;
                Ok(staking::QueryValidatorUnbondingDelegationsResponse {
                    unbonding_responses: Vec::new(),
                    pagination: nothing(),
                })
            })
        }
        "Delegation" => ask.reply(|ctx, request: staking::QueryDelegationRequest| {
            let staking::QueryDelegationRequest { delegator_addr, validator_addr } = request;
            delegator(ctx, &delegator_addr)?;
            validator(ctx, &validator_addr)?;
            Err::<staking::QueryDelegationResponse, _>(GrpcCode::NotFound.error(format!(
                "delegation with delegator {delegator_addr} not found for validator {validator_addr}"
            )))
        }),
        "UnbondingDelegation" => ask.reply(|ctx, request: staking::QueryUnbondingDelegationRequest| {
            let staking::QueryUnbondingDelegationRequest { delegator_addr, validator_addr } = request;
            delegator(ctx, &delegator_addr)?;
            validator(ctx, &validator_addr)?;
            Err::<staking::QueryUnbondingDelegationResponse, _>(GrpcCode::NotFound.error(format!(
                "unbonding delegation with delegator {delegator_addr} not found for validator {validator_addr}"
            )))
        }),
        "DelegatorDelegations" => ask.reply(|ctx, request: staking::QueryDelegatorDelegationsRequest| {
            delegator(ctx, &request.delegator_addr)?;
            Ok(staking::QueryDelegatorDelegationsResponse {
                delegation_responses: Vec::new(),
                pagination: nothing(),
            })
        }),
        "DelegatorUnbondingDelegations" => {
            ask.reply(|ctx, request: staking::QueryDelegatorUnbondingDelegationsRequest| {
                delegator(ctx, &request.delegator_addr)?;
                Ok(staking::QueryDelegatorUnbondingDelegationsResponse {
                    unbonding_responses: Vec::new(),
                    pagination: nothing(),
                })
            })
        }
        "Redelegations" => ask.reply(|ctx, request: staking::QueryRedelegationsRequest| {
            if !request.delegator_addr.is_empty() {
                delegator(ctx, &request.delegator_addr)?;
            }
            Ok(staking::QueryRedelegationsResponse {
                redelegation_responses: Vec::new(),
                pagination: nothing(),
            })
        }),
        "DelegatorValidators" => ask.reply(|ctx, request: staking::QueryDelegatorValidatorsRequest| {
            delegator(ctx, &request.delegator_addr)?;
            Ok(staking::QueryDelegatorValidatorsResponse { validators: Vec::new(), pagination: nothing() })
        }),
        "DelegatorValidator" => ask.reply(|ctx, request: staking::QueryDelegatorValidatorRequest| {
            delegator(ctx, &request.delegator_addr)?;
            validator(ctx, &request.validator_addr)?;
            Err::<staking::QueryDelegatorValidatorResponse, _>(GrpcCode::Internal.error(NO_DELEGATION.text))
        }),
        "HistoricalInfo" => ask.reply(|_, request: staking::QueryHistoricalInfoRequest| {
            Err::<staking::QueryHistoricalInfoResponse, _>(match request.height {
                height if height < 0 => GrpcCode::InvalidArgument.error("height cannot be negative"),
                height => {
                    GrpcCode::NotFound.error(format!("historical info for height {height} not found"))
                }
            })
        }),
        _ => return None,
    })
}

#[allow(deprecated)] // the rewards that are no more are still answered
fn distribution(ask: &Ask<'_>, method: &str) -> Answer {
    Some(match method {
        "Params" => ask.say(&distribution::QueryParamsResponse {
            params: Some(distribution::Params {
                community_tax: percent(2),
                base_proposer_reward: percent(0),
                bonus_proposer_reward: percent(0),
                withdraw_addr_enabled: true,
            }),
        }),
        "CommunityPool" => ask.reply(|_, _: distribution::QueryCommunityPoolRequest| {
            Err::<distribution::QueryCommunityPoolResponse, _>(crate::error::sdk::INVALID_REQUEST.wrap(
                "external community pool is enabled - use the CommunityPool query exposed by the external \
                 community pool",
            ))
        }),
        "DelegationTotalRewards" => {
            ask.reply(|ctx, request: distribution::QueryDelegationTotalRewardsRequest| {
                delegator(ctx, &request.delegator_address)?;
                Ok(distribution::QueryDelegationTotalRewardsResponse {
                    rewards: Vec::new(),
                    total: Vec::new(),
                })
            })
        }
        "DelegationRewards" => ask.reply(|ctx, request: distribution::QueryDelegationRewardsRequest| {
            if request.delegator_address.is_empty() {
                return Err(GrpcCode::InvalidArgument.error("empty delegator address"));
            }
            Err::<distribution::QueryDelegationRewardsResponse, _>(no_rewards(
                ctx,
                &request.validator_address,
            ))
        }),
        "DelegatorValidators" => ask.reply(|ctx, request: distribution::QueryDelegatorValidatorsRequest| {
            delegator(ctx, &request.delegator_address)?;
            Ok(distribution::QueryDelegatorValidatorsResponse { validators: Vec::new() })
        }),
        "DelegatorWithdrawAddress" => {
            ask.reply(|ctx, request: distribution::QueryDelegatorWithdrawAddressRequest| {
                delegator(ctx, &request.delegator_address)?;
                Ok(distribution::QueryDelegatorWithdrawAddressResponse {
                    withdraw_address: request.delegator_address,
                })
            })
        }
        "ValidatorCommission" => ask.reply(|ctx, request: distribution::QueryValidatorCommissionRequest| {
            Err::<distribution::QueryValidatorCommissionResponse, _>(no_rewards(
                ctx,
                &request.validator_address,
            ))
        }),
        "ValidatorOutstandingRewards" => {
            ask.reply(|ctx, request: distribution::QueryValidatorOutstandingRewardsRequest| {
                Err::<distribution::QueryValidatorOutstandingRewardsResponse, _>(no_rewards(
                    ctx,
                    &request.validator_address,
                ))
            })
        }
        "ValidatorDistributionInfo" => {
            ask.reply(|ctx, request: distribution::QueryValidatorDistributionInfoRequest| {
                Err::<distribution::QueryValidatorDistributionInfoResponse, _>(no_rewards(
                    ctx,
                    &request.validator_address,
                ))
            })
        }
        "ValidatorSlashes" => ask.reply(|ctx, request: distribution::QueryValidatorSlashesRequest| {
            let (starting, ending) = (request.starting_height, request.ending_height);
            if request.validator_address.is_empty() {
                return Err(GrpcCode::InvalidArgument.error("empty validator address"));
            }
            if ending < starting {
                return Err(GrpcCode::InvalidArgument
                    .error(format!("starting height greater than ending height ({starting} > {ending})")));
            }
            validator(ctx, &request.validator_address)
                .map_err(|_| GrpcCode::InvalidArgument.error("invalid validator address"))?;
            Ok(distribution::QueryValidatorSlashesResponse { slashes: Vec::new(), pagination: nothing() })
        }),
        _ => return None,
    })
}

/// Why a validator has no rewards: there is none.
fn no_rewards(ctx: &Ctx, address: &str) -> Error {
    if address.is_empty() {
        return GrpcCode::InvalidArgument.error("empty validator address");
    }
    validator(ctx, address).err().unwrap_or_else(|| NO_VALIDATOR.plain())
}

/// The quorum, the threshold and the threshold of a veto, in thousandths.
const TALLY: [u64; 3] = [334, 500, 334];

/// Thousandths as the newer governance writes decimals: with a point.
fn written(thousandths: u64) -> String {
    format!("{}.{:03}000000000000000", thousandths / 1_000, thousandths % 1_000)
}

fn deposit(ctx: &Ctx, amount: u64) -> Vec<Coin> {
    vec![Coin { denom: ctx.app.bond_denom.clone(), amount: amount.to_string() }]
}

fn gov_params(ctx: &Ctx) -> gov::Params {
    let [quorum, threshold, veto_threshold] = TALLY.map(written);
    gov::Params {
        min_deposit: deposit(ctx, 10_000_000),
        max_deposit_period: seconds(2 * DAY),
        voting_period: seconds(2 * DAY),
        quorum,
        threshold,
        veto_threshold,
        min_initial_deposit_ratio: written(0),
        proposal_cancel_ratio: written(500),
        proposal_cancel_dest: String::new(),
        expedited_voting_period: seconds(DAY),
        expedited_threshold: written(667),
        expedited_min_deposit: deposit(ctx, 50_000_000),
        burn_vote_quorum: false,
        burn_proposal_deposit_prevote: false,
        burn_vote_veto: true,
        min_deposit_ratio: written(10),
    }
}

#[derive(Clone, PartialEq, Message)]
struct QueryConstitutionResponse {
    #[prost(string, tag = "1")]
    constitution: String,
}

fn proposal_id(id: u64) -> Result<()> {
    if id == 0 { Err(GrpcCode::InvalidArgument.error("proposal id can not be 0")) } else { Ok(()) }
}

fn no_proposal(id: u64) -> Error {
    match proposal_id(id) {
        Ok(()) => GrpcCode::NotFound.error(format!("proposal {id} doesn't exist")),
        Err(error) => error,
    }
}

fn no_vote(ctx: &Ctx, id: u64, voter: &str) -> Error {
    match proposal_id(id) {
        Ok(()) if voter.is_empty() => GrpcCode::InvalidArgument.error("empty voter address"),
        Ok(()) if ctx.address(voter).is_err() => ctx.address(voter).err().unwrap_or_else(|| no_proposal(id)),
        Ok(()) => GrpcCode::InvalidArgument.error(format!("voter: {voter} not found for proposal: {id}")),
        Err(error) => error,
    }
}

fn no_deposit(id: u64, depositor: &str) -> Error {
    match proposal_id(id) {
        Ok(()) if depositor.is_empty() => GrpcCode::InvalidArgument.error("empty depositor address"),
        Ok(()) => GrpcCode::NotFound.error(format!(
            "collections: not found: key '(\"{id}\", \"{depositor}\")' of type \
                 github.com/cosmos/gogoproto/cosmos.gov.v1.Deposit"
        )),
        Err(error) => error,
    }
}

fn unknown_params(kind: &str) -> Error {
    match kind {
        "" => GrpcCode::InvalidArgument.error("params type cannot be empty"),
        kind => GrpcCode::InvalidArgument.error(format!("unknown params type: {kind}")),
    }
}

#[allow(deprecated)] // the parts that the whole has replaced are still answered
fn gov(ask: &Ask<'_>, method: &str) -> Answer {
    Some(match method {
        "Params" => ask.reply(|ctx, request: gov::QueryParamsRequest| {
            let params = gov_params(ctx);
            let mut answer = gov::QueryParamsResponse::default();
            match request.params_type.as_str() {
                "voting" => {
                    answer.voting_params = Some(gov::VotingParams { voting_period: params.voting_period });
                }
                "deposit" => {
                    answer.deposit_params = Some(gov::DepositParams {
                        min_deposit: params.min_deposit.clone(),
                        max_deposit_period: params.max_deposit_period,
                    });
                }
                "tallying" => {
                    answer.tally_params = Some(gov::TallyParams {
                        quorum: params.quorum.clone(),
                        threshold: params.threshold.clone(),
                        veto_threshold: params.veto_threshold.clone(),
                    });
                }
                // Who names no kind wants the whole alone.
                "" => {}
                other => return Err(unknown_params(other)),
            }
            answer.params = Some(params);
            Ok(answer)
        }),
        "Constitution" => ask.say(&QueryConstitutionResponse::default()),
        "Proposals" => ask.say(&gov::QueryProposalsResponse { proposals: Vec::new(), pagination: nothing() }),
        "Proposal" => ask.reply(|_, request: gov::QueryProposalRequest| {
            Err::<gov::QueryProposalResponse, _>(no_proposal(request.proposal_id))
        }),
        "TallyResult" => ask.reply(|_, request: gov::QueryTallyResultRequest| {
            Err::<gov::QueryTallyResultResponse, _>(no_proposal(request.proposal_id))
        }),
        "Votes" => ask.reply(|_, request: gov::QueryVotesRequest| {
            proposal_id(request.proposal_id)?;
            Ok(gov::QueryVotesResponse { votes: Vec::new(), pagination: nothing() })
        }),
        "Vote" => ask.reply(|ctx, request: gov::QueryVoteRequest| {
            Err::<gov::QueryVoteResponse, _>(no_vote(ctx, request.proposal_id, &request.voter))
        }),
        "Deposits" => ask.reply(|_, request: gov::QueryDepositsRequest| {
            proposal_id(request.proposal_id)?;
            Ok(gov::QueryDepositsResponse { deposits: Vec::new(), pagination: nothing() })
        }),
        "Deposit" => ask.reply(|_, request: gov::QueryDepositRequest| {
            Err::<gov::QueryDepositResponse, _>(no_deposit(request.proposal_id, &request.depositor))
        }),
        _ => return None,
    })
}

fn old_gov(ask: &Ask<'_>, method: &str) -> Answer {
    Some(match method {
        "Params" => ask.reply(|ctx, request: old_gov::QueryParamsRequest| {
            let mut answer = old_gov::QueryParamsResponse {
                voting_params: Some(old_gov::VotingParams { voting_period: seconds(0) }),
                deposit_params: Some(old_gov::DepositParams {
                    min_deposit: Vec::new(),
                    max_deposit_period: seconds(0),
                }),
                tally_params: Some(old_gov::TallyParams::default()),
            };
            let params = gov_params(ctx);
            match request.params_type.as_str() {
                "voting" => {
                    let voting_period = params.voting_period;
                    answer.voting_params = Some(old_gov::VotingParams { voting_period });
                }
                "deposit" => {
                    answer.deposit_params = Some(old_gov::DepositParams {
                        min_deposit: params.min_deposit,
                        max_deposit_period: params.max_deposit_period,
                    });
                }
                "tallying" => {
                    let [quorum, threshold, veto_threshold] = TALLY.map(|thousandths| {
                        thousandths.saturating_mul(1_000_000_000_000_000).to_string().into_bytes()
                    });
                    answer.tally_params = Some(old_gov::TallyParams { quorum, threshold, veto_threshold });
                }
                other => return Err(unknown_params(other)),
            }
            Ok(answer)
        }),
        "Proposals" => {
            ask.say(&old_gov::QueryProposalsResponse { proposals: Vec::new(), pagination: nothing() })
        }
        "Proposal" => ask.reply(|_, request: old_gov::QueryProposalRequest| {
            Err::<old_gov::QueryProposalResponse, _>(no_proposal(request.proposal_id))
        }),
        "TallyResult" => ask.reply(|_, request: old_gov::QueryTallyResultRequest| {
            Err::<old_gov::QueryTallyResultResponse, _>(no_proposal(request.proposal_id))
        }),
        "Votes" => ask.reply(|_, request: old_gov::QueryVotesRequest| {
            proposal_id(request.proposal_id)?;
            Ok(old_gov::QueryVotesResponse { votes: Vec::new(), pagination: nothing() })
        }),
        "Vote" => ask.reply(|ctx, request: old_gov::QueryVoteRequest| {
            Err::<old_gov::QueryVoteResponse, _>(no_vote(ctx, request.proposal_id, &request.voter))
        }),
        "Deposits" => ask.reply(|_, request: old_gov::QueryDepositsRequest| {
            proposal_id(request.proposal_id)?;
            Ok(old_gov::QueryDepositsResponse { deposits: Vec::new(), pagination: nothing() })
        }),
        "Deposit" => ask.reply(|_, request: old_gov::QueryDepositRequest| {
            Err::<old_gov::QueryDepositResponse, _>(no_deposit(request.proposal_id, &request.depositor))
        }),
        _ => return None,
    })
}

fn mint(ask: &Ask<'_>, method: &str) -> Answer {
    Some(match method {
        "Params" => ask.say(&mint::QueryParamsResponse {
            params: Some(mint::Params {
                mint_denom: ask.ctx.app.bond_denom.clone(),
                inflation_rate_change: percent(0),
                inflation_max: percent(0),
                inflation_min: percent(0),
                goal_bonded: percent(67),
                blocks_per_year: 6_311_520,
            }),
        }),
        "Inflation" => ask.say(&mint::QueryInflationResponse { inflation: b"0".to_vec() }),
        "AnnualProvisions" => {
            ask.say(&mint::QueryAnnualProvisionsResponse { annual_provisions: b"0".to_vec() })
        }
        _ => return None,
    })
}

fn slashing(ask: &Ask<'_>, method: &str) -> Answer {
    Some(match method {
        "Params" => ask.say(&slashing::QueryParamsResponse {
            params: Some(slashing::Params {
                signed_blocks_window: 100,
                min_signed_per_window: percent(50).into_bytes(),
                downtime_jail_duration: seconds(600),
                slash_fraction_double_sign: percent(5).into_bytes(),
                slash_fraction_downtime: percent(1).into_bytes(),
            }),
        }),
        "SigningInfos" => {
            ask.say(&slashing::QuerySigningInfosResponse { info: Vec::new(), pagination: nothing() })
        }
        "SigningInfo" => ask.reply(|ctx, request: slashing::QuerySigningInfoRequest| {
            let address = request.cons_address;
            if address.is_empty() {
                return Err(GrpcCode::InvalidArgument.error("invalid request"));
            }
            crate::address::decode(&format!("{}valcons", ctx.app.prefix), &address)?;
            Err::<slashing::QuerySigningInfoResponse, _>(
                GrpcCode::NotFound.error(format!("SigningInfo not found for validator {address}")),
            )
        }),
        _ => return None,
    })
}

fn evidence(ask: &Ask<'_>, method: &str) -> Answer {
    Some(match method {
        "AllEvidence" => {
            ask.say(&evidence::QueryAllEvidenceResponse { evidence: Vec::new(), pagination: nothing() })
        }
        "Evidence" => ask.reply(|_, request: evidence::QueryEvidenceRequest| {
            let hash = request.hash;
            if hash.is_empty() {
                return Err(GrpcCode::InvalidArgument.error("invalid request; hash is empty"));
            }
            gotext::hex(&hash)
                .map_err(|reason| Error::unregistered(format!("invalid evidence hash: {reason}")))?;
            Err::<evidence::QueryEvidenceResponse, _>(
                GrpcCode::NotFound.error(format!("evidence {hash} not found")),
            )
        }),
        _ => return None,
    })
}

/// The modules of wasmd with the versions of their state.
const MODULE_VERSIONS: [(&str, u64); 24] = [
    ("07-tendermint", 0),
    ("auth", 5),
    ("authz", 2),
    ("bank", 4),
    ("circuit", 1),
    ("consensus", 1),
    ("distribution", 3),
    ("epochs", 1),
    ("evidence", 1),
    ("feegrant", 2),
    ("genutil", 1),
    ("gov", 5),
    ("group", 2),
    ("ibc", 8),
    ("interchainaccounts", 3),
    ("mint", 2),
    ("nft", 1),
    ("protocolpool", 1),
    ("slashing", 4),
    ("staking", 5),
    ("transfer", 6),
    ("upgrade", 2),
    ("vesting", 1),
    ("wasm", 4),
];

fn upgrade(ask: &Ask<'_>, method: &str) -> Answer {
    Some(match method {
        "CurrentPlan" => ask.say(&upgrade::QueryCurrentPlanResponse { plan: None }),
        "AppliedPlan" => ask.say(&upgrade::QueryAppliedPlanResponse { height: 0 }),
        "Authority" => ask.say(&upgrade::QueryAuthorityResponse { address: ask.ctx.app.authority.clone() }),
        "ModuleVersions" => ask.reply(|_, request: upgrade::QueryModuleVersionsRequest| {
            let wanted = request.module_name;
            let versions = MODULE_VERSIONS.iter().filter(|(name, _)| wanted.is_empty() || wanted == *name);
            let module_versions: Vec<_> = versions
                .map(|(name, version)| upgrade::ModuleVersion { name: (*name).to_owned(), version: *version })
                .collect();
            if module_versions.is_empty() {
                return Err(
                    NO_MODULE.wrap(format!("x/upgrade: QueryModuleVersions module {wanted} not found"))
                );
            }
            Ok(upgrade::QueryModuleVersionsResponse { module_versions })
        }),
        _ => return None,
    })
}
