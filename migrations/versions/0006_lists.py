"""Matching: lists with what made them, firms added by hand, answers by phone; which profiles were read."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    lines_up()


def downgrade() -> None:
    lines_down()


def lines_up() -> None:
    op.create_table(
        "match_profiles",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("encoder", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["businesses.id"],
            name=op.f("fk_match_profiles_business_id_businesses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_match_profiles")),
    )
    op.create_index("ix_match_profiles_read_at", "match_profiles", ["read_at"])
    # What was read before this table; the encoder of the first line made all of them.
    op.execute(
        "insert into match_profiles (business_id, encoder) select business_id, min(encoder) from match_lines group by 1"
    )
    # A firm's lines are asked for by firm.
    op.create_index("ix_match_lines_business_id", "match_lines", ["business_id", "position"])


def lines_down() -> None:
    op.drop_index("ix_match_lines_business_id", table_name="match_lines")
    op.drop_table("match_profiles")
