"""What each result was made of: versions of mapping, rules, corrections ... per run, store and dataset."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "version_content",
        sa.Column("kind", CODE, nullable=False),
        sa.Column("sha256", CODE, nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "sha256", name="version_content_pkey"),
    )
    op.create_table(
        "run_version",
        sa.Column("run_id", CODE, nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("dataset", CODE, nullable=False),
        sa.Column("migration", CODE, nullable=False),
        sa.Column("extract_id", CODE, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clean", sa.Boolean(), nullable=True),
        sa.Column("versions", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "store", "dataset", name="run_version_pkey"),
    )
    op.create_index("run_version_store_dataset_idx", "run_version", ["store", "dataset"])
    op.create_index("run_version_migration_idx", "run_version", ["migration"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("run_version")
    op.drop_table("version_content")
