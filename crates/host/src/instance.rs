//! Instances of components: how they are made, how many requests each serves, and how long it lives. The numbers are
//! Spin's (docs/contracts/spin-host.md).

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::Sleep;
use wasmtime::component::{Component, HasSelf, Linker, ResourceTable};
use wasmtime::{Cache, CacheConfig, Config, Engine, Result, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::WasiHttpCtx;
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, Proxy, ShouldAccept, ViewFn, WorkerExpiration, WorkerState, WorkerStatus,
};
use wasmtime_wasi_http::p3::bindings::ServicePre;
use wasmtime_wasi_http::p3::{WasiHttpCtxView, WasiHttpView};

use crate::bindings::Host_;
use crate::chaining::Outbound;
use crate::denied;
use crate::output::Lines;
use crate::rights::Rights;

/// So many requests an instance serves in its life,
const REQUESTS: usize = 128;
/// so many of them at once,
const AT_ONCE: usize = 16;
/// and so long it waits for the next one.
const IDLE: Duration = Duration::from_secs(1);

/// What the handler says of an instance that is dropped before its end, whether by a panic or because the host ends.
const DROPPED: &str = "worker panicked";

/// What belongs to one instance.
pub(crate) struct State {
    pub(crate) rights: Arc<Rights>,
    pub(crate) table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.outbound }
    }
}

/// The compiler, and all functions that components can import.
pub(crate) struct Linked {
    engine: Engine,
    linker: Linker<State>,
}

impl Linked {
    /// Prepares to compile; compiled code is kept in an absolute folder.
    pub(crate) fn new(compiled: &Path) -> Result<Self> {
        let mut cache = CacheConfig::new();
        cache.with_directory(compiled);
        let mut config = Config::new();
        config.wasm_component_model_async(true).cache(Some(Cache::new(cache)?));
        let engine = Engine::new(&config)?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasmtime_wasi::p3::add_to_linker(&mut linker)?;
        wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
        Host_::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
        denied::add_to_linker(&mut linker)?;
        Ok(Self { engine, linker })
    }

    /// Compiles a component and links it.
    ///
    /// # Errors
    ///
    /// When the code is no component, serves no HTTP, or imports what this host does not have; the error names it.
    pub(crate) fn blueprint(&self, code: &[u8], outbound: Outbound) -> Result<Blueprint> {
        let component = Component::new(&self.engine, code)?;
        let service = ServicePre::new(self.linker.instantiate_pre(&component)?)?;
        Ok(Blueprint { engine: self.engine.clone(), service, outbound })
    }
}

/// A component from which instances are made as requests need them.
pub(crate) struct Blueprint {
    engine: Engine,
    service: ServicePre<State>,
    outbound: Outbound,
}

impl Blueprint {
    fn state(&self) -> State {
        let rights = &self.outbound.rights;
        let mut wasi = WasiCtx::builder();
        wasi.stdout(Lines::of(&rights.component)).stderr(Lines::of(&rights.component)).envs(&rights.environment);
        State {
            rights: rights.clone(),
            table: ResourceTable::new(),
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            outbound: self.outbound.clone(),
        }
    }
}

impl HandlerState for Blueprint {
    type StoreData = State;
    type WorkerExpiration = Idle;
    type WorkerState = Limits;

    async fn instantiate(&self) -> Result<Instance<State, Idle, Limits>> {
        let mut store = Store::new(&self.engine, self.state());
        let proxy = Proxy::P3(self.service.instantiate_async(&mut store).await?);
        let expiration = Idle(Box::pin(tokio::time::sleep(IDLE)));
        let state = Limits { component: self.outbound.rights.component.clone() };
        Ok(Instance { store, proxy, view: ViewFn::P3(State::http), expiration, state })
    }
}

/// Ends an instance that has had nothing to do for a while.
pub(crate) struct Idle(Pin<Box<Sleep>>);

impl WorkerExpiration for Idle {
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>, status: WorkerStatus, since: Instant) -> Poll<()> {
        if status != WorkerStatus::Idle {
            return Poll::Pending;
        }
        let end = tokio::time::Instant::from_std(since + IDLE);
        if self.0.deadline() != end {
            self.0.as_mut().reset(end);
        }
        self.0.as_mut().poll(context)
    }
}

/// How many requests an instance takes.
pub(crate) struct Limits {
    component: Arc<str>,
}

impl WorkerState for Limits {
    type StoreData = State;
    type RequestId = ();

    fn should_accept_request(&self, at_once: usize, in_all: usize) -> ShouldAccept {
        if in_all >= REQUESTS {
            ShouldAccept::Never
        } else if at_once >= AT_ONCE {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _: wasmtime::StoreContextMut<'_, State>,
        (): (),
        _: wasmtime::component::GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        // No request times out, as in Spin.
        Box::pin(std::future::pending())
    }

    fn drop(&self, _: Store<State>, result: Result<()>) {
        if let Err(error) = result
            && (std::thread::panicking() || error.to_string() != DROPPED)
        {
            eprintln!("{}: an instance has failed: {error:?}", self.component);
        }
    }
}
