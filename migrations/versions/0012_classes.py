"""Matches: the activity classes that a profile's lines speak of."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add them, empty where nobody looked yet: the worker finds them from the vectors that are there."""
    op.execute("alter table match_profiles add classes jsonb")
    # Found at once among hundreds of thousands, and nearly always empty.
    op.execute("create index ix_match_profiles_classless on match_profiles (business_id) where classes is null")


def downgrade() -> None:
    """Take them away; they can be found again."""
    op.execute("drop index ix_match_profiles_classless")
    op.execute("alter table match_profiles drop column classes")
