//! `/v1/app`: Application Management 1, 3, 4, and 2 as far as it is about applications alone.

use harness::{Answer, Client, Tenant, admin, documented_application, small_application, unique, with};
use serde_json::{Value, json};

fn create(by: &Client, body: Value) -> Answer {
    by.post("/v1/app", body)
}

fn show(by: &Client, id: u64) -> Value {
    by.get(&format!("/v1/app/{id}")).expect(200).data().clone()
}

/// The faults of a small application with other values of some fields.
fn faults(by: &Client, fields: Value) -> Vec<String> {
    let refused = create(by, with(small_application("faulty"), fields)).expect(422);
    refused.faults().into_iter().map(str::to_owned).collect()
}

fn versions(by: &Client, query: &str) -> Vec<String> {
    let list = by.get(&format!("/v1/app?{query}")).expect(200);
    let rows = list.body()["apps"].as_array().unwrap();
    rows.iter()
        .map(|row| format!("{}:{}", row["appName"].as_str().unwrap(), row["version"].as_str().unwrap()))
        .collect()
}

#[test]
fn the_documents_example_comes_back_as_the_document_shows_it() {
    let (tenant, name) = (Tenant::new(), unique("nginx"));
    let body = documented_application(&name);
    let id = create(&tenant.general_user, body.clone()).expect(200).id();
    let row = show(&tenant.business_admin, id);
    let differing = json!({
        "id": id, "status": 1, "version": "1.2.1", "projectName": "", "repositoryId": "", "dependence": [], "GPU": 0,
        "minCPU": 0.1, "maxCPU": 2, "targetCPUUtilization": 1,
        "createTime": row["createTime"], "updateTime": row["updateTime"],
    });
    assert_eq!(row, with(body, differing));
    assert!(row["createTime"].as_u64().unwrap() > 1_600_000_000);
    let listed = tenant.general_user.get("/v1/app").expect(200);
    assert_eq!(listed.body()["apps"], json!([row]));
    let alias = tenant.general_user.get(&format!("/v1/app/id/{id}")).expect(200);
    assert_eq!(alias.data(), &row);
}

#[test]
fn each_creation_is_the_next_build_of_its_main_version() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let by = &tenant.business_admin;
    let create = |version: &str| by.create_application(with(small_application("web"), json!({"version": version})));
    assert_eq!([create("1.0"), create("1.0"), create("1.1"), create("1.0")], ["1.0.1", "1.0.2", "1.1.1", "1.0.3"]);
    assert_eq!(by.create_application(small_application("other")), "1.0.1", "each application counts its own");
    assert_eq!(other.business_admin.create_application(small_application("web")), "1.0.1", "and each business");
}

#[test]
fn a_build_number_is_never_used_again() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    let id = create(by, small_application("web")).expect(200).id();
    by.delete_with("/v1/app", json!({"appId": [id]})).expect(200);
    by.get(&format!("/v1/app/{id}")).expect(404);
    assert_eq!(by.create_application(small_application("web")), "1.0.2");
}

#[test]
fn builds_that_are_made_at_once_get_numbers_of_their_own() {
    let tenant = Tenant::new();
    let by: &Client = &tenant.business_admin;
    let mut versions: Vec<String> = std::thread::scope(|scope| {
        let creations: Vec<_> =
            (0..8).map(|_| scope.spawn(|| by.create_application(small_application("web")))).collect();
        creations.into_iter().map(|it| it.join().unwrap()).collect()
    });
    versions.sort_unstable();
    let expected: Vec<String> = (1..=8).map(|build| format!("1.0.{build}")).collect();
    assert_eq!(versions, expected);
}

#[test]
fn what_is_not_said_has_its_default() {
    let tenant = Tenant::new();
    let id = create(&tenant.business_admin, with(small_application("web"), json!({"replicas": 3}))).expect(200).id();
    let row = show(&tenant.business_admin, id);
    assert_eq!((&row["replicas"], &row["minReplicas"], &row["maxReplicas"]), (&json!(3), &json!(1), &json!(3)));
    assert_eq!(
        (&row["command"], &row["volume"], &row["env"], &row["GPU"]),
        (&json!(""), &json!([]), &json!([]), &json!(0))
    );
}

#[test]
fn all_that_is_missing_is_reported_together() {
    let refused = create(admin(), json!({})).expect(422);
    let mut faults = refused.faults();
    faults.sort_unstable();
    let mut required = [
        "appName",
        "deployType",
        "image",
        "version",
        "port",
        "minCPU",
        "maxCPU",
        "isHPA",
        "targetCPUUtilization",
        "targetMemUtilization",
        "minMemory",
        "maxMemory",
        "maxUnavailable",
        "maxSurge",
        "minReadySeconds",
    ];
    required.sort_unstable();
    assert_eq!(faults, required);
}

