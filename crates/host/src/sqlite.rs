//! `spin:sqlite`: one connection per database for the whole application, behind a lock, as in Spin
//! (docs/contracts/spin-host.md).

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;
use tokio::sync::{Mutex, OwnedMutexGuard, mpsc, oneshot};
use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use crate::bindings::spin::sqlite::sqlite::{Error, Host, HostConnection, HostConnectionWithStore, RowResult, Value};
use crate::instance::State;
use crate::streams::ReceivedItems;

/// So many rows may be on their way to a component; then the statement, and with it the database, waits for the reader.
const ROWS_AHEAD: usize = 128;

/// So many characters of a statement are logged.
const LOGGED: usize = 60;

/// A database: what a component holds once it has opened it.
#[derive(Clone)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Connection {
    shared: Arc<Mutex<rusqlite::Connection>>,
    /// Whether each statement is told on standard error.
    logs: bool,
}

type Locked = OwnedMutexGuard<rusqlite::Connection>;

impl Connection {
    /// Opens a database, and makes it if need be. Its statements may be logged.
    pub(crate) fn to(file: &Path, logs: bool) -> anyhow::Result<Self> {
        let connect = || -> rusqlite::Result<_> {
            let connection = rusqlite::Connection::open(file)?;
            connection.pragma_update(None, "foreign_keys", true)?;
            connection.authorizer(Some(|asked: AuthContext<'_>| match asked.action {
                AuthAction::Attach { .. } => Authorization::Deny,
                _ => Authorization::Allow,
            }));
            Ok(connection)
        };
        let connection = connect().with_context(|| format!("cannot open the database {}", file.display()))?;
        Ok(Self { shared: Arc::new(Mutex::new(connection)), logs })
    }

    fn log(&self, component: &str, statement: &str) {
        if self.logs {
            let line = statement.split_whitespace().collect::<Vec<_>>().join(" ");
            eprintln!("{component}: sql: {}", line.chars().take(LOGGED).collect::<String>());
        }
    }

    /// Runs a task on the connection once nobody else has it, on a thread that may block.
    async fn with<T: Send + 'static>(self, task: impl FnOnce(Locked) -> T + Send + 'static) -> wasmtime::Result<T> {
        let locked = self.shared.lock_owned().await;
        Ok(tokio::task::spawn_blocking(move || task(locked)).await?)
    }
}

/// What a running statement tells: its columns first, its rows as they come, in the end whether all went well.
struct Telling {
    columns: oneshot::Sender<Vec<String>>,
    rows: mpsc::Sender<RowResult>,
}

/// Runs the first statement of a text. An error of any kind is told at the end, not before.
fn run(connection: &Locked, text: &str, parameters: Vec<Value>, telling: Telling) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(text)?;
    let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let width = columns.len();
    // Whoever does not listen any more has lost interest; the statement itself must still run.
    let _ = telling.columns.send(columns);
    let mut rows = statement.query(rusqlite::params_from_iter(parameters.into_iter().map(into_sql)))?;
    while let Some(row) = rows.next()? {
        let values = (0..width).map(|index| row.get_ref(index).map(from_sql)).collect::<rusqlite::Result<_>>()?;
        if telling.rows.blocking_send(RowResult { values }).is_err() {
            break;
        }
    }
    Ok(())
}

fn into_sql(value: Value) -> rusqlite::types::Value {
    match value {
        Value::Integer(number) => number.into(),
        Value::Real(number) => number.into(),
        Value::Text(text) => text.into(),
        Value::Blob(bytes) => bytes.into(),
        Value::Null => rusqlite::types::Value::Null,
    }
}

fn from_sql(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_owned()),
        ValueRef::Null => Value::Null,
    }
}

impl Host for State {}

impl HostConnection for State {
    fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}

type Results = (Vec<String>, StreamReader<RowResult>, FutureReader<Result<(), Error>>);

impl<T> HostConnectionWithStore<T> for HasSelf<State> {
    async fn open_async(
        accessor: &Accessor<T, Self>,
        database: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        accessor.with(|mut access| {
            let state = access.get();
            match state.rights.database(&database) {
                Some(connection) => Ok(Ok(state.table.push(connection)?)),
                None => Ok(Err(Error::AccessDenied)),
            }
        })
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<Results, Error>> {
        let connection = opened(accessor, &connection)?;
        accessor.with(|mut access| connection.log(&access.get().rights.component, &statement));
        let (columns, told_columns) = oneshot::channel();
        let (rows, told_rows) = mpsc::channel(ROWS_AHEAD);
        let (result, told_result) = oneshot::channel();
        tokio::spawn(connection.with(move |locked| {
            let done = run(&locked, &statement, parameters, Telling { columns, rows });
            drop(locked);
            let _ = result.send(done.map_err(|error| Error::Io(error.to_string())));
        }));
        let columns = told_columns.await.unwrap_or_default();
        accessor.with(|mut access| {
            let rows = StreamReader::new(&mut access, ReceivedItems(told_rows))?;
            Ok(Ok((columns, rows, FutureReader::new(&mut access, told_result)?)))
        })
    }

    async fn last_insert_rowid_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        opened(accessor, &connection)?.with(|locked| locked.last_insert_rowid()).await
    }

    async fn changes_async(accessor: &Accessor<T, Self>, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        opened(accessor, &connection)?.with(|locked| locked.changes()).await
    }
}

fn opened<T>(
    accessor: &Accessor<T, HasSelf<State>>,
    connection: &Resource<Connection>,
) -> wasmtime::Result<Connection> {
    accessor.with(|mut access| Ok(access.get().table.get(connection)?.clone()))
}
