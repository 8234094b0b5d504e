//! The resource group node.
