use super::*;
use futures::executor::block_on;

fn cluster(id: &str, reported_at: u64) -> Cluster {
    Cluster { id: id.to_owned(), name: format!("name of {id}"), online: true, reported_at }
}

fn node(name: &str, labels: &[&str]) -> Node {
    Node {
        cluster_id: "c".to_owned(),
        name: name.to_owned(),
        ready: true,
        operating_system: "linux".to_owned(),
        kernel_version: String::new(),
        ip: String::new(),
        cpu: 8,
        memory: 1 << 40,
        disk: 0,
        gpu: 0,
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
    }
}

async fn count(database: &Database, what: &str) -> i64 {
    database.first(&format!("SELECT count(*) FROM {what}"), &[]).await.unwrap().unwrap()
}

#[test]
fn a_refresh_is_one_at_a_time_and_goes_on_from_its_revision() {
    block_on(async {
        let database = Database::open().await.unwrap();
        let kind = Kind::Clusters;
        assert_eq!(lease(&database, kind, 9.0, 3600).await.unwrap().unwrap().revision, "");
        assert!(lease(&database, kind, 9.0, 3600).await.unwrap().is_none(), "somebody is at it");
        finish_list(&database, kind, 1, "r1").await.unwrap();
        let second = lease(&database, kind, 9.0, 3600).await.unwrap().unwrap();
        assert_eq!((second.revision.as_str(), second.round), ("r1", 2));
        finish_changes(&database, kind, "r2").await.unwrap();
        assert!(refreshed_at(&database, &[kind]).await.unwrap() > 0);
        assert_eq!(refreshed_at(&database, &[kind, Kind::Nodes]).await.unwrap(), 0, "nodes were never listed");
        assert_eq!(lease(&database, kind, 9.0, -1).await.unwrap().unwrap().revision, "", "too old a list is made anew");
    });
}

#[test]
fn what_a_new_list_lacks_is_gone_and_changes_belong_to_the_last_list() {
    block_on(async {
        let database = Database::open().await.unwrap();
        let kind = Kind::Clusters;
        lease(&database, kind, 9.0, 3600).await.unwrap();
        put(&database, &Items::Clusters(vec![cluster("a", 0), cluster("b", 0)]), Some(1)).await.unwrap();
        finish_list(&database, kind, 1, "r1").await.unwrap();
        put(&database, &Items::Clusters(vec![cluster("c", 0)]), None).await.unwrap();
        finish_list(&database, kind, 1, "r2").await.unwrap();
        assert_eq!(count(&database, "cluster").await, 3);
        put(&database, &Items::Clusters(vec![cluster("a", 0)]), Some(2)).await.unwrap();
        finish_list(&database, kind, 2, "r3").await.unwrap();
        assert_eq!(count(&database, "cluster").await, 1);
        let gone =
            Gone { cluster: "a".to_owned(), namespace: String::new(), name: "a".to_owned(), resource: String::new() };
        remove(&database, kind, &[gone]).await.unwrap();
        assert_eq!(count(&database, "cluster").await, 0);
    });
}

#[test]
fn a_cluster_is_offline_when_its_report_was_old_at_the_refresh() {
    block_on(async {
        let database = Database::open().await.unwrap();
        let now: u64 = database.first("SELECT unixepoch()", &[]).await.unwrap().unwrap();
        lease(&database, Kind::Clusters, 9.0, 3600).await.unwrap();
        let clusters = vec![cluster("fresh", now - 100), cluster("stale", now - 200), cluster("timeless", 0)];
        put(&database, &Items::Clusters(clusters), Some(1)).await.unwrap();
        finish_list(&database, Kind::Clusters, 1, "r").await.unwrap();
        let ready: Vec<String> =
            database.all("SELECT json_quote(id) FROM known_cluster WHERE ready ORDER BY id", &[]).await.unwrap();
        assert_eq!(ready, ["fresh", "timeless"]);
        database.execute("UPDATE mirror SET refreshed_at = refreshed_at - 90", &[]).await.unwrap();
        assert_eq!(count(&database, "known_cluster WHERE ready").await, 3, "an outage makes nobody offline");
    });
}

#[test]
fn node_labels_follow_their_nodes() {
    block_on(async {
        let database = Database::open().await.unwrap();
        put(
            &database,
            &Items::Nodes(vec![node("n1", &["otestack.io/a", "ns7.otestack.io/b"]), node("n2", &[])]),
            Some(1),
        )
        .await
        .unwrap();
        assert_eq!(count(&database, "node_label").await, 2);
        put(&database, &Items::Nodes(vec![node("n1", &["otestack.io/a"])]), None).await.unwrap();
        assert_eq!(count(&database, "node_label").await, 1);
        finish_list(&database, Kind::Nodes, 9, "r").await.unwrap();
        assert_eq!(count(&database, "node_label").await, 0);
    });
}
