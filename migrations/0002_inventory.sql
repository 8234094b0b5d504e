-- The mirror of the fleet (docs/design.md, Inventory): a cache, complete without its rows.
-- One row for each list that is mirrored. `scope` is `fleet`, or a cluster's id.
CREATE TABLE IF NOT EXISTS mirror (
    scope TEXT NOT NULL,
    kind TEXT NOT NULL, -- clusters, nodes, workloads, pods
    revision TEXT NOT NULL DEFAULT '', -- '': never listed, or to be listed anew
    listed_at INTEGER NOT NULL DEFAULT 0, -- when it was last listed as a whole
    refreshed_at INTEGER NOT NULL DEFAULT 0, -- up to when it is true
    round INTEGER NOT NULL DEFAULT 0, -- rows of an older round are gone once a list is complete
    lease_until REAL NOT NULL DEFAULT 0, -- somebody is refreshing it
    PRIMARY KEY (scope, kind)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS cluster (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    online INTEGER NOT NULL,
    reported_at INTEGER NOT NULL, -- 0: its reports have no time
    round INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS cluster_name ON cluster (name, id);

CREATE TABLE IF NOT EXISTS node (
    cluster_id TEXT NOT NULL,
    name TEXT NOT NULL,
    ready INTEGER NOT NULL,
    operating_system TEXT NOT NULL,
    kernel_version TEXT NOT NULL,
    ip TEXT NOT NULL,
    cpu INTEGER NOT NULL, -- cores
    memory INTEGER NOT NULL, -- bytes, like the two below
    disk INTEGER NOT NULL,
    gpu INTEGER NOT NULL,
    labels TEXT NOT NULL, -- JSON array of the platform's label keys (`otestack.io/x`), sorted
    round INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (cluster_id, name)
) WITHOUT ROWID;

-- `node.labels`, one row each, for filters.
CREATE TABLE IF NOT EXISTS node_label (
    key TEXT NOT NULL,
    cluster_id TEXT NOT NULL,
    node_name TEXT NOT NULL,
    PRIMARY KEY (key, cluster_id, node_name)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS node_label_node ON node_label (cluster_id, node_name);

CREATE TRIGGER IF NOT EXISTS node_label_inserted AFTER INSERT ON node
BEGIN
    INSERT OR IGNORE INTO node_label SELECT value, NEW.cluster_id, NEW.name FROM json_each(NEW.labels);
END;

CREATE TRIGGER IF NOT EXISTS node_label_updated AFTER UPDATE OF labels ON node
WHEN NEW.labels <> OLD.labels
BEGIN
    DELETE FROM node_label WHERE cluster_id = OLD.cluster_id AND node_name = OLD.name;
    INSERT OR IGNORE INTO node_label SELECT value, NEW.cluster_id, NEW.name FROM json_each(NEW.labels);
END;

CREATE TRIGGER IF NOT EXISTS node_label_deleted AFTER DELETE ON node
BEGIN
    DELETE FROM node_label WHERE cluster_id = OLD.cluster_id AND node_name = OLD.name;
END;

-- Workloads and pods that the platform made; `instance` is `<deployName>-<deployment id>`.
CREATE TABLE IF NOT EXISTS workload (
    cluster_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    resource TEXT NOT NULL, -- deployments, daemonsets
    version TEXT NOT NULL,
    replicas INTEGER, -- as scaled; NULL for a daemonset
    round INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (cluster_id, namespace, name, resource)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS pod (
    cluster_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    instance TEXT NOT NULL,
    version TEXT NOT NULL,
    node TEXT NOT NULL,
    state TEXT NOT NULL, -- starting, ready, failing, ended
    reason TEXT NOT NULL,
    round INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (cluster_id, namespace, name)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS pod_instance ON pod (namespace, instance, cluster_id);

-- Clusters as everything else sees them: one whose last report was older than 180 s when the mirror was last refreshed is
-- offline, whatever it is said to be (docs/semantics.md, Clusters and nodes).
CREATE VIEW IF NOT EXISTS known_cluster AS
SELECT c.id, c.name,
    c.online AND (c.reported_at = 0 OR c.reported_at >= coalesce(m.refreshed_at, 0) - 180) AS ready
FROM cluster c LEFT JOIN mirror m ON m.scope = 'fleet' AND m.kind = 'clusters';
