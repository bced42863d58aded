//! Which method a path belongs to, by the `google.api.http` options of the methods.

use axum::http::Method;
use prost_reflect::{DynamicMessage, MessageDescriptor, MethodDescriptor, Value};

use crate::door::UNSERVED;
use crate::interface::Interface;

/// The packages whose paths wasmd serves; the description has others, of its libraries.
const PACKAGES: [&str; 3] = ["cosmos.", "cosmwasm.", "ibc."];

/// A path of a method.
pub struct Route {
    verb: Method,
    segments: Vec<Segment>,
    /// The gRPC path.
    pub method: String,
    pub input: MessageDescriptor,
    pub output: MessageDescriptor,
    /// Whether the request is the body.
    pub takes_body: bool,
}

/// A part of a path between slashes. The order is that in which they are tried.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    /// The value of a field.
    Field(String),
    /// Everything that is left, slashes and all.
    Rest(String),
}

/// Where a path leads, and the fields of the request in it.
pub struct Found<'a> {
    pub route: &'a Route,
    pub fields: Vec<(&'a str, String)>,
}

/// All paths, the more particular ones first.
pub struct Routes(Vec<Route>);

impl Routes {
    /// The paths of an interface.
    pub fn of(interface: &Interface) -> Self {
        let Some(http) = interface.pool().get_extension_by_name("google.api.http") else {
            return Self(Vec::new());
        };
        let mut routes = Vec::new();
        for (path, method) in interface.methods() {
            let package = method.parent_service().package_name().to_owned() + ".";
            let among = |packages: &[&str]| packages.iter().any(|known| package.starts_with(known));
            if !among(&PACKAGES) || among(&UNSERVED) {
                continue;
            }
            let options = method.options();
            if let Some(rule) = options.get_extension(&http).as_message() {
                add(&mut routes, path, method, rule);
            }
        }
        routes.sort_by(|a, b| a.segments.cmp(&b.segments).then_with(|| a.method.cmp(&b.method)));
        Self(routes)
    }

    /// The first route that `path`, which has no escapes left, satisfies.
    pub fn find(&self, verb: &Method, path: &str) -> Option<Found<'_>> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        self.0.iter().filter(|route| route.verb == *verb).find_map(|route| {
            let fields = route.fields(&parts)?;
            Some(Found { route, fields })
        })
    }
}

fn add(routes: &mut Vec<Route>, path: &str, method: &MethodDescriptor, rule: &DynamicMessage) {
    let text = |name: &str| match rule.get_field_by_name(name).as_deref() {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    let binding = text("get").map(|template| (Method::GET, template));
    let binding = binding.or_else(|| text("post").map(|template| (Method::POST, template)));
    if let Some((verb, template)) = binding {
        routes.push(Route {
            verb,
            segments: template.trim_start_matches('/').split('/').map(Segment::parse).collect(),
            method: path.to_owned(),
            input: method.input(),
            output: method.output(),
            takes_body: text("body").is_some(),
        });
    }
    if let Some(Value::List(more)) = rule.get_field_by_name("additional_bindings").as_deref() {
        for rule in more.iter().filter_map(Value::as_message) {
            add(routes, path, method, rule);
        }
    }
}

impl Segment {
    fn parse(text: &str) -> Self {
        let Some(field) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
            return Self::Literal(text.to_owned());
        };
        match field.split_once('=') {
            Some((field, "**")) => Self::Rest(field.to_owned()),
            Some((field, _)) => Self::Field(field.to_owned()),
            None => Self::Field(field.to_owned()),
        }
    }
}

impl Route {
    /// The fields in `parts`, if they satisfy this route.
    fn fields(&self, parts: &[&str]) -> Option<Vec<(&str, String)>> {
        let mut fields = Vec::new();
        let mut rest = parts;
        for segment in &self.segments {
            let (first, others) = rest.split_first()?;
            match segment {
                Segment::Literal(text) if text == first => rest = others,
                Segment::Literal(_) => return None,
                Segment::Field(name) => {
                    fields.push((name.as_str(), (*first).to_owned()));
                    rest = others;
                }
                Segment::Rest(name) => {
                    fields.push((name.as_str(), rest.join("/")));
                    rest = &[];
                }
            }
        }
        rest.is_empty().then_some(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(verb: &Method, path: &str) -> Option<(String, Vec<(String, String)>)> {
        let routes = Routes::of(Interface::recorded().unwrap());
        let found = routes.find(verb, path)?;
        let fields = found.fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Some((found.route.method.clone(), fields))
    }

    fn fields(path: &str) -> Vec<(String, String)> {
        found(&Method::GET, path).unwrap().1
    }

    #[test]
    fn literal_parts_come_before_fields() {
        let method = |path: &str| found(&Method::GET, path).unwrap().0;
        let service = "/cosmos.base.tendermint.v1beta1.Service";
        assert_eq!(
            method("/cosmos/base/tendermint/v1beta1/blocks/latest"),
            format!("{service}/GetLatestBlock")
        );
        assert_eq!(method("/cosmos/base/tendermint/v1beta1/blocks/7"), format!("{service}/GetBlockByHeight"));
    }

    #[test]
    fn the_rest_of_a_path_may_have_slashes() {
        let path = "/cosmos/bank/v1beta1/denoms_metadata/factory/mars1x/gold";
        assert_eq!(fields(path), [("denom".to_owned(), "factory/mars1x/gold".to_owned())]);
    }

    #[test]
    fn other_verbs_and_paths_lead_nowhere() {
        for (verb, path) in [
            (Method::POST, "/cosmos/bank/v1beta1/params"),
            (Method::GET, "/cosmos/bank/v1beta1/params/"),
            (Method::GET, "/cosmos/tx/v1beta1/simulate"),
            (Method::GET, "/feemarket/v1/params"),
            (Method::GET, "/"),
            (Method::GET, "*"),
        ] {
            assert!(found(&verb, path).is_none(), "{verb} {path}");
        }
        assert!(found(&Method::POST, "/cosmos/tx/v1beta1/simulate").is_some());
    }
}
