-- The log as it is hashed: the time in UTC to the microsecond.
SELECT number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, who, db_user, action, store, dataset, run_id, subject, why, details,
    previous, sha256
FROM audit_entry
