//! The resource group user.
