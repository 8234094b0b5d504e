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

-- Which nodes carry which labels: `node.labels`, one row each, with what edges have confirmed and reports do not show yet.
CREATE TABLE IF NOT EXISTS node_label (
    key TEXT NOT NULL,
    cluster_id TEXT NOT NULL,
    node_name TEXT NOT NULL,
    PRIMARY KEY (key, cluster_id, node_name)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS node_label_node ON node_label (cluster_id, node_name);

-- What edges have confirmed: it counts at once, though reports lag (docs/semantics.md, Clusters and nodes). It holds against
-- reports until one has changed to it (`seen`), or for ten minutes: by then somebody else has undone it.
CREATE TABLE IF NOT EXISTS node_label_confirmed (
    cluster_id TEXT NOT NULL,
    node_name TEXT NOT NULL,
    key TEXT NOT NULL,
    present INTEGER NOT NULL, -- 1 the node has the label, 0 it has lost it
    seen INTEGER NOT NULL DEFAULT 0,
    at INTEGER NOT NULL DEFAULT (unixepoch()),
    PRIMARY KEY (cluster_id, node_name, key)
) WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS node_label_inserted AFTER INSERT ON node
BEGIN
    INSERT INTO node_label SELECT DISTINCT value, NEW.cluster_id, NEW.name FROM json_each(NEW.labels)
    WHERE value NOT IN (SELECT key FROM node_label_confirmed WHERE cluster_id = NEW.cluster_id AND node_name = NEW.name AND NOT present);
    INSERT INTO node_label SELECT key, cluster_id, node_name FROM node_label_confirmed
    WHERE cluster_id = NEW.cluster_id AND node_name = NEW.name AND present AND key NOT IN (SELECT value FROM json_each(NEW.labels));
END;

CREATE TRIGGER IF NOT EXISTS node_label_updated AFTER UPDATE OF labels ON node
WHEN NEW.labels <> OLD.labels OR EXISTS (SELECT 1 FROM node_label_confirmed
    WHERE cluster_id = NEW.cluster_id AND node_name = NEW.name AND at < unixepoch() - 600)
BEGIN
    UPDATE node_label_confirmed SET seen = 1
    WHERE cluster_id = NEW.cluster_id AND node_name = NEW.name
        AND present = (key IN (SELECT value FROM json_each(NEW.labels)))
        AND present <> (key IN (SELECT value FROM json_each(OLD.labels)));
    DELETE FROM node_label_confirmed
    WHERE cluster_id = NEW.cluster_id AND node_name = NEW.name
        AND (at < unixepoch() - 600 OR seen AND present <> (key IN (SELECT value FROM json_each(NEW.labels))));
    DELETE FROM node_label WHERE cluster_id = OLD.cluster_id AND node_name = OLD.name;
    INSERT INTO node_label SELECT DISTINCT value, NEW.cluster_id, NEW.name FROM json_each(NEW.labels)
    WHERE value NOT IN (SELECT key FROM node_label_confirmed WHERE cluster_id = NEW.cluster_id AND node_name = NEW.name AND NOT present);
    INSERT INTO node_label SELECT key, cluster_id, node_name FROM node_label_confirmed
    WHERE cluster_id = NEW.cluster_id AND node_name = NEW.name AND present AND key NOT IN (SELECT value FROM json_each(NEW.labels));
END;

CREATE TRIGGER IF NOT EXISTS node_label_deleted AFTER DELETE ON node
BEGIN
    DELETE FROM node_label WHERE cluster_id = OLD.cluster_id AND node_name = OLD.name;
END;

-- A newer confirmation replaces the row.
CREATE TRIGGER IF NOT EXISTS node_label_was_confirmed AFTER INSERT ON node_label_confirmed
BEGIN
    DELETE FROM node_label WHERE key = NEW.key AND cluster_id = NEW.cluster_id AND node_name = NEW.node_name;
    INSERT INTO node_label SELECT NEW.key, cluster_id, name FROM node
    WHERE cluster_id = NEW.cluster_id AND name = NEW.node_name AND NEW.present;
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
