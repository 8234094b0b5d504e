//! The resource group cluster.
