//! Where a deployment is to run: what its labels stand for at the moment when a change of it starts (docs/semantics.md, Clusters
//! and nodes).

use crate::cluster::VISIBLE;
use crate::{Database, Error, PLATFORM, Value};
use serde::Deserialize;

/// Where a deployment is to run, as its people say it, in the scope of its business.
#[derive(Debug, Clone, Deserialize)]
pub struct Place {
    /// Its business.
    pub business_id: i64,
    /// A cluster label, a cluster's name or id, or `all`.
    pub cluster: String,
    /// A node label, or `all`.
    pub node_label: String,
}

/// What that stands for.
#[derive(Debug, Deserialize)]
pub struct Meaning {
    /// The clusters that are meant, by id: own label, platform-wide label, then id or name.
    pub targets: Vec<String>,
    /// Several clusters have the name that is given.
    pub ambiguous: u8,
    /// A node of the targets carries the node label, or every node is meant.
    pub node_label_found: u8,
}

/// The expressions that follow `WITH` in a statement over a [`Place`]: `meaning` is one row. Its parameters are `?1` to `?5`,
/// [`Place::parameters`].
pub(super) fn meaning() -> String {
    format!(
        "carried AS (SELECT l.cluster_id AS id FROM cluster_label l JOIN cluster c ON c.id = l.cluster_id WHERE l.label = ?2 AND {VISIBLE}),
        called AS (SELECT id FROM cluster WHERE name = ?2),
        target AS MATERIALIZED (
            SELECT id FROM cluster WHERE ?2 = 'all'
            UNION SELECT id FROM carried WHERE ?2 <> 'all'
            UNION SELECT id FROM cluster WHERE id = ?2 AND NOT EXISTS (SELECT 1 FROM carried)
            UNION SELECT id FROM called WHERE NOT EXISTS (SELECT 1 FROM carried) AND NOT EXISTS (SELECT 1 FROM cluster WHERE id = ?2)
        ),
        node_key AS (SELECT CASE WHEN ?3 = 'all' THEN '' WHEN EXISTS (SELECT 1 FROM node_label WHERE key = ?4) THEN ?4 ELSE ?5 END AS key),
        meaning AS MATERIALIZED (SELECT
            (SELECT json_group_array(id) FROM (SELECT id FROM target ORDER BY id)) AS targets,
            ?2 <> 'all' AND NOT EXISTS (SELECT 1 FROM carried) AND NOT EXISTS (SELECT 1 FROM cluster WHERE id = ?2)
                AND (SELECT count(*) FROM called) > 1 AS ambiguous,
            key AS node_label_key,
            key = '' OR EXISTS (SELECT 1 FROM node_label n WHERE n.key = node_key.key AND n.cluster_id IN (SELECT id FROM target))
                AS node_label_found
        FROM node_key)"
    )
}

/// The condition on `meaning` under which a change can start. A statement that records one looks once more, because labels may
/// have gone since somebody looked.
pub(super) const CLEAR: &str = "meaning.targets <> '[]' AND NOT meaning.ambiguous AND meaning.node_label_found";

impl Place {
    /// The parameters `?1` to `?5` of [`meaning`].
    pub(super) fn parameters(&self) -> [Value; 5] {
        [
            Value::from(self.business_id),
            Value::from(&*self.cluster),
            Value::from(&*self.node_label),
            Value::from(workload::node_label_key(self.business_id, &self.node_label)),
            Value::from(workload::node_label_key(PLATFORM, &self.node_label)),
        ]
    }

    /// What it stands for now.
    pub(super) async fn resolve(&self, database: &Database) -> Result<Meaning, Error> {
        let sql = format!(
            "WITH {} SELECT json_object('targets', json(targets), 'ambiguous', ambiguous, 'node_label_found', node_label_found) FROM meaning",
            meaning()
        );
        database.one(&sql, &self.parameters()).await
    }
}
