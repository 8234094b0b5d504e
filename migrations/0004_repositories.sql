-- Registries of others, from which a business pulls. A name is unique in its business.
CREATE TABLE IF NOT EXISTS external_repository (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    business_id INTEGER NOT NULL,
    name TEXT NOT NULL, -- `repositoryId`
    address TEXT NOT NULL, -- host[:port][/path]
    user TEXT NOT NULL,
    secret TEXT NOT NULL, -- the password, encrypted (crates/secrets); "" once deleted
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
    changed_by INTEGER NOT NULL,
    deleted_at INTEGER
);

CREATE UNIQUE INDEX IF NOT EXISTS external_repository_name ON external_repository (business_id, name) WHERE deleted_at IS NULL;

-- Robots that may pull from one private project of a business's Harbor account, made on first use.
CREATE TABLE IF NOT EXISTS repository_robot (
    business_id INTEGER NOT NULL,
    project TEXT NOT NULL,
    robot_id INTEGER NOT NULL, -- at Harbor; ids are never used again
    user TEXT NOT NULL, -- its name there, with a prefix that an operator may change
    secret TEXT NOT NULL, -- encrypted
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
    changed_by INTEGER NOT NULL,
    PRIMARY KEY (business_id, project)
) WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS repository_account_created_logged AFTER INSERT ON repository_account
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'repository_account', NEW.business_id, 'created', json_object('user', NEW.user));
END;

CREATE TRIGGER IF NOT EXISTS repository_account_changed_logged AFTER UPDATE ON repository_account
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'repository_account', NEW.business_id, 'password', json_object('user', NEW.user));
END;

CREATE TRIGGER IF NOT EXISTS external_repository_created_logged AFTER INSERT ON external_repository
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'external_repository', NEW.id, 'created', json_object('name', NEW.name, 'address', NEW.address, 'user', NEW.user));
END;

CREATE TRIGGER IF NOT EXISTS external_repository_deleted_logged AFTER UPDATE OF deleted_at ON external_repository
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'external_repository', NEW.id, 'deleted', json_object('name', NEW.name));
END;

CREATE TRIGGER IF NOT EXISTS repository_robot_created_logged AFTER INSERT ON repository_robot
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'repository_robot', NEW.robot_id, 'created', json_object('project', NEW.project, 'user', NEW.user));
END;

CREATE TRIGGER IF NOT EXISTS repository_robot_changed_logged AFTER UPDATE ON repository_robot
BEGIN
    INSERT INTO audit_log (actor, business_id, subject, subject_id, action, detail)
    VALUES (NEW.changed_by, NEW.business_id, 'repository_robot', NEW.robot_id, 'changed', json_object('project', NEW.project, 'user', NEW.user));
END;
