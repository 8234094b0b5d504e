//! The edge shim for an OTE center.
