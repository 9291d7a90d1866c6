"""What channels were told, and every message."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "alert_told",
        sa.Column("channel", sa.Text(collation="C"), nullable=False),
        sa.Column("alert", sa.Text(collation="C"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "alert", name="alert_told_pkey"),
    )
    op.create_table(
        "alert_sending",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("channel", sa.Text(collation="C"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("alerts", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="alert_sending_pkey"),
    )
    op.create_index("alert_sending_channel_idx", "alert_sending", ["channel", "sent_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("alert_sending")
    op.drop_table("alert_told")
