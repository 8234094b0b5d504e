-- Users. Roles are derived from these columns (docs/semantics.md, Roles), never stored. Id 1 is the first system
-- administrator, made from variables; everybody else comes after it.
CREATE TABLE IF NOT EXISTS user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    phone TEXT NOT NULL,
    real_name TEXT NOT NULL,
    is_admin INTEGER NOT NULL,
    status INTEGER NOT NULL, -- 0 pending, 1 approved, 2 not approved, 3 forbidden
    business_id INTEGER, -- NULL: none; 0: the platform's own namespace `default`
    token_generation INTEGER NOT NULL DEFAULT 0, -- a token of another generation is void
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
    changed_by INTEGER NOT NULL,
    deleted_at INTEGER
);

INSERT INTO sqlite_sequence (name, seq) SELECT 'user', 1 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'user');

CREATE UNIQUE INDEX IF NOT EXISTS user_name ON user (name) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX IF NOT EXISTS user_phone ON user (phone) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS user_business ON user (business_id, id) WHERE deleted_at IS NULL;

-- Tokens that were logged out, until they would have ended anyway.
CREATE TABLE IF NOT EXISTS revoked_token (
    id TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS revoked_token_expiry ON revoked_token (expires_at);

-- What has ended anyway is forgotten.
CREATE TRIGGER IF NOT EXISTS revoked_token_kept AFTER INSERT ON revoked_token
BEGIN
    DELETE FROM revoked_token WHERE expires_at < unixepoch();
END;

-- Wrong passwords of the last minute (docs/semantics.md, Users: throttle). `user_name` is NULL once a right one cleared them:
-- they still count against the address.
CREATE TABLE IF NOT EXISTS wrong_password (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    user_name TEXT, -- as it was given: there may be no such user
    at INTEGER NOT NULL DEFAULT (unixepoch())
);

CREATE INDEX IF NOT EXISTS wrong_password_address ON wrong_password (address, at);

CREATE INDEX IF NOT EXISTS wrong_password_name ON wrong_password (address, user_name, at);

CREATE INDEX IF NOT EXISTS wrong_password_time ON wrong_password (at);

CREATE TRIGGER IF NOT EXISTS wrong_password_kept AFTER INSERT ON wrong_password
BEGIN
    DELETE FROM wrong_password WHERE at <= unixepoch() - 60;
END;

-- Who is computing a password's hash: one slot each, because hashing stalls the host (docs/design.md, Records).
CREATE TABLE IF NOT EXISTS password_slot (
    slot INTEGER PRIMARY KEY,
    holder TEXT NOT NULL,
    until REAL NOT NULL
);

-- Businesses, and applications for one. The namespace of business 7 is `ns7`.
CREATE TABLE IF NOT EXISTS business (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES user (id), -- the applicant, its administrator once approved
    introduce TEXT NOT NULL,
    objective TEXT NOT NULL,
    scale TEXT NOT NULL,
    comment TEXT NOT NULL DEFAULT '',
    status INTEGER NOT NULL DEFAULT 0, -- 0 pending, 1 approved, 2 disapproved, 3 deleted (reserved)
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
    changed_by INTEGER NOT NULL,
    deleted_at INTEGER
);

-- A disapproved applicant can ask again with the same name.
CREATE UNIQUE INDEX IF NOT EXISTS business_name ON business (name) WHERE status IN (0, 1) AND deleted_at IS NULL;

CREATE UNIQUE INDEX IF NOT EXISTS business_applicant ON business (user_id) WHERE status IN (0, 1) AND deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS business_user ON business (user_id);

-- Approval makes the applicant the business's administrator, in the same statement.
CREATE TRIGGER IF NOT EXISTS business_approved AFTER UPDATE OF status ON business
WHEN NEW.status = 1 AND OLD.status <> 1
BEGIN
    UPDATE user SET business_id = NEW.id, updated_at = unixepoch(), changed_by = NEW.changed_by WHERE id = NEW.user_id;
END;

-- The one Harbor account of a business (0: the platform's), its password encrypted.
CREATE TABLE IF NOT EXISTS repository_account (
    business_id INTEGER PRIMARY KEY,
    user TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
    changed_by INTEGER NOT NULL
);

-- Cluster labels. `business_id` is the scope: 0 is platform-wide. A label exists while a row carries it.
CREATE TABLE IF NOT EXISTS cluster_label (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    business_id INTEGER NOT NULL,
    cluster_id TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    changed_by INTEGER NOT NULL,
    deleted_at INTEGER
);

CREATE UNIQUE INDEX IF NOT EXISTS cluster_label_once ON cluster_label (business_id, label, cluster_id) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS cluster_label_cluster ON cluster_label (cluster_id, business_id) WHERE deleted_at IS NULL;

-- Application versions. `build` is never used again, so deleted rows stay and count.
CREATE TABLE IF NOT EXISTS application (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    business_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    main_version TEXT NOT NULL, -- `1.2`
    build INTEGER NOT NULL,
    version TEXT NOT NULL GENERATED ALWAYS AS (main_version || '.' || build) STORED, -- `1.2.7`
    status INTEGER NOT NULL DEFAULT 1,
    project_name TEXT NOT NULL DEFAULT '', -- the image's Harbor project
    repository_id TEXT NOT NULL DEFAULT '', -- an external repository's name
    definition TEXT NOT NULL, -- workload::Application as JSON
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
    changed_by INTEGER NOT NULL,
    deleted_at INTEGER
);

CREATE UNIQUE INDEX IF NOT EXISTS application_version ON application (business_id, name, main_version, build);

CREATE INDEX IF NOT EXISTS application_live ON application (business_id, id) WHERE deleted_at IS NULL;

-- How many rows the lists that grow without bound have, per business: their unfiltered totals.
CREATE TABLE IF NOT EXISTS row_count (
    subject TEXT NOT NULL,
    business_id INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY (subject, business_id)
) WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS application_counted AFTER INSERT ON application
BEGIN
    INSERT INTO row_count VALUES ('application', NEW.business_id, 1) ON CONFLICT DO UPDATE SET rows = rows + 1;
END;

CREATE TRIGGER IF NOT EXISTS application_uncounted AFTER UPDATE OF deleted_at ON application
WHEN OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL
BEGIN
    UPDATE row_count SET rows = rows - 1 WHERE subject = 'application' AND business_id = NEW.business_id;
END;

-- What happened, append only, written by triggers. `actor` is `changed_by`; 0 is the platform itself.
CREATE TABLE IF NOT EXISTS audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL DEFAULT (unixepoch()),
    actor INTEGER NOT NULL,
    business_id INTEGER, -- whose administrator may read it; NULL: the platform's only
    subject TEXT NOT NULL, -- `user`, `business`, …
    subject_id INTEGER NOT NULL,
    action TEXT NOT NULL, -- `created`, `changed`, `deleted`, …
    detail TEXT NOT NULL -- JSON: what it is now; never a secret
);

CREATE INDEX IF NOT EXISTS audit_log_business ON audit_log (business_id, id);

CREATE TRIGGER IF NOT EXISTS audit_log_kept BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append only');
END;

CREATE TRIGGER IF NOT EXISTS audit_log_unchanged BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append only');
END;

CREATE TRIGGER IF NOT EXISTS user_created_logged AFTER INSERT ON user
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'user', NEW.id, 'created', json_object('name', NEW.name, 'status', NEW.status));
END;

