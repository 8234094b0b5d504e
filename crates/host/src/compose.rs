//! Composition: a component and its dependencies become one, as Spin does it when it loads an application.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions, NodeId, PackageId};

use crate::denied;
use crate::manifest::{Dependency, Inherited, Manifest};

/// A component's code, its dependencies built in.
///
/// # Errors
///
/// When a file cannot be read, is no component, or a dependency does not satisfy the import that it is named for.
pub(crate) fn composed(manifest: &Manifest, id: &str) -> Result<Vec<u8>> {
    let component = manifest.components.get(id).with_context(|| format!("there is no component `{id}`"))?;
    let code = read(&manifest.folder.join(&component.source))?;
    if component.dependencies.is_empty() {
        return Ok(code);
    }
    let mut graph = CompositionGraph::new();
    let (package, instance) = add(&mut graph, "component", code)?;
    for (number, (name, dependency)) in component.dependencies.iter().enumerate() {
        code_of(manifest, dependency)
            .and_then(|code| satisfy(&mut graph, (package, instance), name, code, number))
            .with_context(|| format!("component `{id}`: dependency \"{name}\""))?;
    }
    encode(graph, package, instance)
}

fn code_of(manifest: &Manifest, dependency: &Dependency) -> Result<Vec<u8>> {
    let code = read(&manifest.dependency_source(dependency)?)?;
    confined(code, &dependency.inherit_configuration)
}

/// A dependency that calls the host's functions behind the rights it does not inherit by other names, which lead
/// nowhere (`denied`).
fn confined(code: Vec<u8>, inherited: &Inherited) -> Result<Vec<u8>> {
    let mut graph = CompositionGraph::new();
    let (package, instance) = add(&mut graph, "dependency", code.clone())?;
    let imports = graph.types()[graph[package].ty()].imports.clone();
    let mut refused =
        imports.iter().filter_map(|(name, kind)| Some((name, kind, denied::name(name, inherited)?))).peekable();
    if refused.peek().is_none() {
        return Ok(code);
    }
    for (name, kind, denied) in refused {
        let node = graph.import(denied, *kind)?;
        graph.set_instantiation_argument(instance, name, node)?;
    }
    encode(graph, package, instance)
}

/// Gives an instance what a dependency exports of the interface, or of the package, that its name says.
fn satisfy(
    graph: &mut CompositionGraph,
    (package, instance): (PackageId, NodeId),
    name: &str,
    code: Vec<u8>,
    number: usize,
) -> Result<()> {
    let imports = graph.types()[graph[package].ty()].imports.keys().filter(|import| covers(name, import));
    let imports: Vec<String> = imports.cloned().collect();
    ensure!(!imports.is_empty(), "the component imports nothing of that name");
    let (_, dependency) = add(graph, &format!("dependency-{number}"), code)?;
    for import in imports {
        let export = graph.alias_instance_export(dependency, &import)?;
        graph.set_instantiation_argument(instance, &import, export)?;
    }
    Ok(())
}

/// Whether a dependency's name, `package/interface@version` or `package@version`, means an import.
fn covers(name: &str, import: &str) -> bool {
    let (import_path, import_version) = import.split_once('@').unwrap_or((import, ""));
    let (path, version) = name.split_once('@').unwrap_or((name, import_version));
    let package = import_path.split_once('/').map_or(import_path, |(package, _)| package);
    version == import_version && (path == import_path || path == package)
}

fn add(graph: &mut CompositionGraph, name: &str, code: Vec<u8>) -> Result<(PackageId, NodeId)> {
    let package = Package::from_bytes(&format!("host:{name}"), None, code, graph.types_mut())?;
    let package = graph.register_package(package)?;
    Ok((package, graph.instantiate(package)))
}

/// The composition as a component that exports whatever the instance does.
fn encode(mut graph: CompositionGraph, package: PackageId, instance: NodeId) -> Result<Vec<u8>> {
    let exports: Vec<String> = graph.types()[graph[package].ty()].exports.keys().cloned().collect();
    for name in exports {
        let export = graph.alias_instance_export(instance, &name)?;
        graph.export(export, name)?;
    }
    Ok(graph.encode(EncodeOptions::default())?)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}; has it been built?", path.display()))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_dependency_is_named_for_an_interface_or_a_package() {
        for (name, expected) in [
            ("otestack:edge/shim@1.0.0", true),
            ("otestack:edge/shim", true),
            ("otestack:edge@1.0.0", true),
            ("otestack:edge", true),
            ("otestack:edge/shim@2.0.0", false),
            ("otestack:edge/other@1.0.0", false),
            ("otestack:edges", false),
        ] {
            assert_eq!(covers(name, "otestack:edge/shim@1.0.0"), expected, "{name}");
        }
    }
}
