"""Breaks with a class, kept over runs as cases, and every change of a case."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migration_pipeline.runtime.sql_files import sql_text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_FIGURE = sa.Numeric(precision=38, scale=4)


def upgrade() -> None:
    """Apply; breaks of earlier runs have no class."""
    op.execute("DROP VIEW IF EXISTS current_break CASCADE")
    op.alter_column("reconciliation_break", "amount", type_=_FIGURE)
    for name in ("grp", "break_class"):
        op.add_column("reconciliation_break", sa.Column(name, sa.Text(), nullable=False, server_default=""))
        op.alter_column("reconciliation_break", name, server_default=None)
    _create_cases()
    _create_events()


def _create_cases() -> None:
    texts = ("dataset", "metric", "grp", "reason", "break_class", "weight")
    op.create_table(
        "break_case",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("store", sa.Text(collation="C"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_run", sa.Text(), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("amount", _FIGURE, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("fingerprint", "state", "owner", "note")),
        sa.Column("sample", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="break_case_pkey"),
    )
    op.create_index("break_case_place_idx", "break_case", ["store", "dataset", "metric", "grp", "reason"], unique=True)


def _create_events() -> None:
    op.create_table(
        "break_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "who", "told", "run_id", "state")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("rows_before", "rows_after")),
        *(sa.Column(name, _FIGURE, nullable=False) for name in ("amount_before", "amount_after")),
        sa.PrimaryKeyConstraint("id", name="break_event_pkey"),
    )
    op.create_index("break_event_case_id_idx", "break_event", ["case_id"])
    op.create_index("break_event_run_id_idx", "break_event", ["run_id"])
    op.execute(sql_text("ddl/append_only_break_event.sql"))


def downgrade() -> None:
    """Take back; what people decided about breaks is lost."""
    op.execute("DROP VIEW IF EXISTS current_break CASCADE")
    op.execute("DROP VIEW IF EXISTS drift CASCADE")
    op.execute("DROP VIEW IF EXISTS open_break CASCADE")
    op.drop_table("break_event")
    op.drop_table("break_case")
    op.execute("DROP FUNCTION IF EXISTS break_event_is_append_only")
    for name in ("grp", "break_class"):
        op.drop_column("reconciliation_break", name)
    op.alter_column("reconciliation_break", "amount", type_=sa.Numeric(precision=30, scale=4))
