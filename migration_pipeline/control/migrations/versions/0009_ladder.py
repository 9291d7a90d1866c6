"""Measurements by rung and group, with a tolerance and a sample, in wider exact numbers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migration_pipeline.runtime.sql_files import sql_text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_FIGURES = ("source", "target", "difference", "explained", "unexplained")
_WIDE, _BEFORE = sa.Numeric(precision=38, scale=4), sa.Numeric(precision=30, scale=4)


def upgrade() -> None:
    """Apply; what was measured before keeps its place under the new names."""
    _without_views()
    for name in _FIGURES:
        op.alter_column("measurement", name, type_=_WIDE)
    for name in ("rung", "by_dimension"):
        op.add_column("measurement", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("measurement", sa.Column("tolerance", _WIDE, nullable=False, server_default="0"))
    op.add_column("measurement", sa.Column("sample", postgresql.JSONB(), nullable=False, server_default="[]"))
    op.execute(sql_text("ddl/measurement_0009.sql"))
    for name in ("rung", "by_dimension", "tolerance", "sample"):
        op.alter_column("measurement", name, server_default=None)


def downgrade() -> None:
    """Take back; measurements of groups have no place in the older form and go."""
    _without_views()
    op.execute(sql_text("ddl/measurement_0008.sql"))
    for name in ("sample", "tolerance", "by_dimension", "rung"):
        op.drop_column("measurement", name)
    for name in _FIGURES:
        op.alter_column("measurement", name, type_=_BEFORE)


def _without_views() -> None:
    """A view of a column keeps its type from being changed; all are built anew after every upgrade (`control/views.py`)."""
    for name in ("status_board", "current_break", "unfinished", "current_measurement"):
        op.execute(f"DROP VIEW IF EXISTS {name} CASCADE")
