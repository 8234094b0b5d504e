//! The resource group app.
