//! Issues USDM against assets, within what XMS can carry, and redeems it for XMS.
