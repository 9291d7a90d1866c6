"""What dry runs predicted and real loads came to; refusals that a person overrode."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "run_result",
        sa.Column("run_id", CODE, nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("dataset", CODE, nullable=False),
        sa.Column("migration", CODE, nullable=False),
        sa.Column("predicted", sa.Boolean(), nullable=False),
        sa.Column("answers", CODE, nullable=True),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("versions", postgresql.JSONB(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("erp_before", sa.Text(), nullable=False),
        sa.Column("loads_before", sa.Text(), nullable=False),
        sa.Column("erp_after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "store", "dataset", name="run_result_pkey"),
    )
    op.create_index("run_result_store_dataset_idx", "run_result", ["store", "dataset"])
    op.create_index("run_result_answers_idx", "run_result", ["answers"])
    op.create_table(
        "override",
        sa.Column("run_id", CODE, nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("overridden_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "store", "kind", name="override_pkey"),
    )
    op.create_index("override_store_idx", "override", ["store"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("override")
    op.drop_table("run_result")
