-- The least that daily work needs: all tables but the log and approvals may be changed, those two only added to. No LOGIN: grant it to a user.
-- Without the right to create roles there is none; the migration goes on.
DO $body$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'store2erp_app') THEN
        BEGIN
            CREATE ROLE store2erp_app NOLOGIN;
        EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
            NULL;
        END;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'store2erp_app') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO store2erp_app', current_schema());
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO store2erp_app', current_schema());
        EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO store2erp_app', current_schema());
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO store2erp_app', current_schema());
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE ON SEQUENCES TO store2erp_app', current_schema());
        REVOKE ALL ON audit_entry, approval FROM store2erp_app;
        GRANT SELECT, INSERT ON audit_entry, approval TO store2erp_app;
        REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM store2erp_app;
    END IF;
END
$body$;
