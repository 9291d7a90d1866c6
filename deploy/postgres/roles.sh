#!/bin/sh
# Databases and roles of store2erp, made once, as the server's administrator (PGHOST, PGUSER ... or the local socket).
#   store2erp_pipeline owns the three databases; may create neither databases nor roles
#   store2erp_app     no login; the control database's migrations give it daily rights, the audit log and approvals only to add to
#   store2erp_reader  reads the control database (figures, checks, audit log); not the ERP, which holds people
set -eu
psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres --quiet <<SQL
\set pipeline \`cat "$PIPELINE_PASSWORD_FILE"\`
\set reader \`cat "$READER_PASSWORD_FILE"\`
CREATE ROLE store2erp_pipeline LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'pipeline';
CREATE ROLE store2erp_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'reader';
CREATE ROLE store2erp_app NOLOGIN;
ALTER ROLE store2erp_reader SET default_transaction_read_only = on;
CREATE DATABASE erp OWNER store2erp_pipeline TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE control OWNER store2erp_pipeline TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE dagster OWNER store2erp_pipeline TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
REVOKE ALL ON DATABASE erp, control, dagster FROM PUBLIC;
GRANT CONNECT ON DATABASE control TO store2erp_reader, store2erp_app;
\connect control
GRANT USAGE ON SCHEMA public TO store2erp_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE store2erp_pipeline IN SCHEMA public GRANT SELECT ON TABLES TO store2erp_reader;
SQL
