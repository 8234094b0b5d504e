//! The size rule of applications (docs/semantics.md, "Applications": at most 128 KiB of JSON).

use serde::Serialize;
use serde_json::json;

use crate::{Application, Placement, render};

/// The most bytes that an application may be, rendered: the center's objects hold it twice for each cluster.
pub const LARGEST: usize = 128 << 10;

/// The field, as the API names it, that takes the most room in an application that is too large; None for one that is
/// not.
pub fn too_large(application: &Application) -> Option<&'static str> {
    let placement = Placement {
        deployment_id: i64::MAX,
        deployment_name: "0123456789012345678901234567890123456789",
        namespace: "ns9223372036854775807",
        node_selector: None,
        pull: None,
    };
    let bytes: usize = render(application, &placement).iter().map(|object| object.body.len()).sum();
    (bytes > LARGEST).then(|| largest_field(application))
}

fn largest_field(application: &Application) -> &'static str {
    let fields = [
        ("image", bytes(&application.image)),
        ("command", bytes(&application.command)),
        ("port", bytes(&application.ports)),
        ("volume", bytes(&application.volumes)),
        ("env", bytes(&application.env)),
        ("dependence", bytes(&application.dependence)),
    ];
    fields.into_iter().max_by_key(|(_, bytes)| *bytes).map_or("image", |(field, _)| field)
}

fn bytes(field: &impl Serialize) -> usize {
    json!(field).to_string().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::application;
    use crate::{Variable, Volume};

    fn with_variables(count: usize) -> Application {
        let variable = |i| Variable { name: format!("A{i}"), value: "x".repeat(1_000) };
        Application { env: (0..count).map(variable).collect(), ..application() }
    }

    #[test]
    fn an_ordinary_application_is_not_too_large() {
        assert_eq!(too_large(&application()), None);
        assert_eq!(too_large(&with_variables(100)), None);
    }

    #[test]
    fn the_largest_field_is_named() {
        assert_eq!(too_large(&with_variables(130)), Some("env"));
        let volume =
            |i| Volume { path: format!("/{i}/{}", "x".repeat(150)), host_path: "/x".to_owned(), read_only: true };
        let application = Application { volumes: (0..1_000).map(volume).collect(), ..with_variables(10) };
        assert_eq!(too_large(&application), Some("volume"));
    }

    #[test]
    fn what_grows_when_it_is_rendered_counts_as_rendered() {
        let application = Application { command: "\"".repeat(70_000), ..application() };
        assert_eq!(too_large(&application), Some("command"));
    }
}
