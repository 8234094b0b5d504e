//! The resource group business.
