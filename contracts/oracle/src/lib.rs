//! Prices of assets as bands, from fixed values or from a median of feeders.
