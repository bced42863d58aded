//! What a transaction did, by the events that contracts left in it.

use mars_client::amount::Amount;
use mars_client::chain::Included;
use mars_client::network::Asset;
use mars_types::events::TypedEvent;
use serde_json::{Map, Value};

use crate::context::Context;
use crate::show::{Shown, fields, list, utc};

/// One event of a contract.
pub struct Told(Map<String, Value>);

/// All events of a type, in order.
pub fn all<E: TypedEvent>(tx: &Included) -> Vec<Told> {
    let kind = format!("wasm-{}", E::TYPE);
    let events = tx.events.iter().filter(|event| event.kind == kind);
    let told = events.map(|event| {
        Told(E::ATTRIBUTES.iter().map(|name| (name.to_string(), event.attribute(name).into())).collect())
    });
    told.collect()
}

/// The first event of a type.
pub fn first<E: TypedEvent>(tx: &Included) -> Option<Told> {
    all::<E>(tx).into_iter().next()
}

/// The first event of a type, as it is.
pub fn shown<E: TypedEvent>(_: &Context, tx: &Included) -> Option<Shown> {
    let told = first::<E>(tx)?;
    let rows: Vec<(&str, &str)> = E::ATTRIBUTES.iter().map(|name| (*name, told.text(name))).collect();
    let table = fields(rows);
    Some(told.with(table))
}

/// Several events as a list, none where there are none.
pub fn listed<const N: usize>(
    all: Vec<Told>,
    header: [&str; N],
    row: impl Fn(&Told) -> [String; N],
) -> Option<Shown> {
    let table = list(&header, all.iter().map(row));
    let json: Vec<Value> = all.into_iter().map(|told| told.0.into()).collect();
    if json.is_empty() { None } else { Some(Shown::new(json.into(), table)) }
}

impl Told {
    /// An attribute; empty where the event has none of this name.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// An attribute that is a block time.
    pub fn moment(&self, name: &str) -> String {
        self.text(name).parse().map_or_else(|_| self.text(name).into(), utc)
    }

    /// An attribute that is an amount of the token of a contract of the network.
    pub fn token(&self, context: &Context, name: &str, contract: &str) -> String {
        let address = context.network().ok().and_then(|network| network.contract(contract).ok());
        let asset = address.and_then(|contract| {
            context.assets().iter().find(|asset| asset.cw20_address() == Some(&contract.address))
        });
        match asset {
            Some(asset) => amount_of(self.text(name), asset),
            None => format!("{} u{contract}", self.text(name)),
        }
    }

    /// An attribute that is an amount of the asset that another attribute names.
    pub fn amount(&self, context: &Context, name: &str, asset: &str) -> String {
        amount(context, self.text(name), self.text(asset))
    }

    /// The symbol of the asset that an attribute names; the attribute where the network file does not list it.
    pub fn symbol(&self, context: &Context, name: &str) -> String {
        listed_asset(context, self.text(name))
            .map_or_else(|| self.text(name).into(), |asset| asset.symbol.clone())
    }

    /// The event as JSON, with a table for people.
    pub fn with(self, table: comfy_table::Table) -> Shown {
        Shown::new(self.0.into(), table)
    }
}

/// An amount of the asset that an event calls `native:DENOM` or `cw20:ADDRESS`.
pub fn amount(context: &Context, value: &str, asset: &str) -> String {
    match listed_asset(context, asset) {
        Some(known) => amount_of(value, known),
        None => format!("{value} {asset}"),
    }
}

fn listed_asset<'a>(context: &'a Context, asset: &str) -> Option<&'a Asset> {
    let base = asset.strip_prefix("native:").unwrap_or(asset);
    context.assets().iter().find(|known| known.base == base)
}

fn amount_of(value: &str, asset: &Asset) -> String {
    match value.parse() {
        Ok(value) => Amount { value, asset: asset.clone() }.to_string(),
        Err(_) => format!("{value} {}", asset.base),
    }
}
