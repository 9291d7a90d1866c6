"""Where a store stopped in a run over several stores."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "run_stop",
        sa.Column("run_id", sa.Text(collation="C"), nullable=False),
        sa.Column("store", sa.Text(collation="C"), nullable=False),
        sa.Column("asset", sa.Text(collation="C"), nullable=False),
        sa.Column("check_name", sa.Text(collation="C"), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("exit_code", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "store", "asset", "check_name", name="run_stop_pkey"),
    )
    op.create_index("run_stop_store_idx", "run_stop", ["store"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("run_stop")
