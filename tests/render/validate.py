#!/usr/bin/env python3
"""Holds rendered Kubernetes objects against the official schemas, strictly: a field that Kubernetes does not know is an error.

    pip install -r tests/render/requirements.txt
    python3 tests/render/validate.py

`variants.json` is the table of application variants: each is the plain application and placement with some fields changed,
and the kinds of objects that must come of it.
"""
import copy
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KUBERNETES = ("1.25", "1.30", "1.36")          # the oldest and the newest that it is meant for, and one between
LABEL = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")


def load():
    table = json.loads((HERE / "variants.json").read_text())
    merged = lambda part, variant: {**table[part], **variant.get(part, {})}
    return [{**v, "application": merged("application", v), "placement": merged("placement", v)} for v in table["variants"]]


def render(variants):
    cargo = ["cargo", "run", "--quiet", "--package", "workload", "--example", "render"]
    run = subprocess.run(cargo, cwd=ROOT, input=json.dumps(variants), stdout=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit("validate.py: the objects could not be rendered")
    return json.loads(run.stdout)


def faults(package, obj):
    """What is wrong with an object, one line each."""
    said = [f"label {k}: {v!r}" for k, v in obj["metadata"]["labels"].items() if not LABEL.fullmatch(v)]
    if obj["kind"] == "HelmChart":
        return said + chart_faults(obj)
    for version in KUBERNETES:
        try:
            package.validate(obj, version, strict=True)
        except package.ValidationError as error:
            said.append(f"Kubernetes {version}: {'.'.join(map(str, error.path))}: {error.message}")
        except package.SchemaNotFoundError as error:
            said.append(error.message)
    return said


def chart_faults(obj):
    """The k3s helm-controller's object has no schema there; this is what its documentation says of the fields that are used."""
    known = {"chart": str, "version": str, "targetNamespace": str, "dockerRegistrySecret": dict}
    spec, required = obj["spec"], {"chart", "version", "targetNamespace"}
    said = [f"spec.{k}: unknown" for k in spec.keys() - known.keys()] + [f"spec.{k}: missing" for k in required - spec.keys()]
    said += [f"spec.{k}: not a {known[k].__name__}" for k in spec.keys() & known.keys() if not isinstance(spec[k], known[k])]
    if not isinstance(obj["metadata"].get("name"), str):
        said.append("metadata.name: not a text")
    if obj["apiVersion"] != "helm.cattle.io/v1" or set(obj) != {"apiVersion", "kind", "metadata", "spec"}:
        said.append("not a helm.cattle.io/v1 object of metadata and spec")
    if not str(spec.get("chart")).startswith("oci://") or ":" in str(spec.get("chart"))[6:].rpartition("/")[2]:
        said.append("spec.chart: not an oci:// reference without a tag")
    if "dockerRegistrySecret" in spec and set(spec["dockerRegistrySecret"]) != {"name"}:
        said.append("spec.dockerRegistrySecret: not a name")
    return said


def broken(obj):
    """The object, each time with one mistake that must be found."""
    for path, value in ((("spec",), {}), (("spec", "surprise"), 1), (("metadata", "labels", "x"), "a b"), (("metadata", "name"), 7)):
        wrong = copy.deepcopy(obj)
        at = wrong
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value
        yield ".".join(path), wrong


def main():
    try:
        import kubernetes_validate
    except ImportError:
        sys.exit("validate.py: kubernetes-validate is missing; get it with: pip install -r tests/render/requirements.txt")
    variants, wrong, count = load(), [], 0
    for variant, objects in zip(variants, render(variants), strict=True):
        kinds = [o["kind"] for o in objects]
        if kinds != variant["kinds"]:
            wrong.append(f"{variant['name']}: {kinds} instead of {variant['kinds']}")
        for obj in objects:
            count += 1
            wrong += [f"{variant['name']}: {obj['kind']}: {fault}" for fault in faults(kubernetes_validate, obj)]
            if "spec" in obj:                  # the check itself: what is wrong must be found
                wrong += [f"{variant['name']}: {obj['kind']}: a wrong {path} was not found"
                          for path, bad in broken(obj) if not faults(kubernetes_validate, bad)]
    if wrong:
        sys.exit("\n".join(wrong + [f"validate.py: {len(wrong)} faults in {count} objects"]))
    print(f"validate.py: {count} objects of {len(variants)} variants are valid for Kubernetes {', '.join(KUBERNETES)}")


if __name__ == "__main__":
    main()
