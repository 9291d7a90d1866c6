"""What undo needs: batches in order with the state before them, who took what back, and contributions that count no more."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")


def upgrade() -> None:
    """Apply."""
    op.add_column("load_batch", sa.Column("number", sa.BigInteger(), nullable=False, server_default="1"))
    op.add_column("load_batch", sa.Column("attempts", sa.BigInteger(), nullable=False, server_default="1"))
    op.add_column("load_batch", sa.Column("hash_before", sa.Text(), nullable=False, server_default=""))
    op.add_column("load_batch", sa.Column("undone_at", sa.DateTime(timezone=True)))
    for column in ("number", "attempts", "hash_before"):
        op.alter_column("load_batch", column, server_default=None)
    op.add_column("crosswalk", sa.Column("retired_at", sa.DateTime(timezone=True)))
    op.create_table(
        "undo_record",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("undo_id", sa.Text(), nullable=False),
        sa.Column("batch_id", CODE, nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("hash_before_load", sa.Text(), nullable=False),
        sa.Column("hash_after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="undo_record_pkey"),
    )
    op.create_index("undo_record_store_dataset_idx", "undo_record", ["store", "dataset"])
    op.create_index("undo_record_undo_id_idx", "undo_record", ["undo_id"])


def downgrade() -> None:
    """Revert."""
    op.drop_table("undo_record")
    op.drop_column("crosswalk", "retired_at")
    for column in ("undone_at", "hash_before", "attempts", "number"):
        op.drop_column("load_batch", column)