CREATE TRIGGER IF NOT EXISTS user_changed_logged AFTER UPDATE OF status, is_admin, business_id, password_hash, deleted_at ON user
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (
        NEW.changed_by, NEW.business_id, 'user', NEW.id,
        CASE WHEN NEW.deleted_at IS NOT NULL THEN 'deleted' WHEN NEW.password_hash <> OLD.password_hash THEN 'password' ELSE 'changed' END,
        json_object('name', NEW.name, 'status', NEW.status)
    );
END;

CREATE TRIGGER IF NOT EXISTS business_created_logged AFTER INSERT ON business
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.id, 'business', NEW.id, 'created', json_object('name', NEW.name));
END;

CREATE TRIGGER IF NOT EXISTS business_changed_logged AFTER UPDATE OF status, comment ON business
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.id, 'business', NEW.id, 'audited', json_object('name', NEW.name, 'status', NEW.status, 'comment', NEW.comment));
END;

CREATE TRIGGER IF NOT EXISTS cluster_label_created_logged AFTER INSERT ON cluster_label
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'cluster_label', NEW.id, 'created', json_object('cluster', NEW.cluster_id, 'label', NEW.label));
END;

CREATE TRIGGER IF NOT EXISTS cluster_label_deleted_logged AFTER UPDATE OF deleted_at ON cluster_label
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'cluster_label', NEW.id, 'deleted', json_object('cluster', NEW.cluster_id, 'label', NEW.label));
END;

CREATE TRIGGER IF NOT EXISTS application_created_logged AFTER INSERT ON application
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'application', NEW.id, 'created', json_object('name', NEW.name, 'version', NEW.version));
END;

CREATE TRIGGER IF NOT EXISTS application_deleted_logged AFTER UPDATE OF deleted_at ON application
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'application', NEW.id, 'deleted', json_object('name', NEW.name, 'version', NEW.version));
END;
