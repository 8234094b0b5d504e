-- Deployments: desired state (docs/design.md, Remote work). A row shows its latest change; what the clusters are to run is
-- the latest change that started. A statement that starts a change bumps `change` and gives `targets`: triggers make the
-- work that follows from it, so that one cannot be recorded without the other.
CREATE TABLE IF NOT EXISTS deployment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    business_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    app_name TEXT NOT NULL,
    cluster TEXT NOT NULL, -- as asked: a label, `all`, or a cluster's name or id
    node_label TEXT NOT NULL, -- as asked: a label or `all`
    node_label_key TEXT NOT NULL DEFAULT '', -- as resolved: `ns7.otestack.io/x`, or '' for every node
    change INTEGER NOT NULL DEFAULT 1, -- the number of the latest change
    deploy_type INTEGER NOT NULL DEFAULT 1, -- 1 new, 2 upgrade, 3 rollback, 4 deletion
    application_id INTEGER NOT NULL,
    version TEXT NOT NULL,
    status INTEGER NOT NULL, -- docs/semantics.md, Deployments
    comment TEXT NOT NULL,
    audit_comment TEXT NOT NULL DEFAULT '',
    running_version TEXT NOT NULL DEFAULT '',
    targets TEXT NOT NULL DEFAULT '[]', -- JSON array: ids of the clusters of the latest change that started
    started_at INTEGER, -- when that change started
    taken_at INTEGER, -- when the first of its commands was taken
    running INTEGER NOT NULL DEFAULT 0, -- pods, as last counted
    error INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    counted_at INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
    changed_by INTEGER NOT NULL,
    deleted_at INTEGER -- set when the deletion is complete: the name is free again
);

CREATE UNIQUE INDEX IF NOT EXISTS deployment_name ON deployment (business_id, name) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS deployment_live ON deployment (business_id, id) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS deployment_moving ON deployment (counted_at) WHERE status IN (3, 4);

CREATE INDEX IF NOT EXISTS deployment_counted ON deployment (counted_at) WHERE deleted_at IS NULL AND running_version <> '';

-- Every change, in order. The ones that waited for audit are the audit list.
CREATE TABLE IF NOT EXISTS deployment_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_id INTEGER NOT NULL REFERENCES deployment (id),
    business_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    deploy_type INTEGER NOT NULL,
    application_id INTEGER NOT NULL,
    version TEXT NOT NULL,
    status INTEGER NOT NULL,
    comment TEXT NOT NULL,
    requested_by INTEGER NOT NULL,
    started_at INTEGER,
    audit_status INTEGER, -- NULL: did not wait; 0 waits, 1 approved, 2 disapproved
    audit_comment TEXT NOT NULL DEFAULT '',
    audited_by INTEGER,
    audited_at INTEGER,
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
    UNIQUE (deployment_id, number)
);

CREATE INDEX IF NOT EXISTS deployment_change_audit ON deployment_change (business_id, id) WHERE audit_status IS NOT NULL;

