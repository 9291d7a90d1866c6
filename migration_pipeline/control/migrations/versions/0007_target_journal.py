"""The journal of targets that cannot keep one themselves: batches, and each row of them before and after."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "target_batch",
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("batch_id", CODE, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undoing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name="target_batch_pkey"),
    )
    op.create_index("target_batch_batch_id_idx", "target_batch", ["batch_id"], unique=True)
    op.create_table(
        "target_change",
        sa.Column("batch_number", sa.BigInteger(), nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False),
        sa.Column("table_name", CODE, nullable=False),
        sa.Column("row_key", CODE, nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("batch_number", "row_number", name="target_change_pkey"),
    )
    op.create_index("target_change_table_name_row_key_idx", "target_change", ["table_name", "row_key"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("target_change")
    op.drop_table("target_batch")
