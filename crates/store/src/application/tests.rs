use super::*;
use crate::{Caller, Database, Standing};
use futures::executor::block_on;
use serde_json::json;

/// A database of its own, for as long as the tests run.
async fn database() -> &'static Database {
    Box::leak(Box::new(Database::open().await.unwrap()))
}

/// A general user of a business; of business 0, a system administrator.
async fn caller(database: &'static Database, business: i64) -> Caller {
    let sql = "INSERT INTO user (name, password_hash, phone, real_name, is_admin, status, business_id, changed_by)
        SELECT hex(randomblob(8)), '', hex(randomblob(8)), '', ?1 = 0, 1, ?1, 0 RETURNING id";
    let id = database.first::<i64>(sql, values![business]).await.unwrap().unwrap();
    match Caller::find(database, id, 0, "").await.unwrap() {
        Standing::Known(caller) => caller,
        other => panic!("{other:?}"),
    }
}

async fn tenant(database: &'static Database, business: i64) -> (Tenant, Scope) {
    let caller = caller(database, business).await;
    (caller.tenant(database).unwrap(), caller.scope(database))
}

fn application(name: &str, main_version: &str) -> NewApplication {
    let definition = json!({"appName": name, "version": main_version, "deployType": "deployment", "image": "nginx"});
    NewApplication {
        definition: serde_json::from_value(definition).unwrap(),
        project_name: "p".to_owned(),
        repository_id: String::new(),
    }
}

async fn created(tenant: Tenant, name: &str, main_version: &str) -> i64 {
    create(tenant, application(name, main_version)).await.unwrap()
}

fn read(rows: &Rows) -> serde_json::Value {
    serde_json::from_str(rows.get()).unwrap()
}

async fn listed(scope: Scope, name: TextFilter, version: Option<&str>) -> Vec<String> {
    let filter = Filter { name, version: version.map(str::to_owned) };
    let page = page(scope, filter, Paging::ALL).await.unwrap();
    let rows = read(&page.rows).as_array().unwrap().clone();
    assert_eq!(page.total, rows.len() as u64);
    let shown =
        |row: &serde_json::Value| format!("{} {}", row["appName"].as_str().unwrap(), row["version"].as_str().unwrap());
    rows.iter().map(shown).collect()
}

async fn deploy(database: &Database, business: i64, application: i64, status: i64, running: &str) -> i64 {
    let sql = "INSERT INTO deployment (business_id, name, app_name, cluster, node_label, application_id, version, status, comment, running_version, changed_by)
        SELECT ?1, hex(randomblob(8)), name, 'all', 'all', id, version, ?3, '', ?4, 0 FROM application WHERE id = ?2 RETURNING id";
    database.first(sql, values![business, application, status, running]).await.unwrap().unwrap()
}

#[test]
fn each_creation_gets_the_next_build_of_its_business_name_and_main_version() {
    block_on(async {
        let database = database().await;
        let ((one, _), (two, _)) = (tenant(database, 1).await, tenant(database, 2).await);
        for (tenant, name, main, want) in [
            (one, "a", "1.2", "1.2.1"),
            (one, "a", "1.2", "1.2.2"),
            (one, "a", "1.3", "1.3.1"),
            (one, "b", "1.2", "1.2.1"),
            (two, "a", "1.2", "1.2.1"),
            (one, "a", "1.2", "1.2.3"),
        ] {
            let id = created(tenant, name, main).await;
            let sql =
                "SELECT json_object('column', version, 'definition', json(definition)) FROM application WHERE id = ?1";
            let row = database.first::<serde_json::Value>(sql, values![id]).await.unwrap().unwrap();
            assert_eq!((&row["column"], &row["definition"]["version"]), (&json!(want), &json!(want)));
        }
    });
}

