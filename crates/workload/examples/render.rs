//! Renders application versions: a JSON array of `{application, placement}` on standard input becomes an array of
//! arrays of Kubernetes objects on standard output. `tests/render/validate.py` holds them against Kubernetes' schemas.

use std::io::{Error, Read, Write};

use serde::Deserialize;
use serde_json::Value;
use workload::{Application, Placement, PullSecret, node_label_key, render};

#[derive(Deserialize)]
struct Variant {
    application: Application,
    placement: Place,
}

#[derive(Deserialize)]
struct Place {
    deployment_id: i64,
    deployment_name: String,
    namespace: String,
    node_label: Option<String>,
    pull: Option<Pull>,
}

#[derive(Deserialize)]
struct Pull {
    registry: String,
    user: String,
    password: String,
}

fn main() -> Result<(), Error> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let variants: Vec<Variant> = serde_json::from_str(&input)?;
    let rendered = variants.into_iter().map(objects).collect::<Result<Vec<_>, _>>()?;
    writeln!(std::io::stdout(), "{}", Value::from(rendered))
}

fn objects(variant: Variant) -> serde_json::Result<Value> {
    let Place { deployment_id, deployment_name, namespace, node_label, pull } = variant.placement;
    let placement = Placement {
        deployment_id,
        deployment_name: &deployment_name,
        namespace: &namespace,
        node_selector: node_label.map(|label| (node_label_key(7, &label), "true".to_owned())),
        pull: pull.map(|Pull { registry, user, password }| PullSecret { registry, user, password }),
    };
    let objects = render(&variant.application, &placement);
    objects.iter().map(|object| serde_json::from_str::<Value>(&object.body)).collect()
}
