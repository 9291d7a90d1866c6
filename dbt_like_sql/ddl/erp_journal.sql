-- What the loader keeps in the ERP's database about its own writes, committed together with the rows: the batches, the rows as they
-- were before a batch changed them, and the transactions that took batches back. Nothing here is the ERP's own.
-- The schema is not called after anybody who may connect: PostgreSQL looks for tables in a schema of the user's name before `public`.
CREATE SCHEMA IF NOT EXISTS store2erp_journal;

CREATE TABLE IF NOT EXISTS store2erp_journal.load_batch (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id text NOT NULL UNIQUE,
    run_id text NOT NULL,
    store_code text NOT NULL,
    dataset text NOT NULL,
    written_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tables jsonb NOT NULL DEFAULT '{}',
    undone_at timestamptz
);

CREATE INDEX IF NOT EXISTS load_batch_store_idx ON store2erp_journal.load_batch (store_code, run_id);

-- `before` is null where the row was absent before the batch (an earlier batch that made it was taken back in between);
-- `written_by` is the batch that had left it so, `intact` whether it still was as that batch had left it.
CREATE TABLE IF NOT EXISTS store2erp_journal.before_image (
    batch bigint NOT NULL REFERENCES store2erp_journal.load_batch,
    table_name text NOT NULL,
    row_key jsonb NOT NULL,
    before jsonb,
    written_by bigint,
    intact boolean NOT NULL,
    PRIMARY KEY (batch, table_name, row_key)
);

CREATE INDEX IF NOT EXISTS before_image_written_by_idx ON store2erp_journal.before_image (written_by, table_name);

CREATE TABLE IF NOT EXISTS store2erp_journal.undo (
    batch bigint PRIMARY KEY REFERENCES store2erp_journal.load_batch,
    written_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    undone_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE IF NOT EXISTS store2erp_journal.applied_ddl (
    sha256 text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Foreign keys whose columns do not begin a primary key: without an index, every deleted master record would scan the referring table.
CREATE INDEX IF NOT EXISTS item_supplier_code_idx ON item (supplier_code);
CREATE INDEX IF NOT EXISTS item_barcode_item_code_idx ON item_barcode (item_code);
CREATE INDEX IF NOT EXISTS item_price_item_code_idx ON item_price (item_code);
CREATE INDEX IF NOT EXISTS item_pack_item_code_idx ON item_pack (item_code);
CREATE INDEX IF NOT EXISTS coupon_item_item_code_idx ON coupon_item (item_code);
CREATE INDEX IF NOT EXISTS member_card_member_code_idx ON member_card (member_code);
CREATE INDEX IF NOT EXISTS opening_stock_item_code_idx ON opening_stock (item_code);
CREATE INDEX IF NOT EXISTS ticket_member_code_idx ON ticket (member_code);
CREATE INDEX IF NOT EXISTS ticket_line_item_code_idx ON ticket_line (item_code);
