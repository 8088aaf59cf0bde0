"""Matching learns: versions of the ranking, their figures, who adopted them; objections to the ranking."""

from contextlib import closing

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"

STATES = ("candidate", "adopted", "refused", "retired")
OBJECTORS = ("firm", "investor", "colleague", "other")
# Columns whose values never enter the log of changes: long ones, and whoever objects.
WATCHED = {"match_models": ("content", "measured_on"), "ranking_objections": ("name", "email", "text", "answer")}


def _people(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}_people"))


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in (" + ", ".join(f"'{value}'" for value in values) + ")"


def _record() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    """Make the two tables and watch them."""
    moment, text = sa.DateTime(timezone=True), sa.Text()
    op.create_table(
        "match_models",
        *_record(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("judgements", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("learned_until", moment, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", text, nullable=False),
        sa.Column("measured_on", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", text, nullable=False),
        sa.Column("card", JSONB(), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="modelstate", native_enum=False, length=40), nullable=False),
        sa.Column("reasons", JSONB(), nullable=False),
        sa.Column("adopted_by_id", sa.Uuid(), nullable=True),
        sa.Column("adopted_by_name", text, nullable=False),
        sa.Column("adopted_at", moment, nullable=True),
        sa.Column("note", text, nullable=False),
        sa.CheckConstraint(_one_of("state", STATES), name=op.f("ck_match_models_state")),
        sa.CheckConstraint("state <> 'adopted' or adopted_by_id is not null", name=op.f("ck_match_models_adopted_by")),
        _people("match_models", "made_by_id"),
        _people("match_models", "adopted_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_models")),
        sa.UniqueConstraint("number", name=op.f("uq_match_models_number")),
    )
    only = sa.text("state = 'adopted'")
    op.create_index("uq_match_models_adopted", "match_models", ["state"], unique=True, postgresql_where=only)
    op.create_table(
        "ranking_objections",
        *_record(),
        sa.Column("at", moment, nullable=False),
        sa.Column("objector", sa.Enum(*OBJECTORS, name="objector", native_enum=False, length=40), nullable=False),
        sa.Column("text", text, nullable=False),
        sa.Column("language", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("email", text, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("answer", text, nullable=False),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(_one_of("objector", OBJECTORS), name=op.f("ck_ranking_objections_objector")),
        _people("ranking_objections", "by_id"),
        _people("ranking_objections", "answered_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_objections")),
    )
    op.create_index("ix_ranking_objections_at", "ranking_objections", [sa.text("at desc"), "id"])
    hidden = {table: "".join(f", '{column}'" for column in columns) for table, columns in WATCHED.items()}
    with closing(op.get_bind().connection.dbapi_connection.cursor()) as cursor:
        cursor.execute("\n".join(f"select audit.watch('{table}'{names});" for table, names in hidden.items()))


def downgrade() -> None:
    """Take the tables away; the first day's mix ranks again."""
    op.drop_table("ranking_objections")
    op.drop_table("match_models")
