//! The resource group deploy.