#[test]
fn fields_keep_their_rules() {
    let tenant = Tenant::new();
    let cases: &[(&str, &[Value])] = &[
        ("appName", &[json!("Web"), json!("-a"), json!("a.b"), json!("x".repeat(41))]),
        ("deployType", &[json!("chart"), json!("Deployment"), json!(1)]),
        ("image", &[json!("two words"), json!(""), json!("x".repeat(501))]),
        ("version", &[json!("1"), json!("1.2.3"), json!("01.2"), json!("1.100000"), json!("1.x"), json!(1.2)]),
        ("port", &[json!("8080"), json!([{"port": 1, "hostPort": 7}, {"port": 2, "hostPort": 7}])]),
        ("command", &[json!("x".repeat(4001))]),
        ("minCPU", &[json!(-1), json!(1.5), json!("1"), json!(4_294_967_296_u64)]),
        ("replicas", &[json!(2_147_483_648_u64), json!(-1)]),
        ("minReadySeconds", &[json!(2_147_483_048_u64)]),
        ("env", &[json!([{"name": "A"}, {"name": "A"}])]),
        ("volume", &[json!([{"path": "/a", "hostPath": "/x"}, {"path": "/a/", "hostPath": "/y"}])]),
        ("repositoryId", &[json!("of-nobody")]),
    ];
    for (field, values) in cases {
        for value in *values {
            let mut fields = json!({});
            fields[*field] = value.clone();
            assert_eq!(faults(&tenant.business_admin, fields), [*field], "{value}");
        }
    }
}

#[test]
fn faults_in_arrays_name_their_place() {
    let tenant = Tenant::new();
    let fields = json!({
        "port": [{"port": 80}, {"port": 0}, {}],
        "volume": [{"path": "relative", "hostPath": "/a/../b"}],
        "env": [{"name": "1st"}, {"value": "x"}],
        "dependence": [{"name": "db"}],
    });
    let mut faults = faults(&tenant.business_admin, fields);
    faults.sort_unstable();
    let expected = [
        "dependence[0].port",
        "dependence[0].service",
        "env[0].name",
        "env[1].name",
        "port[1].port",
        "port[2].port",
        "volume[0].hostPath",
        "volume[0].path",
    ];
    assert_eq!(faults, expected);
}

#[test]
fn rules_over_several_fields_hold() {
    let tenant = Tenant::new();
    let refused = [
        json!({"minCPU": 20, "maxCPU": 10}),
        json!({"minMemory": 20, "maxMemory": 10}),
        json!({"replicas": 3, "maxReplicas": 2}),
        json!({"replicas": 1, "minReplicas": 2, "maxReplicas": 3}),
        json!({"maxUnavailable": 0, "maxSurge": 0}),
        json!({"isHPA": true}),
        json!({"isHPA": true, "targetCPUUtilization": 50, "minCPU": 0}),
    ];
    for fields in refused {
        assert!(!faults(&tenant.business_admin, fields.clone()).is_empty(), "{fields}");
    }
    let scaled = json!({"deployType": "daemonset", "isHPA": true, "replicas": 3, "maxReplicas": 2});
    create(&tenant.business_admin, with(small_application("ignored"), scaled)).expect(200);
}

#[test]
fn the_list_is_filtered_by_name_and_version() {
    let tenant = Tenant::new();
    let by = &tenant.business_admin;
    for (name, version) in [("web", "1.0"), ("web", "1.0"), ("web", "1.10"), ("my-web", "2.0")] {
        by.create_application(with(small_application(name), json!({"version": version})));
    }
    assert_eq!(versions(by, "appName=web"), ["web:1.0.1", "web:1.0.2", "web:1.10.1", "my-web:2.0.1"]);
    assert_eq!(versions(by, "appName=web&appNameMode=prefix"), ["web:1.0.1", "web:1.0.2", "web:1.10.1"]);
    assert_eq!(versions(by, "appName=my-web&appNameMode=strict"), ["my-web:2.0.1"]);
    assert_eq!(versions(by, "appName=eb&appNameMode=strict"), [""; 0]);
    assert_eq!(versions(by, "version=1.0.2"), ["web:1.0.2"], "exactly");
    assert_eq!(versions(by, "version=1.0"), ["web:1.0.1", "web:1.0.2"], "or as a main version");
    assert_eq!(versions(by, "version=1.1"), [""; 0]);
    assert_eq!(versions(by, "page=2&pageSize=3"), ["my-web:2.0.1"]);
    assert_eq!(by.get("/v1/app?appNameMode=fuzzy").expect(422).faults(), ["appNameMode"]);
}

#[test]
fn another_tenants_application_does_not_exist() {
    let (tenant, other) = (Tenant::new(), Tenant::new());
    let id = create(&tenant.business_admin, small_application("web")).expect(200).id();
    let foreign = other.business_admin.get(&format!("/v1/app/{id}")).expect(404);
    let unknown = other.business_admin.get("/v1/app/999999999").expect(404);
    assert_eq!(foreign.body(), unknown.body(), "the two are indistinguishable");
    other.business_admin.delete_with("/v1/app", json!({"appId": [id]})).expect(404);
    assert!(versions(&other.business_admin, "").is_empty());
    assert_eq!(show(admin(), id)["appName"], "web", "a system administrator reads all");
    for id in ["0", "x", "-1"] {
        admin().get(&format!("/v1/app/{id}")).expect(422);
    }
}
