//! The image-pull secret: a registry's credentials as a Docker client stores them.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::json;

use crate::metadata::Metadata;
use crate::object::Typed;
use crate::{Application, Placement, Resource};

#[derive(Debug, Serialize)]
pub(crate) struct Secret {
    metadata: Metadata,
    #[serde(rename = "type")]
    kind: &'static str,
    data: BTreeMap<&'static str, String>,
}

/// None where nothing is needed to pull.
pub(crate) fn of(application: &Application, placement: &Placement<'_>) -> Option<Typed<Secret>> {
    let pull = placement.pull.as_ref()?;
    let (user, password) = (&pull.user, &pull.password);
    let auth = STANDARD.encode(format!("{user}:{password}"));
    let login = json!({"username": user, "password": password, "auth": auth});
    let config = json!({"auths": {pull.registry.as_str(): login}}).to_string();
    let secret = Secret {
        metadata: Metadata::of(application, placement),
        kind: "kubernetes.io/dockerconfigjson",
        data: BTreeMap::from([(".dockerconfigjson", STANDARD.encode(config))]),
    };
    Some(Typed::new(Resource::Secret, secret))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::examples::{application, placement};
    use crate::{PullSecret, render};

    fn config(user: &str, password: &str) -> Value {
        let pull = PullSecret {
            registry: "registry.example.com:5000/team".to_owned(),
            user: user.to_owned(),
            password: password.to_owned(),
        };
        let secret = &render(&application(), &Placement { pull: Some(pull), ..placement() })[0];
        let body: Value = serde_json::from_str(&secret.body).unwrap();
        assert_eq!(body["type"], "kubernetes.io/dockerconfigjson");
        let data = body["data"][".dockerconfigjson"].as_str().unwrap();
        serde_json::from_slice(&STANDARD.decode(data).unwrap()).unwrap()
    }

    #[test]
    fn it_holds_the_registrys_credentials() {
        let config = config("puller", "s3cret");
        let login = &config["auths"]["registry.example.com:5000/team"];
        assert_eq!(
            login,
            &json!({"username": "puller", "password": "s3cret", "auth": STANDARD.encode("puller:s3cret")})
        );
    }

    #[test]
    fn a_password_stays_a_text() {
        let password = "\"},\"evil.example.com\":{\"auth\":\"x\"},\\ä\n";
        let config = config("robot$ns7+pull", password);
        assert_eq!(config["auths"].as_object().unwrap().len(), 1);
        let login = &config["auths"]["registry.example.com:5000/team"];
        assert_eq!((&login["username"], &login["password"]), (&json!("robot$ns7+pull"), &json!(password)));
    }
}
