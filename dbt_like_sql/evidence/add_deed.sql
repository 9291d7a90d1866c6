-- The database gives number, time, database user and hashes (ddl/audit.sql).
INSERT INTO audit_entry (who, action, store, dataset, run_id, subject, why, details)
VALUES (:who, :action, :store, :dataset, :run_id, :subject, :why, :details)
