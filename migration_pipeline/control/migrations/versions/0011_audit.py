"""The audit log and approvals: append-only, the log chained by hashes; a role that may only add to them."""

import sqlalchemy as sa
from alembic import op

from migration_pipeline.runtime.sql_files import sql_text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("who", "db_user")),
        *(sa.Column(name, CODE, nullable=False) for name in ("action", "store")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("dataset", "run_id", "subject", "why", "details")),
        *(sa.Column(name, CODE, nullable=False) for name in ("previous", "sha256")),
        sa.PrimaryKeyConstraint("number", name="audit_entry_pkey"),
    )
    op.create_index("audit_entry_previous_idx", "audit_entry", ["previous"], unique=True)
    op.create_index("audit_entry_store_idx", "audit_entry", ["store"])
    op.create_index("audit_entry_action_idx", "audit_entry", ["action"])
    op.create_table(
        "approval",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("wave", sa.Text(), nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("figures_sha256", CODE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="approval_pkey"),
    )
    op.create_index("approval_store_idx", "approval", ["store"])
    connection = op.get_bind()
    for name in ("audit", "app_role"):
        connection.exec_driver_sql(sql_text(f"ddl/{name}.sql").replace("%", "%%"))


def downgrade() -> None:
    """Take back; the role stays, for other databases of the server may use it."""
    op.drop_table("approval")
    op.drop_table("audit_entry")
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP FUNCTION chain_audit_entry()")
