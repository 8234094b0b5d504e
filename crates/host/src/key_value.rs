//! `spin:key-value`: the default store, a table of an `SQLite` file, as in Spin.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use rusqlite::OptionalExtension as _;
use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use crate::bindings::spin::key_value::key_value::{Error, Host, HostStore, HostStoreWithStore};
use crate::instance::State;

/// A key-value store: what a component holds once it has opened it.
#[derive(Clone)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Store(Arc<Mutex<rusqlite::Connection>>);

impl Store {
    /// Opens the file of a store, and makes it if need be.
    pub(crate) fn to(file: &Path) -> anyhow::Result<Self> {
        let connect = || -> rusqlite::Result<_> {
            let connection = rusqlite::Connection::open(file)?;
            connection.execute("CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value BLOB NOT NULL)", [])?;
            Ok(connection)
        };
        let connection = connect().with_context(|| format!("cannot open the key-value store {}", file.display()))?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Runs a task on the store on a thread that may block.
    async fn with<R: Send + 'static>(
        self,
        task: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<R> + Send + 'static,
    ) -> wasmtime::Result<Result<R, Error>> {
        let run = move || task(&self.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(tokio::task::spawn_blocking(run).await?.map_err(|error| Error::Other(error.to_string())))
    }

    async fn read(self, key: String) -> wasmtime::Result<Result<Option<Vec<u8>>, Error>> {
        let one = "SELECT value FROM entries WHERE key = ?";
        self.with(move |store| store.prepare_cached(one)?.query_row([key], |row| row.get(0)).optional()).await
    }

    async fn keys(self) -> wasmtime::Result<Result<Vec<String>, Error>> {
        let all = "SELECT key FROM entries ORDER BY key";
        self.with(move |store| store.prepare_cached(all)?.query_map([], |row| row.get(0))?.collect()).await
    }
}

impl Host for State {}

impl HostStore for State {
    fn drop(&mut self, store: Resource<Store>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        Ok(())
    }
}

impl<T> HostStoreWithStore<T> for HasSelf<State> {
    async fn open(accessor: &Accessor<T, Self>, label: String) -> wasmtime::Result<Result<Resource<Store>, Error>> {
        accessor.with(|mut access| {
            let state = access.get();
            match state.rights.store(&label) {
                Some(store) => Ok(Ok(state.table.push(store)?)),
                None => Ok(Err(Error::AccessDenied)),
            }
        })
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, Error>> {
        opened(accessor, &store)?.read(key).await
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let put =
            "INSERT INTO entries (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        let put = move |store: &rusqlite::Connection| store.prepare_cached(put)?.execute((key, value)).map(drop);
        opened(accessor, &store)?.with(put).await
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        let take = "DELETE FROM entries WHERE key = ?";
        let take = move |store: &rusqlite::Connection| store.prepare_cached(take)?.execute([key]).map(drop);
        opened(accessor, &store)?.with(take).await
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<bool, Error>> {
        Ok(opened(accessor, &store)?.read(key).await?.map(|value| value.is_some()))
    }

    async fn get_keys(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        let read = opened(accessor, &store)?.keys().await?;
        let (keys, result) = read.map_or_else(|error| (Vec::new(), Err(error)), |keys| (keys, Ok(())));
        accessor.with(|mut access| {
            let keys = StreamReader::new(&mut access, keys)?;
            let result = FutureReader::new(&mut access, async { wasmtime::error::Ok(result) })?;
            Ok((keys, result))
        })
    }
}

fn opened<T>(accessor: &Accessor<T, HasSelf<State>>, store: &Resource<Store>) -> wasmtime::Result<Store> {
    accessor.with(|mut access| Ok(access.get().table.get(store)?.clone()))
}
