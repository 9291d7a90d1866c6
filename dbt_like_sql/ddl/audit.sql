-- The audit log chains itself: whoever writes, the database gives the number, the time and the hash, one writer after the other.
-- The hash is over netstrings, as `contracts/audit.py` computes it.
CREATE FUNCTION chain_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    last_number bigint;
    last_hash text;
    value text;
    form bytea := '';
BEGIN
    PERFORM pg_advisory_xact_lock(7350514299);
    EXECUTE format('SELECT number, sha256 FROM %I.%I ORDER BY number DESC LIMIT 1', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO last_number, last_hash;
    NEW.number := coalesce(last_number, 0) + 1;
    NEW.previous := coalesce(last_hash, repeat('0', 64));
    NEW.at := clock_timestamp();
    NEW.db_user := session_user;
    PERFORM NEW.details::jsonb;
    FOREACH value IN ARRAY ARRAY[
        NEW.number::text, to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), NEW.who, NEW.db_user, NEW.action,
        NEW.store, NEW.dataset, NEW.run_id, NEW.subject, NEW.why, NEW.details, NEW.previous
    ] LOOP
        form := form || convert_to(octet_length(convert_to(value, 'UTF8')) || ':' || value || ',', 'UTF8');
    END LOOP;
    NEW.sha256 := encode(sha256(form), 'hex');
    RETURN NEW;
END
$body$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$body$;

CREATE TRIGGER chain BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION chain_audit_entry();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE ALL ON audit_entry, approval FROM PUBLIC;
