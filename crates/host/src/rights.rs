//! What a component may touch: its entry in the manifest, with all values filled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use wasmtime::component::{Accessor, HasSelf};

use crate::bindings::spin::variables::variables::{Error, Host, HostWithStore};
use crate::instance::State;
use crate::key_value::Store;
use crate::manifest::Component;
use crate::outbound::AllowedHosts;
use crate::sqlite::Connection;
use crate::variables::Variables;

/// A component's rights.
pub(crate) struct Rights {
    pub(crate) component: Arc<str>,
    pub(crate) hosts: AllowedHosts,
    pub(crate) environment: Vec<(String, String)>,
    variables: BTreeMap<String, String>,
    databases: BTreeMap<String, Connection>,
    stores: BTreeMap<String, Store>,
}

impl Rights {
    /// What an entry of the manifest grants. Its labels have been checked: each is the default one.
    ///
    /// # Errors
    ///
    /// When a template names a variable that there is not.
    pub(crate) fn granted(
        id: &str,
        entry: &Component,
        variables: &Variables,
        database: &Connection,
        store: &Store,
    ) -> Result<Self> {
        let fill = |(name, template): (&String, &String)| {
            let value = variables.fill(template).with_context(|| format!("component `{id}`: variable `{name}`"))?;
            Ok((name.clone(), value))
        };
        Ok(Self {
            component: id.into(),
            hosts: AllowedHosts::read(&entry.allowed_outbound_hosts, variables),
            environment: entry.environment.clone().into_iter().collect(),
            variables: entry.variables.iter().map(fill).collect::<Result<_>>()?,
            databases: entry.sqlite_databases.iter().map(|label| (label.clone(), database.clone())).collect(),
            stores: entry.key_value_stores.iter().map(|label| (label.clone(), store.clone())).collect(),
        })
    }

    /// A database that was granted.
    pub(crate) fn database(&self, label: &str) -> Option<Connection> {
        self.databases.get(label).cloned()
    }

    /// A key-value store that was granted.
    pub(crate) fn store(&self, label: &str) -> Option<Store> {
        self.stores.get(label).cloned()
    }
}

impl Host for State {}

impl<T> HostWithStore<T> for HasSelf<State> {
    async fn get(accessor: &Accessor<T, Self>, name: String) -> wasmtime::Result<Result<String, Error>> {
        let value = accessor.with(|mut access| access.get().rights.variables.get(&name).cloned());
        Ok(value.ok_or(Error::Undefined(name)))
    }
}
