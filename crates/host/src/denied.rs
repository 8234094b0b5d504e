//! What a dependency gets in place of the rights that it does not inherit: the same functions, which refuse.

use wasmtime::Result;
use wasmtime::component::{Linker, LinkerInstance, Resource, ResourceType};
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p3::{Request, Response};

use crate::bindings::spin::{key_value::key_value, sqlite::sqlite, variables::variables};
use crate::instance::State;
use crate::manifest::{Inherited, Right};

/// The name by which an import is refused; none when the host gives it to everyone or the right is inherited.
pub(crate) fn name(import: &str, inherited: &Inherited) -> Option<String> {
    let right = match import.split('@').next()? {
        "wasi:http/client" => Right::AllowedOutboundHosts,
        "wasi:cli/environment" => Right::Environment,
        "spin:key-value/key-value" => Right::KeyValueStores,
        "spin:sqlite/sqlite" => Right::SqliteDatabases,
        "spin:variables/variables" => Right::Variables,
        _ => return None,
    };
    (!inherited.has(right)).then(|| format!("denied:{}", import.replacen(':', "-", 1)))
}

/// Defines all that can be refused.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> Result<()> {
    http(linker.instance("denied:wasi-http/client@0.3.0")?)?;
    environment(linker.instance("denied:wasi-cli/environment@0.2.0")?)?;
    environment(linker.instance("denied:wasi-cli/environment@0.3.0")?)?;
    variables(linker.instance("denied:spin-variables/variables@3.0.0")?)?;
    sqlite(linker.instance("denied:spin-sqlite/sqlite@3.1.0")?)?;
    key_value(linker.instance("denied:spin-key-value/key-value@3.0.0")?)
}

fn http(mut client: LinkerInstance<'_, State>) -> Result<()> {
    client.func_wrap_concurrent("send", |accessor, (request,): (Resource<Request>,)| {
        Box::pin(async move {
            accessor.with(|mut access| access.get().table.delete(request))?;
            Ok((Err::<Resource<Response>, _>(ErrorCode::HttpRequestDenied),))
        })
    })
}

fn environment(mut environment: LinkerInstance<'_, State>) -> Result<()> {
    environment.func_wrap("get-environment", |_, (): ()| Ok((Vec::<(String, String)>::new(),)))?;
    environment.func_wrap("get-arguments", |_, (): ()| Ok((Vec::<String>::new(),)))?;
    for name in ["initial-cwd", "get-initial-cwd"] {
        environment.func_wrap(name, |_, (): ()| Ok((None::<String>,)))?;
    }
    Ok(())
}

fn variables(mut interface: LinkerInstance<'_, State>) -> Result<()> {
    interface.func_wrap_concurrent("get", |_, (name,): (String,)| {
        Box::pin(async move { Ok((Err::<String, _>(variables::Error::Undefined(name)),)) })
    })
}

fn sqlite(mut interface: LinkerInstance<'_, State>) -> Result<()> {
    interface.resource("connection", ResourceType::host::<crate::sqlite::Connection>(), |_, _| Ok(()))?;
    interface.func_wrap_concurrent("[static]connection.open-async", |_, (_,): (String,)| {
        Box::pin(async { Ok((Err::<Resource<crate::sqlite::Connection>, _>(sqlite::Error::AccessDenied),)) })
    })?;
    unreached(interface, "connection", &["execute-async", "last-insert-rowid-async", "changes-async"])
}

fn key_value(mut interface: LinkerInstance<'_, State>) -> Result<()> {
    interface.resource("store", ResourceType::host::<crate::key_value::Store>(), |_, _| Ok(()))?;
    interface.func_wrap_concurrent("[static]store.open", |_, (_,): (String,)| {
        Box::pin(async { Ok((Err::<Resource<crate::key_value::Store>, _>(key_value::Error::AccessDenied),)) })
    })?;
    unreached(interface, "store", &["get", "set", "delete", "exists", "get-keys"])
}

/// Methods of a resource that nobody can have.
fn unreached(mut interface: LinkerInstance<'_, State>, resource: &str, methods: &[&str]) -> Result<()> {
    for method in methods {
        interface.func_new_concurrent(&format!("[method]{resource}.{method}"), |_, _, _, _| {
            Box::pin(async { Err(wasmtime::format_err!("the right to this is not inherited")) })
        })?;
    }
    Ok(())
}
