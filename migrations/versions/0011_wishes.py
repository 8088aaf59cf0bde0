"""Wishes: what a firm does not want to hear of, and how many inquiries that kept from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

LISTS = ("refused_projects", "refused_countries", "refused_sectors")
BANDS = ("<100k", "100-500k", "0.5-1m", "1-5m", "5-10m", ">10m")


def upgrade() -> None:
    """Add them; so far nobody refused anything."""
    for name in LISTS:
        op.add_column("businesses", sa.Column(name, sa.ARRAY(sa.Text()), nullable=False, server_default="{}"))
        op.alter_column("businesses", name, server_default=None)
    op.add_column("businesses", sa.Column("largest_band", sa.Text(), nullable=True))
    op.add_column("businesses", sa.Column("busy_until", sa.Date(), nullable=True))
    op.create_check_constraint(op.f("ck_businesses_largest_band"), "businesses", f"largest_band in {BANDS}")
    op.create_index(
        "ix_businesses_busy_until", "businesses", ["busy_until"], postgresql_where=sa.text("busy_until is not null")
    )
    op.add_column("business_runs", sa.Column("left_out", postgresql.JSONB(), nullable=False, server_default="{}"))
    op.alter_column("business_runs", "left_out", server_default=None)


def downgrade() -> None:
    """Take them away, with all that firms said in them."""
    op.drop_column("business_runs", "left_out")
    op.drop_index("ix_businesses_busy_until", table_name="businesses")
    op.drop_constraint(op.f("ck_businesses_largest_band"), "businesses")
    for name in ("busy_until", "largest_band", *reversed(LISTS)):
        op.drop_column("businesses", name)
