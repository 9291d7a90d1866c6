"""The first tables: stores, extracts, crosswalk and identities, load batches, outcome and finding sums, measurements and breaks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")


def upgrade() -> None:
    """Apply."""
    _stores_and_extracts()
    _crosswalk_and_identities()
    _load_batches()
    _outcome_and_finding_sums()
    _measurements_and_breaks()


def _stores_and_extracts() -> None:
    op.create_table(
        "project_store",
        sa.Column("store", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store", name="project_store_pkey"),
    )
    op.create_table(
        "extract",
        sa.Column("extract_id", CODE, nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("manifest", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("extract_id", name="extract_pkey"),
    )


def _crosswalk_and_identities() -> None:
    op.create_table(
        "crosswalk",
        sa.Column("dataset", CODE, nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("source_key", CODE, nullable=False),
        sa.Column("erp_key", CODE, nullable=False),
        sa.Column("is_owner", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=True),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("first_run", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dataset", "store", "source_key", name="crosswalk_pkey"),
    )
    op.create_index("crosswalk_dataset_erp_key_idx", "crosswalk", ["dataset", "erp_key"])
    op.create_table(
        "identity",
        sa.Column("dataset", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("value", CODE, nullable=False),
        sa.Column("erp_key", CODE, nullable=False),
        sa.PrimaryKeyConstraint("dataset", "kind", "value", name="identity_pkey"),
    )
    op.create_index("identity_dataset_erp_key_idx", "identity", ["dataset", "erp_key"])


def _load_batches() -> None:
    op.create_table(
        "load_batch",
        sa.Column("batch_id", CODE, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("inserted", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("money", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="load_batch_pkey"),
    )
    op.create_index("load_batch_run_id_idx", "load_batch", ["run_id"])
    op.create_index("load_batch_store_dataset_idx", "load_batch", ["store", "dataset"])


def _outcome_and_finding_sums() -> None:
    op.create_table(
        "outcome_sum",
        sa.Column("extract_id", CODE, nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("table_name", CODE, nullable=False),
        sa.Column("stage", CODE, nullable=False),
        sa.Column("outcome", CODE, nullable=False),
        sa.Column("reason", CODE, nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("money", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("points", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("extract_id", "table_name", "stage", "outcome", "reason", name="outcome_sum_pkey"),
    )
    op.create_index("outcome_sum_store_dataset_idx", "outcome_sum", ["store", "dataset"])
    op.create_table(
        "finding_sum",
        sa.Column("extract_id", CODE, nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("table_name", CODE, nullable=False),
        sa.Column("rule", CODE, nullable=False),
        sa.Column("reason", CODE, nullable=False),
        sa.Column("action", CODE, nullable=False),
        sa.Column("hits", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("extract_id", "table_name", "rule", "reason", "action", name="finding_sum_pkey"),
    )
    op.create_index("finding_sum_store_dataset_idx", "finding_sum", ["store", "dataset"])


def _measurements_and_breaks() -> None:
    op.create_table(
        "measurement",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("grp", sa.Text(), nullable=False),
        sa.Column("source", sa.Numeric(precision=30, scale=4), nullable=False),
        sa.Column("target", sa.Numeric(precision=30, scale=4), nullable=False),
        sa.Column("difference", sa.Numeric(precision=30, scale=4), nullable=False),
        sa.Column("explained", sa.Numeric(precision=30, scale=4), nullable=False),
        sa.Column("unexplained", sa.Numeric(precision=30, scale=4), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="measurement_pkey"),
    )
    op.create_index("measurement_run_id_idx", "measurement", ["run_id"])
    op.create_index("measurement_store_dataset_idx", "measurement", ["store", "dataset"])
    op.create_table(
        "reconciliation_break",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=30, scale=4), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="reconciliation_break_pkey"),
    )
    op.create_index("reconciliation_break_run_id_idx", "reconciliation_break", ["run_id"])
    op.create_index("reconciliation_break_store_dataset_idx", "reconciliation_break", ["store", "dataset"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("reconciliation_break")
    op.drop_table("project_store")
    op.drop_table("outcome_sum")
    op.drop_table("measurement")
    op.drop_table("load_batch")
    op.drop_table("identity")
    op.drop_table("finding_sum")
    op.drop_table("extract")
    op.drop_table("crosswalk")