-- What each cluster owes: one row for each that runs a deployment, or is to be cleared of it.
CREATE TABLE IF NOT EXISTS deployment_target (
    deployment_id INTEGER NOT NULL,
    cluster_id TEXT NOT NULL,
    change INTEGER NOT NULL, -- the change that it is to have
    wanted INTEGER NOT NULL, -- 1 to run it, 0 to be clear of it
    state INTEGER NOT NULL DEFAULT 0, -- 0 pending, 1 done, 2 failed
    code INTEGER NOT NULL DEFAULT 0, -- the cluster's last answer
    message TEXT NOT NULL DEFAULT '',
    position TEXT NOT NULL DEFAULT '', -- where the shim goes on
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL DEFAULT 0, -- not to be sent before
    resources TEXT NOT NULL DEFAULT '[]', -- JSON array: kinds of objects that may be there
    seen INTEGER NOT NULL DEFAULT 0, -- the mirror has shown the workload since it was done
    running INTEGER NOT NULL DEFAULT 0,
    error INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    since INTEGER NOT NULL DEFAULT (unixepoch()), -- when `state` last changed
    PRIMARY KEY (deployment_id, cluster_id)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS deployment_target_pending ON deployment_target (next_at, deployment_id) WHERE state = 0;

CREATE INDEX IF NOT EXISTS deployment_target_cluster ON deployment_target (cluster_id);

-- Commands on their way. A row is written, with its ticket, before the shim is called, and goes once the control plane
-- has forgotten the ticket: so a crash or a lost answer is mended by calling again. It is about a deployment's objects, which
-- the driver sends, or about a node (`task`), for which a request sends it and waits.
CREATE TABLE IF NOT EXISTS command (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket TEXT NOT NULL UNIQUE,
    deployment_id INTEGER, -- NULL, like the two below, of a node's
    change INTEGER,
    wanted INTEGER,
    task TEXT, -- JSON, store::task::Task; NULL of a deployment's objects
    request TEXT, -- the waiting request that reads the answer to the task
    position TEXT NOT NULL,
    resources TEXT NOT NULL DEFAULT '[]', -- JSON array: kinds of objects that may be there while it is on its way
    leaves TEXT NOT NULL DEFAULT '[]', -- JSON array: those that are there once it is done
    clusters TEXT NOT NULL, -- JSON array of cluster ids
    retry_seconds INTEGER NOT NULL DEFAULT 0, -- the first pause after an answer that is no verdict
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    sent_at INTEGER, -- taken by the control plane
    act_at REAL NOT NULL DEFAULT 0, -- not to be sent or asked before
    close_at REAL NOT NULL DEFAULT 0, -- once it is over: the control plane is not to be told before
    changed_by INTEGER NOT NULL DEFAULT 0 -- whose request it was; 0: the driver's
);

CREATE INDEX IF NOT EXISTS command_deployment ON command (deployment_id);

-- Whose answer a command awaits. A cluster is asked one thing at a time: commands may overtake each other.
CREATE TABLE IF NOT EXISTS command_cluster (
    command_id INTEGER NOT NULL,
    cluster_id TEXT NOT NULL,
    open INTEGER NOT NULL DEFAULT 1,
    outcome TEXT NOT NULL DEFAULT '', -- done, failed, proceed, again, lost
    code INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    position TEXT NOT NULL DEFAULT '',
    answered_at INTEGER,
    PRIMARY KEY (command_id, cluster_id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX IF NOT EXISTS command_cluster_open ON command_cluster (cluster_id) WHERE open = 1;

-- Requests that wait for a cluster's answers about its nodes. The driver lets them go first, and leaves their commands to them;
-- of several the one goes first whose last turn is the longest ago.
CREATE TABLE IF NOT EXISTS waiting_request (
    id TEXT PRIMARY KEY,
    cluster_id TEXT NOT NULL,
    until REAL NOT NULL, -- renewed for as long as somebody waits
    turn_at REAL NOT NULL DEFAULT (unixepoch('subsec')) -- its last turn, or its arrival
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS waiting_request_cluster ON waiting_request (cluster_id, until);

-- One driver at a time, and when any cluster last answered.
CREATE TABLE IF NOT EXISTS driver (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    holder TEXT NOT NULL DEFAULT '',
    lease_until REAL NOT NULL DEFAULT 0,
    answered_at INTEGER NOT NULL DEFAULT 0
);

INSERT OR IGNORE INTO driver (id) VALUES (1);

CREATE TRIGGER IF NOT EXISTS deployment_created AFTER INSERT ON deployment
BEGIN
    INSERT INTO deployment_change (deployment_id, business_id, number, deploy_type, application_id, version, status, comment, requested_by, audit_status)
    VALUES (
        NEW.id, NEW.business_id, NEW.change, NEW.deploy_type, NEW.application_id, NEW.version, NEW.status, NEW.comment, NEW.changed_by,
        CASE WHEN NEW.status = 0 THEN 0 END
    );
    UPDATE deployment_change SET started_at = unixepoch() WHERE deployment_id = NEW.id AND number = NEW.change AND NEW.status = 3;
    INSERT INTO row_count VALUES ('deployment', NEW.business_id, 1) ON CONFLICT DO UPDATE SET rows = rows + 1;
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'deployment', NEW.id, 'created', json_object('name', NEW.name, 'version', NEW.version, 'status', NEW.status));
END;

CREATE TRIGGER IF NOT EXISTS deployment_changed AFTER UPDATE OF change ON deployment
WHEN NEW.change <> OLD.change
BEGIN
    UPDATE deployment_change
    SET status = 2, audit_status = 2, audit_comment = 'deleted', audited_by = NEW.changed_by,
        audited_at = unixepoch(), updated_at = unixepoch()
    WHERE deployment_id = NEW.id AND audit_status = 0;
    INSERT INTO deployment_change (deployment_id, business_id, number, deploy_type, application_id, version, status, comment, requested_by, audit_status)
    VALUES (
        NEW.id, NEW.business_id, NEW.change, NEW.deploy_type, NEW.application_id, NEW.version, NEW.status, NEW.comment, NEW.changed_by,
        CASE WHEN NEW.status = 0 THEN 0 END
    );
    UPDATE deployment_change SET started_at = unixepoch() WHERE deployment_id = NEW.id AND number = NEW.change AND NEW.status = 3;
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (
        NEW.changed_by, NEW.business_id, 'deployment', NEW.id,
        CASE NEW.deploy_type WHEN 2 THEN 'upgraded' WHEN 3 THEN 'rolled back' ELSE 'deleted' END,
        json_object('name', NEW.name, 'version', NEW.version, 'status', NEW.status)
    );
END;

-- A decision about a change that waited, or what has become of one that started.
CREATE TRIGGER IF NOT EXISTS deployment_moved AFTER UPDATE OF status ON deployment
WHEN NEW.status <> OLD.status AND NEW.change = OLD.change
BEGIN
    UPDATE deployment_change
    SET status = NEW.status,
        started_at = CASE WHEN OLD.status = 0 AND NEW.status = 3 THEN unixepoch() ELSE started_at END,
        audit_status = CASE WHEN OLD.status = 0 THEN CASE NEW.status WHEN 3 THEN 1 ELSE 2 END ELSE audit_status END,
        audit_comment = CASE WHEN OLD.status = 0 THEN NEW.audit_comment ELSE audit_comment END,
        audited_by = CASE WHEN OLD.status = 0 THEN NEW.changed_by ELSE audited_by END,
        audited_at = CASE WHEN OLD.status = 0 THEN unixepoch() ELSE audited_at END,
        updated_at = unixepoch()
    WHERE deployment_id = NEW.id AND number = NEW.change;
END;

-- A change of which the control plane took nothing is given up (docs/semantics.md, Deployments: 8): its work is dropped.
CREATE TRIGGER IF NOT EXISTS deployment_given_up AFTER UPDATE OF status ON deployment
WHEN NEW.status = 8 AND OLD.status <> 8
BEGIN
    UPDATE command_cluster SET open = 0, outcome = 'lost', message = 'given up'
    WHERE open = 1 AND command_id IN (SELECT id FROM command WHERE deployment_id = NEW.id AND sent_at IS NULL);
    UPDATE deployment_target
    SET state = 2, code = 0, message = 'given up: the control plane took nothing of the change', position = '', since = unixepoch()
    WHERE deployment_id = NEW.id AND state = 0;
END;

CREATE TRIGGER IF NOT EXISTS deployment_gone AFTER UPDATE OF deleted_at ON deployment
WHEN OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL
BEGIN
    UPDATE row_count SET rows = rows - 1 WHERE subject = 'deployment' AND business_id = NEW.business_id;
END;

CREATE TRIGGER IF NOT EXISTS deployment_change_waits AFTER INSERT ON deployment_change
WHEN NEW.audit_status = 0
BEGIN
    INSERT INTO row_count VALUES ('deployment_audit', NEW.business_id, 1) ON CONFLICT DO UPDATE SET rows = rows + 1;
END;

-- The work of a change that starts: at once, or approved.
CREATE TRIGGER IF NOT EXISTS deployment_change_started AFTER UPDATE OF started_at ON deployment_change
WHEN OLD.started_at IS NULL AND NEW.started_at IS NOT NULL
BEGIN
    UPDATE deployment_target
    SET change = NEW.number, wanted = 0, state = 0, code = 0, message = '', position = '', attempts = 0, next_at = 0, seen = 0, since = unixepoch()
    WHERE deployment_id = NEW.deployment_id
        AND cluster_id NOT IN (SELECT j.value FROM deployment d, json_each(d.targets) j WHERE d.id = NEW.deployment_id);
    DELETE FROM deployment_target WHERE deployment_id = NEW.deployment_id AND wanted = 0 AND resources = '[]';
    INSERT INTO deployment_target (deployment_id, cluster_id, change, wanted)
    SELECT d.id, j.value, NEW.number, 1 FROM deployment d, json_each(d.targets) j WHERE d.id = NEW.deployment_id
    ON CONFLICT DO UPDATE SET
        change = excluded.change, wanted = 1, state = 0, code = 0, message = '', position = '', attempts = 0, next_at = 0, seen = 0, since = unixepoch();
END;

CREATE TRIGGER IF NOT EXISTS command_recorded AFTER INSERT ON command
BEGIN
    INSERT INTO command_cluster (command_id, cluster_id) SELECT NEW.id, value FROM json_each(NEW.clusters);
    UPDATE deployment_target SET resources = NEW.resources
    WHERE deployment_id = NEW.deployment_id AND cluster_id IN (SELECT value FROM json_each(NEW.clusters));
    UPDATE waiting_request SET turn_at = unixepoch('subsec') WHERE id = NEW.request;
END;

CREATE TRIGGER IF NOT EXISTS command_forgotten AFTER DELETE ON command
BEGIN
    DELETE FROM command_cluster WHERE command_id = OLD.id;
END;

-- The first command of a change that is taken sets its clock going.
CREATE TRIGGER IF NOT EXISTS command_taken AFTER UPDATE OF sent_at ON command
WHEN OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL
BEGIN
    UPDATE deployment SET taken_at = NEW.sent_at WHERE id = NEW.deployment_id AND change = NEW.change AND taken_at IS NULL;
END;

-- An outcome moves the target, unless a newer change has taken it over meanwhile.
CREATE TRIGGER IF NOT EXISTS command_answered AFTER UPDATE OF open ON command_cluster
WHEN OLD.open = 1 AND NEW.open = 0
BEGIN
    UPDATE driver SET answered_at = unixepoch() WHERE NEW.answered_at IS NOT NULL;
    UPDATE deployment_target
    SET state = CASE NEW.outcome WHEN 'done' THEN 1 WHEN 'failed' THEN 2 ELSE 0 END,
        code = NEW.code,
        message = NEW.message,
        position = CASE WHEN NEW.outcome = 'proceed' THEN NEW.position WHEN NEW.outcome IN ('again', 'lost') THEN position ELSE '' END,
        attempts = CASE NEW.outcome WHEN 'again' THEN attempts + 1 ELSE 0 END,
        resources = CASE NEW.outcome WHEN 'done' THEN (SELECT leaves FROM command WHERE id = NEW.command_id) ELSE resources END,
        next_at = CASE NEW.outcome
            WHEN 'again' THEN unixepoch() + min(600, (SELECT retry_seconds FROM command WHERE id = NEW.command_id) * (1 << min(attempts, 20)))
            ELSE 0
        END,
        since = CASE WHEN NEW.outcome IN ('done', 'failed') THEN unixepoch() ELSE since END
    WHERE cluster_id = NEW.cluster_id
        AND (deployment_id, change, wanted) = (SELECT deployment_id, change, wanted FROM command WHERE id = NEW.command_id);
    DELETE FROM deployment_target
    WHERE cluster_id = NEW.cluster_id AND wanted = 0 AND state = 1
        AND deployment_id = (SELECT deployment_id FROM command WHERE id = NEW.command_id);
END;

-- What a node has confirmed, and who asked for it.
CREATE TRIGGER IF NOT EXISTS command_task_done AFTER UPDATE OF open ON command_cluster
WHEN OLD.open = 1 AND NEW.open = 0 AND NEW.outcome = 'done'
BEGIN
    INSERT OR REPLACE INTO node_label_confirmed (cluster_id, node_name, key, present)
    SELECT NEW.cluster_id, task ->> 'node', task ->> '$.ask.label.key', task ->> '$.ask.label.present' FROM command
    WHERE id = NEW.command_id AND task -> '$.ask.label' IS NOT NULL;
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    SELECT changed_by, task ->> 'business_id', 'node', id,
        CASE task ->> '$.ask.label.present' WHEN 1 THEN 'labelled' WHEN 0 THEN 'unlabelled' ELSE 'cleared' END,
        json_object('cluster', NEW.cluster_id, 'node', task ->> 'node', 'asked', task -> 'ask')
    FROM command WHERE id = NEW.command_id AND task IS NOT NULL;
END;