/// The document's example (Application Management 4), as it is stored.
fn example() -> serde_json::Value {
    json!({
        "appName": "nginx1", "version": "1.2", "deployType": "deployment", "image": "nginx", "command": "", "replicas": 10,
        "port": [{"port": 8080, "hostPort": 9090}],
        "volume": [{"path": "/host/usr/bin", "hostPath": "/usr/bin", "readOnly": true}],
        "dependence": [{"name": "nginx", "service": "xxxx", "port": 9090}],
        "env": [{"name": "NGINX_PATH", "value": "/usr/share/nginx/"}],
        "minReplicas": 2, "maxReplicas": 20, "minCPU": 10, "maxCPU": 200, "GPU": 1, "isHPA": true, "targetCPUUtilization": 100,
        "targetMemUtilization": 150, "minMemory": 100, "maxMemory": 200, "maxUnavailable": 1, "maxSurge": 1, "minReadySeconds": 10
    })
}

#[test]
fn a_row_is_the_documents_example() {
    block_on(async {
        let (tenant, scope) = tenant(database().await, 1).await;
        let definition = serde_json::from_value(example()).unwrap();
        let new = NewApplication { definition, project_name: "proj1".to_owned(), repository_id: "repo1".to_owned() };
        let id = create(tenant, new).await.unwrap();
        let row = read(&find(scope, id).await.unwrap().unwrap());
        let mut want = example();
        let others = json!({
            "id": 1, "status": 1, "projectName": "proj1", "repositoryId": "repo1", "version": "1.2.1", "minCPU": 0.1, "maxCPU": 2,
            "targetCPUUtilization": 1, "createTime": row["createTime"], "updateTime": row["createTime"]
        });
        want.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
        assert_eq!(row, want);
        assert!(row["createTime"].as_i64().unwrap() > 0);
    });
}

#[test]
fn hundredths_are_exact() {
    block_on(async {
        let (tenant, scope) = tenant(database().await, 1).await;
        for (percent, want) in
            [(0, "0"), (1, "0.01"), (29, "0.29"), (100, "1"), (115, "1.15"), (u32::MAX, "42949672.95")]
        {
            let mut new = application("a", "1.0");
            new.definition.max_cpu = percent;
            let id = create(tenant, new).await.unwrap();
            assert_eq!(read(&find(scope, id).await.unwrap().unwrap())["maxCPU"].to_string(), want);
        }
    });
}

#[test]
fn a_build_number_is_never_used_again() {
    block_on(async {
        let (tenant, scope) = tenant(database().await, 1).await;
        created(tenant, "a", "1.0").await;
        let newest = created(tenant, "a", "1.0").await;
        assert_eq!(delete(scope, &[newest]).await.unwrap(), None);
        created(tenant, "a", "1.0").await;
        assert_eq!(listed(scope, TextFilter::Any, None).await, ["a 1.0.1", "a 1.0.3"]);
    });
}

#[test]
fn creations_at_the_same_time_all_succeed_with_builds_of_their_own() {
    let (tenant, scope) = block_on(async { tenant(database().await, 1).await });
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                for _ in 0..10 {
                    block_on(created(tenant, "a", "1.0"));
                }
            });
        }
    });
    let want: Vec<String> = (1..=80).map(|build| format!("a 1.0.{build}")).collect();
    assert_eq!(block_on(listed(scope, TextFilter::Any, None)), want);
}

#[test]
fn filters_are_literal_and_case_counts() {
    block_on(async {
        let (tenant, scope) = tenant(database().await, 1).await;
        for (name, main) in [("web", "1.2"), ("web", "1.2"), ("xweb", "1.2"), ("web2", "11.2")] {
            created(tenant, name, main).await;
        }
        let text = str::to_owned;
        let all = ["web 1.2.1", "web 1.2.2", "xweb 1.2.1", "web2 11.2.1"];
        assert_eq!(listed(scope, TextFilter::Partial(text("web")), None).await, all);
        assert_eq!(
            listed(scope, TextFilter::Prefix(text("web")), None).await,
            ["web 1.2.1", "web 1.2.2", "web2 11.2.1"]
        );
        assert_eq!(listed(scope, TextFilter::Strict(text("web")), None).await, ["web 1.2.1", "web 1.2.2"]);
        assert_eq!(listed(scope, TextFilter::Any, Some("1.2")).await, ["web 1.2.1", "web 1.2.2", "xweb 1.2.1"]);
        assert_eq!(listed(scope, TextFilter::Strict(text("web")), Some("1.2.2")).await, ["web 1.2.2"]);
        for nothing in ["%", "_", "w_b", "WEB", "\\", "'"] {
            for filter in [TextFilter::Partial, TextFilter::Prefix, TextFilter::Strict] {
                assert_eq!(listed(scope, filter(text(nothing)), None).await, [""; 0], "{nothing}");
            }
        }
    });
}

