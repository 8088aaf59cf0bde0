"""Matching: lists with what made them, firms added by hand, answers by phone; which profiles were read."""

from contextlib import closing

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

KINDS_NEW = (
    "match.added introduction.investor_asked introduction.investor_answered introduction.released introduction.arranged"
).split()
ANSWERS = ("accepted", "declined", "question")
TOLD = ("phone", "in_person", "paper")
MODES = ("meeting", "call", "visit")
# What people wrote; columns whose values never enter the log of changes stand behind the table.
WATCHED = {"added_firms": "", "investor_questions": ", 'nonce', 'token_hash'", "asking_limits": ""}


def upgrade() -> None:
    lines_up()
    lists_up()


def downgrade() -> None:
    lists_down()
    lines_down()


def _key(
    table: str, column: str, *, cascade: bool = False, target: str = "", to: str = "id"
) -> sa.ForeignKeyConstraint:
    """A foreign key under the name that the rows' base gives it."""
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.{to}"], name=name, ondelete="CASCADE" if cascade else None)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in (" + ", ".join(f"'{value}'" for value in values) + ")"


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def _record() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]


def _kinds_with(*more: str, without: tuple[str, ...] = ()) -> None:
    """Let entries be of more kinds, or of fewer; what other revisions added stays."""
    bind = op.get_bind()
    held = bind.scalar(sa.text("select pg_get_constraintdef(oid) from pg_constraint where conname = 'ck_entries_kind'"))
    known = [part for part in held.split("'")[1::2] if part not in without]
    op.drop_constraint(op.f("ck_entries_kind"), "entries")
    op.create_check_constraint(op.f("ck_entries_kind"), "entries", _one_of("kind", (*known, *more)))


def _run(statements: str) -> None:
    with closing(op.get_bind().connection.dbapi_connection.cursor()) as cursor:
        cursor.execute(statements)


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


def lists_up() -> None:
    for name, kind, default in (
        ("model_version", sa.Text(), "''"),
        ("shortlist", sa.Integer(), "0"),
        ("guesses", JSONB(), "'[]'"),
        ("asked_mark", sa.Text(), "''"),
    ):
        op.add_column("suggestion_runs", sa.Column(name, kind, nullable=False, server_default=sa.text(default)))
        op.alter_column("suggestion_runs", name, server_default=None)
    op.add_column("suggestions", sa.Column("probability", sa.Float(), nullable=True))
    op.add_column("match_decisions", sa.Column("position", sa.Integer(), nullable=True))
    op.add_column("match_decisions", sa.Column("until", sa.Date(), nullable=True))
    op.create_table(
        "suggestion_logs",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("features", JSONB(), nullable=False),
        sa.Column("rows", JSONB(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        _key("suggestion_logs", "run_id", target="suggestion_runs", cascade=True),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_suggestion_logs")),
    )
    op.create_table(
        "added_firms",
        *_record(),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _key("added_firms", "case_id", target="cases"),
        _key("added_firms", "business_id", target="businesses", cascade=True),
        _key("added_firms", "added_by_id", target="people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_added_firms")),
        sa.UniqueConstraint("case_id", "business_id", name=op.f("uq_added_firms_case_id_business_id")),
    )
    op.create_index(op.f("ix_added_firms_business_id"), "added_firms", ["business_id"])
    _both_ways_up()
    _introductions_up()
    _kinds_with(*KINDS_NEW)
    _run("\n".join(f"select audit.watch('{table}'{hidden});" for table, hidden in WATCHED.items()))


def _both_ways_up() -> None:
    op.create_table(
        "business_runs",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_with", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        _key("business_runs", "business_id", target="businesses", cascade=True),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_business_runs")),
    )
    op.create_table(
        "suiting_inquiries",
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("likelihood", sa.Text(), nullable=False),
        sa.Column("reason", JSONB(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        _key("suiting_inquiries", "case_id", target="cases", cascade=True),
        _key("suiting_inquiries", "business_id", target="business_runs", to="business_id", cascade=True),
        sa.PrimaryKeyConstraint("rank", "business_id", name=op.f("pk_suiting_inquiries")),
    )
    op.create_index(op.f("ix_suiting_inquiries_case_id"), "suiting_inquiries", ["case_id"])
    op.create_table(
        "asking_limits",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        _key("asking_limits", "business_id", target="businesses", cascade=True),
        _key("asking_limits", "set_by_id", target="people"),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_asking_limits")),
    )


def _introductions_up() -> None:
    op.add_column("introductions", sa.Column("told", _enum("told", TOLD), nullable=True))
    op.add_column("introductions", sa.Column("taken_by", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.alter_column("introductions", "taken_by", server_default=None)
    op.add_column("introductions", sa.Column("taken_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_introductions_taken_by_id_people"), "introductions", "people", ["taken_by_id"], ["id"]
    )
    for name in ("released_at", "meeting_at"):
        op.add_column("introductions", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("introductions", sa.Column("meeting_mode", _enum("mode", MODES), nullable=True))
    op.add_column("introductions", sa.Column("meeting_place", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.alter_column("introductions", "meeting_place", server_default=None)
    op.create_check_constraint(op.f("ck_introductions_told"), "introductions", _one_of("told", TOLD))
    op.create_check_constraint(op.f("ck_introductions_meeting_mode"), "introductions", _one_of("meeting_mode", MODES))
    op.create_table(
        "investor_questions",
        *_record(),
        sa.Column("introduction_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", _enum("answer", ANSWERS), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_text", sa.Text(), nullable=False),
        sa.Column("answer_language", sa.Text(), nullable=True),
        sa.Column("told", _enum("told", TOLD), nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(_one_of("answer", ANSWERS), name=op.f("ck_investor_questions_answer")),
        sa.CheckConstraint(_one_of("told", TOLD), name=op.f("ck_investor_questions_told")),
        _key("investor_questions", "introduction_id", target="introductions", cascade=True),
        _key("investor_questions", "asked_by_id", target="people"),
        _key("investor_questions", "taken_by_id", target="people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investor_questions")),
        sa.UniqueConstraint("introduction_id", name=op.f("uq_investor_questions_introduction_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_investor_questions_token_hash")),
    )


def lists_down() -> None:
    """Refused by the check on entries when new kinds of events exist already."""
    _kinds_with(without=tuple(KINDS_NEW))
    op.drop_table("investor_questions")
    op.drop_constraint(op.f("ck_introductions_meeting_mode"), "introductions")
    op.drop_constraint(op.f("ck_introductions_told"), "introductions")
    op.drop_constraint(op.f("fk_introductions_taken_by_id_people"), "introductions", type_="foreignkey")
    for name in ("meeting_place", "meeting_mode", "meeting_at", "released_at", "taken_by_id", "taken_by", "told"):
        op.drop_column("introductions", name)
    for table in ("asking_limits", "suiting_inquiries", "business_runs", "added_firms", "suggestion_logs"):
        op.drop_table(table)
    op.drop_column("match_decisions", "until")
    op.drop_column("match_decisions", "position")
    op.drop_column("suggestions", "probability")
    for name in ("asked_mark", "guesses", "shortlist", "model_version"):
        op.drop_column("suggestion_runs", name)
