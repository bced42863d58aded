//! Fixed-point maths of the protocol with the rounding direction in the name; no chain types.