#[test]
fn a_page_is_a_part_and_the_total_is_all() {
    block_on(async {
        let (tenant, scope) = tenant(database().await, 1).await;
        for _ in 0..3 {
            created(tenant, "a", "1.0").await;
        }
        for filter in [TextFilter::Any, TextFilter::Partial("a".to_owned())] {
            let filter = Filter { name: filter, version: None };
            let page = page(scope, filter, Paging { page: 2, page_size: 2 }).await.unwrap();
            let rows = read(&page.rows);
            assert_eq!((page.total, rows.as_array().unwrap().len(), &rows[0]["id"]), (3, 1, &json!(3)));
        }
    });
}

#[test]
fn a_business_reaches_its_own_and_a_system_administrator_all() {
    block_on(async {
        let database = database().await;
        let ((one, own), (_, foreign), (platform, all)) =
            (tenant(database, 1).await, tenant(database, 2).await, tenant(database, 0).await);
        let id = created(one, "a", "1.0").await;
        created(platform, "b", "1.0").await;
        assert_eq!(listed(own, TextFilter::Any, None).await, ["a 1.0.1"]);
        assert_eq!(listed(foreign, TextFilter::Any, None).await, [""; 0]);
        assert_eq!(listed(all, TextFilter::Any, None).await, ["a 1.0.1", "b 1.0.1"]);
        assert!(find(foreign, id).await.unwrap().is_none() && find(all, id).await.unwrap().is_some());
    });
}

#[test]
fn deleting_is_all_or_nothing() {
    block_on(async {
        let database = database().await;
        let ((one, own), (two, _), (_, all)) =
            (tenant(database, 1).await, tenant(database, 2).await, tenant(database, 0).await);
        let (free, used, foreign) =
            (created(one, "a", "1.0").await, created(one, "a", "1.0").await, created(two, "a", "1.0").await);
        deploy(database, 1, used, 5, "1.0.2").await;
        let refused = delete(own, &[free, used, foreign, 99]).await.unwrap().unwrap();
        assert_eq!((refused.unknown, refused.in_use), (vec![foreign, 99], vec![used]));
        assert!(delete(own, &[used, free]).await.unwrap().unwrap().unknown.is_empty());
        assert_eq!(listed(own, TextFilter::Any, None).await, ["a 1.0.1", "a 1.0.2"], "nothing is gone");
        assert_eq!(delete(all, &[free, foreign]).await.unwrap(), None);
        assert_eq!(listed(all, TextFilter::Any, None).await, ["a 1.0.2"]);
        assert_eq!(delete(all, &[free]).await.unwrap().unwrap().unknown, [free], "gone is unknown");
    });
}

#[test]
fn a_version_is_in_use_while_a_deployment_runs_it_or_waits_to_change_to_it() {
    block_on(async {
        let database = database().await;
        let (tenant, scope) = tenant(database, 1).await;
        for (status, running, in_use) in [
            (0, "", true),       // waits for approval
            (2, "", false),      // refused before it ever ran
            (3, "1.0.1", true),  // starts
            (7, "1.0.1", true),  // runs, badly
            (5, "1.0.2", false), // runs another build
        ] {
            let id = created(tenant, &format!("a{status}"), "1.0").await;
            deploy(database, 1, id, status, running).await;
            assert_eq!(delete(scope, &[id]).await.unwrap().is_some(), in_use, "status {status}");
        }
        let id = created(tenant, "b", "1.0").await;
        let deployment = deploy(database, 1, id, 9, "").await;
        database
            .execute("UPDATE deployment SET deleted_at = 1, changed_by = 0 WHERE id = ?1", values![deployment])
            .await
            .unwrap();
        assert_eq!(delete(scope, &[id]).await.unwrap(), None, "the deployment is gone");
    });
}
